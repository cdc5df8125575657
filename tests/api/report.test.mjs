// SPDX-License-Identifier: AGPL-3.0-or-later
// Reports: how fast leads are answered; each figure opens the leads it counted.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open } from './harness.mjs';

let house, head, anna, boris, writer;
const heat = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'];
const hot = async (who, source) => {
  await writer.post('//v1/batch', { batch: [
    { type: 'identify', messageId: who, userId: who, traits: { email: `${who}@works.example`, title: 'CEO', budget: 1000, industry: 'machines', employees: 300, ...(source && { source }) } },
    ...heat.map((event) => ({ type: 'track', messageId: `${event}-${who}`, userId: who, event }))] });
  return (await head.get(`/leads?q=${who}`)).items[0];
};
const callOf = async (lead) => (await head.get(`/tasks?lead=${lead.id}&kind=call_now&state=any`)).items[0];
const at = (time) => house.setClock(`2026-11-23T${time}Z`);
const person = (id) => [anna, boris].find((x) => x.id === id);
const speed = (query = '') => head.get(`/reports/speed?start=hot&clock=wall${query && '&' + query}`);
const figure = async (who, name) => (await who.get(`/leads?figure=${encodeURIComponent(name)}`)).items.map((l) => l.id).sort();

before(async () => {
  house = await open({ now: '2026-11-23T08:59:00Z' });
  head = await house.person('head');
  anna = await house.person('manager', 'anna@example.org', 'Anna');
  boris = await house.person('manager', 'boris@example.org', 'Boris');
  writer = house.writer();
  // A silent call stays where it is: who has it is then known at each step.
  await head.put('/routing/norms', { items: [{ band: 'any', source: null, minutes: 5, remind: 0, reassign: -1, escalate: -1 }] });
});
after(() => house.close());

let leads;
test('the_clock_runs_from_hot_to_the_first_contact_of_a_person', async () => {
  assert.equal((await speed()).leads, 0, 'an empty company has an empty report');
  await at('09:00:00');
  const fast = await hot('fast', 'site'), slow = await hot('slow', 'tender'), silent = await hot('silent', 'site');
  leads = { fast, slow, silent };
  await at('09:03:00');
  let call = await callOf(fast);
  await person(call.assignee_id).post(`/tasks/${call.id}/complete`, { result: 'no_answer', next: { kind: 'call', due_at: '2026-11-24T09:00:00Z' } });
  const first = (await callOf(slow)).assignee_id;
  await at('09:10:00');
  await head.post(`/leads/${slow.id}/assign`, { manager_id: first === anna.id ? boris.id : anna.id }, 201);
  await at('09:12:00');
  call = (await head.get(`/tasks?lead=${slow.id}&kind=call_now&state=open`)).items[0];
  await person(call.assignee_id).post(`/tasks/${call.id}/complete`, { result: 'reached', next: { kind: 'call', due_at: '2026-11-24T09:00:00Z' } });
  await at('09:20:00');

  const r = await speed();
  assert.deepEqual([r.leads, r.answered, r.figures.median_s], [3, 2, 720]);
  assert.deepEqual([r.figures.norm_in, r.figures.norm_n], [1, 3], 'one in time of three whose norm has run out');
  assert.equal(r.figures.fast, null, 'three leads say nothing of a share');
  const wait = (id) => r.waits.find((w) => w.bucket === id).leads;
  assert.deepEqual([wait('wait.3'), wait('wait.4')], [0, 1]);
  assert.equal(r.waits.reduce((n, w) => n + w.leads, 0), 2);
  assert.equal(r.managers.find((m) => m.key === first).leads >= 1, true, 'the slow one stays with whom it was given to first');
  assert.deepEqual(r.sources.map((s) => [s.key, s.leads, s.answered]), [['site', 2, 1], ['tender', 1, 1]]);
  assert.deepEqual(r.hours.map((h) => [h.key, h.leads]), [[4, 3]], 'noon of Moscow is in the fourth three hours');
  assert.equal(r.weeks.length, 1);
  assert.equal(r.effect.slow.enough, false);
  assert.equal(r.effect.least, 20);
});

test('only_who_was_reached_is_asked_for_as_well', async () => {
  const r = await speed('answer=reached');
  assert.deepEqual([r.leads, r.answered, r.figures.median_s], [3, 1, null]);
});

test('a_figure_opens_the_leads_it_counted', async () => {
  const name = (bucket, more = '') => `speed?start=hot&clock=wall${more}&bucket=${bucket}`;
  const ids = (...keys) => keys.map((k) => leads[k].id).sort();
  assert.deepEqual(await figure(head, name('all')), ids('fast', 'slow', 'silent'));
  assert.deepEqual(await figure(head, name('fast')), ids('fast'));
  assert.deepEqual(await figure(head, name('unanswered')), ids('silent'));
  assert.deepEqual(await figure(head, name('late')), ids('slow', 'silent'));
  assert.deepEqual(await figure(head, name('wait.4')), ids('slow'));
  assert.deepEqual(await figure(head, name('answered', '&source=site')), ids('fast'));
  const first = (await speed()).managers[0];
  assert.equal((await figure(head, name('all', `&manager=${first.key}`))).length, first.leads);
  const page = await head.get(`/leads?limit=2&figure=${encodeURIComponent(name('all'))}`);
  assert.deepEqual([page.items.length, page.total, page.next !== null], [2, 3, true]);
  const rest = await head.get(`/leads?limit=2&figure=${encodeURIComponent(name('all'))}&cursor=${encodeURIComponent(page.next)}`);
  assert.deepEqual([rest.items.length, rest.next], [1, null]);
  const csv = await head.get(`/export/leads.csv?figure=${encodeURIComponent(name('late'))}`);
  assert.equal(csv.trim().split('\n').length, 3);
  for (const bad of ['luck?bucket=all', 'speed?bucket=all&nonsense=1', 'speed?from=yesterday'])
    await head.get(`/leads?figure=${encodeURIComponent(bad)}`, 422);
  await head.get(`/leads?figure=${encodeURIComponent(name('all'))}&band=hot`, 422);
  await head.get('/reports/speed?from=2026-11-24T00:00:00Z&until=2026-11-23T00:00:00Z', 422);
});

test('a_manager_opens_figures_of_his_own_leads_alone', async () => {
  await anna.get('/reports/speed', 403);
  await anna.get('/export/reports/speed.csv', 403);
  const own = await figure(anna, 'speed?start=hot&bucket=all');
  for (const id of own) assert.equal((await head.get(`/leads/${id}`)).owner_id, anna.id);
  assert.deepEqual(await figure(anna, `speed?start=hot&bucket=all&manager=${boris.id}`), own, 'whom he asks about makes no difference');
});

test('the_table_leaves_as_a_file', async () => {
  const rows = (await head.get('/export/reports/speed.csv?clock=wall')).trim().split(/\r?\n/).map((l) => l.split(';'));
  assert.deepEqual(rows[0].slice(0, 6), ['by', 'key', 'leads', 'answered', 'median_s', 'p90_s']);
  assert.deepEqual(rows.find((r) => r[0] === 'source' && r[1] === 'site')?.slice(2, 4), ['2', '1']);
});

test('a_lead_that_went_into_another_is_one_and_its_call_counts', async () => {
  await at('10:00:00');
  const twin = await hot('twin', 'site');
  const before = await speed();
  assert.deepEqual([before.leads, before.answered], [4, 2]);
  await at('10:02:00');
  const call = await callOf(twin);
  await person(call.assignee_id).post(`/tasks/${call.id}/complete`, { result: 'reached', next: { kind: 'call', due_at: '2026-11-24T09:00:00Z' } });
  await head.post(`/leads/${leads.silent.id}/merge`, { lead_id: twin.id }, 201);
  const r = await speed();
  assert.deepEqual([r.leads, r.answered], [3, 3]);
});

/* ---- the leaderboard ---- */

const row = (r, who) => r.items.find((x) => x.user_id === who.id);
test('the_leaderboard_counts_what_each_did_and_opens_it', async () => {
  const r = await head.get('/reports/leaderboard');
  assert.equal(r.people, 2);
  const sum = (k) => r.items.reduce((n, x) => n + x[k], 0);
  assert.equal(sum('processed'), 3, 'each lead once for who called it');
  assert.equal(sum('sold'), 0);
  assert.deepEqual(r.items.map((x) => x.places.money), [{ best: 1, worst: 2 }, { best: 1, worst: 2 }], 'equals share places');
  const sold = leads.fast, owner = person((await head.get(`/leads/${sold.id}`)).owner_id);
  await at('10:30:00');
  await head.patch(`/leads/${sold.id}`, { stage: 'won', amount: 120000 });
  const after = await head.get('/reports/leaderboard');
  assert.deepEqual([row(after, owner).sold, row(after, owner).money, row(after, owner).places.money], [1, 120000, { best: 1, worst: 1 }]);
  assert.equal(row(after, owner).share, null, 'a share of few is not told');
  assert.deepEqual(row(after, owner).places.share?.best ?? 1, 1);
  for (const who of [anna, boris])
    for (const bucket of ['processed', 'sold', 'given', 'decided', 'won'])
      assert.equal((await figure(head, `leaderboard?manager=${who.id}&bucket=${bucket}`)).length, row(after, who)[bucket], bucket);
  await head.get(`/leads?figure=${encodeURIComponent('leaderboard?bucket=luck')}`, 422);
  const csv = (await head.get('/export/reports/leaderboard.csv')).trim().split(/\r?\n/);
  assert.equal(csv.length, 3);
});

test('salespeople_see_of_it_what_the_company_lets_them', async () => {
  const owner = await house.person('owner');
  let r = await anna.get('/reports/leaderboard');
  assert.deepEqual([r.shows, r.people, r.items.map((x) => x.user_id)], ['own', 2, [anna.id]]);
  assert.ok(r.items[0].places.money.worst <= 2);
  await owner.patch('/settings', { leaders: 'all' });
  r = await anna.get('/reports/leaderboard');
  assert.deepEqual([r.shows, r.items.length], ['all', 2]);
  await owner.patch('/settings', { leaders: 'off' });
  r = await anna.get('/reports/leaderboard');
  assert.deepEqual([r.shows, r.items], ['off', []]);
  assert.equal((await head.get('/reports/leaderboard')).items.length, 2, 'the head sees it all the same');
  await owner.patch('/settings', { leaders: 'everybody' }, 422);
  await anna.get('/export/reports/leaderboard.csv', 403);
});

/* ---- the ledger of fairness ---- */

const decisions = async (who, query, status) => (await who.get(`/reports/fairness/decisions?${query}`, status)).items;
test('the_ledger_tells_due_against_got_and_each_figure_opens_its_decisions', async () => {
  const r = await head.get('/reports/fairness');
  const all = Object.values(r.decisions).reduce((n, x) => n + x, 0);
  assert.ok(r.decisions.policy >= 4 && r.decisions.hand >= 1, JSON.stringify(r.decisions));
  assert.equal((await decisions(head, 'bucket=got')).length, all);
  const due = r.items.reduce((n, x) => n + x.due, 0);
  assert.ok(Math.abs(due - r.decisions.policy) < 1e-6, `${due} was due of ${r.decisions.policy}`);
  for (const who of [anna, boris]) {
    const x = row(r, who);
    for (const [bucket, n] of [['got.policy', x.got], ['got.hand', x.ways.hand], ['asked', x.asked], ['could', x.could], ['passed', x.asked - x.got],
      ...x.passed.map((p) => [`passed.${p.why}`, p.n])])
      assert.equal((await head.get(`/reports/fairness/decisions?manager=${who.id}&bucket=${bucket}`)).total, n, bucket);
  }
  const [latest] = await decisions(head, `manager=${anna.id}&bucket=passed.ok`);
  assert.deepEqual([latest.why, latest.manager], ['ok', boris.id]);
  const [told] = (await head.get(`/leads/${latest.lead}/assignments`)).items.filter((x) => x.id === latest.id);
  assert.equal(told.candidates.find((c) => c.manager_id === anna.id).why, 'ok', 'the decision is there to be read whole');
  const page = await head.get('/reports/fairness/decisions?limit=2');
  const rest = await head.get(`/reports/fairness/decisions?limit=100&cursor=${encodeURIComponent(page.next)}`);
  assert.equal(new Set([...page.items, ...rest.items].map((x) => x.id)).size, all);
  assert.equal((await figure(head, `fairness?manager=${anna.id}&bucket=got.policy`)).length, row(r, anna).got);
  const csv = (await head.get('/export/reports/fairness.csv')).trim().split(/\r?\n/);
  assert.equal(csv.length, r.items.length + 1);
});

test('a_salesperson_checks_the_own_row_and_learns_nothing_of_others', async () => {
  const r = await anna.get(`/reports/fairness?manager=${boris.id}`);
  assert.deepEqual(r.items.map((x) => x.user_id), [anna.id]);
  assert.deepEqual(row(r, anna), row(await head.get('/reports/fairness'), anna), 'it is the row that the head sees');
  for (const d of await decisions(anna, 'bucket=passed')) assert.deepEqual([d.manager, d.manager_name], [null, null]);
  for (const d of await decisions(anna, 'bucket=got')) assert.equal(d.manager, anna.id);
  await anna.get('/export/reports/fairness.csv', 403);
  assert.ok((await anna.get(`/managers/${anna.id}/place`)).items.length >= 1);
});
