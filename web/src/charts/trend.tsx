/* Shares over time, a column with its whisker for each period. Periods whose leads are still too young are hatched.
   A column opens what it counted; by keyboard the table beside it does. */
import { scaleBand } from 'd3-scale';
import { useId } from 'react';
import { useFmt } from '../i18n';
import { labelEvery } from './layout';
import { useWidth } from './use-width';
import './charts.css';

export type Period = {
  key: string;
  value: number | null;
  low: number | null;
  high: number | null;
  maturing: boolean;
  tell: string;
};

export function Trend({
  rows,
  say,
  height = 180,
  onBar,
}: {
  rows: Period[];
  say: string;
  height?: number;
  onBar?: (i: number) => void;
}) {
  const { ref, width } = useWidth();
  const id = useId();
  const f = useFmt();
  const left = 38;
  const floor = height - 20;
  const top = Math.max(0.05, ...rows.map((r) => r.high ?? r.value ?? 0));
  const x = scaleBand<number>(
    rows.map((_, i) => i),
    [left, Math.max(left, width)],
  ).padding(0.25);
  const y = (v: number) => floor - (v / top) * (floor - 8);
  const every = labelEvery(
    rows.map((r) => r.key),
    width - left,
  );
  return (
    <div ref={ref} className="chart">
      {width > 0 && (
        <svg width={width} height={height} role="img" aria-label={say}>
          <defs>
            <pattern
              id={id + 'h'}
              width="5"
              height="5"
              patternUnits="userSpaceOnUse"
              patternTransform="rotate(45)"
            >
              <rect width="5" height="5" className="f-c1" />
              <line x1="0" y1="0" x2="0" y2="5" className="hatchline" />
            </pattern>
          </defs>
          {[0, top / 2, top].map((v) => (
            <g key={v}>
              <line x1={left} x2={width} y1={y(v)} y2={y(v)} className="grid" />
              <text x={left - 6} y={y(v) + 4} textAnchor="end" className="tick">
                {f.pct(v)}
              </text>
            </g>
          ))}
          {rows.map((r, i) => {
            const middle = x(i)! + x.bandwidth() / 2;
            return (
              <g
                key={r.key}
                {...(onBar && r.value !== null
                  ? { onClick: () => onBar(i), style: { cursor: 'pointer' } }
                  : {})}
              >
                <title>{r.tell}</title>
                {r.value !== null && (
                  <rect
                    x={x(i)}
                    y={y(r.value)}
                    width={x.bandwidth()}
                    height={Math.max(1, floor - y(r.value))}
                    rx={2}
                    className={r.maturing ? undefined : 'f-c1'}
                    fill={r.maturing ? `url(#${id}h)` : undefined}
                  />
                )}
                {r.low !== null && r.high !== null && (
                  <line x1={middle} x2={middle} y1={y(r.low)} y2={y(r.high)} className="whisker" />
                )}
                {i % every === 0 && (
                  <text x={middle} y={height - 4} textAnchor="middle" className="tick">
                    {r.key}
                  </text>
                )}
              </g>
            );
          })}
        </svg>
      )}
    </div>
  );
}
