// SPDX-License-Identifier: AGPL-3.0-or-later
// The board of a period and of a team: what came, was answered and was late in it, what its people have; and each figure beside the list that it opens.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open } from './harness.mjs';

let house, head, anna, boris, writer, one, two, n = 0;
const heat = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'];
/* Monday the 23rd; the company's day begins at 21:00 UTC. */
const at = async (day, time) => {
  await house.setClock(`2026-11-${day}T${time}Z`);
  head = await house.signIn('head@example.org');
};
async function hot(product) {
  const who = `scope${++n}x`;
  await writer.post('//v1/batch', { batch: [
    { type: 'identify', messageId: who, userId: who, traits: { name: who, email: `${who}@works.example`, title: 'CEO', budget: 1000, industry: 'machines', employees: 300, product } },
    ...heat.map((event) => ({ type: 'track', messageId: `${event}-${who}`, userId: who, event }))] });
  return (await head.get(`/leads?q=${who}`)).items[0];
}
const callOf = async (lead) => (await head.get(`/tasks?lead=${lead.id}&kind=call_now&state=any`)).items[0];
const answer = async (lead) => head.post(`/tasks/${(await callOf(lead)).id}/complete`, { result: 'reached', next: { kind: 'call', due_at: '2026-12-30T09:00:00Z' } });
const board = (asked = {}) => head.get(`/board?${new URLSearchParams(asked)}`);
const figure = async (bucket, asked = {}) => {
  const r = await head.get(`/leads?limit=200&figure=${encodeURIComponent(`board?${new URLSearchParams({ ...asked, bucket })}`)}`);
  assert.equal(r.items.length, r.total);
  return r.items.map((l) => l.id).sort();
};
const sum = (b) => b.hours.reduce((k, h) => k + h.in_time + h.late + h.waiting, 0);
/** What is told in numbers, after it has been held against the lists that it opens. */
async function told(asked) {
  const b = await board(asked), { total } = await head.get(`/board/breaches?${new URLSearchParams(asked)}`);
  assert.equal((await figure('new', asked)).length, b.new_today);
  assert.equal((await figure('hot', asked)).length, b.hot_active);
  assert.equal((await figure('made', asked)).length, sum(b));
  assert.equal((await figure('waiting', asked)).length, b.hot_waiting);
  assert.equal((await figure('late', asked)).length, b.breaches.open + b.breaches.closed_late);
  assert.equal(total, b.breaches.open + b.breaches.closed_late);
  for (const m of b.managers) assert.equal((await figure('given', { ...asked, manager: m.user_id })).length, m.today.assigned, m.name);
  return { came: b.new_today, made: sum(b), late: total, minutes: b.answer_median_s === null ? null : Math.round(b.answer_median_s / 60), hot: b.hot_active, waiting: b.hot_waiting };
}

before(async () => {
  house = await open({ now: '2026-11-23T08:59:00Z' });
  head = await house.person('head');
  anna = await house.person('manager', 'anna@example.org', 'Anna');
  boris = await house.person('manager', 'boris@example.org', 'Boris');
  writer = house.writer();
  await head.put('/routing/norms', { items: [{ band: 'any', source: null, minutes: 5, remind: 0, reassign: -1, escalate: -1 }] });
  const pool = (name, who) => head.post('/routing/pools', { name, policy: 'round_robin', members: [{ user_id: who.id }] }, 201);
  one = await pool('Tools', anna);
  two = await pool('Ships', boris);
  await head.put('/routing/rules', { items: [[one, 'tools'], [two, 'ships']].map(([p, value]) =>
    ({ name: p.name, condition: { fact: 'product', op: 'eq', value }, pool_id: p.id, enabled: true })) });
});
after(() => house.close());

let a1, b1, a2, b2;
test('a_period_tells_what_was_in_it_and_nothing_else', async () => {
  await at(23, '09:00:00');
  a1 = await hot('tools');
  b1 = await hot('ships');
  await at(23, '09:02:00');
  await answer(a1);
  await at(23, '09:10:00');
  await answer(b1);
  const monday = await told({});
  assert.deepEqual(monday, { came: 2, made: 2, late: 1, minutes: 6, hot: 2, waiting: 0 });
  await at(24, '08:00:00');
  a2 = await hot('tools');
  await at(24, '08:01:00');
  await answer(a2);
  assert.deepEqual(await told({}), { came: 1, made: 1, late: 0, minutes: 1, hot: 3, waiting: 0 });
  assert.deepEqual(await told({ period: 'today' }), await told({}));
  assert.deepEqual(await told({ period: 'yesterday' }), { ...monday, hot: 3 }, 'who is hot is told of now');
  assert.deepEqual(await told({ period: 'week' }), { came: 3, made: 3, late: 1, minutes: 2, hot: 3, waiting: 0 });
  assert.deepEqual(await told({ from: '2026-11-23T09:00:00Z', until: '2026-11-23T09:00:01Z' }), { came: 2, made: 2, late: 0, minutes: 6, hot: 3, waiting: 0 });
  assert.deepEqual(await told({ from: '2026-11-01T00:00:00Z', until: '2026-11-23T00:00:00Z' }), { came: 0, made: 0, late: 0, minutes: null, hot: 3, waiting: 0 });
  const b = await board({ period: 'yesterday' });
  assert.deepEqual([b.from, b.until], ['2026-11-22T21:00:00Z', '2026-11-23T21:00:00Z'], 'of the calendar of Moscow');
  assert.deepEqual([b.hours.length, b.hours.filter((h) => h.in_time + h.late)], [24, [{ hour: 12, in_time: 1, late: 1, waiting: 0 }]]);
  assert.ok(b.feed.length && b.feed.every((x) => x.at < b.until));
  assert.ok((await board()).feed.every((x) => x.lead_id === a2.id));
});

test('a_team_has_what_its_people_have_and_what_waits_for_them', async () => {
  const [tools, ships] = [{ pool: one.id }, { pool: two.id }];
  await house.signIn('boris@example.org').then((who) => who.post(`/managers/${boris.id}/duty`, { on_duty: false }));
  await at(24, '08:05:00');
  b2 = await hot('ships');
  assert.equal((await callOf(b2)).assignee_id, null);
  assert.deepEqual(await told(tools), { came: 1, made: 1, late: 0, minutes: 1, hot: 2, waiting: 0 });
  const b = await board(ships);
  assert.deepEqual([b.hot_waiting, b.waiting.map((w) => w.lead_id), b.queue.map((q) => q.lead_id), b.managers.map((m) => m.name)], [1, [b2.id], [b2.id], ['Boris']]);
  assert.deepEqual(b.feed.map((x) => [x.kind, x.lead_id]), [['queued', b2.id]]);
  const t = await board(tools);
  assert.deepEqual([t.waiting, t.queue, t.managers.map((m) => m.name), t.feed.every((x) => x.lead_id === a2.id)], [[], [], ['Anna'], true]);
  assert.deepEqual(await told({ ...ships, period: 'yesterday' }), { came: 1, made: 1, late: 1, minutes: 10, hot: 1, waiting: 1 });
  assert.deepEqual(await told({ ...tools, period: 'yesterday' }), { came: 1, made: 1, late: 0, minutes: 2, hot: 2, waiting: 0 });
  const all = await told({ period: 'week' });
  assert.deepEqual([all.came, all.waiting], [4, 1]);
  // The pool of everybody is no team.
  const everyone = (await head.get('/routing/pools')).items.find((p) => p.everyone);
  assert.deepEqual(await told({ pool: everyone.id }), await told({}));
});

test('what_cannot_be_asked_is_refused_by_name', async () => {
  for (const bad of ['period=month', 'pool=nobody', 'from=yesterday', 'from=2026-11-24T00:00:00Z&until=2026-11-23T00:00:00Z', 'from=2020-01-01T00:00:00Z'])
    await head.get(`/board?${bad}`, 422);
  const gone = await head.post('/routing/pools', { name: 'Gone', policy: 'round_robin', members: [] }, 201);
  await head.del(`/routing/pools/${gone.id}`);
  await head.get(`/board?pool=${gone.id}`, 422);
  await head.get(`/board/breaches?pool=${gone.id}`, 422);
  await (await house.signIn('anna@example.org')).get('/board?period=week', 403);
});

test('a_week_begins_with_its_monday_whichever_day_it_is', async () => {
  for (const [day, time, from] of [[24, '20:59:59', '22'], [29, '20:59:59', '22'], [29, '21:00:00', '29'], [30, '08:00:00', '29']]) {
    await at(day, time);
    assert.equal((await board({ period: 'week' })).from, `2026-11-${from}T21:00:00Z`, `${day}, ${time}`);
  }
});
