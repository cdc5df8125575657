// SPDX-License-Identifier: AGPL-3.0-or-later
// What a stranger may send to the port, byte by byte: smuggling, limits, deadlines, bombs.
import { test, before, after, beforeEach, afterEach } from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { randomBytes } from 'node:crypto';
import { open } from '../api/harness.mjs';

let house, writeKey;
before(async () => {
  house = await open({ args: ['--head-seconds', '1', '--body-seconds', '1', '--idle-seconds', '5'] });
  writeKey = house.addKey('events');
});
after(() => house.close());

/* In every row: the process is the same afterwards and answers. */
let pid;
beforeEach(() => { pid = house.child.pid; });
afterEach(async () => {
  assert.equal(house.child.exitCode, null);
  assert.equal(house.child.pid, pid);
  assert.equal(await answers(), 200);
});

/** By a connection of its own; this server ends a head that takes a second, which on a busy machine an honest one may. */
async function answers() {
  for (let tries = 1; ; tries++) {
    try {
      return await new Promise((done, failed) => http.get(`${house.url}/healthz`, { agent: false }, (r) => done(r.resume().statusCode)).on('error', failed));
    } catch (e) { if (tries === 5) throw e; }
  }
}

const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${house.child.pid}/status`, 'utf8'))[1]) * 1024;

/** How many answers with a told length a text holds. */
function whole(text) {
  let n = 0;
  for (let m; (m = /^HTTP\/1\.1 \d+[^]*?\r\nContent-Length: (\d+)\r\n(?:[^]*?\r\n)??\r\n/i.exec(text)) && text.length >= m[0].length + Number(m[1]); n++)
    text = text.slice(m[0].length + Number(m[1]));
  return n;
}

/** Sends bytes; what came back until the server closes: first status, number of replies. answers: no longer than until so many are whole; wait: no longer
 * than so many milliseconds, of what need not be answered. */
function send(bytes, { wait, pace, answers = Infinity } = {}) {
  return new Promise((done) => {
    const s = net.connect(house.port, '127.0.0.1');
    let out = Buffer.alloc(0), over = false;
    const end = (closed) => {
      if (over) return;
      over = true;
      s.destroy();
      const text = out.toString('latin1');
      done({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), replies: (text.match(/HTTP\/1\.1 \d+ /g) ?? []).length, closed, text });
    };
    s.on('data', (d) => { out = Buffer.concat([out, d]); if (whole(out.toString('latin1')) >= answers) end(false); });
    s.on('close', () => end(true));
    s.on('error', () => {});
    s.on('connect', async () => {
      if (!pace) { s.write(bytes); return; }
      for (let i = 0; i < bytes.length && !over; i++) {
        s.write(bytes.subarray(i, i + 1));
        await new Promise((r) => setTimeout(r, pace));
      }
    });
    if (wait) setTimeout(() => end(false), wait);
  });
}
const B = (s) => Buffer.from(s, 'latin1');
const post = (path, headers, body = '') => B(`POST ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n${body}`);
const get = (path, headers = '') => B(`GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`);
const T = '/v1/track';

const refused = [
  ['HTTP_01_length_and_chunked_together', post(T, 'Content-Length: 6\r\nTransfer-Encoding: chunked', '0\r\n\r\nG'), 400],
  ['HTTP_02_two_lengths', post(T, 'Content-Length: 5\r\nContent-Length: 6', 'abcdef'), 400],
  ...['+5', '5, 5', '0x5', '-1'].map((v) => [`HTTP_03_length_${v}`, post(T, `Content-Length: ${v}`, 'abcde'), 400]),
  ['HTTP_03_length_above_64_bits', post(T, 'Content-Length: 18446744073709551621', 'abcde'), 400],
  ['HTTP_04_unknown_coding', post(T, 'Transfer-Encoding: xchunked', '0\r\n\r\n'), 501],
  ['HTTP_04_two_codings', post(T, 'Transfer-Encoding: chunked, identity', '0\r\n\r\n'), 400],
  ['HTTP_04_space_before_colon', post(T, 'Transfer-Encoding : chunked', '0\r\n\r\n'), 400],
  ['HTTP_05_chunk_size_overflows', post(T, 'Transfer-Encoding: chunked', 'FFFFFFFFFFFFFFFF1\r\nabc\r\n0\r\n\r\n'), [400, 413]],
  ['HTTP_05_chunk_size_negative', post(T, 'Transfer-Encoding: chunked', '-1\r\nabc\r\n0\r\n\r\n'), 400],
  ['HTTP_05_chunk_size_endless', post(T, 'Transfer-Encoding: chunked', `${'1'.repeat(1000)}\r\nabc\r\n0\r\n\r\n`), [400, 413]],
  ['HTTP_06_chunk_extension_split', post(T, 'Transfer-Encoding: chunked', '5;a="\r\nX\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n0\r\n\r\n'), 400],
  ['HTTP_07_bare_line_feeds', B('GET /healthz HTTP/1.1\nHost: x\n\n'), 400],
  ['HTTP_07_one_bare_line_feed', B('GET /healthz HTTP/1.1\r\nHost: x\r\nA: b\n\r\n'), 400],
  ['HTTP_07_folded_line', get('/healthz', 'A: b\r\n c\r\n'), 400],
  ['HTTP_07_space_in_a_name', get('/healthz', 'A B: c\r\n'), 400],
  ['HTTP_07_nul_in_a_value', get('/healthz', 'A: b\0c\r\n'), 400],
  ['HTTP_08_one_header_of_64_KiB', get('/healthz', `A: ${'a'.repeat(65536)}\r\n`), 431],
  ['HTTP_08_a_thousand_headers', get('/healthz', Array.from({ length: 1000 }, (_, i) => `X-${i}: abcdefghijklm\r\n`).join('')), 431],
  ['HTTP_09_target_of_64_KiB', get(`/${'a'.repeat(65536)}`), 414],
  ['HTTP_09_target_of_9_KB', get(`/${'a'.repeat(9000)}`), 414],
  ['HTTP_09_nul_escaped', get('/a%00b'), 400],
  ['HTTP_09_nul_plain', get('/a\0b'), 400],
  ['HTTP_09_broken_escape', get('/a%zzb'), 400],
  ['HTTP_09_dots', get('/../../etc/passwd'), 400],
  ['HTTP_09_dots_escaped', get('/%2e%2e/%2e%2e/etc/passwd'), 400],
  ['HTTP_10_no_host', B('GET /healthz HTTP/1.1\r\n\r\n'), 400],
  ['HTTP_10_two_hosts', get('/healthz', 'Host: y\r\n'), 400],
  ['HTTP_19_a_body_of_2_GB_announced', post('/api/v1/session', 'Expect: 100-continue\r\nContent-Length: 2000000000'), 413],
  ['HTTP_20_http_2', B('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), [400, 505]],
];
for (const [name, bytes, status] of refused)
  test(name, async () => {
    const before = rss();
    const r = await send(bytes);
    assert.ok([].concat(status).includes(r.status), `${r.status}: ${r.text.slice(0, 300)}`);
    assert.equal(r.replies, 1);
    const problem = JSON.parse(r.text.slice(r.text.indexOf('\r\n\r\n') + 4));
    assert.match(r.text, /^content-type: application\/problem\+json\r$/mi);
    assert.equal(problem.status, r.status);
    assert.ok(problem.type && problem.title && problem.request_id);
    assert.ok(house.log.includes(problem.request_id), 'the refusal is logged');
    assert.ok(!/HTTP\/1\.1 [23]/.test(r.text));
    assert.ok(r.closed, 'the connection is closed');
    assert.ok(!r.text.includes('100 Continue') && !r.text.includes('root:'));
    assert.ok(rss() - before < 1 << 20, `memory grew by ${rss() - before}`);
  });

test('HTTP_06_nothing_behind_a_body_in_chunks_is_taken_for_a_request', async () => {
  const second = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';
  for (const body of ['2;a="\r\n{}\r\n0\r\n\r\n', '2\r\n{}\r\n0\r\n\r\n']) {
    const r = await send(post(T, 'Content-Type: application/json\r\nTransfer-Encoding: chunked', body + second));
    assert.equal(r.replies, 1, r.text);
    assert.ok(r.closed);
    assert.match(r.text, /^connection: close\r$/mi);
  }
});

test('a_refusal_says_why_in_the_language_asked_for_on_a_kept_connection_too', async () => {
  const first = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';
  for (const [bad, why] of [
    ['POST /v1/track HTTP/1.1\r\nHost: x\r\nAccept-Language: en\r\nContent-Length: +5\r\n\r\nabcde', 'Content-Length is to be one plain number'],
    ['POST /v1/track HTTP/1.1\r\nHost: x\r\nAccept-Language: en\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 'a malformed chunk'],
    [`GET /healthz HTTP/1.1\r\nHost: x\r\nAccept-Language: en\r\nB: c\r\nA: ${'a'.repeat(40000)}\r\n\r\n`, 'the headers are too long'],
    ['GET /healthz HTTP/1.1\r\nAccept-Language: en\r\n\r\n', 'one Host header is wanted'],
  ]) {
    const r = await send(B(first + bad));
    const problem = JSON.parse(r.text.slice(r.text.lastIndexOf('\r\n\r\n') + 4));
    assert.equal(r.replies, 2);
    assert.equal(problem.errors[0].note, why);
    assert.match(problem.title, /^[A-Z][a-z ]+/);
    assert.ok(r.closed);
  }
});

test('who_is_still_sending_gets_to_read_why_he_is_refused', async () => {
  const chunk = Buffer.alloc(64 << 10, 97);
  for (const length of [(2 << 20) + 1, 5 << 20, 30 << 20, 2000 << 20]) { // above 8 MB more than the limit the answer comes before the body
    const r = await new Promise((done) => {
      const s = net.connect(house.port, '127.0.0.1');
      let out = '', left = length, reset = false;
      const go = () => {
        while (left > 0 && !s.destroyed) {
          const n = Math.min(left, chunk.length);
          left -= n;
          if (!s.write(chunk.subarray(0, n))) { s.once('drain', go); return; }
        }
      };
      s.on('connect', () => { s.write(post('/api/v1/session', `Content-Type: application/json\r\nContent-Length: ${length}`)); go(); });
      s.on('data', (d) => { out += d; if (out.endsWith('}')) s.destroy(); });
      s.on('error', (e) => { reset ||= !out; void e; });
      s.on('close', () => done({ out, reset }));
    });
    assert.ok(!r.reset, `${length}`);
    assert.match(r.out, /^HTTP\/1\.1 413 /, `${length}`);
  }
});

test('lawful_heads_are_taken_in_any_pieces', async () => {
  for (const bytes of [get('/healthz', 'A: b\r\n'), B('GET /healthz HTTP/1.1\r\nHost:x\r\nA:b  \r\nB:\r\n\r\n'), B('\r\nGET /healthz?a=b HTTP/1.1\r\nHost: x\r\n\r\n')]) {
    assert.equal((await send(bytes, { answers: 1 })).status, 200);
    assert.equal((await send(bytes, { pace: 3, answers: 1 })).status, 200);
  }
});

test('HTTP_10_a_foreign_host_is_sent_away', async () => {
  const h = await open({ args: ['--public-url', 'https://crm.example.org'] });
  const here = house;
  house = h;
  try {
    const evil = await send(B('GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n'), { answers: 1 });
    assert.equal(evil.status, 421);
    assert.ok(!evil.text.includes('evil.example'));
    assert.equal((await send(B('GET / HTTP/1.1\r\nHost: crm.example.org\r\n\r\n'), { answers: 1 })).status, 200);
  } finally { house = here; await h.close(); }
});

test('HTTP_11_methods_are_few', async () => {
  for (const [line, status] of [['TRACE /', 405], ['CONNECT x:1', 405], ['FOO /', 501], ['DELETE /healthz', 405]]) {
    const r = await send(B(`${line} HTTP/1.1\r\nHost: x\r\nX-Secret: ab12\r\n\r\n`), { answers: 1 });
    assert.equal(r.status, status, line);
    if (status === 405) assert.match(r.text, /^Allow: /m);
    assert.ok(!r.text.includes('ab12'));
  }
});

test('HTTP_12_slow_heads_are_ended', async () => {
  const all = await Promise.all(Array.from({ length: 500 }, (_, i) =>
    send(get('/healthz', `A: ${'b'.repeat(2000)}\r\n`), { pace: i % 2 ? 200 : 10 })));
  for (const r of all) {
    assert.ok(r.closed);
    assert.ok(r.status === 408 || r.status === 0);
  }
  // who sends no byte into what was just closed, which takes the answer along, is told why
  assert.equal((await send(get('/healthz', 'A: b\r\n').subarray(0, 30))).status, 408);
});

test('HTTP_13_slow_bodies_are_ended', async () => {
  const begun = Buffer.concat([post(T, 'Content-Length: 400000'), B('a'.repeat(40))]);
  const r = await send(begun, { pace: 40 });
  assert.ok(r.closed);
  assert.ok(r.status === 408 || r.status === 0);
  assert.equal((await send(begun)).status, 408);
});

test('HTTP_15_a_bomb_is_not_unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(256 << 20), { level: 9 });
  const auth = `Authorization: Basic ${Buffer.from(`${writeKey}:`).toString('base64')}\r\n`;
  const before = rss();
  const api = await send(Buffer.concat([post('/api/v1/session', `Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}`), bomb]), { answers: 1 });
  assert.equal(api.status, 413);
  const events = await send(Buffer.concat([post('/v1/batch', `${auth}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}`), bomb]), { answers: 1 });
  assert.equal(events.status, 400);
  assert.ok(rss() - before < (8 << 20) * 2 + (12 << 20), `memory grew by ${rss() - before}`);
});

test('HTTP_16_other_codings_are_refused', async () => {
  const head = (coding, n) => `Content-Type: application/json\r\nContent-Encoding: ${coding}\r\nContent-Length: ${n}`;
  assert.equal((await send(post('/api/v1/session', head('br, gzip', 2), '{}'), { answers: 1 })).status, 415);
  assert.equal((await send(post('/api/v1/session', head('foo', 2), '{}'), { answers: 1 })).status, 415);
  const cut = gzipSync('{"email":"a","password":"b"}').subarray(0, 20);
  assert.equal((await send(Buffer.concat([post('/api/v1/session', head('gzip', cut.length)), cut]), { answers: 1 })).status, 400);
  const whole = gzipSync('{"email":"a","password":"b"}');
  assert.equal((await send(Buffer.concat([post('/api/v1/session', head('gzip', whole.length)), whole]), { answers: 1 })).status, 401);
});

test('HTTP_17_a_thousand_requests_in_one_piece', async () => {
  const before = rss();
  const r = await send(Buffer.concat(Array(1000).fill(get('/healthz'))), { answers: 1000 });
  assert.equal(r.replies, 1000);
  assert.equal((r.text.match(/"status":"ok"/g) ?? []).length, 1000);
  assert.ok(rss() - before < 4 << 20);
});

test('HTTP_18_ranges_give_the_whole_once', async () => {
  const range = `Range: bytes=${Array.from({ length: 500 }, (_, i) => `${i}-`).join(',')}\r\n`;
  const whole = await send(get('/'), { answers: 1 });
  const r = await send(get('/', range), { answers: 1 });
  assert.equal(r.status, 200);
  assert.ok(r.text.length <= whole.text.length + 1024);
});

test('HTTP_20_noise_is_survived', async () => {
  await send(Buffer.concat([Buffer.from('1603010200010001fc0303', 'hex'), randomBytes(500)]), { wait: 50 });
  await send(randomBytes(65536), { wait: 50 });
  for (let i = 0; i < 20; i++)
    await Promise.all(Array.from({ length: 25 }, () => send(randomBytes(1 + Math.floor(Math.random() * 300)), { wait: 60 })));
  const words = ['GET', ' ', '/', 'HTTP/1.1', '\r\n', 'Host: x', ':', '\0', 'Content-Length: 5', '\n', 'POST', '%', '?', 'chunked', '\t'];
  for (let i = 0; i < 20; i++)
    await Promise.all(Array.from({ length: 25 }, () =>
      send(B(Array.from({ length: 12 }, () => words[Math.floor(Math.random() * words.length)]).join('')), { wait: 60 })));
});
