/* A filter as a chip: its values as boxes to tick, in a floating list. */
import { useRef } from 'react';
import { Icon, usePop } from '../../kit';

export function FilterChip({
  label,
  options,
  value,
  onToggle,
}: {
  label: string;
  options: { id: string; label: string }[];
  value: string[];
  onToggle: (id: string) => void;
}) {
  const btn = useRef<HTMLButtonElement>(null);
  const { pop, open, set } = usePop(btn);
  const names = value.map((v) => options.find((o) => o.id === v)?.label ?? v);
  return (
    <>
      <button
        ref={btn}
        className={'chip' + (value.length ? ' on' : '')}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => set(!open)}
      >
        <span className="cut">{value.length ? `${label}: ${names.join(', ')}` : label}</span>
        <Icon n="down" size="xs" />
      </button>
      <div
        ref={pop}
        popover="manual"
        className="pop"
        role="dialog"
        aria-label={label}
        onKeyDown={(e) => {
          if (e.key === 'Escape') {
            e.preventDefault();
            set(false);
            btn.current?.focus();
          }
        }}
      >
        {open &&
          options.map((o, i) => (
            <label key={o.id} className="opt">
              <input
                type="checkbox"
                className="cbx1"
                autoFocus={i === 0}
                checked={value.includes(o.id)}
                onChange={() => onToggle(o.id)}
              />
              {o.label}
            </label>
          ))}
      </div>
    </>
  );
}
