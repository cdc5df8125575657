/* What the live stream tells the screen: state of the line, hot leads waiting, rows that flash. The stream itself (stream.ts)
   is loaded when the first screen stands already. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { Lead, Me, Task } from '../api/types';
import type { LiveState } from '../live/hub';
import type { LiveEvent } from '../live/merge';

export type HotNotice = { lead: Lead; task: Task; reasons?: Lead['reasons']; at: number; remind?: boolean };

function store<T>(first: T) {
  let value = first;
  const subs = new Set<() => void>();
  return {
    get: () => value,
    set: (v: T) => {
      value = v;
      subs.forEach((f) => f());
    },
    use: () =>
      useSyncExternalStore(
        (f) => {
          subs.add(f);
          return () => {
            subs.delete(f);
          };
        },
        () => value,
      ),
  };
}

export const line = store<LiveState>({ live: true, since: 0 });
export const useLine = line.use;

export const hot = store<HotNotice[]>([]);
export const useHot = hot.use;
export const dropHot = (taskId: string) => hot.set(hot.get().filter((h) => h.task.id !== taskId));

export const flashes = store<ReadonlySet<string>>(new Set());
export const useFlashes = flashes.use;

export const listeners = new Set<(e: LiveEvent) => void>();
/* Raw events for a screen that shows a stream of its own (the board's feed). */
export function onLive(f: (e: LiveEvent) => void): () => void {
  listeners.add(f);
  return () => {
    listeners.delete(f);
  };
}

export function useLive(me: Me): void {
  const qc = useQueryClient();
  const from = useRef(me.live); // as it was read before any screen: the stream comes later than they do
  useEffect(() => {
    let stop: (() => void) | undefined;
    let gone = false;
    let again: ReturnType<typeof setTimeout> | undefined;
    const begin = () =>
      void import('./stream').then(
        (m) => {
          if (!gone) stop = m.start(qc, me.id, from.current);
        },
        () => {
          if (gone) return;
          line.set({ live: false, since: Date.now() });
          again = setTimeout(begin, 15_000);
        },
      );
    begin();
    return () => {
      gone = true;
      clearTimeout(again);
      stop?.();
    };
  }, [qc, me.id]);
}
