import type { AutomaticTexts } from './automatic-en';

const form = (n: number, one: string, few: string, many: string) => {
  const d = n % 100,
    u = n % 10;
  return u === 1 && d !== 11 ? one : u >= 2 && u <= 4 && (d < 12 || d > 14) ? few : many;
};

const ru: AutomaticTexts = {
  marks: 'Отметки',
  add: 'Отметить',
  none: 'Ничего не отмечено.',
  hint: 'Отмеченное не засчитывается: баллы такие, как если бы этого не было. Ничего не удаляется; отмена возвращает всё.',
  what: 'Что',
  holds: 'Не засчитано',
  who: 'Кто отметил',
  undo: 'Отменить',
  undoOf: (what) => `Отменить: ${what}`,
  undone: 'Отменено. События снова засчитываются.',
  made: 'Отмечено. Баллы пересчитываются.',
  house: 'система',
  staff: 'пользователь вашей компании',
  person: 'всё-таки человек',
  events: (n) => `${n} ${form(n, 'событие', 'события', 'событий')}`,
  leads: (n) => `у ${n} ${form(n, 'лида', 'лидов', 'лидов')}`,
  progress: (done, total) => `просмотрено ${done} из ${total}`,
  state: { working: 'применяется', standing: 'действует', undoing: 'отменяется', undone: 'отменена' },
  kind: {
    source: 'Источник',
    visitor: 'Посетитель',
    email: 'Адрес',
    domain: 'Домен',
    agent: 'Программа',
    lead: 'Лид',
    event: 'Событие',
    when: 'Условие',
  },
  pick: 'Что отметить',
  value: {
    source: 'Источник',
    visitor: 'Анонимный идентификатор посетителя',
    email: 'Адрес вашего сотрудника',
    domain: 'Домен вашей компании',
    agent: 'Часть имени, которым называется программа',
    when: 'События, для которых это верно, не считаются. Спрашивать можно только само событие: имя, страницу и свойства.',
  },
  example: {
    source: '',
    visitor: '5f1c2d3e-...',
    email: 'imya@company.ru',
    domain: 'company.ru',
    agent: 'LoadTest/',
  },
  look: {
    unfinished: 'Заполните условие: здесь будет видно, что оно поймает.',
    counting: 'Считаем, что оно поймает…',
    catches: (x) => `Поймает событий: ${x},`,
    of: (n) => `лидов: ${n}`,
    counting_now: (x) => `Из них сейчас считаются и перестанут: ${x}.`,
    part: (x, all) => `Просмотрено лидов: ${x} из ${all}.`,
  },
  reason: 'Почему, своими словами',
  signals: 'Распознаётся само',
  signal: 'Признак',
  seen: 'Последний раз',
  never: 'не было',
};
export default ru;
