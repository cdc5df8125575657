/* The live stream joined to the cache and to what live.ts tells the screen. */
import type { QueryClient } from '@tanstack/react-query';
import { api } from '../api/client';
import { keys } from '../api/keys';
import type { Lead, Task } from '../api/types';
import { applyMerged } from '../live/apply';
import { startHub } from '../live/hub';
import { makeMerger } from '../live/merge';
import { learnTime, serverNow } from './clock';
import { flashes, hot, line, listeners, type HotNotice } from './live';
import { endSession } from './session';
import { play } from './sound';

const HOT_FOR = 7 * 60_000;

export function start(qc: QueryClient, myId: string, from: string | undefined): () => void {
  let clear: ReturnType<typeof setTimeout> | undefined;
  const merge = makeMerger(250, (m) => {
    const { flashed } = applyMerged(qc, m);
    if (flashed.length) {
      flashes.set(new Set(flashed));
      clearTimeout(clear);
      clear = setTimeout(() => flashes.set(new Set()), 1100);
    }
    const now = serverNow();
    const fresh = m.hot
      .filter((h) => h.task.assignee_id === myId)
      .map((h) => ({ lead: h.lead, task: h.task, ...(h.reasons ? { reasons: h.reasons } : {}), at: now }));
    const closed = [...m.tasks.values()]
      .filter((t) => t.state !== 'open' || t.assignee_id !== myId)
      .map((t) => t.id);
    if (fresh.length || closed.length)
      hot.set([
        ...hot
          .get()
          .filter((h) => !closed.includes(h.task.id) && !fresh.some((f) => f.task.id === h.task.id)),
        ...fresh.filter((f) => !closed.includes(f.task.id)),
      ]);
    if (fresh.length) play('hot');
    for (const h of fresh) notify(h);
  });
  // A reminder is a banner again, of the lead as it stands by now.
  const remind = async (task: Task) => {
    const lead = await api.get<Lead>('/leads/' + task.lead_id).catch(() => undefined);
    if (!lead) return;
    const h: HotNotice = { lead, task, at: serverNow(), remind: true };
    hot.set([...hot.get().filter((x) => x.task.id !== task.id), h]);
    play('remind');
    notify(h);
  };
  const hub = startHub({
    url: '/api/v1/live',
    from,
    onEvent: (e) => {
      if (e.type === 'hello') learnTime(e.now);
      if (e.type === 'task.reminded' && e.task.state === 'open' && e.task.assignee_id === myId)
        void remind(e.task as Task);
      listeners.forEach((f) => f(e));
      merge(e);
    },
    onDenied: endSession,
    onState: (s) => {
      const was = line.get();
      line.set(s);
      if (s.live && !was.live) void qc.invalidateQueries();
    },
  });
  // Old notices leave by themselves; without a line the visible queries are asked every 15 s.
  const sweep = setInterval(() => {
    const now = serverNow();
    const left = hot.get().filter((h) => now - h.at < HOT_FOR);
    if (left.length !== hot.get().length) hot.set(left);
  }, 5000);
  const poll = setInterval(() => {
    if (!line.get().live && !document.hidden)
      void qc.invalidateQueries({ predicate: (q) => q.queryKey[0] !== keys.me[0] });
  }, 15_000);
  return () => {
    hub.stop();
    clearInterval(sweep);
    clearInterval(poll);
  };
}

/* A desktop notice, only after the person has allowed it in the profile menu. */
function notify(h: HotNotice): void {
  if (typeof Notification === 'undefined' || Notification.permission !== 'granted') return;
  const n = new Notification(`${h.lead.called ?? ''} ${h.lead.score}°`, {
    body: [h.task.title, h.lead.company].filter(Boolean).join(' · '),
    tag: h.task.id,
  });
  n.onclick = () => {
    window.focus();
    location.assign('/leads/' + h.lead.id);
  };
}
