/* Hot leads whose call has not been made, by time left; a lead is handed over in two clicks. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { memo, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { Board, Waiting as Row } from '../../api/board';
import { api } from '../../api/client';
import { keys } from '../../api/keys';
import { problemText } from '../../api/problem';
import { boardLeads } from '../../api/report';
import { useNow } from '../../app/clock';
import { useKeys } from '../../app/keys';
import { may, useMe } from '../../app/session';
import { useFmt, useT } from '../../i18n';
import { Icon, Menu, toast } from '../../kit';
import { dial } from '../../part/dial';
import { LostDialog } from '../../part/lostdialog';
import { useReceivers, type Receiver } from '../../part/receivers';
import { useLiveTexts } from './texts';

const SHOWN = 8;
const LONG = 3600_000; // from here on no second counts, and there is no room for them

export function Waiting({ b }: { b: Board }) {
  const s = useLiveTexts();
  const now = useNow(1);
  // By the lead's own deadline or, when it is nearer, that of whoever has it: a new hand is no new lead.
  const own = (w: Row) => (w.first_due_at && w.first_due_at < w.due_at ? w.first_due_at : w.due_at);
  const list = [...b.waiting].sort((x, y) => (own(x) < own(y) ? -1 : 1));
  const t = useT();
  const [at, setAt] = useState<string>();
  const [closing, setClosing] = useState<string>();
  const [, go] = useLocation();
  const box = useRef<HTMLUListElement>(null);
  const shown = list.slice(0, SHOWN);
  const here = Math.max(
    0,
    shown.findIndex((w) => w.task_id === at),
  );
  const cur = shown[here];
  const step = (by: number) => setAt(shown[Math.max(0, Math.min(shown.length - 1, here + by))]?.task_id);
  useKeys(
    s.wait.title,
    cur
      ? {
          KeyJ: { run: () => step(1), label: s.wait.keys.next },
          KeyK: { run: () => step(-1), label: s.wait.keys.prev },
          KeyC: { run: () => call(cur, go), label: s.wait.keys.call },
          KeyA: {
            run: () =>
              box.current?.querySelector<HTMLElement>('[aria-current] [aria-haspopup=menu]')?.click(),
            label: s.wait.keys.give,
          },
          KeyL: { run: () => setClosing(cur.lead_id), label: t.verdict.lostAct },
          Enter: { run: () => go('/leads/' + cur.lead_id), label: s.wait.keys.open },
        }
      : {},
  );
  const late = list.filter((w) => isLate(w, now)).length;
  return (
    <div className="card">
      <div className="hd">
        <h2>{s.wait.title}</h2>
        {late > 0 && <span className="tag bad sp">{s.wait.late(late)}</span>}
      </div>
      {list.length ? (
        <ul className="wl" ref={box}>
          {shown.map((w) => (
            <WaitRow
              key={w.task_id}
              w={w}
              cur={w === cur && at !== undefined}
              first={w === cur}
              norm={w.sla_minutes ?? b.sla_minutes}
            />
          ))}
        </ul>
      ) : (
        <p className="bd t13 d">{s.wait.none}</p>
      )}
      {closing && <LostDialog lead={{ id: closing }} onClose={() => setClosing(undefined)} />}
      {b.hot_waiting > SHOWN && (
        <p className="wl-more t12">
          <Link href={boardLeads({ bucket: 'waiting' })}>{s.wait.more(b.hot_waiting - SHOWN)}</Link>
        </p>
      )}
      {list.length > 0 && b.goes_on_minutes !== null && (
        <p className="wl-more t12 d">{s.wait.goesOn(b.goes_on_minutes)}</p>
      )}
    </div>
  );
}

/* Its own deadline has passed, or that of whoever has it. */
const isLate = (w: Row, now: number) => w.late_at !== null || Date.parse(w.due_at) < now;

/* The lead is dialled and its card opened, so that the result can be told there. */
function call(w: Row, go: (to: string) => void): void {
  dial(w.phone);
  go('/leads/' + w.lead_id);
}

const WaitRow = memo(function WaitRow({
  w,
  norm,
  cur,
  first,
}: {
  w: Row;
  norm: number;
  cur: boolean; // chosen by key
  first: boolean; // the keys act on it
}) {
  const [, go] = useLocation();
  const s = useLiveTexts();
  const t = useT();
  const f = useFmt();
  const me = useMe();
  const now = useNow(1);
  const qc = useQueryClient();
  const left = Date.parse(w.due_at) - now;
  const tone = left < 0 ? 'late' : left <= 60_000 ? 'soon' : 'run';
  const spent = Math.min(1, Math.max(0, 1 - left / (norm * 60_000)));
  const name = w.name || w.company || t.none;
  const give = useMutation({
    mutationFn: (m: Receiver) => api.post(`/leads/${w.lead_id}/assign`, { manager_id: m.manager_id }),
    onMutate: (m) => {
      const old = qc.getQueriesData<Board>({ queryKey: keys.boardNow });
      qc.setQueriesData<Board>(
        { queryKey: keys.boardNow },
        (b) =>
          b && {
            ...b,
            waiting: b.waiting.map((x) =>
              x.task_id === w.task_id ? { ...x, assignee_id: m.manager_id, assignee_name: m.name } : x,
            ),
          },
      );
      return { old };
    },
    onSuccess: (_d, m) => toast(s.wait.given(name, m.name)),
    onError: (e, _m, c) => {
      c?.old.forEach(([key, b]) => qc.setQueryData(key, b));
      toast(problemText(e, t), { bad: true });
    },
    onSettled: () => void qc.invalidateQueries({ queryKey: keys.board }),
  });
  const [asked, setAsked] = useState(false);
  const others = useReceivers(asked ? w.lead_id : undefined, w.assignee_id);
  return (
    <li className={(isLate(w, now) ? 'late' : tone) + (cur ? ' cur' : '')} aria-current={first || undefined}>
      <span className="col">
        <span
          className={'sla ' + tone}
          role="timer"
          aria-label={left < 0 ? s.wait.over(f.countdown(-left)) : s.wait.left(f.countdown(left))}
        >
          <Icon n={left < 0 ? 'warn' : 'clock'} size="s" />
          {Math.abs(left) < LONG
            ? f.countdown(left)
            : (left < 0 ? '−' : '') + f.span(Math.abs(left) / 60_000)}
        </span>
        <span className="bar">
          <i
            className={tone === 'late' ? 'bad' : tone === 'soon' ? 'warn' : 'ok'}
            style={{ width: spent * 100 + '%' }}
          />
        </span>
      </span>
      <span className="col">
        <span className="row g6 t13">
          <Link href={'/leads/' + w.lead_id} className="m who">
            {name}
          </Link>
          <span className="t12 b hotink">{w.score}°</span>
        </span>
        <span className="t12 d">
          {[w.name ? w.company : null, w.assignee_name ?? s.wait.nobody].filter(Boolean).join(' · ')}
        </span>
      </span>
      <span className="row g6">
        <button className="btn call s ic" aria-label={s.wait.callTo(name)} onClick={() => call(w, go)}>
          <Icon n="phone" size="s" />
        </button>
        {may(me, 'lead.assign') && (
          <Menu
            label={s.wait.giveTo(name)}
            onOpen={() => (asked ? void others.refetch() : setAsked(true))}
            items={
              others.error
                ? [{ label: problemText(others.error, t), off: true, run: () => undefined }]
                : (others.isFetching ? undefined : others.data)?.map((m) => ({
                    label: `${m.name} · ${m.capacity ? m.load + ' / ' + m.capacity : m.load}`,
                    note: m.note,
                    off: !m.may,
                    run: () => give.mutate(m),
                  }))
            }
          >
            {s.wait.give}
          </Menu>
        )}
      </span>
      <span className={'t12 own ' + (w.late_at ? 'bad' : 'dd')}>
        {s.wait.waits(f.countdown(now - Date.parse(w.created_at)))}
        {w.late_at &&
          left >= 0 &&
          ' · ' + s.wait.broken(f.mark(w.late_at, now), w.late_by_name ?? s.breach.queue)}
      </span>
    </li>
  );
});
