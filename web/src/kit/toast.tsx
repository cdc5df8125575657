import { useSyncExternalStore } from 'react';

type Toast = { id: number; text: string; bad?: boolean; undo?: () => void };
let list: Toast[] = [];
const subs = new Set<() => void>();
let tid = 0;
const put = (l: Toast[]) => {
  list = l;
  subs.forEach((f) => f());
};
export function toast(text: string, o: { bad?: boolean; undo?: () => void } = {}) {
  const id = ++tid;
  put([...list, { id, text, ...o }]);
  setTimeout(() => put(list.filter((t) => t.id !== id)), o.undo ? 8000 : 4000);
}
/* Ctrl Z: the newest toast that can be undone. */
export function undoLast() {
  const last = [...list].reverse().find((t) => t.undo);
  if (!last) return;
  put(list.filter((t) => t.id !== last.id));
  last.undo!();
}
export function Toasts({ undo }: { undo: string }) {
  const l = useSyncExternalStore(
    (f) => {
      subs.add(f);
      return () => {
        subs.delete(f);
      };
    },
    () => list,
  );
  return (
    <div className="toasts" role="status" aria-live="polite">
      {l.map((t) => (
        <div key={t.id} className={'toast' + (t.bad ? ' bad' : '')}>
          {t.text}
          {t.undo && (
            <button
              className="btn s g"
              onClick={() => {
                t.undo!();
                put(list.filter((x) => x.id !== t.id));
              }}
            >
              {undo}
            </button>
          )}
        </div>
      ))}
    </div>
  );
}
