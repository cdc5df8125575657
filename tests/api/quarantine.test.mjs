// SPDX-License-Identifier: AGPL-3.0-or-later
// Automatic traffic: marks and their undoing, signals and their reasons, crossings that were a robot's, what people may mark.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { open, until } from './harness.mjs';

let house, owner, manager, writer, robot;
const BODY = {
  name: 'Простая', warm: 20, hot: 50, hysteresis: 5,
  groups: [{ name: 'did', title: { ru: 'Что делал', en: 'Deeds' } }, { name: 'who', title: { ru: 'Кто', en: 'Who' } }],
  criteria: [
    { id: 'demo', title: { ru: 'Демо', en: 'Demo' }, group: 'did', points: 30, max_times: 3, when: { event: 'Demo Requested' } },
    { id: 'click', title: { ru: 'Ссылка в письме', en: 'Link' }, group: 'did', points: 5, when: { event: 'Email Link Clicked' } },
    { id: 'open', title: { ru: 'Открыл письмо', en: 'Opened' }, group: 'did', points: 3, when: { event: 'Email Opened' } },
    { id: 'form', title: { ru: 'Форма', en: 'Form' }, group: 'did', points: 15, when: { event: 'Form Submitted' } },
    { id: 'page', title: { ru: 'Страница', en: 'Page' }, group: 'did', points: 1, when: { page: '/*' } },
    { id: 'title', title: { ru: 'Директор', en: 'Director' }, group: 'who', points: 10, when: { fact: 'title', op: 'has', value: 'директор' } },
  ],
};
before(async () => {
  house = await open({ now: '2026-03-02T09:00:00Z' });
  owner = await house.person('owner');
  manager = await house.person('manager');
  writer = house.writer();
  robot = house.writer();
  const draft = await owner.post('/models', { name: 'Простая', note: '', body: BODY }, 201);
  await owner.post(`/models/${draft.id}/publish`, undefined);
});
after(() => house.close());

let n = 0;
const at = (s) => new Date(Date.parse('2026-03-02T09:00:00Z') + s * 1000).toISOString();
const send = (by, who, event, { s, properties, agent, visitor, traits, call = 'track' } = {}) =>
  by.post(`//v1/${call}`, {
    messageId: `q${n++}`, userId: who, event: call === 'track' ? event : undefined, name: call === 'page' ? event : undefined,
    anonymousId: visitor, timestamp: s === undefined ? undefined : at(s), properties, traits: call === 'identify' ? traits : undefined,
    context: { traits: { email: who, ...(call === 'track' ? traits : {}) }, ...(agent ? { userAgent: agent } : {}) },
  });
const find = async (q) => (await owner.get(`/leads?q=${encodeURIComponent(q)}`)).items[0];
const score = async (id) => (await owner.get(`/leads/${id}/score`)).total;
const timeline = async (id) => (await owner.get(`/leads/${id}/timeline`)).items;
const settled = (id) => until((m) => m.state === 'standing' || m.state === 'undone', () => owner.get(`/quarantine/${id}`), 'the mark is walked through');

test('who_makes_marks_knows_sources_by_name_and_nothing_else_of_keys', async () => {
  const marketer = await house.person('marketer');
  const mine = (await owner.get('/keys')).items.filter((k) => k.scope === 'events');
  const told = (await marketer.get('/quarantine/sources')).items;
  assert.ok(mine.length >= 2);
  assert.deepEqual(told, mine.map((k) => ({ id: k.id, name: k.name })));
  await marketer.get('/keys', 403);
  await manager.get('/quarantine/sources', 403);
});

test('a_marked_source_gives_its_points_back_and_undoing_brings_them', async () => {
  await send(writer, 'ann@one.example', 'Demo Requested');
  await send(robot, 'ann@one.example', 'Demo Requested');
  const lead = await find('ann@one.example');
  assert.equal(await score(lead.id), 60);
  const tasks = (await owner.get(`/tasks?lead=${lead.id}`)).items;
  assert.equal(tasks.filter((t) => t.kind === 'call_now' && t.state === 'open').length, 1);

  const keys = (await owner.get('/keys')).items.filter((k) => k.scope === 'events');
  const used = (await timeline(lead.id)).find((e) => e.kind === 'track').source;
  assert.ok(keys.some((k) => k.id === used));
  const made = await owner.post('/quarantine', { kind: 'source', value: used, reason: 'Нагрузочный тест' }, 201);
  const mark = await settled(made.id);
  assert.deepEqual([mark.kind, mark.state, mark.leads, mark.events, mark.person], ['source', 'standing', 1, 1, false]);
  assert.equal(await score(lead.id), 30);
  assert.equal((await find('ann@one.example')).band, 'warm');

  const items = await timeline(lead.id);
  const dim = items.filter((e) => e.kind === 'track' && e.bot);
  assert.deepEqual(dim.map((e) => [e.mark_id, e.automatic]), [[mark.id, 'Нагрузочный тест']]);
  assert.match(items.find((e) => e.kind === 'crossing').automatic, /не засчитываются/);
  assert.equal((await owner.get(`/tasks?lead=${lead.id}`)).items.length, 0);
  const [task] = (await owner.get(`/tasks?lead=${lead.id}&state=cancelled`)).items;
  assert.equal(task.kind, 'call_now');
  const reasons = await owner.get(`/leads/${lead.id}/automatic`);
  assert.deepEqual(reasons.items.map((e) => [e.name, e.mark_id, e.why]), [['Demo Requested', mark.id, 'Нагрузочный тест']]);

  await owner.post('/quarantine', { kind: 'source', value: used }, 409);
  const undone = await owner.post(`/quarantine/${mark.id}/undo`, undefined);
  assert.equal((await settled(undone.id)).state, 'undone');
  assert.equal(await score(lead.id), 60);
  const again = (await owner.get(`/tasks?lead=${lead.id}`)).items.filter((t) => t.kind === 'call_now');
  assert.deepEqual(again.map((t) => [t.id, t.state]), [[task.id, 'open']]);
  assert.equal((await timeline(lead.id)).filter((e) => e.kind === 'crossing').length, 1);
  assert.equal((await timeline(lead.id)).find((e) => e.kind === 'crossing').automatic, null);
  await owner.post(`/quarantine/${mark.id}/undo`, undefined, 409);
  const audit = (await owner.get('/audit')).items.map((a) => a.action);
  assert.ok(audit.includes('mark.added') && audit.includes('mark.undone'));
});

test('what_comes_while_a_mark_stands_does_not_count_and_comes_back_with_it', async () => {
  await send(writer, 'bob@two.example', 'Demo Requested', { visitor: 'bob-phone' });
  const lead = await find('bob@two.example');
  const mark = await settled((await owner.post('/quarantine', { kind: 'visitor', value: 'bob-tablet', reason: '' }, 201)).id);
  await send(writer, 'bob@two.example', 'Demo Requested', { visitor: 'bob-tablet', traits: { title: 'директор' } });
  assert.equal(await score(lead.id), 30);
  assert.equal((await owner.get(`/leads/${lead.id}`)).title, null);
  await owner.post(`/quarantine/${mark.id}/undo`, undefined);
  await settled(mark.id);
  assert.equal(await score(lead.id), 70);
  assert.equal((await owner.get(`/leads/${lead.id}`)).title, 'директор');
});

test('a_person_marks_one_event_and_a_program_by_its_name', async () => {
  await send(writer, 'eve@three.example', 'Demo Requested', { agent: 'Mozilla/5.0 (X11) Checker/9' });
  await send(writer, 'eve@three.example', 'Demo Requested');
  const lead = await find('eve@three.example');
  const event = (await timeline(lead.id)).find((e) => e.kind === 'track');
  const one = await owner.post('/quarantine', { kind: 'event', event_id: event.id, lead_id: lead.id }, 201);
  assert.equal(await score(lead.id), 30);
  const agent = await settled((await owner.post('/quarantine', { kind: 'agent', value: 'Checker/' }, 201)).id);
  assert.equal(agent.value, 'checker/');
  assert.equal(await score(lead.id), 0);
  await owner.post(`/quarantine/${one.id}/undo`, undefined);
  await settled(one.id);
  assert.equal(await score(lead.id), 30);
  await owner.post(`/quarantine/${agent.id}/undo`, undefined);
  await settled(agent.id);
  assert.equal(await score(lead.id), 60);
  await owner.post('/quarantine', { kind: 'agent', value: 'Moz' }, 422);
  await owner.post('/quarantine', { kind: 'domain', value: 'gmail.com' }, 422);
  await owner.post('/quarantine', { kind: 'source', value: 'nothing' }, 422);
  await owner.post('/quarantine', { kind: 'event', event_id: event.id, lead_id: (await find('bob@two.example')).id }, 404);
});

test('people_of_the_house_are_no_leads_before_and_after_they_give_their_address', async () => {
  await send(writer, 'carl@staff.example', 'Demo Requested');
  const carl = await find('carl@staff.example');
  const mark = await settled((await owner.post('/quarantine', { kind: 'domain', value: 'staff.example' }, 201)).id);
  assert.equal(await score(carl.id), 0);
  await send(writer, 'carl@staff.example', 'Demo Requested');
  await send(writer, 'dora@staff.example', 'Demo Requested');
  assert.equal(await score(carl.id), 0);
  assert.equal((await owner.get(`/leads/${carl.id}`)).email, null);
  await owner.post(`/quarantine/${mark.id}/undo`, undefined);
  await settled(mark.id);
  assert.equal((await find('carl@staff.example')).score, 60);
  assert.equal((await find('dora@staff.example')).score, 30);
});

test('letters_are_judged_by_neighbours_whatever_order_they_come_in', async () => {
  const who = 'fay@four.example';
  const letter = (s, link) => send(writer, who, 'Email Link Clicked', { s, properties: { email_id: 'l1', link_url: `https://x.example/${link}` } });
  await letter(-600.0, 'a');
  const lead = await find(who);
  assert.equal(await score(lead.id), 5);
  await letter(-599.5, 'b');
  assert.equal(await score(lead.id), 10);
  await letter(-599.0, 'c');
  assert.equal(await score(lead.id), 0);
  const why = (await owner.get(`/leads/${lead.id}/automatic`)).items;
  assert.deepEqual(why.map((e) => e.signal), ['all_links', 'all_links', 'all_links']);
  assert.match(why[0].why, /Несколько ссылок/);
  await send(writer, who, 'Тарифы', { s: -580, call: 'page', properties: { path: '/pricing' } });
  assert.equal(await score(lead.id), 16);

  await send(writer, who, 'Email Opened', { s: -299, properties: { email_id: 'l2' } });
  assert.equal(await score(lead.id), 19);
  await send(writer, who, 'Email Delivered', { s: -300, properties: { email_id: 'l2' } });
  assert.equal(await score(lead.id), 16);
  await send(writer, who, 'Email Opened', { s: -100, properties: { email_id: 'l2' }, agent: 'Mozilla/5.0 (Windows NT 5.1) GoogleImageProxy' });
  assert.equal(await score(lead.id), 16);
});

test('forms_of_robots_give_nothing_and_a_person_may_vouch_for_one', async () => {
  const who = 'gus@five.example';
  await send(writer, who, 'Seen');
  await send(writer, who, 'Form Submitted', { properties: { honeypot: 'x' } });
  await send(writer, who, 'Form Submitted', { properties: { filled_ms: 300 } });
  await send(writer, who, 'Form Submitted', { properties: { email: 'a@mailinator.com' } });
  await send(writer, who, 'Form Submitted', { properties: { message: 'qwrtpsdfghjk' } });
  const lead = await find(who);
  assert.equal(await score(lead.id), 0);
  const list = (await owner.get(`/leads/${lead.id}/automatic`)).items;
  assert.deepEqual(list.map((e) => e.signal).sort(), ['disposable', 'gibberish', 'too_fast', 'trap']);
  const fast = list.find((e) => e.signal === 'too_fast');
  const mark = await owner.post('/quarantine', { kind: 'event', event_id: fast.id, lead_id: lead.id, person: true }, 201);
  assert.equal(await score(lead.id), 15);
  await owner.post(`/quarantine/${mark.id}/undo`, undefined);
  assert.equal(await score(lead.id), 0);
  const signals = (await owner.get('/quarantine/signals')).items;
  assert.equal(signals.find((s) => s.signal === 'trap').events, 1);
  assert.ok(signals.every((s) => s.title && s.text));
});

test('a_pace_no_person_keeps_is_told_once_it_is_seen', async () => {
  const who = 'hal@six.example';
  await send(writer, who, 'Seen', { s: -3600 });
  for (let i = 0; i < 18; i++) await send(writer, who, 'p', { s: -50 + i * 0.2, call: 'page', properties: { path: `/p${i}` } });
  const lead = await find(who);
  assert.equal(await score(lead.id), 0);
  assert.equal((await owner.get(`/leads/${lead.id}/automatic`)).items.filter((e) => e.signal === 'pace').length, 18);
});

test('a_cookie_that_only_programs_have_shown_stands_in_no_list', async () => {
  const page = house.writer('--public');
  const visit = (visitor, agent, more = {}) =>
    page.post('//v1/page', { messageId: `v${n++}`, anonymousId: visitor, properties: { path: '/robots' }, context: { userAgent: agent, ...more } });
  const robot = 'Mozilla/5.0 (compatible; Googlebot/2.1)', person = 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0';
  const all = async () => (await owner.get('/leads?limit=1')).total;
  const at = async (path) => (await owner.get(`/leads?figure=${encodeURIComponent('mark?when=' + encodeURIComponent(JSON.stringify({ page: path })))}`)).items;
  const listed = async (id) => (await owner.get('/leads?limit=200&sort=-created_at')).items.find((l) => l.id === id);
  const replayed = () => { try { house.cli(['replay', '--test-clock', '--now', '2026-03-02T10:00:00Z']); } catch (e) { assert.fail(e.stdout); } };
  const before = await all();

  await visit('crawler', robot);
  await visit('crawler', robot);
  const [lead] = await at('/robots');
  assert.equal(await all(), before);
  assert.equal(await listed(lead.id), undefined);
  const card = await owner.get(`/leads/${lead.id}`);
  assert.deepEqual([card.automatic, card.called, card.seen_at], [true, null, null]);
  assert.equal((await timeline(lead.id)).filter((e) => e.bot).length, 2, 'what it did is kept, with its reason');
  assert.equal((await owner.get(`/leads/${lead.id}/score`)).total, 0);
  replayed();

  // Said to be a person all the same: as if it had always been so; and taken back.
  const mark = await settled((await owner.post('/quarantine', { kind: 'visitor', value: 'crawler', person: true }, 201)).id);
  assert.deepEqual([await all(), (await listed(lead.id)).score, (await listed(lead.id)).seen_at !== null], [before + 1, 2, true]);
  assert.equal((await owner.get(`/leads/${lead.id}`)).automatic, false);
  replayed();
  await owner.post(`/quarantine/${mark.id}/undo`, undefined);
  await settled(mark.id);
  assert.equal(await all(), before);
  replayed();

  // A person with that cookie: a lead like any other.
  await visit('crawler', person);
  assert.deepEqual([await all(), (await listed(lead.id)).score], [before + 1, 1]);
  replayed();

  // Whom a program names is found, so that a person can look; whom somebody takes in hand, too.
  await visit('second', robot);
  await page.post('//v1/identify', { messageId: `v${n++}`, anonymousId: 'second', traits: { email: 'second@robots.example' }, context: { userAgent: robot } });
  assert.equal(await all(), before + 2);
  await visit('third', robot);
  const third = (await at('/robots')).map((l) => l.id).sort().at(-1);
  assert.equal((await owner.get(`/leads/${third}`)).automatic, true);
  await owner.post(`/leads/${third}/assign`, { manager_id: manager.id }, 201);
  assert.deepEqual([await all(), (await listed(third)).owner_id], [before + 3, manager.id]);
  replayed();
});

test('leads_left_by_programs_before_lists_left_them_out_go_by_themselves', async () => {
  const sql = (text) => house.database ? execFileSync('psql', ['-qX', house.database, '-c', text])
    : execFileSync('sqlite3', ['-cmd', '.timeout 60000', join(house.data, 'gradus.db'), text]);
  const page = house.writer('--public');
  const [old, noted] = await Promise.all(['/old', '/noted'].map(async (path) => {
    await page.post('//v1/page', { messageId: `v${n++}`, anonymousId: path, properties: { path }, context: { userAgent: 'Googlebot/2.1' } });
    return (await owner.get(`/leads?figure=${encodeURIComponent('mark?when=' + encodeURIComponent(JSON.stringify({ page: path })))}`)).items[0].id;
  }));
  await owner.post(`/leads/${noted}/notes`, { text: 'Чей-то монитор?' }, 204); // somebody has looked: it stays
  const listed = async (id) => (await owner.get('/leads?limit=200&sort=-created_at')).items.some((l) => l.id === id);
  sql('INSERT INTO lead_now (lead_id, stage, band, score, created_at) SELECT id, 0, 0, 0, created_at FROM lead WHERE merged_into IS NULL'
    + ' AND id NOT IN (SELECT lead_id FROM lead_now)');
  assert.deepEqual([await listed(old), await listed(noted)], [true, true]);
  sql('UPDATE lead_delist_walk SET lead_id = 0');
  await until((there) => !there, () => listed(old));
  assert.equal(await listed(noted), true);
  assert.equal((await owner.get(`/leads/${old}`)).automatic, true);
});

test('a_robot_joined_to_a_person_leaves_the_owner_where_it_was', async () => {
  await send(writer, 'kim@nine.example', 'Demo Requested');
  const kim = await find('kim@nine.example');
  await owner.post(`/leads/${kim.id}/assign`, { manager_id: manager.id }, 201);
  await house.writer('--public').post('//v1/page', { messageId: `v${n++}`, anonymousId: 'fourth', properties: { path: '/joined' }, context: { userAgent: 'Googlebot/2.1' } });
  const [robot] = (await owner.get(`/leads?figure=${encodeURIComponent('mark?when=' + encodeURIComponent('{"page":"/joined"}'))}`)).items;
  assert.equal((await owner.get(`/leads/${robot.id}`)).automatic, true);
  const { merge_id } = await owner.post(`/leads/${robot.id}/merge`, { lead_id: kim.id }, 201);
  assert.deepEqual([(await owner.get(`/leads/${robot.id}`)).owner_id, (await find('kim@nine.example')).id], [manager.id, robot.id]);
  await owner.post(`/merges/${merge_id}/undo`, undefined, 204);
  assert.equal((await find('kim@nine.example')).owner_id, manager.id);
  assert.equal((await owner.get(`/leads/${robot.id}`)).automatic, true, 'alone again, it is in no list');
});

test('a_salesperson_marks_on_own_cards_and_takes_back_own_marks_only', async () => {
  await send(writer, 'ian@seven.example', 'Demo Requested');
  const lead = await find('ian@seven.example');
  await manager.post('/quarantine', { kind: 'agent', value: 'anything' }, 403);
  await manager.post('/quarantine', { kind: 'lead', lead_id: lead.id }, 404);
  await owner.post(`/leads/${lead.id}/assign`, { manager_id: manager.id }, 201);
  const mark = await manager.post('/quarantine', { kind: 'lead', lead_id: lead.id, reason: 'Конкурент' }, 201);
  assert.equal(await score(lead.id), 0);
  const list = (await owner.get('/quarantine')).items;
  assert.equal(list[0].id, mark.id);
  assert.equal(list[0].made_by_name, 'manager');
  await manager.post(`/quarantine/${mark.id}/undo`, undefined);
  assert.equal(await score(lead.id), 30);
});

test('a_condition_is_looked_at_before_it_is_marked_and_taken_back_whole', async () => {
  const form = (who, budget, more) => send(writer, who, 'Form Submitted', { properties: { budget, path: '/brief' }, ...more });
  await form('rich@when.example', 900);
  await form('poor@when.example', 0);
  await send(writer, 'poor@when.example', 'Demo Requested');
  const rich = await find('rich@when.example'), poor = await find('poor@when.example');
  assert.deepEqual([await score(rich.id), await score(poor.id)], [15, 45]);
  const when = { all: [{ event: 'Form Submitted', where: [{ prop: 'budget', op: '<', value: 1 }] }, { not: { event: 'Demo Requested' } }] };
  const look = await owner.post('/quarantine/look', { when });
  assert.deepEqual([look.leads, look.events, look.counting, look.looked === look.all_leads], [1, 1, 1, true]);
  assert.match(look.text, /Form Submitted/);
  assert.equal(await score(poor.id), 45, 'looking changes nothing');
  const listed = await owner.get(`/leads?figure=${encodeURIComponent('mark?when=' + encodeURIComponent(JSON.stringify(when)))}`);
  assert.deepEqual([listed.total, listed.items[0].id], [1, poor.id]);

  const mark = await settled((await owner.post('/quarantine', { kind: 'when', when, reason: 'Пустые формы' }, 201)).id);
  assert.deepEqual([mark.kind, mark.value, mark.leads, mark.events, mark.shown], ['when', null, 1, 1, look.text]);
  const held = await owner.get(`/leads?figure=${encodeURIComponent('mark?id=' + mark.id)}`);
  assert.deepEqual([held.total, held.items[0].id], [1, poor.id], 'and a mark that was made opens them too');
  assert.deepEqual(mark.when, when);
  assert.deepEqual([await score(rich.id), await score(poor.id)], [15, 30]);
  assert.equal((await owner.post('/quarantine/look', { when })).counting, 0, 'they count no more');
  const dim = (await timeline(poor.id)).filter((e) => e.bot);
  assert.deepEqual(dim.map((e) => [e.mark_id, e.automatic]), [[mark.id, 'Пустые формы']]);
  await form('poor@when.example', 0);
  await form('poor@when.example', 5);
  assert.equal(await score(poor.id), 45, 'what comes while it stands is held if it fits');
  await owner.post('/quarantine', { kind: 'when', when }, 409);
  await owner.post(`/quarantine/${mark.id}/undo`);
  await settled(mark.id);
  assert.equal(await score(poor.id), 75);
});

test('a_condition_of_a_mark_asks_the_event_alone', async () => {
  const bad = async (when, status = 422, by = owner) => {
    await by.post('/quarantine/look', { when }, status);
    await by.post('/quarantine', { kind: 'when', when }, status);
  };
  await bad({ fact: 'title', op: 'eq', value: 'x' });
  await bad({ within: { event: 'Form Submitted' }, days: 7 });
  await bad({ all: [{ event: 'Form Submitted' }, { fact: 'title', op: 'eq', value: 'x' }] });
  await bad({ count: { event: 'Form Submitted' }, op: '>=', value: 3, days: 7 });
  await bad({ not: { event: 'Form Submitted' } });
  await bad({ event: 'Form Submitted', how: 1 }, 400);
  await owner.post('/quarantine', { kind: 'when' }, 422);
  await bad({ event: 'Form Submitted' }, 403, manager);
});

test('a_mark_of_a_lead_that_went_with_its_import_is_taken_back', async () => {
  const csv = { raw: true, headers: { 'content-type': 'text/csv' } };
  const ended = (id) => until((i) => !['running', 'undoing'].includes(i.state), () => owner.get(`/imports/${id}`));
  const one = await owner.post('/imports?name=gone.csv', 'email,title\ngone@import.example,clerk\n', 201, csv);
  await owner.post(`/imports/${one.id}/run`, undefined);
  await ended(one.id);
  const lead = await find('gone@import.example');
  const event = (await timeline(lead.id)).find((e) => e.kind === 'identify');
  const marks = [{ kind: 'lead', lead_id: lead.id }, { kind: 'event', event_id: event.id, lead_id: lead.id, person: true }];
  for (const m of marks) m.id = (await owner.post('/quarantine', m, 201)).id;
  await owner.post(`/imports/${one.id}/undo`, undefined);
  await ended(one.id);
  await owner.get(`/leads/${lead.id}`, 404);
  for (const m of marks) assert.equal((await owner.post(`/quarantine/${m.id}/undo`, undefined)).state, 'undone');
});

test('nobody_is_called_about_a_cookie_that_has_left_the_lists', async () => {
  await manager.post(`/managers/${manager.id}/duty`, { on_duty: false });
  const draft = await owner.post('/models', { name: 'Молчит', note: '', body: { ...BODY, criteria: [...BODY.criteria,
    { id: 'quiet', title: { ru: 'Без отказа', en: 'No refusal' }, group: 'who', points: 55, when: { not: { within: { event: 'Refused' }, days: 9 } } }] } }, 201);
  await owner.post(`/models/${draft.id}/publish`, undefined);
  const hot = async () => (await owner.get('/leads?limit=200&band=hot')).items.map((l) => l.id);
  const replayed = () => { try { house.cli(['replay', '--test-clock', '--now', '2026-03-02T10:00:00Z']); } catch (e) { assert.fail(e.stdout); } };
  await until((x) => /^differences: 0$/m.test(x), async () => { try { return house.cli(['replay', '--test-clock', '--now', '2026-03-02T10:00:00Z']); } catch (e) { return e.stdout; } }); // who was there is told anew
  const before = await hot();
  await writer.post('//v1/track', { messageId: `q${n++}`, anonymousId: 'only-cookie', event: 'Email Opened' });
  const [lead] = (await hot()).filter((id) => !before.includes(id));
  // What it has by doing nothing is nobody's once none of its deeds counts.
  const tasks = (state) => owner.get(`/tasks?lead=${lead}&state=${state}`).then((r) => r.items.filter((t) => t.kind === 'call_now'));
  assert.deepEqual([(await owner.get(`/leads/${lead}`)).owner_id, (await tasks('open')).length], [null, 1], 'it waits for a manager');
  const mark = await settled((await owner.post('/quarantine', { kind: 'visitor', value: 'only-cookie' }, 201)).id);
  assert.equal((await owner.get(`/leads/${lead}`)).automatic, true);
  assert.deepEqual([(await tasks('open')).length, (await tasks('cancelled')).length], [0, 1], 'the call is withdrawn');
  assert.equal((await owner.get(`/leads/${lead}/timeline`)).items.filter((e) => e.kind === 'crossing' && e.automatic).length, 1);
  replayed();
  await owner.post(`/quarantine/${mark.id}/undo`, undefined);
  await settled(mark.id);
  assert.ok((await hot()).includes(lead));
  assert.equal((await timeline(lead)).filter((e) => e.kind === 'crossing').length, 1, 'it is the same crossing');
  assert.equal((await tasks('open')).length, 1);
  replayed();

  // Whose first deed went with an import may have done something before what came next, late as it is told.
  const csv = { raw: true, headers: { 'content-type': 'text/csv' } };
  const ended = (id) => until((i) => !['running', 'undoing'].includes(i.state), () => owner.get(`/imports/${id}`));
  const one = await owner.post('/imports?kind=events&name=gone.csv', 'messageId,event,userId,timestamp\ngone-1,Email Opened,went,2026-02-01T09:00:00Z\n', 201, csv);
  await owner.post(`/imports/${one.id}/run`, undefined);
  await ended(one.id);
  const went = (await owner.get(`/leads?figure=${encodeURIComponent(`import?id=${one.id}&bucket=accepted`)}`)).items[0] ?? await find('went');
  await owner.post(`/leads/${went.id}/assign`, { manager_id: manager.id }, 201);
  await owner.post(`/imports/${one.id}/undo`, undefined);
  await ended(one.id);
  await writer.post('//v1/track', { messageId: `q${n++}`, userId: 'went', event: 'Nobody Listens', timestamp: '2026-02-20T09:00:00Z' });
  replayed();
});
