import { same } from '../scoring/model';
import type { Rule } from '../../api/office';
import type { Cond, Op } from '../../part/cond/cond';

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

/* Whether a condition is true of every lead, whatever is known of it: some fact is filled or is not. */
const holdsAlways = (c: Cond): boolean => {
  if ('all' in c) return c.all.every(holdsAlways);
  if (!('any' in c)) return false;
  const facts = (op: Op) => c.any.flatMap((x) => ('fact' in x && x.op === op ? [x.fact] : []));
  const empty = facts('empty');
  return c.any.some(holdsAlways) || facts('exists').some((f) => empty.includes(f));
};

/* Whether no lead comes so far down: a rule above is on and holds always. The first rule that holds decides, whatever it asks of the
   manager (product, region, language) and however much it draws by lot: a lead that suits nobody there waits, it is not passed on. */
export const isBelowAll = (list: Rule[], i: number): boolean =>
  list.slice(0, i).some((x) => x.enabled && holdsAlways(x.condition));

/* A whole number as typed: empty is zero, anything else outside of the bounds is nothing. */
export function wholeIn(text: string, low: number, high: number): number | undefined {
  const v = text.trim();
  if (!v) return 0;
  const n = /^\d{1,9}$/.test(v) ? Number(v) : -1;
  return n >= low && n <= high ? n : undefined;
}
