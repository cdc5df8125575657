// SPDX-License-Identifier: AGPL-3.0-or-later
// A server of its own for each test file, on the database that GRADUS_TEST_DATABASE names (sqlite or postgresql), and clients that hold
// every reply against the OpenAPI document the server itself prints.
//
//   const house = await open({ testClock: true });
//   const owner = await house.person('owner');              // a user, signed in
//   const lead = await owner.post('/leads', { name: 'A' }, 201);
//   await house.close();
import { spawn, execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomBytes } from 'node:crypto';
import assert from 'node:assert/strict';
import { fallen, LOOKS, pause, until } from '../wait.mjs';

export { pause, until };

const top = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const program = process.env.GRADUS_BIN ?? join(top, 'build/gradus');
const kind = process.env.GRADUS_TEST_DATABASE ?? 'sqlite';
const pg = process.env.GRADUS_TEST_PG ?? 'postgresql:///postgres?host=/var/run/postgresql';

/* ---- JSON Schema, as much of it as field tables make ---- */

const isType = (t, v) =>
  t === 'null' ? v === null
  : t === 'integer' ? Number.isInteger(v)
  : t === 'number' ? typeof v === 'number'
  : t === 'array' ? Array.isArray(v)
  : t === 'object' ? v !== null && typeof v === 'object' && !Array.isArray(v)
  : typeof v === t;

export function check(schema, v, at = '') {
  if (!schema || typeof schema !== 'object') return [];
  const faults = [];
  if (schema.type !== undefined) {
    const types = [].concat(schema.type);
    if (!types.some((t) => isType(t, v))) return [`${at || '/'}: ${JSON.stringify(v)} is not ${types.join(' or ')}`];
  }
  if (v === null) return faults;
  if (schema.enum && !schema.enum.includes(v)) faults.push(`${at}: ${v} is none of ${schema.enum}`);
  if (schema.format === 'date-time' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(v)) faults.push(`${at}: ${v} is no instant`);
  if (schema.pattern && typeof v === 'string' && !new RegExp(schema.pattern).test(v)) faults.push(`${at}: ${v} does not fit ${schema.pattern}`);
  for (const name of schema.required ?? []) if (!(name in v)) faults.push(`${at}/${name} is missing`);
  if (schema.properties && isType('object', v))
    for (const [name, value] of Object.entries(v)) {
      if (name in schema.properties) faults.push(...check(schema.properties[name], value, `${at}/${name}`));
      else if (schema.additionalProperties === false || !schema.additionalProperties) faults.push(`${at}/${name} is not described`);
    }
  if (schema.items && Array.isArray(v)) v.forEach((item, i) => faults.push(...check(schema.items, item, `${at}/${i}`)));
  return faults;
}

/* ---- a client ---- */

export class Client {
  constructor(house, { cookie, csrf, bearer, basic } = {}) {
    Object.assign(this, { house, cookie, csrf, bearer, basic });
  }

  /** The reply, held against the document. path is under /api/v1 unless it begins with a `//`. */
  async call(method, path, body, { headers = {}, raw } = {}) {
    const full = path.startsWith('//') ? path.slice(1) : `/api/v1${path}`;
    const all = { ...headers };
    if (this.cookie) all.cookie = this.cookie;
    if (this.csrf && method !== 'GET') all['x-gradus-csrf'] ??= this.csrf;
    if (this.bearer) all.authorization ??= `Bearer ${this.bearer}`;
    if (this.basic) all.authorization ??= `Basic ${Buffer.from(`${this.basic}:`).toString('base64')}`;
    if (body !== undefined && !raw) all['content-type'] ??= 'application/json';
    const reply = await fetch(this.house.url + full, {
      method, headers: all, redirect: 'manual',
      body: body === undefined ? undefined : raw ? body : JSON.stringify(body),
    });
    const text = await reply.text();
    let json = null;
    if (text && /json/.test(reply.headers.get('content-type') ?? '')) json = JSON.parse(text);
    const out = { status: reply.status, headers: reply.headers, text, json };
    this.house.check(method, full, out);
    return out;
  }

  async expect(status, method, path, body, options) {
    const r = await this.call(method, path, body, options);
    assert.equal(r.status, status, `${method} ${path}: ${r.status} ${r.text.slice(0, 400)}`);
    return r.json ?? r.text;
  }
  get(path, status = 200, options) { return this.expect(status, 'GET', path, undefined, options); }
  post(path, body, status = 200, options) { return this.expect(status, 'POST', path, body, options); }
  put(path, body, status = 200, options) { return this.expect(status, 'PUT', path, body, options); }
  patch(path, body, status = 200, options) { return this.expect(status, 'PATCH', path, body, options); }
  del(path, status = 204, options) { return this.expect(status, 'DELETE', path, undefined, options); }

  /** Why a person may not post that now: [in English, in Russian], which is the language they are left with. */
  async whyNot(path, body) {
    const said = [];
    for (const lang of ['en', 'ru']) {
      await this.patch('/me', { lang });
      said.push((await this.post(path, body, 409)).errors[0].note);
    }
    return said;
  }

  /** Server-sent events: { next(filter) -> {id, event, data}, all, close() }. next waits for one that fits; null: the stream has ended. */
  async live({ lastId, headers: more } = {}) {
    const stop = new AbortController();
    const headers = { accept: 'text/event-stream', ...more };
    if (this.cookie) headers.cookie = this.cookie;
    if (this.bearer) headers.authorization = `Bearer ${this.bearer}`;
    if (lastId) headers['last-event-id'] = lastId;
    const reply = await fetch(`${this.house.url}/api/v1/live`, { headers, signal: stop.signal });
    assert.equal(reply.status, 200);
    if (process.env.GRADUS_TEST_SEEN) appendFileSync(process.env.GRADUS_TEST_SEEN, 'GET /api/v1/live\n');
    const stream = { all: [], ended: false, waiters: [], close: () => stop.abort() };
    (async () => {
      let rest = '';
      try {
        for await (const piece of reply.body) {
          rest += Buffer.from(piece).toString();
          for (let at; (at = rest.indexOf('\n\n')) >= 0; rest = rest.slice(at + 2)) {
            const e = {};
            for (const line of rest.slice(0, at).split('\n')) {
              const m = /^(id|event|data): (.*)$/.exec(line);
              if (m) e[m[1]] = m[2];
            }
            if (!e.event) continue;
            e.data = JSON.parse(e.data);
            stream.all.push(e);
            stream.waiters.splice(0).forEach((w) => w());
          }
        }
      } catch { /* closed */ }
      stream.ended = true;
      stream.waiters.splice(0).forEach((w) => w());
    })();
    let read = 0;
    stream.next = async (fits = () => true) => {
      for (let i = 0; i < LOOKS; i++) {
        while (read < stream.all.length) if (fits(stream.all[read++])) return stream.all[read - 1];
        if (stream.ended) return null;
        await Promise.race([new Promise((done) => stream.waiters.push(done)), pause()]);
      }
      return assert.fail(`never told: ${JSON.stringify(stream.all.slice(-5)).slice(0, 1500)}`);
    };
    return stream;
  }
}

/* ---- a house ---- */

class House {
  /** Runs a command of the program on this house's database; standard output. now: what its clock shows, where it does one piece of work with
   * the server, whose clock is a test's. */
  cli(args, input = '', now) {
    const [first, ...rest] = [...(this.wrap ?? []), program, ...args, ...(now ? ['--test-clock'] : []), '--data', this.data, ...(this.database ? ['--database', this.database] : [])];
    return execFileSync(first, rest,
      { input, env: { ...process.env, GRADUS_LOG_LEVEL: 'error', ...(now ? { GRADUS_NOW: now } : {}) }, encoding: 'utf8' });
  }

  addUser(role, email = `${role}@example.org`, password = 'correct horse', name = role) {
    return /us_\w+/.exec(this.cli(['user', 'add', '--email', email, '--role', role, '--name', name, '--password-stdin'], password + '\n'))[0];
  }
  addKey(scope, ...more) {
    return this.cli(['key', 'add', '--name', 'test', '--scope', scope, ...more]).trim();
  }

  stranger() { return new Client(this); }
  key(...more) { return new Client(this, { bearer: this.addKey('api', ...more) }); }
  writer(...more) { return new Client(this, { basic: this.addKey('events', ...more) }); }

  async signIn(email, password = 'correct horse') {
    const r = await this.stranger().call('POST', '/session', { email, password });
    assert.equal(r.status, 201, r.text);
    return new Client(this, { cookie: r.headers.getSetCookie()[0].split(';')[0], csrf: r.json.csrf });
  }
  /** A new user of that role, signed in; .id is theirs. */
  async person(role, email = `${role}@example.org`, name = role) {
    const id = this.addUser(role, email, 'correct horse', name);
    return Object.assign(await this.signIn(email), { id, email });
  }

  async setClock(now, runs = false) {
    await this.stranger().post('//test/clock', { now, runs });
  }

  operation(method, path) {
    for (const [pattern, item] of Object.entries(this.document.paths)) {
      const fits = new RegExp(`^${pattern.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`).test(path);
      if (fits && item[method.toLowerCase()] && (!pattern.includes('{') || !this.document.paths[path])) return { pattern, op: item[method.toLowerCase()] };
    }
    return null;
  }

  check(method, full, reply) {
    if (!this.document) return;
    const found = this.operation(method, full.split('?')[0]);
    if (reply.status >= 400) {
      assert.match(reply.headers.get('content-type') ?? '', /^application\/problem\+json/, `${method} ${full}: ${reply.status} ${reply.text.slice(0, 200)}`);
      assert.deepEqual(check(this.document.components.schemas.Problem, reply.json), [], `${method} ${full}`);
      assert.equal(reply.json.status, reply.status);
    }
    if (!found) return;
    const described = found.op.responses[reply.status];
    if (reply.status < 400 && reply.status !== 304) {
      assert.ok(described, `${method} ${full}: ${reply.status} is not described`);
      const schema = described.content?.['application/json']?.schema;
      if (schema) assert.deepEqual(check(schema, reply.json), [], `${method} ${full}`);
      if (process.env.GRADUS_TEST_SEEN) appendFileSync(process.env.GRADUS_TEST_SEEN, `${method} ${found.pattern}\n`);
    }
  }

  async start() {
    const args = ['serve', '--data', this.data, '--listen', `127.0.0.1:${this.port ?? 0}`, ...this.more];
    if (this.database) args.push('--database', this.database);
    this.log = '';
    const [first, ...rest] = [...(this.wrap ?? []), program, ...args];
    this.child = spawn(first, rest, { env: { ...process.env, ...this.env }, stdio: ['ignore', 'inherit', 'pipe'] });
    this.up = false;
    this.ended = new Promise((done) => this.child.on('exit', (code, signal) => {
      if (this.up && (code || /SIG(ABRT|BUS|FPE|ILL|SEGV)/.test(signal))) fallen.push(`${code ?? signal}: ${this.log.slice(-500)}`);
      done({ code, signal });
    }));
    await new Promise((ready, fail) => {
      this.child.stderr.on('data', (d) => {
        this.log += d;
        const m = /"event":"server.started".*?"port":(\d+)/.exec(this.log);
        if (m) { this.port = Number(m[1]); this.up = true; ready(); }
      });
      this.ended.then((r) => fail(new Error(`the server ended: ${JSON.stringify(r)}\n${this.log}`)));
    });
    this.url = `${this.tls ? 'https://localhost' : 'http://127.0.0.1'}:${this.port}`;
    if (this.tls) return; // its certificate is known to its test alone
    this.document ??= await (await fetch(`${this.url}/api/v1/openapi.json`)).json();
  }
  async stop(signal = 'SIGTERM') {
    this.child.kill(signal);
    return this.ended;
  }
  async close() {
    const r = await this.stop();
    rmSync(this.data, { recursive: true, force: true });
    if (this.name) execFileSync('psql', ['-q', pg, '-c', `DROP DATABASE IF EXISTS ${this.name} WITH (FORCE)`]);
    assert.deepEqual(r, { code: 0, signal: null }, this.log.slice(-2000));
  }
}

/** on: sqlite or postgresql, by the environment unless said. wrap: a command that runs the program as its own last arguments; data, database: a folder
 * and a database that are there already. */
export async function open({ testClock = true, now, env = {}, args = [], tls = false, wrap = [], data, database, on = kind } = {}) {
  const house = new House();
  house.data = data ?? mkdtempSync(join(tmpdir(), 'gradus-test-'));
  house.wrap = wrap;
  house.more = [...(testClock ? ['--test-clock'] : []), ...args];
  house.tls = tls;
  house.env = { ...env, ...(now ? { GRADUS_NOW: now } : {}) };
  if (database) {
    house.database = database;
  } else if (on === 'postgresql') {
    house.name = `gradus_test_${randomBytes(6).toString('hex')}`;
    /* With the order of a language, as most are made: nothing may hang on it. */
    execFileSync('psql', ['-q', pg, '-c', `CREATE DATABASE ${house.name} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'ru'`]);
    house.database = pg.replace(/\/[^/?]*(\?|$)/, `/${house.name}$1`);
  }
  await house.start();
  return house;
}
export { kind };

/** An instant to the second: where the clock stands, commits that tell scores are a microsecond apart. */
export const second = (at) => at.replace(/\.\d+Z$/, 'Z');
