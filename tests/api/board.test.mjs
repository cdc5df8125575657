// SPDX-License-Identifier: AGPL-3.0-or-later
// The head's live board: a lead's own wait whoever has it, whose breach it was, and each figure beside the list that it opens.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open } from './harness.mjs';

let house, head, anna, boris, writer;
const heat = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'];
const hot = async (who) => {
  await writer.post('//v1/batch', { batch: [
    { type: 'identify', messageId: who, userId: who, traits: { name: who, email: `${who}@works.example`, title: 'CEO', budget: 1000, industry: 'machines', employees: 300 } },
    ...heat.map((event) => ({ type: 'track', messageId: `${event}-${who}`, userId: who, event }))] });
  return (await head.get(`/leads?q=${who}`)).items[0];
};
const callOf = async (lead) => (await head.get(`/tasks?lead=${lead.id}&kind=call_now&state=any`)).items[0];
const at = (time, day = 23) => house.setClock(`2026-11-${day}T${time}Z`);
const person = (id) => [anna, boris].find((x) => x.id === id);
const other = (id) => [anna, boris].find((x) => x.id !== id);
const board = () => head.get('/board');
const breaches = (query = '') => head.get(`/board/breaches${query && '?' + query}`);
const manager = async (p) => (await head.get('/managers')).items.find((m) => m.user_id === p.id);
const answer = async (lead) => {
  const call = await callOf(lead);
  await person(call.assignee_id).post(`/tasks/${call.id}/complete`, { result: 'reached', next: { kind: 'call', due_at: '2026-11-30T09:00:00Z' } });
};

before(async () => {
  house = await open({ now: '2026-11-23T08:59:00Z' });
  head = await house.person('head');
  anna = await house.person('manager', 'anna@example.org', 'Anna');
  boris = await house.person('manager', 'boris@example.org', 'Boris');
  writer = house.writer();
  await head.put('/routing/norms', { items: [{ band: 'any', source: null, minutes: 5, remind: 0, reassign: -1, escalate: -1 }] });
});
after(() => house.close());

test('the_board_tells_the_norm_in_force_and_when_a_lead_goes_on_by_itself', async () => {
  const norms = await head.get('/routing/norms');
  const told = async () => [(await board()).sla_minutes, (await board()).goes_on_minutes];
  assert.deepEqual(await told(), [5, null], 'it is never taken from anybody');
  await head.put('/routing/norms', { items: [{ band: 'hot', source: 'tender', minutes: 60, remind: 0, reassign: -1, escalate: -1 }, { band: 'any', source: null, minutes: 9, remind: 0, reassign: 3, escalate: -1 }] });
  assert.deepEqual(await told(), [9, 12]);
  await head.put('/routing/norms', { items: [] });
  assert.deepEqual(await told(), [5, 7]);
  await head.put('/routing/norms', { items: norms.items });
});

let slow, first, second;
test('a_late_lead_that_changes_hands_stays_a_breach_of_the_lead_and_of_whoever_had_it', async () => {
  await at('09:00:00');
  slow = await hot('slow');
  first = person((await callOf(slow)).assignee_id);
  second = other(first.id);
  await at('09:07:00');
  assert.deepEqual((await board()).breaches, { open: 1, closed_late: 0 });
  await head.post(`/leads/${slow.id}/assign`, { manager_id: second.id }, 201);
  const call = await callOf(slow);
  await head.patch(`/tasks/${call.id}`, { reason: 'In a meeting', due_at: '2026-11-23T09:20:00Z' }, 200, { headers: { 'if-match': `"${call.version}"` } });
  const b = await board();
  assert.deepEqual(b.breaches, { open: 1, closed_late: 0 }, 'the lead waits on, whoever has it');
  const [w] = b.waiting;
  assert.deepEqual([w.due_at, w.created_at, w.first_due_at, w.late_at], ['2026-11-23T09:20:00Z', '2026-11-23T09:00:00Z', '2026-11-23T09:05:00Z', '2026-11-23T09:05:00Z']);
  assert.deepEqual([w.assignee_id, w.late_by_id, w.late_by_name], [second.id, first.id, first === anna ? 'Anna' : 'Boris']);
});

test('whose_breach_it_was_is_right_in_the_figures_of_the_people', async () => {
  await at('09:15:00');
  await answer(slow);
  const b = await board();
  assert.deepEqual(b.breaches, { open: 0, closed_late: 1 }, 'answered within the new deadline, and late all the same');
  assert.equal(b.in_time_pct, 0);
  assert.equal(b.answer_median_s, 900, 'the lead has waited a quarter of an hour');
  assert.deepEqual(b.hours.map((h) => [h.in_time, h.late, h.waiting]).filter(([x, y, z]) => x + y + z), [[0, 1, 0]]);
  const [was, now] = [await manager(first), await manager(second)];
  assert.deepEqual([was.in_time_pct, was.median_answer_s], [0, null], 'whose deadline it was');
  assert.deepEqual([now.in_time_pct, now.median_answer_s], [100, 480], 'who answered eight minutes after getting it');
  // one call says nothing of the next: how many it is told from stands beside it, and there is no share
  assert.deepEqual([was.in_time, now.in_time, b.in_time], [{ n: 0, of: 1, share: null }, { n: 1, of: 1, share: null }, { n: 0, of: 1, share: null }]);
  const { items, total } = await breaches();
  assert.equal(total, 1);
  assert.deepEqual([items[0].lead_id, items[0].late_by_id, items[0].assignee_id, items[0].state], [slow.id, first.id, second.id, 'done']);
  assert.equal((await breaches(`manager=${first.id}`)).total, 1);
  assert.equal((await breaches(`manager=${second.id}`)).total, 0);
});

test('what_came_late_already_is_no_breach_of_the_next_one_who_fails_by_the_own_deadline_only', async () => {
  await at('10:00:00');
  const lead = await hot('twice'), one = person((await callOf(lead)).assignee_id), two = other(one.id);
  const before = [await breaches(`manager=${one.id}`), await breaches(`manager=${two.id}`)].map((r) => r.total);
  await at('10:06:00');
  await head.post(`/leads/${lead.id}/assign`, { manager_id: two.id }, 201);
  await at('10:30:00');
  assert.deepEqual([await breaches(`manager=${one.id}`), await breaches(`manager=${two.id}`)].map((r) => r.total), [before[0] + 1, before[1]],
    'given by hand, the deadline stays the one that had passed');
  const call = await callOf(lead);
  await head.patch(`/tasks/${call.id}`, { reason: 'In a meeting', due_at: '2026-11-23T10:35:00Z' }, 200, { headers: { 'if-match': `"${call.version}"` } });
  await at('10:36:00');
  assert.deepEqual([await breaches(`manager=${one.id}`), await breaches(`manager=${two.id}`)].map((r) => r.total), [before[0] + 1, before[1] + 1]);
  assert.equal((await board()).breaches.open, 1, 'one call, late once');
  await answer(lead);
});

test('who_puts_the_first_deadline_off_has_broken_it_when_it_passes', async () => {
  await at('11:00:00');
  const lead = await hot('later'), one = person((await callOf(lead)).assignee_id), call = await callOf(lead);
  const before = (await breaches(`manager=${one.id}`)).total;
  await head.patch(`/tasks/${call.id}`, { reason: 'In a meeting', due_at: '2026-11-23T12:00:00Z' }, 200, { headers: { 'if-match': `"${call.version}"` } });
  assert.equal((await board()).breaches.open, 0);
  await at('11:06:00');
  assert.equal((await board()).breaches.open, 1);
  assert.equal((await breaches(`manager=${one.id}`)).total, before + 1);
  await answer(lead);
});

test('a_breach_belongs_to_the_day_on_which_it_stood', async () => {
  assert.deepEqual((await board()).breaches, { open: 0, closed_late: 3 });
  await at('09:00:00', 24);
  head = await house.signIn('head@example.org');
  assert.deepEqual((await board()).breaches, { open: 0, closed_late: 0 });
  assert.equal((await breaches('from=2026-11-23T00:00:00Z')).total, 3);
  await head.get('/board/breaches?manager=nobody', 422);
  await (await house.signIn('anna@example.org')).get('/board/breaches', 403);
});

const figure = async (who, bucket, more = {}) => {
  const r = await who.get(`/leads?limit=200&figure=${encodeURIComponent(`board?${new URLSearchParams({ ...more, bucket })}`)}`);
  if (who === head) assert.equal(r.items.length, r.total); // others' leads are passed over for who sees the own ones alone
  return r.items.map((l) => l.id);
};

test('each_figure_opens_exactly_the_leads_it_counted', async () => {
  await head.post('/leads', { name: 'Cold', email: 'cold@works.example' }, 201);
  const [one, two, three] = [await hot('one'), await hot('two'), await hot('three')];
  anna = Object.assign(await house.signIn('anna@example.org'), { id: anna.id });
  boris = Object.assign(await house.signIn('boris@example.org'), { id: boris.id });
  await at('09:03:00', 24);
  await answer(one);
  // To and fro on one day: given twice, one lead.
  const holder = person((await callOf(two)).assignee_id);
  await head.post(`/leads/${two.id}/assign`, { manager_id: other(holder.id).id }, 201);
  await head.post(`/leads/${two.id}/assign`, { manager_id: holder.id }, 201);
  const b = await board();
  assert.equal(b.new_today, 4);
  assert.equal((await figure(head, 'new')).length, b.new_today);
  assert.deepEqual((await figure(head, 'waiting')).sort(), [two.id, three.id].sort());
  assert.equal(b.hot_waiting, 2);
  assert.deepEqual(await figure(head, 'answered'), [one.id]);
  assert.equal((await figure(head, 'made')).length, b.hours.reduce((n, h) => n + h.in_time + h.late + h.waiting, 0));
  for (const m of b.managers) {
    assert.equal((await figure(head, 'given', { manager: m.user_id })).length, m.today.assigned, m.name);
    assert.equal((await figure(head, 'called', { manager: m.user_id })).length, m.today.calls, m.name);
    const [judged, late] = [await figure(head, 'judged', { manager: m.user_id }), await figure(head, 'late', { manager: m.user_id })];
    assert.equal(m.in_time_pct, judged.length ? Math.round((100 * (judged.length - late.length)) / judged.length) : null, m.name);
    assert.equal(late.length, (await breaches(`manager=${m.user_id}`)).total);
    assert.deepEqual(m.in_time && [m.in_time.n, m.in_time.of], judged.length ? [judged.length - late.length, judged.length] : null, m.name);
    // load is told in units (hot 2, warm 1): hot and warm leads in hand are what stands behind it
    const carried = await head.get(`/leads?owner=${m.user_id}&band=hot,warm&stage=new,contact,qualified,offer,talks&limit=1`);
    assert.equal(carried.total, m.load - m.hot, m.name);
  }
  assert.ok(b.managers.some((m) => m.hot > 0 && m.load >= 2 * m.hot));
  assert.equal(b.managers.reduce((n, m) => n + m.today.assigned, 0), 4, 'three leads, one of them with two people');
  await at('09:10:00', 24);
  assert.equal((await figure(head, 'late')).length, 2);
  assert.deepEqual((await board()).breaches, { open: 2, closed_late: 0 });
  // Others see themselves alone.
  assert.deepEqual(await figure(anna, 'given', { manager: boris.id }), await figure(anna, 'given'));
  await anna.get('/leads?figure=board?bucket=new', 403);
  await head.get('/leads?figure=board?bucket=luck', 422);
});

test('the_feed_tells_breaches_by_whose_they_were_and_wins_with_their_sum', async () => {
  const { items } = await breaches();
  const b = await board();
  const late = b.feed.filter((x) => x.kind === 'late');
  assert.deepEqual(late.map((x) => [x.lead_id, x.at, x.manager_id]).sort(), items.map((x) => [x.lead_id, x.late_at, x.late_by_id]).sort());
  assert.ok(late.length > 0);
  const [lead] = (await head.get('/leads?q=one')).items;
  await head.patch(`/leads/${lead.id}`, { stage: 'won', amount: 4500000 }, 200, { headers: { 'if-match': `"${(await head.get(`/leads/${lead.id}`)).version}"` } });
  const won = (await board()).feed.filter((x) => x.kind === 'won');
  assert.deepEqual(won.map((x) => [x.lead_id, x.amount, x.manager_id]), [[lead.id, 4500000, lead.owner_id]]);
  assert.equal((await board()).feed[0].kind, 'won', 'the newest first');
});

test('a_month_has_its_targets_and_what_was_won_of_them_and_says_when_nothing_is_foretold', async () => {
  const empty = await head.get('/forecast');
  assert.deepEqual([empty.month, empty.silence, empty.summed, empty.all.target_money, empty.all.more_money], ['2026-11', 'no_predictor', false, null, null]);
  assert.deepEqual([empty.from, empty.until], ['2026-10-31T21:00:00Z', '2026-11-30T21:00:00Z'], 'of the calendar of Moscow');
  assert.deepEqual([empty.all.won, empty.all.money, empty.today, empty.days.length], [1, 4500000, 24, 24]);
  assert.deepEqual(empty.days[23], { day: 24, won: 1, money: 4500000 });
  await head.put('/targets', { month: '2026-11', items: [{ user_id: anna.id, money: 9000000, deals: 2 }, { user_id: boris.id, money: 1000000, deals: null }] }, 204);
  const f = await head.get('/forecast?month=2026-11');
  assert.deepEqual([f.summed, f.all.target_money, f.all.target_deals], [true, 10000000, 2]);
  const winner = (await head.get('/leads?q=one')).items[0].owner_id;
  assert.deepEqual(f.items.map((x) => [x.user_id, x.target_money, x.won, x.money]).sort(),
    [[anna.id, 9000000], [boris.id, 1000000]].map(([id, money]) => [id, money, Number(id === winner), id === winner ? 4500000 : 0]).sort());
  await head.put('/targets', { month: '2026-11', items: [{ user_id: null, money: 20000000, deals: null }] }, 204);
  const own = await head.get('/forecast');
  assert.deepEqual([own.summed, own.all.target_money, own.all.target_deals], [false, 20000000, null], 'all targets of a month at once');
  // Each figure opens its leads; another month is another one.
  const name = (query) => head.get(`/leads?figure=${encodeURIComponent(`forecast?${query}`)}`);
  assert.equal((await name('bucket=won')).total, own.all.won);
  assert.equal((await name(`bucket=won&month=2026-11&manager=${winner}`)).total, 1);
  assert.equal((await name(`bucket=won&month=2026-11&manager=${other(winner).id}`)).total, 0);
  const last = await head.get('/forecast?month=2026-10');
  assert.deepEqual([last.silence, last.all.won, last.days.length, last.today, last.all.target_money], ['not_now', 0, 31, 0, null]);
  assert.equal((await head.get('/forecast?month=2027-02')).days.length, 0);
  for (const bad of ['2026', '2026-13', '2026-1', 'soon']) await head.get(`/forecast?month=${bad}`, 422);
  await head.put('/targets', { month: '2026-00', items: [] }, 422);
  await head.put('/targets', { month: '2026-11', items: [{ user_id: anna.id, money: 1 }, { user_id: anna.id, money: 2 }] }, 422);
  await head.put('/targets', { month: '2026-11', items: [{ user_id: anna.id, money: -1 }] }, 422);
  await anna.get('/forecast', 403);
  await anna.put('/targets', { month: '2026-11', items: [] }, 403);
});
