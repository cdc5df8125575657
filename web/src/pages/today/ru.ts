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
  notices: {
    title: 'Допуски',
    open: 'Мои тесты',
    away: 'Убрать',
    say: {
      month: (what, d) => `Допуск к «${what}» истекает ${d}: сдайте тест заранее.`,
      week: (what, d) => `Допуск к «${what}» истекает ${d}, осталось меньше недели.`,
      day: (what, d) => `Допуск к «${what}» истекает ${d}, меньше чем через день.`,
      exam: (what, d) => `Вам назначен тест: «${what}»${d ? ', сдать до ' + d : ''}`,
      ended: (what) => `Допуск к «${what}» истёк: его лиды уходят другим.`,
      revoked: (what) => `Допуск к «${what}» отозван: его лиды уходят другим.`,
      given: (what, d) => `Вы допущены к «${what}»${d ? ' до ' + d : ''}`,
    },
  },
};
export default ru;
