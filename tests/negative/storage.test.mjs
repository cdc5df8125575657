// SPDX-License-Identifier: AGPL-3.0-or-later
// Disks that fill, files that are damaged, connections that are lost while a commit is under way, copies that are brought back.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import net from 'node:net';
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, copyFileSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, kind, open, program } from '../api/harness.mjs';
import { cluster, volume } from './volume.mjs';

const sqlite = kind === 'sqlite';
const pause = (ms) => new Promise((r) => setTimeout(r, ms));
const health = async (h) => (await (await fetch(`${h.url}/healthz`)).json()).status;
const lines = (first, ...rest) => execFileSync(first, rest, { encoding: 'utf8' }).trim().split('\n');
/** sqlite3 goes where the server's files are, and by their own name: it looks through links of /proc. */
const lite = (h, text) => lines(...h.wrap, 'sqlite3', join(h.data, 'gradus.db'), text);
const messages = (h) => new Set(h.database ? lines('psql', '-qXtA', h.database, '-c', 'SELECT message_id FROM event') : lite(h, 'SELECT message_id FROM event'));
const whole = (h) => lite(h, 'PRAGMA integrity_check').join(' ');

/** Sends one event after the other: status by messageId. */
class Sender {
  constructor(h, key) { Object.assign(this, { h, key, kept: [], refused: [], n: 0 }); }
  async one(messageId = `m-${++this.n}-${randomBytes(4).toString('hex')}`, more = {}) {
    const r = await fetch(`${this.h.url}/v1/track`, {
      method: 'POST', headers: { authorization: `Basic ${Buffer.from(`${this.key}:`).toString('base64')}` },
      body: JSON.stringify({ messageId, userId: `u${this.n % 50}`, event: 'Page Seen', properties: { text: 'x'.repeat(2000) }, ...more }),
    });
    if (r.status === 200) this.kept.push(messageId);
    else this.refused.push({ messageId, status: r.status, wait: r.headers.get('retry-after') });
    return r.status;
  }
  /** Until an answer is that status; tries are counted, not time. */
  async until(status, tries, ms = 0) {
    for (let i = 0; i < tries; i++) {
      if ((await this.one()) === status) return true;
      if (ms) await pause(ms);
    }
    return false;
  }
}

test('DUR_01_a_full_disk_refuses_what_it_cannot_keep_and_no_more', async () => {
  const disk = await volume(420);
  const pg = sqlite ? null : cluster(disk);
  const h = await open(sqlite ? { data: disk.dir, wrap: disk.wrap } : { database: pg.url });
  try {
    const owner = await h.person('owner');
    const key = h.addKey('events');
    const senders = Array.from({ length: 4 }, () => new Sender(h, key));
    for (const s of senders) assert.equal(await s.one(), 200);
    const pid = h.child.pid;
    for (let round = 0; round < 2; round++) { // full and emptied twice
      disk.fill();
      const found = await Promise.all(senders.map((s) => s.until(503, 20000)));
      assert.ok(found.every(Boolean), 'every sender is told');
      assert.equal(await health(h), 'storage_full');
      assert.equal((await fetch(`${h.url}/readyz`)).status, 503);
      assert.ok((await owner.get('/leads?limit=5')).items.length > 0, 'reading goes on');
      assert.equal((await owner.call('POST', '/leads', { name: 'A', email: 'a@firm.example' })).status, 503);
      if (sqlite) await h.signIn(owner.email); // there is a reserve for that
      disk.empty();
      assert.ok(await senders[0].until(200, 200, 50), 'by itself');
      assert.equal(await health(h), 'ok');
    }
    for (const s of senders) for (const r of s.refused) {
      assert.equal(r.status, 503);
      assert.ok(Number(r.wait) >= 1);
    }
    assert.equal(h.child.pid, pid);
    assert.equal(h.child.exitCode, null);
    const there = messages(h);
    for (const s of senders) for (const id of s.kept) assert.ok(there.has(id), `${id} was answered 200`);
    assert.equal(await h.stop().then((r) => r.code), 0);
    if (sqlite) assert.equal(whole(h), 'ok');
    h.cli(['replay']);
    await h.start();
  } finally {
    await h.close().finally(() => { pg?.close(); disk.close(); });
  }
});

test('DUR_02_a_start_on_a_full_disk_reads_and_heals_by_itself', async () => {
  if (!sqlite) return; // the disk of PostgreSQL is not ours to start on
  const disk = await volume(420);
  const h = await open({ data: disk.dir, wrap: disk.wrap });
  try {
    const owner = await h.person('owner');
    const sender = new Sender(h, h.addKey('events'));
    for (let i = 0; i < 200; i++) assert.equal(await sender.one(), 200);
    h.child.kill('SIGKILL'); // with a log that was not carried over
    await h.ended;
    disk.fill();
    await h.start();
    assert.equal(await health(h), 'storage_full');
    assert.ok(!existsSync(join(disk.outside, 'gradus.db-reserve')), 'its room was released');
    for (let i = 0; i < 20; i++) assert.equal(await sender.one(), 503);
    assert.ok((await owner.get('/leads?limit=5')).items.length > 0);
    await h.signIn(owner.email);
    disk.empty();
    assert.equal(await sender.one(), 200);
    assert.equal(await health(h), 'ok');
    await h.stop();
    assert.equal(whole(h), 'ok');
    const there = messages(h);
    for (const id of sender.kept) assert.ok(there.has(id));
    await h.start();
    assert.ok(existsSync(join(disk.outside, 'gradus.db-reserve')), 'and is kept again');
  } finally { await h.close().finally(() => disk.close()); }
});

test('DUR_02_a_start_on_a_disk_that_filled_while_the_server_ran', async () => {
  if (!sqlite) return;
  const disk = await volume(420);
  const h = await open({ data: disk.dir, wrap: disk.wrap });
  try {
    const owner = await h.person('owner');
    const sender = new Sender(h, h.addKey('events'));
    for (let i = 0; i < 200; i++) assert.equal(await sender.one(), 200);
    for (const signal of ['SIGKILL', 'SIGTERM']) {
      disk.fill();
      assert.ok(await sender.until(503, 20000));
      assert.ok(!existsSync(join(disk.outside, 'gradus.db-reserve')), 'it has been used');
      disk.fill(); // what the reserve had
      h.child.kill(signal);
      await h.ended;
      await h.start();
      assert.equal(await health(h), 'storage_full', signal);
      assert.ok((await owner.get('/leads?limit=5')).items.length > 0);
      for (let i = 0; i < 5; i++) assert.equal(await sender.one(), 503);
      disk.empty();
      assert.ok(await sender.until(200, 200, 50), 'by itself');
      assert.equal(await health(h), 'ok');
    }
    await h.stop();
    assert.equal(whole(h), 'ok');
    const there = messages(h);
    for (const id of sender.kept) assert.ok(there.has(id));
  } finally { await h.close().finally(() => disk.close()); }
});

/** A house with leads and what they did, stopped, and a copy of it. */
async function furnished() {
  const h = await open();
  const owner = await h.person('owner');
  const sender = new Sender(h, h.addKey('events'));
  for (let i = 0; i < 300; i++) assert.equal(await sender.one(), 200);
  return { h, owner, sender };
}

test('DUR_08_a_damaged_file_is_found_read_and_not_written', async () => {
  if (!sqlite) return; // PostgreSQL answers for its own pages
  const { h, owner, sender } = await furnished();
  const copy = join(h.data, 'copy');
  const file = join(h.data, 'gradus.db');
  try {
    h.cli(['backup', copy]);
    await h.stop();
    const page = Number(execFileSync('sqlite3', [file, "SELECT pageno FROM dbstat WHERE name = 'event' AND pagetype = 'leaf' ORDER BY pageno LIMIT 1 OFFSET 20"], { encoding: 'utf8' }));
    assert.ok(page > 1);
    const fd = openSync(file, 'r+');
    writeSync(fd, randomBytes(4096), 0, 4096, (page - 1) * 4096);
    closeSync(fd);
    await h.start();
    assert.equal(await health(h), 'storage_damaged');
    assert.match(h.log, /database\.damaged.*gradus restore/);
    const bytes = readFileSync(file);
    for (let i = 0; i < 10; i++) assert.equal(await sender.one(), 503);
    assert.equal((await owner.call('POST', '/leads', { name: 'A', email: 'a@firm.example' })).status, 503);
    assert.ok((await owner.get('/leads?limit=5')).items.length > 0, 'what is whole is read');
    assert.deepEqual(await h.stop(), { code: 0, signal: null });
    assert.deepEqual(readFileSync(file), bytes, 'not a byte was written');
    h.cli(['restore', copy]);
    await h.start();
    assert.equal(await health(h), 'ok');
    assert.equal(await sender.one(), 200);
    await h.stop();
    const there = messages(h);
    for (const id of sender.kept) assert.ok(there.has(id));
    writeFileSync(file, Buffer.concat([randomBytes(100), readFileSync(file).subarray(100)]));
    const r = spawnSync(program, ['serve', '--data', h.data, '--listen', '127.0.0.1:0'], { encoding: 'utf8', timeout: 20000 });
    assert.equal(r.signal, null);
    assert.notEqual(r.status, 0);
    assert.match(r.stderr, /gradus restore/);
    h.cli(['restore', copy]);
    await h.start();
  } finally { await h.close(); }
});

test('a_copy_brings_back_the_house_as_it_was', async () => {
  const { h, owner, sender } = await furnished();
  const folder = mkdtempSync(join(tmpdir(), 'gradus-copy-')), copy = join(folder, 'copy');
  const pg = h.database;
  const aside = pg?.replace(`/${h.name}`, `/${h.name}_b`);
  try {
    const before = (await owner.get('/leads?limit=200')).items;
    const kept = [...sender.kept];
    if (pg) execFileSync('pg_dump', ['-Fc', '-f', copy, pg]);
    else h.cli(['backup', copy]);
    for (let i = 0; i < 20; i++) assert.equal(await sender.one(), 200);
    await h.stop();
    if (pg) {
      assert.notEqual(spawnSync(program, ['restore', copy, '--database', pg], { encoding: 'utf8' }).status, 0);
      execFileSync('psql', ['-qX', process.env.GRADUS_TEST_PG ?? 'postgresql:///postgres?host=/var/run/postgresql', '-c', `CREATE DATABASE ${h.name}_b`]);
      execFileSync('pg_restore', ['-d', aside, '--no-owner', copy]);
      h.database = aside;
    } else {
      assert.match(h.cli(['restore', copy]), /what was there: /);
      assert.equal(execFileSync('sha256sum', ['-c', 'copy.sha256'], { cwd: folder, encoding: 'utf8' }).trim(), 'copy: OK');
    }
    h.cli(['replay']);
    await h.start();
    const there = messages(h);
    assert.equal(there.size, kept.length);
    for (const id of kept) assert.ok(there.has(id));
    const again = await h.signIn(owner.email);
    assert.deepEqual((await again.get('/leads?limit=200')).items.map((l) => [l.id, l.score]), before.map((l) => [l.id, l.score]));
    assert.equal(await sender.one(kept[0]), 200); // a repeat is one still
    assert.equal(messages(h).size, kept.length);
    assert.equal(await sender.one(), 200);
  } finally {
    h.database = pg;
    await h.close();
    if (pg) execFileSync('psql', ['-qX', process.env.GRADUS_TEST_PG ?? 'postgresql:///postgres?host=/var/run/postgresql', '-c', `DROP DATABASE IF EXISTS ${h.name}_b WITH (FORCE)`]);
    rmSync(folder, { recursive: true });
  }
});

test('OPS_04_what_is_no_whole_copy_of_ours_replaces_nothing', async () => {
  if (!sqlite) return; // pg_restore is PostgreSQL's
  const { h } = await furnished();
  const folder = mkdtempSync(join(tmpdir(), 'gradus-copy-')), copy = join(folder, 'copy');
  const refuse = (path, why) => {
    const before = readFileSync(join(h.data, 'gradus.db'));
    const r = spawnSync(program, ['restore', path, '--data', h.data], { encoding: 'utf8', timeout: 60000 });
    assert.equal(r.status, 2, path);
    assert.match(r.stderr, why);
    assert.deepEqual(readFileSync(join(h.data, 'gradus.db')), before);
    assert.ok(!existsSync(join(h.data, 'gradus.db-restored')));
  };
  const summed = (path) => { writeFileSync(`${path}.sha256`, execFileSync('sha256sum', [path])); return path; };
  try {
    h.cli(['backup', copy]);
    assert.equal(spawnSync(program, ['restore', copy, '--data', h.data], { encoding: 'utf8' }).status, 2, 'a server runs');
    await h.stop();
    const like = (name) => { copyFileSync(copy, join(folder, name)); copyFileSync(`${copy}.sha256`, join(folder, `${name}.sha256`)); return join(folder, name); };
    const size = statSync(copy).size;
    truncateSync(like('cut'), size - 4096);
    refuse(join(folder, 'cut'), /sum is another/);
    refuse(summed(join(folder, 'cut')), /damaged/); // and if its sum was made afterwards
    const flip = like('flip'), bytes = readFileSync(flip);
    bytes[Math.floor(size / 2)] ^= 4;
    writeFileSync(flip, bytes);
    refuse(flip, /sum is another/);
    copyFileSync(copy, join(folder, 'alone'));
    refuse(join(folder, 'alone'), /sum/);
    execFileSync('sqlite3', [join(folder, 'foreign'), 'CREATE TABLE t (x)']);
    refuse(summed(join(folder, 'foreign')), /no database of this program/);
    writeFileSync(join(folder, 'text'), 'nothing of the kind, but long enough to be looked at by whoever reads a head of a hundred bytes, and more than that');
    refuse(summed(join(folder, 'text')), /no database|damaged/);
    execFileSync('sqlite3', [like('newer'), "INSERT INTO migration VALUES ('9999_future.sql', '00', 0)"]);
    refuse(summed(join(folder, 'newer')), /newer or another program/);
    refuse(join(folder, 'absent'), /No such file/);
    h.cli(['restore', copy]);
    await h.start();
  } finally {
    await h.close();
    rmSync(folder, { recursive: true });
  }
});

/** Between the server and PostgreSQL: `cut` ends the connection that sends COMMIT, once the commit has gone through. */
async function between(home) {
  const way = { cut: false, cuts: 0, port: 0 };
  const pairs = new Set();
  const server = net.createServer((a) => {
    const b = net.connect(join(home, '.s.PGSQL.5432'));
    let doomed = false;
    pairs.add(a).add(b);
    a.on('data', (d) => {
      if (way.cut && d.includes('COMMIT\0')) { doomed = true; way.cut = false; }
      b.write(d);
    });
    b.on('data', (d) => {
      if (!doomed) return a.write(d);
      way.cuts++; // PostgreSQL has answered: it is committed, and nobody hears of it
      a.destroy();
      return b.destroy();
    });
    for (const [x, y] of [[a, b], [b, a]]) { x.on('error', () => y.destroy()); x.on('close', () => y.destroy()); }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  way.port = server.address().port;
  way.close = () => { pairs.forEach((s) => s.destroy()); server.close(); };
  return way;
}

test('DUR_05_a_commit_in_doubt_is_no_success_and_its_repeat_is_kept_once', async () => {
  if (sqlite) return; // there is no connection to be lost
  const pg = cluster();
  const way = await between(pg.home);
  const h = await open({ database: `postgresql://gradus@127.0.0.1:${way.port}/gradus?sslmode=disable&gssencmode=disable` });
  h.database = pg.url; // commands go by themselves
  const twice = () => pg.sql('SELECT count(*) FROM (SELECT message_id FROM event GROUP BY message_id HAVING count(*) > 1) d');
  try {
    await h.person('owner');
    const sender = new Sender(h, h.addKey('events'));
    for (let i = 0; i < 5; i++) assert.equal(await sender.one(), 200);
    for (let i = 0; i < 20; i++) {
      const id = `doubt-${i}`;
      way.cut = true;
      const got = await sender.one(id);
      if (way.cut) { way.cut = false; continue; } // the clock's commit was it, or none
      assert.ok([200, 503].includes(got), `${got}`);
      for (let k = 0; k < 50 && (await sender.one(id)) !== 200; k++) await pause(20);
      assert.equal(pg.sql(`SELECT count(*) FROM event WHERE message_id = '${id}'`), '1');
    }
    assert.ok(way.cuts > 10, `${way.cuts} commits were cut`);
    assert.ok(sender.refused.length >= 10 && sender.refused.every((r) => r.status === 503));
    // A standby that is waited for and is not there; the wait is cancelled by hand: WARNING 01000.
    pg.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'", pg.maker);
    pg.sql('SELECT pg_reload_conf()', pg.maker);
    await pause(200);
    const before = sender.refused.length;
    const got = sender.one('unseen');
    for (let k = 0; k < 200 && sender.refused.length === before; k++) {
      pg.sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'", pg.maker);
      await pause(20);
    }
    assert.equal(await got, 503);
    pg.sql('ALTER SYSTEM RESET synchronous_standby_names', pg.maker);
    pg.sql('SELECT pg_reload_conf()', pg.maker);
    for (let k = 0; k < 100 && (await sender.one('unseen')) !== 200; k++) await pause(50);
    assert.equal(pg.sql("SELECT count(*) FROM event WHERE message_id = 'unseen'"), '1');
    assert.equal(twice(), '0');
    h.cli(['replay']);
  } finally {
    await h.close().finally(() => { way.close(); pg.close(); });
  }
});
