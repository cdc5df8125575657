import type { TodayTexts } from './en';

const ru: TodayTexts = {
  groups: { sla: 'Ждут звонка', overdue: 'Просрочено', hot_no_step: 'Горячие без шага', today: 'По плану' },
  empty: 'На сегодня всё.',
  warmNoStep: (n) => `Тёплых без шага: ${n}`,
  reasons: 'Почему',
  hand: 'Передать',
  message: 'Написать письмо',
  done: 'Сделано',
  postpone: 'Отложить',
  claims: { title: 'Кто первый возьмёт', take: 'Взять', taken: (name) => `${name} теперь ваш лид` },
};
export default ru;
