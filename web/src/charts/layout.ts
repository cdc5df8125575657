/* Where things stand in a chart: pure, so that it can be tested without a page. */
import { max, nice, ticks as roundTicks } from 'd3-array';
import { scaleBand } from 'd3-scale';
import { stack } from 'd3-shape';
import { linear } from './scale';

export type Box = { x: number; y: number; w: number; h: number };

/* A round top for counts, and its ticks; whole numbers only. */
export function countScale(top: number, height: number, ticks = 3) {
  const [lo, hi] = nice(0, Math.max(1, top), ticks);
  return { y: linear([lo, hi], [height, 0]), ticks: roundTicks(lo, hi, ticks).filter(Number.isInteger) };
}

export type StackRow<K extends string> = { key: string; values: Record<K, number> };
/* Stacked columns with a gap of one pixel between parts; parts of nothing are left out. */
export function stacked<K extends string>(
  rows: StackRow<K>[],
  parts: readonly K[],
  width: number,
  height: number,
  left: number,
) {
  const x = scaleBand<string>()
    .domain(rows.map((r) => r.key))
    .range([left, width])
    .paddingInner(0.32)
    .paddingOuter(0.16);
  const sum = (r: StackRow<K>) => parts.reduce((n, p) => n + r.values[p], 0);
  const { y, ticks } = countScale(max(rows, sum) ?? 0, height);
  const layers = stack<StackRow<K>, K>()
    .keys(parts as K[])
    .value((r, k) => r.values[k])(rows);
  const boxes = layers.flatMap((layer) =>
    layer.flatMap((d, i): (Box & { part: K; row: number })[] => {
      const [lo, hi] = [d[0], d[1]];
      if (!(hi > lo)) return [];
      const top = y(hi);
      const h = y(lo) - top;
      return [
        {
          part: layer.key,
          row: i,
          x: x(rows[i]!.key)!,
          y: top,
          w: x.bandwidth(),
          h: Math.max(1, lo > 0 ? h - 1 : h),
        },
      ];
    }),
  );
  return { x, y, ticks, boxes };
}

export type HistRow = { from: number; to: number; before: number; after: number };
/* Pairs of columns: before and after side by side. The axis is the score itself, so that thresholds stand at their place. */
export function paired(rows: HistRow[], width: number, height: number) {
  const lo = rows[0]?.from ?? 0;
  const hi = rows[rows.length - 1]?.to ?? 100;
  const x = linear([lo, hi], [0, width]);
  const y = linear([0, Math.max(1, max(rows, (r) => Math.max(r.before, r.after)) ?? 1)], [height, 2]);
  const bar = (v: number) => ({ y: y(v), h: height - y(v) });
  return {
    x,
    pairs: rows.map((r) => {
      const a = x(r.from);
      const w = Math.max(1, (x(r.to) - a - 5) / 2);
      return {
        row: r,
        before: { x: a + 2, w, ...bar(r.before) },
        after: { x: a + 3 + w, w, ...bar(r.after) },
      };
    }),
  };
}

/* Where one of two labels that may meet stands: above the other, if it would lie on it. */
const LABEL = 14;
export const liftedOff = (y: number, other: number | undefined): number =>
  other !== undefined && Math.abs(y - other) < LABEL ? other - LABEL : y;

/* Points of a small line, the last value at the right edge. */
export function sparkPoints(values: number[], width: number, height: number): [number, number][] {
  if (!values.length) return [];
  const x = linear([0, Math.max(1, values.length - 1)], [2, width - 2]);
  const lo = Math.min(...values);
  const hi = Math.max(...values);
  const y = linear([lo, hi === lo ? lo + 1 : hi], [height - 2, 2]);
  return values.map((v, i) => [x(i), y(v)]);
}

/* Every which label of a row of them has room, by the longest; a letter of a tick is about 6.4 px wide. */
export function labelEvery(labels: string[], width: number): number {
  const widest = Math.max(0, ...labels.map((x) => x.length)) * 6.4 + 10;
  return Math.max(1, Math.ceil((labels.length * widest) / Math.max(1, width)));
}
