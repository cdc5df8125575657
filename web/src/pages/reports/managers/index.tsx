/* How people did with the leads they were given: against what those leads led one to expect, with intervals; each number is a way to its leads. */
import { Link, useSearchParams } from 'wouter';
import { usePerformance, type Figure, type Performance, type Performed } from '../../../api/performance';
import { useNow } from '../../../app/clock';
import { RatioBar, ShareBar } from '../../../charts/sharebar';
import { screenTexts, useFmt } from '../../../i18n';
import { Avatar, Block, Empty, Icon, Select } from '../../../kit';
import type en from './en';
import './managers.css';

const useTexts = screenTexts<typeof en>({ en: () => import('./en'), ru: () => import('./ru') });

const leadsOf = (p: Performance, bucket: string) => `/leads?report=${p.report}&bucket=${bucket}`;

function Count({ p, n, bucket }: { p: Performance; n: number; bucket: string }) {
  const f = useFmt();
  return n ? <Link href={leadsOf(p, bucket)}>{f.num(n)}</Link> : <>{f.num(n)}</>;
}

/* «1,2 (0,9–1,5)» */
function Told({ x, tell }: { x: Figure; tell: (v: number) => string }) {
  const s = useTexts();
  return (
    <>
      {tell(x.value)} <span className="dd t12 nw">{s.range(tell(x.low), tell(x.high))}</span>
    </>
  );
}

function Row({ p, x, top }: { p: Performance; x: Performed; top: number }) {
  const s = useTexts();
  const f = useFmt();
  const two = (v: number) => f.exact(Math.round(v * 100) / 100);
  return (
    <tr>
      <th scope="row">
        <span className="row g6">
          {x.manager_id ? <Avatar name={x.name ?? '?'} small /> : <Icon n="users" size="s" />}
          <span className="cut">{x.manager_id ? x.name : s.team}</span>
        </span>
      </th>
      <td className="num nw">
        <Count p={p} n={x.leads} bucket={x.bucket} />
        {x.young > 0 && (
          <span className="col dd t12">
            <Link className="plain" href={leadsOf(p, x.bucket + ':young')}>
              {s.young(x.young)}
            </Link>
          </span>
        )}
      </td>
      <td className="num nw">
        <Count p={p} n={x.won} bucket={x.bucket + ':won'} />
        {x.manager_id && p.enough && <span className="dd"> / {f.num(x.expected)}</span>}
      </td>
      <td className="num">
        {x.rate ? (
          <span className="mgrbar">
            <ShareBar
              {...x.rate}
              expected={x.manager_id && x.n ? x.expected / x.n : null}
              top={top}
              tone="c1"
            />
            <span>
              <Told x={x.rate} tell={f.pct} />
            </span>
          </span>
        ) : (
          <span className="dd t12">{x.n < p.need_leads ? s.fewLeads(p.need_leads) : '—'}</span>
        )}
      </td>
      <td className="num">
        {x.ratio ? (
          <span className="mgrbar">
            <RatioBar
              {...x.ratio}
              tone={x.verdict === 'above' ? 'ok' : x.verdict === 'below' ? 'bad' : 'dd'}
            />
            <span>
              {s.times(two(x.ratio.value))}{' '}
              <span className="dd t12 nw">{s.range(two(x.ratio.low), two(x.ratio.high))}</span>
            </span>
          </span>
        ) : (
          '—'
        )}
      </td>
      <td className="num">
        {x.deal ? (
          <Link className="plain" href={leadsOf(p, x.deal_bucket)}>
            <Told x={x.deal} tell={f.moneyShort} />
          </Link>
        ) : (
          <span className="dd t12">{x.won ? (x.deals ? s.fewDeals(p.need_deals) : s.noAmounts) : '—'}</span>
        )}
      </td>
      <td className="num nw">{x.worth !== null ? f.moneyShort(x.worth) : '—'}</td>
      <td>
        {x.manager_id && x.enough && (
          <span className={'tag nw ' + (x.verdict === 'above' ? 'ok' : x.verdict === 'below' ? 'bad' : '')}>
            {s.verdict[x.verdict]}
          </span>
        )}{' '}
        {x.deal_enough && x.deal_verdict !== 'unclear' && (
          <span className={'tag nw ' + (x.deal_verdict === 'above' ? 'ok' : 'bad')}>
            {s.dealVerdict[x.deal_verdict]}
          </span>
        )}
      </td>
    </tr>
  );
}

/* What can be said in words, before the figures. */
function Findings({ p, rows }: { p: Performance; rows: Performed[] }) {
  const s = useTexts();
  const told = rows.filter((x) => x.manager_id && x.enough);
  const names = (v: string) =>
    told
      .filter((x) => x.verdict === v)
      .map((x) => x.name)
      .join(', ');
  const alike = told.filter((x) => x.verdict === 'unclear').length;
  if (!p.enough) return <p className="t13">{s.few(p.need)}</p>;
  return (
    <p className="t13">
      {names('above') && <b className="m">{s.above(names('above'))} </b>}
      {names('below') && <b className="m">{s.below(names('below'))} </b>}
      {alike > 0 && s.alike(alike) + ' '}
      <span className="dd">{s.rule}</span>
    </p>
  );
}

function Report({ p }: { p: Performance }) {
  const s = useTexts();
  const f = useFmt();
  const now = useNow(60);
  const [search, setSearch] = useSearchParams();
  const asked = Number(search.get('segment') ?? 0);
  const segments = p.items.filter((x) => !x.manager_id);
  const segment = segments.some((x) => x.segment === asked) ? asked : 0;
  const rows = p.items
    .filter((x) => x.segment === segment)
    .sort(
      (a, b) =>
        Number(!!a.manager_id) - Number(!!b.manager_id) || (b.ratio?.value ?? 0) - (a.ratio?.value ?? 0),
    );
  const top = Math.max(0.05, ...rows.map((x) => x.rate?.high ?? 0));
  return (
    <section className="card" aria-labelledby="mgrs-h">
      <div className="hd row wrap">
        <h2 id="mgrs-h">{s.title}</h2>
        <a className="btn s g sp" href="/api/v1/export/performance.csv" download>
          <Icon n="download" size="s" />
          {s.csv}
        </a>
      </div>
      <div className="bd col g12">
        <p className="t12 dd">{s.hint(s.by[p.by], p.maturity_days)}</p>
        <Findings p={p} rows={rows} />
        {segments.length > 1 && (
          <div className="mgrask">
            <Select
              label={s.source}
              value={String(segment)}
              items={segments.map((x) => ({ id: String(x.segment), label: x.segment ? x.source : s.every }))}
              onChange={(id) =>
                setSearch(
                  (old) => {
                    const q = new URLSearchParams(old);
                    if (id === '0') q.delete('segment');
                    else q.set('segment', id);
                    return q;
                  },
                  { replace: true },
                )
              }
            />
          </div>
        )}
        <div className="mgrscroll">
          <table className="mgrt" aria-labelledby="mgrs-h">
            <thead>
              <tr>
                <th scope="col">{s.col.manager}</th>
                {(['leads', 'won', 'rate', 'ratio', 'deal', 'worth'] as const).map((k) => (
                  <th key={k} scope="col" className="num">
                    {s.col[k]}
                  </th>
                ))}
                <th scope="col">{s.col.verdict}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((x) => (
                <Row key={x.manager_id ?? 'team'} p={p} x={x} top={top} />
              ))}
            </tbody>
          </table>
        </div>
        <p className="t12 dd">
          {p.made_at && s.made(f.when(p.made_at, now))} {p.sampled && s.sampled}
        </p>
      </div>
    </section>
  );
}

export default function Managers() {
  const s = useTexts();
  const q = usePerformance();
  return (
    <Block q={q} rows={6}>
      {(p) => (p.report ? <Report p={p} /> : <Empty title={s.none}>{s.noneHint}</Empty>)}
    </Block>
  );
}
