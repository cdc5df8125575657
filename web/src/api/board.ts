/* The live board of the head of sales. */
import { useQuery } from '@tanstack/react-query';
import { api } from './client';
import { keys } from './keys';
import type { Manager, Page, Task } from './types';

export type Waiting = {
  task_id: string;
  lead_id: string;
  name: string | null;
  company: string | null;
  phone: string | null;
  score: number;
  due_at: string;
  sla_minutes?: number | null;
  assignee_id: string | null;
  assignee_name: string | null;
};
export type FeedItem = {
  at: string;
  kind: string;
  text_key?: string | null;
  lead_id: string | null;
  lead_name: string | null;
  manager_name: string | null;
  score: number | null;
  seconds?: number | null; // of a call: since it was due to be made
  late?: boolean;
};
export type Queued = {
  lead_id: string;
  name: string | null;
  since: string;
  promise_due: string | null;
  why: string;
};
export type Hour = { hour: number; in_time: number; late: number; waiting: number };
/* Who is over capacity, and who at work has room for so many units (a hot lead is 2, a warm one 1). */
export type Overload = {
  kind: string;
  from_id: string;
  from_name: string;
  load: number;
  capacity: number;
  to_id: string;
  to_name: string;
  units: number;
};
export type Board = {
  now: string;
  new_today: number;
  new_trend_pct: number | null;
  hot_active: number;
  hot_waiting: number;
  answer_median_s: number | null;
  sla_minutes: number;
  in_time_pct: number | null;
  breaches: { open: number; closed_late: number };
  waiting: Waiting[];
  managers: Manager[];
  hours: Hour[];
  feed: FeedItem[];
  suggestion: Overload | null;
  queue: Queued[];
};

export const useBoard = () =>
  useQuery({
    queryKey: keys.board,
    queryFn: ({ signal }) => api.get<Board>('/board', undefined, signal),
    refetchInterval: 60_000, // what time alone changes: hours, states of people
  });

export const useOverdue = (open: boolean, before: string) =>
  useQuery({
    queryKey: ['tasks', 'overdue'],
    queryFn: ({ signal }) =>
      api.get<Page<Task>>('/tasks', { state: 'open', due_before: before, limit: 100 }, signal),
    enabled: open,
    staleTime: 0,
  });
