// SPDX-License-Identifier: AGPL-3.0-or-later
// Quick replies: for whom they are, filled in, used, and what came of them; consent, and the letter that answers by itself.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open } from './harness.mjs';

let house, owner, head, anna, boris, writer, count = 0;
const script = (x = {}) => ({ name: 'price', kind: 'call', subject: null, body: 'Hello {{name|there}}', place: 0, automatic: false, enabled: true, condition: null, triggers: [], ...x });
const lead = async (traits = {}, events = [], context = undefined, options = {}) => {
  const who = `buyer${++count}x`;
  await writer.post('//v1/batch', { batch: [{ type: 'identify', messageId: who, userId: who, traits: { email: `${who}@works.example`, ...traits }, ...(context ? { context } : {}) },
    ...events.map((event) => ({ type: 'track', messageId: `${event}-${who}`, userId: who, event, ...(context ? { context } : {}), ...options }))] });
  return (await head.get(`/leads?q=${who}`)).items[0];
};
const agreed = { consent: { categoryPreferences: { answer: true, advertising: false }, words: 'terms 3' }, page: { url: 'https://works.example/form' } };
const drop = async () => { for (const s of (await head.get('/replies')).items) await head.del(`/replies/${s.id}`); };

before(async () => {
  house = await open({ now: '2026-11-23T09:00:00Z' });
  owner = await house.person('owner');
  await owner.patch('/settings', { company: 'Works' });
  head = await house.person('head');
  [anna, boris] = [await house.person('manager', 'anna@example.org', 'Anna'), await house.person('manager', 'boris@example.org', 'Boris')];
  writer = house.writer();
});
after(() => house.close());

test('scripts_are_for_whom_their_condition_holds_and_are_filled_in', async () => {
  const saas = await head.post('/replies', script({ name: 'saas', body: '{{name|there}}, {{company|you}} and {{product}}: {{manager}} of {{us}} {{fact.budget}}', condition: { fact: 'product', op: 'eq', value: 'saas' } }), 201);
  await head.post('/replies', script({ name: 'anybody', place: 1 }), 201);
  await head.post('/replies', script({ name: 'off', enabled: false }), 201);
  await head.post('/replies', script({ name: 'prices', place: 2, condition: { within: { page: '/pricing*' }, days: 7 } }), 201);
  const one = await lead({ name: 'Ivan', product: 'saas' });
  const other = await lead({ name: 'Olga' });
  const mine = (await head.get(`/leads/${one.id}/replies`)).items;
  assert.deepEqual(mine.map((r) => r.name), ['saas', 'anybody']);
  assert.match(mine[0].body, /^Ivan, you and saas: /);
  assert.equal(mine[0].missing, 'fact.budget');
  assert.deepEqual((await head.get(`/leads/${other.id}/replies`)).items.map((r) => r.body), ['Hello Olga']);
  const seen = await head.post(`/leads/${other.id}/replies/preview`, { subject: 'To {{name}}', body: '{{name}}, {{title|you}}' });
  assert.deepEqual(seen, { subject: 'To Olga', body: 'Olga, you', missing: null });
  await head.put(`/replies/${saas.id}`, script({ name: 'saas', enabled: false }));
  assert.deepEqual((await head.get(`/leads/${one.id}/replies`)).items.map((r) => r.name), ['anybody']);
  await anna.get(`/leads/${one.id}/replies`, 404);
  await anna.post('/replies', script(), 403);
  await drop();
});

test('a_wrong_script_is_refused_with_every_place', async () => {
  const r = await head.call('POST', '/replies', script({ body: 'a\n{{nmae}}', condition: { fact: 'title', op: 'like', value: 1 }, kind: 'letter', automatic: true }));
  assert.equal(r.status, 422, r.text);
  assert.deepEqual(r.json.errors.map((e) => e.pointer).sort(), ['/body', '/condition/op', '/subject', '/triggers']);
  await head.post('/replies', script({ kind: 'call', automatic: true, triggers: ['Demo Requested'] }), 422);
  await head.post('/replies', script({ triggers: ['  '] }), 422);
  await head.put('/replies/sc_aaaaaaaaaaaaa', script(), 404);
});

test('a_use_is_a_deed_and_is_counted_with_what_came_of_it', async () => {
  const s = await head.post('/replies', script({ name: 'first' }), 201);
  const leads = [];
  for (let i = 0; i < 20; i++) leads.push(await lead({ name: `L${i}` }));
  for (const l of leads) await head.post(`/leads/${l.id}/replies`, { script_id: s.id, way: 'hand', subject: null, body: 'Hello' }, 204);
  const deed = (await head.get(`/leads/${leads[0].id}/timeline`)).items.find((x) => x.name === 'Reply Sent');
  assert.ok(deed, 'it is in the history');
  let row = (await head.get('/replies')).items.find((x) => x.id === s.id);
  assert.deepEqual([row.uses, row.automatic_uses, row.answered.n, row.answered.enough], [20, 0, 0, false], 'nobody is silent yet');
  await house.setClock('2026-11-23T10:00:00Z');
  for (const l of leads.slice(0, 5)) {
    const who = (await head.get(`/leads/${l.id}`)).email.split('@')[0];
    await writer.post('//v1/track', { messageId: `back-${who}`, userId: who, event: 'Email Opened' });
  }
  row = (await head.get('/replies')).items.find((x) => x.id === s.id);
  assert.deepEqual([row.answered.n, row.answered.hits], [5, 5]);
  await house.setClock('2026-11-27T10:00:00Z');
  row = (await head.get('/replies')).items.find((x) => x.id === s.id);
  assert.deepEqual([row.answered.n, row.answered.hits, row.answered.enough, row.answered.value], [20, 5, true, 0.25]);
  assert.ok(row.answered.low > 0.1 && row.answered.low < 0.13 && row.answered.high > 0.45 && row.answered.high < 0.48, 'Wilson');
  const [use] = (await head.get(`/leads/${leads[0].id}/replies/uses`)).items;
  assert.deepEqual([use.script_id, use.name, use.letter], [s.id, 'first', 'none']);
  await head.post(`/leads/${leads[0].id}/replies`, { script_id: s.id, way: 'letter', subject: 'x', body: 'y' }, 409);
  await drop();
  assert.equal((await head.get(`/leads/${leads[0].id}/replies/uses`)).items[0].name, null, 'the use stays');
});

test('consent_comes_with_messages_and_by_hand_and_is_never_rewritten', async () => {
  const l = await lead({}, ['Form Submitted'], agreed);
  let list = (await head.get(`/leads/${l.id}/consents`)).items;
  const standing = () => Object.fromEntries(list.filter((x) => x.stands).map((x) => [x.purpose, x.given]));
  assert.deepEqual(standing(), { answer: true, advertising: false });
  assert.equal(list.find((x) => x.stands && x.purpose === 'answer').words, 'terms 3');
  assert.equal(list[0].place, 'https://works.example/form');
  const before = list.length;
  await head.post(`/leads/${l.id}/consents`, { purpose: 'answer', given: false, place: 'by phone' });
  list = (await head.get(`/leads/${l.id}/consents`)).items;
  assert.equal(list.length, before + 1);
  assert.deepEqual(standing(), { answer: false, advertising: false });
  await head.post(`/leads/${l.id}/consents`, { purpose: 'answer', given: true, place: '' }, 422);
  // Joined with somebody who agreed, the no stands.
  const yes = await lead({}, [], agreed);
  await head.post(`/leads/${yes.id}/merge`, { lead_id: l.id }, 201);
  list = (await head.get(`/leads/${yes.id}/consents`)).items;
  assert.equal(standing().answer, false);
});

test('the_usual_scripts_are_added_once_and_send_nothing_by_themselves', async () => {
  assert.ok((await head.post('/replies/starters')).added >= 4);
  assert.equal((await head.post('/replies/starters')).added, 0);
  const all = (await head.get('/replies')).items;
  assert.ok(all.every((s) => !(s.automatic && s.enabled)));
  assert.ok((await head.get('/replies/blanks')).items.some((b) => b.word === 'name'));
  await drop();
});
