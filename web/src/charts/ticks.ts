/* Round instants for an axis of time: at most about `count` of them, on whole minutes, hours or days of the reader's clock. */
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

export function timeTicks(from: number, until: number, count: number): number[] {
  const step = steps.find((s) => (until - from) / s <= count) ?? steps[steps.length - 1]!;
  const shift = new Date(from).getTimezoneOffset() * MIN; // weeks begin where 1970 did; days at local midnight
  const out: number[] = [];
  for (let t = Math.ceil((from - shift) / step) * step + shift; t <= until; t += step) out.push(t);
  return out;
}
