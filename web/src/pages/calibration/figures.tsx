/* The parts that show shares: temperatures, tenths, sources. Each number is a way to the leads that it counted. */
import { useState, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import type { Bar, Report, Share } from '../../api/calibration';
import { Curve } from '../../charts/curve';
import { ShareBar } from '../../charts/sharebar';
import { useFmt, useT } from '../../i18n';
import { Icon } from '../../kit';
import { useCalibrationTexts } from './texts';

export const toLeads = (query: string | undefined) => '/leads?' + (query ?? '');

/* «31% (27–35)», or that there are few data. */
export function useShareText() {
  const s = useCalibrationTexts();
  const f = useFmt();
  return (x: Share) =>
    x.value === null
      ? s.noFigure
      : `${f.pct(x.value)} (${f.num(Math.round((x.low ?? 0) * 100))}–${f.num(Math.round((x.high ?? 0) * 100))})`;
}

/* An AUC as it is told everywhere: 0,71. */
export function useTwo() {
  const f = useFmt();
  return (x: number) => f.exact(Math.round(x * 100) / 100);
}

/* Those who bought, the base of the share, those too young to be in it; without a word all of them. */
export function LeadCount({ share, of }: { share: Share; of?: 'won' | 'counted' | 'young' }) {
  const f = useFmt();
  const n = of ? { won: share.won, counted: share.n, young: share.young }[of] : share.leads_total;
  if (!n || !share.leads) return <>{f.num(n)}</>;
  return <Link href={toLeads(share.leads + (of ? ':' + of : ''))}>{f.num(n)}</Link>;
}

/* What the share beside it is made of: bought / counted. */
export function ShareCount({ share }: { share: Share }) {
  return (
    <>
      <LeadCount share={share} of="won" /> / <LeadCount share={share} of="counted" />
    </>
  );
}

/* The same with those that are not in it, apart. */
export function ShareCell({ share }: { share: Share }) {
  const s = useCalibrationTexts();
  return (
    <td className="num sharecell">
      <ShareCount share={share} />
      {share.young > 0 && (
        <div className="t12 dd" title={s.tooYoungHint}>
          {s.tooYoung} <LeadCount share={share} of="young" />
        </div>
      )}
    </td>
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
      <div className="hd">
        <h2 id={id}>{title}</h2>
      </div>
      <div className="bd">
        {hint && <p className="t12 dd calhint">{hint}</p>}
        {children}
      </div>
    </section>
  );
}

function BarRow({
  bar,
  name,
  tone,
  top,
}: {
  bar: Bar;
  name: ReactNode;
  tone: 'hot' | 'warm' | 'cold' | 'c1';
  top: number;
}) {
  const s = useCalibrationTexts();
  const f = useFmt();
  const tell = useShareText();
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="num nw hidephone">{bar.from === null ? '—' : `${f.num(bar.from)}–${f.num(bar.to!)}`}</td>
      <td className="barcell">
        <ShareBar {...bar.share} expected={bar.expected} top={top} tone={tone} />
      </td>
      <td className="num nw">{tell(bar.share)}</td>
      <td className="num hidephone">{bar.expected === null ? '—' : f.pct(bar.expected)}</td>
      <td className="num hidephone">{bar.lift === null ? '—' : s.lift(f.num(bar.lift))}</td>
      <ShareCell share={bar.share} />
    </tr>
  );
}

const topOf = (bars: Bar[]) =>
  Math.max(0.05, ...bars.map((b) => Math.max(b.share.high ?? 0, b.expected ?? 0)));

function BarTable({ first, children, label }: { first: string; children: ReactNode; label: string }) {
  const s = useCalibrationTexts();
  return (
    <div className="calscroll">
      <table className="calt" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{first}</th>
            <th scope="col" className="num hidephone">
              {s.bands.col.scores}
            </th>
            <th scope="col" colSpan={2}>
              {s.bands.col.share}
            </th>
            <th scope="col" className="num hidephone">
              {s.bands.col.expected}
            </th>
            <th scope="col" className="num hidephone">
              ×
            </th>
            <th scope="col" className="num">
              {s.bands.col.leads}
            </th>
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

export function Bands({ r }: { r: Report }) {
  const s = useCalibrationTexts();
  const t = useT();
  const f = useFmt();
  const top = topOf(r.bands);
  const hot = r.bands.find((b) => b.band === 'hot');
  const warm = r.bands.find((b) => b.band === 'warm');
  const cold = r.bands.find((b) => b.band === 'cold');
  const title =
    hot?.share.low != null && cold?.share.high != null && hot.lift !== null
      ? hot.share.value! <= Math.max(cold.share.value!, warm?.share.value ?? 0)
        ? s.bands.flat
        : hot.share.low > cold.share.high
          ? s.bands.good(f.num(hot.lift), hot.lift)
          : s.bands.title
      : s.bands.title;
  return (
    <Card id="bands-h" title={title} hint={s.bands.whisker}>
      <BarTable first={s.bands.col.band} label={s.bands.title}>
        {r.bands.map((b) => (
          <BarRow
            key={b.band}
            bar={b}
            top={top}
            tone={b.band}
            name={
              <span className="row g6">
                <Icon n={b.band === 'hot' ? 'flame' : b.band === 'warm' ? 'sun' : 'snow'} size="s" />
                {t.band[b.band]}
              </span>
            }
          />
        ))}
      </BarTable>
    </Card>
  );
}

export function Deciles({ r }: { r: Report }) {
  const s = useCalibrationTexts();
  const top = topOf(r.deciles);
  return (
    <Card id="deciles-h" title={s.deciles.title}>
      <BarTable first={s.deciles.col} label={s.deciles.title}>
        {r.deciles.map((b) => (
          <BarRow key={b.decile} bar={b} top={top} tone="c1" name={b.decile} />
        ))}
      </BarTable>
      {!r.deciles.length && <p className="d t13">{s.noFigure}</p>}
    </Card>
  );
}

export function Curves({ r }: { r: Report }) {
  const s = useCalibrationTexts();
  const two = useTwo();
  const f = useFmt();
  const [, go] = useLocation();
  const [table, setTable] = useState(false);
  if (!r.enough || !r.auc) return null;
  const base = r.n ? r.won / r.n : 0;
  /* The steps of both curves are the same; of reports of before some have no list. */
  const steps = {
    tell: (i: number) => {
      const p = r.roc[i]!;
      return `${s.curves.from} ${f.num(p.score)}: ${f.num(p.won ?? 0)} / ${f.num(p.n ?? p.leads_total ?? 0)}`;
    },
    onPoint: r.roc.every((p) => p.leads)
      ? (i: number) => go(toLeads(r.roc[i]!.leads + (r.roc[i]!.n === undefined ? '' : ':counted')))
      : undefined,
  };
  return (
    <Card id="curves-h" title={s.curves.title}>
      <div className="curves">
        <Curve
          points={r.roc}
          first={{ x: 0, y: 0 }}
          {...steps}
          chance={[
            [0, 0],
            [1, 1],
          ]}
          x={s.curves.rocX}
          y={s.curves.roc}
          say={s.curves.rocSay(two(r.auc.value))}
        />
        <Curve
          points={r.pr}
          {...steps}
          chance={[
            [0, base],
            [1, base],
          ]}
          x={s.curves.prX}
          y={s.curves.pr}
          say={s.curves.prSay(f.pct(r.average_precision ?? 0))}
        />
      </div>
      <button className="btn s g" aria-expanded={table} onClick={() => setTable(!table)}>
        <Icon n="list" size="s" />
        {s.drift.table}
      </button>
      {table && <CurveTable r={r} />}
    </Card>
  );
}

/* What calling everybody from a score on would give. At most a dozen rows. */
function CurveTable({ r }: { r: Report }) {
  const s = useCalibrationTexts();
  const f = useFmt();
  const every = Math.ceil(r.roc.length / 12);
  return (
    <div className="calscroll">
      <table className="calt">
        <thead>
          <tr>
            <th scope="col" className="num">
              {s.curves.from}
            </th>
            <th scope="col" className="num">
              {s.curves.roc}
            </th>
            <th scope="col" className="num">
              {s.curves.rocX}
            </th>
            <th scope="col" className="num">
              {s.curves.pr}
            </th>
          </tr>
        </thead>
        <tbody>
          {r.roc.map((p, i) =>
            i % every === every - 1 || i === r.roc.length - 1 ? (
              <tr key={i}>
                <td className="num nw">
                  {f.num(p.score)}
                  {p.leads && (
                    <>
                      <span className="dd"> · </span>
                      <Link href={toLeads(p.leads + ':won')}>{f.num(p.won ?? 0)}</Link> /{' '}
                      {/* a report of before knows no base of a step */}
                      <Link href={toLeads(p.leads + (p.n === undefined ? '' : ':counted'))}>
                        {f.num(p.n ?? p.leads_total ?? 0)}
                      </Link>
                    </>
                  )}
                </td>
                <td className="num">{f.pct(p.y)}</td>
                <td className="num">{f.pct(p.x)}</td>
                <td className="num">{f.pct(r.pr[i]?.y ?? 0)}</td>
              </tr>
            ) : null,
          )}
        </tbody>
      </table>
    </div>
  );
}

export function Sources({ r }: { r: Report }) {
  const s = useCalibrationTexts();
  const two = useTwo();
  const f = useFmt();
  const tell = useShareText();
  const top = Math.max(0.05, ...r.by_source.map((x) => x.share.high ?? 0));
  return (
    <Card id="sources-h" title={s.sources.title}>
      <div className="calscroll">
        <table className="calt">
          <thead>
            <tr>
              <th scope="col">{s.sources.col.source}</th>
              <th scope="col" colSpan={2}>
                {s.sources.col.share}
              </th>
              <th scope="col" className="num hidephone">
                {s.sources.col.auc}
              </th>
              <th scope="col" className="num hidephone">
                {s.sources.col.mean}
              </th>
              <th scope="col" className="num">
                {s.sources.col.leads}
              </th>
            </tr>
          </thead>
          <tbody>
            {r.by_source.map((x, i) => (
              <tr key={i}>
                <th scope="row">{x.rest ? s.sources.rest : (x.source ?? s.sources.unknown)}</th>
                <td className="barcell">
                  <ShareBar {...x.share} top={top} tone="c1" />
                </td>
                <td className="num nw">{tell(x.share)}</td>
                <td className="num nw hidephone">
                  {x.auc ? `${two(x.auc.value)} (${two(x.auc.low)}–${two(x.auc.high)})` : s.noFigure}
                </td>
                <td className="num hidephone">{x.mean === null ? '—' : f.num(x.mean)}</td>
                <ShareCell share={x.share} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {!r.by_source.length && <p className="d t13">{s.noFigure}</p>}
    </Card>
  );
}
