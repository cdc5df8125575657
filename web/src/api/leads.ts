/* Reading and changing leads and tasks, with the change shown at once and taken back when the server refuses. */
import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type InfiniteData,
  type QueryClient,
} from '@tanstack/react-query';
import type { Reason } from './calibration';
import { api } from './client';
import { tellConflict } from './conflict';
import { keys } from './keys';
import { ApiError } from './problem';
import type {
  Assignment,
  Lead,
  LeadCard,
  Manager,
  MergeEdge,
  Page,
  Score,
  ScorePoint,
  Task,
  TaskKind,
  TaskResult,
  TimelineItem,
  Today,
} from './types';

export const PAGE = 100;
export const MAX_PAGES = 20;

export const useLeads = (query: string) =>
  useInfiniteQuery({
    queryKey: keys.leads(query),
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Lead>>('/leads', { ...asQuery(query), limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (last, all) => (last.next && all.length < MAX_PAGES ? last.next : undefined),
    placeholderData: keepPreviousData,
  });

export const asQuery = (query: string): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(query));

export const useLeadCount = (query: string, enabled: boolean) =>
  useQuery({
    queryKey: ['leadCount', query],
    queryFn: ({ signal }) =>
      api
        .get<Page<Lead>>('/leads', { ...asQuery(query), limit: 1 }, signal)
        .then((p) => ({ n: p.total ?? 0, more: !!p.total_is })),
    enabled,
    staleTime: 30_000,
  });

export const leadQuery = (id: string) => ({
  queryKey: keys.lead(id),
  queryFn: ({ signal }: { signal: AbortSignal }) => api.get<LeadCard>('/leads/' + id, undefined, signal),
});
export const useLead = (id: string) => useQuery(leadQuery(id));

export const scoreQuery = (id: string, at?: string, known?: 'then' | 'now') => ({
  queryKey: keys.score(id, at, known),
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    api.get<Score>(`/leads/${id}/score`, { at, known }, signal),
});
export const useScore = (id: string, at?: string, known?: 'then' | 'now') =>
  useQuery({
    ...scoreQuery(id, at, known),
    ...(at ? { placeholderData: keepPreviousData, staleTime: Infinity } : {}),
  });

export const useScoreHistory = (id: string, enabled: boolean) =>
  useQuery({
    queryKey: keys.scoreHistory(id),
    queryFn: ({ signal }) =>
      api.get<{ items: ScorePoint[] }>(`/leads/${id}/score/history`, undefined, signal),
    enabled,
  });

export const useTimeline = (id: string, kind: string, limit = 60) =>
  useInfiniteQuery({
    queryKey: [...keys.timeline(id, kind), limit],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<TimelineItem>>(`/leads/${id}/timeline`, { kind, limit, cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
  });

export const useAssignments = (id: string) =>
  useQuery({
    queryKey: keys.assignments(id),
    queryFn: ({ signal }) => api.get<{ items: Assignment[] }>(`/leads/${id}/assignments`, undefined, signal),
  });

export const useMerges = (id: string) =>
  useQuery({
    queryKey: keys.merges(id),
    queryFn: ({ signal }) => api.get<{ items: MergeEdge[] }>(`/leads/${id}/merges`, undefined, signal),
  });

export const useLeadTask = (id: string) =>
  useQuery({
    queryKey: keys.leadTasks(id),
    queryFn: ({ signal }) => api.get<Page<Task>>('/tasks', { lead: id, state: 'open', limit: 20 }, signal),
    select: (p) => [...p.items].sort((a, b) => ((a.due_at ?? '~') < (b.due_at ?? '~') ? -1 : 1))[0] ?? null,
  });

export const useToday = () =>
  useQuery({ queryKey: keys.today, queryFn: ({ signal }) => api.get<Today>('/today', undefined, signal) });

export const useManagers = (enabled = true) =>
  useQuery({
    queryKey: keys.managers,
    queryFn: ({ signal }) => api.get<Page<Manager>>('/managers', undefined, signal),
    enabled,
    staleTime: 30_000,
  });

/* A lead changed in every place the cache shows it; answers with how to put it back. */
export function patchLeadInCache(qc: QueryClient, id: string, patch: Partial<Lead>): () => void {
  const lists = qc.getQueriesData<InfiniteData<Page<Lead>>>({ queryKey: ['leads'] });
  const card = qc.getQueryData<LeadCard>(keys.lead(id));
  qc.setQueriesData<InfiniteData<Page<Lead>>>({ queryKey: ['leads'] }, (old) =>
    old?.pages
      ? {
          ...old,
          pages: old.pages.map((p) =>
            p.items.some((l) => l.id === id)
              ? { ...p, items: p.items.map((l) => (l.id === id ? { ...l, ...patch } : l)) }
              : p,
          ),
        }
      : old,
  );
  if (card) qc.setQueryData(keys.lead(id), { ...card, ...patch });
  return () => {
    for (const [key, data] of lists) qc.setQueryData(key, data);
    if (card) qc.setQueryData(keys.lead(id), card);
  };
}

export type LeadPatch = Partial<
  Pick<Lead, 'name' | 'email' | 'phone' | 'title' | 'company' | 'source' | 'stage' | 'owner_id' | 'amount'>
> & { facts?: Record<string, unknown>; lost_reason?: Reason; lost_note?: string };

export function usePatchLead() {
  const qc = useQueryClient();
  const m = useMutation({
    mutationFn: (x: { id: string; version: number; patch: LeadPatch }) =>
      api.patch<LeadCard>('/leads/' + x.id, x.patch, x.version),
    onMutate: (x) => {
      const { facts: _facts, lost_reason: _why, lost_note: _note, ...plain } = x.patch;
      return { back: patchLeadInCache(qc, x.id, plain) };
    },
    onError: async (e, x, c) => {
      c?.back();
      if (!(e instanceof ApiError) || e.status !== 412) return;
      const lead = await api.get<LeadCard>('/leads/' + x.id);
      patchLeadInCache(qc, x.id, lead);
      tellConflict({ lead, mine: x.patch, write: () => m.mutate({ ...x, version: lead.version }) });
    },
    onSuccess: (lead, x) => {
      if (lead?.id) patchLeadInCache(qc, x.id, lead);
      for (const kind of ['lead', 'score', 'timeline']) void qc.invalidateQueries({ queryKey: [kind, x.id] });
      void qc.invalidateQueries({ queryKey: keys.today, refetchType: 'none' });
    },
  });
  return m;
}

export function useAssign() {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (x: { id: string; manager: Pick<Manager, 'user_id' | 'name'>; reason?: string }) =>
      api.post<Assignment>(`/leads/${x.id}/assign`, { manager_id: x.manager.user_id, reason: x.reason }),
    onMutate: (x) => ({
      back: patchLeadInCache(qc, x.id, { owner_id: x.manager.user_id, owner_name: x.manager.name }),
    }),
    onError: (_e, _x, c) => c?.back(),
    onSettled: (_d, _e, x) => refreshLead(qc, x.id),
  });
}

export function refreshLead(qc: QueryClient, id: string): void {
  for (const kind of ['lead', 'score', 'timeline', 'assignments', 'merges', 'receivers'])
    void qc.invalidateQueries({ queryKey: [kind, id] });
  for (const key of [keys.leadTasks(id), keys.today, keys.me, ['leads'], ['leadCount'], keys.board])
    void qc.invalidateQueries({ queryKey: key });
}

export type NextStep = { kind: TaskKind; title?: string; due_at: string };
export type Logged = { task: Task; next_task: Task | null };

/* A call logged: the open task is closed, or, when there is none, one is made and closed. */
export function useLogCall() {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: async (x: {
      lead: string;
      task: { id: string } | null;
      title: string;
      result: TaskResult;
      note?: string;
      next: NextStep;
    }) => {
      const task =
        x.task ??
        (await api.post<Task>('/tasks', {
          lead_id: x.lead,
          kind: 'call',
          title: x.title,
          due_at: new Date().toISOString(),
        }));
      return api.post<Logged>(`/tasks/${task.id}/complete`, {
        result: x.result,
        note: x.note || undefined,
        next: x.next,
      });
    },
    onMutate: (x) => {
      const today = qc.getQueryData<Today>(keys.today);
      if (today && x.task)
        qc.setQueryData<Today>(keys.today, {
          ...today,
          items: today.items.filter((t) => t.id !== x.task!.id),
        });
      const back = patchLeadInCache(qc, x.lead, {
        next_task: {
          id: '',
          kind: x.next.kind,
          title: x.next.title ?? x.title,
          due_at: x.next.due_at,
          state: 'open',
        },
      });
      return {
        back: () => {
          back();
          if (today) qc.setQueryData(keys.today, today);
        },
      };
    },
    onError: (_e, _x, c) => c?.back(),
    onSettled: (_d, _e, x) => refreshLead(qc, x.lead),
  });
}

export function useReopen() {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (x: { task: string; lead: string }) => api.post<Task>(`/tasks/${x.task}/reopen`),
    onSettled: (_d, _e, x) => refreshLead(qc, x.lead),
  });
}

/* The next step without a call: moves the open task, or makes one. */
export function useNextStep() {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (x: { lead: string; task: { id: string; kind: TaskKind } | null; step: NextStep }) =>
      x.task && x.task.kind !== 'call_now'
        ? api.patch<Task>('/tasks/' + x.task.id, {
            due_at: x.step.due_at,
            ...(x.step.title ? { title: x.step.title } : {}),
          })
        : api.post<Task>('/tasks', { lead_id: x.lead, ...x.step }),
    onMutate: (x) => ({
      back: patchLeadInCache(qc, x.lead, {
        next_task: {
          id: x.task?.id ?? '',
          kind: x.step.kind,
          title: x.step.title ?? '',
          due_at: x.step.due_at,
          state: 'open',
        },
      }),
    }),
    onError: (_e, _x, c) => c?.back(),
    onSettled: (_d, _e, x) => refreshLead(qc, x.lead),
  });
}
