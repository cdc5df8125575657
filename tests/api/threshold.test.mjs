// SPDX-License-Identifier: AGPL-3.0-or-later
// The threshold that fits the team: how many people can call on a working day, and where hot would begin for so many.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { open, until } from './harness.mjs';

let house, owner, anna, boris;
const day = 86400000;
const now = Date.now();
/* Four leads a day for forty days: what each has, and when it came. */
const planted = Array.from({ length: 160 }, (_, i) => ({ id: `t-${i}`, points: 12 + (i * 37) % 61, at: now - ((i % 40) + 0.5) * day }));
const turned = (hot) => planted.filter((x) => x.points >= hot && x.at > now - 30 * day).length;
let model, body;

before(async () => {
  house = await open();
  owner = await house.person('owner');
  anna = await house.person('manager', 'anna@example.org', 'Anna');
  boris = await house.person('manager', 'boris@example.org', 'Boris');
  model = await owner.get('/models/live');
  const criteria = Array.from({ length: 60 }, (_, i) => ({ id: `p${i}`, group: 'g', points: 1, when: { fact: 'strength', op: '>', value: i + 12 } }));
  criteria.push({ id: 'p', group: 'g', points: 12, when: { fact: 'strength', op: '>=', value: 12 } });
  body = { name: 'Сила', floor: 0, ceiling: 100, warm: 10, hot: 50, hysteresis: 0, groups: [{ name: 'g' }], criteria };
});
after(() => house.close());

const ask = (more = {}) => owner.post(`/models/${model.id}/threshold`, { body, exact: true, ...more });
const a_day = (n, days = 30) => Math.round((n / days) * 1e6) / 1e6;

test('without_quotas_or_with_a_short_history_nothing_is_told', async () => {
  assert.deepEqual([(await ask()).silence, (await ask()).told], ['no_quotas', null]);
  await owner.post('/leads', { name: 'Первый', email: 'one@firm.example' }, 201);
  const r = await ask({ calls_a_day: 3 });
  assert.deepEqual([r.silence, r.calls_a_day, r.by_quotas, r.days, r.told], ['few', 3, false, 0, null]);
});

test('the_threshold_is_the_lowest_at_which_no_more_turn_hot_than_people_call', async () => {
  const csv = ['id,strength,created', ...planted.map((x) => [x.id, x.points, new Date(x.at).toISOString()].join(','))].join('\n') + '\n';
  writeFileSync(`${house.data}/t.csv`, csv);
  writeFileSync(`${house.data}/t.json`, JSON.stringify({ columns: [{ index: 0, field: 'user_id' }, { index: 1, field: 'fact.strength', format: 'number' }, { index: 2, field: 'created_at' }] }));
  house.cli(['import', 'leads', `${house.data}/t.csv`, '--mapping', `${house.data}/t.json`]);
  const draft = await owner.post('/models', { name: body.name, note: '', body }, 201);
  for (const bucket of ['turned.x', 'turned.', 'turned.50.1', 'turned.9', 'turned.101', 'turned.9223372036854775807'])
    await owner.get(`/leads?figure=${encodeURIComponent(`preview?model=${draft.id}&bucket=${bucket}`)}`, 422);
  for (const calls of [1, 2, 3]) {
    const r = await ask({ calls_a_day: calls });
    assert.deepEqual([r.silence, r.days, r.working_days, r.calls_a_day, r.played, r.all_leads], ['told', 30, 30, calls, 161, 161]);
    const { hot } = r.told;
    assert.ok(hot > 11 && turned(hot) <= calls * 30 && turned(hot - 1) > calls * 30, JSON.stringify(r));
    assert.deepEqual([r.told.a_day, r.told.below_a_day, r.now_a_day], [a_day(turned(hot)), a_day(turned(hot - 1)), a_day(turned(50))]);
    /* Each figure opens as many leads as it says, of the draft as it is kept. */
    const list = (bucket) => owner.get(`/leads?figure=${encodeURIComponent(`preview?model=${draft.id}&bucket=${bucket}`)}&limit=100`);
    for (const [bucket, n, of] of [[`turned.${hot}`, r.told.leads, hot], [`turned.${hot - 1}`, r.told.below_leads, hot - 1], ['turned', r.now_leads, 50]]) {
      assert.equal(n, turned(of), bucket);
      const page = await list(bucket);
      assert.deepEqual([page.total, page.items.length], [n, Math.min(n, 100)], bucket);
    }
    /* What is on screen counts, not what is stored; where hot stands in it makes no difference. */
    assert.equal((await ask({ calls_a_day: calls, body: { ...body, hot: 20 } })).told.hot, hot);
  }
  const all = await ask({ calls_a_day: 1000 });
  assert.deepEqual([all.told.hot, all.told.below_a_day], [11, null], 'right above warm');
  const none = await ask({ calls_a_day: 1, body: { ...body, ceiling: 20, hot: 15 } });
  assert.deepEqual([none.silence, none.told], ['nowhere', null]);
  /* Of fewer than twenty turns nothing is told. */
  const gate = { band: 'hot', when: { fact: 'strength', op: '>=', value: 70 } };
  assert.ok(turned(70) < 20);
  assert.equal((await ask({ calls_a_day: 1, body: { ...body, gates: [gate] } })).silence, 'few');
});

test('quotas_and_working_time_say_how_many_people_can_call', async () => {
  const hours = [['09:00', '13:00'], ['14:00', '18:00']];
  const week = await owner.post('/calendars', { name: 'Неделя', zone: 'Europe/Moscow', hours: { mon: hours, tue: hours, wed: hours, thu: hours, fri: hours } }, 201);
  const zone = (await owner.get('/settings')).zone ?? 'UTC';
  const midnight = new Date(new Date().toLocaleDateString('sv', { timeZone: zone }) + 'T12:00:00Z').getTime();
  const working = Array.from({ length: 30 }, (_, i) => new Date(midnight - (i + 1) * day).getUTCDay()).filter((d) => d > 0 && d < 6).length;
  await owner.patch(`/managers/${anna.id}`, { daily_quota: 3, calendar_id: week.id });
  assert.equal((await ask()).silence, 'no_quotas', 'nothing stops what Boris is given');
  await owner.patch(`/managers/${boris.id}`, { hourly_quota: 1, calendar_id: week.id });
  const r = await ask();
  assert.deepEqual([r.silence, r.calls_a_day, r.by_quotas, r.working_days], ['told', 11, true, working], 'three a day, and one of each of eight hours');
  assert.ok(turned(r.told.hot) <= 11 * working && turned(r.told.hot - 1) > 11 * working || r.told.below_a_day === null, JSON.stringify(r));
  /* Turns and calls are told by the same day, the working one; so does the preview. */
  assert.deepEqual([r.told.a_day, r.now_a_day], [a_day(turned(r.told.hot), working), a_day(turned(50), working)]);
  const { hot_per_day } = await owner.post(`/models/${model.id}/preview`, { body, exact: true });
  assert.deepEqual([hot_per_day.days, hot_per_day.working_days, hot_per_day.enough, hot_per_day.capacity], [30, working, true, 11]);
  assert.equal(hot_per_day.after, a_day(turned(50), working));
  /* Both quotas: whichever is less. */
  await owner.patch(`/managers/${boris.id}`, { daily_quota: 2 });
  assert.equal((await ask()).calls_a_day, 5);
  /* A word of one's own goes past the quotas; the preview tells the same room. */
  assert.deepEqual([(await ask({ calls_a_day: 4 })).calls_a_day, (await ask({ calls_a_day: 4 })).by_quotas], [4, false]);
  assert.equal((await owner.post(`/models/${model.id}/preview`, { body, exact: true })).hot_per_day.capacity, 5);
  /* Who has left calls nobody. */
  await owner.patch(`/users/${boris.id}`, { state: 'disabled' });
  assert.equal((await ask()).calls_a_day, 3);
  await owner.post(`/models/${model.id}/threshold`, { calls_a_day: -1 }, 422);
});

/* A history too long to be drawn by days is told by weeks too, and each week opens as many leads as it counts. */
test('weeks_of_a_long_replay_open_their_leads', async () => {
  const old = Array.from({ length: 20 }, (_, i) => `o-${i},70,${new Date(now - (41 + 7 * i) * day).toISOString()}`);
  writeFileSync(`${house.data}/t.csv`, ['id,strength,created', ...old].join('\n') + '\n');
  house.cli(['import', 'leads', `${house.data}/t.csv`, '--mapping', `${house.data}/t.json`]);
  const d = await owner.post('/models', { name: body.name, note: '', body }, 201);
  const { id } = await owner.post(`/models/${d.id}/replays`, {}, 201);
  const r = await until((x) => x.state === 'done', () => owner.get(`/replays/${id}`));
  const { days, weeks } = r.report;
  assert.ok(days.length > 120 && weeks.length === Math.ceil(days.length / 7), `${days.length} ${weeks?.length}`);
  for (const [i, w] of weeks.entries()) {
    const own = days.slice(7 * i, 7 * i + 7);
    assert.deepEqual([w.day, w.before, w.after], [own[0].day, ...['before', 'after'].map((side) => own.reduce((n, x) => n + x[side], 0))]);
    if (i % 5 && i < weeks.length - 1) continue;
    assert.equal((await owner.get(`/leads?report=${id}&bucket=${w.bucket}.after&limit=1`)).total, w.leads.after);
  }
  assert.ok(weeks.some((w) => w.leads.after > 5));
  const rows = (await owner.get(`/export/replay.csv?report=${id}`)).split(/\r?\n/);
  assert.equal(rows.filter((x) => x.replace('\uFEFF', '').startsWith('week')).length, weeks.length);
});
