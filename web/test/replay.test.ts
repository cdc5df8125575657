/* Long histories by weeks. */
import { expect, test } from 'vitest';
import { byWeek } from '../src/pages/scoring/daychart';

test('days are summed by sevens, what is left is a week too, nothing is lost', () => {
  const days = Array.from({ length: 17 }, (_, i) => ({ day: 'd' + i, before: 1, after: i }));
  const weeks = byWeek(days);
  expect(weeks.map((w) => [w.day, w.days, w.before])).toEqual([
    ['d0', 7, 7],
    ['d7', 7, 7],
    ['d14', 3, 3],
  ]);
  expect(weeks.reduce((n, w) => n + w.after, 0)).toBe(136);
  expect(days[0]!.before).toBe(1);
});
