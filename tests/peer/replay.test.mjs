// SPDX-License-Identifier: AGPL-3.0-or-later
// What real clients were recorded to send gets the answer that they need; the whole of it again changes nothing.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { open } from '../api/harness.mjs';
import { figures } from './common.mjs';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'captures');
const recordedKey = 'gradusTestWriteKey01';
let house, reader, key;

before(async () => {
  house = await open({ testClock: false });
  house.addUser('owner');
  reader = house.key();
  key = house.addKey('events', '--public');
});
after(() => house.close());

const basic = (k) => 'Basic ' + Buffer.from(k + ':').toString('base64');

/* The recorded request with our key in the places of theirs. */
function requestOf(recorded) {
  const headers = {};
  for (const [name, value] of recorded.headers) {
    const low = name.toLowerCase();
    if (['host', 'connection', 'content-length', 'accept-encoding', 'expect', 'transfer-encoding'].includes(low)) continue;
    headers[name] = low === 'authorization' ? basic(key) : value;
  }
  let body;
  if (recorded.body_json?.batch_length) body = large(recorded.body_json.batch_length, recorded);
  else if (recorded.body_gzip_base64) body = Buffer.from(recorded.body_gzip_base64, 'base64');
  else if (recorded.body_json !== undefined) body = JSON.stringify(recorded.body_json).replaceAll(recordedKey, key);
  else if (recorded.body_text !== undefined) body = recorded.body_text;
  return { target: recorded.target.replaceAll(recordedKey, key), init: { method: recorded.method, headers, body, redirect: 'manual' } };
}

/* The two largest bodies were recorded by their size alone: events of 30 KB, as many as there were. */
function large(count, recorded) {
  const text = /cyrillic/.test(recorded.note ?? '') ? 'ж'.repeat(15000) : 'x'.repeat(30000);
  return JSON.stringify({
    batch: Array.from({ length: count }, (_, i) => ({
      type: 'track', event: 'Large', userId: 'u-1001', messageId: `large-${text[0]}-${count}-${i}`, properties: { text },
    })),
    writeKey: key, sentAt: new Date().toISOString(),
  });
}

/* What a path must answer, by segment's own contract. */
function wanted(target, method) {
  const path = target.split('?')[0];
  if (/^\/(token|analytics-next)/.test(path)) return null; /* another server's */
  if (path === '/api/v1/segment/v1/batch') return null; /* a prefix that a proxy would take off */
  if (method === 'OPTIONS') return 204;
  return 200;
}

async function replay(name) {
  const { exchanges } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  for (const { request } of exchanges) {
    const { target, init } = requestOf({ ...request, note: name });
    const want = wanted(request.target, request.method);
    if (want === null) continue;
    const reply = await fetch(house.url + target, init);
    const text = await reply.text();
    assert.equal(reply.status, want, `${request.method} ${request.target}: ${reply.status} ${text.slice(0, 300)}`);
    const origin = request.headers.find(([n]) => n.toLowerCase() === 'origin')?.[1];
    if (origin) {
      assert.equal(reply.headers.get('access-control-allow-origin'), origin);
      assert.equal(reply.headers.get('access-control-allow-credentials'), null);
      assert.match(reply.headers.get('access-control-expose-headers'), /Retry-After/i);
      assert.match(reply.headers.get('vary'), /Origin/);
    }
    if (request.method === 'OPTIONS') {
      const asked = request.headers.find(([n]) => n.toLowerCase() === 'access-control-request-headers')?.[1];
      if (asked) assert.equal(reply.headers.get('access-control-allow-headers'), asked);
    } else if (request.method === 'POST') {
      const answer = JSON.parse(text);
      assert.equal(answer.success, true);
      assert.equal(answer.rejected, undefined, text);
    }
  }
}

const names = readdirSync(folder).filter((n) => n !== 'index.json').sort();
for (const name of names) test(`recorded_${name.replace(/\.json$/, '')}`, () => replay(name));

test('the_whole_of_it_again_changes_nothing', async () => {
  const lead = (await reader.get('/leads?limit=1')).items[0];
  const one = await figures(house);
  assert.ok(one.accepted > 40, JSON.stringify(one));
  for (const name of names) await replay(name);
  const two = await figures(house);
  assert.equal(two.accepted, one.accepted);
  assert.equal(two.rejected, one.rejected);
  assert.ok(two.repeated > one.repeated);
  const again = (await reader.get(`/leads/${lead.id}`));
  assert.equal(again.score, lead.score);
});
