/* A model against another: what has changed, and where. Absent, null and «no limit» are the same thing. */
import type { Criterion, Gate, Group, ModelBody, ModelRow } from '../../api/models';
import { factsIn } from '../../part/cond/cond';
import { withoutAxis } from './axis';

/* The parts that are compared, with defaults put in. */
function whole(c: Criterion) {
  return {
    title: c.title ?? {},
    group: c.group,
    enabled: c.enabled !== false,
    when: c.when,
    points: c.points,
    max_times: c.max_times || 0,
    max_points: c.max_points || 0,
    cooldown_hours: c.cooldown_hours || 0,
    ageing: c.ageing ?? null,
  };
}
export type Field = keyof ReturnType<typeof whole>;

/* Equal as JSON, whatever the order of members. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [x, y] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = new Set([...Object.keys(x), ...Object.keys(y)]);
  for (const k of keys) if (!same(x[k] ?? undefined, y[k] ?? undefined)) return false;
  return true;
}

export type Change =
  | { kind: 'added'; id: string }
  | { kind: 'removed'; id: string; was: Criterion }
  | { kind: 'changed'; id: string; fields: Field[]; was: Criterion }
  | { kind: 'group'; id: string; was: Group | undefined }
  | { kind: 'nogroup'; id: string; was: Group }
  | { kind: 'model'; id: keyof ModelBody; was: unknown };

export function diff(from: ModelBody, to: ModelBody): Change[] {
  const out: Change[] = [];
  const old = new Map(from.criteria.map((c) => [c.id, c]));
  for (const c of to.criteria) {
    const was = old.get(c.id);
    if (!was) out.push({ kind: 'added', id: c.id });
    else {
      const [a, b] = [whole(was), whole(c)];
      const fields = (Object.keys(b) as Field[]).filter((f) => !same(a[f], b[f]));
      if (fields.length) out.push({ kind: 'changed', id: c.id, fields, was });
      old.delete(c.id);
    }
  }
  for (const was of old.values()) out.push({ kind: 'removed', id: was.id, was });
  const groups = new Map(from.groups.map((g) => [g.name, g]));
  for (const g of to.groups) {
    const was = groups.get(g.name);
    if (
      !was ||
      (was.floor ?? null) !== (g.floor ?? null) ||
      (was.ceiling ?? null) !== (g.ceiling ?? null) ||
      !same(was.title ?? {}, g.title ?? {})
    )
      out.push({ kind: 'group', id: g.name, was });
    groups.delete(g.name);
  }
  for (const was of groups.values()) out.push({ kind: 'nogroup', id: was.name, was });
  for (const k of ['floor', 'ceiling', 'warm', 'hot'] as const)
    if (from[k] !== to[k]) out.push({ kind: 'model', id: k, was: from[k] });
  if ((from.hysteresis ?? 0) !== (to.hysteresis ?? 0))
    out.push({ kind: 'model', id: 'hysteresis', was: from.hysteresis ?? 0 });
  if ((from.public_ceiling ?? null) !== (to.public_ceiling ?? null))
    out.push({ kind: 'model', id: 'public_ceiling', was: from.public_ceiling ?? null });
  if (from.name !== to.name) out.push({ kind: 'model', id: 'name', was: from.name });
  for (const k of ['axes', 'icp', 'company'] as const)
    if (!same(from[k] ?? null, to[k] ?? null)) out.push({ kind: 'model', id: k, was: from[k] });
  if (!same(gatesOf(from), gatesOf(to))) out.push({ kind: 'model', id: 'gates', was: from.gates ?? [] });
  return out;
}
const gatesOf = (b: ModelBody): Gate[] => b.gates ?? [];

/* Criteria and groups moved about, copied, taken away. All pure: a new body each time. */
export function moveCriterion(b: ModelBody, id: string, group: string, before?: string): ModelBody {
  const c = b.criteria.find((x) => x.id === id);
  if (!c || before === id) return b;
  const rest = b.criteria.filter((x) => x.id !== id);
  const at = before ? rest.findIndex((x) => x.id === before) : -1;
  // Without a place: behind the last of the group.
  const last = rest.reduce((n, x, i) => (x.group === group ? i + 1 : n), rest.length);
  const to = at >= 0 ? at : last;
  const next = [...rest.slice(0, to), c.group === group ? c : { ...c, group }, ...rest.slice(to)];
  return { ...b, criteria: next };
}
/* One place up (-1) or down (1) among those of its group; at the edge into the next group. Undefined: there is no further. */
export function nudge(b: ModelBody, id: string, by: -1 | 1): ModelBody | undefined {
  const c = b.criteria.find((x) => x.id === id);
  if (!c) return undefined;
  const list = b.criteria.filter((x) => x.group === c.group);
  const i = list.indexOf(c);
  if (by < 0 && i > 0) return moveCriterion(b, id, c.group, list[i - 1]!.id);
  if (by > 0 && i < list.length - 1) return moveCriterion(b, id, c.group, list[i + 2]?.id);
  const g = b.groups.findIndex((x) => x.name === c.group);
  const to = b.groups[g + by];
  if (!to) return undefined;
  return moveCriterion(b, id, to.name, by > 0 ? b.criteria.find((x) => x.group === to.name)?.id : undefined);
}
export function duplicate(b: ModelBody, id: string, mark: string): { body: ModelBody; id: string } {
  const i = b.criteria.findIndex((x) => x.id === id);
  const c = b.criteria[i]!;
  const made = makeId(
    c.id.replace(/_\d+$/, ''),
    b.criteria.map((x) => x.id),
  );
  const title = c.title && {
    ...(c.title.ru ? { ru: (c.title.ru + ' ' + mark).slice(0, 120) } : {}),
    ...(c.title.en ? { en: (c.title.en + ' ' + mark).slice(0, 120) } : {}),
  };
  const copy: Criterion = { ...c, id: made, ...(title ? { title } : {}) };
  return {
    body: { ...b, criteria: [...b.criteria.slice(0, i + 1), copy, ...b.criteria.slice(i + 1)] },
    id: made,
  };
}
export function moveGroup(b: ModelBody, name: string, by: -1 | 1): ModelBody {
  const i = b.groups.findIndex((g) => g.name === name);
  const groups = [...b.groups];
  const [g] = groups.splice(i, 1);
  groups.splice(Math.max(0, Math.min(groups.length, i + by)), 0, g!);
  return { ...b, groups };
}
/* A group goes with its criteria, with the gates that ask for its points, and from its axis. */
export function withoutGroup(b: ModelBody, name: string): ModelBody {
  const next: ModelBody = {
    ...withoutAxis(b, name),
    groups: b.groups.filter((g) => g.name !== name),
    criteria: b.criteria.filter((c) => c.group !== name),
  };
  if (b.gates) next.gates = b.gates.filter((g) => g.group !== name);
  return next;
}

export const changeOf = (list: Change[], id: string) =>
  list.find(
    (c): c is Extract<Change, { kind: 'added' | 'changed' }> =>
      (c.kind === 'added' || c.kind === 'changed') && c.id === id,
  );

export function withCriterion(b: ModelBody, id: string, patch: Partial<Criterion>): ModelBody {
  return { ...b, criteria: b.criteria.map((c) => (c.id === id ? { ...c, ...patch } : c)) };
}

const latin: Record<string, string> = Object.fromEntries(
  [...'абвгдеёжзийклмнопрстуфхцчшщъыьэюя'].map((c, i) => [
    c,
    'a b v g d e e zh z i y k l m n o p r s t u f h c ch sh sch _ y _ e yu ya'
      .split(' ')
      [i]!.replace('_', ''),
  ]),
);
/* An id the server accepts, [a-z0-9_-]{1,64}, made of a title and unlike those there are. */
export function makeId(title: string, taken: string[]): string {
  const base =
    [...title.toLowerCase()]
      .map((c) => latin[c] ?? c)
      .join('')
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_+|_+$/g, '')
      .slice(0, 48) || 'rule';
  if (!taken.includes(base)) return base;
  for (let i = 2; ; i++) if (!taken.includes(base + '_' + i)) return base + '_' + i;
}

/* What is wrong, or doubtful, and where: pointers look like /criteria/3/when/all/0/op, with or without /body before. */
export type Note = { pointer?: string; code: string; detail?: string; error: boolean };
export type Placed = {
  text: string;
  error: boolean;
  unheard?: boolean; // it asks for what was never heard of
  criterion?: string; // id
  field?: string; // of the criterion: points, when, max_times...
  group?: string;
  path?: (string | number)[]; // within the condition
  model?: string; // member of the body
  icp?: number; // of the ideal customer: which condition
};
export function placed(body: ModelBody, notes: Note[]): Placed[] {
  return notes.map((n) => {
    const parts = (n.pointer ?? '')
      .replace(/^\/body(?=\/|$)/, '')
      .split('/')
      .slice(1);
    const out: Placed = { text: n.detail ?? n.code, error: n.error };
    if (!n.error && n.code.startsWith('unknown_')) out.unheard = true;
    const at = Number(parts[1]);
    const c = parts[0] === 'criteria' ? body.criteria[at] : undefined;
    const g = parts[0] === 'groups' ? body.groups[at] : undefined;
    if (c) {
      out.criterion = c.id;
      if (parts[2]) out.field = parts[2];
      if (parts[2] === 'when') out.path = parts.slice(3).map((x) => (/^\d+$/.test(x) ? Number(x) : x));
    } else if (g) {
      out.group = g.name;
      if (parts[2]) out.field = parts[2];
    } else if (parts[0]) {
      out.model = parts[0];
      if (parts[0] === 'icp' && body.icp?.conditions?.[Number(parts[2])]) out.icp = Number(parts[2]);
      if (!n.detail) out.text = n.pointer + ': ' + n.code;
    }
    return out;
  });
}
/* The version that was live at an instant: published last until then. */
export const liveAt = <M extends Pick<ModelRow, 'version' | 'published_at'>>(
  list: M[],
  at: string,
): M | undefined =>
  list
    .filter((m) => m.version > 0 && m.published_at && m.published_at <= at)
    .sort((a, b) => (a.published_at! < b.published_at! ? 1 : -1))[0];

/* Criteria that ask what the report on outcomes found to know the end: one that gives such points looks splendid on old leads and says nothing of new ones. */
export function leaking(body: ModelBody, leaks: string[], say: (fact: string) => string): Placed[] {
  return body.criteria.flatMap((c) =>
    c.enabled === false
      ? []
      : [...new Set(factsIn(c.when))]
          .filter((x) => leaks.includes(x))
          .map((x): Placed => ({ criterion: c.id, field: 'when', text: say(x), error: false })),
  );
}

/* Fewer leads than this say nothing of a rule that none of them has met. */
const TELLING = 100;

/* Rules in force that give points to none of the leads now. `hits` is of the model as it is saved: a rule that has been changed since is not judged. */
export function idle(
  body: ModelBody,
  saved: ModelBody,
  hits: { of: Map<string, number>; leads: number } | undefined,
): Criterion[] {
  if (!hits || hits.leads < TELLING) return [];
  return body.criteria.filter((c) => {
    const was = saved.criteria.find((x) => x.id === c.id);
    const on = (x: Criterion) => x.enabled !== false;
    return on(c) && was && on(was) && hits.of.get(c.id) === 0 && same(was.when, c.when);
  });
}

/* Without these rules, and without the groups that they leave empty; one that a condition of hot names stays. */
export function withoutCriteria(b: ModelBody, ids: string[]): ModelBody {
  const criteria = b.criteria.filter((c) => !ids.includes(c.id));
  const emptied = b.groups.filter(
    (g) =>
      b.criteria.some((c) => c.group === g.name) &&
      !criteria.some((c) => c.group === g.name) &&
      !b.gates?.some((x) => x.group === g.name),
  );
  return emptied.reduce<ModelBody>((left, g) => withoutGroup(left, g.name), { ...b, criteria });
}

/* Conditions of the ideal customer that ask for what none of the latest leads has. */
export const unheardOf = (notes: Placed[]): number[] =>
  [...new Set(notes.flatMap((x) => (x.unheard && x.icp !== undefined ? [x.icp] : [])))].sort((a, b) => a - b);
export function withoutConditions(b: ModelBody, at: number[]): ModelBody {
  const { icp, ...rest } = b;
  const conditions = icp?.conditions?.filter((_, i) => !at.includes(i)) ?? [];
  return conditions.length ? { ...rest, icp: { ...icp, conditions } } : rest;
}

export const notesOf = (list: Placed[], criterion: string) => list.filter((p) => p.criterion === criterion);

/* Thresholds and limits that contradict each other; checked here so that the dialog says so before it is sent. */
export function limitFault(b: Pick<ModelBody, 'floor' | 'ceiling' | 'warm' | 'hot'>): 'order' | undefined {
  return b.floor < b.warm && b.warm < b.hot && b.hot <= b.ceiling ? undefined : 'order';
}
