/* Keys by place on the board (event.code), so that they act the same on a Russian layout. Screens register a scope;
   the newest scope is asked first. Letters act only when no field has the focus and may be switched off. */
import { useLayoutEffect, useRef } from 'react';

export type KeyAct = { run: (e: KeyboardEvent) => void; label: string; hidden?: boolean };
export type KeyMap = Record<string, KeyAct | undefined>;
type Scope = { name: string; map: KeyMap; modal: boolean };

const scopes: Scope[] = [];
let singles = true;
export const setSingleKeys = (on: boolean) => {
  singles = on;
};

/* «Ctrl+KeyK», «Shift+KeyX», «KeyJ»; two keys in a row are «KeyG KeyT». */
export function chord(
  e: Pick<KeyboardEvent, 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>,
): string {
  return (
    (e.ctrlKey || e.metaKey ? 'Ctrl+' : '') +
    (e.altKey ? 'Alt+' : '') +
    (e.shiftKey ? 'Shift+' : '') +
    e.code.replace(/^Numpad(\d)$/, 'Digit$1').replace('NumpadEnter', 'Enter')
  );
}

const inField = (n: EventTarget | null) =>
  n instanceof HTMLElement &&
  (n.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(n.tagName)) &&
  !(n instanceof HTMLInputElement && /^(checkbox|radio|button|range)$/.test(n.type));

/* Keys a focused control needs for itself. */
const takes = (n: EventTarget | null, code: string) =>
  n instanceof HTMLElement &&
  ((/^(Enter|Space)$/.test(code) &&
    !!n.closest('button, a[href], summary, [role=menuitem], [role=option], input, select')) ||
    (/^Arrow/.test(code) && !!n.closest('[role=menu], [role=listbox], [role=tablist], input, select')));

let first = '';
let firstAt = 0;

export function onKey(e: KeyboardEvent): void {
  if (e.defaultPrevented || e.isComposing) return;
  const one = chord(e);
  const plain = !e.ctrlKey && !e.metaKey && !e.altKey;
  const field = inField(e.target);
  if (plain && field && e.code !== 'Escape') return;
  if (plain && takes(e.target, e.code)) return;
  if (plain && !singles && /^(Key|Digit|Slash)/.test(e.code)) return;
  const two = first && e.timeStamp - firstAt < 1200 ? first + ' ' + one : '';
  const modal = document.querySelector('dialog[open]') !== null;
  for (let i = scopes.length - 1; i >= 0; i--) {
    const s = scopes[i]!;
    if (modal && !s.modal) continue;
    const act = (two && s.map[two]) || s.map[one];
    if (!act) continue;
    first = '';
    e.preventDefault();
    act.run(e);
    return;
  }
  first = plain && /^Key/.test(e.code) ? one : '';
  firstAt = e.timeStamp;
}

export function useKeys(name: string, map: KeyMap, modal = false): void {
  const scope = useRef<Scope>({ name, map, modal });
  scope.current.map = map;
  scope.current.name = name;
  // before it is painted: what is seen answers its keys
  useLayoutEffect(() => {
    const s = scope.current;
    scopes.push(s);
    return () => {
      scopes.splice(scopes.indexOf(s), 1);
    };
  }, []);
}

/* What the help shows: the scopes of the present screen, newest first. */
export const activeKeys = (): { name: string; keys: { key: string; label: string }[] }[] =>
  scopes
    .filter((s) => !s.modal)
    .reverse()
    .map((s) => ({
      name: s.name,
      keys: Object.entries(s.map)
        .filter(([, a]) => a && !a.hidden)
        .map(([key, a]) => ({ key, label: a!.label })),
    }))
    .filter((s) => s.keys.length);

/* The acts that can be carried out now, outermost scope last; a key taken by a newer scope hides the older. */
export function activeActs(): { key: string; act: KeyAct }[] {
  const out = new Map<string, KeyAct>();
  for (const s of [...scopes].reverse())
    if (!s.modal)
      for (const [key, act] of Object.entries(s.map))
        if (act && !act.hidden && !out.has(key)) out.set(key, act);
  return [...out].map(([key, act]) => ({ key, act }));
}

export const keyName = (key: string): string =>
  key
    .replace(/Key|Digit/g, '')
    .replace(/\+/g, ' ')
    .replace('Slash', '/')
    .replace('Shift /', '?')
    .replace('Escape', 'Esc')
    .replace('ArrowDown', '↓')
    .replace('ArrowUp', '↑');
