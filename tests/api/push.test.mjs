// SPDX-License-Identifier: AGPL-3.0-or-later
// Letters to a browser without an open page: its subscription is kept, what is pushed is sealed for it alone (RFC 8291), and one that is no more
// is written to no more. How an independent library reads the same is in tests/peer.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import { open, until } from './harness.mjs';

let house, maria, service, status = 201;
const got = [];

/** A browser's subscription: a P-256 key and a secret of its own. */
function browser(path) {
  const key = createECDH('prime256v1'), auth = randomBytes(16);
  key.generateKeys();
  return { key, auth, subscription: { endpoint: `${service.url}${path}`, p256dh: key.getPublicKey('base64url'), auth: auth.toString('base64url') } };
}

/** What was pushed, opened as RFC 8291 and RFC 8188 tell it: salt 16, record size 4, length of the key 1, the sender's key, one record. */
function opened({ key, auth }, body) {
  const salt = body.subarray(0, 16), sender = body.subarray(21, 21 + body[20]), sealed = body.subarray(21 + body[20]);
  const derive = (secret, salt, info, n) => Buffer.from(hkdfSync('sha256', secret, salt, info, n));
  const input = derive(key.computeSecret(sender), auth, Buffer.concat([Buffer.from('WebPush: info\0'), key.getPublicKey(), sender]), 32);
  const open = createDecipheriv('aes-128-gcm', derive(input, salt, 'Content-Encoding: aes128gcm\0', 16), derive(input, salt, 'Content-Encoding: nonce\0', 12));
  open.setAuthTag(sealed.subarray(-16));
  const plain = Buffer.concat([open.update(sealed.subarray(0, -16)), open.final()]);
  assert.equal(plain.at(-1), 2, 'the mark of the last record');
  return JSON.parse(plain.subarray(0, -1));
}

before(async () => {
  service = http.createServer(async (q, r) => {
    const pieces = [];
    for await (const piece of q) pieces.push(piece);
    got.push({ path: q.url, headers: q.headers, body: Buffer.concat(pieces) });
    r.writeHead(status).end();
  });
  await new Promise((done) => service.listen(0, '127.0.0.1', done));
  service.url = `http://127.0.0.1:${service.address().port}`;
  house = await open({ args: ['--allow-networks', '127.0.0.1', '--plain-hooks'] });
  maria = await house.person('manager', 'maria@example.org', 'Мария');
});
after(async () => { await house.close(); service.closeAllConnections(); service.close(); });

test('a_browser_is_told_by_its_own_key_until_it_is_no_more', async () => {
  const mine = browser('/push/1'), other = browser('/push/2');
  const way = await maria.post('/me/notifications/push', { ...mine.subscription, name: 'Chromium' }, 201);
  const { ready, ways, push_key } = await maria.get('/me/notifications');
  assert.ok(ready.includes('push'));
  assert.deepEqual(ways.map((w) => [w.id, w.channel, w.name, w.dead_at]), [[way.id, 'push', 'Chromium', null]]);
  assert.ok(!JSON.stringify(ways).includes(mine.subscription.auth), 'its secret is not told');
  assert.equal((await maria.post('/me/notifications/test', { channel: 'push' })).letters, 1);
  const { headers, body } = await until((r) => r, () => got[0]);
  const read = opened(mine, body);
  assert.deepEqual([read.title, read.kind, read.id], ['Проверка связи', 'test', headers.topic]);
  assert.throws(() => opened(other, body), 'for nobody else');
  assert.equal(headers['content-encoding'], 'aes128gcm');
  assert.ok(headers.authorization.endsWith(`, k=${push_key}`));
  await until((l) => l?.state === 'sent', async () => (await maria.get('/me/letters')).items.find((l) => l.id === read.id));
  // The same browser once more is the same way; when its service knows it no more, it is not written to.
  await maria.post('/me/notifications/push', { ...mine.subscription, name: 'Laptop' }, 201);
  assert.deepEqual((await maria.get('/me/notifications')).ways.map((w) => w.name), ['Laptop']);
  status = 410;
  await maria.post('/me/notifications/test', { channel: 'push' });
  await until((n) => n.ways[0].dead_at, () => maria.get('/me/notifications'));
  await maria.post('/me/notifications/test', { channel: 'push' }, 409);
});
