// SPDX-License-Identifier: AGPL-3.0-or-later
// A year of a sales team, made up at random: absences, dismissals, holidays, clock changes, restarts, bursts, merges, people who forget the next
// step. At its end no hot lead was nobody's affair for a second, and nobody was ever given what they could not take.
// What each was allowed is told by a second book-keeping, in this file alone, of hours, holidays, absences, duty, levels, accounts and certificates.
//   GRADUS_TEST_YEAR_STEPS=N   how many steps the year has (default 150); GRADUS_TEST_SEED=N   another year
//   GRADUS_TEST_BURST=500      leads in the one great minute of the year (default 60)
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { open, kind } from './harness.mjs';

const steps = Number(process.env.GRADUS_TEST_YEAR_STEPS ?? 150);
let seed = BigInt(process.env.GRADUS_TEST_SEED ?? 1);
const below = (n) => {
  seed = (seed * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
  return Number((seed >> 33n) % BigInt(n));
};
const one = (list) => (list.length ? list[below(list.length)] : undefined);
const MIN = 60_000, HOUR = 60 * MIN, DAY = 24 * HOUR;
const iso = (t) => new Date(t).toISOString();
const heat = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'];

let house, head, writer, people, product, everyone = [], holidays = new Map(), now = Date.parse('2025-03-01T06:00:00Z'), count = 0, gone = 0;
const began = now, diary = [];

// ---- the second book-keeping: what was true of a person, and from when ----
const zones = ['Europe/Berlin', 'America/New_York', 'Europe/Moscow'];
const wall = Object.fromEntries(zones.map((zone) => [zone, new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })]));
const wasOpen = (zone, t) => {
  if (!zone) return true;
  const x = Object.fromEntries(wall[zone].formatToParts(t).map((q) => [q.type, q.value]));
  const minute = Number(x.hour) * 60 + Number(x.minute);
  return !['Sat', 'Sun'].includes(x.weekday) && ((minute >= 540 && minute < 780) || (minute >= 840 && minute < 1080)) && !(holidays.get(`${zone} ${x.year}-${x.month}-${x.day}`) < t - 2000); // it was told of before
};
const person = (id, zone) => {
  const p = { id, zone, log: [], away: [], certificates: [] };
  everyone.push(p);
  return p;
};
/** From now on this holds of the person; both hold at the instant itself. */
const note = (p, what) => p.log.push({ at: now, ...what });
/** Every value that a thing had within a second of t: a step and the clock's own work share an instant. */
const values = (p, key, first, t) => {
  let value = first;
  const all = [];
  for (const x of p.log.filter((q) => key in q)) {
    if (x.at > t + 1000) break;
    if (x.at >= t - 1000) all.push(value);
    value = x[key];
  }
  return [...all, value];
};
const near = (t) => [t - 1000, t, t + 1000];
const mayNot = (p, a, lead) => {
  const t = Date.parse(a.at);
  if (!values(p, 'active', true, t).includes(true)) return 'disabled';
  if (!values(p, 'duty', true, t).includes(true)) return 'off duty';
  if (values(p, 'level', 'regular', t).every((l) => l === 'trainee')) return 'a trainee';
  if (near(t).every((x) => p.away.some((w) => w.from <= x && x < w.until))) return 'absent';
  if (!near(t).some((x) => wasOpen(p.zone, x))) return 'outside working hours';
  if (lead.gated && !near(t).some((x) => p.certificates.some((c) => c.from <= x && x < c.until))) return 'without a certificate';
  return null;
};

const gatedLeads = new Set();
const hot = (who, product) => [{ type: 'identify', messageId: who, userId: who, traits: { email: `${who}@works.example`, title: 'CEO', budget: 1000, industry: 'machines', employees: 300, ...(product && { product }) } },
  ...heat.map((event) => ({ type: 'track', messageId: `${event}-${who}`, userId: who, event }))];
const burst = async (n) => {
  const batch = [];
  for (let i = 0; i < n; i++) {
    const who = `lead${count++}x`, product = count % 5 === 0 ? 'Lathes' : undefined;
    if (product) gatedLeads.add(`${who}@works.example`);
    batch.push(...hot(who, product));
  }
  for (let i = 0; i < batch.length; i += 400) await writer.post('//v1/batch', { batch: batch.slice(i, i + 400) });
};
const task = async () => one((await head.get('/tasks?state=open&kind=call_now&limit=50')).items);
const lead = async (query = '') => one((await head.get(`/leads?limit=50${query}`)).items);

// Each thing that happens in an office. What cannot be done at the moment (409, 404) is no fault.
const happens = {
  a_lead: () => burst(1),
  a_few_leads: () => burst(1 + below(6)),
  a_burst: () => (count < 400 ? burst(20 + below(30)) : burst(1)),
  warm_again: async () => { const l = await lead('&band=warm'); if (l) await writer.post('//v1/track', { messageId: `w${now}`, userId: `${l.email}`.split('@')[0], event: one(heat) }); },
  a_call: async () => { const t = await task(); if (t) await head.call('POST', `/tasks/${t.id}/complete`, { result: one(['reached', 'no_answer', 'call_back', 'wrong_number', 'done']) }); },
  many_calls: async () => { for (let i = 0; i < 8; i++) await happens.a_call(); },
  a_call_with_a_step: async () => { const t = await task(); if (t) await head.call('POST', `/tasks/${t.id}/complete`, { result: 'reached', next: { kind: 'meeting', due_at: iso(now + DAY) } }); },
  any_task_done: async () => { const t = one((await head.get('/tasks?state=open&limit=50')).items.filter((x) => x.kind !== 'no_one')); if (t) await head.call('POST', `/tasks/${t.id}/complete`, { result: 'done' }); },
  a_result_taken_back: async () => { const t = one((await head.get('/tasks?state=done&limit=20')).items); if (t) await head.call('POST', `/tasks/${t.id}/reopen`); },
  no_deadline: async () => { const t = one((await head.get('/tasks?state=open&limit=50')).items.filter((x) => x.kind === 'call')); if (t) await head.call('PATCH', `/tasks/${t.id}`, { due_at: null }); },
  declined: async () => { const t = await task(); if (t) await head.call('POST', `/tasks/${t.id}/decline`, { reason: 'no' }); },
  by_hand: async () => { const l = await lead(); if (l) await head.call('POST', `/leads/${l.id}/assign`, { manager_id: one(people).id }); },
  won: async () => { const l = await lead('&band=hot'); if (l) await head.call('PATCH', `/leads/${l.id}`, { stage: one(['won', 'lost']) }); },
  opened_again: async () => { const l = await lead('&stage=won,lost'); if (l) await head.call('PATCH', `/leads/${l.id}`, { stage: 'talks' }); },
  merged: async () => { const a = await lead('&band=hot'), b = await lead(); if (a && b && a.id !== b.id) await head.call('POST', `/leads/${a.id}/merge`, { lead_id: b.id }); },
  merge_undone: async () => { const l = await lead(); const m = l && one((await head.get(`/leads/${l.id}/merges`)).items.filter((x) => !x.undone_at)); if (m) await head.call('POST', `/merges/${m.id}/undo`); },
  absence: async () => {
    const p = one(people), from = now + below(3) * DAY, until = now + (4 + below(14)) * DAY;
    const made = await head.call('POST', '/absences', { user_id: p.id, from: iso(from), until: iso(until), reason: 'vacation', catch_up: below(2) === 1 });
    assert.equal(made.status, p.away.some((a) => a.from < until && from < a.until) ? 409 : 201, made.text);
    if (made.status === 201) p.away.push({ from, until });
  },
  duty: async () => { const p = one(people), on = below(3) > 0; note(p, { duty: on }); await head.post(`/managers/${p.id}/duty`, { on_duty: on }); },
  capacity: async () => {
    const p = one(people), level = one(['trainee', 'regular', 'senior']);
    note(p, { level });
    await head.patch(`/managers/${p.id}`, { capacity: 4 + below(60), daily_quota: below(2) * (1 + below(20)), hourly_quota: below(3) && 1 + below(9), level, weight: 1 + below(5) });
  },
  certified: async () => {
    const p = one(people), until = now + (5 + below(60)) * DAY;
    const c = await head.post('/certificates', { user_id: p.id, product_id: product.id, until: iso(until), reason: 'shown by work' }, 201);
    p.certificates.push({ id: c.id, from: now, until });
  },
  revoked: async () => {
    const p = one(people), c = one(p.certificates.filter((x) => x.until > now));
    if (!c) return;
    await head.post(`/certificates/${c.id}/revoke`, { reason: 'claims' });
    c.until = now;
  },
  dismissed: async () => { const p = one(people); if (gone < 3) { gone++; note(p, { active: false }); await head.call('PATCH', `/users/${p.id}`, { state: 'disabled' }); people = people.filter((x) => x !== p); } },
  hired: () => { people.push(person(house.addUser('manager', `new${now}@example.org`), null)); },
  holiday: async () => {
    const c = one((await head.get('/calendars')).items), days = [iso(now).slice(0, 10), iso(now + DAY).slice(0, 10)];
    await head.patch(`/calendars/${c.id}`, { holidays: [...new Set([...c.holidays, ...days])].sort() });
    for (const d of days) if (!holidays.has(`${c.zone} ${d}`)) holidays.set(`${c.zone} ${d}`, now);
  },
  restart: async () => { const at = iso(now); await house.stop(one(['SIGTERM', 'SIGKILL'])); house.env.GRADUS_NOW = at; await house.start(); },
};
const often = ['a_lead', 'a_few_leads', 'a_call', 'many_calls', 'any_task_done', 'any_task_done', 'a_call_with_a_step', 'warm_again'];

before(async () => {
  house = await open({ now: iso(now) });
  house.addUser('owner');
  house.addUser('head');
  head = house.key();
  writer = house.writer();
  people = [];
  for (let i = 0; i < 6; i++) people.push(person(house.addUser('manager', `m${i}@example.org`), zones[i % 3]));
  product = await head.post('/products', { name: 'Lathes', gated: true }, 201);
  await happens.certified();
  const day = [['09:00', '13:00'], ['14:00', '18:00']];
  const week = { mon: day, tue: day, wed: day, thu: day, fri: day };
  const offices = [];
  for (const [name, zone] of [['Berlin', 'Europe/Berlin'], ['New York', 'America/New_York'], ['Moscow', 'Europe/Moscow']])
    offices.push(await head.post('/calendars', { name, zone, hours: week }, 201));
  for (const [i, p] of people.entries()) await head.patch(`/managers/${p.id}`, { calendar_id: offices[i % 3].id });
});
after(() => house.close());

const custody = (to = iso(now)) => {
  try { return house.cli(['check', 'custody', '--to', to]); } catch (e) { return e.stdout; }
};

/** What there is to know about the first gap. */
const story = async (told) => {
  const id = /^gap: (ld_\w+)/m.exec(told)?.[1];
  if (!id) return told;
  const read = async (path) => (await head.call('GET', path)).json.items.map((x) => JSON.stringify({ ...x, candidates: undefined, reasons: undefined })).join('\n');
  return [...diary, told, await read(`/tasks?lead=${id}&state=any&limit=50`), await read(`/leads/${id}/assignments`)].join('\n');
};

test('no_hot_lead_is_nobodys_affair_for_a_second_of_the_year', async () => {
  const then = new Map(), clocks = [now];
  for (let step = 0; step < steps; step++) {
    const what = below(2) ? one(often) : one(Object.keys(happens));
    diary.push(`${iso(now)} ${what}`);
    await happens[what]();
    now += one([MIN, 10 * MIN, HOUR, 5 * HOUR, DAY, 3 * DAY]);
    await house.setClock(iso(now));
    clocks.push(now);
    if (step % 25 === 24) {
      const told = custody(), settled = iso(clocks.at(-3)); // days at a leap: what fell into the last one the house may be writing still
      assert.match(told, /^uncovered_seconds: 0$/m, await story(told));
      then.set(settled, custody(settled));
    }
  }
  for (const [to, told] of then) assert.equal(custody(to), told, `of the time before ${to} the same is said now as was then`);
  const told = custody();
  assert.match(told, /^uncovered_seconds: 0$/m, await story(told));
  assert.ok(Number(/^hot_seconds: (\d+)/m.exec(told)[1]) > 10 * 24 * 3600, `there was something to cover: ${told}`);
  assert.ok(now - began > 60 * DAY);
  assert.match(house.cli(['replay']), /^differences: 0$/m);
});

test('nobody_was_given_what_they_could_not_take', async () => {
  let decisions = 0, waits = 0, gated = 0;
  for (let cursor = ''; cursor !== null;) {
    const page = await head.get(`/leads?limit=100${cursor}`);
    for (const l of page.items)
      for (const a of (await head.get(`/leads/${l.id}/assignments`)).items) {
        const picked = a.candidates.find((x) => x.manager_id === a.manager_id);
        if (!a.manager_id) { // it waited: whoever was asked could not, or it was anybody's who could
          assert.equal(a.reason === 'offered', a.candidates.some((x) => x.eligible), JSON.stringify(a));
          waits += a.reason === 'nobody';
          continue;
        }
        if (['manual', 'claim'].includes(a.policy)) continue; // a person's word
        decisions++;
        /* What two leads were before they were joined is not told by the one that they are now. */
        const lead = { gated: gatedLeads.has(l.email) && !(await head.get(`/leads/${l.id}/merges`)).items.length };
        gated += lead.gated;
        const p = everyone.find((x) => x.id === a.manager_id), why = p ? mayNot(p, a, lead) : null;
        assert.equal(why, null, `${l.id} went to ${a.manager_id}: ${JSON.stringify(a)} ${JSON.stringify(p)}`);
        assert.ok(picked?.eligible, JSON.stringify(a));
        if (picked.capacity) assert.ok(picked.load + (a.policy === 'owner' ? 0 : 2) <= picked.capacity || a.policy === 'owner', JSON.stringify(a));
      }
    cursor = page.next ? `&cursor=${encodeURIComponent(page.next)}` : null;
  }
  assert.ok(decisions > 20, `${decisions}`);
  assert.ok(waits > 0, 'some of them found nobody');
  if (!process.env.GRADUS_TEST_SEED) assert.ok(gated > 0, 'some of it was of the gated product');
});

// The great minute, by shares: between two who may get every lead of it, counts by weight differ by at most one; and nobody is over capacity.
test('a_burst_is_shared_by_weight_within_one_lead', async () => {
  const team = [];
  for (let i = 0; i < 6; i++) {
    const id = house.addUser('manager', `burst${i}@example.org`);
    team.push({ id, weight: 1 + i, capacity: i < 4 ? 0 : 10 });
    await head.patch(`/managers/${id}`, { weight: 1 + i, capacity: i < 4 ? 0 : 10 });
  }
  const pool = await head.post('/routing/pools', { name: 'Burst', policy: 'weighted', members: team.map((p) => ({ user_id: p.id })) }, 201);
  await head.put('/routing/rules', { items: [{ name: 'Burst', enabled: true, pool_id: pool.id, condition: { fact: 'email', op: 'starts', value: 'great' } }] });
  const n = Number(process.env.GRADUS_TEST_BURST ?? 60), batch = [];
  for (let i = 0; i < n; i++) batch.push(...hot(`great${i}x`));
  for (let i = 0; i < batch.length; i += 400) {
    await writer.post('//v1/batch', { batch: batch.slice(i, i + 400) });
    await house.setClock(iso(now += 1000));
  }
  const got = new Map(team.map((p) => [p.id, 0]));
  let waits = 0;
  for (let cursor = ''; cursor !== null;) {
    const page = await head.get(`/leads?q=great&limit=100${cursor}`);
    for (const l of page.items) got.set(l.owner_id, (got.get(l.owner_id) ?? 0) + 1), waits += !l.owner_id;
    cursor = page.next ? `&cursor=${encodeURIComponent(page.next)}` : null;
  }
  assert.equal(waits, 0);
  assert.equal([...got.values()].reduce((a, b) => a + b), n);
  const free = team.filter((p) => !p.capacity);
  for (const a of free)
    for (const b of free) assert.ok(got.get(a.id) / a.weight - got.get(b.id) / b.weight <= 1, JSON.stringify([...got]));
  for (const p of team.slice(4)) assert.equal(got.get(p.id), 5, 'as many as fit');
  assert.match(custody(), /^uncovered_seconds: 0$/m);
  for (const p of team) await head.post(`/managers/${p.id}/duty`, { on_duty: false });
});

// The check itself is no rubber stamp: a stay in the queue that is taken out of the records leaves a gap of just that length.
test('what_nothing_covers_is_found', async () => {
  for (const p of people) await head.call('POST', `/managers/${p.id}/duty`, { on_duty: false });
  await burst(1);
  const [l] = (await head.get(`/leads?q=lead${count - 1}x`)).items;
  now += HOUR;
  await house.setClock(iso(now));
  const sql = "DELETE FROM waiting WHERE until_at IS NULL";
  if (kind === 'postgresql') execFileSync('psql', ['-q', house.database, '-c', sql]);
  else execFileSync('sqlite3', ['-cmd', '.timeout 5000', `${house.data}/gradus.db`, sql]);
  const told = custody();
  assert.match(told, new RegExp(`^gap: ${l.id} .*$`, 'm'), told);
  assert.ok(Number(/^uncovered_seconds: (\d+)/m.exec(told)[1]) >= 3600, told);
});
