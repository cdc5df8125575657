/* One share as a line of a table: the bar, its 95 % whisker, and where it was expected to end (a tick). The words stand beside it, so the
   drawing itself is hidden from readers. */
import './charts.css';

export function ShareBar({
  value,
  low,
  high,
  expected,
  top,
  tone,
  hatch = false,
}: {
  value: number | null;
  low: number | null;
  high: number | null;
  expected?: number | null;
  top: number; // the share at the right end
  tone: 'hot' | 'warm' | 'cold' | 'c1';
  hatch?: boolean;
}) {
  const at = (v: number) => Math.min(100, (100 * v) / top) + '%';
  return (
    <span className="sharebar" aria-hidden="true">
      {value !== null && (
        <i className={'f b-' + tone + (hatch ? ' hatched' : '')} style={{ width: at(value) }} />
      )}
      {low !== null && high !== null && (
        <i className="w" style={{ left: at(low), width: `calc(${at(high)} - ${at(low)})` }} />
      )}
      {expected != null && <i className="x" style={{ left: at(expected) }} />}
    </span>
  );
}

/* A ratio with its interval on a scale that is even in factors: half and twice stand equally far from «no difference». */
export function RatioBar({
  value,
  low,
  high,
  end = 4,
  tone,
}: {
  value: number;
  low: number;
  high: number;
  end?: number;
  tone: 'ok' | 'bad' | 'dd';
}) {
  const at = (v: number) => {
    const x = Math.log(Math.max(1 / end, Math.min(end, v))) / Math.log(end);
    return 50 + 50 * x;
  };
  return (
    <span className={'ratiobar ' + tone} aria-hidden="true">
      <i className="one" />
      <i className="w" style={{ left: at(low) + '%', width: at(high) - at(low) + '%' }} />
      <i className="v" style={{ left: at(value) + '%' }} />
    </span>
  );
}
