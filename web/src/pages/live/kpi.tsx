import type { ReactNode } from 'react';
import { Link } from 'wouter';

/* One figure with its norm; it opens what it counts. */
export function Kpi({
  name,
  value,
  unit,
  href,
  alarm,
  children,
}: {
  name: string;
  value: string;
  unit?: string;
  href?: string;
  alarm?: boolean;
  children?: ReactNode;
}) {
  const inside = (
    <>
      <span className="t12 d m">{name}</span>
      <span className="v">
        {value} {unit && <small>{unit}</small>}
      </span>
      <span className="t12 d row wrap g4 sub">{children}</span>
    </>
  );
  const cls = 'card kpi' + (alarm ? ' alarm' : '');
  if (href)
    return (
      <Link href={href} className={cls}>
        {inside}
      </Link>
    );
  return <div className={cls}>{inside}</div>;
}
