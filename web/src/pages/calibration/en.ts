import { plural } from '../../i18n/format';

const leads = (n: number, shown: string) => shown + ' ' + plural('en', n, { one: 'lead', other: 'leads' });

const en = {
  title: 'Calibration of the score',
  hint: 'Is the score honest: what became of leads, held against the score they had before it was known.',
  model: 'Model',
  live: 'live',
  version: (v: number) => `version ${v}`,
  source: 'Source',
  anySource: 'All sources',
  period: 'Born',
  periods: {
    all: 'at any time',
    d90: 'in the last 90 days',
    d180: 'in the last 180 days',
    d365: 'in the last year',
  },
  moment: 'Score',
  moments: { judged: 'before the outcome', handed: 'at the hand-over' },
  csv: 'Tables, CSV',
  make: 'Count anew',
  making: (done: string, total: string) => `Counting: ${done} of ${total} leads`,
  stop: 'Stop',
  waiting: 'The report waits its turn…',
  madeAt: (when: string) => `Counted ${when}`,
  stale: (n: string) => `outcomes learned of since: ${n}, which it does not know`,
  failed: 'The report could not be made.',
  none: 'No report has been made for this question yet.',
  leads,
  found: {
    wrong: (names: string) => `Pulls the wrong way: ${names}`,
    useless: (names: string) => `Does not tell buyers apart: ${names}`,
    leak: (names: string) => `Knows the outcome beforehand: ${names}`,
    same: 'Nearly all have the same score: the model looks at what is not known of these leads.',
    suggest: 'Suggest points by sales',
    quiet: (names: string) =>
      `Points for silence (${names}) flatter accuracy and shares: those who did not buy are looked at on the day they come of age, when they had long gone quiet, buyers as they buy`,
    drift: 'The leads of late are not those the score was made for',
    fine: 'Nothing alarming was found',
  },
  enough: (won: number, not: number, haveWon: number, haveNot: number) =>
    `Too few outcomes for figures: ${won} bought and ${not} not bought are needed, there are ${haveWon} and ${haveNot}. Counts are shown without percentages.`,
  counted: (n: string) => `${n} counted`,
  bought: (n: string) => `${n} bought`,
  tooYoung: 'young:',
  tooYoungHint: 'Too young to tell: not in the share',
  young: (n: string, days: number) => `${n} are too young to tell (under ${days} days) and not counted`,
  sampled: (n: string, all: string) => `sample: ${n} of ${all}`,
  fitted: (until: string, auc: string) =>
    `The points of this model were learnt from outcomes up to ${until}: on those leads accuracy and shares may flatter. On leads they had not seen AUC is ${auc}. Leads that came later judge best.`,
  kpi: {
    auc: 'AUC',
    aucHint: 'chance that a buyer stands above a non-buyer; 0.5 is a coin',
    lift: 'Top tenth',
    liftHint: 'buys so many times as often as the average',
    found: 'Top fifth holds',
    foundHint: 'of all buyers',
    ece: 'Error of the curve',
    eceHint: 'mean gap between expected and real shares',
  },
  bands: {
    title: 'Who buys, by temperature',
    whisker: 'line: 95% interval; dashed: expected if each point meant the same',
    col: {
      band: 'Temperature',
      scores: 'Score',
      share: 'Bought',
      expected: 'Expected',
      leads: 'Bought / counted',
    },
    flat: 'Hot leads buy no oftener than others',
    good: (x: string, _n: number) => `Hot leads buy ${x} times as often as the average`,
  },
  deciles: { title: 'Who buys, by tenths of the score', col: 'Tenth' },
  noFigure: 'few data',
  lift: (x: string) => `×${x}`,
  curves: {
    title: 'How well the score sorts',
    from: 'Calling from a score of',
    roc: 'Buyers found',
    rocX: 'non-buyers called along with them',
    pr: 'Share of buyers among those called',
    prX: 'buyers found',
    rocSay: (auc: string) => `ROC curve, area ${auc}`,
    prSay: (ap: string) => `Precision over recall, average precision ${ap}`,
  },
  criteria: {
    title: 'Does each criterion tell buyers apart',
    hint: 'Among leads that are alike in all other criteria, just before their end; the verdict allows for the number of criteria. To the right: buy oftener. Suggested points may judge otherwise: they weigh each criterion beside facts that the model does not use yet, too, and allow for nothing.',
    col: {
      name: 'Criterion',
      points: 'Points',
      with: 'Bought with it',
      without: 'Without',
      lift: 'Tells buyers apart',
      verdict: 'Verdict',
    },
    quiet:
      'silence cannot be judged so: those who did not buy are looked at on the day they come of age, buyers as they buy',
    direction: { right: 'works', wrong: 'pulls the wrong way', useless: 'tells nothing', unclear: 'unclear' },
    few: 'few data',
    plain: 'not adjusted',
    raw: (x: string) => `not adjusted ×${x}`,
    edit: 'Change the model',
  },
  drift: {
    title: 'Over time',
    timeless: 'All leads were born at one time (a file without dates): there is nothing to say about time.',
    say: (n: number) => `Share of buyers by time of birth, ${n} periods`,
    few: 'Too few data for shares: the counts are in the table.',
    maturing: 'hatched: not all are old enough yet',
    col: {
      period: 'Born',
      share: 'Bought',
      leads: 'Bought / counted',
      psi: 'Scores (PSI)',
      mix: 'Sources (PSI)',
      level: 'Compared with the first third',
    },
    level: { stable: 'the same', shifted: 'shifted', other: 'another population' },
    reference: 'reference',
    table: 'Table',
  },
  sources: {
    title: 'By source',
    col: { source: 'Source', share: 'Bought', leads: 'Bought / counted', auc: 'AUC', mean: 'Mean score' },
    unknown: 'not known',
    rest: 'all others',
  },
  leaks: {
    title: 'Facts that know the outcome',
    none: 'No fact raises an alarm.',
    sampled: (n: string, all: string, most: string) =>
      `Facts were checked in ${n} of ${all} leads, taken evenly: no more than ${most} are looked at. A rare fact may have been missed.`,
    why: {
      after_outcome: (x: string) => `filled only after the outcome in ${x} of leads`,
      after_handover: (x: string) =>
        `filled by people after the hand-over in ${x} of leads, and tells buyers apart`,
      filled: (x: string) =>
        `whether it is filled at all tells buyers apart: AUC ${x}. Check whether it is asked for only in talks`,
      too_good: (x: string) =>
        `alone foretells too well: AUC ${x}. Check whether it is filled after the decision`,
      buyers_only: (x: string) =>
        `${x} of those who have it bought, of the rest only some: filled for buyers`,
    },
    file: (name: string, n: number, facts: string) =>
      `With the file “${name}” came fields that other leads lack (${facts}${n > 8 ? ` and ${n - 8} more` : ''}): that they are filled tells the file, not the outcome, so leads were held against others of the same file.`,
    fileBought: 'Of its leads bought',
    fileRest: 'of the rest',
    used: 'a criterion uses it',
    bought: 'Of those who have it bought',
    out: (facts: string, v: number) =>
      `The probability (version ${v}) was learnt without: ${facts}. Nor are points suggested for them.`,
    notOut: (v: number) =>
      `The probability (version ${v}) was learnt before such facts were left out; the next version leaves them out.`,
    taken: (facts: string, v: number) =>
      `The probability (version ${v}) takes ${facts}: no alarm stood when it learnt. The next version leaves out what raises one.`,
  },
  feedback: {
    title: 'What sales say',
    none: 'Salespeople have not accepted or rejected leads yet: the buttons are on the lead’s card.',
    accepted: 'Accepted',
    rejected: 'Rejected',
    bought: (x: string) => `${x} of them bought`,
    few: 'bought: few data',
    reasons: {
      none: 'no reason',
      not_fit: 'not our client',
      no_need: 'no need',
      no_budget: 'no budget',
      not_now: 'not now',
      unreachable: 'cannot be reached',
      junk: 'spam or an error',
      other: 'other',
    },
    disputed: { higher: 'Score disputed: should be higher', lower: 'Score disputed: should be lower' },
  },
};
export default en;
export type CalibrationTexts = typeof en;
