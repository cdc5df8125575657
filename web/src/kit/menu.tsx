import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { place, usePop } from './pop';
import { Skeleton } from './block';

/* off: it is there to be read, with its note, and does nothing. */
export type MenuItem = {
  label: string;
  note?: string;
  key?: string;
  danger?: boolean;
  off?: boolean;
  run: () => void;
};

export function Menu({
  label,
  items,
  className = 'btn',
  onOpen,
  children,
}: {
  label: string;
  className?: string;
  // undefined: still asked for
  items?: MenuItem[];
  onOpen?: () => void;
  children: ReactNode;
}) {
  const btn = useRef<HTMLButtonElement>(null);
  const { pop, open, set } = usePop(btn);
  const id = useId();
  const there = !!items;
  useEffect(() => {
    if (!open) return;
    if (there && btn.current && pop.current) place(btn.current, pop.current);
    (pop.current?.querySelector('[role=menuitem]') as HTMLElement | null)?.focus();
  }, [open, there, pop]);
  const show = (x: boolean) => {
    if (x) onOpen?.();
    set(x);
  };
  const key = (e: KeyboardEvent) => {
    const m = [...pop.current!.querySelectorAll<HTMLElement>('[role=menuitem]')],
      i = m.indexOf(document.activeElement as HTMLElement),
      n = m.length;
    const to =
      e.key === 'ArrowDown'
        ? (i + 1) % n
        : e.key === 'ArrowUp'
          ? (i - 1 + n) % n
          : e.key === 'Home'
            ? 0
            : e.key === 'End'
              ? n - 1
              : -1;
    if (to >= 0) m[to]!.focus();
    else if (e.key === 'Escape' || e.key === 'Tab') {
      set(false);
      btn.current?.focus();
      if (e.key === 'Tab') return;
    } else return;
    e.preventDefault();
  };
  return (
    <>
      <button
        ref={btn}
        className={className}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={id}
        aria-label={label}
        onClick={() => show(!open)}
        onKeyDown={(e) => {
          if (e.key === 'ArrowDown') {
            e.preventDefault();
            show(true);
          }
        }}
      >
        {children}
      </button>
      <div ref={pop} popover="manual" className="pop" id={id} role="menu" aria-label={label} onKeyDown={key}>
        {!items && <Skeleton rows={3} />}
        {items?.map((it) => (
          <button
            key={it.label}
            role="menuitem"
            tabIndex={-1}
            className={'opt' + (it.danger ? ' bad' : '')}
            aria-disabled={it.off || undefined}
            onClick={() => {
              if (it.off) return;
              set(false);
              btn.current?.focus();
              it.run();
            }}
          >
            <span className="grow">{it.label}</span>
            {it.note && <span className="t12 d">{it.note}</span>}
            {it.key && <kbd>{it.key}</kbd>}
          </button>
        ))}
      </div>
    </>
  );
}
