/* Points by stepper: a click is one point, arrows too, Shift is five. Whole numbers only, and it says so. */
import { useId, useState } from 'react';
import { useScoringTexts } from './texts';

const show = (n: number) => (n > 0 ? '+' : '') + String(n).replace('-', '−');
export const readPoints = (s: string): number | 'part' | undefined => {
  const n = Number(s.trim().replace('−', '-').replace(/^\+/, '').replace(',', '.'));
  if (!s.trim() || !Number.isFinite(n)) return undefined;
  return Number.isInteger(n) ? n : 'part';
};
const most = 1000;
const fit = (n: number) => Math.max(-most, Math.min(most, n));

export function Points({
  label,
  value,
  onChange,
  edit,
  changed,
}: {
  label: string;
  value: number;
  onChange: (n: number) => void;
  edit: boolean;
  changed?: boolean;
}) {
  const id = useId();
  const s = useScoringTexts();
  const [text, setText] = useState<string>();
  const to = (n: number) => {
    setText(undefined);
    onChange(fit(Math.round(n)));
  };
  if (!edit) return <b className={value < 0 ? 'bad' : ''}>{show(value)}</b>;
  const typed = text === undefined ? undefined : readPoints(text);
  const far = typeof typed === 'number' && fit(typed) !== typed;
  const wrong =
    far ||
    (text !== undefined && text.trim() !== '' && !/^[-−+]$/.test(text.trim()) && typeof typed !== 'number');
  return (
    <span className="ptsbox">
      <span className={'stp pts' + (changed ? ' ch' : '')} role="group" aria-label={label}>
        <button
          type="button"
          aria-label={s.less + ', ' + label}
          onClick={(e) => to(value - (e.shiftKey ? 5 : 1))}
        >
          −
        </button>
        <input
          inputMode="numeric"
          aria-invalid={wrong || undefined}
          aria-describedby={wrong ? id : undefined}
          aria-label={label}
          className={value < 0 ? 'bad' : ''}
          value={text ?? show(value)}
          onChange={(e) => {
            const x = e.currentTarget.value;
            setText(x);
            const n = readPoints(x);
            if (typeof n === 'number') onChange(fit(n));
          }}
          onBlur={() => setText(undefined)}
          onKeyDown={(e) => {
            const d = e.key === 'ArrowUp' ? 1 : e.key === 'ArrowDown' ? -1 : 0;
            if (!d) return;
            e.preventDefault();
            to(value + d * (e.shiftKey ? 5 : 1));
          }}
        />
        <button
          type="button"
          aria-label={s.more + ', ' + label}
          onClick={(e) => to(value + (e.shiftKey ? 5 : 1))}
        >
          +
        </button>
      </span>
      {wrong && (
        <span id={id} className="bad t12" role="alert">
          {far ? s.pointsMost(most) : s.whole}
        </span>
      )}
    </span>
  );
}
