/* Round instants for an axis of time: at most about `count` of them, on whole minutes, hours or days of the clock in the reader's profile, also
   where that clock is changed on the way. */
import type { Format } from '../i18n/format';

const MIN = 60_000;
const HOUR = 60 * MIN;
const DAY = 24 * HOUR;
const steps = [
  MIN,
  5 * MIN,
  15 * MIN,
  30 * MIN,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
  91 * DAY,
  182 * DAY,
  364 * DAY,
];

export function timeTicks(
  from: number,
  until: number,
  count: number,
  clock: Pick<Format, 'wall' | 'fromWall'>,
): number[] {
  const step = steps.find((s) => (until - from) / s <= count) ?? steps[steps.length - 1]!;
  // Weeks begin where 1970 did, days at midnight, all by the wall.
  const wall = (at: number) => Date.parse(clock.wall(at) + ':00Z');
  const out: number[] = [];
  for (let w = Math.floor(wall(from) / step) * step; ; w += step) {
    const t = clock.fromWall(new Date(w).toISOString().slice(0, 16));
    if (t > until) return out;
    if (t >= from && t > (out[out.length - 1] ?? -Infinity)) out.push(t);
  }
}
