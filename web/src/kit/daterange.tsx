import { useRef } from 'react';
import { usePop } from './pop';

export type Range = { from: string; to: string };
const iso = (d: Date) => new Date(d.getTime() - d.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
const ago = (n: number) => {
  const d = new Date();
  d.setDate(d.getDate() - n);
  return iso(d);
};
export function DateRange({
  label,
  value,
  onChange,
  words,
}: {
  label: string;
  value: Range;
  onChange: (r: Range) => void;
  words: { today: string; d7: string; d30: string; d90: string; from: string; to: string };
}) {
  const btn = useRef<HTMLButtonElement>(null);
  const { pop, open, set } = usePop(btn);
  const P: [string, Range][] = [
    [words.today, { from: ago(0), to: ago(0) }],
    [words.d7, { from: ago(6), to: ago(0) }],
    [words.d30, { from: ago(29), to: ago(0) }],
    [words.d90, { from: ago(89), to: ago(0) }],
  ];
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
      >
        {label}: {name}
      </button>
      <div
        ref={pop}
        popover="manual"
        className="pop"
        role="dialog"
        aria-label={label}
        onKeyDown={(e) => {
          if (e.key === 'Escape') {
            set(false);
            btn.current?.focus();
          }
        }}
      >
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
