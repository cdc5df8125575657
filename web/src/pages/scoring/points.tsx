/* Points by stepper: a click is one point, arrows too, Shift is five; a half point may be typed. */
import { useState } from 'react';
import { useScoringTexts } from './texts';

const show = (n: number) => (n > 0 ? '+' : '') + String(n).replace('-', '−');
const read = (s: string) => Number(s.replace('−', '-').replace('+', '').replace(',', '.'));

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
  const s = useScoringTexts();
  const [text, setText] = useState<string>();
  const to = (n: number) => {
    setText(undefined);
    onChange(Math.max(-1000, Math.min(1000, Math.round(n * 1e6) / 1e6)));
  };
  if (!edit) return <b className={value < 0 ? 'bad' : ''}>{show(value)}</b>;
  return (
    <span className={'stp pts' + (changed ? ' ch' : '')} role="group" aria-label={label}>
      <button
        type="button"
        aria-label={s.less + ', ' + label}
        onClick={(e) => to(value - (e.shiftKey ? 5 : 1))}
      >
        −
      </button>
      <input
        inputMode="decimal"
        aria-label={label}
        className={value < 0 ? 'bad' : ''}
        value={text ?? show(value)}
        onChange={(e) => {
          const x = e.currentTarget.value;
          setText(x);
          if (x.trim() && Number.isFinite(read(x))) onChange(Math.max(-1000, Math.min(1000, read(x))));
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
  );
}
