const en = {
  title: 'Companies',
  find: 'Find a company',
  none: 'No lead names a company.',
  nothing: 'No company is called so.',
  name: 'Company',
  score: 'Score',
  people: 'People',
  hot: 'Hot',
  owner: 'Responsible',
  nobody: 'nobody',
  more: 'Show more',
  all: 'All companies',
  who: 'Who gives what',
  person: 'Person',
  own: 'Own score',
  gives: 'Gives the company',
  other: 'Another person’s lead',
  ownerWhy: 'Whoever has the best lead of the company.',
  rule: {
    max: 'The company’s score is that of its best person.',
    sum_top3: (cap: number) => `The company’s score is the sum of its three best people, at most ${cap}.`,
    mean: 'The company’s score is the mean of all its people.',
  },
};
export default en;
export type CompaniesTexts = typeof en;
