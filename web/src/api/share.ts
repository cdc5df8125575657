/* Norms of the first answer, versions of the rules, one lead tried, many leads at once, calls to be claimed. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import { list, type Policy, type Rule } from './office';
import type { Candidate, Page, Task } from './types';

export const normBands = ['hot', 'warm', 'any'] as const;
export type Norm = {
  band: 'cold' | 'warm' | 'hot' | 'any';
  source: string | null;
  minutes: number;
  remind: number; // minutes before; 0: never
  reassign: number; // working minutes after; -1: never
  escalate: number;
};
export type RuleVersion = {
  id: string;
  version: number;
  state: 'draft' | 'live' | 'past';
  at: string;
  by_name: string | null;
  note: string | null;
  rules: number;
  edit: number; // for If-Match
};
/* The whole of it: rules, and by which policy each pool picks. */
export type RuleVersionWhole = RuleVersion & {
  items: Rule[];
  policies: PoolPolicy[];
  plans: number; // made as it was published: a rule closes a product
  plan_leads: number;
};
export type PoolPolicy = { pool_id: string; policy: Policy };
export type Tried = {
  manager_id: string | null;
  manager_name: string | null;
  why: 'owner_keeps' | 'company_keeps' | 'by_policy' | 'claim' | 'nobody';
  rule: string | null;
  pool: string | null;
  policy: string | null;
  sla_minutes: number;
  rules: { name: string; holds: boolean }[];
  candidates: Omit<Candidate, 'name'>[];
  waits_for: string | null; // of one that would wait: what passes first
  promise_due: string | null;
  again_at: string | null;
};
export type Through = {
  rule_id: string | null;
  name: string | null;
  given: number;
  people: number;
  waited: number;
};
export type Holding = {
  manager_id?: string;
  name?: string;
  load?: number;
  capacity?: number;
  cold: number;
  warm: number;
  hot: number;
  clients: number;
  amount: number;
  age_days: number;
};
export type Balance = {
  fairness_load: number;
  fairness_amount: number;
  people: Holding[];
  suggestion: { from_id: string; from_name: string; load: number; mean: number } | null;
};
export type TransferKind = 'backlog' | 'handover' | 'balance' | 'certificate';
export type KeptWhy = 'changed' | 'certificate' | 'gone';
export const leavers = ['stays', 'off_duty', 'disabled'] as const;
export type Leaver = (typeof leavers)[number];
export type TransferAsk = {
  kind: TransferKind;
  from_id?: string;
  product_id?: string;
  to?: { user_id: string }[];
  by_word?: boolean;
  cold?: boolean; // backlog: cold leads too
  leaver?: Leaver;
};
export type Why = { why: string; leads: number };
export type Transfer = {
  id: string;
  kind: TransferKind;
  state: 'planning' | 'planned' | 'running' | 'done' | 'undoing' | 'undone' | 'failed';
  at: string;
  looked: number;
  leads: number; // that get somebody by the plan
  clients: number; // of leads
  lost: number; // of leads
  stay_why: Why[]; // of those that stay where they are
  cold: boolean; // backlog: cold leads too
  leaver: Leaver;
  more: boolean;
  gain_pct: number;
  moved: number;
  passed: number;
  back: number;
  closed: number; // of the plan: would not go back, no certificate
  kept: number; // undone: did not go back
  kept_why: { why: KeptWhy; leads: number }[];
  from_name: string | null;
  by_name: string | null;
  undone_at: string | null;
};
export type TransferPlan = Transfer & {
  bands: { cold: number; warm: number; hot: number } | null; // planned: of the open ones
  shares: {
    manager_id: string;
    name: string;
    load: number;
    capacity: number;
    leads: number;
    amount: number;
  }[];
  moves: {
    lead_id: string;
    name: string | null;
    band: 'cold' | 'warm' | 'hot';
    score: number;
    to_name: string;
  }[];
  stayed: { lead_id: string; name: string | null; to_name: string; why: KeptWhy }[];
  stays: { lead_id: string; name: string | null; why: string }[];
};

/* How far each is: when this text changes, leads have moved, by a work that goes on behind the answer. */
export const workTold = (list: Pick<Transfer, 'id' | 'state' | 'undone_at'>[]) =>
  list.map((x) => [x.id, x.state, x.undone_at].join()).join(' ');
/* The house is at work on it: to be asked again soon. */
export const atWork = (x?: Transfer) => !!x && ['planning', 'running', 'undoing'].includes(x.state);
export const useNorms = list<Norm>('norms', '/routing/norms');
export const useRuleVersions = list<RuleVersion>('ruleversions', '/routing/versions');
export const useRuleVersion = (id: string) =>
  useQuery({
    queryKey: ['ruleversions', id],
    queryFn: ({ signal }) => api.get<RuleVersionWhole>('/routing/versions/' + id, undefined, signal),
  });
export const useThrough = list<Through>('through', '/routing/through');
export const useTransfers = () =>
  useQuery({
    queryKey: ['transfers'],
    queryFn: ({ signal }) => api.get<Page<Transfer>>('/transfers', undefined, signal),
    refetchInterval: (q) => (q.state.data?.items.some(atWork) ? 1000 : false),
  });
/* One of them with its plan, until the house has done with it. */
export const useTransfer = (id?: string) =>
  useQuery({
    queryKey: ['transfer', id],
    queryFn: ({ signal }) => api.get<TransferPlan>('/transfers/' + id, undefined, signal),
    enabled: !!id,
    gcTime: 0,
    refetchInterval: (q) => (!q.state.data || atWork(q.state.data) ? 500 : false),
  });
/* Nobody's leads are told to nobody: asked for again by the clock. */
export const useClaims = () =>
  useQuery({
    queryKey: ['claims'],
    queryFn: ({ signal }) => api.get<Page<Task>>('/claims', undefined, signal),
    refetchInterval: 15_000,
  });
export const useBalance = (enabled = true) =>
  useQuery({
    queryKey: ['balance'],
    queryFn: ({ signal }) => api.get<Balance>('/balance', undefined, signal),
    enabled,
  });

export const useTry = () =>
  useMutation({
    mutationFn: (x: { lead_id: string; free: boolean; items?: Rule[]; policies?: PoolPolicy[] }) =>
      api.post<Tried>('/routing/try', x),
  });

/* What many leads at once touches: the lists of leads and tasks, the team, the board. */
export function useTransferDone() {
  const qc = useQueryClient();
  return () => {
    for (const k of ['balance', 'transfers', 'managers', 'leads', 'today', 'board'])
      void qc.invalidateQueries({ queryKey: [k] });
  };
}
