import { QueryClient } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import { patchLeadInCache } from '../src/api/leads';
import { ApiError, fieldErrors, problemText } from '../src/api/problem';
import type { Lead } from '../src/api/types';
import en from '../src/i18n/en';

const lead = { id: 'a', version: 1, stage: 'new' } as Lead;

it('a change stands in every list and on the card at once, and can be put back whole', () => {
  const qc = new QueryClient();
  const lists = [
    ['leads', 'one'],
    ['leads', 'two'],
  ];
  for (const key of lists) qc.setQueryData(key, { pages: [{ items: [lead] }], pageParams: [''] });
  qc.setQueryData(['lead', 'a'], lead);
  const before = lists.map((k) => qc.getQueryData(k));
  const stage = (k: string[]) =>
    qc.getQueryData<{ pages: { items: Lead[] }[] }>(k)!.pages[0]!.items[0]!.stage;

  const back = patchLeadInCache(qc, 'a', { stage: 'won' });
  expect(lists.map(stage)).toEqual(['won', 'won']);
  expect(qc.getQueryData<Lead>(['lead', 'a'])!.stage).toBe('won');

  back();
  expect(lists.map((k) => qc.getQueryData(k))).toEqual(before);
  expect(qc.getQueryData<Lead>(['lead', 'a'])).toEqual(lead);
});

it('a refusal names its fields', () => {
  const e = new ApiError(422, {
    status: 422,
    title: 'Unprocessable',
    errors: [
      { pointer: '/email', code: 'format', detail: 'not an e-mail' },
      { pointer: '/facts/city', code: 'too_long' },
    ],
  });
  expect(fieldErrors(e)).toEqual({ email: 'not an e-mail', city: 'too_long' });
});

const refused = (pointer: string) =>
  new ApiError(409, {
    status: 409,
    detail: 'This does not go together.',
    errors: [{ pointer, code: 'conflict', note: 'a contest of models runs: stop it first' }],
  });

it.each([
  [new TypeError('Failed to fetch'), en.error.network],
  [new ApiError(412, undefined), en.error.stale],
  [new ApiError(500, { status: 500, title: 'oops' }), en.error.server],
  [new ApiError(409, { status: 409, detail: 'The task is closed.' }), 'The task is closed.'],
  [refused(''), 'A contest of models runs: stop it first.'],
  [refused('/from'), 'This does not go together.'],
])('%s is told to a person', (e, text) => expect(problemText(e, en)).toBe(text));
