/* How many turned hot a day: grey as it was, the colour of heat as the draft would have it; the team's capacity dashed. */
import { useWidth } from '../../charts/use-width';
import { countScale } from '../../charts/layout';
import '../../charts/charts.css';

export type DayRow = { key: string; label: string; before: number; after: number };

export function DayChart({
  rows,
  capacity,
  say,
  height = 180,
  onBar,
}: {
  rows: DayRow[];
  capacity: number | null;
  say: string;
  height?: number;
  onBar?: (i: number, side: 'before' | 'after') => void;
}) {
  const { ref, width } = useWidth();
  const left = 28;
  const floor = height - 20;
  const top = Math.max(1, capacity ?? 0, ...rows.map((r) => Math.max(r.before, r.after)));
  const { y, ticks } = countScale(top, floor - 6, 4);
  const step = (width - left) / Math.max(1, rows.length);
  const bar = Math.max(1, Math.min(14, step * 0.4));
  const label = 12 + 6.5 * Math.max(6, ...rows.map((r) => r.label.length)); // of figures this small, about
  const every = Math.max(1, Math.ceil(label / Math.max(1, step)));
  const up = (v: number) => y(v) + 6;
  const opens = (i: number, side: 'before' | 'after') =>
    onBar && rows[i]?.[side] ? { onClick: () => onBar(i, side), style: { cursor: 'pointer' } } : {};
  return (
    <div ref={ref} className="chart">
      {width > 0 && (
        <svg width={width} height={height} role="img" aria-label={say}>
          {ticks.map((v) => (
            <g key={v}>
              <line x1={left} x2={width} y1={up(v)} y2={up(v)} className="grid" />
              <text x={left - 6} y={up(v) + 4} textAnchor="end" className="tick">
                {v}
              </text>
            </g>
          ))}
          {rows.map((r, i) => {
            const x = left + i * step + step / 2;
            return (
              <g key={r.key}>
                <title>{`${r.label}: ${r.before} → ${r.after}`}</title>
                <rect
                  x={x - bar}
                  y={up(r.before)}
                  width={bar}
                  height={floor - up(r.before)}
                  className="f-c0"
                  {...opens(i, 'before')}
                />
                <rect
                  x={x}
                  y={up(r.after)}
                  width={bar}
                  height={floor - up(r.after)}
                  className="f-viz-hot"
                  {...opens(i, 'after')}
                />
                {i % every === 0 && (
                  <text x={x} y={height - 4} textAnchor={x > width - 30 ? 'end' : 'middle'} className="tick">
                    {r.label}
                  </text>
                )}
              </g>
            );
          })}
          {capacity !== null && (
            <line x1={left} x2={width} y1={up(capacity)} y2={up(capacity)} className="threshold cap" />
          )}
        </svg>
      )}
    </div>
  );
}

/* Long histories are drawn by weeks: seven days, or what is left of them, are one column. Pure. */
export function byWeek(
  days: { day: string; before: number; after: number }[],
): { day: string; before: number; after: number; days: number }[] {
  const out: { day: string; before: number; after: number; days: number }[] = [];
  days.forEach((d, i) => {
    if (i % 7 === 0) out.push({ ...d, days: 1 });
    else {
      const last = out[out.length - 1]!;
      last.before += d.before;
      last.after += d.after;
      last.days++;
    }
  });
  return out;
}
