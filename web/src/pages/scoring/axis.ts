/* Which axis of the grid a group is of: as the model says, or else as its criteria look at what the lead did. Pure. */
import type { ModelBody } from '../../api/models';
import { kindOf, type Cond } from '../../part/cond/cond';

export const axes = ['fit', 'engagement', 'none'] as const;
export type AxisName = (typeof axes)[number];

const looksAtEvents = (c: Cond): boolean => {
  if ('all' in c) return c.all.some(looksAtEvents);
  if ('any' in c) return c.any.some(looksAtEvents);
  if ('not' in c) return looksAtEvents(c.not);
  return kindOf(c) !== 'fact';
};

const isSaid = (b: ModelBody) => !!(b.axes?.fit_groups || b.axes?.engagement_groups);

export function axisOf(b: ModelBody, group: string): AxisName {
  if (isSaid(b)) {
    if (b.axes?.fit_groups?.includes(group)) return 'fit';
    return b.axes?.engagement_groups?.includes(group) ? 'engagement' : 'none';
  }
  return b.criteria.some((c) => c.group === group && looksAtEvents(c.when)) ? 'engagement' : 'fit';
}

/* From then on the axes of all groups are said: one list alone would leave the groups of the other on neither. */
export function withAxis(b: ModelBody, group: string, axis: AxisName): ModelBody {
  const of = (a: AxisName) =>
    b.groups.map((g) => g.name).filter((g) => (g === group ? axis : axisOf(b, g)) === a);
  return { ...b, axes: { ...b.axes, fit_groups: of('fit'), engagement_groups: of('engagement') } };
}

/* What a group that goes leaves behind: the lists may name only what is there. */
export function withoutAxis(b: ModelBody, group: string): ModelBody {
  if (!isSaid(b)) return b;
  const but = (list: string[] | null | undefined) => list?.filter((g) => g !== group);
  const [fit, engagement] = [but(b.axes?.fit_groups), but(b.axes?.engagement_groups)];
  return {
    ...b,
    axes: {
      ...b.axes,
      ...(fit ? { fit_groups: fit } : {}),
      ...(engagement ? { engagement_groups: engagement } : {}),
    },
  };
}
