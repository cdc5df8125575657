/* The simulator: what to try, what was tried, and one report beside what really happened. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { api } from '../../../api/client';
import { policies, usePools, type Policy, type Pool } from '../../../api/office';
import { problemText } from '../../../api/problem';
import { useRuleVersions, type RuleVersion } from '../../../api/share';
import { simulating, useSimulations, type Simulation, type SimulationAsk } from '../../../api/simulate';
import { useFmt, useT } from '../../../i18n';
import { Block, Select } from '../../../kit';
import { useRoutingTexts } from '../texts';
import { SimulationPage } from './report';
import { useSimulatorTexts } from './texts';
import './simulator.css';

export default function Simulator({ id }: { id?: string }) {
  return id ? <SimulationPage id={id} /> : <Start />;
}

function useVersionName() {
  const s = useSimulatorTexts();
  const f = useFmt();
  return (v: RuleVersion) => (v.state === 'draft' ? s.draft(f.dateTime(v.at), v.note) : s.version(v.version));
}

function Start() {
  const s = useSimulatorTexts();
  return (
    <>
      <p className="t13 d simhint">{s.hint}</p>
      <Ask />
      <Kept />
    </>
  );
}

function Ask() {
  const s = useSimulatorTexts();
  const t = useT();
  const [, go] = useLocation();
  const qc = useQueryClient();
  const versions = useRuleVersions();
  const pools = usePools();
  const named = useVersionName();
  const [version, setVersion] = useState('');
  const [days, setDays] = useState('28');
  const [tried, setTried] = useState<Record<string, Policy>>({});
  const run = useMutation({
    mutationFn: (x: SimulationAsk) => api.post<Simulation>('/routing/simulations', x),
    onSuccess: (x) => {
      if (!x) return;
      void qc.invalidateQueries({ queryKey: ['simulations'] });
      go('/routing/simulator/' + x.id);
    },
  });
  const start = () =>
    run.mutate({
      ...(version ? { version_id: version } : {}),
      policies: Object.entries(tried).map(([pool_id, policy]) => ({ pool_id, policy })),
      from: new Date(Date.now() - Number(days) * 86_400_000).toISOString(),
    });
  return (
    <section className="card">
      <div className="hd">
        <h2>{s.ask}</h2>
      </div>
      <Block q={pools} rows={3}>
        {(p) => (
          <div className="bd simask">
            <Select
              label={s.rules}
              value={version}
              onChange={setVersion}
              items={[
                { id: '', label: s.live },
                ...(versions.data?.items ?? [])
                  .filter((v) => v.state !== 'live')
                  .slice(0, 30)
                  .map((v) => ({ id: v.id, label: named(v) })),
              ]}
            />
            <Select
              label={s.period}
              value={days}
              onChange={setDays}
              items={[
                { id: '7', label: s.periods.d7 },
                { id: '28', label: s.periods.d28 },
                { id: '90', label: s.periods.d90 },
              ]}
            />
            <fieldset className="simpools">
              <legend className="t13 m">{s.pools}</legend>
              <p className="t12 dd">{s.poolsHint}</p>
              <div className="simgrid">
                {p.items.map((x) => (
                  <PoolPolicy
                    key={x.id}
                    pool={x}
                    value={tried[x.id]}
                    onChange={(v) => setTried(put(tried, x.id, v))}
                  />
                ))}
              </div>
            </fieldset>
            {run.error && <p className="bad t13">{problemText(run.error, t)}</p>}
            <button className="btn p self" disabled={run.isPending} onClick={start}>
              {s.run}
            </button>
          </div>
        )}
      </Block>
    </section>
  );
}

function put(all: Record<string, Policy>, id: string, v?: Policy): Record<string, Policy> {
  const { [id]: _, ...rest } = all;
  return v ? { ...rest, [id]: v } : rest;
}

function PoolPolicy({
  pool,
  value,
  onChange,
}: {
  pool: Pool;
  value?: Policy;
  onChange: (v?: Policy) => void;
}) {
  const s = useSimulatorTexts();
  const r = useRoutingTexts();
  return (
    <Select
      label={pool.name}
      value={value ?? ''}
      onChange={(v) => onChange(v ? (v as Policy) : undefined)}
      items={[
        { id: '', label: s.asIs(r.pool.policies[pool.policy]) },
        ...policies.filter((x) => x !== pool.policy).map((x) => ({ id: x, label: r.pool.policies[x] })),
      ]}
    />
  );
}

function Kept() {
  const s = useSimulatorTexts();
  const f = useFmt();
  const q = useSimulations();
  const versions = useRuleVersions();
  const named = useVersionName();
  const name = (id: string | null) => {
    const v = versions.data?.items.find((x) => x.id === id);
    return v ? named(v) : s.live;
  };
  return (
    <section className="card">
      <div className="hd">
        <h2>{s.kept}</h2>
      </div>
      <Block q={q} rows={2}>
        {(d) =>
          d.items.length ? (
            <ul className="versionlist bd">
              {d.items.map((x) => (
                <li key={x.id} className="row wrap g8">
                  <span className={'tag ' + (x.state === 'done' ? 'ok' : '')}>{s.states[x.state]}</span>
                  <Link href={'/routing/simulator/' + x.id} className="m">
                    {name(x.version_id)}
                  </Link>
                  <span className="t12 dd">
                    {s.of(f.date(x.from), f.date(x.until))} · {f.dateTime(x.made_at)}
                    {x.made_by ? ' · ' + x.made_by : ''}
                    {simulating(x.state) && x.total ? ' · ' + f.pct(x.done / x.total) : ''}
                  </span>
                </li>
              ))}
            </ul>
          ) : (
            <p className="bd t13 d">{s.none}</p>
          )
        }
      </Block>
    </section>
  );
}
