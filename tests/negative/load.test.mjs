// SPDX-License-Identifier: AGPL-3.0-or-later
// More than can be taken: events, questions, calls. What is answered 2xx is kept, the rest is told to wait, and others go on.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { open } from '../api/harness.mjs';

const rss = (h) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${h.child.pid}/status`, 'utf8'))[1]) * 1024;
const count = (h, text) => Number(h.database ? execFileSync('psql', ['-qXtA', h.database, '-c', text]) : execFileSync('sqlite3', [join(h.data, 'gradus.db'), text]));
const basic = (key) => `Basic ${Buffer.from(`${key}:`).toString('base64')}`;

/** One request on a connection of the agent: { status, headers }. */
function ask(h, agent, method, path, headers, body) {
  return new Promise((done, fail) => {
    const r = http.request({ host: '127.0.0.1', port: h.port, method, path, headers, agent }, (reply) => {
      reply.resume();
      reply.on('end', () => done({ status: reply.statusCode, headers: reply.headers }));
    });
    r.on('error', fail);
    r.end(body);
  });
}
async function probe(h, agent, key, name, n) {
  const codes = [];
  for (let i = 0; i < n; i++)
    codes.push((await ask(h, agent, 'POST', '/v1/track', { authorization: basic(key) }, JSON.stringify({ messageId: `${name}-${i}`, userId: 'probe', event: 'Probe' }))).status);
  return codes;
}

test('OVL_01_a_flood_is_told_to_wait_and_what_is_taken_is_kept', async () => {
  const h = await open({ args: ['--queue-calls', '24', '--group-calls', '8'] });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 300 });
  try {
    const key = h.addKey('events');
    assert.ok((await probe(h, agent, key, 'before', 60)).every((c) => c === 200));
    let next = 0;
    const kept = new Set(), codes = {};
    const flood = async () => {
      while (next < 15000) {
        const id = `flood-${next++}`;
        const r = await ask(h, agent, 'POST', '/v1/track', { authorization: basic(key), origin: 'https://shop.example' },
          JSON.stringify({ messageId: id, userId: `u${next % 500}`, event: 'Page Seen' }));
        codes[r.status] = (codes[r.status] ?? 0) + 1;
        if (r.status === 200) kept.add(id);
        if (r.status === 429) {
          assert.ok(Number(r.headers['retry-after']) >= 1);
          assert.match(r.headers['access-control-expose-headers'], /Retry-After/);
          assert.equal(r.headers['access-control-allow-origin'], 'https://shop.example');
        }
      }
    };
    let most = 0;
    const watch = setInterval(() => { most = Math.max(most, rss(h)); }, 50);
    await Promise.all(Array.from({ length: 300 }, flood));
    clearInterval(watch);
    assert.deepEqual(Object.keys(codes).filter((c) => c !== '200' && c !== '429'), [], JSON.stringify(codes));
    assert.ok(codes[429] > 0, `it was a flood: ${JSON.stringify(codes)}`);
    assert.ok(kept.size > 0);
    assert.equal(count(h, "SELECT count(*) FROM event WHERE message_id LIKE 'flood-%'"), kept.size);
    assert.ok(most < 500 << 20, `${most}`);
    // nothing of it is left behind
    assert.ok((await probe(h, agent, key, 'after', 60)).every((c) => c === 200));
    assert.match(await (await fetch(`${h.url}/metrics`)).text(), /^gradus_queue_depth\{queue="writes"\} 0$/m);
  } finally { agent.destroy(); await h.close(); }
});

test('OVL_05_a_question_has_its_time_and_events_go_on', async () => {
  const h = await open({ args: ['--read-ms', '1'] });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  try {
    const key = h.addKey('events'), api = h.addKey('api');
    for (let i = 0; i < 60; i++)
      assert.equal((await ask(h, agent, 'POST', '/v1/batch', { authorization: basic(key) }, JSON.stringify({ batch: Array.from({ length: 100 }, (_, k) => (
        { type: 'identify', messageId: `b${i}-${k}`, userId: `u${i}-${k}`, traits: { name: `Aa Ab Ac ${i} ${k}`, email: `a${i}-${k}@firm.example` } })) }))).status, 200);
    const worst = '/api/v1/leads?q=a%20a%20a&sort=name&limit=200&stage=new';
    const storm = async () => {
      let done = false;
      const codes = {};
      const clients = Array.from({ length: 20 }, async () => {
        while (!done) {
          const r = await ask(h, agent, 'GET', worst, { authorization: `Bearer ${api}` });
          codes[r.status] = (codes[r.status] ?? 0) + 1;
          if (r.status === 503) assert.ok(Number(r.headers['retry-after']) >= 1);
        }
      });
      const probed = await probe(h, agent, key, `p${Math.random()}`, 40);
      done = true;
      await Promise.all(clients);
      assert.ok(probed.every((c) => c === 200), `${probed}`);
      assert.equal((await fetch(`${h.url}/healthz`)).status, 200);
      return codes;
    };
    const short = await storm();
    assert.deepEqual(Object.keys(short).filter((c) => c !== '200' && c !== '503'), [], `${JSON.stringify(short)} ${/.*"status":500.*/.exec(h.log)}`);
    assert.ok(short[503] > 0, JSON.stringify(short));
    await h.stop();
    h.more = h.more.filter((a) => a !== '--read-ms' && a !== '1');
    await h.start();
    const long = await storm();
    assert.deepEqual(Object.keys(long), ['200'], 'the usual limit is far above');
  } finally { agent.destroy(); await h.close(); }
});

test('OVL_06_a_key_has_its_rate_others_theirs_and_a_restart_forgives_nobody', async () => {
  const h = await open({ args: ['--key-calls', '60'] });
  try {
    const person = await h.person('owner');
    const one = h.key(), other = h.key();
    const began = performance.now(), most = () => 60 + Math.ceil((performance.now() - began) / 1000); // sixty at once, and one a second, however long it takes
    const got = await Promise.all(Array.from({ length: 600 }, () => one.call('GET', '/me')));
    const fine = got.filter((r) => r.status === 200), slow = got.filter((r) => r.status === 429);
    assert.equal(fine.length + slow.length, 600);
    assert.ok(fine.length >= 60 && fine.length <= most(), `${fine.length} of ${most()}`);
    for (const r of slow) {
      assert.ok(Number(r.headers.get('retry-after')) >= 1);
      assert.equal(r.headers.get('ratelimit-remaining'), '0');
    }
    for (const r of got) {
      assert.equal(r.headers.get('ratelimit-limit'), '60');
      assert.match(r.headers.get('ratelimit-reset'), /^\d+$/);
    }
    const theirs = await other.call('GET', '/me');
    assert.equal(theirs.status, 200);
    assert.equal(theirs.headers.get('ratelimit-remaining'), '59');
    assert.equal((await person.call('GET', '/me')).headers.get('ratelimit-limit'), null);
    await h.stop();
    await h.start();
    const again = await Promise.all(Array.from({ length: 60 }, () => one.call('GET', '/me')));
    const more = again.filter((r) => r.status === 200).length;
    assert.ok(fine.length + more <= most(), `${fine.length} and ${more} of ${most()}: what was used up before is not there again`);
    assert.equal((await other.call('GET', '/me')).status, 200);
  } finally { await h.close(); }
});
