/* What happened, newest first: events with their points, calls, tasks, assignments, crossings, corrections by people. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import type { Reason } from '../../api/calibration';
import { useTimeline } from '../../api/leads';
import { problemText } from '../../api/problem';
import type { Band, Stage, TaskResult, TimelineItem } from '../../api/types';
import { useNow } from '../../app/clock';
import { useFmt, useT } from '../../i18n';
import { Block, Icon, signed, toast, type IconName } from '../../kit';
import { worded } from '../../part/cond/sentence';
import { eventName } from '../../part/events';
import { AutomaticMenu } from './automatic';
import { useLeadT } from './text';

const kinds = {
  all: '',
  site: 'page,track,screen',
  deeds: 'deed',
  score: 'crossing',
  changes: 'identify,group,alias,assignment,merge',
} as const;
type Kind = keyof typeof kinds;

export function Timeline({ id }: { id: string }) {
  const t = useLeadT();
  const [kind, setKind] = useState<Kind>('all');
  const q = useTimeline(id, kinds[kind]);
  return (
    <section className="card" aria-labelledby="ev-h">
      <div className="hd wrap">
        <h2 id="ev-h">{t.events}</h2>
        <span className="sp row g4 wrap">
          {(Object.keys(kinds) as Kind[]).map((k) => (
            <button key={k} className="chip" aria-pressed={k === kind} onClick={() => setKind(k)}>
              {t.kinds[k]}
            </button>
          ))}
        </span>
      </div>
      <Note id={id} />
      <Block q={q} rows={6}>
        {(d) => {
          const items = d.pages.flatMap((p) => p.items);
          return (
            <>
              {items.length ? (
                <ul className="tl">
                  {items.map((e) => (
                    <Item key={e.kind + e.id} e={e} lead={id} />
                  ))}
                </ul>
              ) : (
                <p className="dd t13 nolines">{t.noEvents}</p>
              )}
              {q.hasNextPage && (
                <p className="morerow">
                  <button
                    className="btn s"
                    disabled={q.isFetchingNextPage}
                    onClick={() => void q.fetchNextPage()}
                  >
                    {t.moreEvents}
                  </button>
                </p>
              )}
            </>
          );
        }}
      </Block>
    </section>
  );
}

const icons: Record<string, IconName> = {
  page: 'globe',
  screen: 'globe',
  track: 'zap',
  identify: 'users',
  group: 'users',
  alias: 'merge',
  deed: 'edit',
  assignment: 'route',
  crossing: 'flame',
  merge: 'merge',
};
const crossingIcon: Record<string, IconName> = { hot: 'flame', warm: 'sun', cold: 'snow' };

function Item({ e, lead }: { e: TimelineItem; lead: string }) {
  const f = useFmt();
  const t = useLeadT();
  const now = useNow(60);
  const { head, rest, hot, icon } = useSaid(e);
  return (
    <li className={e.automatic ? 'auto' : undefined}>
      <span className={'dot' + (hot && !e.automatic ? ' hot' : '')}>
        <Icon n={icon} size="s" />
      </span>
      <p>
        {head}
        {rest.length > 0 && <span className="dd t12 rest">{rest.join(' · ')}</span>}
        {e.automatic && <span className="t12 rest notcounted">{t.auto.not(e.automatic)}</span>}
      </p>
      <span className={'pt' + (e.points && e.points < 0 ? ' bad' : '')}>
        {e.points && !e.automatic ? signed(e.points) : ''}
      </span>
      <span className="automark">
        <AutomaticMenu e={e} lead={lead} />
      </span>
      <time dateTime={e.at} title={f.dateTime(e.at, now)}>
        {f.mark(e.at, now)}
      </time>
    </li>
  );
}

function useSaid(e: TimelineItem): { head: ReactNode; rest: string[]; hot: boolean; icon: IconName } {
  const tt = useT();
  const t = useLeadT();
  const d = (e.detail && !Array.isArray(e.detail) ? e.detail : {}) as Record<string, unknown>;
  const word = (k: string) => (typeof d[k] === 'string' ? (d[k] as string) : '');
  const by = e.actor_name ? [e.actor_name] : [];
  const text = e.text ? [e.text] : [];
  const icon = icons[e.kind] ?? 'zap';
  const b = (s: string) => <b className="b">{s}</b>;
  switch (e.kind) {
    case 'crossing': {
      const to = (e.name ?? 'hot') as Band;
      const lines = Array.isArray(e.detail) ? (e.detail as { name?: string; points?: number }[]) : [];
      return {
        head: b(t.crossing((tt.band[to] ?? to).toLowerCase())),
        rest: lines.filter((l) => l.name && l.points).map((l) => `${signed(l.points!)} ${l.name}`),
        hot: to === 'hot',
        icon: crossingIcon[to] ?? icon,
      };
    }
    case 'assignment':
      return {
        head: b(t.assigned(e.actor_name ?? '')),
        rest: [...(e.text ? [t.rule(e.text)] : []), ...(e.name ? [t.policy[e.name] ?? e.name] : [])],
        hot: false,
        icon,
      };
    case 'deed': {
      const result = tt.call.result[word('result') as TaskResult];
      const stage = tt.stage[word('to') as Stage];
      const said = t.direction[word('direction')];
      const what = eventName(e, tt);
      const why = word('reason') && (tt.verdict.reasons[word('reason') as Reason] ?? word('reason'));
      return {
        head: b([what, result ?? stage ?? said].filter(Boolean).join(': ')),
        rest: [...(why ? [why] : []), ...text, ...by],
        hot: false,
        icon: e.name === 'Call Logged' ? 'phone' : e.name === 'Note Added' ? 'msg' : icon,
      };
    }
    case 'merge':
      return {
        head: b(tt.eventKind.merge),
        rest: [...(e.name ? [t.mergeReason[e.name] ?? e.name] : []), ...by],
        hot: false,
        icon,
      };
    case 'identify':
    case 'group':
      return {
        head: b(tt.eventKind[e.kind]),
        rest: [
          Object.keys(d)
            .slice(0, 6)
            .map((k) => t.fact[k] ?? tt.field[k as 'name'] ?? worded(k))
            .join(', '),
          ...by,
        ].filter(Boolean),
        hot: false,
        icon,
      };
    default:
      return {
        head: b(eventName(e, tt)),
        rest: [...text, ...(e.path ? [e.path] : []), ...by],
        hot: !!e.points && e.points >= 15,
        icon: /mail|letter/i.test(e.name ?? '') ? 'mail' : icon,
      };
  }
}

function Note({ id }: { id: string }) {
  const tt = useT();
  const t = useLeadT();
  const qc = useQueryClient();
  const [text, setText] = useState('');
  const add = useMutation({
    mutationFn: () => api.post(`/leads/${id}/notes`, { text: text.trim() }),
    onSuccess: () => {
      setText('');
      toast(t.noteDone);
      void qc.invalidateQueries({ queryKey: ['timeline', id] });
    },
    onError: (e) => toast(problemText(e, tt), { bad: true }),
  });
  return (
    <form
      className="row noterow"
      onSubmit={(e) => {
        e.preventDefault();
        if (text.trim()) add.mutate();
      }}
    >
      <input
        className="in grow"
        aria-label={t.note}
        placeholder={t.note}
        maxLength={2000}
        value={text}
        onChange={(e) => setText(e.currentTarget.value)}
      />
      {text.trim() && (
        <button className="btn" disabled={add.isPending}>
          {t.noteSave}
        </button>
      )}
    </form>
  );
}
