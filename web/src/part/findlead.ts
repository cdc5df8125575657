/* Leads by the beginnings of words, as a combobox asks for them; each under what it is called. */
import { useCallback } from 'react';
import { api } from '../api/client';
import type { Found } from '../api/types';
import type { Opt } from '../kit';
import { useCalled } from './leadname';

/** but: one that is not to be among them. */
export function useFindLeads(but?: string): (q: string, signal: AbortSignal) => Promise<Opt[]> | Opt[] {
  const called = useCalled();
  return useCallback(
    (q, signal) =>
      q.trim()
        ? api.get<{ items: Found[] }>('/search', { q: q.trim() }, signal).then((r) =>
            r.items
              .filter((x) => x.kind === 'lead' && x.id !== but)
              .map((x) => ({
                id: x.id,
                label: called(x.name, x.id),
                ...(x.detail ? { hint: x.detail } : {}),
              })),
          )
        : [],
    [but, called],
  );
}
