// SPDX-License-Identifier: AGPL-3.0-or-later
// Scoring models: read, drafted, tried, published, rolled back.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open, Client, until } from './harness.mjs';

let house, owner, lead;
before(async () => {
  house = await open();
  owner = await house.person('owner');
  lead = await owner.post('/leads', { name: 'Иван', email: 'ivan@firm.example', title: 'CEO' }, 201);
});
after(() => house.close());

const scoreOf = async () => (await owner.get(`/leads/${lead.id}/score`)).total;

test('a_starter_model_is_live', async () => {
  const live = await owner.get('/models/live');
  assert.equal(live.state, 'live');
  assert.ok(live.body.criteria.some((c) => c.id === 'demo' && c.points === 20));
  assert.equal((await owner.get('/models')).items.filter((m) => m.state === 'live').length, 1);
  assert.equal((await owner.get(`/models/${live.id}`)).id, live.id);
});

test('an_english_company_begins_with_a_model_without_russian_words_and_an_ideal_customer', async () => {
  const other = await open();
  try {
    const made = await other.stranger().call('POST', '/setup',
      { name: 'Anna', email: 'anna@example.org', password: 'correct horse', company: 'Daisy', currency: 'EUR', zone: 'Europe/London', lang: 'en' });
    assert.equal(made.status, 201, made.text);
    const head = new Client(other, { cookie: made.headers.getSetCookie()[0].split(';')[0], csrf: made.json.csrf });
    const { items } = await head.get('/models');
    assert.deepEqual(items.map((m) => [m.name, m.state, m.version]), [['Starter model', 'live', 1]]);
    const live = await head.get('/models/live');
    const said = JSON.stringify([live.body.criteria.map((c) => c.when), live.body.icp.conditions.map((c) => c.when)]);
    assert.ok(!/[а-яё]/i.test(said), said);
    const l = await head.post('/leads', { name: 'Kim', email: 'kim@acme.example', title: 'Founder', facts: { industry: 'logistics', employees: 60, budget: 1000 } }, 201);
    assert.equal(l.icp, 100);
    const saas = await head.post('/models', { starter: 'saas' }, 201);
    assert.equal(saas.name, 'Software by subscription (SaaS)');
    assert.ok(!/[а-яё]/i.test(JSON.stringify(saas.body.criteria.map((c) => c.when))));
  } finally {
    await other.close();
  }
});

test('a_draft_changes_scores_only_when_it_is_published', async () => {
  const live = await owner.get('/models/live');
  const before = await scoreOf();
  const draft = await owner.post('/models', { from: live.id, name: 'Проба', note: 'CEO дороже' }, 201);
  assert.equal(draft.state, 'draft');
  const body = structuredClone(draft.body);
  const ceo = body.criteria.find((c) => c.id === 'ceo');
  ceo.points += 7;
  await owner.put(`/models/${draft.id}`, { name: 'Проба', note: '', body });
  assert.equal(await scoreOf(), before);
  const preview = await owner.post(`/models/${draft.id}/preview`, {});
  assert.equal(preview.leads, 1);
  assert.ok(JSON.stringify(preview.histogram).length > 2);
  await owner.post(`/models/${draft.id}/publish`, undefined);
  assert.equal((await owner.get('/models/live')).id, draft.id);
  assert.equal(await scoreOf(), before + 7);
  await until(Boolean, async () => (await owner.get(`/leads/${lead.id}`)).score === before + 7);
  await owner.put(`/models/${draft.id}`, { name: 'x', note: '', body }, 409);
  await owner.post(`/models/${draft.id}/publish`, undefined, 409);
  const hits = await owner.get(`/models/${draft.id}/hits`);
  assert.equal(hits.items.find((h) => h.criterion === 'ceo').leads, 1);
  assert.ok(hits.total > 0 && hits.items.every((h) => h.base === hits.total), 'the whole base was asked, and it says how large it is');
  await owner.post(`/models/${live.id}/rollback`, undefined, 201);
  assert.equal(await scoreOf(), before);
  await until(Boolean, async () => (await owner.get(`/leads/${lead.id}`)).score === before);
});

test('two_people_do_not_overwrite_each_other', async () => {
  const draft = await owner.post('/models', { name: 'Вдвоём', note: '' }, 201);
  const mine = structuredClone(draft.body);
  mine.hot -= 1;
  const seen = { headers: { 'If-Match': `"${draft.revision}"` } };
  const saved = await owner.put(`/models/${draft.id}`, { body: mine }, 200, seen);
  assert.equal(saved.revision, draft.revision + 1);
  const theirs = structuredClone(draft.body);
  theirs.hot -= 2;
  await owner.put(`/models/${draft.id}`, { body: theirs }, 412, seen);
  assert.equal((await owner.get(`/models/${draft.id}`)).body.hot, mine.hot);
  await owner.put(`/models/${draft.id}`, { body: theirs });
});

test('a_draft_can_be_removed_and_what_was_live_cannot', async () => {
  const draft = await owner.post('/models', { name: 'Лишний', note: '' }, 201);
  await owner.del(`/models/${draft.id}`, 412, { headers: { 'If-Match': '"99"' } });
  await owner.del(`/models/${draft.id}`);
  await owner.get(`/models/${draft.id}`, 404);
  const live = await owner.get('/models/live');
  await owner.del(`/models/${live.id}`, 409);
});

test('a_bad_model_is_refused_with_the_place_of_each_fault', async () => {
  const live = await owner.get('/models/live');
  const draft = await owner.post('/models', { from: live.id, name: 'Плохая', note: '' }, 201);
  const body = structuredClone(draft.body);
  body.criteria[0].points = 'many';
  body.criteria[1].when = { fact: 'title', op: 'resembles', value: 'x' };
  const r = await owner.put(`/models/${draft.id}`, { name: 'Плохая', note: '', body }, 422);
  assert.ok(r.errors.some((e) => e.pointer.includes('/criteria/0')), JSON.stringify(r.errors));
  assert.ok(r.errors.every((e) => e.pointer.startsWith('/body')), JSON.stringify(r.errors));
});

test('words_for_conditions_come_from_the_leads_and_give_nobody_away', async () => {
  for (let i = 0; i < 3; i++) {
    const made = await owner.post('/leads', { name: `Слово ${i}`, email: `word${i}@example.com` }, 201);
    const facts = { city: i < 2 ? 'Омск' : 'Тула', seats: 5 + i, pilot: true };
    await owner.patch(`/leads/${made.id}`, { facts });
  }
  const w = await owner.get('/words');
  const fact = (name) => w.facts.find((f) => f.name === name);
  assert.equal(fact('city').type, 'text');
  assert.deepEqual(fact('city').values, ['Омск'], 'a value that one lead alone has is not told');
  assert.equal(fact('city').leads, 3);
  assert.equal(fact('seats').type, 'number');
  assert.equal(fact('pilot').type, 'truth');
  assert.ok(!JSON.stringify(w).includes('Слово') && !JSON.stringify(w).includes('word1@'));
});

test('people_who_may_not_change_models_may_read_them', async () => {
  const manager = await house.person('manager');
  await manager.get('/models/live');
  await manager.post('/models', { name: 'x', note: '' }, 403);
});
