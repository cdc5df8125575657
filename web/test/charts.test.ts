/* Where things stand in a chart. */
import { timeTicks } from '../src/charts/ticks';
import { fromWall, wallOf } from '../src/i18n/format';
import { expect, test } from 'vitest';
import { linear } from '../src/charts/scale';
import { countScale, labelEvery, liftedOff, paired, sparkPoints, stacked } from '../src/charts/layout';

test('counts have whole ticks from zero and a round top', () => {
  const { y, ticks } = countScale(21, 200);
  expect(ticks[0]).toBe(0);
  expect(ticks.every(Number.isInteger)).toBe(true);
  expect(ticks[ticks.length - 1]).toBeGreaterThanOrEqual(21);
  expect(y(0)).toBe(200);
  expect(countScale(0, 100).y.invert(0)).toBeGreaterThan(0);
});

test('parts are stacked without overlap, and nothing is drawn for nothing', () => {
  const rows = [
    { key: '9', values: { a: 3, b: 2 } },
    { key: '10', values: { a: 0, b: 4 } },
  ];
  const l = stacked(rows, ['a', 'b'] as const, 200, 100, 20);
  expect(l.boxes).toHaveLength(3);
  const [a, b] = [
    l.boxes.find((x) => x.row === 0 && x.part === 'a')!,
    l.boxes.find((x) => x.row === 0 && x.part === 'b')!,
  ];
  expect(b.y + b.h).toBeLessThanOrEqual(a.y);
  expect(a.y + a.h).toBeCloseTo(100);
  for (const x of l.boxes) {
    expect(x.x).toBeGreaterThanOrEqual(20);
    expect(x.x + x.w).toBeLessThanOrEqual(200);
  }
});

test('pairs stand side by side at the place of their score', () => {
  const rows = Array.from({ length: 10 }, (_, i) => ({
    from: i * 10,
    to: i * 10 + 10,
    before: i,
    after: 9 - i,
  }));
  const l = paired(rows, 300, 100);
  for (const p of l.pairs) {
    expect(p.before.x).toBeGreaterThanOrEqual(l.x(p.row.from));
    expect(p.before.x + p.before.w).toBeLessThanOrEqual(p.after.x);
    expect(p.after.x + p.after.w).toBeLessThanOrEqual(l.x(p.row.to) + 0.001);
  }
  expect(l.pairs[9]!.before.h).toBeGreaterThan(l.pairs[0]!.before.h);
});

test('a spark of equal values is a line inside its box', () => {
  for (const [x, y] of sparkPoints([5, 5, 5], 60, 20)) {
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x).toBeLessThanOrEqual(60);
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y).toBeLessThanOrEqual(20);
  }
  expect(sparkPoints([], 60, 20)).toEqual([]);
});

const clockOf = (zone: string) => ({
  wall: (at: number) => wallOf(at, zone),
  fromWall: (wall: string) => fromWall(wall, zone),
});

test('an_axis_of_time_has_round_instants_and_not_too_many', () => {
  const from = Date.parse('2026-11-23T09:07:00Z');
  for (const hours of [0.05, 0.5, 3, 20, 70, 400, 5000, 30000]) {
    const until = from + hours * 3_600_000;
    const ticks = timeTicks(from, until, 6, clockOf('Asia/Tokyo'));
    expect(ticks.length).toBeLessThanOrEqual(7);
    expect(ticks.length).toBeGreaterThan(0);
    const step = ticks.length > 1 ? ticks[1]! - ticks[0]! : 60_000;
    for (const [i, t] of ticks.entries()) {
      expect(t >= from && t <= until).toBe(true);
      expect(t % 60_000).toBe(0);
      if (i) expect(t - ticks[i - 1]!).toBe(step);
    }
  }
});

test('days_of_an_axis_begin_at_midnight_of_the_profile_and_not_of_the_browser', () => {
  for (const zone of ['Asia/Vladivostok', 'America/New_York', 'Pacific/Chatham']) {
    // Clocks change within it in two of the zones.
    const from = Date.parse('2026-10-28T09:07:00Z');
    const clock = clockOf(zone);
    const ticks = timeTicks(from, from + 8 * 86_400_000, 8, clock);
    expect(ticks.length).toBe(8);
    for (const t of ticks) expect(clock.wall(t).slice(11)).toBe('00:00');
    for (const t of timeTicks(from, from + 30 * 3_600_000, 6, clock))
      expect(Number(clock.wall(t).slice(11, 13)) % 6).toBe(0);
  }
});

test('a straight scale goes there and back, and stands in the middle where its domain has no width', () => {
  const x = linear([10, 30], [100, 0]);
  expect([10, 20, 30, 35].map(x)).toEqual([100, 50, 0, -25]);
  expect(x.invert(50)).toBe(20);
  expect(linear([5, 5], [0, 80])(5)).toBe(40);
});

test('of two labels that would lie on each other one stands above', () => {
  expect(liftedOff(50, undefined)).toBe(50);
  expect(liftedOff(50, 20)).toBe(50);
  for (const y of [30, 40, 50]) expect(40 - liftedOff(y, 40)).toBeGreaterThanOrEqual(14);
});

test('labels stand as far apart as the longest of them is wide', () => {
  const months = ['Jan 1, 2018', 'Feb 1, 2018', 'Mar 1, 2018', 'Apr 1, 2018', 'May 1, 2018'];
  expect(labelEvery(months, 290)).toBe(2);
  expect(labelEvery(months, 600)).toBe(1);
  expect(labelEvery(['24 авг.', '7 сент.', '21 сент.'], 290)).toBe(1);
  expect(labelEvery([], 0)).toBe(1);
});
