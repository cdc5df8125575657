import type { Cond } from '../../part/cond/cond';

/* No condition, {} and an empty group stand for «any lead». */
export const isAlways = (c: Cond | null | undefined): boolean =>
  !c || Object.keys(c).length === 0 || ('all' in c && c.all.length === 0);
