import { useRef } from 'react';
import { dayPlus } from '../i18n/format';
import { usePop } from './pop';

export type Range = { from: string; to: string };

/* today: the day it is now in the zone of the profile, by which the short ways to a period are counted. */
export function DateRange({
  label,
  value,
  today,
  onChange,
  words,
}: {
  label: string;
  value: Range;
  today: string;
  onChange: (r: Range) => void;
  words: { today: string; d7: string; d30: string; d90: string; from: string; to: string };
}) {
  const btn = useRef<HTMLButtonElement>(null);
  const { pop, open, set } = usePop(btn);
  const P: [string, Range][] = [
    [words.today, { from: today, to: today }],
    [words.d7, { from: dayPlus(today, -6), to: today }],
    [words.d30, { from: dayPlus(today, -29), to: today }],
    [words.d90, { from: dayPlus(today, -89), to: today }],
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
