/* A curve within the unit square: ROC or precision over recall, with the line that chance alone would draw. A point opens
   what it counted; by keyboard the table beside it does. */
import { line } from 'd3-shape';
import { useFmt } from '../i18n';
import { useWidth } from './use-width';
import './charts.css';

export function Curve({
  points,
  first,
  chance,
  x,
  y,
  say,
  height = 220,
  tell,
  onPoint,
}: {
  points: { x: number; y: number }[];
  first?: { x: number; y: number }; // where it begins, which is no step
  chance: [[number, number], [number, number]];
  x: string;
  y: string;
  say: string;
  height?: number;
  tell?: (i: number) => string; // one of the points in words
  onPoint?: (i: number) => void;
}) {
  const { ref, width } = useWidth();
  const f = useFmt();
  const [left, bottom, top] = [38, 34, 22]; // above: what goes up, where no curve comes
  const w = Math.max(0, width - left - 6);
  const h = height - bottom - top;
  const px = (v: number) => left + v * w;
  const py = (v: number) => top + (1 - v) * h;
  const draw = line<[number, number]>(
    (d) => px(d[0]),
    (d) => py(d[1]),
  );
  return (
    <div ref={ref} className="chart">
      {width > 0 && (
        <svg width={width} height={height} role="img" aria-label={say}>
          {[0, 0.5, 1].map((v) => (
            <g key={v}>
              <line x1={left} x2={left + w} y1={py(v)} y2={py(v)} className="grid" />
              <text x={left - 6} y={py(v) + 4} textAnchor="end" className="tick">
                {f.pct(v)}
              </text>
              <text
                x={px(v)}
                y={py(0) + 14}
                textAnchor={v === 0 ? 'start' : v === 1 ? 'end' : 'middle'}
                className="tick"
              >
                {f.pct(v)}
              </text>
            </g>
          ))}
          <path d={draw(chance) ?? ''} className="threshold" fill="none" />
          <path
            d={draw([...(first ? [first] : []), ...points].map((p) => [p.x, p.y])) ?? ''}
            className="curve"
            fill="none"
          />
          {onPoint &&
            points.map((p, i) => (
              <circle
                key={i}
                cx={px(p.x)}
                cy={py(p.y)}
                r={5}
                className="point"
                style={{ cursor: 'pointer' }}
                onClick={() => onPoint(i)}
              >
                <title>{tell?.(i)}</title>
              </circle>
            ))}
          <text x={left + w / 2} y={height - 4} textAnchor="middle" className="tick">
            {x}
          </text>
          <text x={left} y={12} className="tick">
            {y}
          </text>
        </svg>
      )}
    </div>
  );
}
