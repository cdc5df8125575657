// SPDX-License-Identifier: AGPL-3.0-or-later
// The API's own conventions, broken on purpose.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open } from '../api/harness.mjs';

let house, owner, m1, m2;
before(async () => {
  house = await open();
  owner = await house.person('owner');
  m1 = await house.person('manager', 'm1@example.org');
  m2 = await house.person('manager', 'm2@example.org');
});
after(() => house.close());

const total = async () => (await owner.get('/leads?limit=1')).total;
const json = { raw: true, headers: { 'content-type': 'application/json' } };

/* Ten ways to be bad: what is sent, the pointer within the item, the code. */
const ways = [
  [(i) => `{"name":"A${i}","colour":"red"}`, '/colour', 'unknown_field'],
  [(i) => `{"name":"A${i}","name":"B"}`, '', 'duplicate_key'],
  [() => '{"name":7}', '/name', 'bad_field'],
  [(i) => `{"name":"A${i}","email":"nonsense"}`, '/email', 'bad_field'],
  [() => '{}', '/email', 'missing'],
  [() => '{"name":"a\\u0000b"}', '', 'nul'],
  [() => '{"name":"\\ud800"}', '', 'bad_utf8'],
  [() => `{"name":"${'x'.repeat(201)}"}`, '/name', 'too_long'],
  [() => '"a text"', '', 'bad_field'],
  [(i) => `{"name":"A${i}","facts":[1]}`, '/facts', 'bad_field'],
];

test('API_05_the_good_leads_of_a_batch_are_taken_and_each_bad_one_is_told', async () => {
  const items = [], bad = new Map();
  for (let i = 0; i < 1000; i++) {
    if (i % 5 < 2) {
      const way = ways[bad.size % ways.length];
      bad.set(i, way);
      items.push(way[0](i));
    } else {
      items.push(`{"name":"Лид ${i}","email":"lead${i}@firm.example","facts":{"n":${i}}}`);
    }
  }
  const before = await total(), body = `{"leads":[${items.join(',')}]}`;
  const key = { ...json, headers: { ...json.headers, 'idempotency-key': 'batch-1' } };
  const r = await owner.post('/leads/batch', body, 200, key);
  assert.deepEqual([r.made, r.known, r.refused, r.results.length], [600, 0, 400, 1000]);
  r.results.forEach((one, i) => {
    assert.equal(one.index, i);
    const way = bad.get(i);
    if (!way) { assert.equal(one.status, 'made'); assert.match(one.id, /^ld_/); assert.deepEqual(one.errors, []); return; }
    assert.equal(one.status, 'refused');
    assert.equal(one.id, null);
    assert.equal(one.errors[0].pointer, `/leads/${i}${way[1]}`, JSON.stringify(one));
    assert.equal(one.errors[0].code, way[2], JSON.stringify(one));
    assert.ok(one.errors[0].detail);
  });
  assert.equal(await total(), before + 600);
  assert.deepEqual(await owner.post('/leads/batch', body, 200, key), r); // the kept answer
  const again = await owner.post('/leads/batch', body, 200, json);
  assert.deepEqual([again.made, again.known, again.refused], [0, 600, 400]);
  assert.equal(await total(), before + 600);
  const card = await owner.get(`/leads/${r.results[2].id}`);
  assert.equal(card.facts.n.value, 2);
});

test('API_05_a_batch_has_a_limit_and_a_shape', async () => {
  const before = await total();
  const over = await owner.post('/leads/batch', { leads: Array.from({ length: 1001 }, (_, i) => ({ name: `N${i}` })) }, 422);
  assert.equal(over.errors[0].pointer, '/leads');
  await owner.post('/leads/batch', { leads: [] }, 422);
  await owner.post('/leads/batch', {}, 422);
  await owner.post('/leads/batch', { leads: {} }, 422);
  await owner.post('/leads/batch', [], 422);
  await owner.post('/leads/batch', { leads: [{ name: 'N' }], more: 1 }, 400);
  await owner.post('/leads/batch', '{"leads":[{"name":"N"}', 400, json);
  await owner.post('/leads/batch', 'leads=1', 415, { raw: true, headers: { 'content-type': 'text/plain' } });
  assert.equal(await total(), before);
});

test('a_batch_touches_nobody_elses_lead', async () => {
  const theirs = await m2.post('/leads', { name: 'Чужой', email: 'theirs@firm.example' }, 201);
  const r = await m1.post('/leads/batch', { leads: [{ name: 'Свой', email: 'mine@firm.example' }, { name: 'Взлом', email: 'theirs@firm.example', title: 'CEO' }, { name: 'Ещё свой', email: 'mine@firm.example' }, { name: 'Без адреса' }] }, 200);
  assert.deepEqual([r.made, r.known, r.refused], [2, 1, 1]);
  assert.equal(r.results[1].status, 'refused');
  assert.equal(r.results[1].errors[0].code, 'conflict');
  assert.equal(r.results[0].id, r.results[2].id);
  const after = await m2.get(`/leads/${theirs.id}`);
  assert.deepEqual([after.name, after.title, after.version], ['Чужой', null, theirs.version]);
  assert.equal((await m1.get(`/leads/${r.results[0].id}`)).owner_id, m1.id);
  assert.equal((await m1.get(`/leads/${r.results[3].id}`)).owner_id, m1.id);
  assert.equal((await m1.get('/leads')).total, 2);
});
