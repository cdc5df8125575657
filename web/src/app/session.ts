/* Who is signed in. Everything else asks useMe(); it is there before any screen is drawn. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { api, setCsrf } from '../api/client';
import { keys } from '../api/keys';
import { ApiError } from '../api/problem';
import type { Me } from '../api/types';
import { guessLang, setLang, setPlace } from '../i18n';
import { learnTime } from './clock';
import { setSingleKeys } from './keys';
import { setTheme } from './theme';

/* Who one is for the server just now; nobody's answer is null. */
export async function readMe(): Promise<Me | null> {
  try {
    return await api.alone<Me>('/me');
  } catch (e) {
    if (e instanceof ApiError && e.status === 401) return null;
    throw e;
  }
}

/* The same, waiting for the sign-in form once somebody has been here. */
async function fetchMe(): Promise<Me | null> {
  const me = await readMe();
  if (me) return take(me);
  const next = endSession();
  return next ? next.then(fetchMe) : null;
}

/* Who was last here, and whether that session has ended. The page stays as it is, with the sign-in form over it, and what asked the
   server meanwhile waits. */
let last: Me | null = null;
let ended: { wait: Promise<void>; go: () => void } | undefined;
const subs = new Set<() => void>();

export function endSession(): Promise<void> | undefined {
  if (!last) return undefined;
  if (!ended) {
    let go = () => {};
    ended = { wait: new Promise<void>((f) => (go = f)), go };
    subs.forEach((f) => f());
  }
  return ended.wait;
}

/* Somebody has signed in over the page. Another person gets a page of their own: nothing of the one before stays in memory. */
export async function resume(me: Me): Promise<boolean> {
  if (last && last.id !== me.id) {
    location.assign('/');
    return false;
  }
  await take(me);
  const was = ended;
  ended = undefined;
  was?.go();
  subs.forEach((f) => f());
  return true;
}

export const useEnded = (): Me | null =>
  useSyncExternalStore(
    (f) => {
      subs.add(f);
      return () => {
        subs.delete(f);
      };
    },
    () => (ended ? last : null),
  );

/* What a signed-in person changes in the page: language, theme, zone, keys, clock. */
export async function take(me: Me): Promise<Me> {
  last = me;
  setCsrf(me.csrf);
  if (me.now) learnTime(me.now);
  setTheme(me.theme ?? 'system');
  setSingleKeys(!me.keys_off);
  await setLang(me.lang ?? guessLang());
  setPlace(me.zone || undefined, me.currency || 'RUB');
  return me;
}

export function useSession() {
  return useQuery({ queryKey: keys.me, queryFn: fetchMe, staleTime: 60_000, retry: 1 });
}

export function useMe(): Me {
  const me = useQueryClient().getQueryData<Me>(keys.me);
  const q = useQuery<Me | null>({ queryKey: keys.me, queryFn: fetchMe, staleTime: 60_000 });
  return (q.data ?? me ?? last)!;
}

/* A role sees only what it may open; rights come from the server, which checks them again. */
export const may = (me: Me, right: string): boolean => me.rights.includes(right);

export function usePatchMe() {
  const qc = useQueryClient();
  return useMutation({
    mutationFn: (patch: Partial<Me> & { password?: string; old_password?: string }) =>
      api.patch<Me>('/me', patch),
    onMutate: (patch) => {
      const old = qc.getQueryData<Me>(keys.me);
      if (old) {
        const next = { ...old, ...patch };
        qc.setQueryData(keys.me, next);
        void take(next);
      }
      return { old };
    },
    onError: (_e, _p, c) => {
      if (c?.old) {
        qc.setQueryData(keys.me, c.old);
        void take(c.old);
      }
    },
    onSuccess: (me, patch, c) => {
      if (me?.id) qc.setQueryData(keys.me, me);
      // what the server says in words (reasons, titles) is read anew in the other language
      if (patch.lang && patch.lang !== c?.old?.lang)
        void qc.invalidateQueries({ predicate: (q) => q.queryKey[0] !== keys.me[0] });
    },
  });
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title + ' · Gradus';
  }, [title]);
}
