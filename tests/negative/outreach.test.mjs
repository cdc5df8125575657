// SPDX-License-Identifier: AGPL-3.0-or-later
// What calls out of the house must refuse: addresses that must not be called, at save and at each delivery, and answers that would hold the sender.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import net from 'node:net';
import { hostname } from 'node:os';
import { open, until } from '../api/harness.mjs';

let house, owner, listener, touched = 0;
before(async () => {
  listener = net.createServer((s) => { touched++; s.destroy(); });
  await new Promise((done) => listener.listen(0, '0.0.0.0', done));
  house = await open({ args: ['--plain-hooks'] });
  owner = await house.person('owner');
});
after(async () => { await house.close(); listener.close(); });

const types = ['lead.hot'];
const refused = async (url) => {
  const r = await owner.call('POST', '/hooks', { name: 'x', url, types });
  assert.equal(r.status, 422, url);
  assert.deepEqual(r.json.errors.map((e) => [e.pointer, e.note]), [['/url', 'address_not_allowed']], url);
  return r.json;
};

test('SSRF_01_this_machine_in_every_spelling', async () => {
  const port = listener.address().port;
  for (const host of ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '2130706433', '0x7f.1', '0177.0.0.1', 'localhost.', 'localhost', 'a.localhost', '127.1', '[::]', '[::ffff:7f00:1]'])
    for (const at of [`:${port}`, '']) await refused(`http://${host}${at}/`);
  assert.equal(touched, 0);
});

test('SSRF_02_private_and_reserved_networks', async () => {
  for (const host of ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1', '198.18.0.1', '192.0.0.1', '224.0.0.1', '255.255.255.255',
    '[fc00::1]', '[fd12:3456::1]', '[fe80::1]', '[ff02::1]', '[64:ff9b::7f00:1]', '[64:ff9b::a00:1]', '[2002:7f00:1::]', '[2002:c0a8:101::]', '[2001:db8::1]', '[100::1]', '[fec0::1]'])
    await refused(`https://${host}/`);
  await owner.post('/hooks', { name: 'far', url: 'https://8.8.8.8/', types }, 201);
});

test('SSRF_05_schemes_ports_and_users', async () => {
  for (const url of ['file:///etc/passwd', 'gopher://example.org/', 'ftp://example.org/', 'dict://example.org/', 'http://example.org:25/', 'http://example.org:5432/', 'https://u:p@example.org/',
    'https://example.org:0/', 'https://example.org:70000/', '//example.org/', 'https:///', 'javascript:alert(1)', 'https://exa mple.org/', 'https://example.org/\r\nX: y', 'https:\\\\example.org\\'])
    await refused(url);
});

test('SSRF_07_one_wording_whatever_is_there', async () => {
  const port = listener.address().port;
  const open_ = await refused(`http://127.0.0.1:${port}/`), closed = await refused('http://127.0.0.1:8/'), filtered = await refused('http://10.255.255.1/');
  for (const p of [open_, closed, filtered]) { delete p.request_id; }
  assert.deepEqual(open_, closed);
  assert.deepEqual(open_, filtered);
  const marketer = await house.person('marketer', 'marketer@example.org');
  await marketer.get('/hooks', 403);
});

test('SSRF_03_a_name_is_judged_by_every_address_it_has_at_each_delivery', async () => {
  // This machine's own name is a name like any other when it is saved; what it stands for is not called.
  const names = [hostname(), 'ip6-localhost'];
  for (const name of names) {
    const r = await owner.call('POST', '/hooks', { name, url: `http://${name}:${listener.address().port}/`, types });
    if (r.status === 422) continue;
    const { letter_id } = await owner.post(`/hooks/${r.json.id}/test`, {});
    const l = await until((x) => x.tries >= 1 && x.error, () => owner.get(`/letters/${letter_id}`));
    assert.ok(['address_not_allowed', 'away'].includes(l.error), `${name}: ${l.error}`);
  }
  assert.equal(touched, 0, 'nothing was connected to');
});

test('SSRF_01_an_address_that_was_allowed_yesterday_is_refused_at_the_delivery', async () => {
  const { port } = listener.address();
  await house.stop();
  house.more = ['--test-clock', '--plain-hooks', '--allow-networks', '127.0.0.0/8'];
  await house.start();
  const hook = await owner.post('/hooks', { name: 'near', url: `http://127.0.0.1:${port}/`, types }, 201);
  await house.stop();
  house.more = ['--test-clock', '--plain-hooks'];
  await house.start();
  const before = touched;
  const { letter_id } = await owner.post(`/hooks/${hook.id}/test`, {});
  const l = await until((x) => x.tries >= 1 && x.error, () => owner.get(`/letters/${letter_id}`));
  assert.equal(l.error, 'address_not_allowed');
  assert.equal(touched, before);
});

test('HKO_04_the_test_button_has_a_limit', async () => {
  const hook = await owner.post('/hooks', { name: 'far', url: 'https://192.88.98.1/', types }, 201);
  const seen = {};
  for (let i = 0; i < 60; i++) {
    const r = await owner.call('POST', `/hooks/${hook.id}/test`, {});
    seen[r.status] = (seen[r.status] ?? 0) + 1;
    if (r.status === 429) assert.ok(Number(r.headers.get('retry-after')) > 0);
  }
  assert.ok(seen[200] <= 21 && seen[429] >= 39, JSON.stringify(seen));
  await owner.del(`/hooks/${hook.id}`);
});

test('push_endpoints_are_judged_as_webhooks_are', async () => {
  for (const endpoint of ['https://127.0.0.1/x', 'ftp://example.org/push', 'https://10.0.0.1/push'])
    await owner.post('/me/notifications/push', { endpoint, p256dh: 'B'.repeat(87), auth: 'A'.repeat(22) }, 422);
});
