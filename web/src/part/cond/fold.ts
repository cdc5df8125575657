/* How much of a sentence is shown before somebody asks for the rest. Pure. */
import type { Path } from './cond';
import type { Piece } from './sentence';

export type Part = Piece | { more: number };

/* Of a long list of values the first stay, the rest is one «and 5 more». */
export function folded(list: Piece[]): Part[] {
  const out: Part[] = [];
  list.forEach((p, i) => {
    if (typeof p === 'object' && p.extra) {
      const last = out[out.length - 1];
      if (typeof last === 'object' && 'more' in last) last.more++;
      else out.push(' ', { more: 1 });
      return;
    }
    const next = list[i + 1];
    if (typeof p === 'string' && typeof next === 'object' && next.extra) return;
    out.push(p);
  });
  return out;
}

/* A sentence of very many values goes on behind «and 22 more»; one that has a place found wrong is shown whole. */
const most = 8;
const kept = 5;
export function cut(list: Part[], wrong: (leaf: Path) => boolean | undefined): Part[] {
  const values = list.flatMap((p, i) => (typeof p === 'object' && 'v' in p ? [i] : []));
  const end = values[kept - 1];
  if (values.length <= most || end === undefined) return list;
  const rest = list.slice(end + 1);
  if (rest.some((p) => typeof p === 'object' && 'v' in p && wrong(p.leaf))) return list;
  const more = rest.reduce((n, p) => n + (typeof p === 'string' ? 0 : 'more' in p ? p.more : 1), 0);
  return [...list.slice(0, end + 1), ' ', { more }];
}
