export const Switch = ({
  label,
  on,
  onChange,
}: {
  label: string;
  on: boolean;
  onChange: (v: boolean) => void;
}) => (
  <label className="row">
    <input
      className="swi"
      type="checkbox"
      role="switch"
      checked={on}
      onChange={(e) => onChange(e.currentTarget.checked)}
    />
    {label}
  </label>
);
