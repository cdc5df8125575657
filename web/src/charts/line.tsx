/* A month towards its target: the even way, what was reached day by day, and where it may end, with the interval. 1 is the target. */
import { line } from 'd3-shape';
import { useFmt } from '../i18n';
import { liftedOff } from './layout';
import { useWidth } from './use-width';
import './charts.css';

export function Line({
  days,
  done,
  end,
  says,
  height = 200,
}: {
  days: number;
  done: number[]; // by the end of day 1, 2, ... until now
  end: [low: number, value: number, high: number] | null | undefined;
  says: { fact: string; forecast?: string; all: string };
  height?: number;
}) {
  const { ref, width } = useWidth();
  const f = useFmt();
  const [left, bottom, top] = [40, 22, 32]; // two labels have room above the highest point
  const w = Math.max(0, width - left - 8);
  const h = height - bottom - top;
  const most = Math.max(1, ...done, ...(end ?? []));
  const px = (day: number) => left + (day / days) * w;
  const py = (v: number) => top + (1 - v / most) * h;
  const draw = line<[number, number]>(
    (d) => px(d[0]),
    (d) => py(d[1]),
  );
  const today = done.length;
  const now = done[today - 1] ?? 0;
  const marks = [0, 0.5, 1, ...(most > 1.3 ? [most] : [])];
  const beside = px(today) > left + w * 0.6 ? 'end' : 'start';
  const aheadAt = end ? py(end[1]) - 8 : undefined;
  const factAt = liftedOff(py(now) - 8, beside === 'end' && says.forecast ? aheadAt : undefined);
  return (
    <div ref={ref} className="chart">
      {width > 0 && (
        <svg width={width} height={height} role="img" aria-label={says.all}>
          {marks.map((v) => (
            <g key={v}>
              <line x1={left} x2={left + w} y1={py(v)} y2={py(v)} className="grid" />
              <text x={left - 6} y={py(v) + 4} textAnchor="end" className="tick">
                {f.pct(v)}
              </text>
            </g>
          ))}
          {[1, 8, 15, 22, days].map((d) => (
            <text key={d} x={px(d)} y={height - 4} textAnchor="middle" className="tick">
              {d}
            </text>
          ))}
          <path
            d={
              draw([
                [0, 0],
                [days, 1],
              ]) ?? ''
            }
            className="threshold"
            fill="none"
          />
          {end && (
            <>
              <path
                d={
                  draw([
                    [today, now],
                    [days, end[0]],
                    [days, end[2]],
                  ]) + 'Z'
                }
                className="fan"
              />
              <path
                d={
                  draw([
                    [today, now],
                    [days, end[1]],
                  ]) ?? ''
                }
                className="curve ahead"
                fill="none"
              />
              <text x={left + w} y={aheadAt} textAnchor="end" className="tick now">
                {says.forecast}
              </text>
            </>
          )}
          <path
            d={draw([[0, 0], ...done.map((v, i): [number, number] => [i + 1, v])]) ?? ''}
            className="curve"
            fill="none"
          />
          {today > 0 && <circle cx={px(today)} cy={py(now)} r={3.5} className="f-c1" />}
          <text
            x={px(today) + (beside === 'end' ? -8 : 8)}
            y={factAt}
            textAnchor={beside}
            className="tick now"
          >
            {says.fact}
          </text>
        </svg>
      )}
    </div>
  );
}
