/* How people did with the leads they were given. */
import { useQuery } from '@tanstack/react-query';
import { api } from './client';

export type Figure = { value: number; low: number; high: number };
export type Verdict = 'unclear' | 'above' | 'below';
export type Performed = {
  manager_id: string | null; // none: the team
  name: string | null;
  segment: number; // 0: every source
  source: string;
  leads: number;
  n: number;
  won: number;
  young: number;
  expected: number;
  enough: boolean;
  rate: Figure | null;
  ratio: Figure | null;
  more: Figure | null;
  verdict: Verdict;
  deals: number;
  deal_enough: boolean;
  deal: Figure | null; // minor units
  deal_verdict: Verdict;
  worth: number | null; // minor units
  bucket: string;
  deal_bucket: string;
};
export type Performance = {
  report: string | null;
  made_at: string | null;
  maturity_days: number;
  by: 'probability' | 'score';
  sampled: boolean;
  enough: boolean;
  need: number;
  need_leads: number;
  need_deals: number;
  currency: string;
  items: Performed[];
};

export const usePerformance = () =>
  useQuery({
    queryKey: ['performance'],
    queryFn: ({ signal }) => api.get<Performance>('/performance', undefined, signal),
    refetchInterval: 60_000,
  });
