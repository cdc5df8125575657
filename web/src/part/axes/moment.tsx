/* Any past second: the curve with its jumps, the score as it was known then beside what is known now, and what the house held at that
   moment. The instant lives in the address, so that a link shows the same. */
import { linear } from '../../charts/scale';
import { timeTicks } from '../../charts/ticks';
import { useEffect, useRef, useState, type PointerEvent } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useCurve, useMoment, type Happened, type Moment as Held } from '../../api/axes';
import { useScore, useTimeline } from '../../api/leads';
import type { LeadCard, Score, ScorePoint, TimelineItem } from '../../api/types';
import { serverNow } from '../../app/clock';
import { useFmt, useT } from '../../i18n';
import { Block, Icon, ScoreChip, signed, toast } from '../../kit';
import { eventName } from '../events';
import { CellChip } from './fit';
import { useAxesT } from './text';
import './axes.css';

const H = 160;
const M = { l: 30, r: 10, t: 10, b: 22 };
const second = (at: number) => Math.floor(at / 1000) * 1000;

export function Moments({ l, warm, hot }: { l: LeadCard; warm: number; hot: number }) {
  const t = useAxesT();
  const curve = useCurve(l.id, l.created_at);
  const events = useTimeline(l.id, '', 100);
  const names = new Map(events.data?.pages.flatMap((p) => p.items.map((e) => [e.id, e] as const)));
  return (
    <section className="card moments" aria-labelledby="hist-h">
      <div className="hd">
        <h2 id="hist-h">{t.moment}</h2>
      </div>
      <div className="bd col g12">
        <Block q={curve} rows={4}>
          {(d) => <Walk l={l} points={d.items} names={names} warm={warm} hot={hot} />}
        </Block>
      </div>
    </section>
  );
}

function useInstant(id: string, first: number): [number | undefined, (at: number | undefined) => void] {
  const [, go] = useLocation();
  const search = useSearch();
  const said = Date.parse(new URLSearchParams(search).get('at') ?? '');
  const [at, setAt] = useState<number | undefined>(Number.isFinite(said) ? second(said) : undefined);
  const wait = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(wait.current), []);
  const set = (x: number | undefined) => {
    const now = serverNow();
    const next = x === undefined || x >= now ? undefined : Math.max(second(first), second(x));
    setAt(next);
    clearTimeout(wait.current);
    wait.current = setTimeout(
      () =>
        go(`/leads/${id}/score` + (next === undefined ? '' : '?at=' + encodeURIComponent(iso(next))), {
          replace: true,
        }),
      250,
    );
  };
  return [at, set];
}

const iso = (at: number) => new Date(at).toISOString().replace('.000Z', 'Z');

type Names = Map<string, TimelineItem>;

function Walk({
  l,
  points,
  names,
  warm,
  hot,
}: {
  l: LeadCard;
  points: ScorePoint[];
  names: Names;
  warm: number;
  hot: number;
}) {
  const t = useAxesT();
  const f = useFmt();
  const sorted = [...points].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const first = Math.min(Date.parse(l.created_at), sorted.length ? Date.parse(sorted[0]!.at) : Infinity);
  const [at, set] = useInstant(l.id, first);
  const now = serverNow();
  const shown = at ?? second(now);
  const [late, setLate] = useState(shown);
  useEffect(() => {
    const w = setTimeout(() => setLate(shown), 200);
    return () => clearTimeout(w);
  }, [shown]);
  const jumps = sorted.map((p) => Math.ceil(Date.parse(p.at) / 1000) * 1000);
  const before = jumps.filter((j) => j < shown).at(-1);
  const after = jumps.find((j) => j > shown);
  return (
    <>
      <Curve points={sorted} names={names} warm={warm} hot={hot} first={first} at={shown} onPick={set} />
      <div className="row g6 wrap momentbar">
        <button
          className="btn s ic"
          aria-label={t.prevJump}
          title={t.prevJump}
          disabled={before === undefined}
          onClick={() => set(before)}
        >
          <Icon n="left" size="s" />
        </button>
        <input
          type="range"
          className="grow"
          aria-label={t.slider}
          aria-valuetext={f.date(shown, now) + ', ' + f.seconds(shown)}
          min={Math.floor(first / 1000)}
          max={Math.floor(now / 1000)}
          step={1}
          value={Math.floor(shown / 1000)}
          onChange={(e) => set(Number(e.currentTarget.value) * 1000)}
        />
        <button
          className="btn s ic"
          aria-label={t.nextJump}
          title={t.nextJump}
          disabled={after === undefined}
          onClick={() => set(after)}
        >
          <Icon n="right" size="s" />
        </button>
        <input
          type="datetime-local"
          className="in whenin"
          aria-label={t.at}
          value={f.wall(shown)}
          onChange={(e) => {
            const v = f.fromWall(e.currentTarget.value);
            if (Number.isFinite(v)) set(v + (shown % 60_000));
          }}
        />
        <b className="t13 nw num">{f.seconds(shown)}</b>
        <button className="btn s" disabled={at === undefined} onClick={() => set(undefined)}>
          {t.toNow}
        </button>
        <button
          className="btn s ic"
          aria-label={t.copy}
          title={t.copy}
          onClick={() => {
            const url = `${location.origin}/leads/${l.id}/score?at=${encodeURIComponent(iso(shown))}`;
            void navigator.clipboard?.writeText(url).then(() => toast(t.copied));
          }}
        >
          <Icon n="copy" size="s" />
        </button>
      </div>
      <TwoSides id={l.id} at={iso(late)} names={names} />
    </>
  );
}

function Curve({
  points,
  names,
  warm,
  hot,
  first,
  at,
  onPick,
}: {
  points: ScorePoint[];
  names: Names;
  warm: number;
  hot: number;
  first: number;
  at: number;
  onPick: (at: number) => void;
}) {
  const tt = useT();
  const t = useAxesT();
  const f = useFmt();
  const box = useRef<HTMLDivElement>(null);
  const [w, setW] = useState(600);
  useEffect(() => {
    const o = new ResizeObserver(([e]) => e && setW(Math.max(240, e.contentRect.width)));
    if (box.current) o.observe(box.current);
    return () => o.disconnect();
  }, []);
  const now = serverNow();
  const end = Math.max(now, first + 60_000);
  const x = linear([first, end], [M.l, w - M.r]);
  const y = linear(
    [Math.min(0, ...points.map((p) => p.total)), Math.max(100, ...points.map((p) => p.total))],
    [H - M.b, M.t],
  );
  let path = '';
  points.forEach((p, i) => {
    const px = x(Date.parse(p.at)).toFixed(1);
    path += i ? `H${px}V${y(p.total).toFixed(1)}` : `M${px},${y(p.total).toFixed(1)}`;
  });
  if (points.length) path += `H${x(now).toFixed(1)}`;
  const cause = (p: ScorePoint) => {
    const e = p.event_id ? names.get(p.event_id) : undefined;
    return e ? eventName(e, tt) : p.cause ? (t.cause[p.cause] ?? p.cause) : '';
  };
  const pick = (e: PointerEvent<SVGSVGElement>) => {
    if (e.type === 'pointermove' && !e.currentTarget.hasPointerCapture(e.pointerId)) return;
    if (e.type === 'pointerdown') e.currentTarget.setPointerCapture(e.pointerId);
    const left = e.currentTarget.getBoundingClientRect().left;
    onPick(x.invert(Math.max(M.l, Math.min(w - M.r, e.clientX - left))));
  };
  return (
    <div ref={box} className="curvebox">
      <svg
        width={w}
        height={H}
        role="img"
        aria-label={t.curve(points.at(-1)?.total ?? 0)}
        onPointerDown={pick}
        onPointerMove={pick}
      >
        {[0, warm, hot, 100].map((v) => (
          <g key={v}>
            <line
              x1={M.l}
              x2={w - M.r}
              y1={y(v)}
              y2={y(v)}
              stroke="var(--line)"
              strokeDasharray={v === warm || v === hot ? '3 3' : undefined}
            />
            <text x={M.l - 6} y={y(v) + 4} textAnchor="end" className="axis">
              {v}
            </text>
          </g>
        ))}
        {timeTicks(first, end, Math.max(2, Math.floor(w / 110)), f).map((d) => (
          <text key={d} x={x(d)} y={H - 6} textAnchor="middle" className="axis">
            {now - first < 900_000 ? f.seconds(+d) : now - first < 172_800_000 ? f.time(+d) : f.date(+d, now)}
          </text>
        ))}
        <path d={path} fill="none" stroke="var(--c1)" strokeWidth="2" strokeLinejoin="round" />
        {points.map((p, i) => (
          <circle
            key={i}
            cx={x(Date.parse(p.at))}
            cy={y(p.total)}
            r="3.5"
            fill={`var(--viz-${p.band})`}
            stroke="var(--surface)"
          >
            <title>{t.jump(p.total, cause(p), f.dateTime(p.at, now))}</title>
          </circle>
        ))}
        <line x1={x(at)} x2={x(at)} y1={M.t - 6} y2={H - M.b} className="marker" />
        <circle cx={x(at)} cy={M.t - 2} r="5" className="marker" />
      </svg>
    </div>
  );
}

/* ---- known then, known now ---- */

type Pair = { criterion: string; name: string; then: number | undefined; now: number | undefined };

function pairs(then: Score, now: Score): Pair[] {
  const all = new Map<string, Pair>();
  for (const x of then.lines)
    all.set(x.criterion, { criterion: x.criterion, name: x.name, then: x.points, now: undefined });
  for (const x of now.lines) {
    const p = all.get(x.criterion);
    if (p) p.now = x.points;
    else all.set(x.criterion, { criterion: x.criterion, name: x.name, then: undefined, now: x.points });
  }
  return [...all.values()].sort((a, b) => (b.now ?? b.then ?? 0) - (a.now ?? a.then ?? 0));
}

function TwoSides({ id, at, names }: { id: string; at: string; names: Names }) {
  const then = useScore(id, at, 'then');
  const now = useScore(id, at, 'now');
  const held = useMoment(id, at);
  return (
    <div className="sides">
      <Block q={then} rows={4}>
        {(a) => <Block q={now}>{(b) => <Compare then={a} now={b} />}</Block>}
      </Block>
      <Block q={held} rows={4}>
        {(m) => <Beside m={m} names={names} />}
      </Block>
    </div>
  );
}

function Side({ name, s }: { name: string; s: Score }) {
  const t = useAxesT();
  return (
    <th scope="col" className="num">
      <span className="col sidehead">
        <span className="dd t12">{name}</span>
        <span className="row g4">
          <ScoreChip score={s.total} band={s.band} />
          <CellChip cell={s.cell} />
        </span>
        <span className="dd t12">{t.version(s.model.version)}</span>
      </span>
    </th>
  );
}

function Compare({ then, now }: { then: Score; now: Score }) {
  const t = useAxesT();
  const [only, setOnly] = useState(false);
  const all = pairs(then, now);
  const differ = all.filter((p) => p.then !== p.now);
  const rows = only ? differ : all;
  return (
    <div className="col g6 min0">
      <table className="sidet t13">
        <thead>
          <tr>
            <th scope="col">
              <span className="col">
                <span className="dd t12">{t.line}</span>
                <span className={'t12' + (differ.length ? ' warnink' : ' dd')}>
                  {differ.length ? t.differs(differ.length) : t.same}
                </span>
              </span>
            </th>
            <Side name={t.then} s={then} />
            <Side name={t.now} s={now} />
          </tr>
        </thead>
        <tbody>
          {!rows.length && (
            <tr>
              <td colSpan={3} className="dd">
                {only ? t.same : t.noLines}
              </td>
            </tr>
          )}
          {rows.map((p) => (
            <tr key={p.criterion} className={p.then === p.now ? undefined : 'differs'}>
              <td>
                <span className="row g6 min0">
                  {p.then !== p.now && (
                    <b className="warnink" title={t.differ}>
                      <span aria-hidden="true">≠</span>
                      <span className="vh">{t.differ}</span>
                    </b>
                  )}
                  <span className="cut">{p.name}</span>
                </span>
              </td>
              <td className="num">{p.then === undefined ? '—' : signed(p.then)}</td>
              <td className="num">{p.now === undefined ? '—' : signed(p.now)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {differ.length > 0 && differ.length < all.length && (
        <label className="row g6 t12">
          <input
            type="checkbox"
            className="cbx1"
            checked={only}
            onChange={(e) => setOnly(e.currentTarget.checked)}
          />
          {t.onlyDiff}
        </label>
      )}
    </div>
  );
}

/* ---- what the house held ---- */

function Beside({ m, names }: { m: Held; names: Names }) {
  const tt = useT();
  const t = useAxesT();
  const f = useFmt();
  const now = serverNow();
  const told = (h: Happened) => {
    const e = h.id ? names.get(h.id) : undefined;
    return h.kind === 'profile'
      ? t.profile
      : eventName(e ?? { name: h.name, kind: h.kind, path: h.path }, tt);
  };
  const stamp = (at: string) => f.date(at, now) + ', ' + f.seconds(at);
  return (
    <div className="beside">
      <h3 className="t13 m">{t.beside}</h3>
      <dl className="axeskv wide t13">
        {m.event && (
          <>
            <dt>{t.event}</dt>
            <dd>
              <span className="brk">{told(m.event)}</span>
              <span className="dd t12">{stamp(m.event.at)}</span>
            </dd>
          </>
        )}
        {m.next_event && (
          <>
            <dt>{t.nextEvent}</dt>
            <dd>
              <span className="brk">{told(m.next_event)}</span>
              <span className="dd t12">{stamp(m.next_event.at)}</span>
            </dd>
          </>
        )}
        <dt>{t.crossing}</dt>
        <dd>
          {m.crossing ? (
            <>
              <span>{m.crossing.total}°</span>
              <span className="dd t12">{stamp(m.crossing.at)}</span>
            </>
          ) : (
            <span className="dd">{t.noCrossing}</span>
          )}
        </dd>
        {m.next_crossing && (
          <>
            <dt>{t.nextCrossing}</dt>
            <dd>
              <span>{m.next_crossing.total}°</span>
              <span className="dd t12">{stamp(m.next_crossing.at)}</span>
            </dd>
          </>
        )}
        <dt>{t.owner}</dt>
        <dd>
          {m.owner ? (
            <>
              <span>{m.owner.name}</span>
              <span className="dd t12">{[m.owner.rule, stamp(m.owner.at)].filter(Boolean).join(' · ')}</span>
            </>
          ) : (
            <span className="dd">{t.noOwner}</span>
          )}
        </dd>
        <dt>{t.tasks}</dt>
        <dd>
          {m.tasks.length ? (
            m.tasks.map((x) => (
              <span key={x.id} className="col">
                <span className="brk">{x.title}</span>
                <span className="dd t12">
                  {[x.assignee_name, x.due_at && t.due(f.dateTime(x.due_at, now))]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </span>
            ))
          ) : (
            <span className="dd">{t.noTasks}</span>
          )}
        </dd>
      </dl>
    </div>
  );
}
