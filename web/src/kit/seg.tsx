import { useId } from 'react';

export function Seg<T extends string>({
  label,
  value,
  onChange,
  items,
}: {
  label: string;
  value: T;
  onChange: (v: T) => void;
  items: { id: T; label: string }[];
}) {
  const n = useId();
  return (
    <fieldset className="seg" aria-label={label}>
      {items.map((x) => (
        <label key={x.id}>
          <input type="radio" name={n} checked={x.id === value} onChange={() => onChange(x.id)} />
          <span>{x.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
