/* A small line without axes, for a table cell; the last value is marked. */
import { line } from 'd3-shape';
import { sparkPoints } from './layout';
import './charts.css';

export function Spark({
  values,
  say,
  width = 64,
  height = 20,
}: {
  values: number[];
  say: string;
  width?: number;
  height?: number;
}) {
  const pts = sparkPoints(values, width, height);
  const last = pts[pts.length - 1];
  if (!last) return null;
  return (
    <svg width={width} height={height} role="img" aria-label={say} className="spark">
      <path d={line()(pts) ?? ''} />
      <circle cx={last[0]} cy={last[1]} r={2} />
    </svg>
  );
}
