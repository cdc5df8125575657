/* Automatic traffic: marks, signals, and why an event does not count. Companies beside it. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api } from './client';
import type { Band, Page, Stage } from './types';

export const markKinds = ['source', 'visitor', 'email', 'domain', 'agent', 'lead', 'event'] as const;
export type MarkKind = (typeof markKinds)[number];
export type Mark = {
  id: string;
  kind: MarkKind;
  state: 'working' | 'standing' | 'undoing' | 'undone';
  value: string | null;
  shown: string | null;
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
  lead_id?: string;
  event_id?: string;
  person?: boolean;
  reason?: string;
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
export function useCompany(id: string) {
  return useQuery({
    queryKey: ['companies', 'one', id],
    queryFn: ({ signal }) => api.get<CompanyPage>('/companies/' + id, undefined, signal),
  });
}
