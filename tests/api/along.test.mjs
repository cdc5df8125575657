// SPDX-License-Identifier: AGPL-3.0-or-later
// A lead's tasks go where the lead goes, whichever decision moves it; and the decision names the owner who was passed over.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open, until } from './harness.mjs';

let house, head, anna, boris, writer, n = 0;
const heat = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'];
const at = (minutes) => new Date(Date.parse('2026-11-23T09:00:00Z') + minutes * 60000).toISOString().replace('.000', '');
const duty = (who, on) => head.post(`/managers/${who.id}/duty`, { on_duty: on });

before(async () => {
  house = await open({ now: at(0) });
  head = await house.person('head');
  anna = await house.person('manager', 'anna@example.org', 'Anna');
  boris = await house.person('manager', 'boris@example.org', 'Boris');
  writer = house.writer();
});
after(() => house.close());

/** A lead that Anna has, with a call and a meeting to come. */
async function known(company) {
  const key = `along${++n}x`;
  await writer.post('//v1/identify', { messageId: `i${key}`, userId: key, traits: { email: `${key}@works.example`, title: 'CEO', industry: 'machines', employees: 300, ...(company && { company }) } });
  const [lead] = (await head.get(`/leads?q=${key}`)).items;
  await head.post(`/leads/${lead.id}/assign`, { manager_id: anna.id }, 201);
  for (const kind of ['call', 'meeting']) await anna.post('/tasks', { lead_id: lead.id, kind, due_at: at(3000) }, 201);
  return { id: lead.id, key };
}
async function heats(lead) {
  await writer.post('//v1/batch', { batch: [{ type: 'identify', messageId: `b${lead.key}`, userId: lead.key, traits: { budget: 1000 } },
    ...heat.map((event) => ({ type: 'track', messageId: `${event}${lead.key}`, userId: lead.key, event }))] });
  assert.equal((await head.get(`/leads/${lead.id}`)).band, 'hot');
}
const tasksOf = async (lead) => (await head.get(`/tasks?lead=${lead.id}`)).items.filter((t) => !['no_one', 'late'].includes(t.kind));
const call = async (lead) => (await tasksOf(lead)).find((t) => t.kind === 'call_now');
const last = async (lead) => (await head.get(`/leads/${lead.id}/assignments`)).items[0];
/** All three are that person's (null: nobody's), and nobody has a task of a lead that they may not see. */
async function goes(lead, to) {
  const list = await tasksOf(lead);
  assert.deepEqual(list.map((t) => [t.kind, t.assignee_id]).sort(), ['call', 'call_now', 'meeting'].map((k) => [k, to?.id ?? null]));
  assert.equal((await head.get(`/leads/${lead.id}`)).owner_id, to?.id ?? null);
  for (const who of [anna, boris]) {
    const mine = (await who.get('/tasks?assignee=me&limit=200')).items;
    for (const t of mine) await who.get(`/leads/${t.lead_id}`);
    assert.equal(mine.filter((t) => t.lead_id === lead.id).length, who === to ? 3 : 0);
    for (const t of (await who.get('/today')).items) await who.get(`/leads/${t.lead_id}`);
  }
}

test('what_the_owner_was_to_do_goes_with_a_lead_that_turns_hot_for_another', async () => {
  const lead = await known();
  await duty(anna, false);
  await heats(lead);
  await goes(lead, boris);
  const d = await last(lead);
  assert.equal(d.reason, 'by_policy');
  const [owner, ...pool] = d.candidates;
  assert.deepEqual([owner.manager_id, owner.owner, owner.eligible, owner.why], [anna.id, true, false, 'off_duty']);
  assert.ok(pool.every((c) => !c.owner && !c.company && !c.fallback));
  assert.deepEqual(pool.map((c) => c.manager_id).sort(), [anna.id, boris.id].sort());
  await duty(anna, true);
});

test('the_owner_passed_over_for_who_has_the_company_is_named', async () => {
  const lead = await known('Ромашка');
  const other = await head.post('/leads', { name: 'Client', email: 'client@works.example', company: 'Ромашка' }, 201);
  await head.post(`/leads/${other.id}/assign`, { manager_id: boris.id }, 201);
  await duty(anna, false);
  await heats(lead);
  await goes(lead, boris);
  const d = await last(lead);
  assert.equal(d.reason, 'company_keeps');
  assert.deepEqual(d.candidates.map((c) => [c.manager_id, c.owner, c.company, c.why]), [[anna.id, true, undefined, 'off_duty'], [boris.id, undefined, true, 'picked']]);
  await duty(anna, true);
});

test('an_owner_who_may_keeps_lead_and_tasks', async () => {
  const lead = await known();
  await heats(lead);
  await goes(lead, anna);
  const d = await last(lead);
  assert.deepEqual([d.reason, d.candidates.map((c) => [c.manager_id, c.owner, c.why])], ['owner_keeps', [[anna.id, true, 'picked']]]);
});

test('the_queue_served_takes_them_along', async () => {
  const lead = await known();
  await duty(anna, false);
  await duty(boris, false);
  await heats(lead);
  assert.equal((await call(lead)).assignee_id, null);
  assert.equal((await head.get(`/leads/${lead.id}`)).owner_id, anna.id, 'in name it is hers');
  assert.equal((await anna.get('/tasks?assignee=me&limit=200')).items.filter((t) => t.lead_id === lead.id).length, 2);
  await duty(boris, true);
  await goes(lead, boris);
  const d = await last(lead);
  assert.deepEqual([d.reason, d.candidates[0].manager_id, d.candidates[0].owner], ['from_queue', anna.id, true]);
  await duty(anna, true);
});

test('a_lead_declined_takes_them_along_and_in_the_queue_they_stay_with_who_planned_them', async () => {
  const lead = await known();
  await heats(lead);
  await goes(lead, anna);
  await anna.post(`/tasks/${(await call(lead)).id}/decline`, { reason: 'a relative' }, 204);
  await goes(lead, boris);
  await boris.post(`/tasks/${(await call(lead)).id}/decline`, { reason: 'me too' }, 204);
  assert.equal((await head.get(`/leads/${lead.id}`)).owner_id, null);
  assert.equal((await call(lead)).assignee_id, null);
  const carl = await house.person('manager', 'carl@example.org', 'Carl');
  await head.post(`/leads/${lead.id}/assign`, { manager_id: carl.id }, 201);
  await goes(lead, carl);
  await duty(carl, false);
});

test('the_fallback_says_that_it_is_one', async () => {
  const pool = async (name, members) => (await head.post('/routing/pools', { name, policy: 'round_robin', members: members.map((m) => ({ user_id: m.id })) }, 201)).id;
  const lead = await known();
  await head.put('/routing/rules', { items: [{ name: 'All', condition: { fact: 'title', op: 'eq', value: 'CEO' }, pool_id: await pool('One', [anna]), fallback_pool_id: await pool('Two', [boris]), enabled: true }] });
  await duty(anna, false);
  await heats(lead);
  await goes(lead, boris);
  assert.deepEqual((await last(lead)).candidates.map((c) => [c.manager_id, c.owner, c.fallback, c.why]),
    [[anna.id, true, undefined, 'off_duty'], [anna.id, undefined, undefined, 'off_duty'], [boris.id, undefined, true, 'picked']]);
  await head.put('/routing/rules', { items: [] });
  await duty(anna, true);
});

test('a_silent_manager_loses_the_lead_with_all_that_was_to_be_done', async () => {
  const lead = await known();
  await heats(lead);
  await goes(lead, anna);
  await house.setClock(at(8));
  await until((t) => t.assignee_id !== anna.id, () => call(lead));
  await goes(lead, boris);
  const d = await last(lead);
  assert.deepEqual([d.reason, d.candidates[0].manager_id, d.candidates[0].owner, d.candidates[0].why], ['silent', anna.id, true, 'declined']);
});

test('what_a_third_person_was_asked_to_do_stays_with_them', async () => {
  const vera = await house.person('manager', 'vera@example.org', 'Vera');
  const lead = await known();
  await head.post('/tasks', { lead_id: lead.id, kind: 'letter', due_at: at(3000), assignee_id: vera.id }, 201);
  await head.post(`/leads/${lead.id}/assign`, { manager_id: boris.id }, 201);
  assert.deepEqual((await tasksOf(lead)).map((t) => [t.kind, t.assignee_id]).sort(), [['call', boris.id], ['letter', vera.id], ['meeting', boris.id]]);
});

test('a_leaver_who_held_only_the_call_takes_no_lead_from_its_owner', async () => {
  const owner = await house.person('owner'), dora = await house.person('manager', 'dora@example.org', 'Dora');
  const lead = await known();
  await heats(lead);
  const { id } = await call(lead);
  await anna.post(`/tasks/${id}/complete`, { result: 'reached' });
  await head.post(`/leads/${lead.id}/assign`, { manager_id: boris.id }, 201);
  await head.post(`/tasks/${id}/reopen`);
  assert.deepEqual([(await call(lead)).assignee_id, (await head.get(`/leads/${lead.id}`)).owner_id], [anna.id, boris.id], 'what was taken back is hers, the lead is not');
  // The rules would send it to another.
  const pool = await head.post('/routing/pools', { name: 'Dora', policy: 'round_robin', members: [{ user_id: dora.id }] }, 201);
  await head.put('/routing/rules', { items: [{ name: 'All', condition: { fact: 'title', op: 'exists' }, pool_id: pool.id, enabled: true }] });
  await owner.patch(`/users/${anna.id}`, { state: 'disabled' });
  assert.deepEqual([(await call(lead)).assignee_id, (await head.get(`/leads/${lead.id}`)).owner_id], [boris.id, boris.id]);
  const d = await last(lead);
  assert.deepEqual([d.reason, d.moved_task_id, d.candidates.map((c) => c.manager_id)], ['owner_keeps', id, [boris.id]]);
});
