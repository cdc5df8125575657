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
  claims: { title: 'Whoever is first', take: 'Take', taken: (name: string) => `${name} is yours` },
};
export type TodayTexts = typeof en;
export default en;
