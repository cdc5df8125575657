import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { usePop } from './pop';

export type Opt = { id: string; label: string; hint?: string };
export function Combobox({
  label,
  value,
  onChange,
  load,
  multi = false,
  placeholder,
  empty,
}: {
  label: string;
  value: Opt[];
  onChange: (v: Opt[]) => void;
  load: (q: string, s: AbortSignal) => Promise<Opt[]> | Opt[];
  multi?: boolean;
  placeholder?: string;
  empty: string;
}) {
  const id = useId(),
    box = useRef<HTMLDivElement>(null),
    inp = useRef<HTMLInputElement>(null);
  const { pop, open, set } = usePop(box);
  const [q, setQ] = useState('');
  const [opts, setOpts] = useState<Opt[]>([]);
  const [cur, setCur] = useState(0);
  const [busy, setBusy] = useState(false);
  const has = (o: Opt) => value.some((v) => v.id === o.id);
  useEffect(() => {
    if (!open) return;
    const c = new AbortController();
    const r = load(q, c.signal);
    setCur(0);
    if (Array.isArray(r)) {
      setOpts(r);
      return;
    }
    setBusy(true);
    r.then(
      (o) => {
        if (!c.signal.aborted) {
          setOpts(o);
          setBusy(false);
        }
      },
      () => {
        if (!c.signal.aborted) setBusy(false);
      },
    );
    return () => c.abort();
  }, [q, open, load]);
  const pick = (o: Opt) => {
    onChange(multi ? (has(o) ? value.filter((v) => v.id !== o.id) : [...value, o]) : [o]);
    setQ('');
    if (!multi) set(false);
    inp.current?.focus();
  };
  const key = (e: KeyboardEvent) => {
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      if (!open) set(true);
      else setCur((c) => Math.max(0, Math.min(opts.length - 1, c + (e.key === 'ArrowDown' ? 1 : -1))));
    } else if (e.key === 'Home' && open) setCur(0);
    else if (e.key === 'End' && open) setCur(opts.length - 1);
    else if (e.key === 'Enter' && open && opts[cur]) pick(opts[cur]);
    else if (e.key === 'Escape' && open) set(false);
    else if (e.key === 'Backspace' && !q && multi && value.length) {
      onChange(value.slice(0, -1));
      return;
    } else return;
    e.preventDefault();
  };
  useEffect(() => {
    document.getElementById(id + cur)?.scrollIntoView({ block: 'nearest' });
  }, [cur, id]);
  return (
    <div
      className="cbx in"
      ref={box}
      onClick={() => {
        inp.current?.focus();
        set(true);
      }}
    >
      {multi &&
        value.map((v) => (
          <span key={v.id} className="tag">
            {v.label}
            <button
              type="button"
              aria-label={'× ' + v.label}
              onClick={(e) => {
                e.stopPropagation();
                onChange(value.filter((x) => x.id !== v.id));
              }}
            >
              ×
            </button>
          </span>
        ))}
      <input
        ref={inp}
        role="combobox"
        aria-label={label}
        aria-expanded={open}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={open && opts[cur] ? id + cur : undefined}
        placeholder={value.length ? '' : placeholder}
        value={open || multi ? q : (value[0]?.label ?? '')}
        onChange={(e) => {
          setQ(e.currentTarget.value);
          set(true);
        }}
        onKeyDown={key}
        onBlur={(e) => {
          if (!pop.current?.contains(e.relatedTarget)) set(false);
        }}
      />
      <div
        ref={pop}
        popover="manual"
        className="pop"
        id={id}
        role="listbox"
        aria-label={label}
        aria-multiselectable={multi || undefined}
        aria-busy={busy}
      >
        {open &&
          opts.map((o, i) => (
            <div
              key={o.id}
              id={id + i}
              role="option"
              aria-selected={has(o)}
              className={'opt' + (i === cur ? ' cur' : '')}
              onPointerDown={(e) => {
                e.preventDefault();
                pick(o);
              }}
              onPointerMove={() => setCur(i)}
            >
              {multi && <span className={'cb' + (has(o) ? ' on' : '')}>{has(o) ? '✓' : ''}</span>}
              <span className="grow cut">{o.label}</span>
              {o.hint && <span className="dd t12">{o.hint}</span>}
            </div>
          ))}
        {open && !busy && !opts.length && (
          <div role="option" aria-selected={false} aria-disabled className="opt dd">
            {empty}
          </div>
        )}
      </div>
    </div>
  );
}
