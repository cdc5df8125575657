// SPDX-License-Identifier: AGPL-3.0-or-later
// Working time, distribution, tasks: from the event that makes a lead hot to the logged call, and what happens when nobody is there.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open, second, until } from './harness.mjs';

let house, head, anna, boris, writer;
let n = 0;

const T0 = Date.parse('2026-11-23T09:00:00Z'); // Monday, 12:00 in Moscow
const at = (minutes) => new Date(T0 + minutes * 60000).toISOString().replace('.000', '');
const minutesTo = (instant, from) => (Date.parse(instant) - Date.parse(from)) / 60000;

before(async () => {
  house = await open({ now: at(0) });
  head = await house.person('head');
  anna = await house.person('manager', 'anna@example.org', 'Anna');
  boris = await house.person('manager', 'boris@example.org', 'Boris');
  writer = house.writer();
});
after(() => house.close());

/** A buyer who is hot at once: a chief who asks for a demonstration. */
async function buyer(extra = {}) {
  const who = `buyer${++n}x`;
  await writer.post('//v1/identify', { messageId: `i-${who}`, userId: who, traits: { email: `${who}@works.example`, name: `Buyer ${n}`, title: 'CEO', phone: `+7916${2000000 + n}`, budget: 100000, industry: 'machines', employees: 300, ...extra } });
  for (const event of ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'])
    await writer.post('//v1/track', { messageId: `${event}-${who}`, userId: who, event });
  const found = await head.get(`/leads?q=${who}`);
  assert.equal(found.items.length, 1, who);
  return found.items[0];
}
const callOf = async (lead) => (await head.get(`/tasks?lead=${lead.id}&kind=call_now&state=any`)).items;

test('a_hot_lead_has_one_task_one_decision_and_is_on_the_managers_screen', async () => {
  const streams = [await anna.live(), await boris.live()];
  const lead = await buyer();
  assert.equal(lead.band, 'hot');
  const tasks = await callOf(lead);
  assert.equal(tasks.length, 1);
  const [task] = tasks;
  assert.equal(task.kind, 'call_now');
  assert.equal(task.state, 'open');
  assert.equal(task.title, 'Срочно звонить: клиент готов!');
  assert.equal(minutesTo(task.due_at, task.created_at), 5);
  assert.ok([anna.id, boris.id].includes(task.assignee_id));
  assert.equal(task.reasons.length, 2);

  const decisions = (await head.get(`/leads/${lead.id}/assignments`)).items;
  assert.equal(decisions.length, 1);
  assert.equal(decisions[0].task_id, task.id);
  assert.equal(decisions[0].manager_id, task.assignee_id);
  assert.equal(decisions[0].policy, 'least_loaded');
  assert.deepEqual(decisions[0].candidates.map((c) => c.manager_id).sort(), [anna.id, boris.id].sort());
  assert.equal(decisions[0].candidates.filter((c) => c.why === 'picked').length, 1);

  const [mine, other] = task.assignee_id === anna.id ? [anna, boris] : [boris, anna];
  const told = await streams[mine === anna ? 0 : 1].next((e) => e.event === 'lead.hot');
  assert.equal(told.data.task.id, task.id);
  assert.equal(told.data.lead.id, lead.id);
  assert.equal((await mine.get('/today')).items[0].id, task.id);
  assert.equal((await mine.get('/today')).items[0].group, 'sla');
  await other.get(`/tasks/${task.id}`, 404);
  assert.equal((await other.get('/today')).items.length, 0);
  assert.ok(!streams[mine === anna ? 1 : 0].all.some((e) => e.event === 'lead.hot'));
  streams.forEach((s) => s.close());
});

test('load_is_shared_and_ties_go_to_the_longest_waiting', async () => {
  const got = { [anna.id]: 0, [boris.id]: 0 };
  for (let i = 0; i < 5; i++) got[(await callOf(await buyer()))[0].assignee_id]++;
  assert.ok(Math.abs(got[anna.id] - got[boris.id]) <= 1, JSON.stringify(got));
});

test('a_call_is_logged_with_its_next_step_and_taken_back', async () => {
  const lead = await buyer();
  const [task] = await callOf(lead);
  const me = task.assignee_id === anna.id ? anna : boris;
  await me.post(`/tasks/${task.id}/complete`, { result: 'splendid' }, 422);
  const bad = await me.post(`/tasks/${task.id}/complete`, { result: 'reached', next: { kind: 'call', due_at: 'tomorrow' } }, 422);
  assert.equal(bad.errors[0].pointer, '/next/due_at');
  const done = await me.post(`/tasks/${task.id}/complete`, { result: 'call_back', note: 'after lunch', next: { kind: 'call', due_at: at(120) } });
  assert.equal(done.task.state, 'done');
  assert.equal(done.task.result, 'call_back');
  assert.equal(done.next_task.kind, 'call');
  assert.equal(done.next_task.assignee_id, me.id);
  assert.equal(done.next_task.title, 'Позвонить');
  await me.post(`/tasks/${task.id}/complete`, { result: 'reached' }, 409);
  const events = (await me.get(`/leads/${lead.id}/timeline`)).items;
  assert.ok(events.some((e) => e.kind === 'deed' && e.name === 'Call Logged'), JSON.stringify(events.map((e) => e.name)));
  const back = await me.post(`/tasks/${task.id}/reopen`, undefined);
  assert.equal(back.state, 'open');
  assert.equal(back.result, null);
  await me.get(`/tasks/${done.next_task.id}`, 404);
  const again = await me.post(`/tasks/${task.id}/complete`, { result: 'reached', next: { kind: 'meeting', due_at: at(600) } });
  await me.patch(`/tasks/${again.next_task.id}`, { due_at: at(900) });
  await me.post(`/tasks/${task.id}/reopen`, undefined, 409);
});

test('stale_writes_are_refused', async () => {
  const lead = await buyer();
  const [task] = await callOf(lead);
  const me = task.assignee_id === anna.id ? anna : boris;
  await me.patch(`/tasks/${task.id}`, { title: 'Calls' }, 200, { headers: { 'if-match': `"${task.version}"` } });
  await me.patch(`/tasks/${task.id}`, { title: 'Called' }, 412, { headers: { 'if-match': `"${task.version}"` } });
});

test('a_declined_lead_goes_to_another_and_is_not_offered_again', async () => {
  const lead = await buyer();
  const [task] = await callOf(lead);
  const [me, other] = task.assignee_id === anna.id ? [anna, boris] : [boris, anna];
  await other.post(`/tasks/${task.id}/decline`, { reason: 'no' }, 404);
  await me.post(`/tasks/${task.id}/decline`, { reason: 'a relative' }, 204);
  const [moved] = await callOf(lead);
  assert.equal(moved.assignee_id, other.id);
  const [last] = (await head.get(`/leads/${lead.id}/assignments`)).items;
  assert.equal(last.reason, 'declined');
  assert.equal(last.candidates.find((c) => c.manager_id === me.id).why, 'declined');
  await me.get(`/leads/${lead.id}`, 404);
  await other.post(`/tasks/${task.id}/decline`, { reason: 'me too' }, 204);
  const [queued] = await callOf(lead);
  assert.equal(queued.assignee_id, null);
  const board = await head.get('/board');
  const row = board.queue.find((q) => q.lead_id === lead.id);
  assert.equal(row.why, 'declined');
  assert.ok(Date.parse(row.promise_due) > T0);
  const alerts = (await head.get('/tasks?assignee=me&kind=no_one')).items;
  assert.equal(alerts.length, 1);
  await head.post(`/leads/${lead.id}/assign`, { manager_id: me.id, reason: 'he must' }, 201);
  assert.equal((await callOf(lead))[0].assignee_id, me.id);
  assert.ok(!(await head.get('/board')).queue.some((q) => q.lead_id === lead.id));
  assert.equal((await head.get('/tasks?assignee=me&kind=no_one')).items.length, 0);
});

test('when_nobody_is_on_duty_the_lead_waits_with_a_promise_and_is_served_when_somebody_comes', async () => {
  await anna.post(`/managers/${anna.id}/duty`, { on_duty: false });
  await boris.post(`/managers/${boris.id}/duty`, { on_duty: false });
  await anna.post(`/managers/${boris.id}/duty`, { on_duty: true }, 404);
  const lead = await buyer();
  const [task] = await callOf(lead);
  assert.equal(task.assignee_id, null);
  assert.notEqual(task.due_at, null);
  const row = (await head.get('/board')).queue.find((q) => q.lead_id === lead.id);
  assert.equal(row.why, 'off_duty');
  const told = async () => (await head.get(`/leads/${lead.id}/assignments`)).items;
  const [waits, ...none] = await told();
  assert.deepEqual([waits.manager_id, waits.policy, waits.reason, waits.at, waits.until_at, waits.task_id], [null, null, 'nobody', row.since, null, null]);
  assert.deepEqual(waits.candidates.map((c) => [c.name, c.eligible, c.why]).sort(), [['Anna', false, 'off_duty'], ['Boris', false, 'off_duty']]);
  assert.deepEqual(none, [], 'one entry, however often it is tried');
  const screen = await boris.live();
  await boris.post(`/managers/${boris.id}/duty`, { on_duty: true });
  const seen = await screen.next((e) => e.event === 'lead.hot');
  assert.equal(seen.data.task.id, task.id);
  screen.close();
  const [served] = await callOf(lead);
  assert.equal(served.id, task.id);
  assert.equal(served.assignee_id, boris.id);
  const [given, past] = await told();
  assert.equal(given.reason, 'from_queue');
  assert.deepEqual(past, { ...waits, until_at: given.at }, 'what has ended is told as it was, with its end');
  await anna.post(`/managers/${anna.id}/duty`, { on_duty: true });
});

test('a_wait_is_told_as_it_began_whatever_rules_and_people_do_meanwhile', async () => {
  await head.patch(`/managers/${boris.id}`, { level: 'trainee' });
  const pool = await head.post('/routing/pools', { name: 'Two', policy: 'round_robin', members: [anna, boris].map((m) => ({ user_id: m.id })) }, 201);
  const rule = (name) => head.put('/routing/rules', { items: [{ name, condition: { fact: 'title', op: 'exists' }, pool_id: pool.id, enabled: true }] });
  const anew = async () => { for (const on of [true, false]) await boris.post(`/managers/${boris.id}/duty`, { on_duty: on }); };
  await rule('First');
  await anna.post(`/managers/${anna.id}/duty`, { on_duty: false });
  const lead = await buyer();
  const [began] = (await head.get(`/leads/${lead.id}/assignments`)).items;
  assert.deepEqual([began.rule, began.reason], ['First', 'nobody']);
  assert.deepEqual(began.candidates.map((c) => [c.name, c.why]).sort(), [['Anna', 'off_duty'], ['Boris', 'level']]);
  await rule('Second');
  await anew(); // a change of duty offers the queue again
  assert.equal((await head.get('/board')).queue.find((q) => q.lead_id === lead.id).why !== 'nobody', true);
  assert.deepEqual((await head.get(`/leads/${lead.id}/assignments`)).items, [began]);
  await head.put('/routing/rules', { items: [] });
  await head.del(`/routing/pools/${pool.id}`);
  await head.patch(`/managers/${boris.id}`, { level: 'regular' });
  for (const who of [anna, boris]) await head.post(`/managers/${who.id}/duty`, { on_duty: true });
  const [, ended] = (await head.get(`/leads/${lead.id}/assignments`)).items;
  assert.deepEqual({ ...ended, until_at: null }, began);
  assert.notEqual(ended.until_at, null);
});

test('calendars_are_checked_and_place_each_fault', async () => {
  const r = await head.post('/calendars', { name: 'x', zone: 'Mars/Base', hours: { mon: [['9:00', '18:00']], someday: [] } }, 422);
  assert.deepEqual(r.errors.map((e) => e.pointer).sort(), ['/hours/mon/0/0', '/hours/someday', '/zone']);
  await anna.post('/calendars', { name: 'x', zone: 'UTC', hours: {} }, 403);
});

let calendar;
test('at_night_a_lead_is_promised_for_the_morning_and_given_out_by_the_clock_alone', async () => {
  const day = [['09:00', '13:00'], ['14:00', '18:00']];
  calendar = await head.post('/calendars', { name: 'Office', zone: 'Europe/Moscow', hours: { mon: day, tue: day, wed: day, thu: day, fri: day }, holidays: ['2026-11-24'] }, 201);
  assert.deepEqual(calendar.hours.tue, day);
  for (const m of [anna, boris]) {
    const row = await head.get(`/managers/${m.id}`);
    const set = await head.patch(`/managers/${m.id}`, { calendar_id: calendar.id, capacity: 1000 }, 200, { headers: { 'if-match': `"${row.version}"` } });
    assert.equal(set.calendar_id, calendar.id);
    assert.equal(set.state, 'on');
  }
  await head.del(`/calendars/${calendar.id}`, 409);
  await house.setClock('2026-11-23T18:00:00Z'); // 21:00, and tomorrow is a holiday
  assert.equal((await head.get(`/managers/${anna.id}`)).state, 'off');
  const lead = await buyer();
  const [task] = await callOf(lead);
  assert.equal(task.assignee_id, null);
  assert.equal(second(task.due_at), '2026-11-25T06:05:00Z');
  const row = (await head.get('/board')).queue.find((q) => q.lead_id === lead.id);
  assert.equal(row.why, 'closed');
  assert.equal(row.promise_due, '2026-11-25T06:05:00Z');
  await house.setClock('2026-11-25T06:00:01Z', true);
  const screen = await head.live();
  const [served] = await until(([t]) => t.assignee_id, () => callOf(lead), 'the clock gives it out');
  screen.close();
  assert.ok(minutesTo(served.due_at, '2026-11-25T06:05:00Z') < 1);
});

test('deadlines_pass_over_the_break', async () => {
  await house.setClock('2026-11-25T09:58:00Z'); // 12:58
  const lead = await buyer();
  const [task] = await callOf(lead);
  assert.equal(second(task.due_at), '2026-11-25T11:03:00Z');
});

test('an_absence_takes_a_person_out_and_its_end_brings_them_back', async () => {
  await house.setClock('2026-11-25T12:00:00Z');
  await anna.post('/absences', { from: '2026-11-25T11:00:00Z', until: '2026-11-25T10:00:00Z' }, 422);
  const away = await anna.post('/absences', { from: '2026-11-25T11:00:00Z', until: '2026-11-28T00:00:00Z', reason: 'vacation' }, 201);
  await anna.post('/absences', { user_id: boris.id, from: '2026-11-25T11:00:00Z', until: '2026-11-28T00:00:00Z' }, 403);
  const shown = async (id) => { const m = (await head.get('/managers')).items.find((x) => x.id === id); return [m.state, m.away_why, m.away_until]; };
  assert.deepEqual(await shown(anna.id), ['holiday', 'vacation', '2026-11-28T00:00:00Z']);
  assert.deepEqual((await shown(boris.id)).slice(1), [null, null]);
  for (let i = 0; i < 3; i++) assert.equal((await callOf(await buyer()))[0].assignee_id, boris.id);
  await anna.del(`/absences/${away.id}`);
  assert.equal((await anna.get('/absences')).items.length, 0);
});

test('the_owner_keeps_the_lead', async () => {
  const who = `buyer${n + 1}x`;
  await writer.post('//v1/identify', { messageId: `early-${who}`, userId: who, traits: { email: `${who}@works.example` } });
  const [cold] = (await head.get(`/leads?q=${who}`)).items;
  await head.post(`/leads/${cold.id}/assign`, { manager_id: boris.id }, 201);
  await head.patch(`/managers/${boris.id}`, { capacity: 0 });
  const lead = await buyer();
  assert.equal(lead.id, cold.id);
  assert.equal((await callOf(lead))[0].assignee_id, boris.id);
  const [decision] = (await head.get(`/leads/${lead.id}/assignments`)).items;
  assert.equal(decision.policy, 'owner');
  assert.equal(decision.reason, 'owner_keeps');
});

test('rules_send_leads_to_pools_and_their_faults_are_placed', async () => {
  const pool = await head.post('/routing/pools', { name: 'Machines', policy: 'round_robin', members: [{ user_id: anna.id }] }, 201);
  const rest = await head.post('/routing/pools', { name: 'Rest', policy: 'weighted', members: [{ user_id: anna.id, weight: 1 }, { user_id: boris.id, weight: 3 }] }, 201);
  const bad = await head.put('/routing/rules', { items: [
    { name: 'a', condition: { fact: 'industry', op: 'is like', value: 1 }, pool_id: pool.id, enabled: true },
    { name: 'b', condition: { fact: 'industry', op: 'eq', value: 'x' }, pool_id: 'pl_0000000000001', enabled: true, match: ['mood'] }] }, 422);
  const pointers = bad.errors.map((e) => e.pointer);
  assert.ok(pointers.some((p) => p.startsWith('/items/0/condition')), String(pointers));
  assert.ok(pointers.includes('/items/1/pool_id'));
  assert.ok(pointers.includes('/items/1/match/0'));
  assert.equal((await head.get('/routing/rules')).items.length, 0);
  /* what a body may bring is more than may be compiled: a hundred times its bytes */
  const many = { any: Array(95).fill({ fact: 'industry', op: 'in', value: Array(199).fill(1) }) };
  const large = await head.put('/routing/rules', { items: Array.from({ length: 30 }, (_, i) => ({ name: `r${i}`, condition: many, pool_id: pool.id, enabled: true })) }, 413);
  assert.equal(large.errors[0].pointer, '/items');
  const heavy = { any: Array(199).fill({ fact: 'industry', op: 'matches', value: '((((a{1,60}){60}){60}))' }) };
  const patterns = await head.put('/routing/rules', { items: Array.from({ length: 3 }, (_, i) => ({ name: `r${i}`, condition: heavy, pool_id: pool.id, enabled: true })) }, 413);
  assert.deepEqual(patterns.errors.map((x) => x.pointer), ['/items/1/condition', '/items/2/condition']);

  const { items: rules } = await head.put('/routing/rules', { items: [
    { name: 'Printing', condition: { fact: 'industry', op: 'eq', value: 'printing' }, pool_id: pool.id, sla_minutes: 15, fallback_pool_id: rest.id, enabled: true },
    { name: 'Textiles', condition: { fact: 'industry', op: 'eq', value: 'textiles' }, pool_id: rest.id, enabled: true }] });
  const printing = await buyer({ industry: 'printing' });
  const [task] = await callOf(printing);
  assert.equal(task.assignee_id, anna.id);
  assert.equal(task.sla_minutes, 15);
  const [decision] = (await head.get(`/leads/${printing.id}/assignments`)).items;
  assert.equal(decision.rule_id, rules[0].id);
  assert.equal(decision.rule, 'Printing');
  assert.equal(decision.policy, 'round_robin');

  const got = { [anna.id]: 0, [boris.id]: 0 };
  for (let i = 0; i < 8; i++) got[(await callOf(await buyer({ industry: 'textiles' })))[0].assignee_id]++;
  assert.deepEqual(got, { [anna.id]: 2, [boris.id]: 6 });

  await anna.post(`/managers/${anna.id}/duty`, { on_duty: false });
  const over = await buyer({ industry: 'printing' });
  assert.equal((await callOf(over))[0].assignee_id, boris.id, 'the fallback pool');
  await anna.post(`/managers/${anna.id}/duty`, { on_duty: true });
  await head.del(`/routing/pools/${pool.id}`, 409);
  await head.put('/routing/rules', { items: [] });
  await head.del(`/routing/pools/${pool.id}`);
  const pools = (await head.get('/routing/pools')).items;
  assert.ok(pools.some((p) => p.everyone && p.members.length === 2));
  await head.patch(`/routing/pools/${rest.id}`, { policy: 'least_loaded' });
});

test('a_trainee_gets_no_hot_lead_and_a_full_manager_none_either', async () => {
  await head.patch(`/managers/${anna.id}`, { level: 'trainee' });
  const lead = await buyer();
  assert.equal((await callOf(lead))[0].assignee_id, boris.id);
  const [decision] = (await head.get(`/leads/${lead.id}/assignments`)).items;
  assert.equal(decision.candidates.find((c) => c.manager_id === anna.id).why, 'level');
  const row = (await head.get('/managers')).items.find((m) => m.id === boris.id);
  await head.patch(`/managers/${boris.id}`, { capacity: row.load });
  const late = await buyer();
  assert.equal((await callOf(late))[0].assignee_id, null);
  assert.equal((await head.get('/board')).queue.find((q) => q.lead_id === late.id).why, 'full');
  await head.patch(`/managers/${anna.id}`, { level: 'senior', products: ['lathes'] });
  assert.equal((await callOf(late))[0].assignee_id, anna.id, 'the queue drains when somebody may again');
  await head.patch(`/managers/${anna.id}`, { weight: 21 }, 422);
});

test('a_person_plans_tasks_and_lists_them', async () => {
  const lead = await buyer();
  const owner = (await callOf(lead))[0].assignee_id === anna.id ? anna : boris;
  await owner.post('/tasks', { lead_id: lead.id, kind: 'other', due_at: '2026-11-26T08:00:00Z' }, 422);
  const task = await owner.post('/tasks', { lead_id: lead.id, kind: 'other', title: 'Ask about the floor', due_at: '2026-11-26T08:00:00Z' }, 201);
  assert.equal(task.assignee_id, owner.id);
  const other = owner === anna ? boris : anna;
  await owner.post('/tasks', { lead_id: lead.id, kind: 'call', assignee_id: other.id }, 403);
  await other.post('/tasks', { lead_id: lead.id, kind: 'call' }, 404);
  await head.post('/tasks', { lead_id: lead.id, kind: 'call', assignee_id: other.id }, 201);
  const seen = [];
  let cursor = '';
  do {
    const page = await owner.get(`/tasks?limit=2${cursor}`);
    seen.push(...page.items);
    cursor = page.next ? `&cursor=${encodeURIComponent(page.next)}` : '';
  } while (cursor);
  assert.ok(seen.length >= 3);
  assert.equal(new Set(seen.map((t) => t.id)).size, seen.length);
  assert.ok(seen.every((t) => t.assignee_id === owner.id));
  const due = seen.map((t) => (t.due_at === null ? Infinity : Date.parse(t.due_at)));
  assert.deepEqual(due, [...due].sort((a, b) => a - b));
  await owner.get('/tasks?cursor=nonsense', 422);
  await owner.get('/tasks?state=lost', 422);
  assert.equal((await owner.get(`/tasks?assignee=${other.id}`)).items.length, 0);
});

test('a_queued_call_is_claimed', async () => {
  for (const m of [anna, boris]) await m.post(`/managers/${m.id}/duty`, { on_duty: false });
  const lead = await buyer();
  const [task] = await callOf(lead);
  assert.equal(task.assignee_id, null);
  await anna.post(`/tasks/${task.id}/claim`, undefined, 404);
  const mine = await head.post(`/tasks/${task.id}/claim`, undefined);
  assert.equal(mine.assignee_id, head.id);
  await head.post(`/tasks/${task.id}/claim`, undefined, 409);
  for (const m of [anna, boris]) await m.post(`/managers/${m.id}/duty`, { on_duty: true });
});

test('whoever_leaves_hands_the_hot_leads_on', async () => {
  const owner = await house.person('owner');
  const vera = await house.person('manager', 'vera@example.org', 'Vera');
  await head.patch(`/managers/${vera.id}`, { capacity: 0 });
  const called = await buyer(), open = await buyer(), client = await buyer();
  for (const lead of [called, open, client]) await head.post(`/leads/${lead.id}/assign`, { manager_id: vera.id }, 201);
  for (const lead of [called, client]) await vera.post(`/tasks/${(await callOf(lead))[0].id}/complete`, { result: 'reached' });
  await vera.patch(`/leads/${client.id}`, { stage: 'won' });
  await owner.patch(`/users/${vera.id}`, { state: 'disabled' });
  assert.equal((await head.get(`/leads/${client.id}`)).owner_id, vera.id, 'what is decided stays in the name of who decided it');
  await head.patch(`/leads/${client.id}`, { stage: 'contact' });
  for (const lead of [called, open, client]) {
    const tasks = (await callOf(lead)).filter((t) => t.state === 'open');
    assert.equal(tasks.length, 1);
    assert.ok(tasks[0].assignee_id && tasks[0].assignee_id !== vera.id);
    assert.equal((await head.get(`/leads/${lead.id}`)).owner_id, tasks[0].assignee_id);
    assert.equal((await head.get(`/leads/${lead.id}/assignments`)).items[0].reason, 'left');
  }
  await head.post(`/leads/${open.id}/assign`, { manager_id: vera.id }, 422);
});

test('another_owner_is_a_decision_by_whichever_door', async () => {
  const lead = await buyer();
  const [mine, other] = lead.owner_id === anna.id ? [anna, boris] : [boris, anna];
  await mine.patch(`/leads/${lead.id}`, { owner_id: other.id }, 403);
  await head.patch(`/leads/${lead.id}`, { owner_id: null }, 422);
  assert.equal((await head.patch(`/leads/${lead.id}`, { owner_id: other.id, stage: 'contact' })).owner_id, other.id);
  const [last] = (await head.get(`/leads/${lead.id}/assignments`)).items;
  assert.equal(last.reason, 'by_hand');
  assert.equal(last.manager_id, other.id);
  assert.equal((await callOf(lead))[0].assignee_id, other.id);
});

test('a_calendar_is_changed_and_removed', async () => {
  const made = await head.post('/calendars', { name: 'Night', zone: 'Asia/Kathmandu', hours: { sat: [['22:00', '06:00']] }, days: { '2026-12-31': [] } }, 201);
  const changed = await head.patch(`/calendars/${made.id}`, { holidays: ['2027-01-01'], name: 'Nights' });
  assert.deepEqual(changed.hours.sat, [['22:00', '06:00']]);
  assert.deepEqual(changed.holidays, ['2027-01-01']);
  assert.deepEqual(changed.days, { '2026-12-31': [] });
  assert.equal(changed.zone, 'Asia/Kathmandu');
  assert.equal((await head.get('/calendars')).items.length, 2);
  await head.patch(`/calendars/${made.id}`, { name: 'x' }, 412, { headers: { 'if-match': `"${made.version}"` } });
  await head.del(`/calendars/${made.id}`);
  await head.get('/calendars');
  const [task] = (await head.get('/tasks?limit=1')).items;
  assert.equal((await head.get(`/tasks/${task.id}`)).id, task.id);
});

test('the_board_tells_the_day', async () => {
  const board = await head.get('/board');
  assert.ok(board.new_today > 0);
  assert.ok(board.hot_active > 0);
  assert.equal(board.sla_minutes, 5);
  assert.equal(board.hot_waiting, (await head.get('/tasks?kind=call_now&limit=200')).items.length);
  assert.ok(board.waiting.length > 0);
  const due = board.waiting.map((w) => Date.parse(w.due_at));
  assert.deepEqual(due, [...due].sort((a, b) => a - b));
  assert.equal(board.managers.filter((m) => [anna.id, boris.id].includes(m.id)).length, 2);
  assert.ok(board.feed.length > 0);
  assert.ok(board.hours.length >= 13);
  await anna.get('/board', 403);
});

test('a_figure_of_leads_in_hand_is_the_size_of_the_list_it_opens', async () => {
  const open = 'stage=new,contact,qualified,offer,talks';
  const total = async (query) => (await head.get('/leads?limit=1&' + query)).total;
  const [won, lost] = (await head.get(`/leads?band=hot&${open}&limit=2`)).items;
  await head.patch(`/leads/${won.id}`, { stage: 'won', amount: 100000 });
  await head.patch(`/leads/${lost.id}`, { stage: 'lost' });
  const board = await head.get('/board');
  assert.equal(await total(`band=hot&${open}`), board.hot_active);
  assert.ok((await total('band=hot')) >= board.hot_active + 2);
  for (const m of board.managers) assert.equal(await total(`owner=${m.user_id}&band=hot&${open}`), m.hot, m.name);
  for (const h of (await head.get('/balance')).people)
    for (const band of ['hot', 'warm', 'cold'])
      assert.equal(await total(`owner=${h.manager_id ?? 'none'}&band=${band}&${open}`), h[band], `${h.name} ${band}`);
});
