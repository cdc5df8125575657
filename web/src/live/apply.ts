/* Merged live events written into the cache: only rows that are there are patched, older versions are dropped,
   lists keep their order and are marked stale. */
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { Lead, LeadCard, Page, Today } from '../api/types';
import type { LiveTask, Merged } from './merge';

const PAUSE = 2000;
const asked = new Map<string, number>();

/* What is counted or put together from much is asked for at once, and then at most every two seconds. */
function refresh(qc: QueryClient, kind: string): void {
  const due = (asked.get(kind) ?? 0) + PAUSE - Date.now();
  if (due > PAUSE) return; // one is on its way already
  asked.set(kind, Date.now() + Math.max(0, due));
  if (due <= 0) void qc.invalidateQueries({ queryKey: [kind] });
  else
    setTimeout(() => {
      asked.set(kind, Date.now());
      void qc.invalidateQueries({ queryKey: [kind] });
    }, due);
}

export function applyMerged(qc: QueryClient, m: Merged): { flashed: string[] } {
  const flashed: string[] = [];
  if (m.kinds.has('reset')) {
    void qc.invalidateQueries();
    return { flashed };
  }
  if (m.leads.size) {
    qc.setQueriesData<InfiniteData<Page<Lead>>>({ queryKey: ['leads'] }, (old) => {
      if (!old?.pages) return old;
      let touched = false;
      const pages = old.pages.map((p) => {
        let here = false;
        const items = p.items.map((l) => {
          const c = m.leads.get(l.id);
          if (!c || c.v < l.version) return l;
          here = true;
          flashed.push(l.id);
          return { ...l, ...c.patch, version: c.v };
        });
        touched ||= here;
        return here ? { ...p, items } : p;
      });
      return touched ? { ...old, pages } : old;
    });
    for (const [id, c] of m.leads) {
      qc.setQueryData<LeadCard>(['lead', id], (old) =>
        !old || c.v < old.version ? old : { ...old, ...c.patch, version: c.v },
      );
      for (const kind of ['score', 'timeline', 'scoreHistory', 'probability'])
        void qc.invalidateQueries({ queryKey: [kind, id] });
    }
    void qc.invalidateQueries({ queryKey: ['leads'], refetchType: 'none' });
  }
  const news = m.tasks.size + m.hot.length + m.assigned.length;
  if (news) {
    for (const t of m.tasks.values()) patchTask(qc, t);
    for (const x of [...m.assigned.map((a) => a.id), ...[...m.tasks.values()].map((t) => t.lead_id)]) {
      void qc.invalidateQueries({ queryKey: ['lead', x] });
      void qc.invalidateQueries({ queryKey: ['assignments', x] });
      void qc.invalidateQueries({ queryKey: ['tasks', 'lead', x] });
    }
    refresh(qc, 'today');
    refresh(qc, 'me');
    refresh(qc, 'views');
    refresh(qc, 'leadCount');
  }
  if (news || m.leads.size || m.kinds.has('lead.waiting')) refresh(qc, 'board');
  if (news || m.kinds.has('lead.waiting')) void qc.invalidateQueries({ queryKey: ['claims'] });
  for (const [id, j] of m.jobs) {
    qc.setQueriesData<{ id: string }>({ queryKey: ['imports', id] }, (old) => (old ? { ...old, ...j } : old));
    if (j.done >= j.rows) void qc.invalidateQueries({ queryKey: ['imports'] });
  }
  if (m.kinds.has('skill.changed'))
    for (const kind of ['certification', 'certificates', 'exams', 'notices', 'products'])
      void qc.invalidateQueries({ queryKey: [kind] });
  if (m.kinds.has('model.published'))
    for (const kind of ['models', 'score', 'me', 'lead', 'leads'])
      void qc.invalidateQueries({ queryKey: [kind] });
  return { flashed };
}

function patchTask(qc: QueryClient, t: LiveTask): void {
  qc.setQueryData<Today>(['today'], (old) => {
    if (!old) return old;
    const items = old.items
      .map((x) => (x.id === t.id && (t.version ?? Infinity) >= x.version ? { ...x, ...t } : x))
      .filter((x) => x.state === 'open');
    return { ...old, items };
  });
}
