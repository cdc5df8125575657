// SPDX-License-Identifier: AGPL-3.0-or-later
// Webhooks: signed, tried again, stopped, replayed; and never to an address that must not be called.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import { createHmac } from 'node:crypto';
import { open, until } from './harness.mjs';

const heat = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'];
const NOW = Date.parse('2026-11-23T09:00:00Z');
let house, owner, maria, writer, receiver, got, answer;

const sign = (secret, r) => `v1,${createHmac('sha256', Buffer.from(secret.slice(6), 'base64')).update(`${r.headers['webhook-id']}.${r.headers['webhook-timestamp']}.${r.body}`).digest('base64')}`;
const letter = (id) => owner.get(`/letters/${id}`);
async function hot(who) {
  await writer.post('//v1/identify', { messageId: who, userId: who, traits: { name: who, email: `${who}@works.example`, title: 'CEO', budget: 1000, industry: 'machines', employees: 300 } });
  for (const event of heat) await writer.post('//v1/track', { messageId: `${who}-${event}`, userId: who, event });
  return (await owner.get(`/leads?q=${who}`)).items[0];
}

before(async () => {
  got = [];
  receiver = http.createServer(async (q, r) => {
    let body = '';
    for await (const piece of q) body += piece;
    got.push({ path: q.url, headers: q.headers, body });
    if (answer) return answer(q, r);
    r.writeHead(200).end('thanks');
  });
  await new Promise((done) => receiver.listen(0, '127.0.0.1', done));
  receiver.url = `http://127.0.0.1:${receiver.address().port}`;
  house = await open({ now: new Date(NOW).toISOString(), args: ['--allow-networks', '127.0.0.1', '--plain-hooks'] });
  owner = await house.person('owner');
  maria = await house.person('manager', 'maria@example.org', 'Мария');
  writer = house.writer();
  await house.setClock(new Date(NOW).toISOString());
});
after(async () => { await house.close(); receiver.closeAllConnections(); receiver.close(); });

let hook;
test('a_webhook_is_told_of_what_it_wants_signed_by_a_secret_shown_once', async () => {
  await owner.post('/hooks', { name: 'x', url: receiver.url, types: ['lead.unheard'] }, 422);
  hook = await owner.post('/hooks', { name: 'Warehouse', url: `${receiver.url}/in`, types: ['lead.hot', 'lead.assigned', 'task.completed'] }, 201);
  assert.match(hook.secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.equal((await owner.get('/hooks')).items[0].secret, null);
  const lead = await hot('anna');
  await until((n) => n >= 2, () => got.length);
  const events = got.map((r) => JSON.parse(r.body));
  assert.deepEqual(events.map((e) => e.type).sort(), ['lead.assigned', 'lead.hot']);
  for (const [i, r] of got.entries()) {
    assert.equal(r.headers['webhook-signature'], sign(hook.secret, r));
    assert.equal(r.headers['webhook-timestamp'], String(NOW / 1000));
    assert.equal(events[i].data.lead.id, lead.id);
    assert.match(events[i].timestamp, /^2026-11-23T09:00:00/);
  }
  assert.equal(events.find((e) => e.type === 'lead.assigned').data.lead.owner_id, maria.id);
  const [task] = (await maria.get('/tasks?assignee=me')).items;
  await maria.post(`/tasks/${task.id}/complete`, { result: 'reached' });
  await until((n) => n === 3, () => got.length);
  assert.equal(JSON.parse(got[2].body).data.task.result, 'reached');
});

test('HKO_01_the_same_id_and_body_in_all_attempts_with_growing_gaps_and_a_fresh_signature', async () => {
  got.length = 0;
  answer = (q, r) => r.writeHead(got.length <= 9 ? 500 : 200).end('no');
  const { letter_id } = await owner.post(`/hooks/${hook.id}/test`, {});
  const waits = [];
  let now = NOW;
  for (let i = 1; i <= 9; i++) {
    const l = await until((x) => x.tries === i && x.next_at && x.status === 500 && Date.parse(x.next_at) > now, async () => (await owner.get(`/letters?hook=${hook.id}`)).items[0]);
    waits.push((Date.parse(l.next_at) - now) / 1000);
    now = Date.parse(l.next_at);
    await house.setClock(l.next_at);
    owner = await house.signIn('owner@example.org');
  }
  await until((l) => l.state === 'sent', () => letter(letter_id));
  assert.equal(got.length, 10);
  assert.equal(new Set(got.map((r) => r.headers['webhook-id'])).size, 1);
  assert.equal(got[0].headers['webhook-id'], letter_id);
  assert.equal(new Set(got.map((r) => r.body)).size, 1);
  assert.equal(new Set(got.map((r) => r.headers['webhook-timestamp'])).size, 10);
  for (const r of got) assert.equal(r.headers['webhook-signature'], sign(hook.secret, r));
  const table = [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400];
  waits.forEach((w, i) => assert.ok(w >= table[i] * 0.9 - 1 && w <= table[i] * 1.1 + 1, `${i}: ${w}`));
  answer = null;
});

test('HKO_03_answers_that_are_no_success', async () => {
  const now = async () => Date.parse((await owner.get('/me')).now);
  for (const [status, headers, least] of [[400, {}, 4], [302, { location: `${receiver.url}/elsewhere` }, 4], [429, { 'retry-after': '120' }, 119]]) {
    got.length = 0;
    answer = (q, r) => r.writeHead(status, headers).end();
    const { letter_id } = await owner.post(`/hooks/${hook.id}/test`, {});
    const l = await until((x) => x.id === letter_id && x.status === status, async () => (await owner.get(`/letters?hook=${hook.id}`)).items[0]);
    assert.equal(l.state, 'waiting');
    assert.ok(Date.parse(l.next_at) - await now() >= least * 1000, `${status}: ${l.next_at}`);
    assert.ok(got.every((r) => r.path === '/in'), 'no redirect is followed');
  }
  answer = (q, r) => r.writeHead(410).end();
  const { letter_id } = await owner.post(`/hooks/${hook.id}/test`, {});
  await until((l) => l.state === 'dead' && l.status === 410, () => letter(letter_id));
  const stopped = (await owner.get('/hooks')).items[0];
  assert.deepEqual([stopped.state, stopped.why], ['stopped', '410']);
  answer = null;
  const on = await owner.patch(`/hooks/${hook.id}`, { on: true });
  assert.equal(on.state, 'on');
});

test('HKO_02_a_dead_receiver_is_stopped_after_five_days_its_events_are_kept_and_others_are_not_delayed', async () => {
  const other = await owner.post('/hooks', { name: 'Other', url: `${receiver.url}/other`, types: ['lead.hot'] }, 201);
  answer = (q, r) => (q.url === '/in' ? null : r.writeHead(200).end()); // the first never answers
  const waiting = [];
  for (let i = 0; i < 9; i++) waiting.push((await owner.post(`/hooks/${hook.id}/test`, {})).letter_id);
  const quick = await owner.post(`/hooks/${other.id}/test`, {});
  await until((l) => l.state === 'sent', () => letter(quick.letter_id));
  answer = (q, r) => (q.url === '/in' ? q.socket.destroy() : r.writeHead(200).end());
  receiver.closeAllConnections();
  let day = Date.parse((await owner.get('/me')).now);
  const since = new Date(day).toISOString();
  for (let i = 0; i < 14 && (await owner.get('/hooks')).items[0].state === 'on'; i++) {
    day += 12 * 3600 * 1000;
    await house.setClock(new Date(day).toISOString());
    owner = await house.signIn('owner@example.org');
    // each try has been made, and failed
    await until((l) => l.items.every((x) => x.state !== 'waiting' || Date.parse(x.next_at) > day), () => owner.get(`/letters?hook=${hook.id}&limit=100`));
  }
  const stopped = await until((h) => h.state === 'stopped', async () => (await owner.get('/hooks')).items[0]);
  assert.equal(stopped.why, 'failing');
  await house.setClock(new Date(day + 48 * 3600 * 1000).toISOString());
  owner = await house.signIn('owner@example.org');
  await until((l) => l.items.every((x) => x.state !== 'waiting'), () => owner.get(`/letters?hook=${hook.id}&limit=100`));
  // On again, everything that it did not take arrives, each under its own name.
  answer = null;
  got.length = 0;
  await owner.patch(`/hooks/${hook.id}`, { on: true });
  const { letters } = await owner.post(`/hooks/${hook.id}/replay`, { since });
  assert.ok(letters >= 9);
  await until((n) => n >= letters, () => got.length);
  const names = got.map((r) => r.headers['webhook-id']);
  assert.equal(new Set(names).size, names.length);
  assert.ok(waiting.every((id) => names.includes(id)));
  await owner.del(`/hooks/${other.id}`);
});

test('two_signatures_for_a_day_after_the_secret_was_changed', async () => {
  const fresh = await owner.post(`/hooks/${hook.id}/rotate`, {});
  assert.notEqual(fresh.secret, hook.secret);
  got.length = 0;
  await owner.post(`/hooks/${hook.id}/test`, {});
  await until((n) => n === 1, () => got.length);
  assert.equal(got[0].headers['webhook-signature'], `${sign(fresh.secret, got[0])} ${sign(hook.secret, got[0])}`);
  const later = Date.parse((await owner.get('/me')).now) + 25 * 3600 * 1000;
  await house.setClock(new Date(later).toISOString());
  owner = await house.signIn('owner@example.org');
  await owner.post(`/hooks/${hook.id}/test`, {});
  await until((n) => n === 2, () => got.length);
  assert.equal(got[1].headers['webhook-signature'], sign(fresh.secret, got[1]));
  hook = fresh;
});

test('SSRF_06_an_answer_without_an_end_is_not_read', async () => {
  answer = (q, r) => { r.writeHead(200); const more = () => { while (r.write(Buffer.alloc(65536))); }; r.on('drain', more); more(); };
  const { letter_id } = await owner.post(`/hooks/${hook.id}/test`, {});
  const l = await until((x) => x.tries === 1 && x.error, () => letter(letter_id));
  assert.equal(l.error, 'too_much_answer');
  answer = (q, r) => { r.writeHead(200, { 'x-a': 'a'.repeat(60000), 'x-b': 'b'.repeat(60000) }); r.end(); };
  const second = await owner.post(`/hooks/${hook.id}/test`, {});
  assert.equal((await until((x) => x.tries === 1 && x.error, () => letter(second.letter_id))).error, 'too_much_answer');
  answer = null;
});

test('ACL_15_secrets_are_told_once_and_only_to_those_who_manage_webhooks', async () => {
  const head = await house.person('head', 'head@example.org');
  await head.get('/hooks', 403);
  assert.ok(!JSON.stringify(await head.get('/letters')).includes('whsec_'));
  for (const path of ['/hooks', '/audit', '/letters', '/channels']) assert.ok(!JSON.stringify(await owner.get(path)).includes(hook.secret));
});

test('leads_made_changed_won_and_lost_are_told_once_with_what_changed', async () => {
  owner = await house.signIn('owner@example.org');
  got.length = 0;
  answer = null;
  const tales = await owner.post('/hooks', { name: 'Tales', url: `${receiver.url}/tales`, types: ['lead.created', 'lead.updated', 'lead.won', 'lead.lost'] }, 201);
  const told = () => got.filter((r) => r.path === '/tales');
  const next = async (n) => {
    await until((x) => x >= n, () => told().length);
    return JSON.parse(told()[n - 1].body);
  };
  // Made: once, whatever it came with; what is said again changes nothing.
  const traits = { email: 'tale@works.example', title: 'Buyer' };
  await writer.post('//v1/identify', { messageId: 'tale-1', userId: 'tale', traits });
  const made = await next(1);
  const lead = (await owner.get('/leads?q=tale@works.example')).items[0];
  assert.deepEqual([made.type, made.data.lead.id, made.data.changed], ['lead.created', lead.id, undefined]);
  assert.equal(told()[0].headers['webhook-signature'], sign(tales.secret, told()[0]));
  await writer.post('//v1/identify', { messageId: 'tale-2', userId: 'tale', traits });
  await writer.post('//v1/track', { messageId: 'tale-3', userId: 'tale', event: 'Blog Read' });
  // Known otherwise: the fact, from and to; a batch is one change.
  await writer.post('//v1/batch', { batch: [
    { type: 'identify', messageId: 'tale-4', userId: 'tale', traits: { title: 'CEO' } },
    { type: 'identify', messageId: 'tale-5', userId: 'tale', traits: { city: 'Тверь' } }] });
  const updated = await next(2);
  assert.equal(updated.type, 'lead.updated');
  assert.deepEqual(updated.data.changed, { title: { from: 'Buyer', to: 'CEO' }, city: { from: null, to: 'Тверь' } });
  const { version } = await owner.get(`/leads/${lead.id}`);
  assert.equal(updated.data.lead.version, version);
  // By hand: one event for stage and amount together, and the end beside it.
  await owner.patch(`/leads/${lead.id}`, { stage: 'won', amount: 120000 }, 200, { headers: { 'if-match': `"${version}"` } });
  await next(4);
  const [change, won] = told().slice(2, 4).map((r) => JSON.parse(r.body)).sort((a, b) => (a.type < b.type ? -1 : 1));
  assert.deepEqual([change.type, won.type], ['lead.updated', 'lead.won']);
  assert.deepEqual(change.data.changed.stage, { from: 'new', to: 'won' });
  assert.equal(change.data.changed.amount.to, 120000);
  assert.deepEqual([won.data.outcome.amount, won.data.outcome.reason, won.data.lead.stage], [120000, null, 'won']);
  // Lost, with its reason.
  await owner.post('/leads', { email: 'gone@works.example' }, 201);
  const gone = (await next(5)).data.lead;
  await owner.patch(`/leads/${gone.id}`, { stage: 'lost', lost_reason: 'no_budget' }, 200, { headers: { 'if-match': `"${gone.version}"` } });
  await next(7);
  const lost = told().map((r) => JSON.parse(r.body)).find((b) => b.type === 'lead.lost');
  assert.deepEqual([lost.data.lead.id, lost.data.outcome.reason], [gone.id, 'no_budget']);
  // Joined: the one that stays knows more, the other is told no more; parted again, both are as they were.
  await owner.post('/leads', { email: 'twin@works.example', phone: '+79991234567' }, 201);
  const twin = (await next(8)).data.lead;
  const merge = await owner.post(`/leads/${lead.id}/merge`, { lead_id: twin.id }, 201);
  const joined = await next(9);
  assert.deepEqual([joined.type, joined.data.lead.id], ['lead.updated', lead.id]);
  assert.ok(Object.keys(joined.data.changed).length > 0);
  await owner.post(`/merges/${merge.merge_id}/undo`, {}, 204);
  await next(10);
  // A program's visit makes nobody; the first page that a person looks at with the same cookie does.
  const site = house.writer('--public');
  const visit = (messageId, userAgent) => site.post('//v1/page', { messageId, anonymousId: 'same-cookie', properties: { path: '/' }, context: { userAgent } });
  await visit('visit-1', 'Googlebot/2.1');
  await visit('visit-2', 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0');
  const seen = await next(11);
  assert.deepEqual([seen.type, seen.data.lead.called ?? null, told().length], ['lead.created', null, 11]);
  assert.ok((await owner.get(`/leads/${seen.data.lead.id}/timeline`)).items.some((e) => e.bot), 'the program came first');
  const names = told().map((r) => r.headers['webhook-id']);
  assert.equal(new Set(names).size, names.length);
  await owner.del(`/hooks/${tales.id}`);
});

test('a_lead_that_nobody_wants_to_hear_of_leaves_no_letter', async () => {
  const before = (await owner.get('/letters?limit=100')).total ?? (await owner.get('/letters?limit=100')).items.length;
  await owner.post('/leads', { email: 'quiet@works.example' }, 201);
  const after = (await owner.get('/letters?limit=100')).total ?? (await owner.get('/letters?limit=100')).items.length;
  assert.equal(after, before);
});
