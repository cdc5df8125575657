// SPDX-License-Identifier: AGPL-3.0-or-later
// Who fits best gets it; and where a company wants it, whoever is first, never without a limit, and never without an end.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open, second, until } from './harness.mjs';

let house, head, anna, boris, vera, writer, count = 0;
const heat = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'];
const hot = async (traits = {}) => {
  const who = `buyer${++count}x`;
  await writer.post('//v1/batch', { batch: [{ type: 'identify', messageId: who, userId: who, traits: { email: `${who}@works.example`, title: 'CEO', budget: 1000, industry: 'machines', employees: 300, ...traits } },
    ...heat.map((event) => ({ type: 'track', messageId: `${event}-${who}`, userId: who, event }))] });
  return (await head.get(`/leads?q=${who}`)).items[0];
};
const call = async (lead) => (await head.get(`/tasks?lead=${lead.id}&kind=call_now&state=any`)).items[0];
const rule = (pool) => head.put('/routing/rules', { items: [{ name: 'all', condition: { fact: 'industry', op: 'eq', value: 'machines' }, pool_id: pool.id, sla_minutes: 0, enabled: true }] });

before(async () => {
  house = await open({ now: '2026-11-23T08:59:00Z' });
  house.addUser('owner');
  head = await house.person('head');
  [anna, boris, vera] = [await house.person('manager', 'anna@example.org', 'Anna'), await house.person('manager', 'boris@example.org', 'Boris'), await house.person('manager', 'vera@example.org', 'Vera')];
  writer = house.writer();
  await house.setClock('2026-11-23T09:00:00Z');
});
after(() => house.close());

test('who_fits_best_gets_the_lead_and_among_equals_the_least_loaded', async () => {
  await head.patch(`/managers/${boris.id}`, { products: ['saas'], languages: ['de'] });
  await head.patch(`/managers/${vera.id}`, { products: ['tools'] });
  const pool = await head.post('/routing/pools', { name: 'best', policy: 'best_match', members: [anna, boris, vera].map((m) => ({ user_id: m.id, weight: 0 })) }, 201);
  await rule(pool);
  const first = await hot({ product: 'saas', language: 'de' });
  assert.equal(first.owner_id, boris.id);
  const [decision] = (await head.get(`/leads/${first.id}/assignments`)).items;
  assert.equal(decision.policy, 'best_match');
  assert.deepEqual(decision.candidates.map((x) => x.fit).sort(), [100, 100, 140], JSON.stringify(decision.candidates));
  assert.equal((await hot({ product: 'tools' })).owner_id, vera.id);
  // Fits nobody in particular: Anna has nothing yet.
  assert.equal((await hot({ product: 'garden' })).owner_id, anna.id);
});

test('whoever_is_first_has_it_within_limits_and_of_two_at_once_one', async () => {
  const pool = await head.post('/routing/pools', { name: 'first', policy: 'claim', members: [anna, boris].map((m) => ({ user_id: m.id, weight: 0 })) }, 201);
  await rule(pool);
  const lead = await hot();
  const task = await call(lead);
  assert.equal(task.assignee_id, null);
  assert.equal(second(task.due_at), '2026-11-23T09:05:00Z', 'a deadline runs');
  assert.deepEqual((await anna.get('/claims')).items.map((t) => t.id), [task.id]);
  const [offer] = (await head.get(`/leads/${lead.id}/assignments`)).items;
  assert.deepEqual([offer.manager_id, offer.reason, offer.candidates.map((c) => c.eligible)], [null, 'offered', [true, true]]);
  assert.deepEqual((await vera.get('/claims')).items, [], 'not of this pool');
  await vera.post(`/tasks/${task.id}/claim`, undefined, 404);
  const refused = [
    [{ capacity: 2 }, { capacity: 20 }, 'no free capacity', 'у вас нет свободного места'],
    [{ hourly_quota: 1 }, { hourly_quota: null }, 'the quota of the hour is reached', 'часовая норма выбрана'],
    [{ level: 'trainee' }, { level: 'regular' }, 'level too low', 'вам не хватает уровня'],
  ];
  for (const [limit, none, en, ru] of refused) {
    await head.patch(`/managers/${anna.id}`, limit);
    assert.deepEqual(await anna.whyNot(`/tasks/${task.id}/claim`),
      [`not for this person now: ${en}`, `взять этот лид вам сейчас нельзя: ${ru}`]);
    await head.patch(`/managers/${anna.id}`, none);
  }
  const two = await Promise.all([anna, boris].map((m) => m.call('POST', `/tasks/${task.id}/claim`)));
  assert.equal(two.filter((r) => r.status === 200).length, 1, two.map((r) => r.text).join());
  assert.equal((await call(lead)).assignee_id, (await head.get(`/leads/${lead.id}`)).owner_id);
  assert.deepEqual((await anna.get('/claims')).items, []);
});

test('what_nobody_claims_in_time_is_given_to_the_least_loaded', async () => {
  const lead = await hot();
  assert.equal((await call(lead)).assignee_id, null);
  await house.setClock('2026-11-23T09:05:01Z');
  await until((t) => t.assignee_id, () => call(lead));
  assert.ok([anna.id, boris.id].includes((await call(lead)).assignee_id));
  assert.match(house.cli(['check', 'custody', '--to', '2026-11-23T09:30:00Z']), /^uncovered_seconds: 0$/m);
});
