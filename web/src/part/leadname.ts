/* What a lead is called, the same everywhere: its name, address, phone, or the id that the sender knows it by; else in words that it is not known. */
import { useCallback } from 'react';
import type { Lead } from '../api/types';
import { useT } from '../i18n';

/** For lists that the server answers with one text: a name or what stands for it. */
export function useCalled(): (name: string | null | undefined, id?: string | null) => string {
  const t = useT();
  return useCallback((name, id) => name || (id ? `${t.nameless} ${id.slice(-4)}` : t.nameless), [t]);
}

export function useLeadName(): (l: Pick<Lead, 'id' | 'called'>) => string {
  const called = useCalled();
  return (l) => called(l.called, l.id);
}
