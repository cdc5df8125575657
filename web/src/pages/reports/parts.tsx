/* What the tabs of reports share: the period, a figure that opens its leads, a share with its interval. */
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Range } from '../../api/report';
import { ShareBar } from '../../charts/sharebar';
import { serverNow } from '../../app/clock';
import { useFmt } from '../../i18n';
import { dayPlus } from '../../i18n/format';
import { DateRange, Icon } from '../../kit';
import type { Period } from './question';
import { useReportTexts } from './texts';
import './reports.css';

export function PeriodChip({ value, onChange }: { value: Period; onChange: (p: Period) => void }) {
  const s = useReportTexts();
  const today = useFmt().wall(serverNow()).slice(0, 10);
  const since = (days: number): Period => ({ from: dayPlus(today, -days), to: today });
  return (
    <DateRange
      label={s.period}
      value={value}
      short={[
        [s.range.today, since(0)],
        [s.range.d7, since(6)],
        [s.range.d30, since(29)],
        [s.range.d90, since(89)],
      ]}
      onChange={onChange}
      words={s.range}
    />
  );
}

export function Csv({ href }: { href: string }) {
  const s = useReportTexts();
  return (
    <a className="btn" href={href} download>
      <Icon n="download" size="s" />
      {s.csv}
    </a>
  );
}

/* A number with the leads behind it; nothing to open behind a zero. */
export function Leads({ n, href, children }: { n: number; href: string; children?: ReactNode }) {
  const f = useFmt();
  const text = children ?? f.num(n);
  return n > 0 ? <Link href={href}>{text}</Link> : <>{text}</>;
}

export function useRange() {
  const s = useReportTexts();
  const f = useFmt();
  return (r: Range | null) => (r ? s.range95(f.pct(r.value), f.pct(r.low), f.pct(r.high)) : s.few);
}

export function ShareCells({
  share,
  top,
  tone = 'c1',
  note,
}: {
  share: Range | null;
  top: number;
  tone?: 'c1' | 'hot';
  note?: string;
}) {
  const tell = useRange();
  return (
    <>
      <td className="barcell">
        <ShareBar
          value={share?.value ?? null}
          low={share?.low ?? null}
          high={share?.high ?? null}
          top={top}
          tone={tone}
        />
      </td>
      <td className="nw">
        {tell(share)}
        {note && <span className="t12 dd repnum">{note}</span>}
      </td>
    </>
  );
}

export function Kpi({
  name,
  value,
  note,
  hint,
}: {
  name: string;
  value: ReactNode;
  note?: ReactNode;
  hint?: string;
}) {
  return (
    <div className="repkpi" title={hint}>
      <span className="t12 d">{name}</span>
      <b>{value}</b>
      {note && <span className="t12 dd">{note}</span>}
    </div>
  );
}

export function Card({
  id,
  title,
  hint,
  children,
}: {
  id: string;
  title: string;
  hint?: string;
  children: ReactNode;
}) {
  return (
    <section className="card" aria-labelledby={id}>
      <div className="hd wrap">
        <h2 id={id}>{title}</h2>
      </div>
      <div className="repbody">
        {hint && <p className="t12 dd rephint">{hint}</p>}
        {children}
      </div>
    </section>
  );
}

/* A length of time as people say it: 40 s, 9 min, 2 h. */
export function useWait() {
  const s = useReportTexts();
  const f = useFmt();
  return (seconds: number | null) =>
    seconds === null ? '—' : seconds < 60 ? s.seconds(f.num(seconds)) : f.span(seconds / 60);
}
