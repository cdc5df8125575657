// SPDX-License-Identifier: AGPL-3.0-or-later
// Who may not, and what a foreign page may not: rights asked before work is done, CSRF, CORS, framing.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open, Client } from '../api/harness.mjs';

let house, owner, m1, m2, theirs;
before(async () => {
  house = await open();
  owner = await house.person('owner');
  m1 = await house.person('manager', 'm1@example.org');
  m2 = await house.person('manager', 'm2@example.org');
  theirs = await m2.post('/leads', { name: 'Чужой', email: 'theirs@firm.example', phone: '+79161234567' }, 201);
});
after(() => house.close());

/** Operations of the document that a session may call, with an id that fits in place of each name in braces. */
function* operations(ids = {}) {
  for (const [path, item] of Object.entries(house.document.paths)) {
    if (!path.startsWith('/api/v1/')) continue;
    for (const [method, op] of Object.entries(item))
      yield { method: method.toUpperCase(), path: path.slice(7).replace(/\{(\w+)\}/g, (_, name) => ids[name] ?? 'us_0000000000000'), right: op['x-right'], pattern: path };
  }
}
const without = (r) => JSON.stringify({ ...r.json, request_id: '' });

test('ACL_05_a_refused_write_has_changed_nothing', async () => {
  const before = await m2.get(`/leads/${theirs.id}`), timeline = await m2.get(`/leads/${theirs.id}/timeline`);
  const task = await m2.post('/tasks', { lead_id: theirs.id, kind: 'meeting', title: 'Т', due_at: '2099-01-01T10:00:00Z' }, 201);
  const bodies = { PATCH: { name: 'Взлом' }, '/notes': { text: 'взлом' }, '/dispute': { direction: 'higher', text: '' }, '/merge': { lead_id: theirs.id }, '/assign': { manager_id: m1.id },
    '/complete': { result: 'reached' }, '/decline': { reason: 'нет' } };
  let tried = 0;
  for (const { method, path, pattern } of operations({ id: theirs.id })) {
    if (method === 'GET' || !/^\/api\/v1\/leads\/\{id\}/.test(pattern)) continue;
    const body = Object.entries(bodies).find(([k]) => path.endsWith(k))?.[1] ?? (method === 'PATCH' ? bodies.PATCH : {});
    const r = await m1.call(method, path, method === 'DELETE' ? undefined : body);
    assert.ok([403, 404].includes(r.status) || (r.status === 422 && !without(r).includes('Чужой')), `${method} ${path}: ${r.status} ${r.text}`);
    tried++;
  }
  for (const deed of ['complete', 'decline', 'reopen', 'claim']) {
    const r = await m1.call('POST', `/tasks/${task.id}/${deed}`, bodies[`/${deed}`] ?? {});
    assert.equal(r.status, 404, `${deed}: ${r.text}`);
    tried++;
  }
  assert.equal((await m1.call('PATCH', `/tasks/${task.id}`, { title: 'взлом' })).status, 404);
  assert.ok(tried >= 8, `${tried}`);
  const after = await m2.get(`/leads/${theirs.id}`);
  assert.deepEqual({ ...after, next_task: null }, { ...before, next_task: null });
  const deeds = (t) => t.items.map((i) => [i.id, i.name]);
  assert.deepEqual(deeds(await m2.get(`/leads/${theirs.id}/timeline`)).slice(-timeline.items.length), deeds(timeline));
  assert.deepEqual((await m2.get(`/tasks/${task.id}`)).state, 'open');
});

test('ACL_01_what_is_anothers_is_told_as_what_is_not_there', async () => {
  for (const path of ['', '/score', '/score/history', '/timeline', '/merges', '/assignments']) {
    const foreign = await m1.call('GET', `/leads/${theirs.id}${path}`), absent = await m1.call('GET', `/leads/ld_0000000000000${path}`);
    assert.equal(foreign.status, 404, path);
    assert.equal(without(foreign), without(absent), path);
  }
});

test('ACL_03_no_parameter_reaches_a_hidden_column', async () => {
  const before = await owner.get('/users');
  for (const bad of ['sort=password_hash', 'filter[password_hash][prefix]=$arg', 'fields=password_hash,totp_secret'])
    assert.ok((await owner.get(`/users?${bad}`, 422)).errors.every((e) => e.code === 'unknown_field'));
  assert.deepEqual((await owner.get('/users')).items.map((u) => u.id), before.items.map((u) => u.id));
  assert.ok(!/password|argon/i.test(JSON.stringify(before)));
});

test('ACL_04_a_filter_on_what_one_may_not_see_tells_nothing', async () => {
  assert.equal((await m1.get('/leads?q=theirs%40firm.example')).total, 0);
  assert.equal((await m1.get('/leads?q=%2B79161234567')).total, 0);
  assert.equal((await m1.get('/search?q=' + encodeURIComponent('Чужой'))).items.length, 0);
  assert.equal((await m1.get(`/leads?owner=${m2.id}`)).total, 0);
  await m1.get(`/tasks?lead=${theirs.id}&state=any`, 404);
});

test('CSRF_01_no_write_of_a_session_without_its_word', async () => {
  let tried = 0;
  const other = await house.signIn('m1@example.org');
  for (const { method, path, right } of operations()) {
    if (method === 'GET' || right === 'none') continue;
    for (const headers of [{ 'x-gradus-csrf': '' }, { 'x-gradus-csrf': other.csrf }, { 'x-gradus-csrf': 'x'.repeat(22) }]) {
      const r = await owner.call(method, path, method === 'DELETE' ? undefined : {}, { headers });
      assert.equal(r.status, 403, `${method} ${path}`);
      tried++;
    }
    const inQuery = await fetch(`${house.url}/api/v1${path}?csrf=${owner.csrf}&x-gradus-csrf=${owner.csrf}`, { method, headers: { cookie: owner.cookie } });
    assert.equal(inQuery.status, 403, `${method} ${path}`);
  }
  assert.ok(tried > 60);
});

test('CSRF_02_a_foreign_page_with_the_cookie_writes_nothing', async () => {
  for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }]) {
    const r = await fetch(`${house.url}/api/v1/views`, { method: 'POST', headers: { ...headers, cookie: owner.cookie, 'content-type': 'application/json' }, body: '{"name":"x","query":""}' });
    assert.equal(r.status, 403); // it cannot know the word of the session
    await owner.post('/views', { name: 'x', query: '' }, 403, { headers }); // and one that did would be refused all the same
  }
  await owner.post('/views', { name: 'x', query: '' }, 403, { headers: { origin: house.url.replace(/\d+$/, '1') } });
  assert.equal((await owner.get('/views')).items.length, 0);
  for (const headers of [{ origin: house.url }, { origin: 'https://crm.example', 'x-forwarded-host': 'crm.example' }, { 'sec-fetch-site': 'same-origin' }])
    await owner.del(`/views/${(await owner.post('/views', { name: 'x', query: '' }, 201, { headers })).id}`);
});

test('CSRF_03_simple_requests_are_no_JSON', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])
    await owner.post('/views', '{"name":"x","query":""}', 415, { raw: true, headers: { 'content-type': type } });
});

test('CSRF_04_reading_changes_nothing', async () => {
  const state = async () => JSON.stringify([await owner.get('/users'), await owner.get('/leads'), await owner.get('/tasks?state=any'), await owner.get('/audit'), await owner.get('/models'), await owner.get('/settings'), await owner.get('/keys')].map((x) => ({ ...x, items: x.items?.map((i) => ({ ...i, used_at: null })) })));
  const before = await state();
  for (const { method, path, pattern } of operations({ id: theirs.id })) {
    if (method !== 'GET' || pattern.endsWith('/live')) continue;
    await owner.call('GET', path);
  }
  assert.equal(await state(), before);
});

test('CSRF_05_pages_answers_and_files_are_framed_cached_and_sniffed_by_nobody', async () => {
  for (const path of ['//', '//leads', '/me', '/leads', '/export/leads.csv', '/nonsense']) {
    const r = await owner.call('GET', path);
    assert.match(r.headers.get('content-security-policy'), /frame-ancestors 'none'/, path);
    assert.equal(r.headers.get('referrer-policy'), 'same-origin', path);
    assert.equal(r.headers.get('x-content-type-options'), 'nosniff', path);
    if (!path.startsWith('//')) assert.equal(r.headers.get('cache-control'), 'no-store', path);
  }
  const page = await owner.call('GET', '//');
  assert.equal(page.headers.get('x-frame-options'), 'DENY');
  const file = await owner.call('GET', '/export/leads.csv');
  assert.match(file.headers.get('content-disposition'), /^attachment; filename="leads\.csv"$/);
});

test('CSRF_06_no_origin_is_told_that_it_may', async () => {
  for (const origin of ['https://evil.example', 'https://site.example.evil.example', 'null'])
    for (const path of ['/me', '/leads', '/session']) {
      const r = await owner.call(path === '/session' ? 'POST' : 'GET', path, path === '/session' ? {} : undefined, { headers: { origin } });
      assert.equal(r.headers.get('access-control-allow-origin'), null);
      assert.equal(r.headers.get('access-control-allow-credentials'), null);
      const asked = await owner.call('OPTIONS', path, undefined, { headers: { origin, 'access-control-request-method': 'POST' } });
      assert.equal(asked.headers.get('access-control-allow-origin'), null);
    }
});

test('AUT_12_no_way_of_the_first_start_stays_open', async () => {
  const users = (await owner.get('/users')).items.length;
  for (const headers of [{}, { 'x-requested-with': 'XMLHttpRequest' }])
    await house.stranger().post('/setup', { name: 'X', email: 'x@example.org', password: 'long enough' }, 404, { headers });
  assert.equal((await house.stranger().get('/setup')).needed, false);
  assert.equal((await owner.get('/users')).items.length, users);
});

test('AUT_11_an_address_is_matched_by_ASCII_case_alone', async () => {
  house.addUser('manager', 'mike@example.org');
  assert.equal((await house.stranger().call('POST', '/session', { email: 'MIKE@EXAMPLE.ORG', password: 'correct horse' })).status, 201);
  for (const email of ['m\u0131ke@example.org', 'mike@ex\u0430mple.org', 'mike@example.org.', ' mike@example.org\u200b'])
    assert.equal((await house.stranger().call('POST', '/session', { email, password: 'correct horse' })).status, 401, email);
});

test('XSS_06_and_XSS_07_nothing_that_was_sent_comes_back_as_a_page', async () => {
  const evil = `'"><svg/onload=alert(1)>`, sent = encodeURIComponent(evil);
  for (const { method, path, right } of operations()) {
    if (method !== 'GET' || path.endsWith('/live')) continue;
    const r = await owner.call('GET', `${path}?q=${sent}&sort=${sent}&cursor=${sent}&kind=${sent}`, undefined, { headers: { 'user-agent': evil, referer: evil } });
    assert.ok(!/html/.test(r.headers.get('content-type') ?? ''), `${path} ${right}`);
    assert.equal(r.headers.get('x-content-type-options'), 'nosniff');
  }
  for (const path of [`//${sent}`, `//leads/${sent}`, `//v1/${sent}`, `/${sent}`]) {
    const r = await new Client(house).call('GET', path);
    assert.ok(!r.text.includes('<svg/onload'), path);
  }
  for (let i = 0; i < 2; i++) await house.stranger().call('POST', '/session', { email: `${evil}@example.org`, password: 'nonsense' });
  const audit = await owner.call('GET', '/audit');
  assert.match(audit.headers.get('content-type'), /^application\/json/);
});
