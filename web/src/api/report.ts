/* Reports that are told anew at each asking: how fast leads are answered. Shares are null where there are too few cases. */
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api } from './client';
import type { Page } from './types';

export type Range = { value: number; low: number; high: number };
export type SpeedFigures = {
  leads: number;
  answered: number;
  median_s: number | null;
  p90_s: number | null;
  fast: Range | null;
  norm_in: number;
  norm_n: number;
  norm: Range | null;
};
export type SpeedGroup = SpeedFigures & { key: string | number | null; name: string | null };
export type SpeedClass = {
  bucket: string;
  from_s: number | null; // null: not answered
  until_s: number | null;
  leads: number;
  decided: number;
  won: number;
  share: Range | null;
  ratio: Range | null;
};
export type SpeedCost = {
  leads: number;
  won: number;
  compared: number;
  fast: number;
  less: Range | null;
  crude: Range | null;
  enough: boolean;
  wins_hundredths?: number;
  wins_low?: number;
  wins_high?: number;
  money?: number;
  money_low?: number;
  money_high?: number;
};
export type Speed = {
  from: string;
  until: string;
  start: 'hot' | 'came';
  clock: 'work' | 'wall';
  answer: 'tried' | 'reached';
  fast_minutes: number;
  leads: number;
  answered: number;
  cut: boolean;
  currency: string;
  figures: SpeedFigures;
  waits: { bucket: string; from_s: number; until_s: number | null; leads: number }[];
  curve: { s: number; share: number }[];
  bands: SpeedGroup[];
  sources: SpeedGroup[];
  managers: SpeedGroup[];
  hours: SpeedGroup[];
  weeks: SpeedGroup[];
  effect: {
    classes: SpeedClass[];
    ratio: Range | null;
    crude: Range | null;
    compared: number;
    left_out: number;
    least: number;
    least_deals: number;
    deals: number;
    deal: number;
    deal_low: number;
    deal_high: number;
    slow: SpeedCost;
    never: SpeedCost;
  };
};

export type Asked = Record<string, string>;

export const useSpeed = (asked: Asked) =>
  useQuery({
    queryKey: ['reports', 'speed', asked],
    queryFn: ({ signal }) => api.get<Speed>('/reports/speed', asked, signal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

export type Place = { best: number; worst: number };
export type Leader = {
  user_id: string;
  name: string | null;
  processed: number;
  sold: number;
  money: number; // minor units
  unknown: number; // of the sold: sums not known
  speed: {
    leads: number;
    median_s: number | null;
    fast: Range | null;
    norm_in: number;
    norm_n: number;
    norm: Range | null;
  };
  given: number;
  decided: number;
  won: number;
  share: Range | null;
  load: number;
  capacity: number;
  hot: number;
  places: Record<Measure, Place | null>;
};
export type Measure = 'money' | 'share' | 'speed' | 'processed';
export type Leaderboard = {
  from: string;
  until: string;
  shows: 'off' | 'own' | 'all';
  people: number;
  me: string | null;
  fast_minutes: number;
  currency: string;
  items: Leader[];
};

export const useLeaderboard = (asked: Asked) =>
  useQuery({
    queryKey: ['reports', 'leaderboard', asked],
    queryFn: ({ signal }) => api.get<Leaderboard>('/reports/leaderboard', asked, signal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

export type FairRow = {
  user_id: string;
  name: string | null;
  due: number;
  got: number;
  ways: Record<'policy' | 'kept' | 'hand' | 'claim', number>;
  asked: number;
  could: number;
  urgent: number;
  money: number; // minor units
  known: number;
  lots: number;
  back: number;
  passed: { why: string; n: number }[];
};
export type Fairness = {
  from: string;
  until: string;
  pool: string | null;
  me: string | null;
  compared: number;
  jain: number; // per mille
  gini: number;
  drawn: number;
  lots: number;
  back: number;
  cut: boolean;
  currency: string;
  decisions: Record<'policy' | 'kept' | 'hand' | 'claim', number>;
  items: FairRow[];
};
export type FairDecision = {
  id: string;
  at: string;
  lead: string | null;
  lead_name: string | null;
  manager: string | null;
  manager_name: string | null;
  pool: string | null;
  policy: string;
  reason: string;
  way: string;
  why: string | null;
  looked: number;
  could: number;
  lot: boolean;
};
export type QueuePlace = {
  pool_id: string;
  pool: string;
  policy: string;
  eligible: boolean;
  why: string;
  again_at: string | null;
  before: number;
  of: number;
  last_at: string | null;
  weight: number;
  turns: number;
  load: number;
  capacity: number;
  first: { last_at: string | null; load: number; capacity: number } | null;
  given_day: number;
  given_hour: number;
  daily_quota: number;
  hourly_quota: number;
};

export const useFairness = (asked: Asked) =>
  useQuery({
    queryKey: ['reports', 'fairness', asked],
    queryFn: ({ signal }) => api.get<Fairness>('/reports/fairness', asked, signal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
export const useFairDecisions = (asked: Asked, enabled: boolean) =>
  useInfiniteQuery({
    queryKey: ['reports', 'fairness', 'decisions', asked],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<FairDecision>>(
        '/reports/fairness/decisions',
        { ...asked, limit: 30, cursor: pageParam || undefined },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next || undefined,
    enabled,
  });
export const useQueuePlace = (user: string, enabled: boolean) =>
  useQuery({
    queryKey: ['place', user],
    queryFn: ({ signal }) => api.get<Page<QueuePlace>>(`/managers/${user}/place`, undefined, signal),
    enabled,
    refetchInterval: 30_000,
  });

/* Where a figure's leads are shown: the report's question with its name before it. */
export const figureName = (report: string, asked: Asked, more: Asked): string =>
  report + '?' + new URLSearchParams({ ...asked, ...more });
/* The leads behind a figure of the board or of the managers: of the period and team asked, else of this day, and of 30 days what people are told over. */
export const boardLeads = (more: Asked, asked: Asked = {}): string => figureLeads('board', asked, more);
export const figureLeads = (report: string, asked: Asked, more: Asked): string =>
  '/leads?figure=' + encodeURIComponent(figureName(report, asked, more));
