import { describe, expect, it } from 'vitest';
import type { Rule } from '../src/api/office';
import type { Cond } from '../src/part/cond/cond';
import { ANY_LEAD, isBelowAll, wholeIn, withNew } from '../src/pages/routing/always';
import { compare, type Policies } from '../src/pages/routing/compare';

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
