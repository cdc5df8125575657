/* Who holds how many leads and clients, how evenly; and many leads at once, shown before and taken back after. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '../../api/client';
import { problemText } from '../../api/problem';
import {
  useBalance,
  useTransferDone,
  useTransfers,
  type Holding,
  type Transfer,
  type TransferAsk,
  type TransferPlan,
} from '../../api/share';
import { may, useMe } from '../../app/session';
import { useFmt, useT } from '../../i18n';
import { Block, Dialog, Skeleton, toast } from '../../kit';
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
              <p className="bd row wrap g6 t13">
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
          {cell(h[b], 'temp=' + b)}
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

function Plan({ ask, onClose }: { ask: TransferAsk & { name?: string }; onClose: () => void }) {
  const s = useTeamTexts().balance;
  const t = useT();
  const f = useFmt();
  const done = useTransferDone();
  const body: TransferAsk = { kind: ask.kind, ...(ask.from_id && { from_id: ask.from_id }) };
  const plan = useQuery({
    queryKey: ['plan', body],
    queryFn: () => api.post<TransferPlan>('/transfers/preview', body),
    gcTime: 0,
    staleTime: 0,
  });
  const undo = (x: Transfer) =>
    api.post<{ back: number }>(`/transfers/${x.id}/undo`).then((r) => {
      done();
      toast(s.undone(r?.back ?? 0));
    });
  const run = useMutation({
    mutationFn: () => api.post<Transfer>('/transfers', body),
    onSuccess: (x) => {
      done();
      onClose();
      if (x)
        toast(s.given(x.leads), {
          undo: () => void undo(x).catch((e) => toast(problemText(e, t), { bad: true })),
        });
    },
  });
  const p = plan.data;
  return (
    <Dialog open onClose={onClose} title={s.plan[ask.kind](ask.name ?? '')}>
      <div className="form wide">
        {plan.isPending && <Skeleton rows={4} />}
        {plan.error && <p className="bad">{problemText(plan.error, t)}</p>}
        {p && (
          <>
            <p className="said" role="status">
              {p.placed ? s.placed(p.placed, p.leads) : s.nobodyMay} {p.more ? s.more : ''}{' '}
              {p.gain_pct > 0 ? s.gain(p.gain_pct) : ''}
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
                <ul className="sharelist t13">
                  {p.moves.map((m) => (
                    <li key={m.lead_id} className="row g8">
                      <Link href={'/leads/' + m.lead_id} className="grow cut">
                        {m.name ?? m.lead_id}
                      </Link>
                      <span className="dd">{m.to_name}</span>
                    </li>
                  ))}
                </ul>
              </details>
            )}
          </>
        )}
        {run.error && <p className="bad t13">{problemText(run.error, t)}</p>}
        <div className="row g8">
          <button className="btn p" disabled={!p?.placed || run.isPending} onClick={() => run.mutate()}>
            {p?.placed ? s.run(p.placed) : s.run(0)}
          </button>
          <button className="btn" onClick={onClose}>
            {t.cancel}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

/* What was given out at once, with the way back. */
function Kept({ give }: { give: boolean }) {
  const s = useTeamTexts().balance;
  const t = useT();
  const f = useFmt();
  const q = useTransfers();
  const done = useTransferDone();
  const undo = useMutation({
    mutationFn: (x: Transfer) => api.post<{ back: number }>(`/transfers/${x.id}/undo`),
    onSuccess: (r) => {
      done();
      toast(s.undone(r?.back ?? 0));
    },
    onError: (e) => toast(problemText(e, t), { bad: true }),
  });
  if (!q.data?.items.length) return null;
  return (
    <ul className="sharelist bd" aria-label={s.kept}>
      {q.data.items.slice(0, 5).map((x) => (
        <li key={x.id} className="row wrap g8 t13">
          <span className="grow">
            {f.dateTime(x.at)} · {s.kinds[x.kind]}
            {x.from_name ? ' · ' + x.from_name : ''} · {s.leads(x.leads)}
            {x.by_name ? ' · ' + x.by_name : ''}
          </span>
          {x.undone_at ? (
            <span className="tag">{s.wasUndone}</span>
          ) : (
            give && (
              <button className="btn g s" disabled={undo.isPending} onClick={() => undo.mutate(x)}>
                {s.undo}
              </button>
            )
          )}
        </li>
      ))}
    </ul>
  );
}
