/* Quick replies: scripts, those for a lead, their use; and what a lead has agreed to. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Cond } from '../part/cond/cond';
import { api } from './client';
import { refreshLead } from './leads';
import { list } from './office';
import type { Page } from './types';

export const scriptKinds = ['call', 'letter', 'chat'] as const;
export type ScriptKind = (typeof scriptKinds)[number];
export type ShareOf = {
  value: number | null;
  low: number | null;
  high: number | null;
  n: number;
  hits: number;
  enough: boolean;
  need: number;
};
export type ScriptAsk = {
  name: string;
  kind: ScriptKind;
  subject: string | null;
  body: string;
  place: number;
  automatic: boolean;
  enabled: boolean;
  condition: Cond | null;
  triggers: string[];
};
export type Script = ScriptAsk & {
  id: string;
  version: number;
  condition_text: string | null;
  at: string;
  by_name: string | null;
  uses: number;
  automatic_uses: number;
  answered: ShareOf;
  won: ShareOf;
};
export type LeadReply = {
  script_id: string;
  name: string;
  kind: ScriptKind;
  subject: string | null;
  body: string;
  missing: string | null;
  letter: boolean;
};
export type ReplyUse = {
  script_id: string;
  name: string | null;
  at: string;
  by_name: string | null;
  letter: 'waiting' | 'sent' | 'dead' | 'withdrawn' | 'none';
  error: string | null;
};
export type Consent = {
  purpose: 'answer' | 'advertising';
  given: boolean;
  stands: boolean;
  at: string;
  words: string | null;
  place: string | null;
  by_name: string | null;
};

export const useScripts = list<Script>('replies', '/replies');
export const useBlanks = list<{ word: string; name: string }>('replyblanks', '/replies/blanks');

const of = <T>(key: string, path: (id: string) => string) => {
  return (id: string, enabled = true) =>
    useQuery({
      queryKey: ['lead', id, key],
      queryFn: ({ signal }) => api.get<Page<T>>(path(id), undefined, signal),
      enabled,
    });
};
export const useLeadReplies = of<LeadReply>('replies', (id) => `/leads/${id}/replies`);
export const useReplyUses = of<ReplyUse>('replyuses', (id) => `/leads/${id}/replies/uses`);
export const useConsents = of<Consent>('consents', (id) => `/leads/${id}/consents`);

export function useReplyUse(id: string) {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (x: { script_id: string; way: 'hand' | 'letter'; subject: string | null; body: string }) =>
      api.post(`/leads/${id}/replies`, x),
    onSuccess: () => refreshLead(qc, id),
  });
}
export function useConsentPut(id: string) {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (x: { purpose: Consent['purpose']; given: boolean; place: string }) =>
      api.post(`/leads/${id}/consents`, x),
    onSuccess: () => void qc.invalidateQueries({ queryKey: ['lead', id] }),
  });
}
export function useScriptPut() {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: ({ script, id }: { script: ScriptAsk; id?: string }) =>
      id ? api.put<Script>(`/replies/${id}`, script) : api.post<Script>('/replies', script),
    onSettled: () => void qc.invalidateQueries({ queryKey: ['replies'] }),
  });
}
