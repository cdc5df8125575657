/* Scoring models as the server speaks of them. */
import { useQuery } from '@tanstack/react-query';
import type { Cond } from '../part/cond/cond';
import { api } from './client';
import type { Band, Page } from './types';

export type Title = { ru?: string; en?: string };
export type Ageing =
  | { kind: 'half_life'; days: number }
  | { kind: 'linear'; percent: number; days: number }
  | { kind: 'expire'; days: number };
export type Criterion = {
  id: string;
  title?: Title;
  group: string;
  enabled?: boolean;
  when: Cond;
  points: number;
  max_times?: number | null;
  max_points?: number | null;
  cooldown_hours?: number | null;
  ageing?: Ageing | null;
};
export type Group = {
  name: string;
  title?: Title;
  floor?: number | null;
  ceiling?: number | null;
};
export type Gate = { band: Band; group?: string; min?: number; when?: Cond };
export type ModelBody = {
  name: string;
  floor: number;
  ceiling: number;
  warm: number;
  hot: number;
  hysteresis?: number;
  public_ceiling?: number | null;
  groups: Group[];
  criteria: Criterion[];
  gates?: Gate[];
  axes?: unknown;
  icp?: unknown;
};
export type ModelRow = {
  id: string;
  version: number; // 0 for a draft
  revision: number; // of a draft, for If-Match
  state: 'draft' | 'live' | 'retired' | 'challenger';
  name: string;
  author?: string | null;
  note?: string | null;
  created_at: string;
  published_at?: string | null;
};
export type Model = ModelRow & { body: ModelBody };

export type Mover = {
  lead_id: string;
  name: string | null;
  company?: string | null;
  before: number;
  after: number;
  band_before: Band;
  band_after: Band;
};
export type Preview = {
  bands: Record<Band, { before: number; after: number }>;
  histogram: { from: number; to: number; before: number; after: number }[]; // both ends within
  movers: Mover[];
  leads: number;
  sampled: boolean;
  into_hot: number;
  out_of_hot: number;
};

export const modelKeys = {
  list: ['models'] as const,
  one: (id: string) => ['models', id] as const,
  hits: (id: string) => ['models', id, 'hits'] as const,
};

export const useModels = () =>
  useQuery({ queryKey: modelKeys.list, queryFn: () => api.get<Page<ModelRow>>('/models') });

export const useModel = (id: string | undefined) =>
  useQuery({
    queryKey: modelKeys.one(id ?? ''),
    queryFn: () => api.get<Model>('/models/' + id),
    enabled: !!id,
  });

export const useHits = (id: string | undefined) =>
  useQuery({
    queryKey: modelKeys.hits(id ?? ''),
    queryFn: () =>
      api
        .get<{ items: { criterion: string; leads: number }[] }>(`/models/${id}/hits`)
        .then((r) => new Map(r.items.map((x) => [x.criterion, x.leads]))),
    enabled: !!id,
    staleTime: 60_000,
  });

/* What the newest report on outcomes says of each criterion: how much likelier those it fits are to buy than the others. */
export type Lift = {
  criterion: string;
  n: number;
  won: number;
  lift: { value: number; low: number; high: number } | null;
  direction: 'right' | 'wrong' | 'useless' | 'unclear';
  enough: boolean;
};
export const useLifts = (model: string | undefined) =>
  useQuery({
    queryKey: ['calibration', 'lifts', model],
    queryFn: () =>
      api
        .get<{ id: string | null; report?: { criteria: Lift[] } | null }>('/calibration', { model })
        .then((r) => (r.report ? new Map(r.report.criteria.map((x) => [x.criterion, x])) : null)),
    enabled: !!model,
    staleTime: 60_000,
  });
