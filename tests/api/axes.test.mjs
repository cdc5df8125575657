// SPDX-License-Identifier: AGPL-3.0-or-later
// Fit and engagement, the ideal customer, checklists, the moment beside a score, what would make a lead hot, priority.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open } from './harness.mjs';

let house, owner, writer, model;
const BODY = {
  name: 'Сетка', warm: 20, hot: 50, hysteresis: 5,
  groups: [
    { name: 'who', title: { ru: 'Кто', en: 'Who' }, ceiling: 40 },
    { name: 'did', title: { ru: 'Что делал', en: 'Deeds' }, ceiling: 60 },
  ],
  criteria: [
    { id: 'title', title: { ru: 'Директор', en: 'Director' }, group: 'who', points: 20, when: { fact: 'title', op: 'has', value: 'директор' } },
    { id: 'budget', title: { ru: 'Бюджет есть', en: 'Budget' }, group: 'who', points: 15, when: { fact: 'bant.budget', op: 'eq', value: true } },
    { id: 'demo', title: { ru: 'Демо', en: 'Demo' }, group: 'did', points: 25, max_times: 2, cooldown_hours: 24, when: { event: 'Demo Requested' } },
    { id: 'price', title: { ru: 'Цены', en: 'Prices' }, group: 'did', points: 5, max_times: 3, when: { page: '/pricing*' },
      ageing: { kind: 'expire', days: 2 } },
  ],
  axes: { fit: [10, 30], engagement: [5, 25] },
  icp: { conditions: [
    { title: { ru: 'Наша отрасль', en: 'Our trade' }, when: { fact: 'industry', op: 'in', value: ['it', 'логистика'] }, weight: 3 },
    { when: { fact: 'employees', op: '>=', value: 50 } },
  ] },
};
before(async () => {
  house = await open({ now: '2026-03-02T09:00:00Z' });
  owner = await house.person('owner');
  writer = house.writer();
  const draft = await owner.post('/models', { name: 'Сетка', note: '', body: BODY }, 201);
  model = await owner.post(`/models/${draft.id}/publish`, undefined);
});
after(() => house.close());

let n = 0;
const track = (email, event, timestamp) => writer.post('//v1/track', { messageId: `a${n++}`, userId: email, event, timestamp, context: { traits: { email } } });
const page = (email, path) => writer.post('//v1/page', { messageId: `a${n++}`, userId: email, properties: { path }, context: { traits: { email } } });
const add = (facts) => owner.post('/leads', facts, 201);
async function until(holds) {
  for (let i = 0; i < 200; i++) { const is = await holds(); if (is) return is; await new Promise((r) => setTimeout(r, 50)); }
  assert.fail('it did not come about');
}

test('a_lead_stands_in_a_cell_and_moves_by_itself_when_points_expire', async () => {
  const l = await add({ name: 'Анна', email: 'anna@a.example', title: 'Директор', facts: { industry: 'IT' } });
  assert.equal(l.cell, 'B3');
  assert.equal(l.icp, 75);
  await page('anna@a.example', '/pricing');
  await page('anna@a.example', '/pricing/2');
  const lead = await owner.get(`/leads/${l.id}`);
  assert.equal(lead.cell, 'B2');
  const s = await owner.get(`/leads/${l.id}/score`);
  assert.deepEqual([s.fit, s.engagement, s.cell, s.icp], [20, 10, 'B2', 75]);
  assert.deepEqual(s.axes.fit, { groups: ['who'], borders: [10, 30], set: true });
  const icp = await owner.get(`/leads/${l.id}/icp`);
  assert.equal(icp.match, 75);
  assert.deepEqual(icp.have.map((i) => i.name), ['Наша отрасль']);
  assert.equal(icp.missing.length, 1);
  assert.match(icp.missing[0].condition, /Сотрудников/);
  await owner.patch(`/leads/${l.id}`, { facts: { employees: 200 } });
  assert.equal((await owner.get(`/leads/${l.id}`)).icp, 100);
  await house.setClock('2026-03-04T09:00:10Z');
  await until(async () => (await owner.get(`/leads/${l.id}`)).cell === 'B3');
});

test('lists_are_filtered_and_sorted_by_cell_and_match', async () => {
  const a = await add({ name: 'Лучший', email: 'best@a.example', title: 'директор', facts: { bant: { budget: true }, industry: 'it' } });
  await track('best@a.example', 'Demo Requested');
  const c = await add({ name: 'Никто', email: 'nobody@a.example' });
  assert.equal((await owner.get(`/leads/${a.id}`)).cell, 'A1');
  const only = await owner.get('/leads?cell=A1,A2');
  assert.deepEqual(only.items.map((l) => l.id), [a.id]);
  assert.equal(only.total, 1);
  const sorted = await owner.get('/leads?sort=cell');
  const cells = sorted.items.map((l) => l.cell ?? 'Z');
  assert.deepEqual(cells, [...cells].sort());
  const first = await owner.get('/leads?sort=cell&limit=1');
  const second = await owner.get(`/leads?sort=cell&limit=1&cursor=${encodeURIComponent(first.next)}`);
  assert.deepEqual([first.items[0].id, second.items[0].id], sorted.items.slice(0, 2).map((l) => l.id));
  assert.ok((await owner.get('/leads?icp=75')).items.every((l) => l.icp >= 75));
  assert.ok(!(await owner.get('/leads?icp=1')).items.some((l) => l.id === c.id));
  await owner.get('/leads?cell=D4', 422);
});

test('the_grid_counts_the_leads_of_each_cell_and_lists_them', async () => {
  const grid = await owner.get('/grid');
  assert.equal(grid.model, model.id);
  assert.deepEqual(grid.axes.engagement.borders, [5, 25]);
  for (const cell of grid.cells) {
    assert.equal((await owner.get(`/leads?${cell.leads}`)).total, cell.n, cell.cell);
    assert.equal(cell.conversion.enough, false);
    assert.equal(cell.conversion.value, null);
  }
  for (let i = 0; i < 12; i++) {
    const l = await add({ name: `Купивший ${i}`, email: `won${i}@a.example`, title: 'директор' });
    await owner.patch(`/leads/${l.id}`, { stage: i < 9 ? 'won' : 'lost' });
  }
  const b3 = (await owner.get('/grid')).cells.find((c) => c.cell === 'B3').conversion;
  assert.deepEqual([b3.value, b3.n, b3.enough], [0.75, 12, true]);
  assert.ok(b3.low > 0.4 && b3.low < 0.5 && b3.high > 0.9 && b3.high < 1);
});
