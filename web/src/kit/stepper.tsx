export function Stepper({
  label,
  value,
  onChange,
  min,
  max,
  step = 1,
}: {
  label: string;
  value: number;
  onChange: (v: number) => void;
  min: number;
  max: number;
  step?: number;
}) {
  const to = (v: number) => onChange(Math.max(min, Math.min(max, v)));
  return (
    <span className="stp" role="group" aria-label={label}>
      <button aria-label="−" disabled={value <= min} onClick={() => to(value - step)}>
        −
      </button>
      <input
        inputMode="numeric"
        aria-label={label}
        value={value}
        onChange={(e) => {
          const n = parseInt(e.currentTarget.value.replace('−', '-'), 10);
          if (!Number.isNaN(n)) to(n);
        }}
        onKeyDown={(e) => {
          const d = e.key === 'ArrowUp' ? step : e.key === 'ArrowDown' ? -step : 0;
          if (d) {
            e.preventDefault();
            to(value + d);
          }
        }}
      />
      <button aria-label="+" disabled={value >= max} onClick={() => to(value + step)}>
        +
      </button>
    </span>
  );
}
