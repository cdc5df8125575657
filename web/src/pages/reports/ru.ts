import type en from './en';

const ru: typeof en = {
  title: 'Отчёты',
  tabs: 'Отчёты',
  nothing: 'Вам не открыт ни один отчёт',
  tab: { speed: 'Скорость', leaderboard: 'Лидеры', fairness: 'Справедливость', managers: 'Менеджеры' },
  period: 'Период',
  range: { today: 'Сегодня', d7: '7 дней', d30: '30 дней', d90: '90 дней', from: 'С', to: 'По' },
  csv: 'CSV',
  few: 'мало данных',
  range95: (v, low, high) => `${v} (от ${low} до ${high})`,
  seconds: (n) => n + ' с',
};
export default ru;
