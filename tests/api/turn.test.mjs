// SPDX-License-Identifier: AGPL-3.0-or-later
// A turn that went on a lead that was junk is given back, by the word of whoever got it or by a mark, and taken again with the word.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open } from './harness.mjs';

let house, head, writer, pool, people, n = 0;
const heat = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'];

before(async () => {
  house = await open({ now: '2026-11-23T09:00:00Z' });
  head = await house.person('head');
  writer = house.writer();
  people = [];
  for (let i = 0; i < 3; i++) people.push(house.addUser('manager', `m${i}@example.org`, 'correct horse', `Manager ${i}`));
  for (const p of people) await head.patch(`/managers/${p}`, { capacity: 0 });
  pool = await head.post('/routing/pools', { name: 'In turn', policy: 'round_robin', members: people.map((user_id) => ({ user_id })) }, 201);
  await head.put('/routing/rules', { items: [{ name: 'All', condition: { fact: 'title', op: 'exists' }, pool_id: pool.id, enabled: true }] });
});
after(() => house.close());

async function next() {
  const key = `turn${n++}`;
  await writer.post('//v1/batch', { batch: [
    { type: 'identify', messageId: `i${key}`, userId: key, traits: { email: `${key}@hot.example`, title: 'CEO', industry: 'machines', employees: 300, budget: 1000 } },
    ...heat.map((event) => ({ type: 'track', messageId: `${event}${key}`, userId: key, event }))] });
  const [lead] = (await head.get(`/search?q=${key}@hot.example`)).items;
  return { id: lead.id, ...(await decision(lead.id)) };
}
const decision = async (id) => {
  const [d] = (await head.get(`/leads/${id}/assignments`)).items;
  return { to: d.manager_id, back: d.turn_back_at, policy: d.policy };
};
const junk = (id) => head.post(`/leads/${id}/feedback`, { verdict: 'rejected', reason: 'junk' }, 204);

for (const policy of ['round_robin', 'weighted'])
  test(`a_turn_that_went_on_junk_is_given_back_${policy}`, async () => {
    pool = await head.patch(`/routing/pools/${pool.id}`, { policy });
    const round = [await next(), await next(), await next()];
    const order = round.map((x) => x.to);
    assert.equal(new Set(order).size, 3);
    assert.ok(round.every((x) => x.policy === policy && x.back === null));
    await junk(round[1].id);
    assert.ok((await decision(round[1].id)).back);
    assert.equal((await next()).to, order[1], 'who had junk is next');
    const after = [await next(), await next(), await next()].map((x) => x.to);
    assert.deepEqual(after, order, 'and then all go on as they would have');

    // Said twice it is given back once; another reason takes it again.
    await junk(round[0].id);
    await junk(round[0].id);
    await head.post(`/leads/${round[0].id}/feedback`, { verdict: 'accepted' }, 204);
    assert.equal((await decision(round[0].id)).back, null);
    assert.deepEqual([await next(), await next(), await next()].map((x) => x.to), order);

    // Used already when the word is taken back: it is owed in return.
    await head.post(`/leads/${round[1].id}/feedback`, { verdict: 'rejected', reason: 'no_need' }, 204);
    assert.deepEqual([await next(), await next(), await next()].map((x) => x.to), [order[0], order[2], order[0]]);
    assert.deepEqual([await next(), await next()].map((x) => x.to), [order[1], order[2]]);
  });

test('a_mark_gives_the_turn_back_while_it_stands', async () => {
  const one = await next();
  const mark = await head.post('/quarantine', { kind: 'lead', lead_id: one.id, reason: 'a robot' }, 201);
  assert.ok((await decision(one.id)).back);
  await head.post(`/quarantine/${mark.id}/undo`);
  assert.equal((await decision(one.id)).back, null);
});

test('a_lead_closed_as_junk_gives_the_turn_back_and_taken_up_again_takes_it', async () => {
  const lead = await next();
  const bad = await head.patch(`/leads/${lead.id}`, { lost_reason: 'junk' }, 422);
  assert.equal(bad.errors[0].pointer, '/lost_reason');
  assert.equal((await head.patch(`/leads/${lead.id}`, { stage: 'lost', lost_reason: 'junk', lost_note: 'a test' })).stage, 'lost');
  assert.ok((await decision(lead.id)).back);
  const [said] = (await head.get(`/feedback?lead=${lead.id}`)).items;
  assert.deepEqual([said.verdict, said.reason, said.text], ['rejected', 'junk', 'a test']);
  // The card says why, and so does the change of stage in the timeline.
  const why = async () => { const l = await head.get(`/leads/${lead.id}`); return [l.lost_reason, l.lost_note, !!l.lost_at]; };
  assert.deepEqual(await why(), ['junk', 'a test', true]);
  const [moved] = (await head.get(`/leads/${lead.id}/timeline?kind=deed`)).items.filter((x) => x.name === 'Stage Changed');
  assert.deepEqual([moved.detail.to, moved.detail.reason, moved.text], ['lost', 'junk', 'a test']);
  await head.patch(`/leads/${lead.id}`, { stage: 'contact' });
  assert.deepEqual(await why(), [null, null, false], 'in work again');
  assert.equal((await decision(lead.id)).back, null);
  await head.patch(`/leads/${lead.id}`, { stage: 'lost' });
  assert.deepEqual(await why(), [null, null, true], 'no reason was told');
  await head.post(`/leads/${lead.id}/feedback`, { verdict: 'rejected', reason: 'no_budget' }, 204);
  assert.deepEqual(await why(), ['no_budget', null, true], 'one was told later');
  await head.patch(`/leads/${lead.id}`, { stage: 'contact' });
  await head.patch(`/leads/${lead.id}`, { stage: 'lost', lost_reason: 'no_need' });
  assert.equal((await decision(lead.id)).back, null, 'another reason is no junk');
});
