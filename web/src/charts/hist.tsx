/* Before and after: grey beside the colour of the temperature, thresholds dotted. A bar opens what it counted; by keyboard the table beside it does. */
import type { Band } from '../api/types';
import { paired, type HistRow } from './layout';
import { useWidth } from './use-width';
import './charts.css';

export function Hist({
  rows,
  warm,
  hot,
  top,
  say,
  height = 114,
  onBar,
}: {
  rows: HistRow[];
  warm: number;
  hot: number;
  top?: number; // the greatest score there can be
  say: string;
  height?: number;
  onBar?: (i: number, side: 'before' | 'after') => void;
}) {
  const { ref, width } = useWidth();
  const floor = height - 18;
  const bar = (i: number, side: 'before' | 'after') =>
    onBar && rows[i]?.[side] ? { onClick: () => onBar(i, side), style: { cursor: 'pointer' } } : {};
  const l = paired(rows, width, floor);
  const band = (r: HistRow): Band => {
    const middle = (r.from + r.to) / 2;
    return middle >= hot ? 'hot' : middle >= warm ? 'warm' : 'cold';
  };
  const end = rows[rows.length - 1]?.to ?? 100;
  const start = rows[0]?.from ?? 0;
  const marks = [...new Set([start, warm, hot, Math.min(end, top ?? end)])];
  return (
    <div ref={ref} className="chart">
      {width > 0 && (
        <svg width={width} height={height} role="img" aria-label={say}>
          <line x1={0} x2={width} y1={floor} y2={floor} className="grid" />
          {l.pairs.map((p, i) => (
            <g key={p.row.from}>
              <rect {...size(p.before)} rx={2} className="f-c0" {...bar(i, 'before')} />
              <rect {...size(p.after)} rx={2} className={'f-viz-' + band(p.row)} {...bar(i, 'after')} />
              <title>{`${barName(rows, i)}: ${p.row.before} → ${p.row.after}`}</title>
            </g>
          ))}
          {[warm, hot].map((v) => (
            <line key={v} x1={l.x(v)} x2={l.x(v)} y1={0} y2={floor} className="threshold" />
          ))}
          {marks.map((v) => (
            <text
              key={v}
              x={l.x(v)}
              y={height - 4}
              className="tick"
              textAnchor={v === start ? 'start' : v === end ? 'end' : 'middle'}
            >
              {v}
            </text>
          ))}
        </svg>
      )}
    </div>
  );
}
/* The scores of a bar in words: both ends are within it, and the last one holds what lies beyond. */
const barName = (rows: HistRow[], i: number) =>
  rows[i]!.from + (i === rows.length - 1 ? '+' : '–' + (rows[i]!.to - 1));
const size = (b: { x: number; y: number; w: number; h: number }) => ({
  x: b.x,
  y: b.y,
  width: b.w,
  height: b.h,
});
