/* The share of urgent calls made in time. Told from few it is no share: it says how many of how many, and gives no alarm. */
import { Link } from 'wouter';
import type { InTime } from '../api/types';
import { useFmt, useT } from '../i18n';

const POOR = 0.85;
export const isPoor = (x: InTime | null) => !!x?.share && x.share.value < POOR;

/* In words, and what more there is to say. */
export function useInTime() {
  const t = useT();
  const f = useFmt();
  return (x: InTime) =>
    x.share
      ? { text: f.pct(x.share.value), more: t.between(f.pct(x.share.low), f.pct(x.share.high)) }
      : { text: t.inTime.some(x.n, x.of), more: t.inTime.few };
}

export function InTimeShare({ of, href }: { of: InTime | null; href: string }) {
  const tell = useInTime();
  if (!of) return <>—</>;
  const { text, more } = tell(of);
  return (
    <Link href={href} className={of.share ? 'plain' : 'plain dd nw'} title={more}>
      {text}
      {!of.share && <span className="vh">. {more}</span>}
    </Link>
  );
}
