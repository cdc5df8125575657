// SPDX-License-Identifier: AGPL-3.0-or-later
// Many leads at once: a backlog, a leaver's base, a balance; shown before, kept, taken back.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open } from './harness.mjs';

let house, head, people, writer;
const heat = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'];
const owned = async (id) => (await head.get(`/leads?owner=${id}&limit=100`)).items;

before(async () => {
  house = await open({ now: '2026-11-23T09:00:00Z' });
  head = await house.person('head');
  writer = house.writer();
  for (let i = 0; i < 20; i++)
    await writer.post('//v1/batch', { batch: [{ type: 'identify', messageId: `w${i}`, userId: `w${i}`, traits: { email: `w${i}@firm.example`, title: 'CEO', industry: 'machines', employees: 300 } },
      ...(i < 12 ? [{ type: 'track', messageId: `d${i}`, userId: `w${i}`, event: 'Price List Downloaded' }, { type: 'track', messageId: `e${i}`, userId: `w${i}`, event: 'Webinar Attended' }] : [])] });
  people = [];
  for (let i = 0; i < 4; i++) people.push(house.addUser('manager', `m${i}@example.org`, 'correct horse', `Manager ${i}`));
});
after(() => house.close());

test('a_backlog_is_shown_given_out_evenly_and_taken_back', async () => {
  const plan = await head.post('/transfers/preview', { kind: 'backlog' });
  assert.equal(plan.placed, 20);
  assert.ok(plan.shares.every((s) => s.leads >= 4 && s.leads <= 7), JSON.stringify(plan.shares));
  assert.equal((await head.get('/leads?owner=none')).total, 20, 'a plan moves nothing');
  const made = await head.post('/transfers', { kind: 'backlog' }, 201);
  assert.equal(made.leads, 20);
  assert.equal((await head.get('/leads?owner=none')).total, 0);
  const balance = await head.get('/balance');
  assert.ok(balance.fairness_load > 0.9, JSON.stringify(balance));
  const [one] = await owned(people[0]);
  const [decision] = (await head.get(`/leads/${one.id}/assignments`)).items;
  assert.equal(decision.reason, 'backlog');

  // One was given to somebody else since: that one stays.
  await head.post(`/leads/${one.id}/assign`, { manager_id: people[1] }, 201);
  assert.deepEqual(await head.post(`/transfers/${made.id}/undo`), { back: 19 });
  assert.equal((await head.get('/leads?owner=none')).total, 19);
  await head.post(`/transfers/${made.id}/undo`, undefined, 409);
  assert.ok((await head.get('/transfers')).items[0].undone_at);
});

test('a_leavers_whole_base_goes_to_others_with_its_tasks_and_clients', async () => {
  await head.post('/transfers', { kind: 'backlog', to: [{ user_id: people[0] }] }, 201);
  const base = await owned(people[0]);
  assert.ok(base.length >= 15);
  await head.patch(`/leads/${base[0].id}`, { stage: 'won', amount: 500000 });
  await writer.post('//v1/batch', { batch: heat.map((event) => ({ type: 'track', messageId: `hot-${event}`, userId: base[1].email.split('@')[0], event })).concat([{ type: 'identify', messageId: 'hot', userId: base[1].email.split('@')[0], traits: { budget: 1000 } }]) });
  const call = (await head.get(`/tasks?lead=${base[1].id}&kind=call_now`)).items[0];
  assert.equal(call?.assignee_id, people[0]);
  const planned = await head.post('/tasks', { lead_id: base[2].id, kind: 'meeting', due_at: '2026-11-25T10:00:00Z' }, 201);
  const plan = await head.post('/transfers/preview', { kind: 'handover', from_id: people[0] });
  assert.ok(plan.moves.some((m) => m.lead_id === base[0].id), 'clients go too');
  const made = await head.post('/transfers', { kind: 'handover', from_id: people[0] }, 201);
  assert.equal(made.leads, base.length);
  assert.deepEqual(await owned(people[0]), []);
  const moved = await head.get(`/tasks/${call.id}`);
  assert.notEqual(moved.assignee_id, people[0]);
  assert.equal((await head.get(`/leads/${base[1].id}`)).owner_id, moved.assignee_id);
  assert.equal((await head.get(`/tasks/${planned.id}`)).assignee_id, (await head.get(`/leads/${base[2].id}`)).owner_id);
  assert.equal((await head.post(`/transfers/${made.id}/undo`)).back, base.length);
  assert.equal((await owned(people[0])).length, base.length);
  assert.match(house.cli(['check', 'custody', '--to', '2026-11-23T12:00:00Z']), /^uncovered_seconds: 0$/m);
});

test('a_balance_brings_the_heaviest_to_the_mean_and_capacity_is_kept', async () => {
  const before = await head.get('/balance');
  assert.equal(before.suggestion.from_id, people[0]);
  for (const p of people.slice(1, 3)) await head.patch(`/managers/${p}`, { capacity: 3 });
  const plan = await head.post('/transfers/preview', { kind: 'balance', from_id: people[0] });
  for (const s of plan.shares) assert.ok(s.load + s.leads <= s.capacity, JSON.stringify(s));
  await head.post('/transfers', { kind: 'balance', from_id: people[0] }, 201);
  const now = await head.get('/balance');
  assert.ok(now.fairness_load > before.fairness_load, `${before.fairness_load} -> ${now.fairness_load}`);
});

test('what_is_asked_wrongly_is_told', async () => {
  assert.equal((await head.post('/transfers/preview', { kind: 'handover' }, 422)).errors[0].pointer, '/from_id');
  await head.post('/transfers/preview', { kind: 'everything' }, 422);
  const anna = await house.signIn('m1@example.org');
  await anna.post('/transfers', { kind: 'backlog' }, 403);
});
