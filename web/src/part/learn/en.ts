const en = {
  chance: 'Probability of buying',
  quietFlatters: (names: string) =>
    `Points for silence (${names}) flatter accuracy and shares: those who did not buy are looked at on the day they come of age, when they had long gone quiet, buyers as they buy`,
  chip: (p: string) => `${p}%`,
  range: (low: string, high: string) => `${low}–${high}%`,
  read: (p: string, low: string, high: string) =>
    `Will buy with a probability of ${p}% (from ${low} to ${high}%)`,
  few: (have: number, need: number) => `Not enough data: ${have} of ${need}`,
  fewWhy: (need: number) =>
    `A probability is shown when at least ${need} leads have bought and as many have not. Leads count once they are old enough to tell: a sale to one younger than the maturity does not yet. Mark won and lost leads, or import a file with outcomes.`,
  fewPoints: (need: number, won: number, all: string) =>
    `Points are suggested when at least ${need} leads have bought and as many have not. So far ${all} can be told, ${won} of them bought.`,
  nothing: 'Nothing to show',
  useless: 'What was learnt is no better than the average.',
  learning: 'Enough leads have ended; it is being learnt just now.',
  little: 'Too little is known of this lead',
  littleKnown: (known: number, of: number) =>
    `${known} of the ${of} facts that the probability goes by are known.`,
  littleWide: (low: string, high: string) =>
    `All that can be foretold is “from ${low} to ${high} %”, which says nothing.`,
  littleStrange:
    'Of the leads before, the rest were nearly always known: nothing tells of leads without them.',
  littleMore: 'Find out more of the lead and it will appear.',
  onlyLeaks: (facts: string) =>
    `What foretold so far rested on facts that are filled in when the outcome is already clear (${facts}); without them nothing is better than the average.`,
  ended: {
    won: 'It has bought, so nothing is foretold. What was known of it before teaches how likely others are to buy.',
    lost: 'It was lost, so nothing is foretold. What was known of it before teaches how likely others are to buy.',
  },
  reasons: 'What moves it',
  unknown: 'not known',
  pp: (x: string) => `${x} pp`,
  from: (version: number) => `version ${version},`,
  learnt: (n: number, shown: string) => `from ${shown} ${n === 1 ? 'lead' : 'leads'}`,
  without: (facts: string) => `; not taken, for they seem to know the outcome: ${facts}`,
  noList:
    '. The leads behind these figures were not kept: the version was learnt before they were, or the program stopped while it kept them',
  corrected: (n: number) => `, put right by ${n} recent outcomes`,
  suggest: 'Suggested points',
  suggestTitle: 'Points suggested by sales',
  suggestNote:
    'Each criterion beside all the others: how much it tells buyers from the rest. Checked on leads that were held back.',
  make: 'Work out',
  again: 'Work out anew',
  making: 'Being worked out…',
  stop: 'Stop',
  failed: 'It could not be worked out. Try again.',
  monotone: 'Points of a number rise or fall throughout',
  none: 'Nothing has been worked out for this version yet.',
  held: (_n: number, shown: string, won: string, byTime: boolean) =>
    `On ${shown} ${byTime ? 'later ' : ''}leads that were held back (${won} bought)`,
  fitted: (n: string, won: string) => `Points are fitted to ${n} leads whose end is known (${won} bought)`,
  base: 'Figures here differ from those of Calibration on purpose: those look at all leads just before their end, these at leads held back, and those who did not buy at the age at which others bought, so that age gives nothing away. So the verdict on a criterion may differ, too: there it is held against the other criteria alone, and allows for their number; here it stands beside the facts offered below, counts as often as it held, and what cannot be told from nothing gets no points.',
  fewLeads: 'few',
  csv: 'Table, CSV',
  auc: 'AUC',
  lift: 'Lift of the top tenth',
  now: 'today',
  then: 'suggested',
  change: 'change',
  criterion: 'Criterion',
  interval: '95%',
  leads: 'Leads',
  why: {
    raised: 'tells more',
    lowered: 'tells less',
    kept: 'right as it is',
    useless: 'tells nothing',
    turned: 'pulls the wrong way',
    few: 'too few leads: as it was',
  },
  fewKept: (x: number) => `Criteria that too few leads meet, left as they are: ${x}`,
  bands: 'Thresholds',
  bandsNote:
    'About 10% of the leads, those with the highest scores, become hot and about 20% more warm: by what a team can call, not by precision. What of them bought stands beside; the thresholds go into the draft and can be changed there.',
  band: 'Band',
  fromPoints: (x: number) => `from ${x}`,
  offers: 'New criteria, from what is known of leads',
  leftOut: 'Not offered',
  leftOutWhy:
    'These facts seem to be filled in when the outcome is already clear: points for them look splendid on old leads and say nothing of new ones.',
  leftOutMore: 'The evidence is in Calibration',
  bought: 'bought',
  draft: 'Make a draft',
  drafted: 'The draft is ready: see what it would change, then publish',
};
export default en;
export type LearnTexts = typeof en;
