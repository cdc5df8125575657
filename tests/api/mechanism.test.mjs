// SPDX-License-Identifier: AGPL-3.0-or-later
// What every endpoint has in common: the document, problems, queries, versions, repeats, pages.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { open, program, Client } from './harness.mjs';

let house, owner;
before(async () => { house = await open(); owner = await house.person('owner'); });
after(() => house.close());

test('the_document_in_docs_is_the_one_the_program_prints', () => {
  const printed = JSON.parse(execFileSync(program, ['openapi'], { encoding: 'utf8', maxBuffer: 1 << 26 }));
  const kept = JSON.parse(readFileSync(join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../../docs/api.json'), 'utf8'));
  assert.deepEqual(printed, kept, 'run: build/gradus openapi > docs/api.json');
  assert.equal(printed.openapi, '3.1.0');
});

test('the_server_serves_that_document', async () => {
  assert.deepEqual(await house.stranger().get('/openapi.json'), house.document);
});

test('each_operation_has_a_name_of_its_own_a_summary_and_its_right', () => {
  const seen = new Set();
  for (const [path, item] of Object.entries(house.document.paths))
    for (const [method, op] of Object.entries(item)) {
      const at = `${method} ${path}`;
      assert.ok(op.operationId && op.summary && op['x-right'], at);
      assert.ok(!seen.has(op.operationId), `${at}: ${op.operationId} is there twice`);
      seen.add(op.operationId);
      for (const [, name] of path.matchAll(/\{(\w+)\}/g))
        assert.ok(op.parameters.some((p) => p.in === 'path' && p.name === name && p.required), at);
      for (const p of op.parameters) if (p.name) assert.ok(p.in === 'path' || p.description, `${at}: ${p.name} has no help`);
    }
});

test('health_and_figures_are_told', async () => {
  const s = house.stranger();
  assert.equal((await s.get('//healthz')).status, 'ok');
  assert.equal((await s.get('//readyz')).status, 'ok');
  const text = await s.get('//metrics');
  assert.match(text, /^gradus_http_requests_total\{route="\/healthz",method="GET",code="2xx"\} \d+$/m);
  for (const line of text.trim().split('\n'))
    assert.match(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{[^}]*\})? [-+\d.einf]+)$/i);
});

test('a_problem_is_told_in_the_callers_language', async () => {
  const s = house.stranger();
  const ru = (await s.call('GET', '/me', undefined, { headers: { 'accept-language': 'ru' } })).json;
  const en = (await s.call('GET', '/me', undefined, { headers: { 'accept-language': 'en-GB,en' } })).json;
  assert.match(ru.title, /[а-я]/);
  assert.match(en.title, /[a-z]/);
  assert.equal(ru.type, en.type);
  const r = await s.call('GET', '/me');
  assert.equal(r.headers.get('www-authenticate'), 'Bearer');
  assert.equal(r.headers.get('x-request-id'), r.json.request_id);
});

test('a_key_is_answered_in_the_language_it_asks_for_each_time', async () => {
  const key = house.key();
  for (const [lang, first] of [['ru', /^[А-Я]/], ['en', /^[A-Z]/], ['ru-RU,ru;q=0.9,en;q=0.8', /^[А-Я]/], ['fr, en;q=0.5', /^[A-Z]/]])
    for (const path of ['/leads/ld_0000000000000', '/leads?nonsense=1']) {
      const r = await key.call('GET', path, undefined, { headers: { 'accept-language': lang } });
      assert.match(r.json.title, first, lang);
    }
  const wrong = await new Client(house, { bearer: 'gradus_pat_nonsense' }).call('GET', '/me', undefined, { headers: { 'accept-language': 'en' } });
  assert.match(wrong.json.title, /^[A-Z]/);
});

test('unknown_parameters_are_refused', async () => {
  for (const q of ['sort=password_hash', 'filter[password_hash][prefix]=$arg', 'fields=password_hash,totp_secret', 'x=1']) {
    const r = await owner.get(`/users?${q}`, 422);
    assert.equal(r.errors[0].code, 'unknown_field');
  }
  await owner.get('/audit?limit=1&limit=2', 422);
  await owner.get('/audit?limit=201', 422);
  await owner.get('/audit?limit=%zz', 400);
});

test('bodies_are_strict', async () => {
  const bad = async (text, status, code, headers = { 'content-type': 'application/json' }) => {
    const r = await owner.expect(status, 'POST', '/views', text, { raw: true, headers });
    assert.ok(r.type.endsWith(code) || r.errors.some((e) => e.code === code), JSON.stringify(r));
  };
  await bad('{', 400, 'bad_json');
  await bad('[]', 422, 'bad_field');
  await bad('{"name":"a","query":"","x":1}', 400, 'unknown_field');
  await bad('{"name":"a","name":"b","query":""}', 400, 'duplicate_key');
  await bad('{"name":1,"query":""}', 422, 'bad_field');
  await bad('{"name":"\\ud800","query":""}', 400, 'bad_utf8');
  await bad(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400, 'bad_utf8');
  await bad('{"name":"a","query":""}', 415, 'bad_type', { 'content-type': 'text/plain' });
  await bad('['.repeat(100000), 400, 'bad_json');
});

test('methods_that_are_not_there_are_named', async () => {
  const r = await owner.call('PUT', '/me', {});
  assert.equal(r.status, 405);
  assert.deepEqual(r.headers.get('allow').split(', ').sort(), ['GET', 'HEAD', 'OPTIONS', 'PATCH']);
  assert.equal((await owner.call('OPTIONS', '/me')).status, 204);
  await owner.get('/nonsense', 404);
  await owner.post('/nonsense', {}, 404);
});

test('a_repeat_with_an_idempotency_key_gets_the_same_answer', async () => {
  const key = { headers: { 'idempotency-key': 'one' } };
  const a = await owner.call('POST', '/views', { name: 'a', query: '' }, key);
  const b = await owner.call('POST', '/views', { name: 'a', query: '' }, key);
  assert.equal(a.status, 201);
  assert.equal(b.status, 201);
  assert.deepEqual(a.json, b.json);
  assert.equal(b.headers.get('etag'), a.headers.get('etag'));
  await owner.post('/views', { name: 'b', query: '' }, 422, key);
  assert.equal((await owner.get('/views')).items.filter((v) => v.name === 'a').length, 1);
  await owner.post('/views', { name: 'b', query: '' }, 400, { headers: { 'idempotency-key': 'x'.repeat(10240) } });
});

test('an_idempotency_key_is_its_users_and_its_paths', async () => {
  const key = { headers: { 'idempotency-key': 'shared' } };
  const head = await house.person('head');
  const one = await owner.post('/views', { name: 'k1', query: '' }, 201, key);
  const two = await head.post('/views', { name: 'k1', query: '' }, 201, key);
  assert.notEqual(one.id, two.id);
  await owner.post('/keys', { name: 'k', scope: 'events' }, 201, key);
});

test('fifty_repeats_at_once_do_the_work_once', async () => {
  const key = { headers: { 'idempotency-key': 'fifty' } };
  const all = await Promise.all(Array.from({ length: 50 }, () => owner.call('POST', '/views', { name: 'fifty', query: '' }, key)));
  const ids = new Set(all.filter((r) => r.status === 201).map((r) => r.json.id));
  assert.equal(ids.size, 1);
  for (const r of all) assert.ok([201, 409].includes(r.status), r.text);
  assert.equal((await owner.get('/views')).items.filter((v) => v.name === 'fifty').length, 1);
});

test('an_answer_survives_the_loss_of_its_connection_and_a_kill', async () => {
  const key = { headers: { 'idempotency-key': 'killed' } };
  const one = await owner.post('/views', { name: 'killed', query: '' }, 201, key);
  await house.stop('SIGKILL');
  await house.start();
  const two = await owner.post('/views', { name: 'killed', query: '' }, 201, key);
  assert.equal(one.id, two.id);
});

test('no_update_is_lost', async () => {
  const view = await owner.post('/views', { name: 'n', query: '0' }, 201);
  let refused = 0;
  const add = async () => {
    for (let done = 0; done < 10;) {
      const now = (await owner.get('/views')).items.find((v) => v.id === view.id);
      const r = await owner.call('PATCH', `/views/${view.id}`, { query: String(Number(now.query) + 1) }, { headers: { 'if-match': `"${now.version}"` } });
      if (r.status === 200) done++;
      else { assert.equal(r.status, 412); refused++; }
    }
  };
  await Promise.all(Array.from({ length: 10 }, add));
  assert.equal((await owner.get('/views')).items.find((v) => v.id === view.id).query, '100');
  assert.ok(refused > 0);
});

test('a_known_version_is_not_sent_again', async () => {
  const r = await owner.call('GET', '/me');
  const again = await owner.call('GET', '/me', undefined, { headers: { 'if-none-match': r.headers.get('etag') } });
  assert.equal(again.status, 304);
  assert.equal(again.text, '');
});

test('every_page_carries_its_policy', async () => {
  for (const path of ['//', '//leads', '//settings/keys']) {
    const r = await house.stranger().call('GET', path);
    assert.equal(r.status, 200);
    const csp = r.headers.get('content-security-policy');
    for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"])
      assert.ok(csp.includes(part), part);
    assert.ok(!/unsafe/.test(csp));
    assert.equal(r.headers.get('x-content-type-options'), 'nosniff');
  }
  await house.stranger().get('//assets/nonsense.js', 404);
  await house.stranger().get('//v1/nonsense', 404);
});

test('over_tls_the_cookie_is_bound_to_the_host', async () => {
  const h = await open({ args: ['--public-url', 'https://crm.example.org'] });
  try {
    h.addUser('owner');
    const r = await h.stranger().call('POST', '/session', { email: 'owner@example.org', password: 'correct horse' });
    assert.match(r.headers.getSetCookie()[0], /^__Host-gradus_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/);
  } finally { await h.close(); }
});

test('the_test_clock_is_there_only_when_asked_for', async () => {
  const tomorrow = new Date(Date.now() + 86400000).toISOString().replace(/\.\d+/, '');
  await house.setClock(tomorrow);
  assert.equal((await owner.get('/me')).now, tomorrow);
  const h = await open({ testClock: false });
  try { await h.stranger().post('//test/clock', { now: '2031-02-03T04:05:06Z' }, 404); } finally { await h.close(); }
});

test('a_demonstration_company_says_so_to_those_who_sign_in', async () => {
  assert.deepEqual([(await house.stranger().get('/setup')).needed, (await house.stranger().get('/setup')).demo], [false, false]);
  house.addUser('owner', 'owner@demo.example');
  assert.equal((await house.stranger().get('/setup')).demo, true);
});
