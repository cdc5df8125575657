// SPDX-License-Identifier: AGPL-3.0-or-later
// SDKs of Node, unmodified: all calls arrive and score; a server that goes away and comes back loses nothing and doubles nothing.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { Analytics } from '@segment/analytics-node';
import { open } from '../api/harness.mjs';
import { figures, leadOf, sleep, timelineOf, until } from './common.mjs';

const RudderAnalytics = createRequire(import.meta.url)('@rudderstack/rudder-sdk-node');
let house, reader, key;

before(async () => {
  house = await open({ testClock: false });
  house.addUser('owner');
  reader = house.key();
  key = house.addKey('events');
});
after(() => house.close());

const segment = (more = {}) => new Analytics({ writeKey: key, host: house.url, flushAt: 1, maxRetries: 10, ...more })
  .on('error', () => {});

test('segment_node_delivers_all_calls_and_they_score', async () => {
  const a = segment();
  a.identify({ userId: 'seg-1', traits: { name: 'Segment Peer', email: 'seg@corp.example', phone: '+7 (916) 123-45-67', title: 'Генеральный директор' } });
  a.track({ userId: 'seg-1', event: 'Demo Requested', properties: { plan: 'pro' } });
  a.page({ userId: 'seg-1', name: 'Pricing', properties: { path: '/pricing', url: 'https://shop.example/pricing?utm_source=yandex' } });
  a.screen({ userId: 'seg-1', name: 'Home' });
  a.group({ userId: 'seg-1', groupId: 'org-1', traits: { name: 'Ромашка' } });
  a.alias({ userId: 'seg-1', previousId: 'seg-anonymous' });
  await a.closeAndFlush({ timeout: 10000 });
  const calls = ['identify', 'track', 'page', 'screen', 'group', 'alias'];
  const { lead, kinds } = await until(async () => {
    const found = await leadOf(reader, 'seg@corp.example');
    return { lead: found, kinds: found ? (await timelineOf(reader, found.id)).map((e) => e.kind) : [] };
  }, (x) => calls.every((kind) => x.kinds.includes(kind)));
  for (const kind of calls) assert.ok(kinds.includes(kind), `${kind} of ${kinds}`);
  assert.equal(lead.name, 'Segment Peer');
  assert.equal(lead.phone, '+79161234567');
  const score = await reader.get(`/leads/${lead.id}/score`);
  const points = Object.fromEntries(score.lines.map((l) => [l.criterion, l.points]));
  assert.equal(points.demo, 20, JSON.stringify(points));
  assert.equal(points.pricing_page, 5, JSON.stringify(points));
  assert.equal(score.total, (await reader.get(`/leads/${lead.id}`)).score);
});

test('segment_node_in_batches_of_three_arrives_once', async () => {
  const before_ = await figures(house);
  const a = segment({ flushAt: 3 });
  for (let i = 0; i < 7; i++) a.track({ userId: 'seg-batch', event: 'Blog Read', messageId: `seg-batch-${i % 6}` });
  await a.closeAndFlush({ timeout: 10000 });
  const now = await until(() => figures(house), (f) => f.accepted + f.repeated - before_.accepted - before_.repeated >= 7);
  assert.equal(now.accepted - before_.accepted, 6);
  assert.equal(now.repeated - before_.repeated, 1);
});

test('segment_node_outlives_a_restart_of_the_server', async () => {
  const a = segment();
  const sent = 40;
  for (let i = 0; i < sent; i++) {
    a.track({ userId: 'seg-restart', event: 'Restart Survived', properties: { i } });
    if (i === 15) await house.stop('SIGKILL');
    if (i === 25) await house.start();
    await sleep(20);
  }
  await a.closeAndFlush({ timeout: 30000 });
  const found = await until(async () => {
    const { items } = await reader.get('/leads?sort=-created_at&limit=50');
    for (const lead of items) {
      const events = (await timelineOf(reader, lead.id)).filter((e) => e.name === 'Restart Survived');
      if (events.length) return events.length;
    }
    return 0;
  }, (n) => n >= sent, 30000);
  assert.equal(found, sent);
});

test('rudder_node_with_gzip_delivers_and_scores', async () => {
  const r = new RudderAnalytics(key, { dataPlaneUrl: house.url, flushAt: 1, flushInterval: 200, logLevel: 'error' });
  const done = (call) => new Promise((ok, fail) => call((e) => (e ? fail(e) : ok())));
  await done((cb) => r.identify({ userId: 'rud-1', traits: { name: 'Rudder Peer', email: 'rud@corp.example' } }, cb));
  await done((cb) => r.track({ userId: 'rud-1', event: 'Demo Requested' }, cb));
  await r.flush().catch(() => {});
  const lead = await until(() => leadOf(reader, 'Rudder'), (l) => l && l.score >= 20);
  assert.equal(lead.email, 'rud@corp.example');
  assert.ok(lead.score >= 20, String(lead.score));
});

test('a_wrong_key_is_final_and_nothing_is_kept', async () => {
  const before_ = await figures(house);
  const errors = [];
  const a = new Analytics({ writeKey: 'gradus_wk_wrong', host: house.url, flushAt: 1, maxRetries: 3 }).on('error', (e) => errors.push(e));
  a.track({ userId: 'x', event: 'Nothing' });
  await a.closeAndFlush({ timeout: 5000 });
  assert.ok(errors.length > 0);
  assert.deepEqual(await figures(house), before_);
});
