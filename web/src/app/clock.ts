/* The server's time in the client: one ticker for all countdowns, an offset learned from the server's answers. */
import { useSyncExternalStore } from 'react';

let offset = 0;
export function learnTime(serverNow: string): void {
  const at = Date.parse(serverNow);
  if (!Number.isNaN(at)) offset = at - Date.now();
}
export const serverNow = (): number => Date.now() + offset;

const subs = new Set<() => void>();
let tick = Math.ceil(serverNow() / 1000);
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(f: () => void): () => void {
  subs.add(f);
  timer ??= setInterval(() => {
    tick = Math.ceil(serverNow() / 1000);
    subs.forEach((s) => s());
  }, 1000);
  return () => {
    subs.delete(f);
    if (!subs.size) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/* Now, in ms, changing every `step` seconds; components that show minutes ask for 60 and sleep between. */
export function useNow(step = 1): number {
  return useSyncExternalStore(subscribe, () => {
    if (!timer) tick = Math.ceil(serverNow() / 1000);
    return Math.floor(tick / step) * step * 1000;
  });
}
