import { same } from '../scoring/model';
import type { Cond } from '../../part/cond/cond';

/* «Any lead»: the language has no word for it, so it is said as a thing that holds of everybody. */
export const ANY_LEAD: Cond = {
  any: [
    { fact: 'email', op: 'exists' },
    { fact: 'email', op: 'empty' },
  ],
};
export const isAlways = (c: Cond): boolean => same(c, ANY_LEAD);
