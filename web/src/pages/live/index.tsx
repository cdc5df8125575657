/* The live board: figures with their norm, hot leads by time left, people by load, the day by the hour, what has just happened. */
import { useMemo, useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { useBoard, type Board } from '../../api/board';
import { boardLeads } from '../../api/report';
import { useNow } from '../../app/clock';
import { useKeys } from '../../app/keys';
import { useLine } from '../../app/live';
import { useTitle } from '../../app/session';
import { Bars, BarsTable, Legend, type Part } from '../../charts/bars';
import { useFmt, useT } from '../../i18n';
import { Block, Boundary, Icon } from '../../kit';
import { Breaches } from './breaches';
import { Feed } from './feed';
import { Kpis } from './kpis';
import { Managers } from './managers';
import { Offer } from './overload';
import { PlanCard } from './plan';
import { Queue } from './queue';
import { Scope, useScope } from './scope';
import { useLiveTexts } from './texts';
import { useWall } from './wall';
import { Waiting } from './waiting';
import './live.css';

export default function Live() {
  const s = useLiveTexts();
  const at = useScope();
  const board = useBoard(at.asked);
  const wall = useWall();
  // In the address, so that the figure is a link as the others are: it opens in a tab, and the way back closes it.
  const breaches = new URLSearchParams(useSearch()).has('breaches');
  const [, go] = useLocation();
  // a dialog tells of its end when it was the address that ended it, too
  const close = () =>
    new URLSearchParams(window.location.search).has('breaches') && go(at.href(), { replace: true });
  useTitle(s.title);
  useKeys(s.title, {
    KeyF: { run: wall.toggle, label: wall.on ? s.wallOff : s.wall },
    ...(wall.on ? { Escape: { run: wall.toggle, label: s.wallOff, hidden: true } } : {}),
  });
  return (
    <div className={'board' + (wall.on ? ' wall' : '') + (board.isPlaceholderData ? ' old' : '')}>
      <header className="row wrap">
        <h1>{s.title}</h1>
        <Clock />
        <span className="sp row wrap g6 scope">
          <Scope />
        </span>
        <button className="btn s wallbtn" onClick={wall.toggle} aria-pressed={wall.on}>
          <Icon n="eye" size="s" />
          {wall.on ? s.wallOff : s.wall}
          <kbd>F</kbd>
        </button>
      </header>
      <Block q={board} rows={8}>
        {(b) => (
          <>
            {b.cut && <p className="t13 warnc">{s.scope.cut}</p>}
            <Boundary at={b}>
              <Kpis b={b} />
            </Boundary>
            <section className="g2b">
              <Boundary at={b}>
                <Waiting b={b} />
              </Boundary>
              <div className="col g12">
                <Boundary at={b}>
                  <Managers b={b} />
                </Boundary>
                <Boundary at={b}>
                  <Queue b={b} />
                </Boundary>
              </div>
            </section>
            <section className="g3b">
              <Boundary at={b}>
                <Hours b={b} />
              </Boundary>
              <PlanCard />
              <Boundary at={b}>
                <Feed b={b} />
              </Boundary>
            </section>
            {b.suggestion?.kind === 'overload' && <Offer o={b.suggestion} />}
          </>
        )}
      </Block>
      <Breaches open={breaches} onClose={close} />
    </div>
  );
}

function Clock() {
  const s = useLiveTexts();
  const t = useT();
  const f = useFmt();
  const now = useNow(1);
  const line = useLine();
  return line.live ? (
    <span className="live">{s.live(f.seconds(now))}</span>
  ) : (
    <span className="t12 warnc">{t.lost(f.time(line.since))}</span>
  );
}

function Hours({ b }: { b: Board }) {
  const s = useLiveTexts();
  const at = useScope();
  const f = useFmt();
  const [table, setTable] = useState(false);
  const norm = f.span(b.sla_minutes);
  const parts: Part<'in_time' | 'late' | 'waiting'>[] = [
    { id: 'in_time', name: s.hours.inTime(norm), tone: 'ok' },
    { id: 'late', name: s.hours.late, tone: 'warn' },
    { id: 'waiting', name: s.hours.waiting, tone: 'bad', hatch: true },
  ];
  const rows = useMemo(() => {
    const busy = b.hours.filter((h) => h.in_time + h.late + h.waiting > 0).map((h) => h.hour);
    const [lo, hi] = [Math.min(8, ...busy), Math.max(20, ...busy)];
    return Array.from({ length: hi - lo + 1 }, (_, i) => {
      const h = b.hours.find((x) => x.hour === lo + i);
      const values = { in_time: h?.in_time ?? 0, late: h?.late ?? 0, waiting: h?.waiting ?? 0 };
      return { key: String(lo + i), values };
    });
  }, [b.hours]);
  const sum = (k: 'in_time' | 'late' | 'waiting') => b.hours.reduce((x, h) => x + h[k], 0);
  const all = sum('in_time') + sum('late') + sum('waiting');
  const today = at.name === 'today';
  const current = today ? String(b.hours.at(-1)?.hour ?? 0) : ''; // the company's clock, whoever reads it
  useKeys(s.hours.title, {
    KeyT: { run: () => setTable((x) => !x), label: table ? s.hours.chart : s.hours.table },
  });
  return (
    <div className="card hours">
      <div className="hd wrap">
        <h2>
          <Link href={boardLeads({ bucket: 'made' }, at.asked)} className="plain">
            {s.hours.title}
          </Link>
        </h2>
        <span className="sp">
          <Legend parts={parts} />
        </span>
        <button className="btn g s" aria-pressed={table} onClick={() => setTable(!table)}>
          {table ? s.hours.chart : s.hours.table}
          <kbd>T</kbd>
        </button>
      </div>
      <div className="bd">
        {all === 0 ? (
          <p className="t13 d">{s.hours.none}</p>
        ) : table ? (
          <BarsTable rows={rows} parts={parts} head={s.hours.hour} />
        ) : (
          <Bars
            rows={rows}
            parts={parts}
            current={current}
            say={s.hours.say(all, sum('late'), sum('waiting'))}
          />
        )}
      </div>
    </div>
  );
}
