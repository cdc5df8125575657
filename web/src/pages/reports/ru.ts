import type en from './en';

const ru: typeof en = {
  title: 'Отчёты',
  tabs: 'Отчёты',
  nothing: 'Вам не открыт ни один отчёт',
  tab: { managers: 'Менеджеры' },
};
export default ru;
