const en = {
  groups: {
    sla: 'Waiting for a call',
    overdue: 'Overdue',
    hot_no_step: 'Hot without a step',
    today: 'Planned for today',
  },
  empty: 'That is all for today.',
  warmNoStep: (n: number) => `Warm without a step: ${n}`,
  reasons: 'Why',
  hand: 'Hand over',
  message: 'Write an e-mail',
  done: 'Done',
  postpone: 'Postpone',
  checklist: 'First steps',
  check: {
    company: 'Company and administrator are set',
    source: 'Leads come in: a source, a file or the demonstration',
    people: 'Managers are added',
    model: 'The scoring model is looked through and published',
    call: 'The first call is logged',
  },
};
export type TodayTexts = typeof en;
export default en;
