// SPDX-License-Identifier: AGPL-3.0-or-later
// How people did with the leads they were given: nothing of few, figures from outcomes, the leads behind each figure, a table; decisions by the greatest
// expected value, a share of them by lot.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open, until as wait } from './harness.mjs';

let house, owner, head, writer, people;
const until = (ask, good, what) => wait(good, ask, what);
const NOW = '2026-11-23T09:00:00Z';

let seed = 5;
const chance = () => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed / 2147483648; };
let clock = Date.parse(NOW);
const later = (ms) => { clock += ms; house.setClock(new Date(clock).toISOString(), true); };

before(async () => {
  house = await open({ now: NOW });
  owner = await house.person('owner');
  head = await house.person('head');
  writer = house.writer();
  people = [];
  for (let i = 0; i < 4; i++) people.push(house.addUser('manager', `m${i}@example.org`, 'correct horse', `Manager ${i}`));
});
after(() => house.close());

async function lead(i) {
  const fact = i % 2 ? 'CEO' : 'clerk';
  return (await owner.post('/leads', { name: `Lead ${i}`, email: `l${i}@firm.example`, title: fact }, 201)).id;
}

test('nothing_is_told_before_leads_have_ended', async () => {
  const p = await head.get('/performance');
  assert.deepEqual([p.report, p.enough, p.need, p.need_leads, p.items], [null, false, 30, 10, []]);
});

test('people_are_held_against_what_their_leads_led_one_to_expect', async () => {
  // Person 0 converts twice as often as the others on like leads, person 1 sells for more; person 3 had four leads.
  for (let i = 0; i < 184; i++) {
    const who = i < 180 ? i % 3 : 3, id = await lead(i);
    await head.post(`/leads/${id}/assign`, { manager_id: people[who] }, 201);
    const won = chance() < (who === 0 ? 0.75 : 0.3);
    await head.patch(`/leads/${id}`, won ? { stage: 'won', amount: Math.round((who === 1 ? 900000 : 200000) * (0.7 + 0.6 * chance())) } : { stage: 'lost' });
  }
  for (let i = 200; i < 205; i++) await head.post(`/leads/${await lead(i)}/assign`, { manager_id: people[2] }, 201);
  later(60000);
  const p = await until(() => head.get('/performance'), (x) => x.items.some((i) => i.manager_id === null && i.leads === 189), 'a report of all of them');
  assert.equal(p.enough, true);
  const of = (id, segment = 0) => p.items.find((x) => x.manager_id === id && x.segment === segment);
  const [team, good, dear, plain, few] = [of(null), ...people.map((x) => of(x))];
  assert.deepEqual([team.leads, team.n, team.young], [189, 184, 5]);
  assert.deepEqual([plain.leads, plain.n, plain.young], [65, 60, 5]);
  assert.ok(Math.abs(people.reduce((s, x) => s + of(x).expected, 0) - team.won) < 0.01, 'the team did what was expected of it');
  assert.equal(good.verdict, 'above');
  assert.ok(good.ratio.low > 1 && good.more.low > 0 && good.rate.value < good.won / good.n, JSON.stringify(good));
  assert.equal(dear.deal_verdict, 'above');
  assert.ok(dear.deal.low > plain.deal.high, JSON.stringify([dear.deal, plain.deal]));
  assert.ok(dear.worth > 0 && good.worth > 0 && Number.isInteger(dear.worth));
  assert.deepEqual([few.enough, few.rate, few.verdict], [false, null, 'unclear']);

  // Every figure opens its leads.
  const behind = async (bucket) => (await head.get(`/leads?report=${p.report}&bucket=${bucket}&limit=200`)).items;
  assert.equal((await behind(good.bucket)).length, good.leads);
  assert.equal((await behind(`${good.bucket}:won`)).length, good.won);
  assert.equal((await behind(`${plain.bucket}:young`)).length, 5);
  assert.equal((await behind(dear.deal_bucket)).length, dear.deals);
  assert.equal((await behind(team.bucket)).length, 189);

  const csv = (await head.call('GET', '/export/performance.csv')).text.trim().split('\n');
  assert.equal(csv.length, p.items.length + 1);
  assert.match(csv[0], /manager_id;manager;source;leads/);
  assert.ok(csv.some((row) => row.includes(people[0]) && row.includes('above')));
  const manager = await house.signIn?.('m0@example.org', 'correct horse') ?? await house.person('manager');
  await manager.get('/performance', 403);
  await manager.get('/export/performance.csv', 403);
});

test('a_report_follows_new_outcomes', async () => {
  const before = (await head.get('/performance')).report;
  later(60000);
  const id = await lead(300);
  await head.post(`/leads/${id}/assign`, { manager_id: people[3] }, 201);
  await head.patch(`/leads/${id}`, { stage: 'won', amount: 100000 });
  later(60000);
  const p = await until(() => head.get('/performance'), (x) => x.report !== before, 'another report');
  assert.equal(p.items.find((x) => x.manager_id === people[3] && x.segment === 0).leads, 5);
});

test('leads_are_held_against_their_probability_once_there_is_one', async () => {
  assert.equal((await head.get('/performance')).by, 'score');
  for (let i = 400; i < 600; i++) {
    const id = await lead(i);
    await head.post(`/leads/${id}/assign`, { manager_id: people[i % 3] }, 201);
    await head.patch(`/leads/${id}`, chance() < (i % 2 ? 0.85 : 0.1) ? { stage: 'won', amount: 200000 } : { stage: 'lost' });
  }
  later(60000);
  await until(() => owner.get('/predictors'), (x) => x.items.some((p) => p.state === 'live'), 'a predictor');
  later(2 * 86400000); // a day on the report is made anew, outcomes or not
  const p = await until(() => head.get('/performance'), (x) => x.by === 'probability', 'a report by probabilities');
  const of = (id) => p.items.find((x) => x.manager_id === id && x.segment === 0);
  assert.ok(Math.abs(people.reduce((s, x) => s + of(x).expected, 0) - of(null).won) < 0.01);
});

const heat = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'];
async function hot(key) {
  await writer.post('//v1/batch', { batch: [
    { type: 'identify', messageId: `i${key}`, userId: key, traits: { email: `${key}@hot.example`, title: 'CEO', industry: 'machines', employees: 300, budget: 1000 } },
    ...heat.map((event) => ({ type: 'track', messageId: `${event}${key}`, userId: key, event }))] });
  const [found] = (await head.get(`/search?q=${key}@hot.example`)).items;
  const [decision] = (await head.get(`/leads/${found.id}/assignments`)).items;
  return { lead: found, decision };
}

test('the_greatest_expected_value_decides_within_what_people_may', async () => {
  for (const p of people) await head.patch(`/managers/${p}`, { capacity: 0 });
  const pool = await head.post('/routing/pools', { name: 'Worth', policy: 'value', members: people.map((user_id) => ({ user_id })) }, 201);
  const rule = { name: 'All', condition: { fact: 'title', op: 'exists' }, pool_id: pool.id, enabled: true };
  await head.put('/routing/rules', { items: [rule] });
  const figures = await head.get('/performance');
  const one = await hot('worth1');
  const of = (id) => figures.items.find((x) => x.manager_id === id && x.segment === 0);
  const best = one.decision.candidates.reduce((a, b) => (b.value > a.value ? b : a)).manager_id;
  // Chance x ratio, never over 1, x deal: the chance is the lead's, the same in all hands.
  const told = one.decision.candidates.filter((c) => of(c.manager_id).ratio).map((c) => ({ value: c.value, ratio: of(c.manager_id).ratio.value, deal: of(c.manager_id).deal.value }));
  assert.equal(told.length, 3);
  const least = told.reduce((a, b) => (b.ratio < a.ratio ? b : a)), odds = least.value / least.ratio / least.deal;
  for (const x of told) assert.ok(Math.abs(x.value - Math.min(1, odds * x.ratio) * x.deal) < 5, JSON.stringify([odds, x]));
  const own = (await head.get(`/leads/${one.lead.id}/probability`)).value;
  assert.ok(own && Math.abs(odds - own) < 0.002, `the lead's own chance is the one that its card tells: ${odds}, ${own}`);
  assert.equal(one.decision.policy, 'value');
  assert.equal(one.decision.manager_id, best);
  assert.equal(one.decision.probability, 1);
  const values = one.decision.candidates.map((c) => c.value);
  assert.ok(values.every((v) => v > 0) && new Set(values).size === 4, JSON.stringify(values));
  assert.equal(one.decision.candidates.find((c) => c.value === Math.max(...values)).manager_id, best);
  // Whoever is worth most but may not is passed over.
  await head.patch(`/managers/${best}`, { capacity: 1 });
  const two = await hot('worth2');
  assert.notEqual(two.decision.manager_id, best);
  assert.equal(two.decision.candidates.find((c) => c.manager_id === best).why, 'full');
  await head.patch(`/managers/${best}`, { capacity: 0 });

  // A share by lot, with its exact chances.
  await head.put('/routing/rules', { items: [{ ...rule, explore: 51 }] }, 422);
  await head.put('/routing/rules', { items: [{ ...rule, explore: 40 }] });
  assert.equal((await head.get('/routing/rules')).items[0].explore, 40);
  let lots = 0, others = 0;
  for (let i = 0; i < 30; i++) {
    const { decision } = await hot(`lot${i}`);
    assert.equal(decision.lot_share, 0.4);
    const sum = decision.candidates.reduce((s, c) => s + Math.round(c.probability * 1e6), 0);
    assert.equal(sum, 1000000);
    const picked = decision.candidates.find((c) => c.why === 'picked');
    assert.equal(picked.manager_id, decision.manager_id);
    assert.equal(decision.probability, picked.probability);
    assert.equal(decision.probability, decision.manager_id === best ? 0.7 : 0.1);
    lots += decision.lot;
    others += decision.manager_id !== best;
    assert.ok(decision.lot || decision.manager_id === best);
  }
  assert.ok(lots >= 3 && lots <= 24 && others >= 1 && others <= lots, `${lots} by lot, ${others} others`);
  const tried = await head.post('/routing/try', { lead_id: (await hot('tried')).lead.id, free: true });
  assert.equal(tried.manager_id, best, 'a trial draws nothing');
  assert.equal(tried.candidates.find((c) => c.manager_id === best).probability, 0.7);
});

/* The worth of a lead is one, whether it is given out alone or with many: its chance, not its score. */
test('many_leads_at_once_go_by_the_same_chance_as_one', async () => {
  await writer.post('//v1/batch', { batch: [
    { type: 'identify', messageId: 'busy', userId: 'busy', traits: { email: 'busy@bulk.example', title: 'clerk' } },
    ...['Price List Downloaded', 'Webinar Attended'].map((event) => ({ type: 'track', messageId: `${event}busy`, userId: 'busy', event })),
    { type: 'identify', messageId: 'quiet', userId: 'quiet', traits: { email: 'quiet@bulk.example', title: 'CEO' } }] });
  const found = async (key) => { const [one] = (await head.get(`/search?q=${key}@bulk.example`)).items; return head.get(`/leads/${one.id}`); };
  const [busy, quiet] = [await found('busy'), await found('quiet')];
  assert.ok(busy.score > quiet.score && busy.band === 'cold' && quiet.band === 'cold' && !busy.owner_id && !quiet.owner_id, JSON.stringify([busy.score, quiet.score]));
  const told = await Promise.all([busy, quiet].map((l) => head.get(`/leads/${l.id}/probability`)));
  assert.ok(told[1].value > told[0].value + 0.1, JSON.stringify(told.map((x) => x.value)));
  const fresh = house.addUser('manager', 'fresh@example.org', 'correct horse', 'Fresh');
  await head.patch(`/managers/${fresh}`, { daily_quota: 1 });
  const asked = await head.post('/transfers', { kind: 'backlog', cold: true, to: [{ user_id: fresh }], by_word: true }, 201);
  const plan = await until(() => head.get(`/transfers/${asked.id}`), (x) => x.state !== 'planning', 'a plan');
  assert.deepEqual([plan.looked, plan.moves.map((m) => m.lead_id)], [2, [quiet.id]], JSON.stringify(plan.moves));
});
