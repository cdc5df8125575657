/* What columns mean: a first mapping of the server's guesses, and what is wrong with a mapping. Pure. */
import type { Column, Format, ImportKind, MapColumn, Mapping } from '../../api/imports';

export const leadFields = [
  'email',
  'phone',
  'user_id',
  'anonymous_id',
  'name',
  'first_name',
  'last_name',
  'middle_name',
  'title',
  'company',
  'industry',
  'revenue',
  'employees',
  'region',
  'city',
  'country',
  'source',
  'budget',
  'created_at',
  'outcome',
  'outcome_at',
  'stage',
] as const;
export const eventFields = [
  'messageId',
  'type',
  'event',
  'userId',
  'anonymousId',
  'email',
  'phone',
  'timestamp',
] as const;

export const fieldsOf = (kind: ImportKind): readonly string[] =>
  kind === 'events' ? eventFields : leadFields;
/* What one value may be told of for all rows of a file: never who a lead is, and not what has a place of its own on the page. */
export const constantsOf = (kind: ImportKind): readonly string[] =>
  kind === 'events'
    ? ['type', 'timestamp']
    : [
        'outcome',
        'outcome_at',
        'stage',
        'created_at',
        'company',
        'title',
        'industry',
        'region',
        'city',
        'country',
      ];
export const outcomeWords = ['won', 'lost'] as const;
export const stageWords = ['new', 'contact', 'qualified', 'offer', 'talks', 'won', 'lost'] as const;

export function withConstant(m: Mapping, field: string, value: string | undefined): Mapping {
  const constants = { ...m.constants };
  if (value === undefined) delete constants[field];
  else constants[field] = value;
  return { ...m, constants: Object.keys(constants).length ? constants : undefined };
}

/* Any other column is kept too: as a fact of the lead, or a property of the event. */
export const otherPrefix = (kind: ImportKind) => (kind === 'events' ? 'properties.' : 'fact.');

const ids: Record<ImportKind, string[]> = {
  leads: ['email', 'phone', 'user_id', 'anonymous_id'],
  events: ['email', 'phone', 'userId', 'anonymousId'],
};

/* What forms write where nobody chose anything, as the server found it. Taken for a value it would earn points. */
export function placeholders(columns: Column[]): string[] {
  const seen = new Map<string, string>();
  for (const x of columns.flatMap((c) => c.nothing ?? []))
    if (!seen.has(x.toLowerCase())) seen.set(x.toLowerCase(), x);
  return [...seen.values()];
}

/* Where outcomes could have their dates from: the column that is taken for them, and others that hold dates. */
const dated = /^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}/;
export function dateColumns(
  columns: Column[],
  mapping?: Mapping | null,
): { decided?: string; others: string[] } {
  const field = new Map((mapping?.columns ?? []).map((c) => [c.index, c.field]));
  const holds = (c: Column) =>
    field.get(c.index) === 'created_at' ||
    (c.sample.length > 0 && c.sample.every((x) => dated.test(x.trim())));
  return {
    decided: columns.find((c) => field.get(c.index) === 'outcome_at')?.name,
    others: columns.filter((c) => field.get(c.index) !== 'outcome_at' && holds(c)).map((c) => c.name),
  };
}

/* One field has one column: the first that is guessed keeps it, the others are left out. What a person has sent names its zone; the server's own guess
   does not, and is completed by what stands for nothing in the file and by the zone whose clock the office goes by. */
export function firstMapping(columns: Column[], given?: Mapping | null, zone?: string): Mapping {
  const empty = placeholders(columns);
  const guessed = given?.zone ? {} : { ...(empty.length ? { empty } : {}), ...(zone ? { zone } : {}) };
  if (given?.columns?.length)
    return {
      ...guessed,
      ...given,
      columns: columns.map((c) => {
        const m = given.columns.find((x) => x.index === c.index);
        return clean({ index: c.index, field: m?.field ?? '', format: m?.format });
      }),
    };
  const taken = new Set<string>();
  return {
    ...guessed,
    columns: columns.map((c) => {
      const field = c.guess && !taken.has(c.guess) ? c.guess : '';
      if (field) taken.add(field);
      return clean({ index: c.index, field, format: field ? c.format : undefined });
    }),
  };
}
function clean(c: { index: number; field: string; format?: Format }): MapColumn {
  return c.format && c.format !== 'text' ? (c as MapColumn) : { index: c.index, field: c.field };
}

export function withField(m: Mapping, index: number, field: string): Mapping {
  return { ...m, columns: m.columns.map((c) => (c.index === index ? { ...c, field } : c)) };
}
export function withFormat(m: Mapping, index: number, format: Format): Mapping {
  return { ...m, columns: m.columns.map((c) => (c.index === index ? clean({ ...c, format }) : c)) };
}

export type MappingFault =
  | { kind: 'no_id' }
  | { kind: 'no_outcome' }
  | { kind: 'no_value'; field: string }
  | { kind: 'twice'; field: string }
  | { kind: 'no_event' };
export function mappingFaults(kind: ImportKind, m: Mapping): MappingFault[] {
  const used = m.columns.map((c) => c.field).filter(Boolean);
  const out: MappingFault[] = [];
  const consts = Object.keys(m.constants ?? {});
  const has = (f: string) => used.includes(f) || consts.includes(f);
  if (!ids[kind].some(has)) out.push({ kind: 'no_id' });
  if (kind === 'events' && !has('event') && !has('type')) out.push({ kind: 'no_event' });
  if (has('outcome_at') && !has('outcome') && !has('stage')) out.push({ kind: 'no_outcome' });
  for (const f of consts) if (!m.constants?.[f]) out.push({ kind: 'no_value', field: f });
  for (const f of new Set(used))
    if (used.filter((x) => x === f).length > 1) out.push({ kind: 'twice', field: f });
  return out;
}

/* A name for «any other» made of the column's heading. */
export function otherField(kind: ImportKind, heading: string): string {
  const name = heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');
  return otherPrefix(kind) + (name || 'column');
}

/* Every column that is left out is kept as it is: under a name of its own, each name once. */
export function keepOthers(kind: ImportKind, columns: Column[], m: Mapping): Mapping {
  const taken = new Set(m.columns.map((c) => c.field).filter(Boolean));
  return {
    ...m,
    columns: m.columns.map((c) => {
      if (c.field) return c;
      const col = columns.find((x) => x.index === c.index);
      const name = otherField(kind, col?.name ?? '');
      let field = name;
      for (let i = 2; taken.has(field); i++) field = name + '_' + i;
      taken.add(field);
      return clean({ index: c.index, field, format: col?.format });
    }),
  };
}

/* What is sent: columns that are left out are not in it. */
export const toSend = (m: Mapping): Mapping => ({ ...m, columns: m.columns.filter((c) => c.field) });
