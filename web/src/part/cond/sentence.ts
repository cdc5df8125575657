/* A condition said in words, the same words as the server's own explanation; each value knows the leaf it belongs to. */
import { plural, type Plural } from '../../i18n/format';
import type { Lang } from '../../i18n';
import { kindOf, takes, windowOf, type Cond, type Match, type Path, type Where, type Window } from './cond';
import type { CondTexts } from './en';

/* Plain words, or a value with the path of its leaf (and the field of it to put the focus on). */
export type Piece =
  | string
  | {
      v: string;
      leaf: Path;
      field: string;
      hole?: boolean;
      words?: boolean;
      extra?: boolean; // of a long list: may be folded away
    };
const shown = 4; // values of a list, before the rest may be folded

type Voice = 'did' | 'not' | 'name';

export function sentence(c: Cond, w: CondTexts, lang: Lang): Piece[] {
  return join(node(c, [], false, w, lang));
}
export const plain = (c: Cond, w: CondTexts, lang: Lang): string =>
  sentence(c, w, lang)
    .map((p) => (typeof p === 'string' ? p : p.v))
    .join('');

function join(list: Piece[]): Piece[] {
  const out: Piece[] = [];
  for (const p of list) {
    const last = out[out.length - 1];
    if (typeof p === 'string' && typeof last === 'string') out[out.length - 1] = last + p;
    else if (p !== '') out.push(p);
  }
  return out;
}

function node(c: Cond, path: Path, inside: boolean, w: CondTexts, lang: Lang): Piece[] {
  if ('all' in c || 'any' in c) {
    const k = 'all' in c ? 'all' : 'any';
    const list = 'all' in c ? c.all : c.any;
    const many = list.length > 1;
    const same = k === 'any' && many ? (sameFact(list, path, w) ?? samePage(list, path, w)) : undefined;
    if (same) return same;
    const out: Piece[] = list.flatMap((x, i) => {
      const part = node(x, [...path, k, i], many, w, lang);
      return i ? [k === 'all' ? w.and : w.or, ...small(part)] : part;
    });
    return inside && many ? ['(', ...out, ')'] : out;
  }
  if ('not' in c) return [w.not, ...small(node(c.not, [...path, 'not'], true, w, lang))];
  if ('fact' in c) return [factIn(c.fact, w), ...test(c, path, 'value', w)];
  if ('count' in c)
    return [
      ...match(c.count, path, 'count', 'did', w),
      ' ',
      ...times(c, path, w, lang),
      w.countIn,
      span(c, path, w, lang),
    ];
  if ('within' in c) return [...match(c.within, path, 'within', 'did', w), w.within, span(c, path, w, lang)];
  if ('silent' in c) return [...match(c.silent, path, 'silent', 'not', w), w.silent, span(c, path, w, lang)];
  if ('answered' in c)
    return [
      w.answered[0],
      ...match(c.answered.ask, path, 'ask', 'name', w),
      w.answered[1],
      ...match(c.answered.reply, path, 'reply', 'name', w),
      w.answered[2],
      span(c, path, w, lang),
    ];
  return match(c as Match, path, kindOf(c), 'did', w);
}

/* Inside a sentence its parts begin with a small letter; a bracket is stepped over, values stay as they were written (unless they are our own words). */
function small(list: Piece[]): Piece[] {
  const i = list[0] === '(' ? 1 : 0;
  const first = list[i];
  const lower = (s: string) => s.charAt(0).toLowerCase() + s.slice(1);
  if (first === undefined || (typeof first !== 'string' && !first.words)) return list;
  const next = typeof first === 'string' ? lower(first) : { ...first, v: lower(first.v) };
  return [...list.slice(0, i), next, ...list.slice(i + 1)];
}

/* A fact by our own word for it; a column of somebody's table by its name with spaces, as the server says it. */
const spaced = (fact: string) => fact.replaceAll('_', ' ');
export const worded = (fact: string) => spaced(fact).replace(/^[a-z]/, (x) => x.toUpperCase());
export const factTitle = (fact: string, w: CondTexts): string => w.facts[fact] ?? worded(fact);
const factIn = (fact: string, w: CondTexts) => w.facts[fact] ?? quoted(spaced(fact), w);

const quoted = (s: string, w: CondTexts) => w.quotes[0] + s + w.quotes[1];

function value(v: unknown, w: CondTexts): string {
  if (v === true) return w.yes;
  if (v === false) return w.no;
  if (typeof v === 'number') return String(v).replace('-', '−').replace('.', w.point);
  return quoted(String(v), w);
}

function test(
  t: { op: Where['op']; value?: unknown },
  leaf: Path,
  field: string,
  w: CondTexts,
  opWord = w.say[t.op] ?? w.ops[t.op],
): Piece[] {
  const gap = opWord.startsWith(':') ? '' : ' ';
  const hole = { v: w.blankValue, leaf, field, hole: true };
  const list = Array.isArray(t.value) ? t.value : t.value === undefined || t.value === '' ? [] : [t.value];
  switch (takes[t.op]) {
    case 'nothing':
      return opWord.startsWith(': ')
        ? [': ', { v: opWord.slice(2), leaf, field: 'op' }]
        : [' ', { v: opWord, leaf, field: 'op' }];
    case 'pair':
      return [
        ' ' + w.from + ' ',
        list.length > 0 ? { v: value(list[0], w), leaf, field } : hole,
        ' ' + w.to + ' ',
        list.length > 1 ? { v: value(list[1], w), leaf, field: field + '1' } : hole,
      ];
    default:
      return [
        gap + opWord + ' ',
        ...(list.length
          ? list.flatMap((x, i): Piece[] => [
              ...(i ? [', '] : []),
              {
                v: value(x, w),
                leaf,
                field,
                ...(list.length > shown && i >= shown - 1 ? { extra: true } : {}),
              },
            ])
          : [hole]),
      ];
  }
}

/* «Title contains A, B or C» instead of the same words three times. */
function sameFact(list: Cond[], path: Path, w: CondTexts): Piece[] | undefined {
  const first = list[0]!;
  if (!('fact' in first) || !/^(has|eq|starts|ends)$/.test(first.op)) return undefined;
  if (!list.every((x) => 'fact' in x && x.fact === first.fact && x.op === first.op)) return undefined;
  return [
    factIn(first.fact, w) + (w.say[first.op] ?? ' ' + w.ops[first.op]) + ' ',
    ...list.flatMap((x, i): Piece[] => {
      const t = test(x as never, [...path, 'any', i], 'value', w, '')
        .slice(1)
        .map((p) =>
          typeof p !== 'string' && list.length > shown && i >= shown - 1 ? { ...p, extra: true } : p,
        );
      return [...(i ? [i === list.length - 1 ? w.or : ', '] : []), ...t];
    }),
  ];
}

/* «Opened the page /a, /b or /c». */
function samePage(list: Cond[], path: Path, w: CondTexts): Piece[] | undefined {
  if (!list.every((x) => 'page' in x && x.page && !x.where?.length)) return undefined;
  return [
    w.page.did,
    ...list.flatMap((x, i): Piece[] => [
      ...(i ? [i === list.length - 1 ? w.or : ', '] : []),
      { v: (x as { page: string }).page, leaf: [...path, 'any', i], field: 'page' },
    ]),
  ];
}

function match(m: Match, leaf: Path, field: string, voice: Voice, w: CondTexts): Piece[] {
  const out: Piece[] = [];
  if (m.page !== undefined)
    out.push(
      w.page[voice],
      m.page ? { v: m.page, leaf, field } : { v: w.blankValue, leaf, field, hole: true },
    );
  else if (m.event === undefined) out.push({ v: w.any[voice], leaf, field, words: true });
  else {
    const names = Array.isArray(m.event) ? m.event : [m.event];
    out.push(w.event[voice]);
    names.forEach((n, i) => {
      if (i) out.push(w.or);
      out.push(n ? { v: quoted(n, w), leaf, field } : { v: w.blankEvent, leaf, field, hole: true });
    });
    if (!names.length) out.push({ v: w.blankEvent, leaf, field, hole: true });
  }
  m.where?.forEach((x, i) => {
    out.push(i ? ', ' : ' (', x.prop, ...test(x, leaf, field + '.where' + i, w));
  });
  if (m.where?.length) out.push(')');
  return out;
}

function times(c: { op: Where['op']; value: unknown }, leaf: Path, w: CondTexts, lang: Lang): Piece[] {
  const n = (x: unknown, forms: Plural): Piece[] => [
    { v: String(x), leaf, field: 'value' },
    ' ' + plural(lang, Number(x), forms),
  ];
  if (c.op === 'between' && Array.isArray(c.value))
    return [
      w.times.from ?? '',
      { v: String(c.value[0]), leaf, field: 'value' },
      w.times.to ?? '',
      ...n(c.value[1], w.timesWordOf),
    ];
  const exact = c.op === 'eq' || c.op === 'ne';
  return [w.times[c.op] ?? '', ...n(c.value, exact ? w.timesWord : w.timesWordOf)];
}

function span(c: Window, leaf: Path, w: CondTexts, lang: Lang): Piece {
  const { unit, n } = windowOf(c);
  return { v: n + ' ' + plural(lang, n, w.unit[unit]), leaf, field: 'window' };
}
