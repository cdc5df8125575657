/* Load against capacity: a bar, and the words beside it. */
import { Icon } from '../kit';
import './charts.css';

export function Bullet({ value, of, unit, say }: { value: number; of: number; unit?: string; say?: string }) {
  const share = of > 0 ? value / of : value > 0 ? 1 : 0;
  const tone = value > of ? 'bad' : share >= 1 ? 'warn' : '';
  return (
    <span className="ld">
      <span className="bar" role="img" aria-label={say ?? `${value} / ${of}`}>
        <i className={tone} style={{ width: Math.min(100, share * 100) + '%' }} />
      </span>
      <span className={'t12 nw ' + (tone === 'bad' ? 'bad b' : 'd')}>
        {value} / {of} {unit} {tone === 'bad' && <Icon n="warn" size="xs" />}
      </span>
    </span>
  );
}
