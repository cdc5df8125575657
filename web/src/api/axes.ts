/* The grid, the ideal customer, checklists, what would make a lead hot, the moment beside a score. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import { refreshLead } from './leads';
import type { Page, ScorePoint } from './types';

export type Cell = 'A1' | 'A2' | 'A3' | 'B1' | 'B2' | 'B3' | 'C1' | 'C2' | 'C3';
export const cells: Cell[] = ['A1', 'A2', 'A3', 'B1', 'B2', 'B3', 'C1', 'C2', 'C3'];

export type Axis = { groups: string[]; titles: string[]; borders: [number, number]; set: boolean };
export type Axes = { fit: Axis; engagement: Axis };

export type IcpItem = { name: string; condition: string; weight: number; since: string | null };
export type Icp = { match: number | null; have: IcpItem[]; missing: IcpItem[] };

export type Share = {
  value: number | null;
  low: number | null;
  high: number | null;
  n: number;
  enough: boolean;
  need: number;
};
export type GridCell = {
  cell: Cell | 'none';
  n: number;
  won: number;
  decided: number;
  conversion: Share;
  leads: string;
};
export type Grid = { model: string; axes: Axes; enough: number; cells: GridCell[] };

/* Those of a cell whose end is known, or who bought. */
export const decidedLeads = (cell: string, bucket: 'won' | 'decided'): string =>
  '/leads?figure=' + encodeURIComponent(`grid?cell=${cell}&bucket=${bucket}`);

export type Answer = 'none' | 'yes' | 'no' | 'unknown' | 'text';
export type CheckItem = {
  fact: string;
  name: string;
  question: string;
  answer: Answer;
  text: string | null;
  at: string | null;
  by_id: string | null;
  by_name: string | null;
  verified: boolean;
};
export type Checklist = { id: string; title: string; answered: number; total: number; items: CheckItem[] };

export type RaiseStep = {
  kind: 'ask' | 'do';
  title?: string | null; // of the criterion that the words are of; null of a gate
  words: string;
  times: number;
  fact?: string;
  name?: string;
  value?: unknown;
  question?: string | null;
  confirm?: boolean;
  event?: string;
  path?: string | null;
};
export type RaiseSet = {
  kind: 'ask' | 'do' | 'both';
  size: number;
  total: number;
  band: string;
  steps: RaiseStep[];
};
export type RaiseWhy = 'known' | 'past' | 'limit' | 'ceiling' | 'gate';
export type Raise = {
  hot: boolean;
  total: number;
  band: string;
  need: number;
  sets: RaiseSet[];
  fixed: { why: RaiseWhy; name: string; words: string | null; points: number }[];
  searched: number;
  size_max: number;
  never: boolean;
  cut: boolean;
};

export type Happened = {
  id: string | null;
  at: string;
  kind: string;
  name: string | null;
  path: string | null;
};
export type Moment = {
  at: string;
  tasks: {
    id: string;
    kind: string;
    title: string;
    created_at: string;
    due_at: string | null;
    done_at: string | null;
    assignee_name: string | null;
  }[];
  owner: {
    manager_id: string;
    name: string | null;
    at: string;
    policy: string;
    reason: string;
    rule: string | null;
  } | null;
  crossing: { at: string; total: number; cause: string | null } | null;
  next_crossing: { at: string; total: number; cause: string | null } | null;
  event: Happened | null;
  next_event: Happened | null;
};

/* Under 'score', so that whatever changes the score refreshes them. */
export const useIcp = (id: string) =>
  useQuery({
    queryKey: ['score', id, 'icp'],
    queryFn: ({ signal }) => api.get<Icp>(`/leads/${id}/icp`, undefined, signal),
  });

export const useRaise = (id: string, enabled: boolean) =>
  useQuery({
    enabled,
    queryKey: ['score', id, 'raise'],
    queryFn: ({ signal }) => api.get<Raise>(`/leads/${id}/raise`, undefined, signal),
  });

export const useChecklists = (id: string) =>
  useQuery({
    queryKey: ['score', id, 'checklists'],
    queryFn: ({ signal }) => api.get<Page<Checklist>>(`/leads/${id}/checklists`, undefined, signal),
  });

export function useAnswer(id: string) {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (x: { item: string; answer: Answer; text?: string | null }) =>
      api.put<Page<Checklist>>(`/leads/${id}/checklists`, x),
    onSuccess: (lists) => qc.setQueryData(['score', id, 'checklists'], lists),
    onSettled: () => refreshLead(qc, id),
  });
}

export const useMoment = (id: string, at: string) =>
  useQuery({
    queryKey: ['timeline', id, 'moment', at],
    queryFn: ({ signal }) => api.get<Moment>(`/leads/${id}/moment`, { at }, signal),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });

export const useCurve = (id: string, from: string) =>
  useQuery({
    queryKey: ['scoreHistory', id, from],
    queryFn: ({ signal }) => api.get<{ items: ScorePoint[] }>(`/leads/${id}/score/history`, { from }, signal),
  });

export const useGrid = () =>
  useQuery({
    queryKey: ['board', 'grid'],
    queryFn: ({ signal }) => api.get<Grid>('/grid', undefined, signal),
  });
