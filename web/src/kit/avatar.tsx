/* Initials on one of six colours, chosen by the name, so that a person keeps the colour everywhere. */
export function Avatar({ name, small = false }: { name: string; small?: boolean }) {
  let h = 0;
  for (const c of name) h = (h * 31 + c.charCodeAt(0)) >>> 0;
  const words = name.trim().split(/\s+/);
  const text = ((words[0]?.[0] ?? '') + (words[1]?.[0] ?? '')).toUpperCase();
  return (
    <span className={'ava a' + (1 + (h % 6)) + (small ? ' s' : '')} data-letters={text} aria-hidden="true" />
  );
}
