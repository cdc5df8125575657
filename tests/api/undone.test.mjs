// SPDX-License-Identifier: AGPL-3.0-or-later
// What was undone (a transfer, a merge) counts for or against nobody in the figures of how people did, and dates nothing.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open, until } from './harness.mjs';

let house, owner, head, usual, kept, lent, third;
let clock = Date.parse('2026-11-23T09:00:00Z');
const later = (ms) => { clock += ms; return house.setClock(new Date(clock).toISOString(), true); };
const LONG = 60000;

async function lead(name, title, manager) {
  const { id } = await owner.post('/leads', { name, email: `${name.toLowerCase()}@firm.example`, title }, 201);
  if (manager) await head.post(`/leads/${id}/assign`, { manager_id: manager }, 201);
  return id;
}
const end = (id, stage) => head.patch(`/leads/${id}`, { stage });
const step = (id, state) => until((x) => x.state === state, () => head.get(`/transfers/${id}`), LONG);
async function moved(ask) {
  const { id } = await head.post('/transfers', { to: [{ user_id: third }], by_word: true, ...ask }, 201);
  await step(id, 'planned');
  await head.post(`/transfers/${id}/run`);
  return step(id, 'done');
}
async function undone(t) {
  await head.post(`/transfers/${t.id}/undo`);
  assert.equal((await step(t.id, 'undone')).back, t.moved);
}
/** Of the report in which this many leads of the team have ended. */
async function figures(n) {
  const p = await until((x) => x.items.some((i) => !i.manager_id && !i.segment && i.n === n), () => head.get('/performance'), LONG);
  return (id) => p.items.find((x) => x.manager_id === id && !x.segment);
}

before(async () => {
  house = await open({ now: new Date(clock).toISOString() });
  owner = await house.person('owner');
  head = await house.person('head');
  [usual, kept, lent, third] = ['usual', 'kept', 'lent', 'third'].map((x) => house.addUser('manager', `${x}@example.org`, 'correct horse', x));
  for (const id of [usual, kept, lent, third]) await head.patch(`/managers/${id}`, { capacity: 0 });
  // Chiefs buy, clerks do not, most of them.
  for (let i = 0; i < 80; i++) await end(await lead(`Usual${i}`, i % 2 ? 'CEO' : 'clerk', usual), (i % 2 ? i % 10 > 1 : i % 10 === 0) ? 'won' : 'lost');
});
after(() => house.close());

test('a_transfer_that_was_undone_gave_nobody_anything_and_a_lead_is_as_it_was_when_it_was_first_given', async () => {
  const leads = { [kept]: [], [lent]: [] }, nobodys = [];
  for (let i = 0; i < 24; i++) {
    const who = i % 2 ? kept : lent;
    leads[who].push(await lead(`Undone${i}`, 'clerk', who));
  }
  await later(60000);
  for (const id of Object.values(leads).flat()) await head.patch(`/leads/${id}`, { facts: { title: 'CEO' } });
  const base = await moved({ kind: 'handover', from_id: lent });
  assert.equal(base.moved, 12);
  for (let i = 0; i < 3; i++) nobodys.push(await lead(`Nobody${i}`, 'clerk'));
  const backlog = await moved({ kind: 'backlog', cold: true });
  assert.equal(backlog.moved, 3);
  await later(60000);
  await undone(backlog);
  await undone(base);
  for (const id of [...Object.values(leads).flat(), ...nobodys]) await end(id, 'lost');
  await later(2 * 86400000);
  const of = await figures(104);
  assert.equal(of(third), undefined, 'who had them only until the undo has had none');
  assert.deepEqual([of(kept).leads, of(lent).leads], [12, 12]);
  assert.ok(Math.abs(of(lent).expected - of(kept).expected) < 0.001, `clerks they were: ${of(lent).expected}, ${of(kept).expected}`);
});

test('a_merge_that_was_undone_leaves_each_lead_with_whoever_had_it', async () => {
  const ownerOf = async (id) => (await head.get(`/leads/${id}`)).owner_id;
  const parent = await lead('Parent', 'clerk'), child = await lead('Child', 'clerk', kept);
  const join = () => owner.post(`/leads/${parent}/merge`, { lead_id: child }, 201);
  const { merge_id } = await join();
  assert.equal(await ownerOf(parent), kept);
  await owner.post(`/merges/${merge_id}/undo`, undefined, 204);
  assert.deepEqual([await ownerOf(parent), await ownerOf(child)], [null, kept]);
  await end(child, 'lost');
  await end(parent, 'lost');
  await later(2 * 86400000);
  const of = await figures(105);
  assert.equal(of(kept).leads, 13, 'the child, and not the parent, which came by the merge alone');
  // What a person decided meanwhile stands.
  const second = await join();
  await head.post(`/leads/${parent}/assign`, { manager_id: third }, 201);
  await owner.post(`/merges/${second.merge_id}/undo`, undefined, 204);
  assert.deepEqual([await ownerOf(parent), await ownerOf(child)], [third, kept]);
  assert.match(house.cli(['replay']), /^differences: 0$/m);
});

test('an_inner_merge_that_was_undone_leaves_each_lead_with_whoever_had_it_by_itself', async () => {
  const owners = (...ids) => Promise.all(ids.map(async (id) => (await head.get(`/leads/${id}`)).owner_id));
  const join = async (into, id) => (await owner.post(`/leads/${into}/merge`, { lead_id: id }, 201)).merge_id;
  const part = (id) => owner.post(`/merges/${id}/undo`, undefined, 204);
  const family = async (name) => [await lead(`${name}Inner`, 'clerk', kept), await lead(`${name}Middle`, 'clerk'), await lead(`${name}Outer`, 'clerk')];

  // The owner came to the outermost by both merges: with the inner one he goes, and is not found again when the outer one is undone.
  let [a, b, c] = await family('Chain');
  let inner = await join(b, a), outer = await join(c, b);
  assert.deepEqual(await owners(c), [kept]);
  await part(inner);
  assert.deepEqual(await owners(a, c), [kept, null]);
  await part(outer);
  assert.deepEqual(await owners(a, b, c), [kept, null, null]);

  // Outer first.
  inner = await join(b, a); outer = await join(c, b);
  await part(outer);
  assert.deepEqual(await owners(b, c), [kept, null]);
  await part(inner);
  assert.deepEqual(await owners(a, b, c), [kept, null, null]);

  // Without him another that was joined has brought hers.
  [a, b, c] = await family('Two');
  const d = await lead('TwoOther', 'clerk', lent);
  inner = await join(b, a);
  const other = await join(b, d);
  outer = await join(c, b);
  await part(inner);
  assert.deepEqual(await owners(a, c), [kept, lent]);
  await part(outer);
  assert.deepEqual(await owners(b, c), [lent, null]);
  await part(other);
  assert.deepEqual(await owners(d, b), [lent, null]);

  // What was decided meanwhile stands.
  [a, b, c] = await family('Word');
  inner = await join(b, a); outer = await join(c, b);
  await head.post(`/leads/${c}/assign`, { manager_id: third }, 201);
  await part(inner);
  assert.deepEqual(await owners(a, c), [kept, third]);
  await part(outer);
  assert.deepEqual(await owners(b, c), [null, third]);
  assert.match(house.cli(['replay']), /^differences: 0$/m);
});
