/* The curve of the score with the cause behind each jump. Steps, not slopes: between events the score holds or cools. */
import { scaleLinear, scaleTime } from 'd3-scale';
import { useEffect, useRef, useState } from 'react';
import { useScoreHistory, useTimeline } from '../../api/leads';
import type { ScorePoint, TimelineItem } from '../../api/types';
import { serverNow } from '../../app/clock';
import { useFmt, useT } from '../../i18n';
import { Block } from '../../kit';
import { eventName } from '../../part/events';
import { useLeadT } from './text';

const H = 150;
const M = { l: 30, r: 10, t: 10, b: 22 };

export function History({ id, warm, hot }: { id: string; warm: number; hot: number }) {
  const t = useLeadT();
  const q = useScoreHistory(id, true);
  // the events themselves, to name what is behind each jump
  const events = useTimeline(id, '', 100);
  const names = new Map(events.data?.pages.flatMap((p) => p.items.map((e) => [e.id, e] as const)));
  return (
    <section className="card" aria-labelledby="hist-h">
      <div className="hd">
        <h2 id="hist-h">{t.history}</h2>
      </div>
      <div className="bd">
        <Block q={q} rows={3}>
          {(d) =>
            d.items.length ? (
              <Curve points={d.items} names={names} warm={warm} hot={hot} />
            ) : (
              <p className="dd t13">{t.historyEmpty}</p>
            )
          }
        </Block>
      </div>
    </section>
  );
}

function Curve({
  points,
  names,
  warm,
  hot,
}: {
  points: ScorePoint[];
  names: Map<string, TimelineItem>;
  warm: number;
  hot: number;
}) {
  const tt = useT();
  const t = useLeadT();
  const f = useFmt();
  const box = useRef<HTMLDivElement>(null);
  const [w, setW] = useState(600);
  useEffect(() => {
    const o = new ResizeObserver(([e]) => e && setW(Math.max(240, e.contentRect.width)));
    if (box.current) o.observe(box.current);
    return () => o.disconnect();
  }, []);
  const now = serverNow();
  const sorted = [...points].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const first = Date.parse(sorted[0]!.at);
  const x = scaleTime([first, Math.max(now, first + 3_600_000)], [M.l, w - M.r]);
  const y = scaleLinear(
    [Math.min(0, ...points.map((p) => p.total)), Math.max(100, ...points.map((p) => p.total))],
    [H - M.b, M.t],
  );
  let path = '';
  sorted.forEach((p, i) => {
    const px = x(Date.parse(p.at)).toFixed(1);
    path += i ? `H${px}V${y(p.total).toFixed(1)}` : `M${px},${y(p.total).toFixed(1)}`;
  });
  path += `H${x(now).toFixed(1)}`;
  const last = sorted[sorted.length - 1]!;
  const jumps = sorted
    .map((p, i) => ({ ...p, d: p.total - (sorted[i - 1]?.total ?? 0) }))
    .filter((p) => p.d !== 0)
    .reverse();
  const cause = (p: ScorePoint) => {
    const e = p.event_id ? names.get(p.event_id) : undefined;
    return e ? eventName(e, tt) : p.cause ? (t.cause[p.cause] ?? p.cause) : '';
  };
  return (
    <div ref={box} className="col g6">
      <svg width={w} height={H} role="img" aria-label={`${t.history}: ${last.total}°`}>
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
        {x.ticks(Math.max(2, Math.floor(w / 110))).map((d) => (
          <text key={+d} x={x(d)} y={H - 6} textAnchor="middle" className="axis">
            {f.date(d, now)}
          </text>
        ))}
        <path d={path} fill="none" stroke="var(--c1)" strokeWidth="2" strokeLinejoin="round" />
        {sorted.map((p, i) => (
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
      </svg>
      <ul className="peeklines jumps">
        {jumps.slice(0, 8).map((p, i) => (
          <li key={i}>
            <b className={p.d < 0 ? 'bad' : ''}>{(p.d < 0 ? '−' : '+') + Math.abs(p.d)}</b>
            <span className="cut">
              {p.total}° {cause(p) && '· ' + cause(p)}
            </span>
            <span className="dd t12">{f.mark(p.at, now)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
