// SPDX-License-Identifier: AGPL-3.0-or-later
// Many leads by one file, by batches and one by one: the same people get them, in the same order. And a backlog of thousands given out at once.
//   GRADUS_TEST_LEADS=10000   how many (default 60)
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { open, until } from './harness.mjs';

const count = Number(process.env.GRADUS_TEST_LEADS ?? 60);
const now = '2026-11-23T09:00:00Z';
const houses = [];
after(async () => { for (const h of houses) await h.close(); });

const facts = (i) => ({ email: `lead${i}@works.example`, title: 'CEO', budget: 1000, industry: i % 3 ? 'machines' : 'ships', employees: 300 });
const heat = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'];

/** A house with six people of several kinds and two rules. */
async function office() {
  const house = await open({ now });
  houses.push(house);
  house.addUser('head', 'head@example.org');
  const key = house.key(), people = [];
  for (let i = 0; i < 6; i++) people.push(house.addUser('manager', `m${i}@example.org`));
  for (const [i, p] of people.entries())
    await key.patch(`/managers/${p}`, { weight: 1 + i % 4, capacity: i === 4 ? 30 : 0, daily_quota: i === 5 ? 9 : 0, level: i === 3 ? 'senior' : 'regular' });
  const pool = (name, policy, members) => key.post('/routing/pools', { name, policy, members: members.map((i) => ({ user_id: people[i] })) }, 201);
  const ships = await pool('Ships', 'round_robin', [0, 1, 4]), rest = await pool('Rest', 'weighted', [1, 2, 3, 4, 5]);
  await key.put('/routing/rules', { items: [
    { name: 'Ships', enabled: true, pool_id: ships.id, condition: { fact: 'industry', op: 'eq', value: 'ships' } },
    { name: 'Rest', enabled: true, pool_id: rest.id, fallback_pool_id: ships.id, condition: { fact: 'email', op: 'exists' } }] });
  return { house, key, people, writer: house.writer() };
}

/** What the server's clock shows: it takes rows of a file, too, and facts that came by a later clock are not there yet. */
const clock = async ({ key }) => (await key.get('/me')).now;

/** Who has which lead, by the number of the lead and of the person; -1: it waits. */
async function owners({ key, people }) {
  const all = [];
  for (let cursor = ''; cursor !== null;) {
    const page = await key.get(`/leads?limit=100${cursor}`);
    for (const l of page.items) all[Number(/^lead(\d+)@/.exec(l.email)[1])] = [l.band, people.indexOf(l.owner_id)];
    cursor = page.next ? `&cursor=${encodeURIComponent(page.next)}` : null;
  }
  return all;
}

test('a_file_a_batch_and_single_calls_are_routed_alike', async () => {
  const single = await office(), batch = await office(), file = await office();
  for (let i = 0; i < count; i++) {
    const who = `lead${i}`, calls = [{ type: 'identify', messageId: who, userId: who, traits: facts(i) }, ...heat.map((event) => ({ type: 'track', messageId: `${event}-${who}`, userId: who, event }))];
    for (const c of calls) await single.writer.post(c.type === 'identify' ? '//v1/identify' : '//v1/track', c);
  }
  for (let i = 0; i < count; i += 20) {
    const calls = [];
    for (let k = i; k < Math.min(count, i + 20); k++) {
      const who = `lead${k}`;
      calls.push({ type: 'identify', messageId: who, userId: who, traits: facts(k) }, ...heat.map((event) => ({ type: 'track', messageId: `${event}-${who}`, userId: who, event })));
    }
    await batch.writer.post('//v1/batch', { batch: calls });
  }
  const columns = ['email', 'title', 'budget', 'industry', 'employees'];
  writeFileSync(join(file.house.data, 'leads.csv'), [columns.join(','), ...Array.from({ length: count }, (_, i) => columns.map((c) => facts(i)[c]).join(','))].join('\n'));
  file.house.cli(['import', 'leads', join(file.house.data, 'leads.csv')], '', await clock(file));
  const rows = [];
  for (let i = 0; i < count; i++) for (const event of heat) rows.push(`lead${i}@works.example,${event},${now}`);
  writeFileSync(join(file.house.data, 'events.csv'), ['email,event,time', ...rows].join('\n'));
  file.house.cli(['import', 'events', join(file.house.data, 'events.csv')], '', await clock(file));

  const one = await owners(single), many = await owners(batch), filed = await owners(file);
  assert.equal(one.length, count);
  assert.ok(one.every(([band]) => band === 'hot'), 'all are hot');
  assert.ok(new Set(one.map(([, who]) => who)).size >= 5, 'and many have them');
  const seq = (list) => list.map(([, who]) => who).join(' ');
  assert.equal(seq(many), seq(one), 'batches');
  assert.equal(seq(filed), seq(one), 'files');
});

test('a_backlog_of_all_of_them_is_given_out_at_once_and_taken_back', async () => {
  const { house, key, writer } = await office();
  await key.put('/routing/rules', { items: [] });
  const columns = ['email', 'title', 'industry', 'employees'];
  writeFileSync(join(house.data, 'leads.csv'), [columns.join(','), ...Array.from({ length: count }, (_, i) => columns.map((c) => facts(i)[c]).join(','))].join('\n'));
  house.cli(['import', 'leads', join(house.data, 'leads.csv')], '', await clock({ key }));
  assert.ok(writer);
  const free = async () => (await key.get('/leads?owner=none')).total, before = await free();
  assert.equal(before, Math.min(count, 10000));
  const settled = (id, state) => until((t) => t.state !== state, () => key.get(`/transfers/${id}`));
  const times = [Date.now()];
  const asked = await key.post('/transfers', { kind: 'backlog', cold: true }, 201);
  const plan = await settled(asked.id, 'planning');
  times.push(Date.now());
  assert.equal(plan.looked, count);
  assert.ok(plan.leads > count / 2, JSON.stringify(plan.shares));
  await key.post(`/transfers/${asked.id}/run`);
  const done = await settled(asked.id, 'running');
  times.push(Date.now());
  assert.deepEqual([done.state, done.moved, done.passed], ['done', plan.leads, 0]);
  for (const s of plan.shares) assert.equal((await key.get(`/leads?owner=${s.manager_id}`)).total, s.leads);
  await key.post(`/transfers/${asked.id}/undo`);
  const back = await settled(asked.id, 'undoing');
  times.push(Date.now());
  assert.deepEqual([back.state, back.back], ['undone', done.moved]);
  assert.equal(await free(), before);
  if (process.env.GRADUS_TEST_LEADS) console.log(`# planned ${times[1] - times[0]} ms, run ${times[2] - times[1]} ms, undone ${times[3] - times[2]} ms, gain ${plan.gain_pct} %`);
});
