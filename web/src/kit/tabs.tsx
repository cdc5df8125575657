import { useEffect, useRef, type KeyboardEvent } from 'react';

export function Tabs({
  label,
  tabs,
  value,
  onChange,
}: {
  label: string;
  tabs: { id: string; label: string; n?: number }[];
  value: string;
  onChange: (id: string) => void;
}) {
  // where there is no room for all of them, the chosen one is seen; but the page stays where it is, for tabs may stand far down one just opened
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const y = scrollY;
    box.current
      ?.querySelector('[aria-selected=true]')
      ?.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
    scrollTo(0, y);
  }, [value]);
  const key = (e: KeyboardEvent) => {
    const i = tabs.findIndex((t) => t.id === value),
      d = e.key === 'ArrowRight' ? 1 : e.key === 'ArrowLeft' ? -1 : 0;
    if (!d) return;
    e.preventDefault();
    const t = tabs[(i + d + tabs.length) % tabs.length]!;
    onChange(t.id);
    (e.currentTarget as HTMLElement).querySelector<HTMLElement>(`[data-t="${t.id}"]`)?.focus();
  };
  return (
    <div ref={box} className="tabs" role="tablist" aria-label={label} onKeyDown={key}>
      {tabs.map((t) => (
        <button
          key={t.id}
          data-t={t.id}
          role="tab"
          aria-selected={t.id === value}
          tabIndex={t.id === value ? 0 : -1}
          onClick={() => onChange(t.id)}
        >
          {t.label}
          {t.n != null && <span className="n">{t.n}</span>}
        </button>
      ))}
    </div>
  );
}
