/* A draft against the live model; ids; faults of the server put at their rows. */
import { describe, expect, test } from 'vitest';
import type { ModelBody } from '../src/api/models';
import { diff, faultsByCriterion, limitFault, makeId, same, withCriterion } from '../src/pages/scoring/model';

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

test('faults stand at their rows, whatever the pointer begins with', () => {
  const f = faultsByCriterion(body, [
    { pointer: '/body/criteria/1/when/value', code: 'bad_field', detail: 'no' },
    { pointer: '/criteria/1/points', code: 'out_of_range' },
    { pointer: '/body/warm', code: 'bad_field', detail: 'above hot' },
  ]);
  expect([...f.byId]).toEqual([['free', 'no; out_of_range']]);
  expect(f.rest).toEqual(['/body/warm: above hot']);
});

test('thresholds stand between the limits, in their order', () => {
  expect(limitFault(body)).toBeUndefined();
  expect(limitFault({ ...body, warm: 71 })).toBe('order');
  expect(limitFault({ ...body, ceiling: 70 })).toBe('order');
});
