import { describe, expect, it } from 'vitest';
import type { Rule } from '../src/api/office';
import type { Cond } from '../src/part/cond/cond';
import { ANY_LEAD, isBelowAll, wholeIn, withNew } from '../src/pages/routing/always';
import { readFileSync } from 'node:fs';
import { compare, parts, type Part, type Policies } from '../src/pages/routing/compare';
import { sayDifference, type Names } from '../src/pages/routing/say';
import enCond from '../src/part/cond/en';
import ruCond from '../src/part/cond/ru';
import en from '../src/pages/routing/en';
import ru from '../src/pages/routing/ru';

const rule = (name: string, condition: Cond, more: Partial<Rule> = {}): Rule => ({
  name,
  condition,
  pool_id: null,
  sla_minutes: 0,
  fallback_pool_id: null,
  match: [],
  enabled: true,
  ...more,
});
const big = rule('big', { fact: 'employees', op: '>=', value: 250 });
const rest = rule('rest', { fact: 'email', op: 'exists' });
const all = rule('all', ANY_LEAD);
const names = (l: Rule[]) => l.map((r) => r.name).join(' ');

describe('numbers of a rule', () => {
  it.each([
    ['', 0, 50, 0],
    [' 7 ', 0, 50, 7],
    ['50', 0, 50, 50],
    ['51', 0, 50, undefined],
    ['80', 0, 50, undefined],
    ['-5', 1, 43200, undefined],
    ['0', 1, 43200, undefined],
    ['43200', 1, 43200, 43200],
    ['43201', 1, 43200, undefined],
    ['1.5', 1, 43200, undefined],
    ['1e2', 1, 43200, undefined],
  ])('%j in %i..%i', (text, low, high, n) => expect(wholeIn(text, low, high)).toBe(n));
});

describe('where a new rule stands', () => {
  it('above the last rules that take everybody', () => {
    expect(names(withNew([big, rest, all], rule('new', { fact: 'city', op: 'eq', value: 'Тула' })))).toBe(
      'big new rest all',
    );
    expect(names(withNew([rest, big], rule('new', { fact: 'city', op: 'exists' })))).toBe('rest big new');
    expect(names(withNew([big, rest], rule('new', ANY_LEAD)))).toBe('big rest new');
    expect(names(withNew([], big))).toBe('big');
  });
  it('is marked below a rule that is on and holds always, whatever that one asks of the manager', () => {
    expect(isBelowAll([all, big], 1)).toBe(true);
    expect(isBelowAll([big, all], 1)).toBe(false);
    expect(isBelowAll([{ ...all, enabled: false }, big], 1)).toBe(false);
    expect(isBelowAll([{ ...all, match: ['region'], product_id: 'pr_1', explore: 20 }, big], 1)).toBe(true);
    expect(isBelowAll([all, { ...all, enabled: false }, big, rest], 3)).toBe(true);
  });
  it('is not marked below a rule that a lead with a phone alone passes by', () =>
    expect(isBelowAll([rest, all], 1)).toBe(false));
  it.each<[Cond, boolean]>([
    [
      {
        any: [
          { fact: 'city', op: 'empty' },
          { fact: 'city', op: 'exists' },
        ],
      },
      true,
    ],
    [
      {
        any: [
          { fact: 'city', op: 'empty' },
          { fact: 'phone', op: 'exists' },
        ],
      },
      false,
    ],
    [{ any: [{ fact: 'city', op: 'eq', value: 'Тула' }, ANY_LEAD] }, true],
    [{ all: [ANY_LEAD, { fact: 'city', op: 'exists' }] }, false],
    [{ all: [ANY_LEAD] }, true],
    [{ not: ANY_LEAD }, false],
  ])('%j holds always: %s', (c, yes) => expect(isBelowAll([rule('x', c), big], 1)).toBe(yes));
});

describe('a version beside the live rules', () => {
  const at = (id: string, r: Rule, more: Partial<Rule> = {}): Rule => ({ ...r, id, ...more });
  const a = at('a', big);
  const b = at('b', rest);
  const c = at('c', all);
  const say = (other: Rule[], policies: Policies = [], live: Rule[] = [a, b, c]) =>
    compare(
      { items: live, policies: [{ pool_id: 'p', policy: 'weighted' }] },
      { items: other, policies },
    ).map((d) =>
      d.kind === 'policy'
        ? `policy ${d.pool_id} ${d.from} ${d.to}`
        : d.kind === 'changed'
          ? `${d.rule.name} ${d.part}`
          : d.kind === 'moved'
            ? `${d.rule.name} ${d.from}>${d.to}`
            : `${d.kind} ${d.rule.name}`,
    );

  it('the same rules differ in nothing, whatever is left unsaid', () =>
    expect(
      say([{ ...a, explore: 0, product_id: null }, b, c], [{ pool_id: 'p', policy: 'weighted' }]),
    ).toEqual([]));
  it('what moved is told by as few moves as explain it', () => {
    expect(say([b, c, a])).toEqual(['big 1>3']);
    expect(say([c, a, b])).toEqual(['all 3>1']);
  });
  it('a rule is found again by its id, else by its name', () => {
    expect(say([{ ...a, name: 'large' }, b, c])).toEqual(['large name']);
    expect(say([{ ...a, id: undefined, sla_minutes: 10 }, b, c])).toEqual(['big sla_minutes']);
  });
  it('rules that came and went, and another policy', () =>
    expect(
      say(
        [a, rule('new', ANY_LEAD), c],
        [
          { pool_id: 'p', policy: 'claim' },
          { pool_id: 'gone', policy: 'claim' },
        ],
      ),
    ).toEqual(['added new', 'gone rest', 'policy p weighted claim']));
});

/* The members of a rule as the server describes them. */
const described = () => {
  const doc = JSON.parse(readFileSync(new URL('../../docs/api.json', import.meta.url), 'utf8'));
  const found: string[][] = [];
  const look = (x: unknown) => {
    if (!x || typeof x !== 'object') return;
    const { properties } = x as { properties?: Record<string, unknown> };
    if (properties?.condition && properties.pool_id) found.push(Object.keys(properties));
    Object.values(x).forEach(look);
  };
  look(doc.paths['/api/v1/routing/rules'].put.requestBody);
  return found[0]!.filter((x) => x !== 'id').sort();
};
/* Of each member another value. */
const other: Required<Omit<Rule, 'id'>> = {
  name: 'other',
  enabled: false,
  condition: { fact: 'city', op: 'eq', value: 'Тула' },
  pool_id: 'p2',
  match: ['product', 'region', 'language'],
  product_id: 'pr2',
  sla_minutes: 17,
  explore: 23,
  fallback_pool_id: 'p3',
};
/* What stands in the sentence of it, in both languages. */
const words: Record<Part, [ru: string[], en: string[]]> = {
  name: [['other'], ['other']],
  enabled: [['выключено'], ['off']],
  condition: [['Тула'], ['Тула']],
  pool_id: [['«p2»'], ['«p2»']],
  match: [
    ['продукт', 'регион', 'язык'],
    ['product', 'region', 'language'],
  ],
  product_id: [['«pr2»'], ['«pr2»']],
  sla_minutes: [['17'], ['17']],
  explore: [['23'], ['23']],
  fallback_pool_id: [['«p3»'], ['«p3»']],
};
const tell = (live: Rule[], draft: Rule[]) => {
  const names = (s: Names['s'], w: Names['w'], lang: Names['lang']): Names => {
    const called = (id?: string | null) => `«${id}»`;
    return { s, w, lang, pool: called, product: called };
  };
  const list = compare({ items: live, policies: [] }, { items: draft, policies: [] });
  return [names(ru, ruCond, 'ru'), names(en, enCond, 'en')].map((n) => list.map((d) => sayDifference(n, d)));
};

describe('no member of a rule is left out of a comparison', () => {
  const one: Rule = { ...rule('one', ANY_LEAD), id: 'one', pool_id: 'p1' };
  it('all that the server has are compared', () => expect([...parts].sort()).toEqual(described()));
  it.each(parts)('%s is told in both languages', (part) => {
    const told = tell([one], [{ ...one, [part]: other[part] }]);
    for (const [i, list] of told.entries()) {
      expect(list).toHaveLength(1);
      for (const word of words[part][i]!) expect(list[0]).toContain(word);
    }
  });
  it.each(parts)('%s is told of a rule that came, and of one that went', (part) => {
    const came: Rule = { ...other, id: 'came' };
    for (const told of [tell([one], [one, came]), tell([came, one], [one])])
      for (const [i, list] of told.entries()) {
        expect(list).toHaveLength(1);
        for (const word of words[part][i]!) expect(list[0]).toContain(word);
      }
  });
  it('the place is told: of what moved, came and went', () => {
    const two: Rule = { ...one, id: 'two', name: 'two' };
    expect(tell([one, two], [two, one])).toEqual([
      [ru.versions.changes.moved('one', 1, 2)],
      [en.versions.changes.moved('one', 1, 2)],
    ]);
    expect(tell([one], [one, two])[1]![0]).toContain('in place 2');
    expect(tell([one, two], [one])[0]![0]).toContain('с места 2');
  });
});
