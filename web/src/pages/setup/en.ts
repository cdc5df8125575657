const en = {
  title: 'First start',
  steps: ['Administrator', 'Company', 'Leads'],
  name: 'Your name',
  passwordHint: 'At least 8 characters',
  company: 'Company',
  currency: 'Currency',
  next: 'Next',
  back: 'Back',
  create: 'Create the company',
  sourceIntro: 'The company is ready. Where do leads come from?',
  site: 'From a site: make a key',
  siteHow: 'Any Segment SDK works. For analytics.js in a page:',
  keyName: 'Site',
  copy: 'Copy',
  copied: 'Copied',
  file: 'From a CSV file',
  look: 'Look round first',
  demo: 'A company filled with demonstration data opens with script/server --demo, in a folder of its own.',
};
export type SetupTexts = typeof en;
export default en;
