// SPDX-License-Identifier: AGPL-3.0-or-later
// Companies: whoever names one belongs to it, its score is its people's by the model's rule, and it says who contributes what.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open, until } from './harness.mjs';

let house, owner, manager;
const body = (company) => ({
  name: 'Простая', warm: 20, hot: 50, hysteresis: 5, groups: [{ name: 'who', title: { ru: 'Кто', en: 'Who' } }],
  criteria: [10, 20, 40].map((points) => ({
    id: `p${points}`, title: { ru: `Баллы ${points}`, en: `Points ${points}` }, group: 'who', points, when: { fact: `p${points}`, op: 'eq', value: true },
  })),
  ...(company ? { company } : {}),
});
const publish = async (company) => {
  const draft = await owner.post('/models', { name: 'Простая', note: '', body: body(company) }, 201);
  await owner.post(`/models/${draft.id}/publish`, undefined);
};
let best;
before(async () => {
  house = await open({ now: '2026-03-02T09:00:00Z' });
  owner = await house.person('owner');
  manager = await house.person('manager');
  const draft = await owner.post('/models', { name: 'Простая', note: '', body: body() }, 201);
  await owner.post(`/models/${draft.id}/publish`, undefined);
  best = await owner.post('/leads', { name: 'Анна', email: 'a@romashka.example', company: 'ООО «Ромашка»', facts: { p40: true, p20: true } }, 201);
  await owner.post('/leads', { name: 'Борис', email: 'b@romashka.example', company: 'ооо  «ромашка»', facts: { p20: true } }, 201);
  await owner.post('/leads', { name: 'Вера', email: 'v@romashka.example', company: 'ООО «Ромашка»', facts: { p10: true } }, 201);
  await owner.post('/leads', { name: 'Глеб', email: 'g@other.example', company: 'Другая', facts: { p20: true } }, 201);
});
after(() => house.close());

test('a_companys_score_is_its_best_persons_unless_the_model_says_otherwise', async () => {
  const list = await owner.get('/companies');
  assert.deepEqual(list.items.map((c) => [c.name, c.score, c.people, c.hot, c.rule, c.band]), [
    ['ООО «Ромашка»', 60, 3, 1, 'max', 'hot'], ['Другая', 20, 1, 0, 'max', 'warm'],
  ]);
  assert.equal(list.total, 2);
  const page = await owner.get(`/companies/${list.items[0].id}`);
  assert.equal((await owner.get(`/leads/${best.id}`)).company_id, page.id, 'the card leads to the company');
  assert.deepEqual(page.contributions.map((p) => [p.name, p.score, p.points]), [['Анна', 60, 60], ['Борис', 20, 0], ['Вера', 10, 0]]);
  assert.deepEqual((await owner.get(`/companies?q=${encodeURIComponent('друг')}`)).items.map((c) => c.name), ['Другая']);
  const rows = async (query) => (await owner.get('/export/companies.csv' + query)).replace('\uFEFF', '').trim().split(/\r?\n/).map((r) => r.split(';').slice(1).join(' '));
  assert.deepEqual(await rows(''), ['name band score people hot owner', 'ООО «Ромашка» hot 60 3 1 manager', 'Другая warm 20 1 0 ']);
  assert.deepEqual(await rows(`?q=${encodeURIComponent('друг')}`), ['name band score people hot owner', 'Другая warm 20 1 0 ']);
  assert.deepEqual(await rows(`?company=${page.id}`), ['name title band stage score points owner', 'Анна  hot new 60 60 manager', 'Борис  warm new 20 0 ', 'Вера  cold new 10 0 ']);
  await owner.get('/export/companies.csv?company=co_2222222222222', 404);
  await manager.get('/export/companies.csv', 403);
  const first = await owner.get('/companies?limit=1');
  assert.equal((await owner.get(`/companies?limit=1&cursor=${encodeURIComponent(first.next)}`)).items[0].name, 'Другая');
});

test('the_rule_is_the_models_and_contributions_add_up', async () => {
  const { items } = await owner.get('/companies');
  for (const [rule, score] of [[{ rule: 'sum_top3' }, 90], [{ rule: 'sum_top3', cap: 70 }, 70], [{ rule: 'mean' }, 30]]) {
    await publish(rule);
    const page = await until((p) => p.rule === rule.rule && p.score === score, () => owner.get(`/companies/${items[0].id}`));
    assert.equal(page.contributions.reduce((a, p) => a + p.points, 0), score);
  }
  const draft = await owner.post('/models', { name: 'Плохая', note: '', body: body({ rule: 'best' }) }, 422);
  assert.equal(draft.errors[0].pointer, '/body/company/rule');
});

test('a_person_who_moves_or_does_not_count_moves_the_company', async () => {
  const { items } = await owner.get('/companies');
  await owner.patch(`/leads/${best.id}`, { company: 'Другая' });
  const names = (await owner.get('/companies')).items.map((c) => [c.name, c.people]);
  assert.deepEqual(names.sort(), [['Другая', 2], [names.find((n) => n[0] !== 'Другая')[0], 2]].sort());
  await owner.patch(`/leads/${best.id}`, { company: 'ООО «Ромашка»' });
  assert.equal((await owner.get(`/companies/${items[0].id}`)).people, 3);
});

test('a_salesperson_sees_the_company_of_an_own_lead_and_no_names_of_others', async () => {
  const { items } = await owner.get('/companies');
  const id = items.find((c) => c.name !== 'Другая').id;
  const before = (await manager.get('/companies')).items.length;
  await owner.post(`/leads/${best.id}/assign`, { manager_id: manager.id }, 201);
  assert.equal((await manager.get('/companies')).items.length, before || 1);
  const page = await manager.get(`/companies/${id}`);
  assert.equal(page.owner_id, manager.id);
  const other = page.contributions.filter((p) => p.owner_id !== manager.id);
  assert.ok(other.every((p) => p.name === null && p.lead_id === null));
  await manager.get('/companies/co_0000000000001', 404);
});

test('deeds_and_purchases_are_kept_at_the_company_where_the_setting_says_so', async () => {
  const { id } = (await owner.get(`/companies?q=${encodeURIComponent('ромашка')}`)).items[0];
  const page = () => owner.get(`/companies/${id}`);
  let c = await page();
  assert.deepEqual([c.books, c.purchases, c.amount], ['contact', null, null]);
  await owner.get(`/companies/${id}/timeline`, 409);
  await owner.patch('/settings', { bookkeeping: 'company' });
  assert.equal((await owner.get('/settings')).bookkeeping, 'company');
  const people = c.contributions.filter((p) => p.lead_id);
  for (const [i, p] of people.slice(0, 2).entries()) await owner.patch(`/leads/${p.lead_id}`, { stage: 'won', amount: 1000 * (i + 1) });
  await owner.post(`/leads/${people[0].lead_id}/notes`, { text: 'Звонили вдвоём' }, 204);
  c = await page();
  assert.deepEqual([c.books, c.purchases, c.amount], ['company', 2, 3000]);
  // As long as those of its people together, in one order, each with whose it is; page by page the same.
  const own = [];
  for (const p of people) own.push(...(await owner.get(`/leads/${p.lead_id}/timeline?limit=100`)).items.map((e) => [e.id, p.lead_id, p.name]));
  const whole = (await owner.get(`/companies/${id}/timeline?limit=100`)).items;
  assert.deepEqual(whole.map((e) => [e.id, e.lead_id, e.lead_name]).sort(), own.sort());
  assert.ok(whole.every((e, i) => !i || whole[i - 1].at >= e.at));
  const pieces = [];
  let next = '';
  do {
    const r = await owner.get(`/companies/${id}/timeline?limit=3${next && `&cursor=${encodeURIComponent(next)}`}`);
    pieces.push(...r.items.map((e) => e.id));
    next = r.next;
  } while (next);
  assert.deepEqual(pieces, whole.map((e) => e.id));
  assert.equal((await owner.get(`/companies/${id}/timeline?kind=deed`)).items.some((e) => e.text === 'Звонили вдвоём'), true);
  // A salesperson sees what the own leads did and nothing of others.
  const all = (await manager.get(`/companies/${id}`)).contributions, mine = all.filter((p) => p.lead_id).map((p) => p.lead_id);
  assert.ok(mine.length > 0 && mine.length < all.length);
  const seen = (await manager.get(`/companies/${id}/timeline?limit=100`)).items;
  assert.ok(seen.length > 0 && seen.every((e) => mine.includes(e.lead_id)));
  await owner.patch('/settings', { bookkeeping: 'contact' });
  await owner.get(`/companies/${id}/timeline`, 409);
});

/* 100 points that halve in ten days: what is left of them after so many days is known to the millionth. */
test('a_company_is_never_warmer_by_rounding_than_its_people_are', async () => {
  const sender = house.writer(), now = Date.parse((await owner.get('/me')).now);
  const aged = [{ id: 'aged', title: { ru: 'Спад', en: 'Fading' }, group: 'who', points: 100, when: { event: 'Aged' }, ageing: { kind: 'half_life', days: 10 } }];
  const gate = [{ band: 'hot', when: { fact: 'ready', op: 'eq', value: true } }];
  const people = { 'Одна': [49.7], 'Ровно': [50.3], 'Трое рядом': [16.6, 16.6, 16.6], 'Трое': [17.2, 17.2, 17.2] };
  for (const [name, points] of Object.entries(people))
    for (const [i, left] of points.entries()) {
      const who = `${name}-${i}`, at = new Date(now - 10 * Math.log2(100 / left) * 86400000).toISOString();
      await sender.post('//v1/identify', { userId: who, messageId: `${who}-i`, traits: { name: who, company: name, ready: true }, timestamp: at });
      await sender.post('//v1/track', { userId: who, event: 'Aged', messageId: `${who}-e`, timestamp: at });
    }
  await sender.post('//v1/identify', { userId: 'held', messageId: 'held', traits: { name: 'held', company: 'Удержанная', p40: true, p20: true } });
  const listed = async (name) => (await owner.get(`/companies?q=${encodeURIComponent(name)}`)).items.find((c) => c.name === name);
  const told = async (name) => owner.get(`/companies/${(await listed(name)).id}`);
  for (const rule of ['max', 'sum_top3', 'mean']) {
    const draft = await owner.post('/models', { name: 'Спад', note: '', body: { ...body({ rule }), criteria: [...body().criteria, ...aged], gates: gate } }, 201);
    await owner.post(`/models/${draft.id}/publish`, undefined);
    const stand = (name, ...is) => until((c) => JSON.stringify(c.contributions.map((p) => [p.score, p.band])) === JSON.stringify(is), () => told(name));
    for (const [name, score, band] of [['Одна', 50, 'warm'], ['Ровно', 50, 'hot'], ['Удержанная', 60, 'warm']]) {
      const c = await stand(name, [score, band]);
      assert.deepEqual([name, c.score, c.band], [name, score, band], rule);
      assert.equal((await listed(name)).band, band);
    }
    const three = [17, 'cold'], [near, above] = [await stand('Трое рядом', three, three, three), await stand('Трое', three, three, three)];
    assert.equal(above.rule, rule);
    assert.deepEqual([near.score, above.score], rule === 'sum_top3' ? [51, 51] : [17, 17]);
    assert.deepEqual([near.band, above.band], rule === 'sum_top3' ? ['warm', 'hot'] : ['cold', 'cold'], '49.8 and 51.6 are shown as 51');
    assert.deepEqual([(await listed('Трое рядом')).band, (await listed('Трое')).band], [near.band, above.band]);
  }
});
