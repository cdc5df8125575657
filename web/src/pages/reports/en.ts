/* Words of the frame and of what tabs share; each tab brings its own. */
const en = {
  title: 'Reports',
  tabs: 'Reports',
  nothing: 'No report is open to you',
  tab: { speed: 'Speed', leaderboard: 'Leaderboard', fairness: 'Fairness', managers: 'Managers' },
  period: 'Period',
  range: { today: 'Today', d7: '7 days', d30: '30 days', d90: '90 days', from: 'From', to: 'To' },
  csv: 'CSV',
  few: 'too few',
  range95: (v: string, low: string, high: string) => `${v} (${low} to ${high})`,
  seconds: (n: string) => n + ' s',
};
export default en;
