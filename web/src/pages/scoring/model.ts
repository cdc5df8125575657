/* A model against another: what has changed, and where. Absent, null and «no limit» are the same thing. */
import type { Criterion, Gate, Group, ModelBody } from '../../api/models';

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
    if (!was || (was.floor ?? null) !== (g.floor ?? null) || (was.ceiling ?? null) !== (g.ceiling ?? null))
      out.push({ kind: 'group', id: g.name, was });
  }
  for (const k of ['floor', 'ceiling', 'warm', 'hot'] as const)
    if (from[k] !== to[k]) out.push({ kind: 'model', id: k, was: from[k] });
  if ((from.hysteresis ?? 0) !== (to.hysteresis ?? 0))
    out.push({ kind: 'model', id: 'hysteresis', was: from.hysteresis ?? 0 });
  if ((from.public_ceiling ?? null) !== (to.public_ceiling ?? null))
    out.push({ kind: 'model', id: 'public_ceiling', was: from.public_ceiling ?? null });
  if (!same(gatesOf(from), gatesOf(to))) out.push({ kind: 'model', id: 'gates', was: from.gates ?? [] });
  return out;
}
const gatesOf = (b: ModelBody): Gate[] => b.gates ?? [];

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

/* What the server found wrong, by criterion: pointers look like /criteria/3/when/all/0/op, with or without /body before. */
export function faultsByCriterion(
  body: ModelBody,
  errors: { pointer?: string; field?: string; code: string; detail?: string }[],
): { byId: Map<string, string>; rest: string[] } {
  const byId = new Map<string, string>();
  const rest: string[] = [];
  for (const e of errors) {
    const m = /^(?:\/body)?\/criteria\/(\d+)(?:\/|$)/.exec(e.pointer ?? '');
    const c = m ? body.criteria[Number(m[1])] : undefined;
    const text = e.detail ?? e.code;
    if (c) byId.set(c.id, byId.has(c.id) ? byId.get(c.id) + '; ' + text : text);
    else rest.push((e.pointer ? e.pointer + ': ' : '') + text);
  }
  return { byId, rest };
}

/* Thresholds and limits that contradict each other; checked here so that the dialog says so before it is sent. */
export function limitFault(b: Pick<ModelBody, 'floor' | 'ceiling' | 'warm' | 'hot'>): 'order' | undefined {
  return b.floor < b.warm && b.warm < b.hot && b.hot <= b.ceiling ? undefined : 'order';
}
