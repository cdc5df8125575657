/* The language of conditions in words and in the hand of the builder. */
import { describe, expect, test } from 'vitest';
import {
  blank,
  eventsIn,
  holes,
  isPerEvent,
  kindOf,
  leafKinds,
  readList,
  readValue,
  refit,
  setAt,
  windowOf,
  withOp,
  withWindow,
  type Cond,
} from '../src/part/cond/cond';
import en from '../src/part/cond/en';
import ru from '../src/part/cond/ru';
import { plain, sentence } from '../src/part/cond/sentence';
import { cut, folded } from '../src/part/cond/fold';
import { pagePatterns } from '../src/part/cond/words';

const said: [string, Cond, string, string][] = [
  [
    'a column of a table',
    { fact: 'time_on_site', op: '>', value: 925.5 },
    '«time on site» больше 925,5',
    '“time on site” is more than 925.5',
  ],
  [
    'a fact',
    { fact: 'title', op: 'has', value: 'директор' },
    'Должность содержит «директор»',
    'Title contains “директор”',
  ],
  [
    'several values of one fact are said once',
    {
      any: [
        { fact: 'title', op: 'has', value: 'CEO' },
        { fact: 'title', op: 'has', value: 'owner' },
        { fact: 'title', op: 'has', value: 'founder' },
      ],
    },
    'Должность содержит «CEO», «owner» или «founder»',
    'Title contains “CEO”, “owner” or “founder”',
  ],
  [
    'a pair of numbers',
    { fact: 'employees', op: 'between', value: [50, 250] },
    'Сотрудников от 50 до 250',
    'Employees is from 50 to 250',
  ],
  ['truth', { fact: 'email.free', op: 'eq', value: true }, 'Бесплатная почта: да', 'Free e-mail is yes'],
  ['a fact without a value', { fact: 'budget', op: 'exists' }, 'Бюджет: указано', 'Budget is filled'],
  [
    'a fact of the company’s own',
    { fact: 'plan', op: 'in', value: ['a', 'b'] },
    '«plan»: «a», «b»',
    '“plan” is one of “a”, “b”',
  ],
  [
    'one event or another',
    { event: ['Demo Requested', 'Запрос демо'] },
    'Событие «Demo Requested» или «Запрос демо»',
    'Event “Demo Requested” or “Запрос демо”',
  ],
  [
    'an event with properties',
    {
      event: 'Form Submitted',
      where: [
        { prop: 'plan', op: 'eq', value: 'pro' },
        { prop: 'seats', op: '>=', value: 5 },
      ],
    },
    'Событие «Form Submitted» (plan: «pro», seats не меньше 5)',
    'Event “Form Submitted” (plan is “pro”, seats is at least 5)',
  ],
  ['a page', { page: '/pricing*' }, 'Открыл страницу /pricing*', 'Opened the page /pricing*'],
  [
    'pages are said once',
    { any: [{ page: '/a' }, { page: '/b' }] },
    'Открыл страницу /a или /b',
    'Opened the page /a or /b',
  ],
  [
    'a count, the number agreeing with its noun',
    { count: { page: '/pricing*' }, op: '>=', value: 3, days: 7 },
    'Открыл страницу /pricing* не меньше 3 раз за 7 дней',
    'Opened the page /pricing* at least 3 times in 7 days',
  ],
  [
    'a count of exactly one',
    { count: {}, op: 'eq', value: 1, hours: 1 },
    'Что-либо делал 1 раз за 1 час',
    'Did anything 1 time in 1 hour',
  ],
  [
    'a count between two',
    { count: { event: 'X' }, op: 'between', value: [2, 4], days: 2 },
    'Событие «X» от 2 до 4 раз за 2 дня',
    'Event “X” from 2 to 4 times in 2 days',
  ],
  [
    'recency',
    { within: { event: 'Email Opened' }, days: 30 },
    'Событие «Email Opened» за последние 30 дней',
    'Event “Email Opened” in the last 30 days',
  ],
  ['silence', { silent: {}, days: 30 }, 'Ничего не делал 30 дней', 'Did nothing for 30 days'],
  [
    'silence of one event',
    { silent: { event: 'X' }, days: 1 },
    'Не было события «X» 1 день',
    'No event “X” for 1 day',
  ],
  [
    'an answer in time',
    { answered: { ask: { event: 'Email Sent' }, reply: { event: 'Email Replied' } }, minutes: 60 },
    'На «Email Sent» ответил («Email Replied») за 60 минут',
    'Answered “Email Sent” (“Email Replied”) within 60 minutes',
  ],
  [
    'nested groups are bracketed, and parts inside begin small',
    {
      all: [
        { event: 'A' },
        { any: [{ page: '/x' }, { fact: 'city', op: 'eq', value: 'Омск' }] },
        { not: { silent: {}, days: 2 } },
      ],
    },
    'Событие «A» и (открыл страницу /x или город: «Омск») и неверно, что: ничего не делал 2 дня',
    'Event “A” and (opened the page /x or city is “Омск”) and not: did nothing for 2 days',
  ],
];

describe('sentence', () => {
  test.each(said)('says %s', (_name, cond, inRu, inEn) => {
    expect(plain(cond, ru, 'ru')).toBe(inRu);
    expect(plain(cond, en, 'en')).toBe(inEn);
  });

  test('every value leads back to its leaf', () => {
    const cond: Cond = {
      all: [{ event: 'A' }, { not: { count: { event: 'B' }, op: '>=', value: 2, days: 7 } }],
    };
    const values = sentence(cond, en, 'en').filter((p) => typeof p !== 'string');
    expect(values.map((v) => v.leaf)).toEqual([
      ['all', 0],
      ['all', 1, 'not'],
      ['all', 1, 'not'],
      ['all', 1, 'not'],
    ]);
    expect(values.map((v) => v.field)).toEqual(['event', 'count', 'value', 'window']);
  });

  test('a gap is shown as one', () => {
    const gaps = sentence({ fact: 'title', op: 'has', value: '' }, en, 'en').filter(
      (p) => typeof p !== 'string',
    );
    expect(gaps).toEqual([{ v: 'a value', leaf: [], field: 'value', hole: true }]);
  });
});

describe('builder', () => {
  test('a fresh leaf of each kind is of that kind and has its gaps, if any, where a form can show them', () => {
    for (const k of leafKinds) {
      const c = blank(k);
      expect(kindOf(c)).toBe(k);
      for (const p of holes(c)) expect(['value', 'event', 'page', 'fact']).toContain(p[p.length - 1]);
    }
    expect(holes(blank('page'))).toEqual([]);
    expect(holes(blank('silent'))).toEqual([]);
  });

  test('another kind keeps the event', () => {
    expect(blank('within', { event: 'A' })).toEqual({ within: { event: 'A' }, days: 7 });
    expect(blank('count', { page: '/x' })).toMatchObject({ count: { page: '/x' } });
  });

  test('another operator keeps as much of the value as it can', () => {
    expect(withOp({ op: 'eq', value: 5 }, 'between').value).toEqual([5, 5]);
    expect(withOp({ op: 'between', value: [1, 9] }, '>=').value).toBe(1);
    expect(withOp({ op: 'has', value: 'x' }, 'in').value).toEqual(['x']);
    expect('value' in withOp({ op: 'has', value: 'x' }, 'exists')).toBe(false);
    expect(refit('has', undefined)).toBe('');
  });

  test('a window has one unit', () => {
    expect(withWindow({ silent: {}, days: 3 }, 'hours', 5)).toEqual({ silent: {}, hours: 5 });
    expect(windowOf({ minutes: 60 })).toEqual({ unit: 'minutes', n: 60 });
  });

  test('a change by path leaves the rest as it is', () => {
    const c: Cond = { all: [{ event: 'A' }, { not: { event: 'B' } }] };
    const next = setAt(c, ['all', 1, 'not'], { page: '/x' });
    expect(next).toEqual({ all: [{ event: 'A' }, { not: { page: '/x' } }] });
    expect((next as { all: Cond[] }).all[0]).toBe((c as { all: Cond[] }).all[0]);
  });

  test('what is typed keeps its kind', () => {
    expect(['12', '0', '-3', '1,5', '007', '+7', 'true', 'pro'].map(readValue)).toEqual([
      12,
      0,
      -3,
      1.5,
      '007',
      '+7',
      true,
      'pro',
    ]);
    expect(readList(' a, 2;\nb ,')).toEqual(['a', 2, 'b']);
  });

  test('points come with each event only when an event stands outside windows', () => {
    expect(isPerEvent({ all: [{ fact: 'a', op: 'exists' }, { event: 'A' }] })).toBe(true);
    expect(
      isPerEvent({
        any: [
          { count: { event: 'A' }, op: '>=', value: 1, days: 1 },
          { silent: {}, days: 1 },
        ],
      }),
    ).toBe(false);
  });

  test('names of events are gathered from everywhere', () => {
    const c: Cond = {
      all: [
        { not: { event: ['A', 'B'] } },
        { answered: { ask: { event: 'C' }, reply: { event: 'D' } }, hours: 1 },
        { silent: { event: 'E' }, days: 1 },
      ],
    };
    expect([...eventsIn(c)].sort()).toEqual(['A', 'B', 'C', 'D', 'E']);
  });
});

test('pages that share their beginning are offered as one pattern too', () => {
  expect(pagePatterns(['/pricing', '/blog/1', '/blog/2', '/'])).toEqual([
    '/pricing',
    '/blog*',
    '/blog/1',
    '/blog/2',
    '/',
  ]);
});

describe('a sentence of very many values', () => {
  const title = (op: 'has' | 'starts', value: string): Cond => ({ fact: 'title', op, value });
  const long: Cond = {
    any: Array.from({ length: 12 }, (_, i) => title(i % 2 ? 'starts' : 'has', 'v' + i)),
  };
  const values = (c: Cond, wrong = false) =>
    cut(folded(sentence(c, ru, 'ru')), () => wrong).flatMap((p) => (typeof p === 'string' ? [] : [p]));

  test('goes on behind how many more there are', () => {
    const shown = values(long);
    expect(shown).toHaveLength(6);
    expect(shown.at(-1)).toEqual({ more: 7 });
  });
  test('is whole when a place in the rest is wrong, or when it is not that long', () => {
    expect(values(long, true)).toHaveLength(12);
    expect(values({ any: [title('has', 'a'), title('starts', 'b')] })).toHaveLength(2);
  });
});
