/* Weeks of distribution lived through again under other rules. */
import { useQuery } from '@tanstack/react-query';
import { api } from './client';
import type { Policy, Pool, Rule } from './office';
import type { RuleVersionWhole } from './share';
import type { Page } from './types';

export type SimulationState = 'waiting' | 'running' | 'done' | 'stopped' | 'failed';
export type SimulationRow = {
  id: string;
  version_id: string | null;
  state: SimulationState;
  from: string;
  until: string;
  made_at: string;
  made_by: string | null;
  done: number;
  total: number;
  why: string | null;
};
export type Counted = {
  n: number;
  share: { value: number | null; low: number | null; high: number | null; n: number };
  bucket: string;
};
export type Delay = { p50: number | null; p90: number | null }; // seconds; null: was not called
export type SideManager = {
  manager_id: string;
  leads: number;
  called: number;
  late: number;
  late_bucket: string;
  delay: Delay;
  bucket: string;
};
export type SimulationSide = {
  leads: number; // each by its first turning hot
  again: number; // turnings behind the first
  delay: Delay;
  /* Each lead is in one of these... */
  five: Counted;
  in_time: Counted;
  after: Counted;
  missed: Counted;
  pending: Counted;
  orphan: Counted;
  /* ...and, beside them, in any of these. */
  waited: Counted;
  handed: Counted;
  sales: { leads: number; expected: number; low: number; high: number; money: number } | null;
  managers: SideManager[];
  fairness: number;
  rules: { name: string | null; leads: number }[];
};
export type Interval = { value: number; low: number; high: number };
export type JudgedSide = {
  verdict: 'told' | 'no_overlap' | 'too_few';
  dr: Interval | null;
  effective: number;
  unreached: number;
};
export type SimulationReport = {
  from: string;
  until: string;
  proof: {
    decisions: number;
    same: number;
    run_same: number;
    run_decisions: number;
    why: Record<string, number>;
    bucket: string;
    leads: number;
  };
  real: SimulationSide;
  then: SimulationSide;
  other: SimulationSide;
  moved: {
    n: number;
    bucket: string;
    first: {
      lead_id: string;
      at: string;
      real_id: string | null;
      other_id: string | null;
      real_delay: number | null;
      other_delay: number | null;
    }[];
  };
  judged: {
    n: number;
    need: number;
    first: JudgedSide;
    second: JudgedSide;
    order: 'first_better' | 'second_better' | 'no_order' | 'refused';
    change: Interval | null;
  };
};
export type Simulation = SimulationRow & {
  policies: Record<string, Policy>;
  report: SimulationReport | null;
  names: Record<string, string>;
};
export type SimulationAsk = {
  version_id?: string;
  policies?: { pool_id: string; policy: Policy }[];
  from?: string;
};

/* What was tried becomes what is, rules and policies in one request, so that it is one version. Pools that are gone are passed over. */
export async function publishTried(
  x: Pick<Simulation, 'version_id' | 'policies'>,
  pools: Pick<Pool, 'id'>[],
) {
  const policies = Object.entries(x.policies)
    .filter(([id]) => pools.some((p) => p.id === id))
    .map(([pool_id, policy]) => ({ pool_id, policy }));
  if (x.version_id)
    return api.post<RuleVersionWhole>(`/routing/versions/${x.version_id}/publish`, { policies });
  const rules = await api.tagged<Page<Rule>>('/routing/rules');
  await api.put('/routing/rules', { items: rules.items, policies }, { version: rules.version });
}

export const simulating = (s: SimulationState | undefined) => s === 'waiting' || s === 'running';
export const useSimulations = () =>
  useQuery({
    queryKey: ['simulations'],
    queryFn: ({ signal }) => api.get<Page<SimulationRow>>('/routing/simulations', undefined, signal),
    refetchInterval: (q) => (q.state.data?.items.some((x) => simulating(x.state)) ? 2000 : false),
  });
export const useSimulation = (id: string) =>
  useQuery({
    queryKey: ['simulation', id],
    queryFn: ({ signal }) => api.get<Simulation>('/routing/simulations/' + id, undefined, signal),
    refetchInterval: (q) => (simulating(q.state.data?.state) ? 700 : false),
  });
