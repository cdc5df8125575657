import { useRef, type KeyboardEvent } from 'react';
import { Icon } from './icon';
import { usePop } from './pop';

export type Range = { from: string; to: string };

/* short: the short ways to a period, by name; bare: the name alone stands on the button. */
export function DateRange({
  label,
  value,
  short: P,
  bare,
  onChange,
  words,
}: {
  label: string;
  value: Range;
  short: [string, Range][];
  bare?: boolean;
  onChange: (r: Range) => void;
  words: { from: string; to: string };
}) {
  const btn = useRef<HTMLButtonElement>(null);
  const { pop, open, set } = usePop(btn);
  const escape = (e: KeyboardEvent) => {
    if (e.key !== 'Escape') return;
    set(false);
    btn.current?.focus();
  };
  const name =
    P.find((p) => p[1].from === value.from && p[1].to === value.to)?.[0] ?? value.from + ' – ' + value.to;
  return (
    <>
      <button
        ref={btn}
        className="chip"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => set(!open)}
        onKeyDown={escape}
      >
        {bare ? <span className="vh">{label}: </span> : label + ': '}
        {name}
        {bare && <Icon n="down" size="xs" />}
      </button>
      <div ref={pop} popover="manual" className="pop" role="dialog" aria-label={label} onKeyDown={escape}>
        {P.map(([t, r]) => (
          <button
            key={t}
            className="opt"
            aria-pressed={t === name}
            onClick={() => {
              onChange(r);
              set(false);
            }}
          >
            {t}
          </button>
        ))}
        <div className="row">
          <input
            className="in"
            type="date"
            aria-label={words.from}
            value={value.from}
            max={value.to}
            onChange={(e) => e.currentTarget.value && onChange({ ...value, from: e.currentTarget.value })}
          />
          <input
            className="in"
            type="date"
            aria-label={words.to}
            value={value.to}
            min={value.from}
            onChange={(e) => e.currentTarget.value && onChange({ ...value, to: e.currentTarget.value })}
          />
        </div>
      </div>
    </>
  );
}
