/* Who is signed in. Everything else asks useMe(); it is there before any screen is drawn. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, setCsrf } from '../api/client';
import { keys } from '../api/keys';
import { ApiError } from '../api/problem';
import type { Me } from '../api/types';
import { guessLang, setLang, setPlace } from '../i18n';
import { learnTime } from './clock';
import { setSingleKeys } from './keys';
import { setTheme } from './theme';

export async function fetchMe(): Promise<Me | null> {
  try {
    return await take(await api.get<Me>('/me'));
  } catch (e) {
    if (e instanceof ApiError && e.status === 401) return null;
    throw e;
  }
}

/* Who was last here: a screen that is about to go (the session has ended) is drawn once more with it. */
let last: Me | null = null;

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
    onSuccess: (me) => {
      if (me?.id) qc.setQueryData(keys.me, me);
    },
  });
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title + ' · Gradus';
  }, [title]);
}
