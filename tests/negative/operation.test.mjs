// SPDX-License-Identifier: AGPL-3.0-or-later
// The operator's mistakes, the end of the program, what the log must not hold.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import net from 'node:net';
import { spawn, spawnSync, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open, program, Client, until } from '../api/harness.mjs';

let house, owner, folder;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gradus-op-'));
  house = await open({ env: { GRADUS_LOG_LEVEL: 'debug' } });
  owner = await house.person('owner');
});
after(async () => {
  await house.close();
  rmSync(folder, { recursive: true });
});
const database = () => (house.database ? ['--database', house.database] : []);
const run = (args) => spawnSync(program, args, { encoding: 'utf8', timeout: 20000, env: { ...process.env, GRADUS_LOG_LEVEL: 'info' } });

test('OPS_01_a_setting_that_is_none_stops_the_start_by_name', () => {
  writeFileSync(join(folder, 'a.conf'), '# ours\nlisten = 127.0.0.1:0\nnonsense = 5\n');
  for (const [args, why] of [
    [['--config', join(folder, 'a.conf')], /nonsense[^]*a\.conf, line 3/], [['--nonsense', '5'], /nonsense/], [['--threads', 'many'], /threads/], [['--idle-seconds', '0'], /idle_seconds/],
    [['--config', join(folder, 'absent.conf')], /absent\.conf/],
    [['--listen', '127.0.0.1:99999'], /listen/], [['--listen', 'nowhere'], /listen/], [['--lang', 'de'], /lang/],
    [['--phone-region', 'ZZ'], /phone_region/], [['--public-url', 'ftp://x'], /public_url/], [['--public-url', 'https://'], /public_url/],
  ]) {
    const r = run(['serve', '--data', join(folder, 'data'), ...(args[0] === '--listen' ? [] : ['--listen', '127.0.0.1:0']), ...args]);
    assert.notEqual(r.status, 0, args.join(' '));
    assert.notEqual(r.signal, 'SIGTERM', `${args.join(' ')} started`);
    assert.match(r.stderr, why);
  }
});

test('a_command_is_told_what_is_wrong_and_makes_nothing_by_mistake', async () => {
  const typo = join(folder, 'typo');
  for (const args of [['replay'], ['explain', 'ld_0000000000001'], ['user', 'list'], ['model', 'show'], ['backup', join(folder, 'none.db')]]) {
    const r = run([...args, '--data', typo]);
    assert.equal(r.status, 2, args.join(' '));
    assert.match(r.stderr, /there is no database in/);
    assert.ok(!existsSync(typo), args.join(' '));
  }
  for (const word of ['help', '--help']) assert.deepEqual([run([word]).status, /serve/.test(run([word]).stdout)], [0, true]);
  const version = run(['--version']);
  assert.equal(version.status, 0);
  assert.match(version.stdout, /^\S+\n$/);
  assert.equal(run(['nonsense']).status, 2);
  const here = { encoding: 'utf8', cwd: mkdtempSync(join(folder, 'cwd-')), input: 'a long enough word', env: process.env };
  const add = () => spawnSync(program, ['user', 'add', '--email', 'twice@house.example', '--role', 'head', '--password-stdin', ...(house.database ? database() : ['--data', house.data])], here);
  assert.equal(add().status, 0);
  const again = add();
  assert.equal(again.status, 2);
  assert.match(again.stderr, /already/);
  assert.doesNotMatch(again.stderr, /INSERT|SELECT/);
  assert.deepEqual(readdirSync(here.cwd), [], 'a command on another database leaves no folder');
});

test('OPS_01_a_server_in_the_open_says_so', async () => {
  for (const [more, warns] of [[['--listen', '0.0.0.0:0'], true], [['--listen', '127.0.0.1:0'], false], [['--listen', '0.0.0.0:0', '--public-url', 'https://crm.example.org'], false]]) {
    const child = spawn(program, ['serve', '--data', join(folder, `open${warns}${more.length}`), ...more], { stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    await new Promise((done) => child.stderr.on('data', (d) => { log += d; if (log.includes('server.started')) done(); }));
    child.kill();
    await new Promise((done) => child.on('exit', done));
    assert.equal(log.includes('server.in_the_clear'), warns, more.join(' '));
  }
});

test('OPS_02_figures_are_for_those_beside_the_machine', async () => {
  assert.equal((await fetch(`${house.url}/metrics`)).status, 200);
  for (const headers of [{ 'x-forwarded-for': '8.8.8.8' }, { forwarded: 'for=8.8.8.8' }]) assert.equal((await fetch(`${house.url}/metrics`, { headers })).status, 404);
  const plain = await open({ testClock: false });
  try {
    for (const path of ['/test/clock', '/debug/pprof', '/debug/vars']) assert.equal((await fetch(plain.url + path, { method: 'POST', body: '{}' })).status >= 404, true, path);
  } finally { await plain.close(); }
});

test('OPS_04_a_backup_goes_nowhere_where_something_is', async () => {
  const path = join(folder, 'copy.db');
  writeFileSync(path, 'mine');
  const r = run(['backup', path, '--data', house.data, ...database()]);
  assert.notEqual(r.status, 0);
  assert.equal(readFileSync(path, 'utf8'), 'mine');
});

test('OPS_05_who_is_being_answered_gets_his_answer', async () => {
  const h = await open();
  try {
    const who = await h.person('owner');
    const streams = await Promise.all(Array.from({ length: 20 }, () => who.live()));
    const made = [];
    const calls = Array.from({ length: 100 }, (_, i) => who.call('POST', '/leads', { name: `L${i}`, email: `l${i}@firm.example` }).then((r) => { if (r.status === 201) made.push(r.json.id); return r.status; }, () => 0));
    await new Promise((r) => setTimeout(r, 30));
    h.child.kill('SIGTERM');
    const codes = await Promise.all(calls);
    assert.deepEqual(await h.ended, { code: 0, signal: null });
    for (const c of codes) assert.ok([201, 503, 0].includes(c), `${c}`);
    for (const s of streams) s.close();
    await h.start();
    const all = new Set();
    for (let next = ''; next !== null;) {
      const page = await who.get(`/leads?limit=200${next ? `&cursor=${encodeURIComponent(next)}` : ''}`);
      page.items.forEach((l) => all.add(l.id));
      next = page.next;
    }
    for (const id of made) assert.ok(all.has(id), 'what was answered is there');
  } finally { await h.close(); }
});

test('no_thread_lets_the_signal_to_stop_end_the_program', () => {
  for (const t of readdirSync(`/proc/${house.child.pid}/task`)) {
    if (Number(t) === house.child.pid) continue; // it is the one that waits for them
    const blocked = BigInt('0x' + /^SigBlk:\s+(\w+)$/m.exec(readFileSync(`/proc/${house.child.pid}/task/${t}/status`, 'utf8'))[1]);
    for (const signal of [2n, 15n]) assert.ok(blocked & (1n << (signal - 1n)), `thread ${t}, signal ${signal}`);
  }
});

test('DUR_07_a_second_server_on_one_file_is_refused', () => {
  if (house.database) return; // there it is welcome
  const r = run(['serve', '--data', house.data, '--listen', '127.0.0.1:0']);
  assert.notEqual(r.status, 0);
  assert.match(r.stderr, /another server runs/);
  assert.equal(house.child.exitCode, null);
  house.cli(['user', 'add', '--email', 'beside@example.org', '--role', 'manager', '--name', 'B', '--password-stdin'], 'correct horse\n'); // a command beside it is not
});

test('DUR_06_a_newer_database_is_refused_and_left_as_it_is', async () => {
  const h = await open();
  try {
    h.addUser('owner');
    await h.stop();
    const sql = (text) => (h.database ? execFileSync('psql', ['-qtA', h.database, '-c', text], { encoding: 'utf8' }) : execFileSync('sqlite3', [join(h.data, 'gradus.db'), text], { encoding: 'utf8' }));
    sql("INSERT INTO migration VALUES ('9999_future.sql', '00', 0)");
    const before = sql('SELECT count(*) FROM migration');
    const r = run(['serve', '--data', h.data, '--listen', '127.0.0.1:0', ...(h.database ? ['--database', h.database] : [])]);
    assert.notEqual(r.status, 0);
    assert.match(r.stderr, /older than the database/);
    assert.equal(sql('SELECT count(*) FROM migration'), before);
    sql("DELETE FROM migration WHERE name = '9999_future.sql'");
    await h.start();
  } finally { await h.close(); }
});

test('OVL_03_connections_above_the_limit_are_closed_and_nobody_is_hurt', async () => {
  const h = await open({ args: ['--max-connections', '40'] });
  try {
    const who = await h.person('owner');
    const stream = await who.live();
    const sockets = Array.from({ length: 100 }, () => net.connect(h.port, '127.0.0.1').on('error', () => {}));
    await new Promise((r) => setTimeout(r, 500));
    const ticks = () => { const f = readFileSync(`/proc/${h.child.pid}/stat`, 'utf8').split(' '); return Number(f[13]) + Number(f[14]); };
    const from = ticks();
    await new Promise((r) => setTimeout(r, 1000));
    assert.ok(ticks() - from < 50, 'no busy loop');
    assert.equal(stream.ended, false);
    sockets.forEach((s) => s.destroy());
    await until(Boolean, () => fetch(`${h.url}/healthz`).then((r) => r.status === 200, () => false));
    stream.close();
  } finally { await h.close(); }
});

test('PRV_04_the_log_at_its_loudest_names_nobody', async () => {
  const secrets = ['private.person@firm.example', '+79165550011', 'correct horse', 'Зоя Тайная'];
  await owner.post('/leads', { name: secrets[3], email: secrets[0], phone: secrets[1] }, 201);
  await owner.get(`/leads?q=${encodeURIComponent(secrets[0])}`);
  await house.stranger().call('POST', '/session', { email: secrets[0], password: 'wrong one' });
  await owner.call('POST', '/leads', { email: 'nonsense-private', phone: 'x' });
  const key = await owner.post('/keys', { name: 'k', scope: 'api' }, 201);
  await new Client(house, { bearer: key.key }).get('/me');
  await house.writer().post('//v1/identify', { userId: 'private-user', traits: { email: secrets[0], name: secrets[3], phone: secrets[1] } });
  for (const word of [...secrets, key.key, owner.cookie.split('=')[1], owner.csrf, 'nonsense-private', 'wrong one', 'private-user']) assert.ok(!house.log.includes(word), word);
  assert.ok(house.log.includes('call.done'));
  assert.ok(!readdirSync(house.data).some((f) => /body\./.test(f)), 'no file of a body stays');
});
