/* Time left as a ring. */
export function Ring({ share, size = 56, width = 6 }: { share: number; size?: number; width?: number }) {
  const r = size / 2 - width / 2 - 1;
  const round = 2 * Math.PI * r;
  return (
    <svg width={size} height={size} viewBox={`0 0 ${size} ${size}`} aria-hidden="true">
      <circle cx={size / 2} cy={size / 2} r={r} fill="none" stroke="var(--sunken)" strokeWidth={width} />
      <circle
        cx={size / 2}
        cy={size / 2}
        r={r}
        fill="none"
        stroke={share > 0 ? 'var(--hot)' : 'var(--bad)'}
        strokeWidth={width}
        strokeLinecap="round"
        strokeDasharray={round}
        strokeDashoffset={round * (1 - Math.max(0, Math.min(1, share > 0 ? share : 1)))}
        transform={`rotate(-90 ${size / 2} ${size / 2})`}
      />
    </svg>
  );
}
