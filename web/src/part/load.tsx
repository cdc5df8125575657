/* What somebody carries: units of the leads in hand, which are not their number (a hot lead is 2, a warm one 1, a cold one none). The leads that
   make it open. */
import { Link } from 'wouter';
import { openStages } from '../api/types';
import { Bullet } from '../charts/bullet';
import { useT } from '../i18n';

export type Carried = { load: number; hot: number; capacity: number };

/* The leads behind the units. */
export function leadsOf({ load, hot }: Carried): { hot: number; warm: number; all: number } {
  const warm = load - 2 * hot;
  return { hot, warm, all: hot + warm };
}

/* owner: whose leads open; none: nothing does. */
export function Load({ of, owner }: { of: Carried; owner?: string }) {
  const t = useT();
  const { hot, warm, all } = leadsOf(of);
  const say = t.load.say(of.load, of.capacity) + ' ' + t.load.made(hot, warm);
  const bullet = <Bullet value={of.load} of={of.capacity} unit={t.load.unit} say={say} />;
  if (!owner) return <span title={say}>{bullet}</span>;
  return (
    <Link
      href={`/leads?owner=${owner}&temp=hot,warm&stage=${openStages}`}
      className="plain"
      title={say + ' ' + t.load.opens(all)}
    >
      {bullet}
    </Link>
  );
}
