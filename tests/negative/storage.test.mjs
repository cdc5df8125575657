// SPDX-License-Identifier: AGPL-3.0-or-later
// Disks that fill, files that are damaged, connections that are lost while a commit is under way, copies that are brought back.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import net from 'node:net';
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, kind, open, program, until } from '../api/harness.mjs';
import { cluster, volume } from './volume.mjs';

const sqlite = kind === 'sqlite';
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
  async until(status, tries) {
    for (let i = 0; i < tries; i++) if ((await this.one()) === status) return true;
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
      await until((status) => status === 200, () => senders[0].one(), 'by itself');
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
      await until((status) => status === 200, () => sender.one(), 'by itself');
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

const maker = process.env.GRADUS_TEST_PG ?? 'postgresql:///postgres?host=/var/run/postgresql';
const sql = (text, at = maker) => execFileSync('psql', ['-qXtA', at, '-v', 'ON_ERROR_STOP=1', '-c', text], { encoding: 'utf8' }).trim();
/** Databases of that server whose names begin as this house's does. */
const databases = (h) => (h.database ? sql(`SELECT datname FROM pg_database WHERE datname LIKE '${h.name}%' ORDER BY 1`).split('\n') : []);
const dropped = (h) => databases(h).filter((d) => d !== h.name).forEach((d) => sql(`DROP DATABASE ${d}`));
const where = (h) => ['--data', h.data, ...(h.database ? ['--database', h.database] : [])];
const ask = (h, words, env = {}) => spawnSync(program, [...words, ...where(h)], { encoding: 'utf8', env: { ...process.env, ...env }, timeout: 60000 });

test('a_copy_brings_back_the_house_as_it_was', async () => {
  const { h, owner, sender } = await furnished();
  const folder = mkdtempSync(join(tmpdir(), 'gradus-copy-')), copy = join(folder, 'copy');
  try {
    const before = (await owner.get('/leads?limit=200')).items;
    const kept = [...sender.kept];
    assert.equal(h.cli(['backup', copy]), `backup: ${copy}\n`); // beside the running server
    assert.equal(execFileSync('sha256sum', ['-c', 'copy.sha256'], { cwd: folder, encoding: 'utf8' }).trim(), 'copy: OK');
    assert.deepEqual(readdirSync(folder).sort(), ['copy', 'copy.sha256']);
    assert.equal(statSync(copy).mode & 0o777, 0o600);
    assert.match(ask(h, ['backup', copy]).stderr, /is there already/);
    for (let i = 0; i < 20; i++) assert.equal(await sender.one(), 200);
    const later = messages(h);
    await h.stop();
    const said = h.cli(['restore', copy]);
    const old = /what was there: (?:the database )?(.*)/.exec(said)[1];
    const aside = h.database ? { database: h.database.replace(`/${h.name}`, `/${old}`) } : null;
    if (aside) assert.deepEqual(messages(aside), later, 'nothing of what was there is lost');
    else assert.equal(lines('sqlite3', old, 'SELECT count(*) FROM event')[0], `${later.size}`);
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
    await h.close();
    dropped(h);
    rmSync(folder, { recursive: true });
  }
});

test('an_empty_database_is_filled_by_a_role_that_may_make_none', async () => {
  if (sqlite) return; // a file is made by whoever may write to its folder
  const { h, owner, sender } = await furnished();
  const folder = mkdtempSync(join(tmpdir(), 'gradus-copy-')), copy = join(folder, 'copy');
  const role = `${h.name}_poor`, mine = `${h.name}_new`, url = h.database;
  try {
    h.cli(['backup', copy]);
    await h.stop();
    sql(`CREATE ROLE ${role} LOGIN NOCREATEDB`);
    sql(`CREATE DATABASE ${mine} OWNER ${role}`);
    h.database = url.replace(`/${h.name}`, `/${mine}`).replace(/\/\/[^@/]*@/, `//${role}@`);
    assert.equal(h.cli(['restore', copy]), `restored: ${copy}\n`);
    h.cli(['replay']);
    await h.start();
    assert.equal(messages(h).size, sender.kept.length);
    assert.ok((await (await h.signIn(owner.email)).get('/leads?limit=5')).items.length > 0);
    await h.stop();
    const all = databases(h), r = ask(h, ['restore', copy]); // now it is not empty
    assert.equal(r.status, 2);
    assert.match(r.stderr, /permission denied to create database[\s\S]*an empty one/);
    assert.deepEqual(databases(h), all);
    assert.equal(messages(h).size, sender.kept.length);
  } finally {
    h.database = url;
    await h.close();
    dropped(h);
    sql(`DROP ROLE IF EXISTS ${role}`);
    rmSync(folder, { recursive: true });
  }
});

test('a_backup_that_cannot_be_made_leaves_nothing_and_tells_nobody_the_password', async () => {
  if (sqlite) return; // no other program takes part
  const { h } = await furnished();
  const folder = mkdtempSync(join(tmpdir(), 'gradus-copy-')), copy = join(folder, 'copy'), bin = join(folder, 'bin');
  const url = h.database;
  const left = () => readdirSync(folder).filter((f) => f.startsWith('copy'));
  try {
    mkdirSync(bin);
    let r = ask(h, ['backup', copy], { PATH: bin });
    assert.equal(r.status, 2);
    assert.match(r.stderr, /pg_dump is not installed[\s\S]*postgresql-client/);
    assert.deepEqual(left(), []);
    const seen = join(folder, 'seen');
    writeFileSync(join(bin, 'pg_dump'), `#!/bin/sh\n{ printf '%s\\n' "$@"; env; } >${seen}\necho half\necho 'pg_dump: error: server version: 99' >&2\nexit 1\n`, { mode: 0o755 });
    h.database = url.replace(/\/\/([^@/]*)@/, "//$1:it%27s%20secret@");
    r = ask(h, ['backup', copy], { PATH: `${bin}:${process.env.PATH}`, PGHOST: '/nowhere', PGPASSWORD: 'another' });
    assert.equal(r.status, 2);
    assert.match(r.stderr, /pg_dump: error: server version: 99/);
    assert.deepEqual(left(), []);
    const [words, env] = [[], []];
    for (const line of readFileSync(seen, 'utf8').split('\n')) (/^\w+=/.test(line) ? env : words).push(line);
    assert.ok(!words.some((w) => w.includes('secret')), words.join(' '));
    assert.deepEqual(env.filter((v) => v.startsWith('PGPASSWORD=')), ["PGPASSWORD=it's secret"]);
    assert.ok(!env.includes('PGHOST=/nowhere'));
    assert.equal(ask(h, ['backup', join(folder, 'no', 'copy')]).status, 2);
    h.cli(['backup', copy]); // with the real one, and a password
    assert.deepEqual(left(), ['copy', 'copy.sha256']);
  } finally {
    h.database = url;
    await h.close();
    rmSync(folder, { recursive: true });
  }
});

test('a_restore_that_somebody_comes_into_changes_nothing', async () => {
  if (sqlite) return; // whoever writes to the file has a lock that the restore holds (OPS_04)
  const { h } = await furnished();
  const folder = mkdtempSync(join(tmpdir(), 'gradus-copy-')), copy = join(folder, 'copy'), bin = join(folder, 'bin'), guest = join(folder, 'guest');
  const real = execFileSync('sh', ['-c', 'command -v pg_restore'], { encoding: 'utf8' }).trim();
  try {
    h.cli(['backup', copy]);
    await h.stop();
    const all = databases(h), there = messages(h);
    const refuse = (why, env) => {
      const r = ask(h, ['restore', copy], env);
      assert.equal(r.status, 2);
      assert.match(r.stderr, why);
      assert.deepEqual(messages(h), there);
    };
    // A session begins while the copy is being written beside: after it was seen that there is none.
    mkdirSync(bin);
    writeFileSync(join(bin, 'pg_restore'), `#!/bin/sh\ncase "$*" in *--single-transaction*) psql -qX '${h.database}' -c 'SELECT pg_sleep(600)' >/dev/null 2>&1 & echo $! >${guest} ;; esac\nexec ${real} "$@"\n`, { mode: 0o755 });
    refuse(/being accessed by other users/, { PATH: `${bin}:${process.env.PATH}` });
    process.kill(Number(readFileSync(guest, 'utf8')));
    sql(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '${h.name}'`);
    assert.deepEqual(databases(h), all, 'what was made beside it is gone');
    // Another restore was killed: what it made is not ours to drop.
    sql(`CREATE DATABASE ${h.name}_restored`);
    refuse(/_restored" already exists/);
    assert.deepEqual(databases(h), [...all, `${h.name}_restored`]);
    sql(`DROP DATABASE ${h.name}_restored`);
    h.cli(['restore', copy]);
    await h.start();
  } finally {
    await h.close();
    dropped(h);
    rmSync(folder, { recursive: true });
  }
});

test('OPS_04_what_is_no_whole_copy_of_ours_replaces_nothing', async () => {
  const { h } = await furnished();
  const folder = mkdtempSync(join(tmpdir(), 'gradus-copy-')), copy = join(folder, 'copy');
  const look = () => (sqlite ? readFileSync(join(h.data, 'gradus.db')) : [databases(h), [...messages(h)].sort()]);
  const refuse = (path, why) => {
    const before = look();
    const r = ask(h, ['restore', path]);
    assert.equal(r.status, 2, path);
    assert.match(r.stderr, why);
    assert.deepEqual(look(), before);
    assert.ok(!existsSync(join(h.data, 'gradus.db-restored')));
  };
  const summed = (path) => { writeFileSync(`${path}.sha256`, execFileSync('sha256sum', [path])); return path; };
  /** A whole copy of another database of the same kind, in which that was done. */
  const other = (name, text, from) => {
    const path = join(folder, name);
    if (sqlite) {
      if (from) copyFileSync(from, path);
      execFileSync('sqlite3', [path, text]);
    } else {
      const at = h.database.replace(`/${h.name}`, `/${h.name}_other`);
      sql(`CREATE DATABASE ${h.name}_other`);
      if (from) execFileSync('pg_restore', ['-d', at, from]);
      sql(text, at);
      execFileSync('pg_dump', ['-Fc', '-f', path, at]);
      sql(`DROP DATABASE ${h.name}_other`);
    }
    return summed(path);
  };
  try {
    h.cli(['backup', copy]);
    const r = ask(h, ['restore', copy]);
    assert.equal(r.status, 2, 'a server runs');
    assert.match(r.stderr, sqlite ? /another server runs/ : /has the database .* open/);
    await h.stop();
    const like = (name) => { copyFileSync(copy, join(folder, name)); copyFileSync(`${copy}.sha256`, join(folder, `${name}.sha256`)); return join(folder, name); };
    const size = statSync(copy).size;
    truncateSync(like('cut'), size - 4096);
    refuse(join(folder, 'cut'), /sum is another/);
    refuse(summed(join(folder, 'cut')), sqlite ? /damaged/ : /pg_restore/); // and if its sum was made afterwards
    const flip = like('flip'), bytes = readFileSync(flip);
    bytes[Math.floor(size / 2)] ^= 4;
    writeFileSync(flip, bytes);
    refuse(flip, /sum is another/);
    copyFileSync(copy, join(folder, 'alone'));
    refuse(join(folder, 'alone'), /sum/);
    refuse(other('foreign', 'CREATE TABLE t (x integer)'), /no database of this program/);
    writeFileSync(join(folder, 'text'), 'nothing of the kind, but long enough to be looked at by whoever reads a head of a hundred bytes, and more than that');
    refuse(summed(join(folder, 'text')), /no database|damaged/);
    refuse(other('newer', "INSERT INTO migration VALUES ('9999_future.sql', '00', 0)", copy), /newer or another program/);
    refuse(join(folder, 'absent'), /No such file/);
    h.cli(['restore', copy]);
    await h.start();
  } finally {
    await h.close();
    dropped(h);
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
  const h = await open({ database: pg.url });
  const twice = () => pg.sql('SELECT count(*) FROM (SELECT message_id FROM event GROUP BY message_id HAVING count(*) > 1) d');
  try {
    await h.person('owner');
    const sender = new Sender(h, h.addKey('events'));
    /* A command stands still here until it has ended, and what stands between with it: what both would wait for must come before. */
    await h.stop();
    h.database = `postgresql://gradus@127.0.0.1:${way.port}/gradus?sslmode=disable&gssencmode=disable`;
    await h.start();
    h.database = pg.url;
    for (let i = 0; i < 5; i++) assert.equal(await sender.one(), 200);
    for (let i = 0; i < 20; i++) {
      const id = `doubt-${i}`;
      way.cut = true;
      const got = await sender.one(id);
      if (way.cut) { way.cut = false; continue; } // the clock's commit was it, or none
      assert.ok([200, 503].includes(got), `${got}`);
      await until((status) => status === 200, () => sender.one(id));
      assert.equal(pg.sql(`SELECT count(*) FROM event WHERE message_id = '${id}'`), '1');
    }
    assert.ok(way.cuts > 10, `${way.cuts} commits were cut`);
    assert.ok(sender.refused.length >= 10 && sender.refused.every((r) => r.status === 503));
    // A standby that is waited for and is not there; the wait is cancelled by hand: WARNING 01000.
    pg.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'", pg.maker);
    pg.sql('SELECT pg_reload_conf()', pg.maker);
    let tried = 0, unseen; // the first that is waited for: connections take a setting up in their own time
    await until((status) => status === 503, async () => {
      let status;
      unseen = `unseen-${++tried}`;
      sender.one(unseen).then((is) => { status = is; });
      await until(() => status, () => pg.sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'", pg.maker));
      return status;
    });
    pg.sql('ALTER SYSTEM RESET synchronous_standby_names', pg.maker);
    pg.sql('SELECT pg_reload_conf()', pg.maker);
    await until((status) => status === 200, () => sender.one(unseen));
    assert.equal(pg.sql(`SELECT count(*) FROM event WHERE message_id = '${unseen}'`), '1');
    assert.equal(twice(), '0');
    h.cli(['replay']);
  } finally {
    await h.close().finally(() => { way.close(); pg.close(); });
  }
});
