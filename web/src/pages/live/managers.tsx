import { Link } from 'wouter';
import type { Board } from '../../api/board';
import { figureLeads, useLeaderboard, type Leader } from '../../api/report';
import { openStages } from '../../api/types';
import { serverNow } from '../../app/clock';
import { Bullet } from '../../charts/bullet';
import { useFmt } from '../../i18n';
import { Avatar, Empty } from '../../kit';
import { useLiveTexts } from './texts';

const DAY = 86_400_000;

/* The mean of the deals whose sums are known. */
const meanDeal = (x: Leader | undefined) =>
  x && x.sold - x.unknown > 0 ? x.money / (x.sold - x.unknown) : undefined;

export function Managers({ b }: { b: Board }) {
  const s = useLiveTexts();
  const f = useFmt();
  const norm = b.sla_minutes * 60;
  // Whole days, so that the answer is kept between the changes of the board.
  const until = new Date(Math.floor(serverNow() / DAY + 1) * DAY);
  const asked = { from: new Date(+until - 30 * DAY).toISOString(), until: until.toISOString() };
  const leaders = useLeaderboard(asked);
  const of = (user: string) => leaders.data?.items.find((x) => x.user_id === user);
  if (!b.managers.length)
    return (
      <div className="card">
        <div className="hd">
          <h2>{s.mgr.title}</h2>
        </div>
        <Empty title={s.mgr.none}>
          <Link className="btn s" href="/settings/users">
            {s.mgr.add}
          </Link>
        </Empty>
      </div>
    );
  return (
    <div className="card mgr">
      <div className="hd wrap">
        <h2>{s.mgr.title}</h2>
        <span className="dd t12">{s.mgr.hint}</span>
        <Link className="sp t12" href="/team">
          {s.mgr.all}
        </Link>
      </div>
      <div className="scrollx" tabIndex={0} role="region" aria-label={s.mgr.title}>
        <table className="mt">
          <thead>
            <tr>
              <th scope="col">{s.mgr.name}</th>
              <th scope="col">{s.mgr.load}</th>
              <th scope="col" className="num">
                {s.mgr.hot}
              </th>
              <th scope="col" className="num">
                {s.mgr.answer}
              </th>
              <th scope="col" className="num" title={s.mgr.inTimeHint}>
                {s.mgr.inTime}
              </th>
              <th scope="col" className="num">
                {s.mgr.won}
              </th>
              <th scope="col" className="num">
                {s.mgr.deal}
              </th>
              <th scope="col" className="num">
                {s.mgr.assigned}
              </th>
            </tr>
          </thead>
          <tbody>
            {b.managers.map((m) => {
              const slow = m.median_answer_s !== null && m.median_answer_s > norm;
              const x = of(m.user_id);
              const deal = meanDeal(x);
              const poor = m.in_time_pct !== null && m.in_time_pct < 85;
              return (
                <tr key={m.id}>
                  <td>
                    <span className="row">
                      <Avatar name={m.name} small />
                      <span className="col">
                        <Link href={'/team/' + m.id} className="m nw plain">
                          {m.name}
                        </Link>
                        <span className={'st ' + { on: 'ok', away: 'warn', off: '', holiday: '' }[m.state]}>
                          {s.mgr.state[m.state]}
                        </span>
                      </span>
                    </span>
                  </td>
                  <td>
                    <Link href={`/leads?owner=${m.user_id}&stage=${openStages}`} className="plain">
                      <Bullet value={m.load} of={m.capacity} say={s.mgr.loadSay(m.load, m.capacity)} />
                    </Link>
                  </td>
                  <td className="num" data-label={s.mgr.hot}>
                    <Link href={`/leads?owner=${m.user_id}&temp=hot&stage=${openStages}`} className="plain">
                      {f.num(m.hot)}
                    </Link>
                  </td>
                  <td data-label={s.mgr.answer} className={'num ' + (slow ? 'bad b' : '')}>
                    {m.median_answer_s === null ? '—' : f.countdown(m.median_answer_s * 1000)}
                  </td>
                  <td data-label={s.mgr.inTime} className={'num ' + (poor ? 'bad b' : '')}>
                    {m.in_time_pct === null ? '—' : f.pct(m.in_time_pct / 100)}
                  </td>
                  <td
                    className="num"
                    data-label={s.mgr.won}
                    title={x?.share ? s.mgr.between(f.pct(x.share.low), f.pct(x.share.high)) : undefined}
                  >
                    {x?.share ? (
                      <Link
                        href={figureLeads('leaderboard', asked, { manager: m.user_id, bucket: 'decided' })}
                        className="plain"
                      >
                        {f.pct(x.share.value)}
                      </Link>
                    ) : (
                      '—'
                    )}
                  </td>
                  <td className="num nw" data-label={s.mgr.deal}>
                    {deal === undefined ? '—' : f.moneyShort(deal, leaders.data?.currency)}
                  </td>
                  <td className="num nw" data-label={s.mgr.assigned}>
                    {f.num(m.today.assigned)} / {f.num(m.today.calls)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </div>
  );
}
