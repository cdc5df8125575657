// SPDX-License-Identifier: AGPL-3.0-or-later
// TLS on the server's own port: the certificate, the cookies, what is refused.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import https from 'node:https';
import tls from 'node:tls';
import net from 'node:net';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, readFileSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open, program } from './harness.mjs';

let house, folder, ca;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gradus-tls-'));
  for (const name of ['one', 'two'])
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost',
      '-addext', 'subjectAltName=DNS:localhost', '-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.pem`)], { stdio: 'ignore' });
  ca = readFileSync(join(folder, 'one.pem'));
  house = await open({ args: ['--tls-cert', join(folder, 'one.pem'), '--tls-key', join(folder, 'one.key'), '--head-seconds', '1'], tls: true });
});
after(async () => {
  await house.close();
  rmSync(folder, { recursive: true });
});

const ask = (path, { method = 'GET', headers = {}, body } = {}) => new Promise((done, fail) => {
  const rq = https.request({ host: 'localhost', port: house.port, path, method, headers, ca, servername: 'localhost' }, (r) => {
    let text = '';
    r.on('data', (d) => { text += d; });
    r.on('end', () => done({ status: r.statusCode, headers: r.headers, text }));
  });
  rq.on('error', fail);
  rq.end(body);
});
const raw = (bytes) => new Promise((done) => {
  const s = tls.connect({ host: 'localhost', port: house.port, ca, servername: 'localhost' }, () => s.write(bytes));
  let out = '';
  s.on('data', (d) => { out += d; });
  s.on('error', () => {});
  s.on('close', () => done(out));
});

test('a_session_over_TLS_has_a_cookie_for_TLS_alone', async () => {
  house.addUser('owner');
  const json = { 'content-type': 'application/json' };
  const r = await ask('/api/v1/session', { method: 'POST', headers: json, body: JSON.stringify({ email: 'owner@example.org', password: 'correct horse' }) });
  assert.equal(r.status, 201);
  const cookie = r.headers['set-cookie'][0];
  assert.match(cookie, /^__Host-gradus_session=[\w-]{22,};/);
  for (const part of ['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/']) assert.ok(cookie.includes(part), part);
  assert.ok(!/domain/i.test(cookie));
  const me = await ask('/api/v1/me', { headers: { cookie: cookie.split(';')[0] } });
  assert.equal(me.status, 200);
  for (const path of ['/', '/api/v1/me', '/healthz']) assert.match((await ask(path)).headers['strict-transport-security'], /max-age=\d{7,}/);
  const table = await ask('/api/v1/export/leads.csv', { headers: { cookie: cookie.split(';')[0] } });
  assert.equal(table.status, 200);
  assert.match(table.text, /id;name;email/);
});

test('only_TLS_1_2_and_1_3_are_spoken', async () => {
  for (const [version, fits] of [['TLSv1.3', true], ['TLSv1.2', true], ['TLSv1.1', false]]) {
    const spoken = await new Promise((done) => {
      const s = tls.connect({ host: 'localhost', port: house.port, ca, servername: 'localhost', minVersion: version, maxVersion: version, ciphers: fits ? undefined : 'ALL:@SECLEVEL=0' },
        () => { done(s.getProtocol()); s.destroy(); });
      s.on('error', () => done(null));
    });
    assert.equal(spoken, fits ? version : null);
  }
});

test('what_is_malformed_is_told_inside_TLS', async () => {
  const text = await raw('POST /v1/track HTTP/1.1\r\nHost: x\r\nAccept-Language: en\r\nContent-Length: +5\r\n\r\nabcde');
  assert.match(text, /^HTTP\/1\.1 400 [\s\S]*application\/problem\+json[\s\S]*Content-Length is to be one plain number/);
  assert.equal(text.match(/HTTP\/1\.1/g).length, 1);
});

test('plain_HTTP_and_slow_heads_are_ended', async () => {
  const plain = await new Promise((done) => {
    const s = net.connect(house.port, '127.0.0.1', () => s.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'));
    let out = '';
    s.on('data', (d) => { out += d.toString('latin1'); });
    s.on('error', () => {});
    s.on('close', () => done(out));
  });
  assert.ok(!plain.includes('HTTP/1.1 200'));
  assert.ok(!(await raw('GET /healthz HTTP/1.1\r\nHost:')).includes('HTTP/1.1 408')); // in the clear it would be noise inside TLS
  assert.equal((await ask('/healthz')).status, 200);
});

test('a_bad_certificate_stops_the_start_with_a_word', () => {
  writeFileSync(join(folder, 'noise.pem'), 'no certificate\n');
  writeFileSync(join(folder, 'open.key'), readFileSync(join(folder, 'one.key')));
  chmodSync(join(folder, 'open.key'), 0o644);
  for (const [cert, key, why] of [
    ['one.pem', 'two.key', /certificate and the key/], ['noise.pem', 'one.key', /certificate and the key/], ['one.pem', 'absent.key', /absent\.key: No such file/],
    ['one.pem', 'open.key', /everybody may read/], ['one.pem', null, /go together/],
  ]) {
    const args = ['serve', '--data', join(folder, 'data'), '--listen', '127.0.0.1:0', '--tls-cert', join(folder, cert), ...(key ? ['--tls-key', join(folder, key)] : [])];
    const r = spawnSync(program, args, { encoding: 'utf8' });
    assert.notEqual(r.status, 0);
    assert.match(r.stderr, why);
  }
});
