/* «Why 83°»: the number on its scale, each line with its points, age and limits, what comes without new events,
   the same as of a past moment, and a way to say that it is wrong. */
import { useEffect, useMemo, useState } from 'react';
import { useScore } from '../../api/leads';
import type { LeadCard, Score, ScoreGroup, ScoreLine } from '../../api/types';
import { serverNow, useNow } from '../../app/clock';
import { useFmt, useT } from '../../i18n';
import { Block, Icon, Seg, signed, toldScore } from '../../kit';
import { useLeadT } from './text';

const DAY = 86_400_000;

export function WhyBlock({ lead, onDispute }: { lead: LeadCard; onDispute: () => void }) {
  const t = useLeadT();
  const f = useFmt();
  const [past, setPast] = useState<number | undefined>();
  const [late, setLate] = useState<number | undefined>();
  const [known, setKnown] = useState<'then' | 'now'>('then');
  useEffect(() => {
    setPast(undefined);
    setLate(undefined);
  }, [lead.id]);
  useEffect(() => {
    if (past === undefined) return setLate(undefined);
    const w = setTimeout(() => setLate(past), 200);
    return () => clearTimeout(w);
  }, [past]);
  const current = useScore(lead.id);
  const then = useScore(
    lead.id,
    late !== undefined ? new Date(late).toISOString() : undefined,
    late !== undefined ? known : undefined,
  );
  // «Yesterday» is asked once per hour of the clock, so that the cache can answer.
  const dayAgo = useMemo(
    () => new Date(Math.floor(serverNow() / 3_600_000) * 3_600_000 - DAY).toISOString(),
    [],
  );
  const yesterday = useScore(
    lead.id,
    Date.parse(lead.created_at) < Date.parse(dayAgo) ? dayAgo : undefined,
    'now',
  );
  const shown = late !== undefined ? then : current;
  const created = Date.parse(lead.created_at);
  const now = serverNow();
  return (
    <section className="card whyblock" id="why" aria-labelledby="why-h">
      <div className="hd wrap">
        <h2 id="why-h" tabIndex={-1}>
          {t.why(f.num(shown.data ? toldScore(shown.data) : lead.score))}
        </h2>
        {shown.data && (
          <span className="dd t12">
            {late !== undefined
              ? t.pastAt(f.dateTime(late, now))
              : t.model(shown.data.model?.version, f.time(shown.data.at))}
          </span>
        )}
        <button className="btn s g sp wrongbtn" onClick={onDispute}>
          <Icon n="info" size="s" />
          {t.wrong}
        </button>
      </div>
      <Block q={shown} rows={8}>
        {(s) => (
          <>
            <Scale
              s={s}
              past={late !== undefined}
              before={late === undefined ? yesterday.data?.total : undefined}
            />
            <Lines s={s} at={late ?? now} />
            <Foot s={s} />
          </>
        )}
      </Block>
      {now - created > 60_000 && (
        <div className="pastrow">
          <label className="row g6 grow">
            <Icon n="clock" size="s" />
            <span className="t12 d nw">{t.past}</span>
            <input
              type="range"
              className="grow"
              min={0}
              max={1000}
              aria-valuetext={past === undefined ? f.dateTime(now, now) : f.dateTime(past, now)}
              value={past === undefined ? 1000 : Math.round(((past - created) / (now - created)) * 1000)}
              onChange={(e) => {
                const v = Number(e.currentTarget.value);
                setPast(v >= 1000 ? undefined : Math.round(created + ((now - created) * v) / 1000));
              }}
            />
          </label>
          {past !== undefined && (
            <>
              <span className="t12 m nw">{f.dateTime(past, now)}</span>
              <Seg<'then' | 'now'>
                label={t.past}
                value={known}
                onChange={setKnown}
                items={[
                  { id: 'then', label: t.knownThen },
                  { id: 'now', label: t.knownNow },
                ]}
              />
              <button className="btn s" onClick={() => setPast(undefined)}>
                {t.backNow}
              </button>
            </>
          )}
        </div>
      )}
    </section>
  );
}

function Scale({ s, past, before }: { s: Score; past: boolean; before: number | undefined }) {
  const tt = useT();
  const t = useLeadT();
  const f = useFmt();
  const { warm, hot } = s.thresholds;
  const told = f.num(toldScore(s));
  const max = Math.max(100, s.total);
  const x = (n: number) => (Math.max(0, Math.min(max, n)) / max) * 100;
  const delta = before === undefined ? undefined : s.total - before;
  const near = before !== undefined && Math.abs(x(before) - x(s.total)) < 24;
  return (
    <div className="score">
      <div className="col">
        <span className={'deg ' + s.band}>{told}°</span>
        {delta !== undefined && delta !== 0 && <span className="t12 dd nw">{t.dayDelta(signed(delta))}</span>}
      </div>
      <div className="scale" role="img" aria-label={t.scaleLabel(told, warm, hot)}>
        {before !== undefined && before !== s.total && !near && (
          <span className={'tp' + edge(x(before))} style={{ left: x(before) + '%' }}>
            {t.dayMark(before)}
          </span>
        )}
        <span className={'tp' + edge(x(s.total))} style={{ left: x(s.total) + '%' }}>
          {past ? t.thenMark(told) : t.nowMark(told)}
        </span>
        <div className="tr">
          <i className="cold" style={{ width: x(warm) + '%' }} />
          <i className="warm" style={{ width: x(hot) - x(warm) + '%' }} />
          <i className="hot" style={{ width: 100 - x(hot) + '%' }} />
        </div>
        <span className="mk" style={{ left: x(s.total) + '%' }} />
        <span className="lb" style={{ left: 0 }}>
          {tt.band.cold.toLowerCase()}
        </span>
        <span className="lb" style={{ left: x(warm) + '%' }}>
          {warm} {tt.band.warm.toLowerCase()}
        </span>
        <span className="lb" style={{ left: x(hot) + '%' }}>
          {hot} {tt.band.hot.toLowerCase()}
        </span>
        <span className="lb end">{max}</span>
      </div>
    </div>
  );
}

const edge = (x: number) => (x < 12 ? ' from' : x > 88 ? ' to' : '');

function Lines({ s, at }: { s: Score; at: number }) {
  const t = useLeadT();
  const f = useFmt();
  const shown = s.groups.filter((g) => s.lines.some((l) => l.group === g.name));
  if (!shown.length) return <p className="dd t13 nolines">{t.noLines}</p>;
  return (
    <table className="wt">
      <tbody>
        {shown.map((g) => (
          <GroupRows key={g.name} g={g} lines={s.lines.filter((l) => l.group === g.name)} at={at} />
        ))}
        <CutTotal s={s} />
      </tbody>
    </table>
  );

  function GroupRows({ g, lines, at }: { g: ScoreGroup; lines: ScoreLine[]; at: number }) {
    const cut = g.ceiling !== null && g.raw > g.ceiling;
    const raised = g.floor !== null && g.raw < g.floor;
    const top = g.points >= 0 ? g.ceiling : null;
    return (
      <>
        <tr className="gh">
          <th colSpan={2} scope="colgroup">
            {g.title ?? g.name}
            {cut && <span className="dd"> · {t.capped(f.num(g.raw), f.num(g.ceiling!))}</span>}
            {raised && <span className="dd"> · {t.floored(f.num(g.raw), f.num(g.floor!))}</span>}
          </th>
          <td />
          <td className="num">
            {top ? t.groupOf(f.num(round(g.points)), f.num(top)) : f.num(round(g.points))}
          </td>
        </tr>
        {[...lines]
          .sort((a, b) => b.points - a.points)
          .map((l) => (
            <LineRow key={l.criterion} l={l} at={at} />
          ))}
      </>
    );
  }

  function LineRow({ l, at }: { l: ScoreLine; at: number }) {
    const lost = l.full_points - l.points;
    const own = [
      Math.abs(lost) >= 0.05 && Math.sign(l.full_points) === Math.sign(lost)
        ? t.cooled(signed(l.full_points), f.num(round(Math.abs(lost))))
        : '',
      l.why && l.why !== 'aged' ? t.whyCut[l.why] : '',
      l.next_change ? t.nextChange(f.when(l.next_change, at)) : '',
    ].filter(Boolean);
    const notes = own.length ? own : l.condition && l.condition !== l.name ? [l.condition] : [];
    const biggest = Math.max(1, ...s.lines.map((x) => Math.abs(x.full_points)));
    return (
      <tr>
        <td className={'num p' + (l.points < 0 ? ' bad' : '')}>{signed(l.points)}</td>
        <td>
          <span className="col">
            <span className="cut">
              {l.name}
              {l.count > 1 && <span className="dd"> {t.times(l.count)}</span>}
            </span>
            {notes.length > 0 && (
              <span className="dd t12 cut evid" title={l.condition ?? undefined}>
                {notes.join(' · ')}
              </span>
            )}
          </span>
        </td>
        <td className="dd t12 nw">{l.last ? f.ago(l.last, at) : l.since ? f.ago(l.since, at) : ''}</td>
        <td className="bw">
          <span className="bar" aria-hidden="true">
            <i
              className={l.points < 0 ? 'bad' : l.group === 'profile' ? 'fit' : 'int'}
              style={{ width: (Math.abs(l.points) / biggest) * 100 + '%' }}
            />
          </span>
        </td>
      </tr>
    );
  }
}

/* Told only where the groups do not add up to the score. */
function CutTotal({ s }: { s: Score }) {
  const t = useLeadT();
  const f = useFmt();
  const { floor, ceiling } = s.thresholds;
  if (s.total_raw >= floor && s.total_raw <= ceiling) return null;
  const say = s.total_raw > ceiling ? t.cappedAll : t.flooredAll;
  return (
    <tr className="gh">
      <th colSpan={2} scope="row">
        {t.sum}
        <span className="dd">
          {' '}
          · {say(f.num(round(s.total_raw)), f.num(s.total_raw > ceiling ? ceiling : floor))}
        </span>
      </th>
      <td />
      <td className="num">{f.num(s.total)}</td>
    </tr>
  );
}

const round = (n: number) => Math.round(n * 10) / 10;

function Foot({ s }: { s: Score }) {
  const tt = useT();
  const t = useLeadT();
  const f = useFmt();
  const now = useNow(60);
  const unmet = (s.gates ?? []).filter((g) => !g.met);
  if (!s.ahead?.length && !s.next_change && !unmet.length) return null;
  return (
    <div className="facts t12">
      {!!s.ahead?.length && (
        <div>
          <span className="dd row g4">
            <Icon n="dn" size="xs" />
            {t.quiet}
          </span>
          <span>
            {s.ahead.map((a, i) => (
              <span key={a.at}>
                {i > 0 && ', '}
                {t.ahead(tt.time.days(Math.round((Date.parse(a.at) - Date.parse(s.at)) / DAY)), a.total)}
              </span>
            ))}
          </span>
        </div>
      )}
      {s.next_change && (
        <div>
          <span className="dd row g4">
            <Icon n="clock" size="xs" />
            {t.nextChange('')}
          </span>
          <span>{f.when(s.next_change, now)}</span>
        </div>
      )}
      {unmet.length > 0 && (
        <div>
          <span className="dd row g4">
            <Icon n="lock" size="xs" />
            {t.gates}
          </span>
          <span>
            {unmet.map((g) => (g.min !== null ? `${g.name} ≥ ${f.num(g.min)}` : g.name)).join(', ')}
          </span>
        </div>
      )}
    </div>
  );
}
