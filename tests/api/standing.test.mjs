// SPDX-License-Identifier: AGPL-3.0-or-later
// A clock that stands: what came first is still known, and each crossing can be told again.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open } from './harness.mjs';

const at = '2026-06-01T09:00:00Z';
let house, owner, site;
before(async () => {
  house = await open({ now: at });
  owner = await house.person('owner');
  site = house.writer();
  const criterion = (id, points) => ({ id, title: { ru: id, en: id }, group: 'interest', enabled: true, points, when: { event: id } });
  const draft = await owner.post('/models', { name: 'M', note: '', body: {
    name: 'M', floor: 0, ceiling: 100, warm: 31, hot: 60, hysteresis: 5,
    groups: [{ name: 'interest', title: { ru: 'Интерес', en: 'Interest' } }],
    criteria: [criterion('big', 60), criterion('small', 7)] } }, 201);
  await owner.post(`/models/${draft.id}/publish`, undefined);
});
after(() => house.close());

test('calls_of_one_instant_are_replayed_in_the_order_in_which_they_came', async () => {
  for (let i = 0; i < 40; i++) // by their ties, half of the pairs stand the other way round
    for (const event of ['big', 'small'])
      await site.post('//v1/track', { userId: `u${i}`, event, timestamp: at, messageId: `${event}-${i}` });
  const { items } = await owner.get('/leads?limit=100');
  assert.equal(items.filter((l) => l.score === 67).length, 40);
  assert.match(house.cli(['replay']), /^differences: 0$/m);
});
