/* Scoring models as the server speaks of them. */
import { useQuery } from '@tanstack/react-query';
import type { Cond } from '../part/cond/cond';
import type { Calibration } from './calibration';
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
/* Absent members follow from the criteria. */
export type ModelAxes = {
  fit_groups?: string[] | null;
  engagement_groups?: string[] | null;
  fit?: [number, number] | null;
  engagement?: [number, number] | null;
};
export const companyRules = ['max', 'sum_top3', 'mean'] as const;
export type CompanyRule = { rule: (typeof companyRules)[number]; cap?: number | null };
export type IcpCondition = { title?: { ru?: string; en?: string }; when: Cond; weight?: number };
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
  axes?: ModelAxes | null;
  icp?: { conditions?: IcpCondition[] } | null;
  company?: CompanyRule | null; // absent: max
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
  fitted?: Fitted; // null: its points are not learnt from outcomes
};
/* Points learnt from outcomes up to then: figures on those leads may flatter; auc is of leads that were held back. */
export type Fitted = { until: string; auc: number } | null;
export type Model = ModelRow & { body: ModelBody };

/* A share with its interval; without enough leads value, low and high are null. */
export type Share = {
  value: number | null;
  low: number | null;
  high: number | null;
  n: number;
  won: number;
  enough: boolean;
};
export type Interval = { value: number; low: number; high: number };
export type Outcome = 'won' | 'lost' | 'open';
export type Sides<T> = { before: T; after: T };
export type Mover = {
  lead_id: string;
  name: string | null;
  company?: string | null;
  before: number;
  after: number;
  band_before: Band;
  band_after: Band;
  outcome?: Outcome;
};
/* How well each tells buyers from others; figures only when there are enough. */
export type Judged = {
  n: number;
  won: number;
  enough: boolean;
  need: number;
  auc?: Sides<Interval>;
  auc_change?: Interval;
  lift10?: Sides<number>;
  lift10_range?: Sides<Interval>; // absent in reports of before
  lift20?: Sides<number>;
  found20?: Sides<Interval>;
  maturity_days?: number;
  quiet?: { id: string; ru: string; en: string }[]; // rules whose points for silence flatter these; absent in reports of before
  bucket?: string; // of a replay: those whose end can be told
};
export type Preview = {
  bands: Record<Band, Sides<number> & { won?: Sides<Share> }>;
  histogram: (Sides<number> & { from: number; to: number })[]; // both ends within
  movers: Mover[];
  leads: number;
  all_leads: number;
  exact: boolean;
  sampled: boolean;
  into_hot: number;
  into_hot_open: number; // not decided: who get a call
  hot_decided: number; // of the hot ones after: won or lost, no calls
  out_of_hot: number;
  hot_per_day: Sides<number> & {
    days: number;
    working_days: number; // of the team; 0: by the day then
    enough: boolean; // a week has been lived
    leads: Sides<number>; // of those played, each once
    played: number;
    exact: boolean;
    capacity: number | null;
    holds: number | null;
  };
  caught: Sides<number> & { wins: number; share: Sides<Share> };
  judged: Judged;
};

/* Where hot would have to begin for as many as people can call. */
export type Threshold = {
  silence: 'told' | 'no_quotas' | 'few' | 'nowhere';
  calls_a_day: number; // of a working day; 0: not known
  by_quotas: boolean;
  days: number;
  working_days: number; // of those
  played: number;
  all_leads: number;
  now_a_day: number;
  now_leads: number; // who they are, each once, of those played
  told: { hot: number; a_day: number; leads: number; below_a_day: number | null; below_leads: number } | null;
};

/* A draft played over the whole history, day by day. */
export type ReplayState = 'waiting' | 'running' | 'done' | 'stopped' | 'failed';
export type Entered = { leads: number; crossings: number; young: number; won: Share; bucket: string };
export type ReplayReport = {
  zone: string;
  until: string;
  leads: number;
  events: number;
  into_hot: number;
  out_of_hot: number;
  movers: {
    lead_id: string;
    move: 'into_hot' | 'out_of_hot' | 'other';
    before: number;
    after: number;
    band_before: Band;
    band_after: Band;
    hot_before: string | null;
    hot_after: string | null;
    outcome: Outcome;
    decided_at: string | null;
  }[];
  entered: Sides<Entered>;
  caught: { wins: number; bucket: string } & Sides<{ leads: number; share: Share; bucket: string }>;
  judged: Judged;
  bands: Record<Band, Sides<number> & { bucket: string }>;
  histogram: (Sides<number> & { from: number; to: number; bucket: string })[];
  days: (Sides<number> & { day: string; bucket: string; leads?: Sides<number> })[]; // leads: absent in reports of before
  weeks?: ReplayReport['days']; // of a history that is drawn by them: seven days from `day` on, or what is left; absent in reports of before
};
export type ReplayRow = {
  id: string;
  model_id: string;
  state: ReplayState;
  from: string | null;
  until: string | null;
  made_at: string;
  finished_at: string | null;
  made_by: string | null;
  done: number;
  total: number;
  why: string | null;
};
export type Replay = ReplayRow & {
  bounds: { warm: number; hot: number; ceiling: number }; // of the model as it was tried
  report: ReplayReport | null;
  team: { calls_a_day: number | null; calls_a_week: number | null; holds_hot: number | null };
  names: Record<string, string | null>;
};
export type Starter = { id: string; title: string; note: string };
export type Check = Record<'errors' | 'warnings', { pointer: string; code: string; detail: string }[]>;

/* The leads behind a figure of the workshop that is counted anew. */
export const previewLeads = (model: string, bucket: string): string =>
  '/leads?figure=' + encodeURIComponent(`preview?model=${model}&bucket=${bucket}`);
export const hitsLeads = (model: string, criterion: string): string =>
  '/leads?figure=' + encodeURIComponent(`hits?model=${model}&criterion=${encodeURIComponent(criterion)}`);

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

/* How many leads each rule gives points to now. */
export const useHits = (id: string | undefined) =>
  useQuery({
    queryKey: modelKeys.hits(id ?? ''),
    queryFn: () =>
      api
        .get<{ items: { criterion: string; leads: number; base: number }[]; total: number }>(
          `/models/${id}/hits`,
        )
        .then((r) => ({
          of: new Map(r.items.map((x) => [x.criterion, x.leads])),
          leads: r.total,
          base: r.items[0]?.base ?? r.total,
        })),
    enabled: !!id,
    staleTime: 60_000,
  });

/* What the newest report on outcomes says of each criterion: how much likelier those it fits are to buy than the others. */
export type Lift = {
  criterion: string;
  n: number;
  won: number;
  lift: Interval | null; // as it stands
  adjusted: Interval | null; // among leads alike in all other criteria
  direction: 'right' | 'wrong' | 'useless' | 'unclear';
  enough: boolean;
  with?: { leads?: string }; // the query of its list; absent in reports of before
};
type LiftReport = Pick<Calibration, 'state' | 'running' | 'finished_at' | 'news'> & {
  report: { criteria: Lift[]; leaks: { fact: string }[] } | null;
};
/* Of the newest report on a model, however old: its day is told with it. */
export const useLifts = (model: string | undefined) =>
  useQuery({
    queryKey: liftsKey(model),
    queryFn: () =>
      api.get<LiftReport>('/calibration', { model }).then((r) => ({
        ...r,
        of: new Map(r.report?.criteria.map((x) => [x.criterion, x])),
      })),
    enabled: !!model,
    staleTime: 60_000,
    refetchInterval: (x) => (x.state.data?.running ? 1000 : false),
  });
export const liftsKey = (model: string | undefined) => ['calibration', 'lifts', model] as const;
export type Lifts = NonNullable<ReturnType<typeof useLifts>['data']>;

export const going = (s: ReplayState | undefined) => s === 'waiting' || s === 'running';
export const useReplay = (id: string) =>
  useQuery({
    queryKey: ['replays', id],
    queryFn: () => api.get<Replay>('/replays/' + id),
    refetchInterval: (q) => (going(q.state.data?.state) ? 700 : false),
  });
export const useReplays = (model: string | undefined) =>
  useQuery({
    queryKey: ['replays', 'of', model],
    queryFn: () => api.get<Page<ReplayRow>>('/replays', { model }),
    enabled: !!model,
  });
export const useStarters = () =>
  useQuery({ queryKey: ['starters'], queryFn: () => api.get<Page<Starter>>('/models/starters') });
