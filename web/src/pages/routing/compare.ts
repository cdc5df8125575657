/* What a version of the rules would change of another, the live one most often: a list of differences, in the order of the rules. Pure. */
import type { Policy, Rule } from '../../api/office';
import { same } from '../scoring/model';

export type Policies = { pool_id: string; policy: Policy }[];
export type Shared = { items: Rule[]; policies: Policies };
/* Every member of a rule but the id by which it is found again: one more of them does not compile until it stands in the order below. */
export type Part = Exclude<keyof Rule, 'id'>;
export type Difference =
  | { kind: 'added' | 'gone'; rule: Rule; place: number } // from 1
  | { kind: 'moved'; rule: Rule; from: number; to: number } // places, from 1
  | { kind: 'changed'; rule: Rule; part: Part; from: Rule; to: Rule }
  | { kind: 'policy'; pool_id: string; from: Policy; to: Policy };

const order: Record<Part, true> = {
  name: true,
  enabled: true,
  condition: true,
  pool_id: true,
  match: true,
  product_id: true,
  sla_minutes: true,
  explore: true,
  fallback_pool_id: true,
};
export const parts = Object.keys(order) as Part[];
/* What is not said is the same as nothing. */
const value = (r: Rule, part: Part): unknown => {
  const v = r[part] || (part === 'enabled' ? false : null);
  return Array.isArray(v) ? (v.length ? [...v].sort() : null) : v;
};
/* Has it anything to say of itself there? */
export const says = (r: Rule, part: Part) => value(r, part) !== null;

/* The rule of before that this one is: by its id, else by its name among those without a partner. */
function partner(r: Rule, before: Rule[], taken: Set<Rule>): Rule | undefined {
  const free = before.filter((x) => !taken.has(x));
  return free.find((x) => r.id && x.id === r.id) ?? free.find((x) => x.name === r.name);
}

/* Rules that stay and have changed their order: as few as explain it (all but a longest row that rises). */
function movedOf(order: number[]): Set<number> {
  const best: number[][] = [];
  order.forEach((at, i) => {
    const before = order.slice(0, i).map((x, k) => (x < at ? best[k]! : []));
    best.push([...before.reduce((a, b) => (b.length > a.length ? b : a), []), at]);
  });
  const kept = new Set(best.reduce((a, b) => (b.length > a.length ? b : a), []));
  return new Set(order.filter((x) => !kept.has(x)));
}

export function compare(live: Shared, other: Shared): Difference[] {
  const taken = new Set<Rule>();
  const byId = other.items.filter((r) => r.id && live.items.some((x) => x.id === r.id));
  const pairs = new Map<Rule, Rule>();
  for (const r of [...byId, ...other.items.filter((x) => !byId.includes(x))]) {
    const was = partner(r, live.items, taken);
    if (was) {
      taken.add(was);
      pairs.set(r, was);
    }
  }
  const stay = other.items.filter((r) => pairs.has(r));
  const moved = movedOf(stay.map((r) => live.items.indexOf(pairs.get(r)!)));
  const out: Difference[] = [];
  other.items.forEach((r, i) => {
    const was = pairs.get(r);
    if (!was) out.push({ kind: 'added', rule: r, place: i + 1 });
    else {
      const from = live.items.indexOf(was);
      if (moved.has(from)) out.push({ kind: 'moved', rule: r, from: from + 1, to: i + 1 });
      for (const part of parts)
        if (!same(value(was, part), value(r, part)))
          out.push({ kind: 'changed', rule: r, part, from: was, to: r });
    }
  });
  live.items.forEach((r, i) => {
    if (!taken.has(r)) out.push({ kind: 'gone', rule: r, place: i + 1 });
  });
  for (const p of other.policies) {
    const was = live.policies.find((x) => x.pool_id === p.pool_id);
    if (was && was.policy !== p.policy)
      out.push({ kind: 'policy', pool_id: p.pool_id, from: was.policy, to: p.policy });
  }
  return out;
}
