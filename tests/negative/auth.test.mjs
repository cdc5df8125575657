// SPDX-License-Identifier: AGPL-3.0-or-later
// Sign-in, keys and sessions under attack.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { open, Client, until } from '../api/harness.mjs';

let house, owner;
before(async () => {
  house = await open({ now: '2030-01-01T00:00:00Z' });
  owner = await house.person('owner');
});
after(() => house.close());

const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${house.child.pid}/status`, 'utf8'))[1]) * 1024;
const hashes = async () => Number(/^gradus_password_hashes_total (\d+)$/m.exec(await (await fetch(`${house.url}/metrics`)).text())[1]);

test('AUT_02_a_made_up_address_is_not_believed', async () => {
  await house.setClock('2030-01-01T00:10:00Z');
  let refused = 0;
  for (let i = 0; i < 60; i++) {
    const r = await house.stranger().call('POST', '/session', { email: `x${i}@example.org`, password: 'nonsense' }, { headers: { 'x-forwarded-for': `10.1.0.${i}`, forwarded: `for=10.1.0.${i}`, 'x-real-ip': `10.1.0.${i}` } });
    refused += r.status === 429;
  }
  assert.ok(refused >= 20, `${refused} refused`); // by address: the account was another each time
  await house.setClock('2030-01-01T03:00:00Z', true);
});

test('AUT_03_existing_and_missing_users_cost_the_same', async () => {
  house.addUser('manager', 'known@example.org');
  const cost = async (email) => {
    const before = await hashes();
    const r = await house.stranger().call('POST', '/session', { email, password: 'nonsense' });
    return { status: r.status, hashes: (await hashes()) - before };
  };
  for (let i = 0; i < 5; i++) assert.deepEqual(await cost('known@example.org'), await cost(`missing${i}@example.org`));
});

test('AUT_05_passwords_have_a_length_and_no_NUL', async () => {
  const sign = (password) => house.stranger().call('POST', '/session', { email: 'long@example.org', password });
  for (const password of ['a'.repeat(1 << 20), 'a'.repeat(1025), 'correct\u0000horse']) {
    const r = await sign(password);
    assert.equal(r.status, 422);
    assert.equal(r.json.errors[0].pointer, '/password');
    const made = await owner.call('POST', '/users', { name: 'L', email: 'never@example.org', role: 'manager', password });
    assert.equal(made.status, 422);
    assert.equal(made.json.errors[0].pointer, '/password');
  }
  const long = 'x'.repeat(72);
  house.addUser('manager', 'long@example.org', `${long}y`);
  assert.equal((await sign(`${long}z`)).status, 401);
  assert.equal((await sign(long)).status, 401);
  assert.equal((await sign(`${long}y`)).status, 201);
});

test('AUT_06_a_session_given_beforehand_is_not_taken', async () => {
  const before = new Client(house, { cookie: 'gradus_session=known' });
  const r = await before.call('POST', '/session', { email: 'known@example.org', password: 'correct horse' });
  assert.equal(r.status, 201);
  assert.ok(!r.headers.getSetCookie()[0].includes('gradus_session=known'));
  await before.get('/me', 401);
  const first = new Client(house, { cookie: r.headers.getSetCookie()[0].split(';')[0], csrf: r.json.csrf });
  const again = await first.call('POST', '/session', { email: 'known@example.org', password: 'correct horse' });
  assert.equal(again.status, 201);
  await first.get('/me', 401); // the old one is dead
});

test('AUT_13_secrets_are_kept_as_hashes_and_never_logged', async () => {
  const made = await owner.post('/keys', { name: 'secret', scope: 'api' }, 201);
  await new Client(house, { bearer: made.key }).get('/me');
  for (const path of ['/keys', '/audit', '/me', '/settings', '/users'])
    assert.ok(!JSON.stringify(await owner.get(path)).includes(made.key.slice(20)));
  assert.ok(!house.log.includes(made.key.slice(20)) && !house.log.includes('correct horse') && !house.log.includes('known@example.org'));
  if (!house.database) {
    const copy = `${house.data}/copy.db`;
    house.cli(['backup', copy]);
    const bytes = readFileSync(copy);
    assert.ok(!bytes.includes(made.key.slice(20)) && !bytes.includes('correct horse') && !bytes.includes(owner.cookie.split('=')[1]));
  }
});

test('AUT_14_a_key_in_the_address_opens_nothing', async () => {
  const made = await owner.post('/keys', { name: 'url', scope: 'api' }, 201);
  for (const name of ['api_key', 'access_token', 'key', 'token'])
    await house.stranger().get(`/leads?${name}=${made.key}`, 401);
  const writeKey = house.addKey('events');
  const r = await fetch(`${house.url}/beacon/v1/batch?writeKey=${writeKey}`, { method: 'POST', body: JSON.stringify({ batch: [{ type: 'track', userId: 'u', event: 'Seen' }] }) });
  assert.equal(r.status, 200);
  assert.ok(!house.log.includes(made.key) && !house.log.includes(writeKey));
});

test('AUT_16_doubled_authorisation_is_none', async () => {
  const made = await owner.post('/keys', { name: 'twice', scope: 'api' }, 201);
  const net = await import('node:net');
  const text = await new Promise((done) => {
    const s = net.connect(house.port, '127.0.0.1', () => s.write(`GET /api/v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${made.key}\r\nAuthorization: Bearer ${made.key}\r\nConnection: close\r\n\r\n`));
    let out = '';
    s.on('data', (d) => { out += d; });
    s.on('close', () => done(out));
  });
  assert.match(text, /^HTTP\/1\.1 401 /);
});

test('a_passing_fault_of_ours_on_event_collection_is_no_4xx', async () => {
  if (!house.database) return; // the database can be taken away on PostgreSQL only
  const pg = process.env.GRADUS_TEST_PG ?? 'postgresql:///postgres?host=/var/run/postgresql';
  const key = house.addKey('events');
  const sql = (text) => execFileSync('psql', ['-q', pg, '-c', text]);
  const send = () => fetch(`${house.url}/v1/track`, { method: 'POST', headers: { authorization: `Basic ${Buffer.from(key + ':').toString('base64')}`, origin: 'https://shop.example' }, body: JSON.stringify({ userId: 'u', event: 'Seen' }) });
  assert.equal((await send()).status, 200);
  sql(`ALTER DATABASE ${house.name} ALLOW_CONNECTIONS false`);
  sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${house.name}'`);
  const r = await until((x) => x.status !== 200, send); // those that are told to end do so in their own time
  assert.ok([429, 503].includes(r.status), `${r.status}`);
  assert.ok(Number(r.headers.get('retry-after')) >= 1);
  assert.equal(r.headers.get('access-control-allow-origin'), 'https://shop.example');
  sql(`ALTER DATABASE ${house.name} ALLOW_CONNECTIONS true`);
  await until((x) => x.status === 200, send);
});

test('AUT_04_a_flood_of_passwords_hurts_nobody', async () => {
  const before = rss();
  const tries = Array.from({ length: 200 }, () =>
    fetch(`${house.url}/api/v1/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: `a${Math.random()}@example.org`, password: 'p'.repeat(1000) }) }));
  for (let i = 0; i < 20; i++) {
    assert.equal((await fetch(`${house.url}/healthz`)).status, 200);
  }
  const codes = (await Promise.all(tries)).map((r) => r.status);
  assert.ok(codes.every((c) => c === 401 || c === 429));
  assert.ok(codes.includes(429));
  assert.ok(rss() - before < 64 << 20);
  const text = await (await fetch(`${house.url}/metrics`)).text();
  assert.ok(Number(/^gradus_password_hashes_most (\d+)$/m.exec(text)[1]) <= 2);
});

test('AUT_15_a_revoked_key_ends_at_once', async () => {
  const made = await owner.post('/keys', { name: 'r', scope: 'api' }, 201);
  const ask = () => fetch(`${house.url}/api/v1/me`, { headers: { authorization: `Bearer ${made.key}` } }).then((r) => r.status);
  const early = Array.from({ length: 50 }, ask);
  await owner.del(`/keys/${made.id}`);
  assert.ok((await Promise.all(Array.from({ length: 50 }, ask))).every((c) => c === 401));
  await Promise.all(early);
});
