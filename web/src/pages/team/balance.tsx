/* Who holds how many leads and clients, how evenly; and many leads at once, shown before and taken back after. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { api } from '../../api/client';
import { useManagers } from '../../api/leads';
import { problemText } from '../../api/problem';
import {
  atWork,
  leavers,
  useBalance,
  useTransfer,
  useTransferDone,
  useTransfers,
  workTold,
  type Holding,
  type Leaver,
  type Transfer,
  type TransferAsk,
  type TransferPlan,
} from '../../api/share';
import { openStages } from '../../api/types';
import { may, useMe } from '../../app/session';
import { useFmt, useT } from '../../i18n';
import { Block, Dialog, Seg, Skeleton } from '../../kit';
import { useCalled } from '../../part/leadname';
import { useWhy } from '../../part/candidates/text';
import { useCarry, useTold, useUndo } from './carry';
import { useTeamTexts } from './texts';
import '../../css/form.css';

const open = (h: Holding) => h.cold + h.warm + h.hot;

export function Balance() {
  const s = useTeamTexts().balance;
  const f = useFmt();
  const me = useMe();
  const q = useBalance();
  const [ask, setAsk] = useState<TransferAsk & { name?: string }>();
  const give = may(me, 'lead.assign');
  const carry = useCarry();
  return (
    <section className="card" aria-labelledby="balance">
      <div className="hd wrap">
        <h2 id="balance">{s.title}</h2>
        {q.data && (
          <span className="t13 dd sp" title={s.fairnessHint}>
            {s.fairness(
              f.num(Math.round(q.data.fairness_load * 100)),
              f.num(Math.round(q.data.fairness_amount * 100)),
            )}
          </span>
        )}
      </div>
      <Block q={q} rows={4}>
        {(d) => (
          <>
            {d.suggestion && give && (
              <p className="bd row wrap g6 t13 suggest1">
                <span className="grow">
                  {s.suggestion(d.suggestion.from_name, d.suggestion.load, d.suggestion.mean)}
                </span>
                <button
                  className="btn s"
                  onClick={() =>
                    setAsk({ kind: 'balance', from_id: d.suggestion!.from_id, name: d.suggestion!.from_name })
                  }
                >
                  {s.see}
                </button>
                <button
                  className="btn s p"
                  disabled={carry.isPending}
                  onClick={() => carry.mutate({ kind: 'balance', from_id: d.suggestion!.from_id })}
                >
                  {s.even}
                </button>
              </p>
            )}
            <table className="teamt balt">
              <thead>
                <tr>
                  <th scope="col">{s.col.who}</th>
                  {(['hot', 'warm', 'cold', 'clients', 'amount', 'age'] as const).map((k) => (
                    <th key={k} scope="col" className="num">
                      {s.col[k]}
                    </th>
                  ))}
                  <th scope="col">
                    <span className="vh">{s.col.act}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {d.people.map((h) => (
                  <Row
                    key={h.manager_id ?? ''}
                    h={h}
                    onGive={give && open(h) + h.clients > 0 ? setAsk : undefined}
                  />
                ))}
              </tbody>
            </table>
          </>
        )}
      </Block>
      <Kept give={give} />
      {ask && <Plan ask={ask} onClose={() => setAsk(undefined)} />}
    </section>
  );
}

function Row({ h, onGive }: { h: Holding; onGive?: (x: TransferAsk & { name?: string }) => void }) {
  const s = useTeamTexts().balance;
  const f = useFmt();
  const owner = h.manager_id ?? 'none';
  const cell = (n: number, query: string) =>
    n ? (
      <Link className="plain" href={`/leads?owner=${owner}&${query}`}>
        {f.num(n)}
      </Link>
    ) : (
      '0'
    );
  return (
    <tr>
      <td className="m">{h.name ?? s.nobody}</td>
      {(['hot', 'warm', 'cold'] as const).map((b) => (
        <td key={b} className="num" data-label={s.col[b]}>
          {cell(h[b], `temp=${b}&stage=${openStages}`)}
        </td>
      ))}
      <td className="num" data-label={s.col.clients}>
        {cell(h.clients, 'stage=won')}
      </td>
      <td className="num" data-label={s.col.amount}>
        {h.amount ? f.moneyShort(h.amount) : '—'}
      </td>
      <td className="num" data-label={s.col.age}>
        {open(h) ? s.days(h.age_days) : '—'}
      </td>
      <td>
        {onGive && (
          <button
            className="btn g s"
            onClick={() =>
              onGive(
                h.manager_id
                  ? { kind: 'handover', from_id: h.manager_id, name: h.name }
                  : { kind: 'backlog' },
              )
            }
          >
            {h.manager_id ? s.handover : s.giveOut}
          </button>
        )}
      </td>
    </tr>
  );
}

/* Who is to get it: whoever the rules allow, one person, several. */
type Whom = 'rules' | 'one' | 'some';
function useReceivers(ask: TransferAsk) {
  const people = (useManagers().data?.items ?? []).filter((m) => m.id !== ask.from_id);
  const [whom, setWhom] = useState<Whom>('rules');
  const [chosen, setChosen] = useState<string[]>([]);
  const [leaver, setLeaver] = useState<Leaver>('stays');
  const [cold, setCold] = useState(false);
  const to = whom === 'one' ? chosen.slice(0, 1) : chosen;
  const body: TransferAsk = {
    kind: ask.kind,
    ...(ask.from_id && { from_id: ask.from_id }),
    ...(ask.product_id && { product_id: ask.product_id }),
    ...(whom !== 'rules' && { to: to.map((user_id) => ({ user_id })), by_word: true }),
    ...(leaver !== 'stays' && { leaver }),
    ...(cold && { cold }),
  };
  const whole = whom === 'rules' || to.length > 0;
  return { people, whom, setWhom, to, setChosen, leaver, setLeaver, cold, setCold, body, whole };
}

function Receivers({ r, kind }: { r: ReturnType<typeof useReceivers>; kind: TransferAsk['kind'] }) {
  const s = useTeamTexts().balance;
  const me = useMe();
  return (
    <>
      <Seg
        label={s.whom}
        value={r.whom}
        onChange={r.setWhom}
        items={(['rules', 'one', 'some'] as const).map((id) => ({ id, label: s.whoms[id] }))}
      />
      {r.whom !== 'rules' && (
        <>
          <p className="t12 dd">{s.wordHint}</p>
          <ul className="sharelist" aria-label={s.whoms[r.whom]}>
            {r.people.map((m) => (
              <li key={m.id} className="row g8">
                <label className="grow row g8">
                  <input
                    type={r.whom === 'one' ? 'radio' : 'checkbox'}
                    name="receiver"
                    checked={r.to.includes(m.id)}
                    onChange={(e) =>
                      r.setChosen(
                        r.whom === 'one'
                          ? [m.id]
                          : e.target.checked
                            ? [...r.to, m.id]
                            : r.to.filter((x) => x !== m.id),
                      )
                    }
                  />
                  <span className="cut">{m.name}</span>
                </label>
                <span className="t12 dd">{s.load(m.load, m.capacity)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {kind === 'backlog' && (
        <label className="row g8 t13">
          <input type="checkbox" checked={r.cold} onChange={(e) => r.setCold(e.target.checked)} />
          {s.coldToo}
        </label>
      )}
      {kind === 'handover' && (
        <label className="field">
          <span className="flabel">{s.leaver}</span>
          <select className="in" value={r.leaver} onChange={(e) => r.setLeaver(e.target.value as Leaver)}>
            {leavers
              .filter((x) => x !== 'disabled' || may(me, 'user.edit'))
              .map((x) => (
                <option key={x} value={x}>
                  {s.leavers[x]}
                </option>
              ))}
          </select>
        </label>
      )}
    </>
  );
}

/* Leads of a plan, each with a word of what becomes of it. */
function LeadLines<T extends { lead_id: string; name: string | null }>({
  items,
  word,
}: {
  items: T[];
  word: (item: T) => ReactNode;
}) {
  const called = useCalled();
  return (
    <ul className="sharelist t13">
      {items.map((m) => (
        <li key={m.lead_id} className="row g8">
          <Link href={'/leads/' + m.lead_id} className="grow cut">
            {called(m.name, m.lead_id)}
          </Link>
          <span className="dd">{word(m)}</span>
        </li>
      ))}
    </ul>
  );
}

/* What stays where it is, and why; which leads these are when it is opened. */
function Stays({ p }: { p: TransferPlan }) {
  const s = useTeamTexts().balance;
  const why = useWhy(s.stayWhy, s.stayWhy.changed);
  const f = useFmt();
  const n = p.stay_why.reduce((sum, x) => sum + x.leads, 0);
  if (!n) return null;
  const whys = p.stay_why.map((x) => `${why(x.why)} (${f.num(x.leads)})`).join(', ');
  return (
    <details>
      <summary className="t13">{s.stays[p.kind](f.num(n), whys)}</summary>
      <LeadLines items={p.stays} word={(m) => why(m.why)} />
    </details>
  );
}

export function Plan({ ask, onClose }: { ask: TransferAsk & { name?: string }; onClose: () => void }) {
  const s = useTeamTexts().balance;
  const t = useT();
  const f = useFmt();
  const done = useTransferDone();
  const r = useReceivers(ask);
  const made = useQuery({
    queryKey: ['plan', r.body],
    queryFn: () => api.post<Transfer>('/transfers', r.body),
    enabled: r.whole,
    gcTime: 0,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
  const plan = useTransfer(r.whole ? made.data?.id : undefined);
  const told = useTold();
  const run = useMutation({
    mutationFn: (id: string) => api.post<TransferPlan>(`/transfers/${id}/run`),
    onSuccess: () => plan.refetch(),
  });
  const p = r.whole ? plan.data : undefined;
  const over = p?.state === 'done';
  useEffect(() => {
    if (!over) return;
    done();
    onClose();
    told(p);
  }, [over]); // eslint-disable-line react-hooks/exhaustive-deps
  const error = made.error ?? plan.error ?? run.error;
  const thinking = r.whole && !error && (!p || p.state === 'planning');
  const ready = p?.state === 'planned' && (p.leads > 0 || r.leaver !== 'stays');
  return (
    <Dialog open onClose={onClose} title={s.plan[ask.kind](ask.name ?? '')}>
      <div className="form wide">
        {p?.state !== 'running' && <Receivers r={r} kind={ask.kind} />}
        {!r.whole && <p className="said">{s.chooseWhom}</p>}
        {thinking && (
          <>
            <p className="said" role="status">
              {s.planning}
            </p>
            <Skeleton rows={4} />
          </>
        )}
        {p?.state === 'failed' && <p className="bad">{s.failed}</p>}
        {p?.state === 'running' && (
          <p className="said" role="status">
            {s.running(f.num(p.moved + p.passed), f.num(p.leads))}
            <progress max={p.leads} value={p.moved + p.passed} aria-label={s.plan[ask.kind]('')} />
          </p>
        )}
        {p?.state === 'planned' && (
          <>
            <p className="said" role="status">
              {p.leads ? s.placed(f.num(p.leads), f.num(p.looked)) : p.looked ? s.nobodyMay : s.nothing}{' '}
              {p.bands && p.leads > 0
                ? s.byBand(f.num(p.bands.hot), f.num(p.bands.warm), f.num(p.bands.cold))
                : ''}{' '}
              {p.kind === 'backlog' && !p.cold ? s.coldStay : ''}{' '}
              {p.clients + p.lost > 0 ? s.decided(f.num(p.clients), f.num(p.lost)) : ''}{' '}
              {p.more ? s.more : ''} {p.gain_pct > 0 ? s.gain(p.gain_pct) : ''}{' '}
              {p.closed > 0 ? s.wouldStay(f.num(p.closed)) : ''} {r.leaver === 'disabled' ? s.leaverHint : ''}
            </p>
            {p.shares.length > 0 && (
              <ul className="sharelist">
                {p.shares.map((x) => (
                  <li key={x.manager_id} className="row g8">
                    <span className="grow cut">{x.name}</span>
                    <span className="t12 dd">{s.load(x.load, x.capacity)}</span>
                    <b className="num">+{f.num(x.leads)}</b>
                  </li>
                ))}
              </ul>
            )}
            {p.moves.length > 0 && (
              <details>
                <summary className="t13">{s.moves}</summary>
                <LeadLines items={p.moves} word={(m) => m.to_name} />
              </details>
            )}
            <Stays p={p} />
          </>
        )}
        {error && <p className="bad t13">{problemText(error, t)}</p>}
        <div className="row g8">
          <button className="btn p" disabled={!ready || run.isPending} onClick={() => p && run.mutate(p.id)}>
            {p?.state === 'planned' && p.leads ? s.run(f.num(p.leads)) : s.run()}
          </button>
          <button className="btn" onClick={onClose}>
            {p?.state === 'running' ? s.goOn : t.cancel}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

/* What an undo left with its new owners, and why; which leads these are is asked for when it is opened. */
function Stayed({ x }: { x: Transfer }) {
  const s = useTeamTexts().balance;
  const called = useCalled();
  const [shown, setShown] = useState(false);
  const q = useTransfer(shown ? x.id : undefined);
  const whys = x.kept_why.map(
    (k) => s.stayedWhy(k.why, k.leads) + (x.kept_why.length > 1 ? ` (${k.leads})` : ''),
  );
  return (
    <details onToggle={(e) => setShown(e.currentTarget.open)}>
      <summary className="t13">{s.stayed(x.kept, whys.join(', '))}</summary>
      <ul className="sharelist t13">
        {q.data?.stayed.map((m) => (
          <li key={m.lead_id} className="row g8">
            <Link href={'/leads/' + m.lead_id} className="grow cut">
              {called(m.name, m.lead_id)}
            </Link>
            {whys.length > 1 && <span className="dd">{s.stayedWhy(m.why, 1)}</span>}
            <span className="dd">{m.to_name}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/* What was given out at once, with the way back. */
function Kept({ give }: { give: boolean }) {
  const s = useTeamTexts().balance;
  const f = useFmt();
  const q = useTransfers();
  const undo = useUndo();
  const me = useMe();
  const moved = useTransferDone();
  const told = q.data && workTold(q.data.items);
  const seen = useRef(told);
  useEffect(() => {
    if (seen.current !== undefined && told !== undefined && seen.current !== told) moved();
    seen.current = told ?? seen.current;
  }, [told]); // eslint-disable-line react-hooks/exhaustive-deps
  if (!q.data?.items.length) return null;
  return (
    <ul className="sharelist bd" aria-label={s.kept}>
      {q.data.items.slice(0, 5).map((x) => (
        <li key={x.id} className="row wrap g8 t13">
          <span className="grow">
            {f.dateTime(x.at)} · {s.kinds[x.kind]}
            {x.from_name ? ' · ' + x.from_name : ''} · {s.leads(x.moved)}
            {x.by_name ? ' · ' + x.by_name : ''}
            {x.leaver !== 'stays' ? ' · ' + s.leaverDone[x.leaver] : ''}
          </span>
          {atWork(x) ? (
            <span className="tag">
              {x.state === 'undoing' ? s.undoing : s.running(f.num(x.moved + x.passed), f.num(x.leads))}
            </span>
          ) : x.undone_at ? (
            <>
              <span className="tag">{s.undone(x.back)}</span>
              {x.kept > 0 && <Stayed x={x} />}
            </>
          ) : (
            give &&
            (x.leaver === 'disabled' && !may(me, 'user.edit') ? (
              <span className="dd">{s.undoByOwner}</span>
            ) : (
              <button className="btn g s" disabled={undo.isPending} onClick={() => undo.mutate(x)}>
                {s.undo}
              </button>
            ))
          )}
        </li>
      ))}
    </ul>
  );
}
