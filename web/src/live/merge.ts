/* Events of 250 ms become one change of the cache: patches of one lead are laid over each other, newest version last. */
import type { Lead, Task } from '../api/types';

export type LiveEvent =
  | { type: 'hello'; now: string }
  | { type: 'lead.changed'; id: string; v?: number; patch?: Partial<Lead> } // without a patch: ask
  | {
      type: 'lead.hot';
      id?: string;
      task_id?: string;
      manager_id?: string;
      lead?: Lead;
      task?: Task;
      reasons?: Lead['reasons'];
    }
  | { type: 'lead.assigned'; id: string; manager_id: string | null }
  | { type: 'lead.waiting'; id: string }
  | { type: 'task.changed'; id?: string; task?: Task } // id: the lead
  | { type: 'job.progress'; id: string; done: number; rows: number; state?: string }
  | { type: 'model.published' }
  | { type: 'board.delta' }
  | { type: 'me.permissions' }
  | { type: 'reset' };

export type Merged = {
  leads: Map<string, { v: number; patch: Partial<Lead> }>;
  tasks: Map<string, Task>;
  jobs: Map<string, { done: number; rows: number; state?: string }>;
  hot: { lead: Lead; task: Task; reasons?: Lead['reasons'] }[];
  assigned: { id: string; manager_id: string | null }[];
  asked: Set<string>; // leads said to have changed, without what
  touched: Set<string>; // leads whose tasks have changed, without what
  calls: { id: string; task_id: string; manager_id: string | null }[]; // hot ones, told by id
  kinds: Set<LiveEvent['type']>;
};

export const emptyMerged = (): Merged => ({
  leads: new Map(),
  tasks: new Map(),
  jobs: new Map(),
  hot: [],
  assigned: [],
  asked: new Set(),
  touched: new Set(),
  calls: [],
  kinds: new Set(),
});

export function add(m: Merged, e: LiveEvent): void {
  m.kinds.add(e.type);
  switch (e.type) {
    case 'lead.changed': {
      if (!e.patch || e.v === undefined) {
        m.asked.add(e.id);
        return;
      }
      const had = m.leads.get(e.id);
      if (!had) m.leads.set(e.id, { v: e.v, patch: { ...e.patch } });
      else if (e.v >= had.v) m.leads.set(e.id, { v: e.v, patch: { ...had.patch, ...e.patch } });
      else m.leads.set(e.id, { v: had.v, patch: { ...e.patch, ...had.patch } });
      return;
    }
    case 'task.changed': {
      if (!e.task) {
        if (e.id) m.touched.add(e.id);
        return;
      }
      const had = m.tasks.get(e.task.id);
      if (!had || e.task.version >= had.version) m.tasks.set(e.task.id, e.task);
      return;
    }
    case 'job.progress':
      m.jobs.set(e.id, { done: e.done, rows: e.rows, ...(e.state ? { state: e.state } : {}) });
      return;
    case 'lead.hot':
      if (e.lead && e.task)
        m.hot.push({ lead: e.lead, task: e.task, ...(e.reasons ? { reasons: e.reasons } : {}) });
      else if (e.id && e.task_id)
        m.calls.push({ id: e.id, task_id: e.task_id, manager_id: e.manager_id ?? null });
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
