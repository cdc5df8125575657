/* The draft in hand: what is on screen goes up 600 ms after the last change, one save at a time; the first change of the live
   model makes a draft of it. What is typed meanwhile is never lost to an answer. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../api/client';
import { modelKeys, type Model, type ModelBody } from '../../api/models';

export type SaveState = 'clean' | 'waiting' | 'saving' | 'failed';

export function useDraft(base: Model | undefined, onMade: (id: string) => void) {
  const qc = useQueryClient();
  const [local, setLocal] = useState<{ from: string; body: ModelBody }>();
  const [state, setState] = useState<SaveState>('clean');
  const [error, setError] = useState<unknown>();
  const latest = useRef<ModelBody | undefined>(undefined);
  const id = useRef<string | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const chain = useRef<Promise<unknown>>(Promise.resolve());
  const made = useRef(onMade);
  made.current = onMade;

  // A different model on screen: what belongs to the old one is done with.
  const mine = local && base && (local.from === base.id || id.current === base.id);
  const body = mine ? local.body : base?.body;

  const send = async () => {
    const b = latest.current;
    if (!b || !base) return;
    setState('saving');
    try {
      if (!id.current) {
        const m =
          base.state === 'draft'
            ? base
            : await api.post<Model>('/models', { from: base.id, name: base.body.name });
        id.current = m.id;
      }
      const m = await api.put<Model>('/models/' + id.current, { name: b.name, body: b });
      qc.setQueryData(modelKeys.one(m.id), m);
      void qc.invalidateQueries({ queryKey: modelKeys.list, exact: true });
      void qc.invalidateQueries({ queryKey: modelKeys.hits(m.id) });
      setError(undefined);
      if (latest.current === b) {
        latest.current = undefined;
        setState('clean');
        if (m.id !== base.id) made.current(m.id);
      }
    } catch (e) {
      setError(e);
      setState('failed');
      throw e;
    }
  };
  const flush = (): Promise<unknown> => {
    clearTimeout(timer.current);
    chain.current = chain.current.catch(() => undefined).then(send);
    return chain.current;
  };
  const change = (next: ModelBody) => {
    if (!base) return;
    setLocal({ from: base.id, body: next });
    latest.current = next;
    setState('waiting');
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void flush().catch(() => undefined), 600);
  };

  useEffect(() => {
    if (!base) return;
    if (id.current === base.id) return;
    // Another model was opened: begin anew with it.
    if (base.state === 'draft') id.current = base.id;
    else if (!latest.current) id.current = undefined;
  }, [base]);

  // Leaving the screen or the page with unsaved changes: they go up at once.
  const last = useRef(flush);
  last.current = flush;
  useEffect(() => {
    const leave = (e: BeforeUnloadEvent) => {
      if (latest.current) {
        void last.current().catch(() => undefined);
        e.preventDefault();
      }
    };
    addEventListener('beforeunload', leave);
    return () => {
      removeEventListener('beforeunload', leave);
      if (latest.current) void last.current().catch(() => undefined);
    };
  }, []);

  return { body, state, error, change, flush, draftId: () => id.current };
}
