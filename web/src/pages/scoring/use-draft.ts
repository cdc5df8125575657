/* The draft in hand: what is on screen goes up 600 ms after the last change, one save at a time; the first change of the live
   model makes a draft of it. What is typed meanwhile is never lost to an answer. Each change can be undone and done again;
   when somebody else has saved the draft meanwhile, the two are shown and the person chooses. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../api/client';
import { modelKeys, type Model, type ModelBody } from '../../api/models';
import { ApiError } from '../../api/problem';
import { added, noSteps, stepBack, stepOn, type Steps } from './steps';

export type SaveState = 'clean' | 'waiting' | 'saving' | 'failed' | 'conflict';

export function useDraft(base: Model | undefined, onMade: (id: string) => void) {
  const qc = useQueryClient();
  const [local, setLocal] = useState<{ from: string; body: ModelBody }>();
  const [state, setState] = useState<SaveState>('clean');
  const [error, setError] = useState<unknown>();
  const [steps, setSteps] = useState<Steps<ModelBody>>(noSteps);
  const [theirs, setTheirs] = useState<Model>();
  const latest = useRef<ModelBody | undefined>(undefined);
  const id = useRef<string | undefined>(undefined);
  const seen = useRef<number | undefined>(undefined); // the revision that our changes are changes of
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
        seen.current = m.revision;
      }
      const m = await api.put<Model>(
        '/models/' + id.current,
        { name: b.name, body: b },
        { version: seen.current },
      );
      seen.current = m.revision;
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
      if (e instanceof ApiError && e.status === 412) {
        setTheirs(await api.get<Model>('/models/' + id.current));
        setState('conflict');
      } else {
        setError(e);
        setState('failed');
      }
      throw e;
    }
  };
  const flush = (): Promise<unknown> => {
    clearTimeout(timer.current);
    chain.current = chain.current.catch(() => undefined).then(send);
    return chain.current;
  };
  /* What the draft is for; kept with it. */
  const setNote = (note: string) => {
    chain.current = chain.current
      .catch(() => undefined)
      .then(async () => {
        const of = id.current ?? (base?.state === 'draft' ? base.id : undefined);
        if (!of) return;
        const m = await api.put<Model>(
          '/models/' + of,
          { note },
          { version: seen.current ?? base?.revision },
        );
        seen.current = m.revision;
        qc.setQueryData(modelKeys.one(m.id), m);
        void qc.invalidateQueries({ queryKey: modelKeys.list, exact: true });
      })
      .catch((e: unknown) => setError(e));
  };
  const put = (next: ModelBody) => {
    if (!base) return;
    setLocal({ from: base.id, body: next });
    latest.current = next;
    if (theirs) return;
    setState('waiting');
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void flush().catch(() => undefined), 600);
  };
  const change = (next: ModelBody) => {
    if (!body) return;
    setSteps((s) => added(s, body, Date.now()));
    put(next);
  };
  const move = (to: typeof stepBack) => {
    const r = body && to(steps, body);
    if (!r) return;
    setSteps(r.steps);
    put(r.now);
  };
  /* Somebody else has saved: his draft, or ours over it. */
  const settle = (ours: boolean) => {
    if (!theirs) return;
    seen.current = theirs.revision;
    setTheirs(undefined);
    setError(undefined);
    if (ours) void flush().catch(() => undefined);
    else {
      latest.current = undefined;
      if (body) setSteps((s) => added(s, body, 0));
      setLocal(undefined);
      qc.setQueryData(modelKeys.one(theirs.id), theirs);
      setState('clean');
    }
  };

  useEffect(() => {
    if (!base) return;
    if (base.state !== 'draft') {
      // Published or never a draft: what was in hand is in it, or belongs to another.
      if (!latest.current) {
        id.current = undefined;
        seen.current = undefined;
        setLocal(undefined);
        setSteps(noSteps);
      }
    } else if (id.current !== base.id) {
      id.current = base.id;
      seen.current = base.revision;
      setSteps(noSteps);
    } else if (!latest.current && (seen.current ?? 0) < base.revision) {
      // Read anew, nothing of ours waits: what stands there is what we see.
      seen.current = base.revision;
      setLocal(undefined);
    }
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

  return {
    body,
    state,
    error,
    theirs,
    change,
    flush,
    settle,
    setNote,
    undo: steps.past.length ? () => move(stepBack) : undefined,
    redo: steps.ahead.length ? () => move(stepOn) : undefined,
    draftId: () => id.current,
  };
}
