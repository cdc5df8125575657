// SPDX-License-Identifier: AGPL-3.0-or-later
// A call that is not made: a reminder, another person, the head of sales; by norms of the company, in working time.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open, second, until } from './harness.mjs';

let house, head, anna, boris, writer;
const heat = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'];
const hot = async (who, source) => {
  await writer.post('//v1/batch', { batch: [
    { type: 'identify', messageId: who, userId: who, traits: { email: `${who}@works.example`, title: 'CEO', budget: 1000, industry: 'machines', employees: 300, ...(source && { source }) } },
    ...heat.map((event) => ({ type: 'track', messageId: `${event}-${who}`, userId: who, event }))] });
  const [lead] = (await head.get(`/leads?q=${who}`)).items;
  return lead;
};
const call = async (lead) => (await head.get(`/tasks?lead=${lead.id}&kind=call_now&state=any`)).items[0];
const late = async (lead) => (await head.get(`/tasks?lead=${lead.id}&kind=late&state=any`)).items;

before(async () => {
  house = await open({ now: '2026-11-23T08:59:00Z' });
  head = await house.person('head');
  anna = await house.person('manager', 'anna@example.org', 'Anna');
  boris = await house.person('manager', 'boris@example.org', 'Boris');
  writer = house.writer();
});
after(() => house.close());

test('a_silent_manager_is_reminded_then_the_lead_goes_to_another_and_the_head_is_told', async () => {
  await house.setClock('2026-11-23T09:00:00Z');
  const lead = await hot('slow');
  const first = await call(lead);
  assert.equal(second(first.due_at), '2026-11-23T09:05:00Z');
  const [silent, other] = first.assignee_id === anna.id ? [anna, boris] : [boris, anna];
  const stream = await silent.live();
  await house.setClock('2026-11-23T09:03:00Z');
  const told = await stream.next((e) => e.event === 'task.reminded');
  assert.equal(told?.data.task.id, first.id);
  assert.equal((await call(lead)).assignee_id, silent.id, 'a reminder takes nothing away');
  assert.deepEqual(await late(lead), []);

  await house.setClock('2026-11-23T09:07:00Z');
  const moved = await until((t) => t.assignee_id !== silent.id, () => call(lead));
  assert.equal(moved.id, first.id);
  assert.equal(moved.assignee_id, other.id);
  assert.equal(second(moved.due_at), '2026-11-23T09:12:00Z', 'a new clock runs');
  const decisions = (await head.get(`/leads/${lead.id}/assignments`)).items;
  assert.equal(decisions[0].reason, 'silent');
  assert.equal(decisions[0].candidates.find((x) => x.manager_id === silent.id)?.why, 'declined');
  const [alert] = await late(lead);
  assert.equal(alert.assignee_id, head.id);
  assert.equal(alert.state, 'open');
  stream.close();

  // Nobody is left who was not silent: it stays with the last one, and is covered all the while.
  await house.setClock('2026-11-23T09:30:00Z');
  assert.equal((await call(lead)).assignee_id, other.id);
  await other.post(`/tasks/${first.id}/complete`, { result: 'reached' });
  assert.equal((await late(lead))[0].state, 'cancelled', 'the head need not see to it any more');
  assert.match(house.cli(['check', 'custody', '--to', '2026-11-23T10:00:00Z']), /^uncovered_seconds: 0$/m);
});

test('norms_are_by_band_and_source_and_each_fault_has_its_place', async () => {
  const norm = { band: 'hot', source: 'tender', minutes: 60, remind: 10, reassign: -1, escalate: 0 };
  const bad = await head.put('/routing/norms', { items: [norm, { ...norm, remind: 60 }, { band: 'lukewarm', minutes: 0 }] }, 422);
  assert.ok(bad.errors.some((x) => x.pointer === '/items/2/band'), JSON.stringify(bad));
  const worse = await head.put('/routing/norms', { items: [norm, { ...norm, source: 'x', remind: 60 }, norm] }, 422);
  assert.deepEqual(worse.errors.map((x) => x.pointer), ['/items/1/remind', '/items/2']);
  await anna.put('/routing/norms', { items: [norm] }, 403);
  await head.put('/routing/norms', { items: [norm, { band: 'any', source: null, minutes: 3, remind: 0, reassign: 30, escalate: 30 }] });
  assert.equal((await head.get('/routing/norms')).items.length, 2);

  await house.setClock('2026-11-23T10:00:00Z');
  const tender = await hot('tender', 'tender'), site = await hot('site');
  assert.equal(second((await call(tender)).due_at), '2026-11-23T11:00:00Z');
  assert.equal(second((await call(site)).due_at), '2026-11-23T10:03:00Z');
  const who = (await call(tender)).assignee_id;
  await house.setClock('2026-11-23T11:00:01Z');
  await until((l) => l.length === 1, () => late(tender));
  await house.setClock('2026-11-23T18:00:00Z');
  assert.equal((await call(tender)).assignee_id, who, 'never taken away');
});

test('a_deadline_that_was_moved_rings_when_it_has_passed', async () => {
  await head.put('/routing/norms', { items: [] });
  const lead = await hot('moved');
  const task = await call(lead);
  const own = [anna, boris].find((p) => p.id === task.assignee_id);
  assert.equal((await own.patch(`/tasks/${task.id}`, { due_at: '2030-01-01T00:00:00Z' }, 403)).errors[0].pointer, '/due_at');
  assert.equal((await head.patch(`/tasks/${task.id}`, { due_at: '2026-11-23T20:00:00Z' }, 422)).errors[0].pointer, '/reason');
  await head.patch(`/tasks/${task.id}`, { due_at: '2026-11-23T20:00:00Z', reason: 'At the factory until then' });
  const [deed] = (await (await house.person('owner')).get('/audit')).items.filter((a) => a.action === 'task.put_off');
  assert.deepEqual([deed.subject, deed.detail.from, deed.detail.to, deed.detail.reason], [task.id, task.due_at, '2026-11-23T20:00:00Z', 'At the factory until then']);
  await head.post('/tasks', { lead_id: lead.id, kind: 'call_now' }, 422); // one, with the norm's deadline
  await head.patch(`/tasks/${task.id}`, { assignee_id: null }, 422);
  await house.setClock('2026-11-23T19:30:00Z');
  assert.equal((await call(lead)).assignee_id, task.assignee_id);
  await head.patch(`/tasks/${task.id}`, { due_at: null }, 422);
  await house.setClock('2026-11-23T20:03:00Z');
  await until((t) => t.assignee_id !== task.assignee_id, () => call(lead));
});
