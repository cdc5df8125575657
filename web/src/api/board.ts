/* The live board of the head of sales. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from './client';
import { keys } from './keys';
import type { Asked } from './report';
import type { Band, InTime, Manager, Page } from './types';

export type Waiting = {
  task_id: string;
  lead_id: string;
  name: string | null;
  company: string | null;
  phone: string | null;
  score: number;
  created_at: string; // since when the lead waits
  due_at: string; // of whoever has it now
  first_due_at: string | null;
  late_at: string | null; // since when the lead is late, whoever has it now
  late_by_name: string | null;
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
  amount?: number | null; // of a deal won; 0: not known
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
  from: string; // the period
  until: string;
  cut: boolean; // calls are told of the latest alone
  new_today: number;
  new_trend_pct: number | null;
  hot_active: number;
  hot_waiting: number;
  answer_median_s: number | null;
  sla_minutes: number;
  goes_on_minutes: number | null; // by itself, to another
  in_time: InTime | null;
  breaches: { open: number; closed_late: number };
  waiting: Waiting[];
  managers: Manager[];
  hours: Hour[];
  feed: FeedItem[];
  suggestion: Overload | null;
  queue: Queued[];
};

/* Expected, with 95 % between low and high; of deals in hundredths. */
export type Expected = { value: number; low: number; high: number };
export type PlanRow = {
  target_money: number | null;
  target_deals: number | null;
  won: number;
  money: number;
  unknown: number; // of the won: without a sum
  deals: number; // in work
  assumed: number; // of them at the mean deal
  without: number; // of them in numbers alone
  averaged: number; // of them: too little is known, each counts as the average lead
  more_money: Expected | null;
  more_deals: Expected | null;
};
export type Forecast = {
  month: string;
  from: string;
  until: string;
  now: string;
  currency: string;
  silence: 'told' | 'no_predictor' | 'not_now';
  summed: boolean; // the company's target is the sum of people's
  cut: boolean;
  mean: number;
  all: PlanRow;
  items: (PlanRow & { user_id: string; name: string | null })[];
  days: { day: number; won: number; money: number }[];
  today: number;
};
export type Target = { user_id: string | null; money: number | null; deals: number | null };

/* A month; the running one unless said. */
export const useForecast = (month?: string) =>
  useQuery({
    queryKey: ['forecast', month],
    queryFn: ({ signal }) => api.get<Forecast>('/forecast', month ? { month } : undefined, signal),
    staleTime: 60_000,
    refetchInterval: 120_000,
  });
export const putTargets = (month: string, items: Target[]) => api.put('/targets', { month, items });

/* asked: the period and the team; nothing: today, everybody. */
export const useBoard = (asked: Asked = {}) =>
  useQuery({
    queryKey: [...keys.boardNow, asked],
    queryFn: ({ signal }) => api.get<Board>('/board', asked, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000, // what time alone changes: hours, states of people
  });

/* An urgent call that stood late: whose deadline it was, and who has it now. */
export type Breach = {
  task_id: string;
  lead_id: string;
  lead_name: string | null;
  company: string | null;
  score: number;
  band: Band;
  state: 'open' | 'done' | 'cancelled';
  at: string;
  created_at: string;
  late_at: string;
  late_by_id: string | null;
  late_by_name: string | null;
  assignee_id: string | null;
  assignee_name: string | null;
  ended_at: string | null;
};

export const useBreaches = (open: boolean, asked: Asked) =>
  useQuery({
    queryKey: ['board', 'breaches', asked],
    queryFn: ({ signal }) => api.get<Page<Breach>>('/board/breaches', asked, signal),
    enabled: open,
    staleTime: 0,
  });
