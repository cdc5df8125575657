/* One simulation: how far it is, or its report. Every figure opens its leads. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { api } from '../../../api/client';
import { usePools } from '../../../api/office';
import { problemText } from '../../../api/problem';
import {
  publishTried,
  simulating,
  useSimulation,
  type Counted,
  type Simulation,
  type SimulationReport,
  type SimulationSide,
} from '../../../api/simulate';
import { may, useMe } from '../../../app/session';
import { useFmt, useT } from '../../../i18n';
import { Dialog, Empty, Failed, Icon, Skeleton, toast } from '../../../kit';
import { useRoutingTexts } from '../texts';
import { useSimulatorTexts } from './texts';

export function SimulationPage({ id }: { id: string }) {
  const s = useSimulatorTexts();
  const t = useT();
  const f = useFmt();
  const qc = useQueryClient();
  const me = useMe();
  const q = useSimulation(id);
  const x = q.data;
  const stop = useMutation({
    mutationFn: () => api.post<Simulation>(`/routing/simulations/${id}/stop`),
    onSuccess: (d) => qc.setQueryData(['simulation', id], d),
    onError: (e) => {
      toast(problemText(e, t), { bad: true });
      void q.refetch();
    },
  });
  if (q.error) return <Failed error={q.error} retry={() => void q.refetch()} />;
  if (!x) return <Skeleton rows={8} />;
  return (
    <>
      <div className="row wrap g8 simhead">
        <Link className="btn s" href="/routing/simulator">
          {s.back}
        </Link>
        <span className="t13 d">
          {s.of(f.date(x.from), f.date(x.until))} · {f.dateTime(x.made_at)}
        </span>
        {x.report && (
          <span className="sp row wrap g6">
            <a
              className="btn s"
              href={`/api/v1/routing/simulations/${id}/report.json`}
              download={id + '.json'}
            >
              {s.json}
            </a>
            <a className="btn s" href={`/api/v1/routing/simulations/${id}/people.csv`} download>
              {s.csv}
            </a>
            {may(me, 'route.edit') && <Publish x={x} />}
          </span>
        )}
      </div>
      {simulating(x.state) ? (
        <section className="card simprogress" aria-label={s.kept}>
          <p className="t13" role="status">
            {x.total ? s.progress(f.pct(x.done / x.total)) : s.waiting}
          </p>
          <progress aria-label={s.kept} max={x.total || 1} value={x.total ? x.done : undefined} />
          <button className="btn s self" disabled={stop.isPending} onClick={() => stop.mutate()}>
            {s.stop}
          </button>
        </section>
      ) : x.state === 'failed' ? (
        <p className="failed" role="alert">
          <Icon n="warn" />
          {s.failed} {x.why}
        </p>
      ) : !x.report ? (
        <p className="hintbar t13">
          <Icon n="info" size="s" />
          {s.stopped}
        </p>
      ) : x.report.real.leads === 0 ? (
        <Empty title={s.empty} />
      ) : (
        <Report id={id} r={x.report} names={x.names} />
      )}
    </>
  );
}

/* What was tried becomes what is: the version, and the policies of pools. */
function Publish({ x }: { x: Simulation }) {
  const s = useSimulatorTexts();
  const t = useT();
  const qc = useQueryClient();
  const pools = usePools();
  const { savedPlans: plans } = useRoutingTexts();
  const [ask, setAsk] = useState(false);
  const changed = Object.keys(x.policies);
  const publish = useMutation({
    mutationFn: () => publishTried(x, pools.data?.items ?? []),
    onSuccess: (v) => {
      setAsk(false);
      toast(v?.plans ? plans(v.plan_leads, v.plans) : s.published);
    },
    onError: (e) => toast(problemText(e, t), { bad: true }),
    onSettled: () => {
      for (const k of ['rules', 'ruleversions', 'pools']) void qc.invalidateQueries({ queryKey: [k] });
    },
  });
  if (!x.version_id && !changed.length) return null;
  return (
    <>
      <button className="btn s p" onClick={() => setAsk(true)}>
        {x.version_id ? s.publish : s.publishPools}
      </button>
      <Dialog open={ask} onClose={() => setAsk(false)} title={s.sure}>
        <div className="form">
          <p>{s.sureText(!!x.version_id, changed.length)}</p>
          <div className="row g8">
            <button
              className="btn p"
              data-focus
              disabled={publish.isPending || !pools.data}
              onClick={() => publish.mutate()}
            >
              {s.yes}
            </button>
            <button className="btn" onClick={() => setAsk(false)}>
              {t.cancel}
            </button>
          </div>
        </div>
      </Dialog>
    </>
  );
}

function useDelay() {
  const s = useSimulatorTexts();
  const f = useFmt();
  return (seconds: number | null) =>
    seconds === null ? s.never : f.span(Math.max(1, Math.round(seconds / 60)));
}

function Report({ id, r, names }: { id: string; r: SimulationReport; names: Record<string, string> }) {
  const s = useSimulatorTexts();
  return (
    <>
      <Proof id={id} r={r} />
      {!r.real.in_time ? (
        <p className="hintbar t13">
          <Icon n="info" size="s" />
          {s.older}
        </p>
      ) : (
        <Told id={id} r={r} names={names} />
      )}
      <Assumed />
    </>
  );
}

function Told({ id, r, names }: { id: string; r: SimulationReport; names: Record<string, string> }) {
  return (
    <>
      <Summary id={id} r={r} />
      <People id={id} r={r} names={names} />
      <div className="simtwo">
        <Moved id={id} r={r} names={names} />
        <Judged r={r} />
      </div>
    </>
  );
}

const leadsOf = (id: string, bucket: string) => `/leads?report=${id}&bucket=${bucket}`;

function Proof({ id, r }: { id: string; r: SimulationReport }) {
  const s = useSimulatorTexts();
  const f = useFmt();
  const p = r.proof;
  const all = p.same === p.decisions;
  return (
    <section className="card" aria-labelledby="proof-h">
      <div className="hd">
        <h2 id="proof-h">{s.proof}</h2>
      </div>
      <div className="bd col g6 t13">
        <p className="row g6">
          <Icon n={all ? 'check' : 'info'} size="s" />
          <span>{all ? s.proofAll(f.num(p.decisions)) : s.proofSome(f.num(p.same), f.num(p.decisions))}</span>
        </p>
        {!all && (
          <>
            <span className="d simproof">
              {s.proofRest} <Link href={leadsOf(id, p.bucket)}>{s.proofOpen(p.leads)}</Link>
            </span>
            <ul className="simwhy d">
              {Object.entries(p.why).map(([k, n]) => (
                <li key={k}>
                  {s.whys[k] ?? k}: {f.num(n)}
                </li>
              ))}
            </ul>
          </>
        )}
        <p className="d">
          {p.run_same === p.run_decisions ? s.runSame : s.runOther(f.num(p.run_same), f.num(p.run_decisions))}
        </p>
      </div>
    </section>
  );
}

type Row = [string, (x: SimulationSide) => ReactNode];

function Summary({ id, r }: { id: string; r: SimulationReport }) {
  const s = useSimulatorTexts();
  const f = useFmt();
  const delay = useDelay();
  const count = (c: Counted): ReactNode => (
    <>
      {c.n ? <Link href={leadsOf(id, c.bucket)}>{f.num(c.n)}</Link> : f.num(c.n)}
      {c.share.value !== null && <span className="t12 dd"> {f.pct(c.share.value)}</span>}
    </>
  );
  const sales = (x: SimulationSide): ReactNode =>
    x.sales ? (
      <>
        {s.salesOf(f.num(x.sales.expected), f.num(x.sales.leads))}
        {x.sales.money > 0 && ' · ' + f.moneyShort(x.sales.money)}
        <span className="t12 dd"> {s.salesHint(f.num(x.sales.low), f.num(x.sales.high))}</span>
      </>
    ) : (
      <span className="t12 dd">{s.noSales}</span>
    );
  const n = f.num(r.real.leads);
  const counts = (keys: readonly (keyof typeof s.rows & keyof SimulationSide)[]) =>
    keys.map((k): Row => [s.rows[k], (x) => count(x[k] as Counted)]);
  const groups: [string, Row[]][] = [
    [
      '',
      [
        [s.leads, (x) => <Link href={leadsOf(id, 'all')}>{f.num(x.leads)}</Link>],
        [s.p50, (x) => delay(x.delay.p50)],
        [s.p90, (x) => delay(x.delay.p90)],
      ],
    ],
    [s.first(n), counts(['five', 'in_time', 'after', 'missed', 'pending', 'orphan'])],
    [s.besides(n), counts(['waited', 'handed'])],
    [
      s.whole,
      [
        [s.fair, (x) => f.pct(x.fairness)],
        [s.sales, sales],
      ],
    ],
  ];
  return (
    <section className="card" aria-labelledby="sum-h">
      <div className="hd">
        <h2 id="sum-h">{s.summary}</h2>
      </div>
      <div className="simscroll" tabIndex={0} role="region" aria-labelledby="sum-h">
        <table className="simt">
          <thead>
            <tr>
              <td />
              <th scope="col">{s.was}</th>
              <th scope="col">{s.would}</th>
            </tr>
          </thead>
          {groups.map(([head, rows]) => (
            <tbody key={head}>
              {head && (
                <tr>
                  <th scope="rowgroup" colSpan={3} className="t12 dd">
                    {head}
                  </th>
                </tr>
              )}
              {rows.map(([name, of]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{of(r.real)}</td>
                  <td>{of(r.other)}</td>
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </div>
      {r.real.again > 0 && <p className="bd t12 dd">{s.again(r.real.again)}</p>}
    </section>
  );
}

function People({ id, r, names }: { id: string; r: SimulationReport; names: Record<string, string> }) {
  const s = useSimulatorTexts();
  const f = useFmt();
  const delay = useDelay();
  const ids = [...new Set([...r.real.managers, ...r.other.managers].map((m) => m.manager_id))];
  const of = (x: SimulationSide, m: string) => x.managers.find((y) => y.manager_id === m);
  const most = Math.max(1, ...r.real.managers.map((m) => m.leads), ...r.other.managers.map((m) => m.leads));
  const pair = (m: string, get: (x: NonNullable<ReturnType<typeof of>>) => ReactNode) => {
    const a = of(r.real, m),
      b = of(r.other, m);
    return (
      <>
        {a ? get(a) : '—'} → {b ? get(b) : '—'}
      </>
    );
  };
  return (
    <section className="card" aria-labelledby="people-h">
      <div className="hd wrap">
        <h2 id="people-h">{s.people}</h2>
        <span className="t12 dd">
          {s.was} → {s.would}
        </span>
      </div>
      <div className="simscroll" tabIndex={0} role="region" aria-labelledby="people-h">
        <table className="simt">
          <thead>
            <tr>
              <th scope="col">{s.person}</th>
              <th scope="col">{s.got}</th>
              <th scope="col">{s.lateShort}</th>
              <th scope="col">{s.middle}</th>
            </tr>
          </thead>
          <tbody>
            {ids.map((m) => (
              <tr key={m}>
                <th scope="row">{names[m] ?? m}</th>
                <td>
                  {pair(m, (x) => (
                    <Link href={leadsOf(id, x.bucket)}>{f.num(x.leads)}</Link>
                  ))}
                  <span className="simbars" aria-hidden="true">
                    <i style={{ width: (100 * (of(r.real, m)?.leads ?? 0)) / most + '%' }} />
                    <i className="o" style={{ width: (100 * (of(r.other, m)?.leads ?? 0)) / most + '%' }} />
                  </span>
                </td>
                <td>
                  {pair(m, (x) =>
                    x.late ? (
                      <>
                        <Link href={leadsOf(id, x.late_bucket)}>{f.num(x.late)}</Link>
                        <span className="t12 dd"> {s.ofN(f.num(x.leads))}</span>
                      </>
                    ) : (
                      '0'
                    ),
                  )}
                </td>
                <td>{pair(m, (x) => delay(x.delay.p50))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Moved({ id, r, names }: { id: string; r: SimulationReport; names: Record<string, string> }) {
  const s = useSimulatorTexts();
  const f = useFmt();
  const delay = useDelay();
  const who = (x: string | null) => (x ? (names[x] ?? x) : s.nobody);
  return (
    <section className="card" aria-labelledby="moved-h">
      <div className="hd wrap">
        <h2 id="moved-h">{r.moved.n ? s.moved(r.moved.n, f.num(r.real.leads)) : s.movedNone}</h2>
        {r.moved.n > 0 && (
          <Link className="sp t13" href={leadsOf(id, r.moved.bucket)}>
            {s.movedAll}
          </Link>
        )}
      </div>
      {r.moved.n > 0 && (
        <ul className="versionlist bd">
          {r.moved.first.slice(0, 15).map((x, i) => (
            <li key={i} className="row wrap g6 t13">
              <Link href={'/leads/' + x.lead_id} className="m cut">
                {names[x.lead_id] ?? x.lead_id}
              </Link>
              <span className="d">
                {who(x.real_id)} → {who(x.other_id)}
              </span>
              <span className="t12 dd">
                {delay(x.real_delay)} → {delay(x.other_delay)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Judged({ r }: { r: SimulationReport }) {
  const s = useSimulatorTexts();
  const f = useFmt();
  const j = r.judged;
  const bad = j.second.verdict !== 'told' ? j.second : j.first;
  const a = j.first.dr,
    b = j.second.dr;
  return (
    <section className="card" aria-labelledby="judged-h">
      <div className="hd">
        <h2 id="judged-h">{s.judged}</h2>
      </div>
      <div className="bd col g6 t13">
        <p>
          {j.order !== 'refused'
            ? s.judgedTold[j.order]
            : j.n === 0
              ? s.noneEnded
              : bad.verdict === 'no_overlap'
                ? s.refused.no_overlap(f.pct(bad.unreached))
                : s.refused.too_few(f.num(bad.effective), j.need)}
        </p>
        {a && b && (
          <p className="d">
            {s.judgedNumbers(
              j.n,
              f.pct(a.value),
              f.pct(a.low),
              f.pct(a.high),
              f.pct(b.value),
              f.pct(b.low),
              f.pct(b.high),
            )}
          </p>
        )}
      </div>
    </section>
  );
}

function Assumed() {
  const s = useSimulatorTexts();
  return (
    <details className="card simassumed t13">
      <summary>{s.assumed}</summary>
      <ul className="d">
        {s.assumptions.map((x) => (
          <li key={x}>{x}</li>
        ))}
      </ul>
    </details>
  );
}
