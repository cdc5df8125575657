/* Words of the frame; each tab brings its own. */
const en = {
  title: 'Reports',
  tabs: 'Reports',
  nothing: 'No report is open to you',
  tab: { managers: 'Managers' },
};
export default en;
