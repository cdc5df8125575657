const en = {
  title: 'How managers convert the leads they get',
  hint: (by: string, days: number) =>
    `Conversion is held against what a usual manager of the team would have made of the very same leads ${by}, as they looked when they were given. So easy leads are no merit. Figures are moved towards the expected by as much as luck explains; the interval is of 95%. A lead without an end is no loss before ${days} days.`,
  by: { probability: 'by their probability', score: 'by their score' },
  source: 'Source',
  every: 'All sources',
  csv: 'Table (CSV)',
  none: 'Nothing to compare yet',
  noneHint: 'The report appears by itself when leads have been won or lost.',
  few: (n: number) =>
    `Too few leads have ended: ${n} won and as many not won are needed. Until then nothing is said of anybody, only counted.`,
  col: {
    manager: 'Manager',
    leads: 'Leads',
    won: 'Won / expected',
    rate: 'Conversion',
    ratio: 'To the expected',
    deal: 'Average deal',
    worth: 'A usual lead brings',
    verdict: 'Told apart',
  },
  team: 'The team',
  counted: (n: string) => `${n} count`,
  young: (n: number) => `${n} too young to tell`,
  times: (x: string) => `×${x}`,
  range: (low: string, high: string) => `${low}–${high}`,
  fewLeads: (n: number) => `fewer than ${n} leads count`,
  fewDeals: (n: number) => `fewer than ${n} deals`,
  noAmounts: 'no amounts',
  verdict: { above: 'more than expected', below: 'less than expected', unclear: 'not told apart' },
  dealVerdict: { above: 'larger deals', below: 'smaller deals', unclear: '' },
  above: (names: string) => `More than expected: ${names}.`,
  below: (names: string) => `Less than expected: ${names}.`,
  alike: (n: number) =>
    n === 1
      ? 'By these data one manager cannot be told from the expected.'
      : `By these data ${n} managers cannot be told from one another: the differences are within luck.`,
  rule: 'Managers who are all alike are told apart in no more than 5 of 100 such reports.',
  sampled: 'By an even choice of leads: the base is large.',
  made: (when: string) => `Counted ${when}, anew as outcomes come.`,
};
export default en;
