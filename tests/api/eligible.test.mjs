// SPDX-License-Identifier: AGPL-3.0-or-later
// Who may get a lead: duty that begins again by itself, what somebody is shown at all, what an absence gives back.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open, second, until } from './harness.mjs';

let house, key, anna, boris, writer, n = 0;
const T0 = Date.parse('2026-11-23T09:00:00Z'); // Monday, 12:00 in Moscow
const at = (minutes) => new Date(T0 + minutes * 60000).toISOString().replace('.000', '');

before(async () => {
  house = await open({ now: at(0) });
  key = house.key();
  writer = house.writer();
  house.addUser('head', 'head@example.org');
  anna = house.addUser('manager', 'anna@example.org');
  boris = house.addUser('manager', 'boris@example.org');
});
after(() => house.close());

/** A buyer who is hot at once: a chief who asks for a demonstration. */
async function buyer(extra = {}) {
  const who = `buyer${++n}x`;
  await writer.post('//v1/batch', { batch: [{ type: 'identify', messageId: `i-${who}`, userId: who, traits: { email: `${who}@works.example`, title: 'CEO', budget: 100000, industry: 'machines', employees: 300, ...extra } },
    ...['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'].map((event) => ({ type: 'track', messageId: `${event}-${who}`, userId: who, event }))] });
  const found = await key.get(`/leads?q=${who}`);
  assert.equal(found.items.length, 1, who);
  return found.items[0];
}

test('duty_that_is_automatic_begins_again_with_the_working_day', async () => {
  const day = [['09:00', '18:00']];
  const cal = await key.post('/calendars', { name: 'Office hours', zone: 'Europe/Moscow', hours: { mon: day, tue: day, wed: day, thu: day, fri: day } }, 201);
  const pool = await key.post('/routing/pools', { name: 'Automatic', policy: 'round_robin', members: [{ user_id: anna }] }, 201);
  const rules = (await key.get('/routing/rules')).items;
  await key.put('/routing/rules', { items: [{ name: 'To her', enabled: true, pool_id: pool.id, condition: { fact: 'product', op: 'eq', value: 'lathes' } }] });
  const kept = await key.patch(`/managers/${anna}`, { duty_mode: 'automatic', calendar_id: cal.id, capacity: 0, level: 'regular' });
  assert.equal(kept.duty_mode, 'automatic');
  const off = await key.post(`/managers/${anna}/duty`, { on_duty: false });
  assert.equal(off.on_duty, false);
  assert.equal(off.state, 'away');
  assert.equal(off.duty_back_at, at(1440 - 180), 'tomorrow at nine');
  const who = await buyer({ product: 'lathes' });
  const [call] = (await key.get(`/tasks?lead=${who.id}&kind=call_now`)).items;
  assert.equal(call.assignee_id, null);
  assert.equal(call.due_at, at(1440 - 175), 'the promise counts from then');
  assert.deepEqual((await key.get(`/leads/${who.id}/assignments`)).items.map((d) => [d.manager_id, d.reason]), [[null, 'nobody']]);
  await house.setClock(at(1440 - 179), true);
  const given = await until(Boolean, async () => (await key.get(`/leads/${who.id}/assignments`)).items.find((d) => d.manager_id));
  assert.equal(given.manager_id, anna, 'she is on duty again, and nobody switched anything');
  const on = await key.get(`/managers/${anna}`);
  assert.equal(on.on_duty, true);
  assert.equal(on.duty_back_at, null);
  assert.equal((await key.post(`/managers/${anna}/duty`, { on_duty: false })).on_duty, false, 'off again today');
  assert.equal((await key.patch(`/managers/${anna}`, { duty_mode: 'manual' })).duty_back_at, null);
  await key.post(`/managers/${anna}/duty`, { on_duty: true });
  await key.put('/routing/rules', { items: rules });
});

test('nobody_is_given_a_lead_that_they_are_not_shown', async () => {
  const sees = { fact: 'industry', op: 'eq', value: 'ships' };
  assert.equal((await key.patch(`/managers/${anna}`, { sees: { fact: 'industry', op: 'no such' } }, 422)).errors[0].pointer.startsWith('/sees'), true);
  assert.deepEqual((await key.patch(`/managers/${anna}`, { sees, calendar_id: null })).sees, sees);
  await key.patch(`/managers/${boris}`, { calendar_id: null, capacity: 0, level: 'regular' });
  await key.post(`/managers/${boris}/duty`, { on_duty: true });
  const plain = await buyer({});
  const [a] = (await key.get(`/leads/${plain.id}/assignments`)).items;
  assert.notEqual(a.manager_id, anna);
  assert.equal(a.candidates.find((c) => c.manager_id === anna).why, 'visibility');
  const ship = await buyer({ industry: 'ships' });
  const [b] = (await key.get(`/leads/${ship.id}/assignments`)).items;
  assert.equal(b.candidates.find((c) => c.manager_id === anna).eligible, true);
  assert.equal((await key.patch(`/managers/${anna}`, { sees: null })).sees, null);
});

test('the_team_says_whether_an_absence_gives_back_what_it_missed', async () => {
  const ask = { user_id: boris, from: at(60 * 1440), until: at(61 * 1440) };
  const owner = await house.person('owner', 'owner2@example.org');
  const later = (days) => ({ ...ask, from: at((60 + days) * 1440), until: at((61 + days) * 1440) });
  assert.equal((await key.post('/absences', ask, 201)).catch_up, false);
  assert.equal((await owner.patch('/settings', { catch_up: true })).catch_up, true);
  const b = await key.post('/absences', later(1), 201);
  assert.equal(b.catch_up, true);
  assert.equal((await key.post('/absences', { ...later(2), catch_up: false }, 201)).catch_up, false);
  await owner.patch('/settings', { catch_up: false });
});

test('nobody_is_away_twice_at_a_time', async () => {
  const ask = (from, until, more) => ({ user_id: boris, from: at(from * 1440), until: at(until * 1440), ...more });
  const kept = await key.post('/absences', ask(80, 90, { reason: 'отпуск' }), 201);
  for (const [from, until] of [[80, 90], [79, 81], [89, 95], [82, 83], [70, 100]]) {
    const no = await key.post('/absences', ask(from, until), 409);
    assert.equal(no.errors[0].pointer, '/from');
    assert.ok(no.errors[0].note.includes(second(kept.from)) && no.errors[0].note.includes('отпуск'), no.errors[0].note);
  }
  const ru = await key.post('/absences', ask(80, 81), 409, { headers: { 'accept-language': 'ru' } });
  assert.match(ru.errors[0].note, /^на это время отсутствие уже записано: /);
  await key.post('/absences', ask(90, 91), 201); // one begins as another ends
  await key.post('/absences', { ...ask(80, 90), user_id: anna }, 201);
  const both = await Promise.all([key.call('POST', '/absences', ask(95, 96)), key.call('POST', '/absences', ask(95, 97))]);
  assert.deepEqual(both.map((r) => r.status).sort(), [201, 409]);
  await key.del(`/absences/${kept.id}`);
  await key.post('/absences', ask(85, 90), 201);
});

test('each_sees_the_own_place_in_the_queue_and_it_comes_true', async () => {
  const clara = house.addUser('manager', 'clara@example.org');
  await key.patch(`/managers/${boris}`, { weight: 3, daily_quota: 100 });
  const pool = await key.post('/routing/pools', { name: 'Weighted', policy: 'weighted', members: [{ user_id: anna }, { user_id: boris }, { user_id: clara }] }, 201);
  await key.put('/routing/rules', { items: [{ name: 'All', enabled: true, pool_id: pool.id, condition: { fact: 'email', op: 'exists' } }] });
  const mine = await house.signIn('boris@example.org');
  const place = async (who, by = key) => (await by.get(`/managers/${who}/place`)).items.find((x) => x.pool_id === pool.id);
  for (let i = 0; i < 12; i++) {
    const places = await Promise.all([anna, boris, clara].map((w) => place(w)));
    assert.deepEqual(places.map((p) => p.before).sort(), [0, 1, 2]);
    assert.equal(places[0].of, 3);
    const next = [anna, boris, clara][places.findIndex((p) => p.before === 0)];
    assert.equal(places.find((p) => p.before === 0).turns, 0);
    const lead = await buyer();
    assert.equal((await key.get(`/leads/${lead.id}/assignments`)).items[0].manager_id, next, 'whoever was told to be next is');
  }
  const own = await place(boris, mine);
  assert.equal(own.weight, 3);
  assert.equal(own.daily_quota, 100);
  assert.ok(own.given_day >= 7 && own.given_hour === own.given_day, JSON.stringify(own));
  await mine.get(`/managers/${anna}/place`, 404);
  await key.post(`/managers/${boris}/duty`, { on_duty: false });
  const off = await place(boris, mine);
  assert.deepEqual([off.eligible, off.why, off.of], [false, 'off_duty', 2]);
});

test('who_is_not_free_for_a_lead_is_told_and_may_be_given_it_by_hand_all_the_same', async () => {
  const lead = await buyer();
  await key.post(`/managers/${boris}/duty`, { on_duty: false });
  const head = await house.signIn('head@example.org');
  const of = async (id) => (await head.get(`/leads/${lead.id}/receivers`)).items.find((x) => x.manager_id === id);
  assert.deepEqual([(await of(boris)).may, (await of(boris)).why], [true, 'off_duty']);
  await head.post(`/leads/${lead.id}/assign`, { manager_id: boris }, 201);
  assert.equal((await key.get(`/leads/${lead.id}`)).owner_id, boris);
});

test('the_day_counts_every_warm_lead_without_a_step', async () => {
  const mine = await house.person('manager', 'many@example.org');
  const before = (await mine.get('/today')).no_step_warm;
  assert.equal(before, 0);
  const count = 520, batch = [];
  for (let i = 0; i < count; i++)
    batch.push({ type: 'identify', messageId: `many-${i}`, userId: `many-${i}`, traits: { email: `many${i}@crowd.example`, title: 'CEO', employees: 300, budget: 1000, industry: 'machines', source: 'crowd' } },
      { type: 'track', messageId: `price-${i}`, userId: `many-${i}`, event: 'Price List Downloaded' });
  for (let i = 0; i < count; i += 100)
    await writer.post('//v1/batch', { batch: batch.slice(2 * i, 2 * i + 200) });
  const ids = [];
  for (let cursor = ''; ;) {
    const page = await key.get(`/leads?source=crowd&band=warm&limit=200${cursor}`);
    ids.push(...page.items.map((l) => l.id));
    if (!page.next) break;
    cursor = '&cursor=' + encodeURIComponent(page.next);
  }
  assert.equal(ids.length, count);
  for (const id of ids) await key.post(`/leads/${id}/assign`, { manager_id: mine.id }, 201);
  assert.equal((await mine.get('/today')).no_step_warm, count);
  await key.post('/tasks', { lead_id: ids[0], kind: 'call', due_at: at(5000) }, 201);
  assert.equal((await mine.get('/today')).no_step_warm, count - 1);
});
