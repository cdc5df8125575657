/* Imports and working hours: what is decided before the server is asked. */
import { describe, expect, test } from 'vitest';
import type { Column } from '../src/api/imports';
import { faultsAt } from '../src/pages/import/check';
import {
  dateColumns,
  firstMapping,
  keepOthers,
  mappingFaults,
  otherField,
  toSend,
  withField,
} from '../src/pages/import/mapping';
import { dayFault, hoursInWords, nextSpan, weekFaults } from '../src/pages/settings/hours';
import { holes } from '../src/part/cond/cond';
import { ANY_LEAD, isAlways } from '../src/pages/routing/always';
import { leadsOf } from '../src/part/load';

const columns: Column[] = [
  { index: 0, name: 'Почта', sample: [], guess: 'email' },
  { index: 1, name: 'E-mail 2', sample: [], guess: 'email' },
  { index: 2, name: 'Визиты, шт.', sample: [], guess: '', format: 'number' },
];

describe('mapping', () => {
  test('columns of dates are named, the one taken for outcomes apart', () => {
    const file: Column[] = [
      { index: 0, name: 'Почта', sample: ['a@b.example'], guess: 'email' },
      { index: 1, name: 'Исход', sample: ['won'], guess: 'outcome' },
      { index: 2, name: 'Закрыт', sample: ['05.01.2026', '2026-01-06 10:00'], guess: '' },
      { index: 3, name: 'Создан', sample: [], guess: 'created_at' },
    ];
    const bare = { columns: [{ index: 1, field: 'outcome' }] };
    expect(dateColumns(file, bare)).toEqual({ decided: undefined, others: ['Закрыт'] });
    const both = {
      columns: [
        { index: 2, field: 'outcome_at' },
        { index: 3, field: 'created_at' },
      ],
    };
    expect(dateColumns(file, both)).toEqual({ decided: 'Закрыт', others: ['Создан'] });
    expect(dateColumns(file.slice(0, 2), bare).others).toEqual([]);
  });
  test('a field guessed twice is given to the first column', () => {
    expect(firstMapping(columns).columns).toEqual([
      { index: 0, field: 'email' },
      { index: 1, field: '' },
      { index: 2, field: '' },
    ]);
  });

  test('a mapping that stands is taken over, columns it leaves out are left out', () => {
    const m = firstMapping(columns, {
      source: 'Fair',
      columns: [{ index: 2, field: 'fact.visits', format: 'number' }],
    });
    expect(m).toEqual({
      source: 'Fair',
      columns: [
        { index: 0, field: '' },
        { index: 1, field: '' },
        { index: 2, field: 'fact.visits', format: 'number' },
      ],
    });
    expect(toSend(m).columns).toHaveLength(1);
  });

  test('the guess of the server is completed, what a person has sent is not', () => {
    const file = [
      { index: 0, name: 'City', sample: ['Mumbai', 'Pune'], nothing: ['Select', '-'], guess: 'city' },
      { index: 1, name: 'Note', sample: ['SELECT', 'unknown'], nothing: ['SELECT'], guess: '' },
    ];
    const guess = { columns: [{ index: 0, field: 'city' }] };
    expect(firstMapping(file, guess, 'Europe/Moscow')).toEqual({
      columns: [...guess.columns, { index: 1, field: '' }],
      empty: ['Select', '-'],
      zone: 'Europe/Moscow',
    });
    const sent = { ...guess, zone: 'UTC' };
    expect(firstMapping(file.slice(0, 1), sent, 'Europe/Moscow')).toEqual(sent);
  });

  test('without an identity, or with a field twice, nothing is sent', () => {
    const m = firstMapping(columns);
    expect(mappingFaults('leads', m)).toEqual([]);
    expect(mappingFaults('leads', withField(m, 0, 'name'))).toEqual([{ kind: 'no_id' }]);
    expect(mappingFaults('leads', withField(m, 1, 'email'))).toEqual([{ kind: 'twice', field: 'email' }]);
    expect(mappingFaults('events', m)).toEqual([{ kind: 'no_event' }]);
    expect(mappingFaults('events', { ...m, constants: { event: 'Viewed' } })).toEqual([]);
  });

  test('other columns are kept under names of their own', () => {
    expect(otherField('leads', 'Визиты, шт.')).toBe('fact.визиты_шт');
    expect(otherField('events', '***')).toBe('properties.column');
    const m = keepOthers('leads', [...columns, { index: 3, name: 'E-mail 2', sample: [], guess: '' }], {
      columns: [0, 1, 2, 3].map((index) => ({ index, field: index ? '' : 'email' })),
    });
    expect(m.columns.map((c) => c.field)).toEqual([
      'email',
      'fact.e_mail_2',
      'fact.визиты_шт',
      'fact.e_mail_2_2',
    ]);
    expect(m.columns[2]!.format).toBe('number');
  });

  test('a fault stands at its cell', () => {
    const list = [
      { column: 'Почта', index: 0, code: 'bad_shape' },
      { column: 'Почта', code: 'too_long' },
      { code: 'no_identity' },
    ];
    expect(faultsAt(list, 0, 'Почта').map((e) => e.code)).toEqual(['bad_shape', 'too_long']);
    expect(faultsAt(list, 1, 'E-mail 2')).toEqual([]);
  });
});

describe('hours', () => {
  test('hours go forward, do not overlap, and the last may run past midnight', () => {
    expect(
      dayFault([
        ['09:00', '13:00'],
        ['14:00', '18:00'],
      ]),
    ).toBe(false);
    expect(dayFault([['22:00', '06:00']])).toBe(false);
    expect(
      dayFault([
        ['22:00', '06:00'],
        ['07:00', '08:00'],
      ]),
    ).toBe(true);
    expect(
      dayFault([
        ['09:00', '13:00'],
        ['12:00', '18:00'],
      ]),
    ).toBe(true);
    expect(dayFault([['', '18:00']])).toBe(true);
    expect(weekFaults({ mon: [['09:00', '09:00']], tue: [] })).toEqual(['mon']);
  });

  test('equal days are said together', () => {
    const names = { mon: 'Mo', tue: 'Tu', wed: 'We', thu: 'Th', fri: 'Fr', sat: 'Sa', sun: 'Su' };
    const day: [string, string][] = [['09:00', '18:00']];
    expect(hoursInWords({ mon: day, tue: day, wed: day, sat: [['10:00', '15:00']] }, names)).toBe(
      'Mo–We 09:00–18:00; Sa 10:00–15:00',
    );
  });

  test('more hours begin after those there are', () => {
    expect(nextSpan([])).toEqual(['09:00', '18:00']);
    expect(dayFault([['09:00', '13:00'], nextSpan([['09:00', '13:00']])])).toBe(false);
  });
});

test('«any lead» is known again after a round through the server, in any order of members', () => {
  expect(isAlways(JSON.parse(JSON.stringify(ANY_LEAD)))).toBe(true);
  expect(
    isAlways({
      any: [
        { op: 'exists', fact: 'email' },
        { op: 'empty', fact: 'email' },
      ],
    }),
  ).toBe(true);
  expect(isAlways({ fact: 'email', op: 'exists' })).toBe(false);
  expect(holes(ANY_LEAD)).toEqual([]);
});

test('load_is_told_in_units_and_opens_the_leads_behind_them', () => {
  expect(leadsOf({ load: 15, hot: 5, capacity: 400 })).toEqual({ hot: 5, warm: 5, all: 10 });
  expect(leadsOf({ load: 0, hot: 0, capacity: 0 })).toEqual({ hot: 0, warm: 0, all: 0 });
});
