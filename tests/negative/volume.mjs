// SPDX-License-Identifier: AGPL-3.0-or-later
// A small volume of its own, in a mount namespace of its own, that can be filled to its last byte; and a PostgreSQL to be harmed.
import { spawn, spawnSync, execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = process.getuid() === 0;

/** { dir, wrap, outside, fill(), empty(), close() }: dir is the volume for whoever is run by wrap; outside is the same folder for everybody else. */
export async function volume(megabytes) {
  const dir = mkdtempSync(join(tmpdir(), 'gradus-volume-'));
  const holder = spawn('unshare', [...(root ? [] : ['-r']), '-m', 'sh', '-c',
    `mount -t tmpfs -o size=${megabytes}m,mode=0755 tmpfs "$0" && echo ready && exec sleep 1000000`, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((done, fail) => { holder.stdout.on('data', done); holder.on('exit', () => fail(new Error('no volume'))); });
  const wrap = ['nsenter', '-t', `${holder.pid}`, ...(root ? [] : ['-U', '--preserve-credentials']), '-m', '--'];
  const outside = `/proc/${holder.pid}/root${dir}`, filler = join(outside, 'filler');
  return {
    dir, wrap, outside,
    /** Nothing is left: not a byte. */
    fill() {
      const fd = openSync(filler, 'a');
      for (const size of [1 << 20, 4096, 1])
        try { for (;;) writeSync(fd, Buffer.alloc(size)); } catch (e) { if (e.code !== 'ENOSPC') throw e; }
      closeSync(fd);
    },
    empty() { rmSync(filler, { force: true }); },
    close() {
      holder.kill('SIGKILL');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A PostgreSQL whose data are in the volume (its log of transactions is not), or anywhere: { url, sql(text), close() }. */
export function cluster(where) {
  const bin = join('/usr/lib/postgresql', readdirSync('/usr/lib/postgresql').sort((a, b) => a - b).at(-1), 'bin');
  const home = mkdtempSync(join(tmpdir(), 'gradus-cluster-'));
  const data = where ? join(where.dir, 'data') : join(home, 'data');
  const as = root ? ['setpriv', '--reuid', 'postgres', '--regid', 'postgres', '--clear-groups', 'env', 'HOME=/tmp'] : [];
  const run = (...args) => {
    const [first, ...rest] = [...(where?.wrap ?? []), ...as, ...args];
    execFileSync(first, rest, { stdio: ['ignore', 'ignore', 'inherit'] });
  };
  mkdirSync(where ? join(where.outside, 'data') : data);
  if (root) execFileSync('chown', ['-R', 'postgres:postgres', home, where ? join(where.outside, 'data') : data]);
  run(join(bin, 'initdb'), '-D', data, '-X', join(home, 'log'), '-U', 'gradus', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '-N');
  run(join(bin, 'pg_ctl'), '-D', data, '-w', '-l', join(home, 'messages'), '-o',
    `-c listen_addresses='' -c unix_socket_directories=${home} -c max_connections=100 -c port=5432 -c fsync=off`, 'start');
  const url = `postgresql://gradus@/gradus?host=${home}&port=5432`, maker = url.replace('/gradus?', '/postgres?');
  execFileSync('psql', ['-qX', maker, '-c', 'CREATE DATABASE gradus']);
  return {
    url, home,
    sql: (text, at = url) => execFileSync('psql', ['-qXtA', at, '-c', text], { encoding: 'utf8' }).trim(),
    maker,
    close() {
      const [first, ...rest] = [...(where?.wrap ?? []), ...as, join(bin, 'pg_ctl'), '-D', data, '-m', 'immediate', 'stop'];
      spawnSync(first, rest, { stdio: 'ignore' });
      if (existsSync(home)) rmSync(home, { recursive: true, force: true });
    },
  };
}
