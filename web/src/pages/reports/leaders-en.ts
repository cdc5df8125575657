const en = {
  hint: 'Places by shares are ranges: who cannot be told apart shares places. All pairs together are told apart wrongly in at most one period of twenty.',
  by: 'Order by',
  measure: { money: 'Sales', share: 'Conversion', speed: 'Speed', processed: 'Processed' },
  col: {
    place: 'Place',
    name: 'Manager',
    processed: 'Processed',
    answer: 'First answer, half within',
    norm: 'In norm',
    given: 'Given',
    share: 'Bought, of the decided',
    sold: 'Deals',
    money: 'Sales',
    load: 'Load',
  },
  place: (best: number, worst: number) => (best === worst ? String(best) : `${best} to ${worst}`),
  decided: (won: number, n: number, need?: number) =>
    need ? `${n} decided, ${need} needed` : `${won} of ${n} decided`,
  shareHint:
    'Of the leads given in the period: the share that bought, of those whose fate is decided. Deals beside it are all closed in the period, those of leads given earlier as well.',
  normHint:
    'Leads that became hot in the period: how many got their first answer within the norm of the first call, of those answered and those whose norm has run out.',
  noPlace: 'nothing to place',
  of: (a: string, b: string) => `${a} of ${b}`,
  unknown: (n: number) => `sum not known: ${n}`,
  own: (place: string, people: number) => `Your place by this measure: ${place} of ${people}.`,
  ownOnly: 'Names and figures of the others are not shown by the choice of the company.',
  off: 'The leaderboard is switched off for salespeople',
  none: 'Nobody sells yet',
  same: 'By this measure nobody can be told apart from anybody: the order is that of the names.',
  more: 'How people did with the leads they were given, against what those leads led one to expect:',
  managers: 'Managers',
};
export default en;
