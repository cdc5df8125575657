// SPDX-License-Identifier: AGPL-3.0-or-later
// Tables that are read slowly, or not at all.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import net from 'node:net';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { open, until } from '../api/harness.mjs';

const LEADS = 8000, READERS = 100, OF_ONE = 8;
let house, owner, head, writer;
/* Longer than fetch keeps a connection for another request: else it would now and then take one that is just being ended. */
before(async () => {
  house = await open({ args: ['--idle-seconds', '5'] });
  owner = await house.person('owner');
  head = await house.person('head');
  writer = house.writer();
  const long = (i, what) => `${what} ${i} ${'ы'.repeat(90)}`;
  for (let i = 0; i < LEADS; i += 100) {
    const batch = Array.from({ length: 100 }, (_, k) => ({ type: 'identify', userId: `u${i + k}`, traits: { name: long(i + k, 'Имя'), title: long(i + k, 'Должность'), company: { name: long(i + k, 'Компания') } } }));
    await writer.post('//v1/batch', { batch });
  }
});
after(() => house.close());

const status = (what) => Number(new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync(`/proc/${house.child.pid}/status`, 'utf8'))[1]) * 1024;
const connections = async () => Number(/^gradus_http_connections (\d+)$/m.exec(await (await fetch(`${house.url}/metrics`)).text())[1]);
const tables = () => readdirSync(`/proc/${house.child.pid}/fd`).filter((fd) => {
  try { return /\/body\..*deleted/.test(readlinkSync(`/proc/${house.child.pid}/fd/${fd}`)); } catch { return false; }
}).length;

/** Asks for the table, takes in the beginning of the answer and reads no further. */
const startReading = (cookie) => new Promise((done) => {
  const s = net.connect(house.port, '127.0.0.1', () => s.write(`GET /api/v1/export/leads.csv HTTP/1.1\r\nHost: x\r\nCookie: ${cookie}\r\n\r\n`));
  s.once('data', (d) => {
    s.pause();
    done({ s, text: d.toString('latin1'), status: Number(/^HTTP\/1\.1 (\d+)/.exec(d.toString('latin1'))[1]) });
  });
  s.on('error', () => {});
});

test('the_table_is_whole_however_long', async () => {
  const text = await owner.get('/export/leads.csv?sort=name');
  const rows = text.trim().split('\r\n');
  assert.ok(text.length > 4e6 / 2 && Buffer.byteLength(text) > 4e6, `${Buffer.byteLength(text)}`);
  assert.equal(rows.length, LEADS + 1);
  assert.equal(new Set(rows.map((r) => r.split(';')[0])).size, LEADS + 1);
  const r = await owner.call('GET', '/export/leads.csv?sort=-score');
  assert.equal(r.text.trim().split('\r\n').length, LEADS + 1);
  assert.equal(Number(r.headers.get('content-length')), Buffer.byteLength(r.text) + 3); // fetch takes the mark off
});

test('HTTP_14_readers_who_do_not_read_hold_no_memory_and_are_ended', async () => {
  const quiet = await connections();
  await owner.get('/export/leads.csv');
  const before = status('VmRSS');
  const readers = await Promise.all(Array.from({ length: READERS }, () => startReading(owner.cookie)));
  const taken = readers.filter((r) => r.status === 200);
  const refused = readers.filter((r) => r.status === 429);
  assert.equal(taken.length + refused.length, READERS);
  assert.ok(taken.length >= 1 && refused.length >= 1, `${taken.length} taken`);
  assert.ok(tables() <= OF_ONE, `${tables()} at once`); // the first may have been ended by now
  for (const r of refused) assert.match(r.text, /^Retry-After: \d+\r$/mi);
  // others are unhurt: another person's table, events, the lists
  for (let i = 0; i < 20; i++) {
    await writer.post('//v1/track', { userId: `u${i}`, event: 'Seen' });
    await head.get('/leads?limit=50');
  }
  const other = await startReading(head.cookie);
  assert.equal(other.status, 200);
  const grown = status('VmHWM') - before;
  assert.ok(grown <= READERS * 256 * 1024, `memory grew by ${grown}`);
  // each is ended after the idle limit, and its place is free again
  await until((n) => n <= quiet + 2, connections);
  await until((n) => n === 0, tables);
  for (let i = 0; i < OF_ONE + 2; i++) assert.equal((await owner.call('GET', '/export/leads.csv?limit=50')).status, 200);
  for (const r of [...readers, other]) r.s.destroy();
});

test('a_table_with_a_bad_filter_is_refused_as_the_list_is', async () => {
  for (const bad of ['sort=name;DROP%20TABLE%20leads--', 'sort=(select%201)', 'band=boiling', 'owner=nobody!', 'nonsense=1']) {
    const list = await owner.call('GET', `/leads?${bad}`), table = await owner.call('GET', `/export/leads.csv?${bad}`);
    assert.equal(table.status, list.status, bad);
    assert.ok([400, 422].includes(table.status));
  }
  const report = `rp_${owner.id.slice(3)}`;
  for (let i = 0; i < OF_ONE + 2; i++) await owner.get(`/export/leads.csv?report=${report}&bucket=x&band=hot`, 422); // a failed one gives its place back
});
