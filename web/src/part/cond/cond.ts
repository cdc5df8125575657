/* The language of conditions, as the server reads it (criteria, gates, routing rules): shapes, and changes of a tree by path. */
export type Op =
  | 'eq'
  | 'ne'
  | 'has'
  | 'starts'
  | 'ends'
  | 'in'
  | '>='
  | '<='
  | '>'
  | '<'
  | 'between'
  | 'exists'
  | 'empty'
  | 'matches';
export type Where = { prop: string; op: Op; value?: unknown };
export type Match = { event?: string | string[]; page?: string; where?: Where[] };
export type Window = { days?: number; hours?: number; minutes?: number };
export type Fact = { fact: string; op: Op; value?: unknown };
export type Count = { count: Match; op: Op; value: unknown } & Window;
export type Answered = { answered: { ask: Match; reply: Match } } & Window;
export type Cond =
  | { all: Cond[] }
  | { any: Cond[] }
  | { not: Cond }
  | Fact
  | Match
  | Count
  | ({ within: Match } & Window)
  | ({ silent: Match } & Window)
  | Answered;

export type Kind =
  'all' | 'any' | 'not' | 'fact' | 'count' | 'within' | 'silent' | 'answered' | 'event' | 'page';
export const leafKinds = ['fact', 'event', 'page', 'count', 'within', 'silent', 'answered'] as const;
export type LeafKind = (typeof leafKinds)[number];

const heads: Kind[] = ['all', 'any', 'not', 'fact', 'count', 'within', 'silent', 'answered', 'event', 'page'];
export const kindOf = (c: Cond): Kind => heads.find((k) => k in c) ?? 'event';

/* What a value must be, by operator: the server's own table (cond/op.c). */
export const takes: Record<Op, 'nothing' | 'any' | 'text' | 'number' | 'pair' | 'list'> = {
  eq: 'any',
  ne: 'any',
  has: 'text',
  starts: 'text',
  ends: 'text',
  in: 'list',
  '>=': 'number',
  '<=': 'number',
  '>': 'number',
  '<': 'number',
  between: 'pair',
  exists: 'nothing',
  empty: 'nothing',
  matches: 'text',
};
export const ops = Object.keys(takes) as Op[];
export const countOps: Op[] = ['>=', '<=', '>', '<', 'eq', 'ne', 'between'];
export const knownFacts = [
  'title',
  'company',
  'industry',
  'employees',
  'revenue',
  'budget',
  'email',
  'email.domain',
  'email.free',
  'phone',
  'name',
  'region',
  'city',
  'country',
  'source',
  'campaign.source',
  'campaign.name',
];

export const units = ['days', 'hours', 'minutes'] as const;
export type Unit = (typeof units)[number];
export function windowOf(w: Window): { unit: Unit; n: number } {
  const unit = units.find((u) => w[u] !== undefined && w[u] !== null) ?? 'days';
  return { unit, n: w[unit] ?? 7 };
}
export function withWindow<T extends Window>(c: T, unit: Unit, n: number): T {
  const next = { ...c };
  for (const u of units) delete next[u];
  next[unit] = n;
  return next;
}

/* A fresh leaf of a kind; keeps the event of the old one where there is one. */
export function blank(kind: LeafKind, from?: Cond): Cond {
  const m = from ? matchOf(from) : undefined;
  switch (kind) {
    case 'fact':
      return { fact: 'title', op: 'has', value: '' };
    case 'page':
      return { page: m?.page ?? '/pricing*' };
    case 'event':
      return { event: m?.event ?? '' };
    case 'count':
      return { count: m ?? { event: '' }, op: '>=', value: 3, days: 7 };
    case 'within':
      return { within: m ?? { event: '' }, days: 7 };
    case 'silent':
      return { silent: m ?? {}, days: 30 };
    case 'answered':
      return { answered: { ask: m ?? { event: '' }, reply: { event: '' } }, minutes: 60 };
  }
}

export function matchOf(c: Cond): Match | undefined {
  if ('count' in c) return c.count;
  if ('within' in c) return c.within;
  if ('silent' in c) return c.silent;
  if ('answered' in c) return c.answered.ask;
  if ('event' in c || 'page' in c) return c as Match;
  return undefined;
}

export type Path = (string | number)[];
export function getAt(c: unknown, path: Path): unknown {
  return path.reduce<unknown>((o, k) => (o as Record<string | number, unknown> | undefined)?.[k], c);
}
export function setAt<T>(c: T, path: Path, value: unknown): T {
  if (!path.length) return value as T;
  const [k, ...rest] = path as [string | number, ...Path];
  if (Array.isArray(c)) return c.map((x, i) => (i === k ? setAt(x, rest, value) : x)) as T;
  const o = c as Record<string | number, unknown>;
  return { ...o, [k]: setAt(o[k], rest, value) } as T;
}

/* An event outside count, within, silent, answered: points come with each such event. Else they stand while the condition holds. */
export function isPerEvent(c: Cond): boolean {
  if ('all' in c) return c.all.some(isPerEvent);
  if ('any' in c) return c.any.some(isPerEvent);
  if ('not' in c) return isPerEvent(c.not);
  const k = kindOf(c);
  return k === 'event' || k === 'page';
}

/* Names of events a condition speaks of; for hints. */
export function eventsIn(c: Cond, out = new Set<string>()): Set<string> {
  const take = (m: Match) => {
    for (const e of Array.isArray(m.event) ? m.event : m.event ? [m.event] : []) out.add(e);
  };
  if ('all' in c) c.all.forEach((x) => eventsIn(x, out));
  else if ('any' in c) c.any.forEach((x) => eventsIn(x, out));
  else if ('not' in c) eventsIn(c.not, out);
  else if ('answered' in c) {
    take(c.answered.ask);
    take(c.answered.reply);
  } else {
    const m = matchOf(c);
    if (m) take(m);
  }
  return out;
}

/* Names of facts a condition asks. */
export function factsIn(c: Cond): string[] {
  if ('all' in c) return c.all.flatMap(factsIn);
  if ('any' in c) return c.any.flatMap(factsIn);
  if ('not' in c) return factsIn(c.not);
  return 'fact' in c ? [c.fact] : [];
}

/* What a person typed, as the value of a test: numbers and yes/no keep their kind, «007» stays text. */
export function readValue(text: string): string | number | boolean {
  const s = text.trim();
  if (/^-?(0|[1-9]\d{0,14})([.,]\d+)?$/.test(s)) return Number(s.replace(',', '.'));
  if (s === 'true') return true;
  if (s === 'false') return false;
  return s;
}
export const readList = (text: string): (string | number | boolean)[] =>
  text
    .split(/[,;\n]/)
    .map((s) => s.trim())
    .filter(Boolean)
    .map(readValue);

/* A value that fits another operator, kept as far as it can be. */
export function refit(op: Op, value: unknown): unknown {
  const first = Array.isArray(value) ? value[0] : value;
  switch (takes[op]) {
    case 'nothing':
      return undefined;
    case 'number':
      return Number(first) || 0;
    case 'pair':
      return Array.isArray(value) && value.length === 2 ? value : [Number(first) || 0, Number(first) || 0];
    case 'list':
      return Array.isArray(value) ? value : first === undefined || first === '' ? [] : [first];
    case 'text':
      return first === undefined ? '' : String(first);
    case 'any':
      return first ?? '';
  }
}
export function withOp<T extends { op: Op; value?: unknown }>(t: T, op: Op): T {
  const next = { ...t, op, value: refit(op, t.value) };
  if (next.value === undefined) delete next.value;
  return next;
}

/* Why it cannot be saved as it stands: paths of empty parts, so that the form can point at them before the server does. */
export function holes(c: Cond, path: Path = []): Path[] {
  const match = (m: Match, p: Path, any: boolean): Path[] => {
    const out: Path[] = [];
    if (m.page !== undefined) {
      if (!m.page.trim()) out.push([...p, 'page']);
    } else if (m.event !== undefined || !any) {
      const names = Array.isArray(m.event) ? m.event : m.event ? [m.event] : [];
      if (!names.length || names.some((n) => !n.trim())) out.push([...p, 'event']);
    }
    m.where?.forEach((w, i) => {
      if (!w.prop.trim()) out.push([...p, 'where', i, 'prop']);
      if (isHole(w)) out.push([...p, 'where', i, 'value']);
    });
    return out;
  };
  const isHole = (t: { op: Op; value?: unknown }) =>
    takes[t.op] !== 'nothing' &&
    (t.value === undefined ||
      t.value === '' ||
      (Array.isArray(t.value) && (!t.value.length || t.value.includes(''))));
  if ('all' in c || 'any' in c) {
    const k = 'all' in c ? 'all' : 'any';
    const list = 'all' in c ? c.all : c.any;
    return list.length ? list.flatMap((x, i) => holes(x, [...path, k, i])) : [[...path, k]];
  }
  if ('not' in c) return holes(c.not, [...path, 'not']);
  if ('fact' in c)
    return [...(c.fact.trim() ? [] : [[...path, 'fact']]), ...(isHole(c) ? [[...path, 'value']] : [])];
  if ('answered' in c)
    return [
      ...match(c.answered.ask, [...path, 'answered', 'ask'], false),
      ...match(c.answered.reply, [...path, 'answered', 'reply'], false),
    ];
  if ('count' in c)
    return [...match(c.count, [...path, 'count'], true), ...(isHole(c) ? [[...path, 'value']] : [])];
  if ('within' in c) return match(c.within, [...path, 'within'], true);
  if ('silent' in c) return match(c.silent, [...path, 'silent'], true);
  return match(c as Match, path, true);
}
