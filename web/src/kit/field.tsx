/* A labelled input with its error under it. */
import { useId, type InputHTMLAttributes, type ReactNode } from 'react';

export function Field({
  label,
  error,
  hint,
  ...rest
}: { label: ReactNode; error?: string; hint?: ReactNode } & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        {...rest}
        id={id}
        className="in"
        aria-invalid={error ? true : undefined}
        aria-describedby={error || hint ? id + 'd' : undefined}
      />
      {(error || hint) && (
        <span id={id + 'd'} className={error ? 'bad t12' : 'dd t12'}>
          {error ?? hint}
        </span>
      )}
    </div>
  );
}

export function Select({
  label,
  value,
  onChange,
  items,
  error,
}: {
  label: string;
  value: string;
  onChange: (v: string) => void;
  items: { id: string; label: string }[];
  error?: string;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="in"
        value={value}
        aria-invalid={error ? true : undefined}
        onChange={(e) => onChange(e.currentTarget.value)}
      >
        {items.map((x) => (
          <option key={x.id} value={x.id}>
            {x.label}
          </option>
        ))}
      </select>
      {error && <span className="bad t12">{error}</span>}
    </div>
  );
}
