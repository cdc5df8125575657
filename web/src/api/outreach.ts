/* Notifications, the company's channels, webhooks and what left the house. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api } from './client';
import type { Page } from './types';
import { list } from './office';

export const noticeKinds = ['hot', 'reminder', 'reassigned', 'escalation', 'queue', 'skill'] as const;
export type NoticeKind = (typeof noticeKinds)[number];
export const ways = ['telegram', 'mail', 'push'] as const;
export type Way = (typeof ways)[number];
export type Reach = {
  id: string;
  channel: Way;
  name: string;
  made_at: string;
  dead_at: string | null;
  error: string | null;
};
export type Notify = {
  version: number;
  channels: Record<NoticeKind, Way[]>;
  ready: Way[];
  ways: Reach[];
  quiet_from: number; // minutes of the day
  quiet_until: number;
  quiet_hot: boolean;
  push_key: string | null;
};
export type Letter = {
  id: string;
  kind: NoticeKind | 'test' | 'answer' | 'reply' | 'event';
  channel: Way | 'hook';
  state: 'waiting' | 'sent' | 'dead' | 'withdrawn';
  subject: string;
  user_id: string | null;
  user_name: string | null;
  lead_id: string | null;
  hook_id: string | null;
  made_at: string;
  next_at: string | null;
  done_at: string | null;
  seen_at: string | null;
  tries: number;
  status: number;
  error: string | null;
};
export type Channels = {
  telegram_name: string | null;
  telegram_set: boolean;
  telegram_way: 'polling' | 'webhook';
  mail_host: string;
  mail_port: number;
  mail_tls: 'starttls' | 'tls' | 'none';
  mail_user: string;
  mail_from: string;
  mail_name: string;
  mail_password_set: boolean;
  push_set: boolean;
};
export type Hook = {
  id: string;
  version: number;
  name: string;
  url: string;
  types: string[];
  state: 'on' | 'off' | 'stopped';
  why: string | null;
  failing_at: string | null;
  old_secret_until: string | null;
  made_at: string;
  secret?: string | null; // only in the answer that made it
};
export const eventTypes = [
  'lead.created',
  'lead.updated',
  'lead.won',
  'lead.lost',
  'lead.hot',
  'lead.cooled',
  'lead.assigned',
  'lead.waiting',
  'task.reminded',
  'task.late',
  'task.completed',
] as const;

export const useNotify = (wait = false) =>
  useQuery({
    queryKey: ['notify'],
    queryFn: ({ signal }) => api.get<Notify>('/me/notifications', undefined, signal),
    refetchInterval: wait ? 2000 : false,
  });
export const useChannels = (wait = false) =>
  useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => api.get<Channels>('/channels', undefined, signal),
    refetchInterval: (q) =>
      wait && q.state.data?.telegram_set && !q.state.data.telegram_name ? 1500 : false,
  });
export const useHooks = list<Hook>('hooks', '/hooks');

/* Letters of a list, newest first; asked again while one of the first is on its way. */
export const useLetters = (path: '/letters' | '/me/letters', ask: Record<string, string | undefined>) =>
  useInfiniteQuery({
    queryKey: ['letters', path, ask],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Letter>>(
        path,
        { limit: path === '/letters' ? 50 : 10, cursor: pageParam || undefined, ...ask },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (p) => p.next || undefined,
    refetchInterval: (q) => (q.state.data?.pages[0]?.items.some((l) => l.state === 'waiting') ? 3000 : false),
  });
