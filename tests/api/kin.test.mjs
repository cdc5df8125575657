// SPDX-License-Identifier: AGPL-3.0-or-later
// Whoever has the company keeps the client: those of whom it has bought first, however its name is written; a setting turns it off; facts for rules.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open, until } from './harness.mjs';

let house, owner, head, writer, people, n = 0;
const heat = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'];

before(async () => {
  house = await open({ now: '2026-11-23T09:00:00Z' });
  owner = await house.person('owner');
  head = await house.person('head');
  writer = house.writer();
  people = [];
  for (let i = 0; i < 4; i++) people.push(house.addUser('manager', `m${i}@example.org`, 'correct horse', `Manager ${i}`));
  for (const p of people) await head.patch(`/managers/${p}`, { capacity: 0 }); // nobody is ever full: each hot lead is given at once
});
after(() => house.close());

const has = async (company, who, stage) => {
  const { id } = await owner.post('/leads', { name: `Known ${n++}`, email: `k${n}@known.example`, company }, 201);
  await head.post(`/leads/${id}/assign`, { manager_id: who }, 201);
  if (stage) await head.patch(`/leads/${id}`, { stage });
  return id;
};
async function hot(company) {
  const key = `kin${n++}`;
  await writer.post('//v1/batch', { batch: [
    { type: 'identify', messageId: `i${key}`, userId: key, traits: { email: `${key}@hot.example`, title: 'CEO', industry: 'machines', employees: 300, budget: 1000, ...(company ? { company } : {}) } },
    ...heat.map((event) => ({ type: 'track', messageId: `${event}${key}`, userId: key, event }))] });
  const [lead] = (await head.get(`/search?q=${key}@hot.example`)).items;
  const [d] = (await head.get(`/leads/${lead.id}/assignments`)).items;
  return { id: lead.id, to: d.manager_id, reason: d.reason, policy: d.policy, rule: d.rule };
}

test('the_owner_of_the_company_gets_its_other_people', async () => {
  await has('ООО Ромашка', people[2]);
  for (const name of ['ООО Ромашка', 'ооо  РОМАШКА', 'ООО Ромашка']) {
    const d = await hot(name);
    assert.deepEqual([d.to, d.reason, d.policy], [people[2], 'company_keeps', 'company'], name);
  }
  assert.equal((await hot('ООО Ромашка Плюс')).reason, 'by_policy');
  assert.equal((await hot(null)).reason, 'by_policy');
});

test('who_sold_to_the_company_before_others', async () => {
  await has('Север Сталь', people[0]);
  await has('Север Сталь', people[3], 'won');
  await has('Север Сталь', people[1], 'lost');
  assert.equal((await hot('Север Сталь')).to, people[3]);
  // Away: the next who has it; when none of them may, the rules.
  await head.post(`/absences`, { user_id: people[3], from: '2026-11-23T00:00:00Z', until: '2026-11-25T00:00:00Z', reason: 'ill' }, 201);
  assert.equal((await hot('Север Сталь')).to, people[0]);
  for (const p of [people[0], people[1]]) await head.post(`/managers/${p}/duty`, { on_duty: false });
  const d = await hot('Север Сталь');
  assert.deepEqual([d.to, d.reason], [people[2], 'by_policy']);
  for (const p of [people[0], people[1]]) await head.post(`/managers/${p}/duty`, { on_duty: true });
});

test('rules_may_ask_for_the_company_and_the_setting_turns_it_off', async () => {
  await owner.patch('/settings', { company_keeps: false });
  assert.equal((await hot('Север Сталь')).reason, 'by_policy');
  const pool = await head.post('/routing/pools', { name: 'Clients', policy: 'round_robin', members: [{ user_id: people[1] }] }, 201);
  const rule = (name, condition) => ({ name, condition, pool_id: pool.id, enabled: true });
  await head.put('/routing/rules', { items: [rule('Clients', { fact: 'company.client', op: 'eq', value: true })] });
  assert.deepEqual([(await hot('Север Сталь')).to, (await hot('ООО Ромашка')).rule], [people[1], null]);
  await head.put('/routing/rules', { items: [rule('Of one', { fact: 'company.owner', op: 'eq', value: 'm2@example.org' })] });
  assert.equal((await hot('ООО Ромашка')).rule, 'Of one');
  assert.equal((await hot('Север Сталь')).rule, null);
  await owner.patch('/settings', { company_keeps: true });
  const tried = await head.post('/routing/try', { lead_id: (await hot('ООО Ромашка')).id, free: true });
  assert.deepEqual([tried.why, tried.manager_id], ['company_keeps', people[2]]);
});

// What no decision looked for, because neither rules nor the setting asked, is told from who had the others then and how they had ended.
test('a_simulation_asks_draft_rules_of_the_company_as_it_stood_at_each_decision', async () => {
  await owner.patch('/settings', { company_keeps: false });
  await head.put('/routing/rules', { items: [] });
  await house.setClock('2026-11-23T12:00:00Z');
  const known = await has('Новый Завод', people[0]);
  await hot('Новый Завод');
  await hot('Другой Завод');
  await house.setClock('2026-11-23T13:00:00Z');
  await head.patch(`/leads/${known}`, { stage: 'won' });
  await house.setClock('2026-11-23T14:00:00Z');
  const after = [await hot('Новый Завод'), await hot('Новый Завод')];
  assert.ok(after.every((d) => d.reason === 'by_policy'), 'nothing asks for the company');
  await house.setClock('2026-11-23T15:00:00Z');
  const pool = (await head.get('/routing/pools')).items[0];
  const rule = (name, condition) => ({ name, condition, pool_id: pool.id, enabled: true });
  const { id } = await head.post('/routing/simulations', { from: '2026-11-23T11:30:00Z', items: [rule('Clients', { fact: 'company.client', op: 'eq', value: true }), rule('Of one', { fact: 'company.owner', op: 'eq', value: 'm0@example.org' })] }, 201);
  const s = await until((x) => !['waiting', 'running'].includes(x.state), () => head.get(`/routing/simulations/${id}`));
  assert.equal(s.state, 'done');
  assert.deepEqual(s.report.other.rules.map((r) => [r.name, r.leads]), [[null, 1], ['Clients', 2], ['Of one', 1]]);
  assert.equal(s.report.proof.same, s.report.proof.decisions);
});

/* By the model's own rule: the mean of the company's people, the lead itself with them. */
test('rules_may_ask_for_the_score_and_the_temperature_of_the_company', async () => {
  await owner.patch('/settings', { company_keeps: false });
  const live = await owner.get('/models/live');
  const d = await owner.post('/models', { name: live.name, body: { ...live.body, company: { rule: 'mean' } } }, 201);
  await owner.post(`/models/${d.id}/publish`, undefined);
  await house.setClock('2026-11-23T16:00:00Z');
  for (let i = 0; i < 3; i++) await has('Холодный Дом', people[0]);
  await has('Тёплый Дом', people[0]);
  const pool = (await head.get('/routing/pools')).items.find((p) => p.name === 'Clients');
  const rule = (name, condition) => ({ name, condition, pool_id: pool.id, enabled: true });
  await head.put('/routing/rules', { items: [rule('Hot house', { fact: 'company.band', op: 'eq', value: 'hot' }), rule('Middling', { fact: 'company.score', op: '>=', value: 40 })] });
  const told = async (name) => (await owner.get(`/companies?q=${encodeURIComponent(name)}`)).items[0];
  const decided = [];
  for (const name of ['Один Дом', 'Тёплый Дом', 'Холодный Дом']) decided.push([(await hot(name)).rule, await told(name)]);
  assert.deepEqual(decided.map(([by, c]) => [by, c.band === 'hot', c.score >= 40]), [['Hot house', true, true], ['Middling', false, true], [null, false, false]],
    JSON.stringify(decided));
  const one = await hot(null);
  assert.equal(one.rule, null, 'of nobody there is no score');
  // Tried, and simulated: what the decisions saw is kept with them, whatever the company has become.
  const again = await hot('Тёплый Дом');
  assert.equal((await head.post('/routing/try', { lead_id: again.id, free: true })).rules.at(-1).name, again.rule);
  await house.setClock('2026-11-23T17:00:00Z');
  for (let i = 0; i < 6; i++) await has('Один Дом', people[0]);
  assert.ok((await told('Один Дом')).score < 40);
  const { id } = await head.post('/routing/simulations', { from: '2026-11-23T15:30:00Z', items: [rule('Hot as it was', { fact: 'company.band', op: 'eq', value: 'hot' })] }, 201);
  const s = await until((x) => !['waiting', 'running'].includes(x.state), () => head.get(`/routing/simulations/${id}`));
  assert.equal(s.state, 'done', s.why);
  assert.equal(s.report.proof.same, s.report.proof.decisions, JSON.stringify(s.report.proof));
  assert.equal(s.report.other.rules.find((r) => r.name === 'Hot as it was').leads, 1 + (again.rule === 'Hot house'));
});
