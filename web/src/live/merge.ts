/* Events of 250 ms become one change of the cache: patches of one lead are laid over each other, newest version last. */
import type { Lead, Task } from '../api/types';

export type LiveEvent =
  | { type: 'hello'; now: string }
  | { type: 'lead.changed'; id: string; v: number; patch: Partial<Lead> }
  | { type: 'lead.hot'; lead: Lead; task: Task | null; reasons?: Lead['reasons'] }
  | { type: 'lead.assigned'; id: string; manager_id: string | null }
  | { type: 'lead.waiting'; id: string }
  | { type: 'task.changed'; task: LiveTask }
  | { type: 'task.reminded'; task: LiveTask }
  | { type: 'job.progress'; id: string; done: number; rows: number; state?: string }
  | { type: 'model.published' }
  | { type: 'skill.changed'; user_id: string }
  | { type: 'reset' };

/* A task that is gone (a next step taken back) is told by its id, lead and state alone. */
export type LiveTask = Partial<Task> & Pick<Task, 'id' | 'lead_id' | 'state'>;

export type Merged = {
  leads: Map<string, { v: number; patch: Partial<Lead> }>;
  tasks: Map<string, LiveTask>;
  jobs: Map<string, { done: number; rows: number; state?: string }>;
  hot: { lead: Lead; task: Task; reasons?: Lead['reasons'] }[];
  assigned: { id: string; manager_id: string | null }[];
  kinds: Set<LiveEvent['type']>;
};

export const emptyMerged = (): Merged => ({
  leads: new Map(),
  tasks: new Map(),
  jobs: new Map(),
  hot: [],
  assigned: [],
  kinds: new Set(),
});

export function add(m: Merged, e: LiveEvent): void {
  m.kinds.add(e.type);
  switch (e.type) {
    case 'lead.changed': {
      const had = m.leads.get(e.id);
      if (!had) m.leads.set(e.id, { v: e.v, patch: { ...e.patch } });
      else if (e.v >= had.v) m.leads.set(e.id, { v: e.v, patch: { ...had.patch, ...e.patch } });
      else m.leads.set(e.id, { v: had.v, patch: { ...e.patch, ...had.patch } });
      return;
    }
    case 'task.changed': {
      const had = m.tasks.get(e.task.id);
      if (!had || (e.task.version ?? Infinity) >= (had.version ?? 0)) m.tasks.set(e.task.id, e.task);
      return;
    }
    case 'job.progress':
      m.jobs.set(e.id, { done: e.done, rows: e.rows, ...(e.state ? { state: e.state } : {}) });
      return;
    case 'lead.hot':
      if (e.task) m.hot.push({ lead: e.lead, task: e.task, ...(e.reasons ? { reasons: e.reasons } : {}) });
      return;
    case 'lead.assigned':
      m.assigned.push(e);
  }
}

export function makeMerger(ms: number, flush: (m: Merged) => void): (e: LiveEvent) => void {
  let waiting: Merged | undefined;
  return (e) => {
    if (!waiting) {
      waiting = emptyMerged();
      setTimeout(() => {
        const m = waiting!;
        waiting = undefined;
        flush(m);
      }, ms);
    }
    add(waiting, e);
  };
}
