/* People, keys, calendars, absences, rules and logs: what the office screens read. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Cond } from '../part/cond/cond';
import { api } from './client';
import type { Page, Role } from './types';

export type User = {
  id: string;
  version?: number;
  email: string;
  name: string;
  role: Role;
  state: 'active' | 'disabled';
  lang?: 'ru' | 'en';
  created_at?: string;
};
export type Key = {
  id: string;
  name: string;
  scope: 'events' | 'api';
  public: boolean;
  prefix: string;
  created_at: string;
  last_used_at: string | null;
  key?: string; // only in the answer to its making
};
export const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof days)[number];
export type Span = [string, string];
export type Calendar = {
  id: string;
  version?: number;
  name: string;
  zone: string;
  hours: Partial<Record<Day, Span[]>>;
  holidays: string[];
};
export type Absence = {
  id: string;
  user_id: string;
  from: string;
  until: string;
  reason: string | null;
  catch_up: boolean;
};
export const matches = ['product', 'region', 'language'] as const;
export type Match = (typeof matches)[number];
export type Rule = {
  id?: string;
  name: string;
  condition: Cond;
  pool_id: string | null;
  sla_minutes: number; // 0: the company's norm
  fallback_pool_id: string | null;
  product_id?: string | null; // the manager must be certified for it
  match: Match[]; // the manager must have these of the lead
  explore?: number; // per cent of its decisions drawn by lot
  enabled: boolean;
};
export type Policy = 'round_robin' | 'weighted' | 'least_loaded' | 'best_match' | 'value' | 'claim';
export const policies: Policy[] = ['least_loaded', 'round_robin', 'weighted', 'best_match', 'value', 'claim'];
export type Pool = {
  id: string;
  version?: number;
  name: string;
  policy: Policy;
  everyone?: boolean;
  members: { user_id: string; name?: string | null; weight: number }[]; // weight 0: the manager's own
};
export type Reject = {
  at: string;
  source: string | null;
  code: string;
  detail: string | null;
  message_id: string | null;
  snippet: string | null;
};
export type AuditRow = {
  number: number;
  at: string;
  actor_name?: string | null;
  action: string;
  subject?: string | null;
  detail?: unknown;
};

/* A hook that reads a whole list under its key. */
export const list = <T>(key: string, path: string) =>
  function useList(enabled = true) {
    return useQuery({
      queryKey: [key],
      queryFn: ({ signal }) => api.get<Page<T>>(path, undefined, signal),
      enabled,
    });
  };
export const useUsers = list<User>('users', '/users');
export const useKeyList = list<Key>('keys', '/keys');
export const useCalendars = list<Calendar>('calendars', '/calendars');
export const useAbsences = list<Absence>('absences', '/absences');
/* What of the company's own words the screens of the team ask for. */
export const useSettings = () =>
  useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => api.get<{ catch_up: boolean }>('/settings', undefined, signal),
  });
/* All rules, and the version they were read at: saving names it, so that nobody's are written over unseen. */
export type Rules = Page<Rule> & { version?: number };
/* At which version rules that were read as base may be saved now: a newer one with the same rules (a pool picks otherwise) is no one else's work on them. */
export const rulesReadAt = (base: Rules | undefined, now: Rules | undefined) =>
  base && now && JSON.stringify(base.items) === JSON.stringify(now.items) ? now.version : base?.version;
export const useRules = () =>
  useQuery({
    queryKey: ['rules'],
    queryFn: ({ signal }) => api.tagged<Page<Rule>>('/routing/rules', signal),
  });
export const usePools = list<Pool>('pools', '/routing/pools');

const pages = <T>(key: string, path: string) =>
  function usePages() {
    return useInfiniteQuery({
      queryKey: [key],
      queryFn: ({ pageParam, signal }) =>
        api.get<Page<T>>(path, { limit: 100, cursor: pageParam || undefined }, signal),
      initialPageParam: '',
      getNextPageParam: (p) => p.next || undefined,
    });
  };
export const useRejects = pages<Reject>('rejects', '/rejects');
export const useAudit = pages<AuditRow>('audit', '/audit');
