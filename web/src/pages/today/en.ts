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
  notices: {
    title: 'Certificates',
    open: 'My tests',
    away: 'Put away',
    say: {
      month: (what: string, d: string) => `Your certificate for ${what} ends on ${d}: take the test in time.`,
      week: (what: string, d: string) => `Your certificate for ${what} ends on ${d}, within a week.`,
      day: (what: string, d: string) => `Your certificate for ${what} ends on ${d}, within a day.`,
      exam: (what: string, d: string) => `A test is set for you: ${what}${d ? ', to be taken by ' + d : ''}`,
      ended: (what: string, _d: string) => `Your certificate for ${what} has ended: its leads go to others.`,
      revoked: (what: string, _d: string) =>
        `Your certificate for ${what} was revoked: its leads go to others.`,
      given: (what: string, d: string) => `You are certified for ${what}${d ? ' until ' + d : ''}`,
    },
  },
};
export type TodayTexts = typeof en;
export default en;
