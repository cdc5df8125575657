import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { usePop } from './pop';

export function Menu({
  label,
  items,
  className = 'btn',
  children,
}: {
  label: string;
  className?: string;
  items: { label: string; key?: string; danger?: boolean; run: () => void }[];
  children: ReactNode;
}) {
  const btn = useRef<HTMLButtonElement>(null);
  const { pop, open, set } = usePop(btn);
  const id = useId();
  useEffect(() => {
    if (open) (pop.current?.querySelector('[role=menuitem]') as HTMLElement | null)?.focus();
  }, [open, pop]);
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
        onClick={() => set(!open)}
        onKeyDown={(e) => {
          if (e.key === 'ArrowDown') {
            e.preventDefault();
            set(true);
          }
        }}
      >
        {children}
      </button>
      <div ref={pop} popover="manual" className="pop" id={id} role="menu" aria-label={label} onKeyDown={key}>
        {items.map((it) => (
          <button
            key={it.label}
            role="menuitem"
            tabIndex={-1}
            className={'opt' + (it.danger ? ' bad' : '')}
            onClick={() => {
              set(false);
              btn.current?.focus();
              it.run();
            }}
          >
            <span className="grow">{it.label}</span>
            {it.key && <kbd>{it.key}</kbd>}
          </button>
        ))}
      </div>
    </>
  );
}
