/* A draft against the live model; ids; faults of the server put at their rows. */
import { describe, expect, test } from 'vitest';
import type { Criterion, ModelBody } from '../src/api/models';
import type { Cond } from '../src/part/cond/cond';
import {
  diff,
  duplicate,
  idle,
  limitFault,
  makeId,
  moveCriterion,
  moveGroup,
  notesOf,
  nudge,
  leaking,
  liveAt,
  placed,
  same,
  unheardOf,
  withCriterion,
  withoutConditions,
  withoutCriteria,
  withoutGroup,
} from '../src/pages/scoring/model';
import { readPoints } from '../src/pages/scoring/points';
import { added, noSteps, stepBack, stepOn } from '../src/pages/scoring/steps';

const body: ModelBody = {
  name: 'm',
  floor: 0,
  ceiling: 100,
  warm: 31,
  hot: 71,
  hysteresis: 5,
  groups: [{ name: 'interest', floor: null, ceiling: 60 }],
  criteria: [
    { id: 'demo', group: 'interest', when: { event: 'Demo Requested' }, points: 20, max_times: 2 },
    { id: 'free', group: 'interest', when: { fact: 'email.free', op: 'eq', value: true }, points: -5 },
  ],
};

describe('diff', () => {
  test('a model against itself has no change, however it is written', () => {
    const other: ModelBody = {
      ...body,
      gates: [],
      public_ceiling: null,
      criteria: [
        {
          points: 20,
          id: 'demo',
          when: { event: 'Demo Requested' },
          group: 'interest',
          enabled: true,
          max_times: 2,
          max_points: null,
          cooldown_hours: 0,
          ageing: null,
        },
        body.criteria[1]!,
      ],
    };
    expect(diff(body, other)).toEqual([]);
  });

  test('one change is told with its fields and the old row', () => {
    const d = diff(body, withCriterion(body, 'demo', { points: 25, enabled: false }));
    expect(d).toEqual([
      { kind: 'changed', id: 'demo', fields: ['enabled', 'points'], was: body.criteria[0] },
    ]);
  });

  test('added, removed, limits and thresholds are each a change', () => {
    const next: ModelBody = {
      ...body,
      hot: 80,
      groups: [{ name: 'interest', ceiling: 50 }],
      criteria: [body.criteria[0]!, { id: 'new', group: 'interest', when: { page: '/x' }, points: 1 }],
      gates: [{ band: 'hot', group: 'interest', min: 10 }],
    };
    expect(diff(body, next).map((c) => c.kind + ' ' + c.id)).toEqual([
      'added new',
      'removed free',
      'group interest',
      'model hot',
      'model gates',
    ]);
  });

  test('the order of members does not matter, the order of a list does', () => {
    expect(same({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
    expect(same([1, 2], [2, 1])).toBe(false);
    expect(same({ a: undefined }, {})).toBe(true);
    expect(same([], {})).toBe(false);
  });
});

test('an id is made of the title and is unlike the others', () => {
  expect(makeId('Запросил демо!', [])).toBe('zaprosil_demo');
  expect(makeId('Demo', ['demo', 'demo_2'])).toBe('demo_3');
  expect(makeId('***', [])).toBe('rule');
  expect(makeId('щ'.repeat(80), [])).toMatch(/^[a-z0-9_-]{1,64}$/);
});

test('what is wrong stands at its place, whatever the pointer begins with', () => {
  const f = placed(body, [
    { pointer: '/body/criteria/1/when/all/0/value', code: 'bad_field', detail: 'no', error: true },
    { pointer: '/criteria/1/points', code: 'out_of_range', error: true },
    { pointer: '/groups/0/ceiling', code: 'doubt', detail: 'high', error: false },
    { pointer: '/body/warm', code: 'bad_field', detail: 'above hot', error: true },
    { pointer: '/criteria/0/when', code: 'unknown_fact', detail: 'nobody has it', error: false },
    { pointer: '/criteria/0/when', code: 'duplicate', detail: 'there is one', error: false },
  ]);
  expect(f).toEqual([
    { criterion: 'free', field: 'when', path: ['all', 0, 'value'], text: 'no', error: true },
    { criterion: 'free', field: 'points', text: 'out_of_range', error: true },
    { group: 'interest', field: 'ceiling', text: 'high', error: false },
    { model: 'warm', text: 'above hot', error: true },
    {
      criterion: body.criteria[0]!.id,
      field: 'when',
      path: [],
      text: 'nobody has it',
      error: false,
      unheard: true,
    },
    { criterion: body.criteria[0]!.id, field: 'when', path: [], text: 'there is one', error: false },
  ]);
  expect(notesOf(f, 'free')).toHaveLength(2);
});

describe('moving about', () => {
  const b: ModelBody = {
    ...body,
    groups: [{ name: 'a' }, { name: 'b' }],
    criteria: ['x', 'y', 'z'].map((id, i) => ({
      id,
      group: i < 2 ? 'a' : 'b',
      when: { event: id },
      points: i,
    })),
    gates: [{ band: 'hot', group: 'b', min: 5 }],
  };
  const order = (m: ModelBody | undefined) => m?.criteria.map((c) => c.group + c.id).join(' ');

  test('a rule goes before another, into its group, or behind the last', () => {
    expect(order(moveCriterion(b, 'x', 'b', 'z'))).toBe('ay bx bz');
    expect(order(moveCriterion(b, 'z', 'a', 'x'))).toBe('az ax ay');
    expect(order(moveCriterion(b, 'x', 'b'))).toBe('ay bz bx');
    expect(order(moveCriterion(b, 'x', 'a', 'x'))).toBe('ax ay bz');
  });

  test('by keys it steps through its group and over the edge, never out of the model', () => {
    expect(order(nudge(b, 'y', -1))).toBe('ay ax bz');
    expect(order(nudge(b, 'x', 1))).toBe('ay ax bz');
    expect(order(nudge(b, 'y', 1))).toBe('ax by bz');
    expect(order(nudge(b, 'z', -1))).toBe('ax ay az');
    expect(nudge(b, 'x', -1)).toBeUndefined();
    expect(nudge(b, 'z', 1)).toBeUndefined();
  });

  test('a copy stands behind its original and has an id and a name of its own', () => {
    const named = withCriterion(b, 'x', { title: { ru: 'Икс' } });
    const made = duplicate(named, 'x', '(копия)');
    expect(made.body.criteria.map((c) => c.id)).toEqual(['x', 'x_2', 'y', 'z']);
    expect(made.body.criteria[1]!.title).toEqual({ ru: 'Икс (копия)' });
  });

  test('a group goes with its rules and the gates that ask for it', () => {
    const left = withoutGroup(b, 'b');
    expect(order(left)).toBe('ax ay');
    expect(left.gates).toEqual([]);
    expect(moveGroup(b, 'b', -1).groups.map((g) => g.name)).toEqual(['b', 'a']);
    expect(diff(b, left).map((c) => c.kind)).toEqual(['removed', 'nogroup', 'model']);
  });
});

describe('steps', () => {
  test('what was changed comes back, and forth again', () => {
    let s = added<number>(noSteps, 1, 1000);
    s = added(s, 2, 5000);
    const back = stepBack(s, 3)!;
    expect(back.now).toBe(2);
    const twice = stepBack(back.steps, back.now)!;
    expect(twice.now).toBe(1);
    expect(stepBack(twice.steps, twice.now)).toBeUndefined();
    const on = stepOn(twice.steps, twice.now)!;
    expect(on.now).toBe(2);
    expect(stepOn(on.steps, on.now)!.now).toBe(3);
  });

  test('typing is one step; a change after undoing forgets what was ahead', () => {
    let s = added<number>(noSteps, 1, 1000);
    s = added(s, 2, 1300);
    s = added(s, 3, 1900);
    expect(s.past).toEqual([1]);
    const back = stepBack(s, 4)!;
    expect(added(back.steps, back.now, 2000)).toMatchObject({ past: [1], ahead: [] });
  });
});

test('a criterion that asks what knows the end says so, unless it is off', () => {
  const when = {
    all: [{ fact: 'tags', op: 'exists' as const }, { not: { fact: 'city', op: 'exists' as const } }],
  };
  const of = (enabled: boolean) => ({
    ...body,
    criteria: [{ ...body.criteria[0]!, id: 'told', when, enabled }],
  });
  const say = (x: string) => x + '!';
  expect(leaking(of(true), ['tags', 'quality'], say)).toEqual([
    { criterion: 'told', field: 'when', text: 'tags!', error: false },
  ]);
  expect(leaking(of(false), ['tags'], say)).toEqual([]);
});

test('a replay stands beside the version that was live when it was played', () => {
  const of = (version: number, published_at: string | null) => ({ version, published_at });
  const list = [
    of(0, null),
    of(3, '2026-03-01T00:00:00Z'),
    of(2, '2026-02-01T00:00:00Z'),
    of(1, '2026-01-01T00:00:00Z'),
  ];
  expect(liveAt(list, '2026-02-10T00:00:00Z')?.version).toBe(2);
  expect(liveAt(list, '2026-03-01T00:00:00Z')?.version).toBe(3);
  expect(liveAt(list, '2025-12-31T00:00:00Z')).toBeUndefined();
});

test('points are whole', () => {
  expect(readPoints('+5')).toBe(5);
  expect(readPoints(' −12 ')).toBe(-12);
  expect(readPoints('2,5')).toBe('part');
  expect(readPoints('')).toBeUndefined();
  expect(readPoints('five')).toBeUndefined();
});

test('thresholds stand between the limits, in their order', () => {
  expect(limitFault(body)).toBeUndefined();
  expect(limitFault({ ...body, warm: 71 })).toBe('order');
  expect(limitFault({ ...body, ceiling: 70 })).toBe('order');
});

describe('conditions of the ideal customer that nobody was heard to fit', () => {
  const fact = (name: string) => ({ when: { fact: name, op: 'exists' } as Cond });
  const b: ModelBody = { ...body, icp: { conditions: [fact('a'), fact('b'), fact('c')] } };
  const at = (i: number, code = 'unknown_fact') => ({
    pointer: `/body/icp/conditions/${i}/when/fact`,
    code,
    detail: code,
    error: false,
  });

  test('are known by their place, each once, and other doubts about them are not among them', () => {
    const notes = placed(b, [
      at(2),
      at(0),
      at(0, 'unknown_event'),
      at(1, 'never_holds'),
      { ...at(1), error: true },
      at(7),
    ]);
    expect(notes.map((x) => x.icp)).toEqual([2, 0, 0, 1, 1, undefined]);
    expect(unheardOf(notes)).toEqual([0, 2]);
  });

  test('go at once; without any left there is no ideal customer', () => {
    expect(withoutConditions(b, [0, 2]).icp).toEqual({ conditions: [fact('b')] });
    expect('icp' in withoutConditions(b, [0, 1, 2])).toBe(false);
    expect('icp' in withoutConditions(body, [0])).toBe(false);
  });
});

describe('rules that hold for nobody', () => {
  const rule = (id: string, group: string, value: string, more = {}): Criterion => ({
    id,
    title: { ru: id, en: id },
    group,
    points: 5,
    enabled: true,
    when: { fact: 'city', op: 'eq', value },
    ...more,
  });
  const saved: ModelBody = {
    ...body,
    groups: [{ name: 'a' }, { name: 'b' }, { name: 'c' }],
    criteria: [
      rule('met', 'a', 'x'),
      rule('never', 'a', 'y'),
      rule('off', 'a', 'z', { enabled: false }),
      rule('alone', 'b', 'w'),
      rule('gated', 'c', 'v'),
    ],
    gates: [{ band: 'hot', group: 'c', min: 5 }],
  };
  const of = new Map([
    ['met', 3],
    ['never', 0],
    ['off', 0],
    ['alone', 0],
    ['gated', 0],
  ]);

  test('are those in force that none of many leads meets, as they were saved', () => {
    const ids = (b: ModelBody, leads = 500) => idle(b, saved, { of, leads }).map((c) => c.id);
    expect(ids(saved)).toEqual(['never', 'alone', 'gated']);
    expect(ids(saved, 99)).toEqual([]); // too few leads to tell
    expect(idle(saved, saved, undefined)).toEqual([]);
    expect(ids(withCriterion(saved, 'never', { when: { fact: 'city', op: 'eq', value: 'x' } }))).toEqual([
      'alone',
      'gated',
    ]);
    expect(ids({ ...saved, criteria: [...saved.criteria, rule('new', 'a', 'q')] })).toEqual([
      'never',
      'alone',
      'gated',
    ]);
  });

  test('go at once, with the groups that they leave empty, but for one that a gate names', () => {
    const left = withoutCriteria(saved, ['never', 'alone', 'gated']);
    expect(left.criteria.map((c) => c.id)).toEqual(['met', 'off']);
    expect(left.groups.map((g) => g.name)).toEqual(['a', 'c']);
    expect(left.gates).toEqual(saved.gates);
  });
});
