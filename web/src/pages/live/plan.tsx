/* The month: what is to be sold, what has been, what the deals in work may still bring. In money where the target is, else in deals. */
import { useState } from 'react';
import { Link } from 'wouter';
import { useForecast, type Forecast, type PlanRow } from '../../api/board';
import { figureLeads } from '../../api/report';
import { serverNow } from '../../app/clock';
import { may, useMe } from '../../app/session';
import { Line } from '../../charts/line';
import { useFmt } from '../../i18n';
import { Block, Icon } from '../../kit';
import { Kpi } from './kpi';
import { Targets } from './targets';
import { useLiveTexts } from './texts';

export const monthLeads = (p: Forecast, bucket: 'won' | 'deals', manager?: string): string =>
  figureLeads('forecast', { month: p.month }, { bucket, ...(manager ? { manager } : {}) });

/* What a row is measured in, and how it stands; undefined: it has no target. */
export function standing(r: PlanRow) {
  const money = r.target_money !== null;
  const target = money ? r.target_money : r.target_deals;
  if (!target) return undefined;
  const done = money ? r.money : r.won;
  const more = money ? r.more_money : r.more_deals;
  const unit = money ? 1 : 100; // deals are foretold in hundredths
  return {
    money,
    target,
    done,
    share: done / target,
    more: more && { value: more.value / unit, low: more.low / unit, high: more.high / unit },
  };
}

const elapsed = (p: Forecast) =>
  Math.min(
    1,
    Math.max(0, (Date.parse(p.now) - Date.parse(p.from)) / (Date.parse(p.until) - Date.parse(p.from))),
  );

/* whole: the board is of a team, and the plan is not. */
export function PlanKpi({ whole }: { whole: boolean }) {
  const s = useLiveTexts();
  const f = useFmt();
  const q = useForecast();
  const p = q.data;
  if (!p) return <Kpi name={s.plan.kpi} value="—" />;
  const at = standing(p.all);
  const href = monthLeads(p, 'won');
  const name = s.plan.of(f.monthOf(p.month)) + (whole ? ', ' + s.scope.whole : '');
  if (!at)
    return (
      <Kpi
        name={name}
        href={href}
        value={f.num(p.all.won)}
        unit={s.plan.wonUnit(f.moneyShort(p.all.money, p.currency))}
      >
        {s.plan.noTarget}
      </Kpi>
    );
  const due = elapsed(p);
  const behind = Math.round((at.share - due) * 100);
  return (
    <Kpi
      name={name}
      href={href}
      value={f.pct(at.share)}
      unit={
        at.money
          ? s.plan.outOf(f.sumShort(at.done, p.currency), f.moneyShort(at.target, p.currency))
          : s.plan.outOf(f.num(at.done), s.plan.deals(at.target))
      }
    >
      <span className={'row g4 ' + (behind < 0 ? 'bad' : 'ok')}>
        <Icon n={behind < 0 ? 'dn' : 'up'} size="xs" />
        {s.plan.points(f.num(Math.abs(behind)))}
      </span>{' '}
      {s.plan.schedule(f.pct(due))}
    </Kpi>
  );
}

export function PlanCard() {
  const s = useLiveTexts();
  const f = useFmt();
  const me = useMe();
  const q = useForecast();
  const [edit, setEdit] = useState(false);
  const p = q.data;
  const at = p && standing(p.all);
  const end = at?.more && (at.done + at.more.value) / at.target;
  const short = at?.more ? at.target - at.done - at.more.value : 0;
  return (
    <div className="card plan">
      <div className="hd wrap">
        <h2>{p ? s.plan.of(f.monthOf(p.month)) : s.plan.kpi}</h2>
        {p && at?.more && (
          <span className={'tag ' + (short > 0 ? 'warn' : 'ok')}>
            {short > 0
              ? s.plan.short(at.money ? f.moneyShort(short, p.currency) : s.plan.deals(Math.ceil(short)))
              : s.plan.enough}
          </span>
        )}
        {may(me, 'manager.edit') && (
          <button className="btn g s sp" onClick={() => setEdit(true)}>
            {s.plan.set}
          </button>
        )}
      </div>
      <div className="bd col g6">
        <Block q={q} rows={4}>
          {(d) => (
            <>
              {at && (
                <Line
                  days={lastDay(d)}
                  done={shares(d, at.target, at.money)}
                  end={
                    at.more &&
                    ([at.more.low, at.more.value, at.more.high].map((x) => (at.done + x) / at.target) as [
                      number,
                      number,
                      number,
                    ])
                  }
                  says={{
                    fact: s.plan.fact(f.pct(at.share)),
                    forecast: end ? s.plan.forecast(f.pct(end)) : undefined,
                    all: s.plan.say(f.pct(at.share), end ? f.pct(end) : undefined),
                  }}
                />
              )}
              {!at && <p className="t13 d">{s.plan.none}</p>}
              <p className="t12 d">
                <Rest p={d} />
              </p>
            </>
          )}
        </Block>
      </div>
      {edit && <Targets month={p?.month ?? f.wall(serverNow()).slice(0, 7)} onClose={() => setEdit(false)} />}
    </div>
  );
}

/* What the forecast rests on, and what it leaves out. */
function Rest({ p }: { p: Forecast }) {
  const s = useLiveTexts();
  const f = useFmt();
  if (p.silence !== 'told') return <>{s.plan.silence[p.silence]}</>;
  const money = p.all.more_money!;
  return (
    <>
      <Link href={monthLeads(p, 'deals')}>{s.plan.work(p.all.deals)}</Link>
      {': '}
      {p.all.deals === 0
        ? s.plan.nothing
        : s.plan.expected(
            f.moneyShort(money.value, p.currency),
            f.moneyShort(money.low, p.currency),
            f.moneyShort(money.high, p.currency),
          )}
      {p.all.assumed > 0 && ' ' + s.plan.assumed(f.num(p.all.assumed), f.moneyShort(p.mean, p.currency))}
      {p.all.without > 0 && ' ' + s.plan.without(f.num(p.all.without))}
      {p.all.averaged > 0 && ' ' + s.plan.averaged(f.num(p.all.averaged))}
      {p.cut && ' ' + s.plan.cut} {s.plan.leaves}
    </>
  );
}

/* Of each day until now, the share of the target reached by its end. */
function shares(p: Forecast, target: number, money: boolean): number[] {
  let sum = 0;
  return p.days.map((d) => (sum += money ? d.money : d.won) / target);
}

const lastDay = (p: Forecast) => new Date(Date.UTC(+p.month.slice(0, 4), +p.month.slice(5), 0)).getUTCDate();
