/* Calibration reports and contests of models as the server speaks of them. */
import { useQuery } from '@tanstack/react-query';
import { api } from './client';
import type { Band, Page } from './types';

export type Figure = { value: number; low: number; high: number };
/* won of n that count; `leads` is the query of the list behind it. Without enough leads value, low and high are null. */
export type Share = {
  value: number | null;
  low: number | null;
  high: number | null;
  n: number;
  won: number;
  young: number;
  leads_total: number;
  enough: boolean;
  leads?: string;
};
export type Bar = {
  from: number | null;
  to: number | null;
  share: Share;
  expected: number | null;
  lift: number | null;
};
export type Direction = 'right' | 'wrong' | 'useless' | 'unclear';
export type CriterionFigures = {
  criterion: string;
  name: { ru: string; en: string };
  points: number;
  n: number;
  won: number;
  with: Share;
  without: Share;
  difference: Figure | null;
  lift: Figure | null;
  adjusted: Figure | null;
  direction: Direction;
  enough: boolean;
  quiet?: boolean; // it asks for silence where those who did not buy were judged later than buyers; absent in reports of before
};
export type Level = 'stable' | 'shifted' | 'other';
export type Cohort = {
  from: string;
  until: string;
  share: Share;
  maturing: boolean;
  reference: boolean;
  psi: number | null;
  psi_source: number | null;
  level: Level | null;
};
export type SourceFigures = {
  source: string | null;
  rest: boolean;
  share: Share;
  auc: Figure | null;
  mean: number | null;
};
export type LeakWhy = 'after_outcome' | 'after_handover' | 'filled' | 'too_good' | 'buyers_only';
export type Leak = {
  fact: string;
  why: LeakWhy;
  used: boolean;
  n: number;
  share_before: number | null;
  share_after: number | null;
  share_later: number | null;
  auc_alone: Figure | null;
  with: Share;
  without: Share;
  leads: string;
};
export type Reason =
  'none' | 'not_fit' | 'no_need' | 'no_budget' | 'not_now' | 'unreachable' | 'junk' | 'other';
/* leads: those with its score or more; absent in reports of before. */
export type CurvePoint = {
  x: number;
  y: number;
  score: number;
  leads_total?: number;
  n?: number;
  won?: number;
  leads?: string;
};
export type Moment = 'judged' | 'handed';
export type Report = {
  model: { id: string; version: number; name: string };
  moment: Moment;
  maturity_days: number;
  base: number;
  sampled: boolean;
  leads_total: number;
  n: number;
  won: number;
  young: number;
  leads: string;
  enough: boolean;
  need: { won: number; not: number };
  bands: (Bar & { band: Band })[];
  deciles: (Bar & { decile: number })[];
  auc: Figure | null;
  average_precision: number | null;
  lift10: number | null;
  lift10_range?: Figure | null; // absent in reports of before
  found20: { value: number; low: number | null; high: number } | null; // low: null in some reports of before
  found20_leads?: string; // absent in reports of before
  brier: number | null;
  ece: number | null;
  roc: CurvePoint[];
  pr: CurvePoint[];
  criteria: CriterionFigures[];
  drift: { timeless: boolean; by: 'week' | 'month'; items: Cohort[] };
  by_source: SourceFigures[];
  leaks: Leak[];
  /** Files whose columns came with them alone, so that being filled tells the file; absent in reports of before. */
  files?: { import: string; name: string | null; facts: string[]; with: Share; without: Share }[];
  feedback: {
    accepted: Share;
    rejected_all: Share;
    rejected: { reason: Reason; n: number; leads: string }[];
    disputed: { direction: 'higher' | 'lower'; n: number; leads: string }[];
  };
};
export type Calibration = {
  id: string | null;
  state: 'waiting' | 'running' | 'done' | 'failed' | null;
  running: string | null;
  done: number;
  total: number;
  model: string;
  source: string | null;
  from: string | null;
  to: string | null;
  moment: Moment;
  why: string | null;
  made_at: string | null;
  finished_at: string | null;
  news: number; // outcomes known since it was asked for; 1000: so many or more
  report: Report | null;
};

export type Question = { model?: string; source?: string; from?: string; moment?: Moment };
const asQuery = (q: Question) => ({ model: q.model, source: q.source, from: q.from, moment: q.moment });

export const calibrationKey = (q: Question) => ['calibration', JSON.stringify(q)] as const;
/* While a report is being made it is asked for again and again. */
export const useCalibration = (q: Question) =>
  useQuery({
    queryKey: calibrationKey(q),
    queryFn: () => api.get<Calibration>('/calibration', asQuery(q)),
    refetchInterval: (x) => (x.state.data?.running ? 1000 : false),
  });
export const makeCalibration = (q: Question) =>
  api.post<Calibration>(
    '/calibration',
    Object.fromEntries(Object.entries(asQuery(q)).filter(([, v]) => v !== undefined)),
  );

export const stopCalibration = (report: string) => api.post<void>(`/calibration/${report}/stop`);

export type Feedback = {
  lead_id: string;
  lead_name: string | null;
  user_id: string | null;
  user_name: string | null;
  verdict: 'accepted' | 'rejected';
  reason: Reason;
  text: string | null;
  band: Band;
  score: number;
  at: string;
};
export const feedbackKey = (lead: string) => ['feedback', lead] as const;
export const useLeadFeedback = (lead: string) =>
  useQuery({
    queryKey: feedbackKey(lead),
    queryFn: () => api.get<Page<Feedback>>('/feedback', { lead, limit: 1 }),
  });

export type Contest = {
  id: string;
  name: string;
  champion_id: string;
  champion_name: string | null;
  champion_version: number;
  challenger_id: string;
  challenger_name: string | null;
  challenger_version: number;
  share: number;
  metric: 'won' | 'accepted';
  alpha: number;
  margin: number;
  state: 'running' | 'decided' | 'stopped';
  winner: 'champion' | 'challenger' | 'neither' | null;
  started_at: string;
  ended_at: string | null;
  by_name: string | null;
  champion_leads: number;
  challenger_leads: number;
  champion_successes: number;
  challenger_successes: number;
  p: number;
  interval: Figure | null;
  verdict: string;
};
/* The leads of one side of a contest, or with :won its successes. */
export const contestLeads = (id: string, bucket: string): string =>
  '/leads?figure=' + encodeURIComponent(`contest?id=${id}&bucket=${bucket}`);
export const contestKey = ['contests'] as const;
export const useContests = () =>
  useQuery({
    queryKey: contestKey,
    queryFn: () => api.get<Page<Contest>>('/contests'),
    refetchInterval: (x) => (x.state.data?.items.some((k) => k.state === 'running') ? 15_000 : false),
  });
