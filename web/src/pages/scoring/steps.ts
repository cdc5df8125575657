/* Undo and redo of whole values. Changes that follow each other within a moment (typing) are one step. Pure. */
export type Steps<T> = { past: T[]; ahead: T[]; at: number };
export const noSteps: Steps<never> = { past: [], ahead: [], at: 0 };

const most = 200;
const moment = 700; // ms

/* was: what stood before the change made at `at`. */
export function added<T>(s: Steps<T>, was: T, at: number): Steps<T> {
  if (s.past.length && !s.ahead.length && at - s.at < moment) return { ...s, at };
  return { past: [...s.past, was].slice(-most), ahead: [], at };
}
export function stepBack<T>(s: Steps<T>, now: T): { steps: Steps<T>; now: T } | undefined {
  if (!s.past.length) return undefined;
  return {
    steps: { past: s.past.slice(0, -1), ahead: [now, ...s.ahead], at: 0 },
    now: s.past[s.past.length - 1]!,
  };
}
export function stepOn<T>(s: Steps<T>, now: T): { steps: Steps<T>; now: T } | undefined {
  if (!s.ahead.length) return undefined;
  return { steps: { past: [...s.past, now], ahead: s.ahead.slice(1), at: 0 }, now: s.ahead[0]! };
}
