// SPDX-License-Identifier: AGPL-3.0-or-later
// Many leads at once: a backlog, a leaver's base, a balance; shown before, kept, taken back.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open, until } from './harness.mjs';

let house, head, owner, people, writer;
const heat = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'];
/** When it is no longer in that state. */
const settled = (id, state) => until((t) => t.state !== state, () => head.get(`/transfers/${id}`));
async function plan(ask) {
  const t = await settled((await head.post('/transfers', ask, 201)).id, 'planning');
  assert.equal(t.state, 'planned', JSON.stringify(t));
  return t;
}
async function run(t) {
  assert.equal((await head.post(`/transfers/${t.id}/run`)).state, 'running');
  const done = await settled(t.id, 'running');
  assert.equal(done.state, 'done');
  return done;
}
async function undo(t) {
  assert.equal((await head.post(`/transfers/${t.id}/undo`)).state, 'undoing');
  const done = await settled(t.id, 'undoing');
  assert.equal(done.state, 'undone');
  return done;
}
const givenToday = async () => Promise.all(people.map(async (id) => (await head.get(`/managers/${id}`)).today.assigned));
const owned = async (id) => (await head.get(`/leads?owner=${id}&limit=100`)).items;

before(async () => {
  house = await open({ now: '2026-11-23T09:00:00Z' });
  head = await house.person('head');
  owner = await house.person('owner');
  writer = house.writer();
  for (let i = 0; i < 20; i++)
    await writer.post('//v1/batch', { batch: [{ type: 'identify', messageId: `w${i}`, userId: `w${i}`, traits: { email: `w${i}@firm.example`, title: 'CEO', industry: 'machines', employees: 300 } },
      ...(i < 12 ? [{ type: 'track', messageId: `d${i}`, userId: `w${i}`, event: 'Price List Downloaded' }, { type: 'track', messageId: `e${i}`, userId: `w${i}`, event: 'Webinar Attended' }] : [])] });
  people = [];
  for (let i = 0; i < 4; i++) people.push(house.addUser('manager', `m${i}@example.org`, 'correct horse', `Manager ${i}`));
});
after(() => house.close());

test('a_backlog_leaves_cold_leads_to_nobody_unless_they_are_asked_for', async () => {
  const cold = (await head.get('/leads?owner=none&band=cold&limit=100')).items, warm = (await head.get('/leads?owner=none&band=warm&limit=100')).items;
  assert.deepEqual([cold.length, warm.length], [8, 12]);
  const shown = await plan({ kind: 'backlog' });
  assert.deepEqual([shown.looked, shown.leads, shown.cold, shown.bands], [12, 12, false, { cold: 0, warm: 12, hot: 0 }]);
  assert.deepEqual(shown.moves.map((m) => m.lead_id).sort(), warm.map((l) => l.id).sort());
  // One has cooled since the plan: it is passed over.
  const [one] = warm;
  await writer.post('//v1/batch', { batch: [{ type: 'identify', messageId: 'cools', userId: one.email.split('@')[0], traits: { title: 'intern', industry: 'none', employees: 1 } }] });
  assert.equal((await head.get(`/leads/${one.id}`)).band, 'cold');
  const made = await run(shown);
  assert.deepEqual([made.moved, made.passed, made.bands, made.stays.map((m) => [m.lead_id, m.why])], [11, 1, null, [[one.id, 'changed']]]);
  assert.deepEqual((await head.get('/leads?owner=none&limit=100')).items.map((l) => l.id).sort(), [one, ...cold].map((l) => l.id).sort());
  assert.equal((await undo(made)).back, 11);
  await writer.post('//v1/batch', { batch: [{ type: 'identify', messageId: 'warms', userId: one.email.split('@')[0], traits: { title: 'CEO', industry: 'machines', employees: 300 } }] });
  const all = await plan({ kind: 'backlog', cold: true });
  assert.deepEqual([all.looked, all.leads, all.cold, all.bands], [20, 20, true, { cold: 8, warm: 12, hot: 0 }]);
  await head.del(`/transfers/${all.id}`);
  assert.equal((await head.post('/transfers', { kind: 'balance', from_id: people[0], cold: true }, 422)).errors[0].pointer, '/cold');
});

test('a_backlog_is_shown_given_out_evenly_and_taken_back', async () => {
  const asked = await head.post('/transfers', { kind: 'backlog', cold: true }, 201), told = (await head.get('/transfers')).items;
  assert.equal(asked.state, 'planning');
  const shown = await settled(asked.id, 'planning');
  assert.equal(shown.looked, 20);
  assert.equal(shown.leads, 20);
  assert.ok(shown.shares.every((s) => s.leads >= 4 && s.leads <= 7), JSON.stringify(shown.shares));
  assert.equal((await head.get('/leads?owner=none')).total, 20, 'a plan moves nothing');
  assert.deepEqual((await head.get('/transfers')).items, told, 'nor is it told of');
  await head.post(`/transfers/${shown.id}/undo`, undefined, 409);
  const made = await run(shown);
  await head.post(`/transfers/${made.id}/run`, undefined, 409);
  await head.del(`/transfers/${made.id}`, 409);
  assert.equal(made.moved, 20);
  for (const m of shown.moves) assert.equal((await head.get(`/leads/${m.lead_id}`)).owner_id, m.to_id, 'as it was shown');
  assert.equal((await head.get('/leads?owner=none')).total, 0);
  const balance = await head.get('/balance');
  assert.ok(balance.fairness_load > 0.9, JSON.stringify(balance));
  const [one] = await owned(people[0]);
  const [decision] = (await head.get(`/leads/${one.id}/assignments`)).items;
  assert.equal(decision.reason, 'backlog');

  // One was given to somebody else since: that one stays.
  await head.post(`/leads/${one.id}/assign`, { manager_id: people[1] }, 201);
  const undone = await undo(made);
  assert.deepEqual([undone.back, undone.kept, undone.kept_why, undone.stayed.map((m) => [m.lead_id, m.why])],
    [19, 1, [{ why: 'changed', leads: 1 }], [[one.id, 'changed']]]);
  assert.equal((await head.get('/leads?owner=none')).total, 19);
  assert.deepEqual(await givenToday(), [1, 1, 0, 0], 'what stayed, and what was given by hand');
  assert.deepEqual(await reports(), { given: [1, 0, 0, 0], hand: [1, 1, 0, 0] }, 'the first of both hands had it; the nineteen that went back were given to nobody');
  await head.post(`/transfers/${made.id}/undo`, undefined, 409);
  assert.ok((await head.get('/transfers')).items[0].undone_at);
});

/* Who was given how many, by the leaderboard and by the distribution. */
async function reports() {
  const period = 'from=2026-11-01T00:00:00Z&until=2026-12-01T00:00:00Z';
  const leaders = (await head.get(`/reports/leaderboard?${period}`)).items, fair = (await head.get(`/reports/fairness?${period}`)).items;
  return { given: people.map((id) => leaders.find((l) => l.user_id === id)?.given ?? 0), hand: people.map((id) => fair.find((r) => r.user_id === id)?.ways.hand ?? 0) };
}

test('a_leavers_whole_base_goes_to_others_with_its_tasks_and_clients', async () => {
  await run(await plan({ kind: 'backlog', cold: true, to: [{ user_id: people[0] }] }));
  const base = await owned(people[0]);
  assert.ok(base.length >= 15);
  await head.patch(`/leads/${base[0].id}`, { stage: 'won', amount: 500000 });
  await writer.post('//v1/batch', { batch: heat.map((event) => ({ type: 'track', messageId: `hot-${event}`, userId: base[1].email.split('@')[0], event })).concat([{ type: 'identify', messageId: 'hot', userId: base[1].email.split('@')[0], traits: { budget: 1000 } }]) });
  const call = (await head.get(`/tasks?lead=${base[1].id}&kind=call_now`)).items[0];
  assert.equal(call?.assignee_id, people[0]);
  const planned = await head.post('/tasks', { lead_id: base[2].id, kind: 'meeting', due_at: '2026-11-25T10:00:00Z' }, 201);
  const shown = await plan({ kind: 'handover', from_id: people[0] });
  assert.ok(shown.moves.some((m) => m.lead_id === base[0].id), 'clients go too');
  const before = await givenToday(), reported = await reports();
  const made = await run(shown);
  assert.equal(made.moved, base.length);
  assert.notDeepEqual(await reports(), reported, 'as long as it stands it was given');
  assert.equal((await givenToday()).reduce((a, b) => a + b), before.reduce((a, b) => a + b) + base.length);
  assert.deepEqual(await owned(people[0]), []);
  const moved = await head.get(`/tasks/${call.id}`);
  assert.notEqual(moved.assignee_id, people[0]);
  assert.equal((await head.get(`/leads/${base[1].id}`)).owner_id, moved.assignee_id);
  assert.equal((await head.get(`/tasks/${planned.id}`)).assignee_id, (await head.get(`/leads/${base[2].id}`)).owner_id);
  assert.equal((await undo(made)).back, base.length);
  assert.deepEqual(await givenToday(), before);
  assert.deepEqual(await reports(), reported, 'what was undone was not given, nor given again to whoever had it');
  assert.equal((await owned(people[0])).length, base.length);
  assert.match(house.cli(['check', 'custody', '--to', '2026-11-23T12:00:00Z']), /^uncovered_seconds: 0$/m);
});

test('a_balance_brings_the_heaviest_to_the_mean_and_capacity_is_kept', async () => {
  const before = await head.get('/balance');
  assert.equal(before.suggestion.from_id, people[0]);
  for (const p of people.slice(1, 3)) await head.patch(`/managers/${p}`, { capacity: 3 });
  const shown = await plan({ kind: 'balance', from_id: people[0] });
  for (const s of shown.shares) assert.ok(s.load + s.leads <= s.capacity, JSON.stringify(s));
  await run(shown);
  const now = await head.get('/balance');
  assert.ok(now.fairness_load > before.fairness_load, `${before.fairness_load} -> ${now.fairness_load}`);
});

test('what_has_changed_since_the_plan_is_passed_over', async () => {
  const [a, b, c, ...rest] = await owned(people[0]);
  assert.ok(rest.length);
  for (const p of people) await head.patch(`/managers/${p}`, { capacity: 0 });
  const shown = await plan({ kind: 'handover', from_id: people[0], to: [{ user_id: people[3] }] });
  await head.post(`/leads/${a.id}/assign`, { manager_id: people[2] }, 201);
  await writer.post('//v1/batch', { batch: [{ type: 'identify', messageId: 'odd', userId: b.email.split('@')[0], traits: { industry: 'odd' } }] });
  await head.patch(`/managers/${people[3]}`, { sees: { not: { fact: 'industry', op: 'eq', value: 'odd' } } });
  const made = await run(shown);
  assert.deepEqual([made.moved, made.passed], [shown.leads - 2, 2]);
  assert.equal((await head.get(`/leads/${a.id}`)).owner_id, people[2]);
  assert.equal((await head.get(`/leads/${b.id}`)).owner_id, people[0]);
  assert.equal((await head.get(`/leads/${c.id}`)).owner_id, people[3]);
  await head.patch(`/managers/${people[3]}`, { sees: null });
  await undo(made);
});

test('a_plan_is_forgotten_by_hand_and_by_the_next', async () => {
  const one = await plan({ kind: 'handover', from_id: people[0] });
  const other = await plan({ kind: 'handover', from_id: people[0] });
  await head.get(`/transfers/${one.id}`, 404);
  await head.del(`/transfers/${other.id}`);
  await head.get(`/transfers/${other.id}`, 404);
});

test('what_is_asked_wrongly_is_told', async () => {
  assert.equal((await head.post('/transfers', { kind: 'handover' }, 422)).errors[0].pointer, '/from_id');
  await head.post('/transfers', { kind: 'everything' }, 422);
  const anna = await house.signIn('m1@example.org');
  await anna.post('/transfers', { kind: 'backlog' }, 403);
});

test('an_undo_gives_back_what_is_decided_and_says_what_stays_for_want_of_a_certificate', async () => {
  const product = await head.post('/products', { name: 'Касса', gated: true }, 201);
  const [from, to] = ['from', 'to'].map((who) => house.addUser('manager', `${who}@example.org`, 'correct horse', who));
  const held = {};
  for (const user_id of [from, to])
    held[user_id] = (await head.post('/certificates', { user_id, product_id: product.id, until: '2027-11-23T09:00:00Z', reason: 'работал с продуктом' }, 201)).id;
  const ids = [];
  for (const [name, facts] of [['won', { product: 'Касса' }], ['lost', { product: 'Касса' }], ['open', { product: 'Касса' }], ['plain', {}]]) {
    const { id } = await head.post('/leads', { name, email: `${name}@gate.example`, facts }, 201);
    await head.post(`/leads/${id}/assign`, { manager_id: from }, 201);
    if (['won', 'lost'].includes(name)) await head.patch(`/leads/${id}`, { stage: name });
    ids.push(id);
  }
  const ask = { kind: 'handover', from_id: from, to: [{ user_id: to }] };
  const may = await plan(ask);
  assert.deepEqual([may.leads, may.closed, may.kept, may.kept_why, may.stayed], [4, 0, 0, [], []]);
  await head.post(`/certificates/${held[from]}/revoke`, { reason: 'уходит' });
  const shown = await plan(ask);
  assert.deepEqual([shown.leads, shown.closed], [4, 1], 'told before it is done');
  const made = await run(shown);
  assert.equal(made.moved, 4);
  const undone = await undo(made);
  assert.deepEqual([undone.back, undone.kept, undone.kept_why, undone.stayed.map((m) => [m.lead_id, m.to_id, m.why])],
    [3, 1, [{ why: 'certificate', leads: 1 }], [[ids[2], to, 'certificate']]]);
  const [listed] = (await head.get('/transfers')).items;
  assert.deepEqual([listed.id, listed.kept, listed.kept_why], [made.id, 1, [{ why: 'certificate', leads: 1 }]]);
  for (const [i, id] of ids.entries()) assert.equal((await head.get(`/leads/${id}`)).owner_id, i === 2 ? to : from);

  // Who does not work here gets nothing back, and that is told as well.
  const rest = await run(await plan({ kind: 'handover', from_id: from, to: [{ user_id: people[2] }] }));
  assert.ok(rest.moved);
  await owner.patch(`/users/${from}`, { state: 'disabled' });
  const gone = await undo(rest);
  assert.deepEqual([gone.back, gone.kept_why], [0, [{ why: 'gone', leads: rest.moved }]]);
});

/** A manager with n leads of their own, each as `facts` and `stage` say; the whole firm of one name. */
async function firm(name, kinds) {
  const user = house.addUser('manager', `${name}@firm.example`, 'correct horse', name);
  const ids = [];
  for (const [i, { facts = {}, stage, hot }] of kinds.entries()) {
    const email = `${name}${i}@base.example`;
    if (hot)
      await writer.post('//v1/batch', { batch: [{ type: 'identify', messageId: `${email}-i`, userId: email, traits: { email, title: 'CEO', industry: 'machines', employees: 300, budget: 1000 } },
        ...heat.map((event) => ({ type: 'track', messageId: `${email}-${event}`, userId: email, event }))] });
    const { id } = hot ? (await head.get(`/leads?q=${email}`)).items[0] : await head.post('/leads', { name: `${name} ${i}`, email, facts }, 201);
    await head.post(`/leads/${id}/assign`, { manager_id: user }, 201);
    if (stage) await head.patch(`/leads/${id}`, { stage });
    ids.push(id);
  }
  return { user, ids };
}

test('who_stays_with_the_leaver_is_told_with_the_reason_and_a_word_goes_past_the_rules', async () => {
  const left = await firm('leaver', [{ facts: { region: 'North' } }, { facts: { region: 'South' } }, {}]);
  const near = house.addUser('manager', 'near@firm.example', 'correct horse', 'Near');
  const pool = await head.post('/routing/pools', { name: 'Юг', policy: 'round_robin', members: [{ user_id: people[1] }] }, 201);
  const rules = await head.get('/routing/rules');
  await head.put('/routing/rules', { items: [{ name: 'Юг', condition: { fact: 'region', op: 'eq', value: 'South' }, pool_id: pool.id, enabled: true }, ...rules.items] });
  await head.patch(`/managers/${near}`, { sees: { not: { fact: 'region', op: 'eq', value: 'North' } } });
  const ask = { kind: 'handover', from_id: left.user, to: [{ user_id: near }] };
  const shown = await plan(ask);
  assert.deepEqual([shown.looked, shown.leads], [3, 1]);
  assert.deepEqual(shown.stay_why, [{ why: 'pool', leads: 1 }, { why: 'visibility', leads: 1 }]);
  assert.deepEqual(shown.stays.map((s) => [s.lead_id, s.why]).sort(), [[left.ids[0], 'visibility'], [left.ids[1], 'pool']].sort());
  const word = await plan({ ...ask, by_word: true });
  assert.deepEqual([word.leads, word.stay_why], [2, [{ why: 'visibility', leads: 1 }]]);
  const made = await run(word);
  assert.equal(made.moved, 2);
  assert.equal((await head.get(`/leads/${left.ids[1]}`)).owner_id, near, 'though no pool of its rule has them');
  assert.deepEqual((await head.get('/transfers')).items[0].stay_why, [{ why: 'visibility', leads: 1 }]);
  assert.equal((await head.post('/transfers', { kind: 'handover', from_id: left.user, by_word: true }, 422)).errors[0].pointer, '/to');
  await undo(made);
  await head.put('/routing/rules', { items: rules.items });
});

test('clients_and_lost_ones_take_nobodys_capacity_and_are_counted_by_themselves', async () => {
  const left = await firm('full', [{ hot: true, stage: 'won' }, { hot: true, stage: 'won' }, { stage: 'lost' }, { hot: true }]);
  const heir = house.addUser('manager', 'heir@firm.example', 'correct horse', 'Heir');
  await head.patch(`/managers/${heir}`, { capacity: 2, daily_quota: 1 });
  const shown = await plan({ kind: 'handover', from_id: left.user, to: [{ user_id: heir }] });
  assert.deepEqual([shown.leads, shown.clients, shown.lost, shown.stay_why], [4, 2, 1, []]);
  const made = await run(shown);
  assert.deepEqual([made.moved, made.passed], [4, 0]);
  assert.equal((await head.get(`/managers/${heir}`)).load, 2);
  // The one open lead is the day's quota; what is decided is no part of it.
  const place = (await head.get(`/managers/${heir}/place`)).items[0];
  assert.deepEqual([place.given_day, place.daily_quota], [1, 1]);
  const none = await plan({ kind: 'handover', from_id: heir, to: [{ user_id: left.user }] });
  assert.equal(none.leads, 4);
  await undo(made);
  const after = (await head.get(`/managers/${heir}/place`)).items[0];
  assert.equal(after.given_day, 0, 'what was taken back is in no quota');
  assert.equal(after.eligible, true, after.why);
  const giver = (await head.get(`/managers/${left.user}/place`)).items[0];
  assert.equal(giver.given_day, 4, 'nor is its return: the four that were given by hand before');
});

test('a_leaver_goes_with_the_base_and_an_undo_brings_everything_back', async () => {
  const left = await firm('gone', [{ hot: true }, { hot: true }, {}, { stage: 'won' }]);
  const heir = house.addUser('manager', 'one@firm.example', 'correct horse', 'One');
  await head.patch(`/managers/${heir}`, { capacity: 2 });
  await head.patch(`/managers/${left.user}`, { duty_mode: 'automatic' });
  const ask = { kind: 'handover', from_id: left.user, to: [{ user_id: heir }], by_word: true };
  await head.post('/transfers', { ...ask, leaver: 'disabled' }, 403);
  assert.equal((await head.post('/transfers', { kind: 'backlog', leaver: 'off_duty' }, 422)).errors[0].pointer, '/leaver');
  const off = await run(await plan({ ...ask, leaver: 'off_duty' }));
  let seen = await head.get(`/managers/${left.user}`);
  assert.deepEqual([seen.on_duty, seen.duty_mode, off.moved, off.stay_why], [false, 'manual', 3, [{ why: 'room', leads: 1 }]]);
  await undo(off);
  seen = await head.get(`/managers/${left.user}`);
  assert.deepEqual([seen.on_duty, seen.duty_mode], [true, 'automatic']);
  assert.equal((await owned(left.user)).length, 4);

  const signed = await house.signIn('gone@firm.example');
  const asked = await owner.post('/transfers', { ...ask, leaver: 'disabled' }, 201);
  const shown = await settled(asked.id, 'planning');
  await head.post(`/transfers/${shown.id}/run`, undefined, 403);
  await owner.post(`/transfers/${shown.id}/run`);
  const made = await settled(shown.id, 'running');
  assert.equal(made.state, 'done');
  await signed.get('/me', 401);
  assert.equal((await owner.get('/users')).items.find((u) => u.id === left.user).state, 'disabled');
  assert.deepEqual([made.moved, made.leads, made.stay_why], [4, 3, []], 'the hot one that stayed went by the rules');
  for (const id of left.ids.slice(0, 2)) {
    const call = (await head.get(`/tasks?lead=${id}&kind=call_now`)).items[0];
    assert.notEqual(call.assignee_id, left.user);
    assert.notEqual((await head.get(`/leads/${id}`)).owner_id, left.user);
  }
  const no = await head.post(`/transfers/${made.id}/undo`, undefined, 403);
  assert.deepEqual([no.type, /owner|владелец/.test(no.detail)], ['/problems/accounts', true], 'it says whom to ask');
  await owner.post(`/transfers/${made.id}/undo`);
  const back = await settled(made.id, 'undoing');
  assert.deepEqual([back.back, back.kept], [4, 0]);
  assert.equal((await owner.get('/users')).items.find((u) => u.id === left.user).state, 'active');
  seen = await head.get(`/managers/${left.user}`);
  assert.deepEqual([seen.on_duty, seen.duty_mode], [true, 'automatic']);
  assert.equal((await owned(left.user)).length, 4);
  for (const id of left.ids.slice(0, 2)) assert.equal((await head.get(`/tasks?lead=${id}&kind=call_now`)).items[0].assignee_id, left.user);
  assert.match(house.cli(['check', 'custody', '--to', '2026-11-23T12:00:00Z']), /^uncovered_seconds: 0$/m);
  assert.match(house.cli(['replay']), /^differences: 0$/m);
});
