/* Automatic traffic: marks, signals, and why an event does not count. Companies beside it. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Cond } from '../part/cond/cond';
import { api } from './client';
import type { Band, Page, Stage, TimelineItem } from './types';

export const markKinds = ['source', 'visitor', 'email', 'domain', 'agent', 'lead', 'event', 'when'] as const;
export type MarkKind = (typeof markKinds)[number];
export type Mark = {
  id: string;
  kind: MarkKind;
  state: 'working' | 'standing' | 'undoing' | 'undone';
  value: string | null;
  shown: string | null;
  when: Cond | null;
  lead_id: string | null;
  person: boolean;
  reason: string | null;
  made_by: string | null;
  made_by_name: string | null;
  at: string;
  undone_at: string | null;
  undone_by_name: string | null;
  done: number;
  total: number;
  leads: number;
  events: number;
  last_at: string | null;
};
export type MarkAsk = {
  kind: MarkKind;
  value?: string;
  when?: Cond;
  lead_id?: string;
  event_id?: string;
  person?: boolean;
  reason?: string;
};
/* What a condition would catch if it were made a mark. */
export type MarkLook = {
  leads: number;
  events: number;
  counting: number;
  looked: number;
  all_leads: number;
  last_at: string | null;
  text: string;
};
export const useMarkLook = (when: Cond | undefined) =>
  useQuery({
    enabled: !!when,
    queryKey: ['quarantine', 'look', JSON.stringify(when)],
    queryFn: ({ signal }) => api.post<MarkLook>('/quarantine/look', { when }, { signal }),
    retry: false,
    gcTime: 60_000,
  });
/* The list behind it; undefined where the condition is too long for an address. */
export const markLeads = (when: Cond): string | undefined => {
  const name = 'mark?when=' + encodeURIComponent(JSON.stringify(when));
  return name.length < 1000 ? '/leads?figure=' + encodeURIComponent(name) : undefined;
};
export type Signal = {
  signal: string;
  title: string;
  text: string;
  leads: number;
  events: number;
  last_at: string | null;
};
export type Company = {
  id: string;
  name: string;
  score: number;
  band: Band;
  rule: 'max' | 'sum_top3' | 'mean';
  cap: number;
  people: number;
  hot: number;
  owner_id: string | null;
  owner_name: string | null;
};
export type CompanyPage = Company & {
  books: 'contact' | 'company';
  purchases: number | null; // null: kept by contact
  amount: number | null; // minor units
  contributions: {
    lead_id: string | null;
    name: string | null;
    title: string | null;
    score: number;
    points: number;
    band: Band;
    stage: Stage;
    owner_id: string | null;
    owner_name: string | null;
  }[];
};

const busy = (m: Mark) => m.state === 'working' || m.state === 'undoing';

export function useMarks() {
  return useInfiniteQuery({
    queryKey: ['quarantine'],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Mark>>('/quarantine', { limit: 100, cursor: pageParam || undefined }, signal),
    initialPageParam: '',
    getNextPageParam: (p) => p.next || undefined,
    // A large source is walked in pieces: the figures move until it is through.
    refetchInterval: (q) => (q.state.data?.pages.some((p) => p.items.some(busy)) ? 1000 : false),
  });
}
export function useSignals() {
  return useQuery({
    queryKey: ['quarantine', 'signals'],
    queryFn: ({ signal }) => api.get<Page<Signal>>('/quarantine/signals', undefined, signal),
  });
}
/* What may be marked as a source: told to whoever makes marks, who need not see keys. */
export function useMarkSources() {
  return useQuery({
    queryKey: ['quarantine', 'sources'],
    queryFn: ({ signal }) =>
      api.get<Page<{ id: string; name: string }>>('/quarantine/sources', undefined, signal),
  });
}
export function useCompanies(q: string) {
  return useInfiniteQuery({
    queryKey: ['companies', q],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Company>>(
        '/companies',
        { q: q || undefined, limit: 50, cursor: pageParam || undefined },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (p) => p.next || undefined,
  });
}
/* What its people did, together; only where deeds are kept by company. */
export function useCompanyTimeline(id: string, enabled: boolean) {
  return useInfiniteQuery({
    enabled,
    queryKey: ['companies', 'timeline', id],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<TimelineItem & { lead_name: string | null }>>(
        `/companies/${id}/timeline`,
        { limit: 50, cursor: pageParam || undefined },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (p) => p.next || undefined,
  });
}
export function useCompany(id: string, staleTime = 0) {
  return useQuery({
    staleTime,
    queryKey: ['companies', 'one', id],
    queryFn: ({ signal }) => api.get<CompanyPage>('/companies/' + id, undefined, signal),
  });
}
