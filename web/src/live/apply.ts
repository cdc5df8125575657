/* Merged live events written into the cache: only rows that are there are patched, older versions are dropped,
   lists keep their order and are marked stale. */
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { Lead, LeadCard, Page, Task, Today } from '../api/types';
import type { Merged } from './merge';

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
      for (const kind of ['score', 'timeline', 'scoreHistory'])
        void qc.invalidateQueries({ queryKey: [kind, id] });
    }
    void qc.invalidateQueries({ queryKey: ['leads'], refetchType: 'none' });
  }
  const news = m.tasks.size + m.hot.length + m.assigned.length + m.touched.size + m.calls.length;
  if (news) {
    for (const t of m.tasks.values()) patchTask(qc, t);
    for (const x of [
      ...m.assigned.map((a) => a.id),
      ...[...m.tasks.values()].map((t) => t.lead_id),
      ...m.touched,
    ]) {
      void qc.invalidateQueries({ queryKey: ['lead', x] });
      void qc.invalidateQueries({ queryKey: ['assignments', x] });
      void qc.invalidateQueries({ queryKey: ['tasks', 'lead', x] });
    }
    void qc.invalidateQueries({ queryKey: ['today'] });
    void qc.invalidateQueries({ queryKey: ['me'] });
    void qc.invalidateQueries({ queryKey: ['views'] });
  }
  if (news || m.leads.size || m.asked.size || m.kinds.has('board.delta') || m.kinds.has('lead.waiting'))
    void qc.invalidateQueries({ queryKey: ['board'] });
  for (const [id, j] of m.jobs) {
    qc.setQueriesData<{ id: string }>({ queryKey: ['imports', id] }, (old) => (old ? { ...old, ...j } : old));
    if (j.done >= j.rows) void qc.invalidateQueries({ queryKey: ['imports'] });
  }
  if (m.kinds.has('model.published'))
    for (const kind of ['models', 'score', 'me', 'lead', 'leads'])
      void qc.invalidateQueries({ queryKey: [kind] });
  if (m.kinds.has('me.permissions')) void qc.invalidateQueries({ queryKey: ['me'] });
  return { flashed };
}

function patchTask(qc: QueryClient, t: Task): void {
  qc.setQueryData<Today>(['today'], (old) => {
    if (!old) return old;
    const items = old.items
      .map((x) => (x.id === t.id && t.version >= x.version ? { ...x, ...t } : x))
      .filter((x) => x.state === 'open');
    return { ...old, items };
  });
}

/* Which of the changed leads are looked at: only those are asked for. */
export function heldLeads(qc: QueryClient, ids: ReadonlySet<string>): string[] {
  const held = new Set<string>();
  for (const [, data] of qc.getQueriesData<InfiniteData<Page<Lead>>>({ queryKey: ['leads'] }))
    for (const p of data?.pages ?? []) for (const l of p.items) if (ids.has(l.id)) held.add(l.id);
  for (const id of ids) if (qc.getQueryData(['lead', id])) held.add(id);
  return [...held];
}
