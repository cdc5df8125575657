/* What each salesperson did in a period, in the order of one measure; places are no surer than the figures are. */
import { Link } from 'wouter';
import {
  figureLeads,
  useLeaderboard,
  type Asked,
  type Leader,
  type Leaderboard,
  type Measure,
} from '../../api/report';
import { may, useMe } from '../../app/session';
import { screenTexts, useFmt, type Lang } from '../../i18n';
import { Block, Empty, Seg } from '../../kit';
import { Load } from '../../part/load';
import { Card, Csv, Leads, PeriodChip, ShareCells, useWait } from './parts';
import { useQuestion } from './question';

const useLeadersTexts = screenTexts({
  en: () => import('./leaders-en'),
  ru: () => import('./leaders-ru'),
} satisfies Record<Lang, unknown>);

/* Of how many decided leads a share is told: as report/speed.h has it. */
const ENOUGH = 5;
const measures: Measure[] = ['money', 'share', 'speed', 'processed'];

/* By the best place, then the worst: equals stand by name. */
const ordered = (list: Leader[], by: Measure): Leader[] =>
  [...list].sort((a, b) => {
    const [p, q] = [a.places[by], b.places[by]];
    if (!p || !q) return p ? -1 : q ? 1 : (a.name ?? '').localeCompare(b.name ?? '');
    return p.best - q.best || p.worst - q.worst || (a.name ?? '').localeCompare(b.name ?? '');
  });

export default function Leaders() {
  const s = useLeadersTexts();
  const me = useMe();
  const q = useQuestion();
  const by = measures.find((m) => m === q.get('by')) ?? 'money';
  const asked: Asked = { from: q.from, until: q.until };
  const data = useLeaderboard(asked);
  return (
    <div className={'rep' + (data.isPlaceholderData ? ' old' : '')}>
      <p className="d t13">{s.hint}</p>
      <div className="repask">
        <PeriodChip value={q.period} onChange={q.setPeriod} />
        <span className="field">
          <span className="lbl">{s.by}</span>
          <Seg<Measure>
            label={s.by}
            value={by}
            onChange={(v) => q.set({ by: v === 'money' ? undefined : v })}
            items={measures.map((id) => ({ id, label: s.measure[id] }))}
          />
        </span>
        {may(me, 'manager.read') && (
          <Csv href={'/api/v1/export/reports/leaderboard.csv?' + new URLSearchParams(asked)} />
        )}
      </div>
      <Block q={data} rows={8}>
        {(d) =>
          d.shows === 'off' ? (
            <section className="card">
              <Empty title={s.off} />
            </section>
          ) : d.items.length ? (
            <Table d={d} by={by} asked={asked} />
          ) : (
            <section className="card">
              <Empty title={s.none} />
            </section>
          )
        }
      </Block>
      {may(me, 'board') && (
        <p className="t12 dd">
          {s.more} <Link href="/reports/managers">{s.managers}</Link>
        </p>
      )}
    </div>
  );
}

function Table({ d, by, asked }: { d: Leaderboard; by: Measure; asked: Asked }) {
  const s = useLeadersTexts();
  const f = useFmt();
  const wait = useWait();
  const list = ordered(d.items, by);
  const own = d.items.find((x) => x.user_id === d.me);
  const top = Math.max(0.05, ...list.map((x) => x.share?.high ?? 0));
  const place = (x: Leader) => {
    const p = x.places[by];
    return p ? s.place(p.best, p.worst) : s.noPlace;
  };
  const placed = list.map((x) => x.places[by]).filter((p) => !!p);
  const same =
    d.shows === 'all' && placed.length > 1 && placed.every((p) => p.best === 1 && p.worst === placed.length);
  return (
    <Card id="leaders-h" title={s.measure[by]}>
      {own?.places[by] && <p className="repsay">{s.own(place(own), d.people)}</p>}
      {same && <p className="t13 d">{s.same}</p>}
      {d.shows === 'own' && <p className="t12 dd">{s.ownOnly}</p>}
      <div className="repscroll" tabIndex={0} role="region" aria-label={s.measure[by]}>
        <table className="rept">
          <thead>
            <tr>
              <th scope="col" className="num">
                {s.col.place}
              </th>
              <th scope="col">{s.col.name}</th>
              <th scope="col" className="num">
                {s.col.money}
              </th>
              <th scope="col" className="num">
                {s.col.sold}
              </th>
              <th scope="col" colSpan={2} title={s.shareHint}>
                {s.col.share}
              </th>
              <th scope="col" className="num hidephone">
                {s.col.given}
              </th>
              <th scope="col" className="num">
                {s.col.answer}
              </th>
              <th scope="col" className="num hidephone" title={s.normHint}>
                {s.col.norm}
              </th>
              <th scope="col" className="num">
                {s.col.processed}
              </th>
              <th scope="col" className="hidephone">
                {s.col.load}
              </th>
            </tr>
          </thead>
          <tbody>
            {list.map((x) => {
              const open = (bucket: string) =>
                figureLeads('leaderboard', asked, { manager: x.user_id, bucket });
              const speed = (bucket: string) =>
                figureLeads(
                  'speed',
                  { ...asked, start: 'hot', clock: 'work' },
                  { manager: x.user_id, bucket },
                );
              return (
                <tr key={x.user_id} className={x.user_id === d.me ? 'own' : undefined}>
                  <td className="num nw b">{place(x)}</td>
                  <th scope="row">{x.name}</th>
                  <td className="num nw">
                    {f.moneyShort(x.money, d.currency)}
                    {x.unknown > 0 && <span className="t12 dd"> {s.unknown(x.unknown)}</span>}
                  </td>
                  <td className="num">
                    <Leads n={x.sold} href={open('sold')} />
                  </td>
                  <ShareCells
                    share={x.share}
                    top={top}
                    note={s.decided(x.won, x.decided, x.share ? undefined : ENOUGH)}
                  />
                  <td className="num nw hidephone">
                    <Leads n={x.given} href={open('given')} />
                  </td>
                  <td className="num nw">
                    <Leads n={x.speed.leads} href={speed('all')}>
                      {wait(x.speed.median_s)}
                    </Leads>
                  </td>
                  <td className="num nw hidephone">{s.of(f.num(x.speed.norm_in), f.num(x.speed.norm_n))}</td>
                  <td className="num">
                    <Leads n={x.processed} href={open('processed')} />
                  </td>
                  <td className="hidephone">
                    <Load of={x} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
