import { afterEach, describe, expect, it } from 'vitest';
import en from '../src/i18n/en';
import ru from '../src/i18n/ru';
import {
  countdown,
  dayPlus,
  fromWall,
  makeFormat,
  phone,
  plural,
  toMajor,
  toMinor,
  wallOf,
} from '../src/i18n/format';

const plain = (s: string) => s.replace(/[\u00a0\u202f]/g, ' ');
const r = makeFormat('ru', 'Europe/Moscow', 'RUB', ru);
const e = makeFormat('en', 'America/New_York', 'USD', en);
const now = Date.parse('2026-11-22T11:04:00Z'); // 14:04 in Moscow, 6:04 in New York

describe('numbers', () => {
  it.each([
    [r.num(12480.5), '12 480,5'],
    [e.num(12480.5), '12,480.5'],
    [r.num(-5), '−5'],
    [r.num(-0.04), '0'],
    [e.exact(-0), '0'],
    [r.two(0.7), '0,70'],
    [e.two(-1234.567), '−1,234.57'],
    [r.pct(0.31), '31 %'],
    [e.pct(0.31), '31%'],
    [r.money(120000000), '1 200 000 ₽'],
    [e.money(120000000, 'RUB'), 'RUB 1,200,000'],
    [r.moneyShort(120000000), '1,2 млн ₽'],
    [e.moneyShort(120000000, 'RUB'), 'RUB 1.2M'],
    [e.money(1050, 'USD'), 'USD 10.50'],
    [e.money(1050, 'JPY'), 'JPY 1,050'],
    [r.money(1050, 'KRW'), '1 050 ₩'],
    [e.money(10500, 'KWD'), 'KWD 10.500'],
    [e.money(12000, 'KWD'), 'KWD 12'],
    [e.money(1050, 'RSD'), 'RSD 10.50'],
    [e.moneyShort(1200000, 'JPY'), 'JPY 1.2M'],
    [e.sumShort(1200000, 'JPY'), '1.2M'],
  ])('%s', (got, want) => expect(plain(got)).toBe(want));
});

describe('instants', () => {
  it.each([
    [r.time('2026-11-22T11:02:00Z'), '14:02'],
    [e.time('2026-11-22T19:02:00Z'), '2:02 PM'],
    [r.when('2026-11-22T11:30:00Z', now), 'сегодня 14:30'],
    [r.when('2026-11-23T07:00:00Z', now), 'завтра 10:00'],
    // past midnight in Moscow, though the UTC day is the same
    [r.when('2026-11-22T21:30:00Z', now), 'завтра 0:30'],
    [e.when('2026-11-22T19:30:00Z', now), 'today 2:30 PM'],
    [r.ago('2026-11-22T11:02:00Z', now), '2 мин'],
    [r.ago('2026-11-22T06:00:00Z', now), '5 ч'],
    [r.ago('2026-11-21T06:00:00Z', now), 'вчера'],
    [r.ago('2026-11-19T06:00:00Z', now), '3 дня'],
    [e.ago('2026-11-19T18:00:00Z', now), '3 days'],
    [r.mark('2026-11-18T06:00:00Z', now), '18 нояб.'],
    [r.span(5), '5 мин'],
    [r.span(180), '3 ч'],
  ])('%s', (got, want) => expect(plain(got).replace('00:30', '0:30')).toBe(want));
});

describe('countdown', () => {
  it.each([
    [222_000, '3:42'],
    [-135_000, '−2:15'],
    [0, '0:00'],
    [-400, '0:00'],
    [3_661_000, '1:01:01'],
  ])('%d', (ms, want) => expect(countdown(ms)).toBe(want));
});

it.each([
  ['1 200,5', 'RUB', 120050],
  ['1200', 'JPY', 1200],
  ['10.5', 'KWD', 10500],
  [' ', 'JPY', null],
  ['-1', 'RUB', undefined],
  ['ten', 'RUB', undefined],
])('a sum typed as %s %s is kept as %s and comes back', (text, cur, want) => {
  const minor = toMinor(text, cur);
  expect(minor).toBe(want);
  if (minor) expect(toMinor(String(toMajor(minor, cur)), cur)).toBe(minor);
});

it('telephones', () => {
  expect(plain(phone('+79000000142'))).toBe('+7 900 000-01-42');
  expect(plain(phone('+12025550123'))).toBe('+1 202 555-0123');
  expect(phone('+4930123456')).toBe('+4930123456');
});

it('plurals: one, few, many', () => {
  const f = { one: 'лид', few: 'лида', many: 'лидов', other: 'лида' };
  expect([1, 2, 5, 11, 21, 22, 112].map((n) => plural('ru', n, f))).toEqual([
    'лид',
    'лида',
    'лидов',
    'лидов',
    'лид',
    'лида',
    'лидов',
  ]);
});

describe('wall time of a zone', () => {
  it.each([
    ['2026-11-23T10:00', 'Europe/Moscow', '2026-11-23T07:00:00.000Z'],
    ['2026-07-01T10:00', 'America/New_York', '2026-07-01T14:00:00.000Z'],
    ['2026-12-01T10:00', 'America/New_York', '2026-12-01T15:00:00.000Z'],
    ['2026-03-29T12:00', 'Europe/Berlin', '2026-03-29T10:00:00.000Z'], // the day clocks change
  ])('%s in %s', (wall, zone, at) => {
    expect(new Date(fromWall(wall, zone)).toISOString()).toBe(at);
    expect(wallOf(Date.parse(at), zone)).toBe(wall);
  });
});

describe('a day picked on the screen is a day of the profile’s zone, wherever the browser stands', () => {
  const own = process.env.TZ;
  afterEach(() => {
    if (own === undefined) delete process.env.TZ;
    else process.env.TZ = own;
  });
  it.each(['UTC', 'Pacific/Honolulu', 'Pacific/Auckland'])('the browser in %s', (browser) => {
    process.env.TZ = browser;
    expect(new Date(2026, 10, 26).getTimezoneOffset()).toBe(
      { UTC: 0, 'Pacific/Honolulu': 600, 'Pacific/Auckland': -780 }[browser],
    );
    // two days of absence in Moscow, the last one inclusive
    expect(r.dayStart('2026-11-26')).toBe('2026-11-25T21:00:00.000Z');
    expect(r.dayEnd('2026-11-27')).toBe('2026-11-27T21:00:00.000Z');
    // New York turns its clocks back on this day: it lasts 25 hours
    expect(e.dayStart('2026-11-01')).toBe('2026-11-01T04:00:00.000Z');
    expect(e.dayEnd('2026-11-01')).toBe('2026-11-02T05:00:00.000Z');
    expect(dayPlus('2026-03-01', -1)).toBe('2026-02-28');
    expect(dayPlus('2026-12-31', 1)).toBe('2027-01-01');
  });
});

it('both dictionaries have the same keys and kinds', () => {
  const shape = (x: unknown): unknown =>
    typeof x === 'object' && x
      ? Object.fromEntries(
          Object.entries(x)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([k, v]) => [k, shape(v)]),
        )
      : typeof x;
  expect(shape(ru)).toEqual(shape(en));
});

// The data are people's: whatever they hold, the screen is drawn.
describe('formats_never_throw', () => {
  it.each([
    [r.money(123400, '€€'), '1 234 €€'],
    [e.moneyShort(123400000, 'coins'), '1.2M coins'],
    [r.money(100, ''), '1'],
    [r.time('soon'), '—'],
    [r.when('', now), '—'],
    [r.date(NaN), '—'],
    [r.ago('never', now), '—'],
    [r.mark('never', now), '—'],
    [r.monthOf('soon'), '—'],
    [makeFormat('ru', 'Atlantis/Center', '₽', ru).money(123400), '1 234 ₽'],
    [wallOf(NaN, 'Nowhere'), ''],
    [r.dayEnd('soon'), ''],
    [dayPlus('soon', 1), ''],
  ])('%s', (got, want) => expect(plain(got)).toBe(want));
  it('an unknown zone is the browser', () =>
    expect(makeFormat('en', 'Atlantis/Center', 'RUB', en).time(now)).toBe(
      makeFormat('en', undefined, 'RUB', en).time(now),
    ));
});
