/* Probabilities and suggested points. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './client';
import type { Model } from './models';

export type Figure = { value: number; low: number; high: number };
export type Probability = {
  enough: boolean;
  need: number;
  have: number;
  value: number | null;
  low: number | null;
  high: number | null;
  reasons: { column: string; name: string; value: string | null; effect: number }[];
  predictor: {
    version: number;
    n: number;
    auc: number;
    ece: number;
    corrected_by: number;
    left_out?: { fact: string }[] | null;
    report?: string | null; // whose buckets "all" and "held" are its leads
  } | null;
  /** While no number is told: why; little_known comes with the interval that is too wide. */
  silence: 'no_predictor' | 'little_known' | null;
  facts_known: number;
  facts_of: number;
  why: 'first' | 'better' | 'not_better' | 'no_better_than_average' | 'only_by_leaks' | null; // while none is in use
  left_out: { fact: string }[] | null;
};
/** A version of what foretells; left_out: facts that seem to know the end, null in versions learnt before they were watched for. */
export type Predictor = {
  version: number;
  state: 'refused' | 'live' | 'retired';
  left_out: { fact: string; why: string }[] | null;
};
export type SuggestWhy = 'raised' | 'lowered' | 'kept' | 'useless' | 'turned' | 'few';
export type Suggestion = {
  state: 'waiting' | 'done' | 'failed' | null;
  running: boolean;
  /** Of a running one: leads looked at, each twice; total 0: its turn has not come. */
  done: number;
  total: number;
  drafted: boolean;
  made_at: string | null;
  suggestion:
    | ({ n: number; won: number; need: number; have: number } & (
        | { enough: false }
        | {
            enough: true;
            /** Whose buckets are the leads behind the figures; absent in what was suggested before there were any. */
            report?: string;
            by_time: boolean;
            held_n: number;
            held_won: number;
            auc: { now: Figure; suggested: Figure; change: Figure };
            lift10: { now: number; suggested: number };
            /** Absent in what was suggested before lifts had intervals. */
            lift10_range?: { now: Figure; suggested: Figure };
            /** Absent in what was suggested before thresholds were; null: scores hardly differ. */
            bands?: {
              warm_now: number;
              hot_now: number;
              warm: number;
              hot: number;
              items: { band: 'hot' | 'warm' | 'cold'; leads: number; won: number; share: Figure }[];
            } | null;
            items: {
              criterion: string;
              title_ru: string;
              title_en: string;
              points_now: number;
              points: number;
              low: number;
              high: number;
              count: number;
              why: SuggestWhy;
            }[];
            offers: {
              fact: string;
              value: string;
              points: number;
              low: number;
              high: number;
              count: number;
              won: number;
            }[];
            left_out: { fact: string; why: string }[];
          }
      ))
    | null;
};

export const useProbability = (lead: string, enabled: boolean) =>
  useQuery({
    enabled,
    queryKey: ['probability', lead],
    queryFn: ({ signal }) => api.get<Probability>(`/leads/${lead}/probability`, undefined, signal),
    staleTime: 30_000,
  });

export const usePredictors = () =>
  useQuery({
    queryKey: ['predictors'],
    queryFn: ({ signal }) => api.get<{ items: Predictor[] }>('/predictors', undefined, signal),
  });

export const useSuggestion = (model: string, enabled: boolean) =>
  useQuery({
    queryKey: ['suggestion', model],
    queryFn: ({ signal }) => api.get<Suggestion>(`/models/${model}/suggestion`, undefined, signal),
    enabled,
    refetchInterval: (q) => (q.state.data?.running ? 1500 : false),
  });

export function useSuggest(model: string) {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (monotone: boolean) => api.post<Suggestion>(`/models/${model}/suggest`, { monotone }),
    onSuccess: (s) => qc.setQueryData(['suggestion', model], s),
  });
}

export function useSuggestionStop(model: string) {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<void>(`/models/${model}/suggestion/stop`),
    onSettled: () => qc.invalidateQueries({ queryKey: ['suggestion', model] }),
  });
}

export function useSuggestionDraft(model: string) {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<Model>(`/models/${model}/suggestion/draft`, {}),
    onSuccess: () => void qc.invalidateQueries({ queryKey: ['models'] }),
  });
}
