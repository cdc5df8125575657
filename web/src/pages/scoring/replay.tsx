/* The report of a replay: a draft played over the whole history day by day, beside the live model as it was. Every figure opens its leads. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { api } from '../../api/client';
import {
  going,
  useModel,
  useModels,
  useReplay,
  type Fitted,
  type Replay,
  type ReplayReport,
  type Share,
} from '../../api/models';
import { problemText } from '../../api/problem';
import { useNow } from '../../app/clock';
import { may, useMe, useTitle } from '../../app/session';
import { Hist } from '../../charts/hist';
import { useFmt, useT } from '../../i18n';
import { bandIcon, Failed, Icon, ScoreChip, Skeleton, toast } from '../../kit';
import { byWeek, DayChart } from './daychart';
import { liveAt } from './model';
import { FewSales, FittedHere, HistTable, Kpi, OutcomeWord, Silence, useSides } from './figures';
import { useScoringTexts } from './texts';
import { bandOrder } from './whatif';
import { useCalled } from '../../part/leadname';
import { useLearnT } from '../../part/learn/text';

export default function ReplayPage({ id, model }: { id: string; model: string }) {
  const s = useScoringTexts();
  useLearnT(); // come with the screen: for those of the report it would be taken away
  const t = useT();
  const f = useFmt();
  const now = useNow(60);
  const me = useMe();
  const qc = useQueryClient();
  useTitle(s.replay.title);
  const q = useReplay(id);
  const of = useModel(model || q.data?.model_id);
  const r = q.data;
  const state = r?.state;
  useEffect(() => {
    if (state && !going(state)) void qc.invalidateQueries({ queryKey: ['replays', 'of'] });
  }, [state, qc]);
  const stop = useMutation({
    mutationFn: () => api.post<Replay>(`/replays/${id}/stop`),
    onSuccess: (x) => qc.setQueryData(['replays', id], x),
    onError: (e) => {
      toast(problemText(e, t), { bad: true });
      void q.refetch();
    },
  });
  const again = useMutation({
    mutationFn: () => api.post<Replay>(`/models/${r!.model_id}/replays`, { from: r!.from, until: r!.until }),
    onSuccess: (x) => location.assign(`/scoring/${x.model_id}/replays/${x.id}`),
    onError: (e) => toast(problemText(e, t), { bad: true }),
  });
  const back =
    of.data?.state === 'draft' ? `/scoring/${of.data.id}/draft` : '/scoring/' + (r?.model_id ?? model);
  return (
    <>
      <header className="row wrap g12">
        <h1>{s.replay.title}</h1>
        {of.data && (
          <span className="tag acc">
            {of.data.state === 'draft' ? s.vers.named(of.data) : 'v' + of.data.version}
          </span>
        )}
        {r && (
          <span className="t12 dd">
            {f.when(r.made_at, now)}
            {r.made_by && ', ' + r.made_by}
          </span>
        )}
        <span className="sp row wrap g6">
          {may(me, 'model.edit') && r && !going(r.state) && (
            <button className="btn s" disabled={again.isPending} onClick={() => again.mutate()}>
              {s.replay.again}
            </button>
          )}
          {r?.report && (
            <a className="btn s" href={`/api/v1/export/replay.csv?report=${id}`} download>
              {s.replay.csv}
            </a>
          )}
          {r?.report && (
            <a className="btn s" href={`/api/v1/replays/${id}/report.json`} download={id + '.json'}>
              {s.replay.json}
            </a>
          )}
          <Link className="btn s" href={back}>
            {s.replay.back}
          </Link>
        </span>
      </header>
      {q.error ? (
        <Failed error={q.error} retry={() => void q.refetch()} />
      ) : !r ? (
        <Skeleton rows={8} />
      ) : going(r.state) ? (
        <section className="card progresscard" aria-label={s.replay.title}>
          <p className="t13" role="status">
            {r.total ? s.replay.progress(f.num(r.done), f.num(r.total)) : s.replay.waiting}
          </p>
          <progress aria-label={s.replay.title} max={r.total || 1} value={r.total ? r.done : undefined} />
          <button className="btn s self" disabled={stop.isPending} onClick={() => stop.mutate()}>
            {s.replay.stop}
          </button>
        </section>
      ) : r.state === 'failed' ? (
        <p className="failed" role="alert">
          <Icon n="warn" />
          {s.replay.failed} {r.why}
        </p>
      ) : r.state === 'stopped' || !r.report ? (
        <p className="hintbar t13">
          <Icon n="info" size="s" />
          {s.replay.stopped}
        </p>
      ) : !r.report.leads ? (
        <p className="hintbar t13">
          <Icon n="info" size="s" />
          {s.whatif.empty}
        </p>
      ) : (
        <Report
          id={id}
          at={r.made_at}
          r={r.report}
          team={r.team}
          names={r.names}
          bounds={r.bounds}
          fitted={of.data?.fitted}
        />
      )}
    </>
  );
}

function Report({
  id,
  at,
  r,
  team,
  names,
  bounds,
  fitted,
}: {
  id: string;
  at: string; // it was played then, beside the model that was live
  r: ReplayReport;
  team: Replay['team'];
  names: Replay['names'];
  bounds: Replay['bounds'];
  fitted: Fitted | undefined;
}) {
  const s = useScoringTexts();
  const t = useT();
  const f = useFmt();
  const sides = useSides();
  const [, go] = useLocation();
  const models = useModels();
  const live = liveAt(models.data?.items ?? [], at);
  const was = live ? 'v' + live.version : s.whatif.now;
  const leads = (bucket: string) => `/leads?report=${id}&bucket=${bucket}`;
  const weeks = r.days.length > 120;
  const outside =
    r.entered.before.crossings +
    r.entered.after.crossings -
    r.days.reduce((n, d) => n + d.before + d.after, 0);
  const turned = weeks ? r.weeks : r.days;
  const rows = (turned ?? byWeek(r.days)).map((d) => ({
    key: d.day,
    label: f.date(d.day + 'T12:00:00Z'),
    before: d.before,
    after: d.after,
  }));
  const capacity = weeks ? team.calls_a_week : team.calls_a_day;
  const over = capacity === null ? 0 : rows.filter((x) => x.after > capacity).length;
  const wonWords = (x: Share) =>
    x.enough && x.value !== null
      ? s.replay.wonShare(f.num(x.won), f.num(x.n), f.pct(x.value), f.pct(x.low!), f.pct(x.high!))
      : s.replay.wonFew(f.num(x.won), f.num(x.n));
  const j = r.judged;
  const ended = (text: string) =>
    j.bucket && j.n ? (
      <Link href={leads(j.bucket)}>{text}</Link>
    ) : (
      text
    ); /* reports of before have no such list */
  return (
    <>
      <section className="card" aria-label={s.replay.summary}>
        <div className="kp four">
          <Kpi
            name={s.replay.entered}
            value={
              <>
                <Figure to={leads(r.entered.before.bucket)} n={r.entered.before.leads} /> →{' '}
                <Figure to={leads(r.entered.after.bucket)} n={r.entered.after.leads} />
              </>
            }
            note={
              <span className="intext">
                <Figure to={leads('into_hot')} n={r.into_hot} text={s.replay.into(f.num(r.into_hot))} />,{' '}
                <Figure to={leads('out_of_hot')} n={r.out_of_hot} text={s.replay.out(f.num(r.out_of_hot))} />
              </span>
            }
          />
          <Kpi
            name={s.kpi.caught}
            value={
              r.caught.before.share.enough && r.caught.after.share.enough ? (
                <>
                  <Figure
                    to={leads(r.caught.before.bucket)}
                    n={r.caught.before.leads}
                    text={f.num(Math.round(r.caught.before.share.value! * 100))}
                  />{' '}
                  →{' '}
                  <Figure
                    to={leads(r.caught.after.bucket)}
                    n={r.caught.after.leads}
                    text={f.pct(r.caught.after.share.value!)}
                  />
                </>
              ) : (
                f.num(r.caught.before.leads) + ' → ' + f.num(r.caught.after.leads)
              )
            }
            note={
              <span className="intext">
                <Figure to={leads(r.caught.before.bucket)} n={r.caught.before.leads} /> →{' '}
                <Figure to={leads(r.caught.after.bucket)} n={r.caught.after.leads} />{' '}
                <Figure to={leads(r.caught.bucket)} n={r.caught.wins} text={s.kpi.ofWins(r.caught.wins)} />
                {r.caught.wins > 0 && s.replay.justBefore}
              </span>
            }
          />
          <Kpi
            name={s.kpi.auc}
            value={j.auc ? ended(sides.auc(j)!) : s.kpi.unknown}
            note={
              j.auc_change
                ? j.auc_change.value || j.auc_change.low || j.auc_change.high
                  ? s.replay.change(
                      signedNum(sides.small(j.auc_change.value), j.auc_change.value),
                      sides.small(j.auc_change.low),
                      sides.small(j.auc_change.high),
                    )
                  : s.replay.noChange
                : s.lift.little
            }
          />
          <Kpi
            name={s.replay.lift}
            value={
              j.lift10 ? ended('×' + f.num(j.lift10.before) + ' → ×' + f.num(j.lift10.after)) : s.kpi.unknown
            }
            note={
              j.found20 ? (
                <>
                  {j.lift10_range && (
                    <>
                      {s.replay.liftRange(f.num(j.lift10_range.after.low), f.num(j.lift10_range.after.high))}
                      ;{' '}
                    </>
                  )}
                  {s.replay.found(
                    Math.round(j.found20.before.value * 100) + ' → ' + f.pct(j.found20.after.value),
                    f.pct(j.found20.after.low),
                    f.pct(j.found20.after.high),
                  )}
                </>
              ) : (
                s.lift.little
              )
            }
          />
        </div>
        <FewSales judged={j} />
        <Silence judged={j} />
        {j.enough && <FittedHere now={live?.fitted} after={fitted} />}
        <p className="t12 dd bd intext">
          {s.replay.base(f.date(r.until), f.num(r.leads))} {ended(s.kpi.judged(f.num(j.n)))}.{' '}
          {s.kpi.base(j.maturity_days ?? 0)}
        </p>
        <dl className="twowon t13 intext">
          <div>
            <dt className="d">{was}</dt>
            <dd>
              {s.replay.ofHot}{' '}
              <Figure
                to={leads(r.entered.before.bucket + ':won')}
                n={r.entered.before.won.won}
                text={wonWords(r.entered.before.won)}
              />
              {r.entered.before.won.n > 0 && (
                <>
                  {' '}
                  <Link href={leads(r.entered.before.bucket + ':counted')}>
                    {s.replay.counted(f.num(r.entered.before.won.n))}
                  </Link>
                </>
              )}
            </dd>
          </div>
          <div>
            <dt className="d">{s.whatif.after}</dt>
            <dd>
              {s.replay.ofHot}{' '}
              <Figure
                to={leads(r.entered.after.bucket + ':won')}
                n={r.entered.after.won.won}
                text={wonWords(r.entered.after.won)}
              />
              {r.entered.after.won.n > 0 && (
                <>
                  {' '}
                  <Link href={leads(r.entered.after.bucket + ':counted')}>
                    {s.replay.counted(f.num(r.entered.after.won.n))}
                  </Link>
                </>
              )}
            </dd>
          </div>
        </dl>
      </section>
      <section className="card" aria-labelledby="days-h">
        <div className="hd wrap">
          <h2 id="days-h">{weeks ? s.replay.weeks : s.replay.days}</h2>
          <span className="t12 dd">
            {capacity !== null
              ? over
                ? s.replay.over(over, f.num(capacity), weeks)
                : s.replay.within(f.num(capacity), weeks)
              : s.replay.noCapacity}
          </span>
          <span className="sp row t12 d">
            <span className="row g4">
              <i className="sq sq-c0" />
              {was}
            </span>
            <span className="row g4">
              <i className="sq sq-hot" />
              {s.whatif.after}
            </span>
          </span>
        </div>
        <div className="bd">
          <DayChart
            rows={rows}
            capacity={capacity}
            say={s.replay.daysSay(f.num(r.entered.before.crossings), f.num(r.entered.after.crossings))}
            onBar={turned && ((i, side) => go(leads(turned[i]!.bucket + '.' + side)))}
          />
          {outside > 0 && <p className="t12 dd">{s.replay.outside(f.num(outside))}</p>}
          <DayTable days={r.days} leads={leads} was={was} />
          {weeks && r.weeks && <DayTable days={r.weeks} weeks leads={leads} was={was} />}
        </div>
      </section>
      <div className="repgrid">
        <section className="card" aria-labelledby="hist-h2">
          <div className="hd">
            <h2 id="hist-h2">{s.replay.hist}</h2>
          </div>
          <div className="bd">
            <Hist
              rows={r.histogram.map((x) => ({ ...x, to: x.to + 1 }))}
              warm={bounds.warm}
              hot={bounds.hot}
              top={bounds.ceiling}
              height={150}
              say={s.whatif.say(f.num(r.bands.hot.before), f.num(r.bands.hot.after))}
              onBar={(i, side) => go(leads(r.histogram[i]!.bucket + '.' + side))}
            />
            <HistTable
              rows={r.histogram}
              names={[was, s.whatif.after]}
              figure={(i, side, text, n) => (
                <Figure to={leads(r.histogram[i]!.bucket + '.' + side)} n={n} text={text} />
              )}
            />
          </div>
          <table className="bt">
            <thead>
              <tr>
                <th scope="col">
                  <span className="vh">{s.whatif.band}</span>
                </th>
                <th scope="col" className="num">
                  {was}
                </th>
                <th scope="col" className="num">
                  {s.whatif.after}
                </th>
              </tr>
            </thead>
            <tbody>
              {bandOrder.map((b) => (
                <tr key={b}>
                  <th scope="row">
                    <span className={'sc bandchip ' + b}>
                      <Icon n={bandIcon[b]} />
                      {t.band[b]}
                    </span>
                  </th>
                  <td className="num">
                    <Figure to={leads(r.bands[b].bucket + '.before')} n={r.bands[b].before} />
                  </td>
                  <td className="num b">
                    <Figure to={leads(r.bands[b].bucket + '.after')} n={r.bands[b].after} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        <Movers id={id} r={r} names={names} leads={leads} />
      </div>
    </>
  );
}

const signedNum = (text: string, n: number) => (n > 0 ? '+' : '') + text;

function Figure({ to, n, text }: { to: string; n: number; text?: string }): ReactNode {
  const f = useFmt();
  return n ? <Link href={to}>{text ?? f.num(n)}</Link> : (text ?? f.num(n));
}

/* A lead may turn hot twice a day: the list has it once, and then both are told. */
function DayFigure({ to, turns, leads }: { to: string; turns: number; leads: number | undefined }) {
  const s = useScoringTexts();
  const f = useFmt();
  if (leads === undefined || leads === turns) return <Figure to={to} n={turns} />;
  return (
    <>
      {f.num(turns)} <Figure to={to} n={leads} text={s.replay.dayLeads(leads)} />
    </>
  );
}

function DayTable({
  days,
  weeks,
  leads,
  was,
}: {
  days: ReplayReport['days'];
  weeks?: boolean;
  leads: (b: string) => string;
  was: string;
}) {
  const s = useScoringTexts();
  const f = useFmt();
  return (
    <details className="t13">
      <summary>{weeks ? s.replay.weekTable : s.replay.table}</summary>
      <div
        className="chart-table"
        tabIndex={0}
        role="region"
        aria-label={weeks ? s.replay.weeks : s.replay.days}
      >
        <table>
          <thead>
            <tr>
              <th scope="col">{weeks ? s.replay.weekFrom : s.replay.day}</th>
              <th scope="col" className="num">
                {was}
              </th>
              <th scope="col" className="num">
                {s.whatif.after}
              </th>
            </tr>
          </thead>
          <tbody>
            {days
              .filter((d) => d.before || d.after)
              .map((d) => (
                <tr key={d.day}>
                  <th scope="row">{f.date(d.day + 'T12:00:00Z')}</th>
                  <td className="num">
                    <DayFigure to={leads(d.bucket + '.before')} turns={d.before} leads={d.leads?.before} />
                  </td>
                  <td className="num">
                    <DayFigure to={leads(d.bucket + '.after')} turns={d.after} leads={d.leads?.after} />
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function Movers({
  id,
  r,
  names,
  leads,
}: {
  id: string;
  r: ReplayReport;
  names: Replay['names'];
  leads: (b: string) => string;
}) {
  const s = useScoringTexts();
  const t = useT();
  const f = useFmt();
  const now = useNow(60);
  const called = useCalled();
  const [most, setMost] = useState(20);
  const csv = (bucket: string) => `/api/v1/export/leads.csv?report=${id}&bucket=${bucket}`;
  return (
    <section className="card" aria-labelledby="mv-h">
      <div className="hd wrap">
        <h2 id="mv-h">{s.whatif.movers}</h2>
        <span className="t12 dd row wrap g6 intext">
          <span>
            <Figure to={leads('into_hot')} n={r.into_hot} text={s.whatif.up(f.num(r.into_hot))} />,{' '}
            <Figure to={leads('out_of_hot')} n={r.out_of_hot} text={s.whatif.down(f.num(r.out_of_hot))} />
          </span>
        </span>
        <span className="sp row g6 wrap">
          {r.into_hot > 0 && (
            <a className="btn s g" href={csv('into_hot')} download>
              {s.replay.csvInto}
            </a>
          )}
          {r.out_of_hot > 0 && (
            <a className="btn s g" href={csv('out_of_hot')} download>
              {s.replay.csvOut}
            </a>
          )}
        </span>
      </div>
      {r.movers.length ? (
        <ul className="mv wide">
          {r.movers.slice(0, most).map((m) => (
            <li key={m.lead_id}>
              <Link href={`/leads/${m.lead_id}/score`} className="cut">
                {called(names[m.lead_id], m.lead_id)}
              </Link>
              <span className="t12 dd nw">
                {m.hot_after
                  ? s.replay.hotAt(f.when(m.hot_after, now))
                  : m.hot_before
                    ? s.replay.wasHotAt(f.when(m.hot_before, now))
                    : ''}
              </span>
              <span className="row g4">
                <ScoreChip score={m.before} band={m.band_before} />
                <Icon n="right" size="xs" />
                <ScoreChip score={m.after} band={m.band_after} />
              </span>
              <OutcomeWord is={m.outcome} />
            </li>
          ))}
        </ul>
      ) : (
        <p className="bd t13 d">{s.replay.nobody}</p>
      )}
      <div className="foot">
        {r.movers.length > most && (
          <button className="btn s" onClick={() => setMost(most + 50)}>
            {t.more}
          </button>
        )}
        {r.into_hot > 0 && (
          <Link className="btn s" href={leads('into_hot')}>
            {s.replay.allInto}
          </Link>
        )}
      </div>
    </section>
  );
}
