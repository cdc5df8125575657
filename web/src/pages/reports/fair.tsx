/* The ledger of fairness: what was due to each and what each got, why others went past, the decisions behind; and one's own place. */
import { useState } from 'react';
import { Link } from 'wouter';
import { usePools } from '../../api/office';
import {
  figureLeads,
  useFairDecisions,
  useFairness,
  useQueuePlace,
  type Asked,
  type Fairness,
  type FairRow,
  type QueuePlace,
} from '../../api/report';
import { serverNow } from '../../app/clock';
import { may, useMe } from '../../app/session';
import { screenTexts, useFmt, useT, type Lang } from '../../i18n';
import { Block, Dialog, Empty, Select } from '../../kit';
import { useWhy } from '../../part/candidates/text';
import { Card, Csv, Kpi, PeriodChip } from './parts';
import { useQuestion } from './question';

const useFairTexts = screenTexts({
  en: () => import('./fair-en'),
  ru: () => import('./fair-ru'),
} satisfies Record<Lang, unknown>);

type Opened = { title: string; more: Asked };

export default function Fair() {
  const s = useFairTexts();
  const me = useMe();
  const q = useQuestion();
  const pools = usePools(may(me, 'route.read'));
  const asked: Asked = { from: q.from, until: q.until, ...(q.get('pool') ? { pool: q.get('pool') } : {}) };
  const data = useFairness(asked);
  const [open, setOpen] = useState<Opened>();
  return (
    <div className={'rep' + (data.isPlaceholderData ? ' old' : '')}>
      <p className="d t13">{s.hint}</p>
      <div className="repask">
        <PeriodChip value={q.period} onChange={q.setPeriod} />
        {may(me, 'route.read') && (
          <Select
            label={s.pool}
            value={q.get('pool')}
            onChange={(v) => q.set({ pool: v })}
            items={[
              { id: '', label: s.anyPool },
              ...(pools.data?.items ?? []).map((p) => ({ id: p.id!, label: p.name })),
            ]}
          />
        )}
        {may(me, 'manager.read') && (
          <Csv href={'/api/v1/export/reports/fairness.csv?' + new URLSearchParams(asked)} />
        )}
      </div>
      {me.role === 'manager' && <Place user={me.id} />}
      <Block q={data} rows={8}>
        {(d) =>
          Object.values(d.decisions).some((n) => n > 0) ? (
            <Ledger d={d} onOpen={setOpen} />
          ) : (
            <section className="card">
              <Empty title={s.none} />
            </section>
          )
        }
      </Block>
      {open && (
        <Decisions asked={{ ...asked, ...open.more }} title={open.title} onClose={() => setOpen(undefined)} />
      )}
    </div>
  );
}

function Figure({ n, onOpen }: { n: number; onOpen: () => void }) {
  const f = useFmt();
  return n > 0 ? (
    <button className="lnk" onClick={onOpen}>
      {f.num(n)}
    </button>
  ) : (
    <>{f.num(n)}</>
  );
}

function Ledger({ d, onOpen }: { d: Fairness; onOpen: (o: Opened) => void }) {
  const s = useFairTexts();
  const f = useFmt();
  const x = d.decisions;
  const told = d.compared > 1;
  return (
    <>
      {d.cut && (
        <p className="repnote" role="status">
          {s.cut}
        </p>
      )}
      <div className="repkpis">
        <Kpi
          name={s.kpi.shared}
          value={f.num(x.policy)}
          note={s.kpi.apart(f.num(x.kept), f.num(x.hand), f.num(x.claim))}
        />
        <Kpi
          name={s.kpi.jain}
          value={told ? f.pct(d.jain / 1000) : '—'}
          note={told ? `${s.kpi.jainNote}; ${s.kpi.of(d.compared)}` : s.kpi.few}
        />
        <Kpi name={s.kpi.gini} value={told ? f.pct(d.gini / 1000) : '—'} note={s.kpi.giniNote} />
        <Kpi name={s.kpi.lots} value={f.num(d.lots)} note={s.kpi.lotsOf(f.num(d.drawn))} />
        <Kpi name={s.kpi.back} value={f.num(d.back)} />
      </div>
      <Card id="fair-h" title={s.table}>
        <div className="repscroll">
          <table className="rept">
            <thead>
              <tr>
                <th scope="col">{s.col.name}</th>
                <th scope="col" className="num">
                  {s.col.due}
                </th>
                <th scope="col" className="num">
                  {s.col.got}
                </th>
                <th scope="col" className="num">
                  {s.col.diff}
                </th>
                <th scope="col">{s.col.passed}</th>
                <th scope="col" className="num hidephone">
                  {s.col.kept}
                </th>
                <th scope="col" className="num hidephone">
                  {s.col.hand}
                </th>
                <th scope="col" className="num hidephone">
                  {s.col.claim}
                </th>
                <th scope="col" className="num hidephone">
                  {s.col.urgent}
                </th>
                <th scope="col" className="num hidephone">
                  {s.col.lots}
                </th>
                <th scope="col" className="num hidephone">
                  {s.col.back}
                </th>
                <th scope="col" className="num hidephone">
                  {s.col.money}
                </th>
              </tr>
            </thead>
            <tbody>
              {d.items.map((r) => (
                <Row key={r.user_id} r={r} d={d} onOpen={onOpen} />
              ))}
            </tbody>
          </table>
        </div>
      </Card>
    </>
  );
}

function Row({ r, d, onOpen }: { r: FairRow; d: Fairness; onOpen: (o: Opened) => void }) {
  const s = useFairTexts();
  const why = useWhy(s.why);
  const f = useFmt();
  const diff = Math.round((r.got - r.due) * 10) / 10;
  const open = (bucket: string, what: string) => () =>
    onOpen({ title: s.list.of(r.name ?? '', what), more: { manager: r.user_id, bucket } });
  return (
    <tr className={r.user_id === d.me ? 'own' : undefined}>
      <th scope="row">{r.name}</th>
      <td className="num">{f.num(Math.round(r.due * 10) / 10)}</td>
      <td className="num">
        <Figure n={r.got} onOpen={open('got.policy', s.col.got)} />
      </td>
      <td className="num nw">{(diff > 0 ? '+' : '') + f.num(diff)}</td>
      <td className="fairwhy">
        {r.passed.map((p) => (
          <button
            key={p.why}
            className="lnk t12"
            onClick={open('passed.' + p.why, why(p.why))}
          >{`${why(p.why)} ${f.num(p.n)}`}</button>
        ))}
      </td>
      <td className="num hidephone">
        <Figure n={r.ways.kept} onOpen={open('got.kept', s.col.kept)} />
      </td>
      <td className="num hidephone">
        <Figure n={r.ways.hand} onOpen={open('got.hand', s.col.hand)} />
      </td>
      <td className="num hidephone">
        <Figure n={r.ways.claim} onOpen={open('got.claim', s.col.claim)} />
      </td>
      <td className="num hidephone">
        <Figure n={r.urgent} onOpen={open('urgent', s.col.urgent)} />
      </td>
      <td className="num hidephone">
        <Figure n={r.lots} onOpen={open('lot', s.col.lots)} />
      </td>
      <td className="num hidephone">
        <Figure n={r.back} onOpen={open('back', s.col.back)} />
      </td>
      <td className="num nw hidephone" title={s.known(r.known)}>
        {r.known ? f.moneyShort(r.money, d.currency) : '—'}
      </td>
    </tr>
  );
}

function Decisions({ asked, title, onClose }: { asked: Asked; title: string; onClose: () => void }) {
  const s = useFairTexts();
  const why = useWhy(s.why);
  const f = useFmt();
  const q = useFairDecisions(asked, true);
  const items = q.data?.pages.flatMap((p) => p.items) ?? [];
  const now = serverNow();
  return (
    <Dialog open onClose={onClose} title={title}>
      <div className="col g12 rep">
        <Block q={q} rows={6}>
          {(d) => (
            <>
              <p className="t12 dd">
                {s.open(f.num(d.pages[0]?.total ?? items.length))}. {s.list.whole}
              </p>
              <div className="repscroll">
                <table className="rept">
                  <thead>
                    <tr>
                      <th scope="col">{s.list.at}</th>
                      <th scope="col">{s.list.lead}</th>
                      <th scope="col">{s.list.who}</th>
                      <th scope="col">{s.list.why}</th>
                      <th scope="col" className="num">
                        {s.list.might}
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {items.map((x) => (
                      <tr key={x.id}>
                        <td className="nw">{f.dateTime(x.at, now)}</td>
                        <td>
                          {x.lead ? (
                            <Link href={'/leads/' + x.lead}>{x.lead_name || x.lead}</Link>
                          ) : (
                            <span className="dd">{s.list.hidden}</span>
                          )}
                        </td>
                        <td>{x.manager_name ?? <span className="dd">{s.list.other}</span>}</td>
                        <td>
                          {x.way === 'policy' ? (x.why ? why(x.why) : s.way.policy) : (s.way[x.way] ?? x.way)}
                          {x.lot && ', ' + s.list.lot}
                        </td>
                        <td className="num nw">{s.list.mightOf(x.could, x.looked)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </>
          )}
        </Block>
        <div className="row dlg-acts">
          <Link className="btn" href={figureLeads('fairness', asked, {})}>
            {s.list.leads}
          </Link>
          {q.hasNextPage && (
            <button className="btn" disabled={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
              {s.list.more}
            </button>
          )}
        </div>
      </div>
    </Dialog>
  );
}

/* The place in the queue, pool by pool, with the figures to check it by. */
function Place({ user }: { user: string }) {
  const s = useFairTexts();
  const q = useQueuePlace(user, true);
  return (
    <Card id="place-h" title={s.place.title}>
      <Block q={q} rows={2}>
        {(d) =>
          d.items.length ? (
            <ul className="fairplaces">
              {d.items.map((p) => (
                <PlaceRow key={p.pool_id} p={p} />
              ))}
            </ul>
          ) : (
            <p className="t13 d">{s.place.none}</p>
          )
        }
      </Block>
    </Card>
  );
}

function PlaceRow({ p }: { p: QueuePlace }) {
  const s = useFairTexts();
  const why = useWhy(s.why);
  const t = useT();
  const f = useFmt();
  const now = serverNow();
  const last = (at: string | null) => (at ? f.when(at, now) : s.place.never);
  const load = (a: number, b: number) => (b ? `${f.num(a)} / ${f.num(b)}` : `${f.num(a)}, ${s.place.free}`);
  return (
    <li className="col g6">
      <span className="row g6 wrap">
        <b className="b">{p.pool}</b>
        <span className="t13">
          {!p.eligible
            ? s.place.not(why(p.why)) + (p.again_at ? ', ' + s.place.again(f.when(p.again_at, now)) : '')
            : p.before < 0
              ? s.place.claim
              : p.before === 0
                ? s.place.next
                : s.place.before(p.before, p.of)}
        </span>
      </span>
      <details>
        <summary className="t12 d">{s.place.check}</summary>
        <table className="rept">
          <thead>
            <tr>
              <th />
              <th scope="col">{s.place.last}</th>
              <th scope="col">{s.place.load}</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{s.place.you}</th>
              <td>{last(p.last_at)}</td>
              <td>{load(p.load, p.capacity)}</td>
            </tr>
            <tr>
              <th scope="row">{s.place.first}</th>
              <td>{p.first ? last(p.first.last_at) : t.none}</td>
              <td>{p.first ? load(p.first.load, p.first.capacity) : t.none}</td>
            </tr>
          </tbody>
        </table>
        <p className="t12 d">
          {p.policy === 'weighted' && s.place.turns(f.num(Math.round(p.turns * 10) / 10)) + '; '}
          {s.place.given(p.given_day, p.daily_quota, p.given_hour, p.hourly_quota)}
        </p>
      </details>
    </li>
  );
}
