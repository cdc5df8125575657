import { same } from '../scoring/model';
import type { Rule } from '../../api/office';
import type { Cond } from '../../part/cond/cond';

/* «Any lead»: the language has no word for it, so it is said as a thing that holds of everybody. */
export const ANY_LEAD: Cond = {
  any: [
    { fact: 'email', op: 'exists' },
    { fact: 'email', op: 'empty' },
  ],
};
export const isAlways = (c: Cond): boolean => same(c, ANY_LEAD);

const reached = ['email', 'phone', 'name']; // a lead without any of these can hardly be called

/* Rules that hardly anybody passes by: any lead, or one condition that a contact is known at all. */
const takesAll = (r: Rule): boolean =>
  isAlways(r.condition) ||
  ('fact' in r.condition && r.condition.op === 'exists' && reached.includes(r.condition.fact));

/* The list with a new rule in it: above the last rules if these take everybody, unless it is such a one itself. */
export function withNew(list: Rule[], r: Rule): Rule[] {
  let at = list.length;
  while (at > 0 && !takesAll(r) && takesAll(list[at - 1]!)) at--;
  return [...list.slice(0, at), r, ...list.slice(at)];
}

/* Whether a rule above takes whoever comes: it is on, and asks nothing of a person that could turn a lead away. */
export const isBelowAll = (list: Rule[], i: number): boolean =>
  list.slice(0, i).some((x) => x.enabled && takesAll(x) && !x.product_id && !x.match.length);

/* A whole number as typed: empty is zero, anything else outside of the bounds is nothing. */
export function wholeIn(text: string, low: number, high: number): number | undefined {
  const v = text.trim();
  if (!v) return 0;
  const n = /^\d{1,9}$/.test(v) ? Number(v) : -1;
  return n >= low && n <= high ? n : undefined;
}
