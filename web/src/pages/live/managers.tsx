import { Link } from 'wouter';
import { useForecast, type Board } from '../../api/board';
import { boardLeads, figureLeads, useLeaderboard, type Leader } from '../../api/report';
import { openStages } from '../../api/types';
import { serverNow } from '../../app/clock';
import { useFmt, useT } from '../../i18n';
import { dayPlus } from '../../i18n/format';
import { Avatar, Empty } from '../../kit';
import { InTimeShare, isPoor } from '../../part/intime';
import { Load } from '../../part/load';
import { monthLeads, standing } from './plan';
import { useScope } from './scope';
import { useLiveTexts } from './texts';

/* The mean of the deals whose sums are known. */
const meanDeal = (x: Leader | undefined) =>
  x && x.sold - x.unknown > 0 ? x.money / (x.sold - x.unknown) : undefined;

export function Managers({ b }: { b: Board }) {
  const s = useLiveTexts();
  const t = useT();
  const f = useFmt();
  const scope = useScope();
  const norm = b.sla_minutes * 60;
  // Whole days of the reader's calendar, so that the answer is kept between the changes of the board.
  const today = f.wall(serverNow()).slice(0, 10);
  const asked = { from: f.dayStart(dayPlus(today, -29)), until: f.dayEnd(today) };
  const leaders = useLeaderboard(asked);
  const plan = useForecast();
  const of = (user: string) => leaders.data?.items.find((x) => x.user_id === user);
  if (!b.managers.length)
    return (
      <div className="card">
        <div className="hd">
          <h2>{s.mgr.title}</h2>
        </div>
        <Empty title={scope.pool ? s.mgr.noneOf : s.mgr.none}>
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
              <th scope="col" className="num" title={s.mgr.wonHint}>
                {s.mgr.won}
                <small>{s.mgr.wonOf}</small>
              </th>
              <th scope="col" className="num" title={s.mgr.dealHint}>
                {s.mgr.deal}
                <small>{s.mgr.dealOf}</small>
              </th>
              <th scope="col" className="num">
                {s.plan.col}
              </th>
              <th scope="col" className="num" title={s.mgr.assignedHint}>
                {s.mgr.assigned}
              </th>
            </tr>
          </thead>
          <tbody>
            {b.managers.map((m) => {
              const slow = m.median_answer_s !== null && m.median_answer_s > norm;
              const x = of(m.user_id);
              const deal = meanDeal(x);
              const row = plan.data?.items.find((r) => r.user_id === m.user_id);
              const at = row && standing(row);
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
                          {m.away_until && m.state === 'holiday'
                            ? s.mgr.absent(m.away_why, f.date(Date.parse(m.away_until) - 1))
                            : s.mgr.state[m.state]}
                        </span>
                      </span>
                    </span>
                  </td>
                  <td>
                    <Load of={m} owner={m.user_id} />
                  </td>
                  <td className="num" data-label={s.mgr.hot}>
                    <Link href={`/leads?owner=${m.user_id}&temp=hot&stage=${openStages}`} className="plain">
                      {f.num(m.hot)}
                    </Link>
                  </td>
                  <td data-label={s.mgr.answer} className={'num ' + (slow ? 'bad b' : '')}>
                    {m.median_answer_s === null ? (
                      '—'
                    ) : (
                      <Link href={boardLeads({ bucket: 'answered', manager: m.user_id })} className="plain">
                        {f.countdown(m.median_answer_s * 1000)}
                      </Link>
                    )}
                  </td>
                  <td data-label={s.mgr.inTime} className={'num ' + (isPoor(m.in_time) ? 'bad b' : '')}>
                    <InTimeShare of={m.in_time} href={boardLeads({ bucket: 'judged', manager: m.user_id })} />
                  </td>
                  <td
                    className="num"
                    data-label={`${s.mgr.won}, ${s.mgr.wonOf}`}
                    title={x?.share ? t.between(f.pct(x.share.low), f.pct(x.share.high)) : undefined}
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
                  <td className="num nw" data-label={`${s.mgr.deal}, ${s.mgr.dealOf}`}>
                    {deal === undefined ? (
                      '—'
                    ) : (
                      <Link
                        href={figureLeads('leaderboard', asked, { manager: m.user_id, bucket: 'sold' })}
                        className="plain"
                      >
                        {f.moneyShort(deal, leaders.data?.currency)}
                      </Link>
                    )}
                  </td>
                  <td className="num" data-label={s.plan.col}>
                    {at && plan.data ? (
                      <Link
                        href={monthLeads(plan.data, 'won', m.user_id)}
                        className="plain"
                        aria-label={s.plan.rowSay(f.pct(at.share))}
                      >
                        {f.pct(at.share)}
                      </Link>
                    ) : (
                      '—'
                    )}
                  </td>
                  <td className="num nw" data-label={s.mgr.assigned}>
                    <span>
                      <Link
                        href={boardLeads({ bucket: 'given', manager: m.user_id }, scope.asked)}
                        className="plain"
                      >
                        {f.num(m.today.assigned)}
                      </Link>{' '}
                      /{' '}
                      <Link
                        href={boardLeads({ bucket: 'called', manager: m.user_id }, scope.asked)}
                        className="plain"
                      >
                        {f.num(m.today.calls)}
                      </Link>
                    </span>
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
