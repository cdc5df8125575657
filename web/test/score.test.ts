import { expect, test } from 'vitest';
import { toldScore } from '../src/kit/score';

const thresholds = { warm: 31, hot: 71 };
const told = (total_exact: number) => toldScore({ total: Math.round(total_exact), total_exact, thresholds });

test('a score is told whole, but where rounding would carry it over a threshold', () => {
  expect(told(70.4)).toBe(70);
  expect(told(70.867819)).toBe(70.8);
  expect(told(70.999)).toBe(70.9);
  expect(told(71)).toBe(71);
  expect(told(71.4)).toBe(71);
  expect(told(30.5)).toBe(30.5);
  expect(told(-3.5)).toBe(Math.round(-3.5));
});

test('a hot lead above the threshold that a gate keeps warm is told as it is', () => {
  expect(toldScore({ total: 85, total_exact: 85.2, thresholds })).toBe(85);
  expect(toldScore({ total: 71, thresholds })).toBe(71);
});
