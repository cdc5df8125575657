/* A server of its own for the tests: a fresh data folder, a company with a few people and leads that came in as events. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOOKS, pause } from '../wait.mjs';

const freePort = () =>
  new Promise((go) => {
    const s = createServer().listen(0, '127.0.0.1', () => {
      const { port } = s.address();
      s.close(() => go(port));
    });
  });

export const people = {
  owner: { name: 'Ольга Лебедева', email: 'owner@example.com', password: 'correct-horse-1' },
  head: { name: 'Игорь Власов', email: 'head@example.com', password: 'correct-horse-2' },
  manager: { name: 'Анна Крылова', email: 'anna@example.com', password: 'correct-horse-3' },
};

export async function startServer() {
  const data = mkdtempSync(join(tmpdir(), 'gradus-browser-'));
  const port = await freePort();
  const log = [];
  const child = spawn('build/gradus', ['serve', '--listen', `127.0.0.1:${port}`, '--data', data], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const s of [child.stdout, child.stderr]) s.on('data', (d) => log.push(String(d)));
  const base = `http://127.0.0.1:${port}`;
  const stop = async () => {
    if (child.exitCode === null) {
      const gone = new Promise((go) => child.once('exit', go));
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 5000);
      await gone;
      clearTimeout(late);
    }
    rmSync(data, { recursive: true, force: true });
  };
  for (let i = 0; ; i++) {
    try {
      if ((await fetch(base + '/healthz')).ok) break;
    } catch {
      // not yet
    }
    if (child.exitCode !== null || i > LOOKS) {
      await stop();
      throw new Error('the server did not start:\n' + log.join(''));
    }
    await pause();
  }
  return { base, data, log, stop };
}

/* A person at the API, with the session's cookie and second word. */
export class Person {
  constructor(base) {
    this.base = base;
  }
  async call(method, path, body, headers = {}) {
    const r = await fetch(this.base + '/api/v1' + path, {
      method,
      headers: {
        ...(body !== undefined ? { 'Content-Type': 'application/json' } : {}),
        ...(this.cookie ? { Cookie: this.cookie } : {}),
        ...(this.csrf && method !== 'GET' ? { 'X-Gradus-Csrf': this.csrf } : {}),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await r.text();
    const cookie = r.headers.get('set-cookie');
    if (cookie) this.cookie = cookie.split(';')[0];
    const out = text ? JSON.parse(text) : undefined;
    if (!r.ok) throw new Error(`${method} ${path}: ${r.status} ${text.slice(0, 400)}`);
    if (out?.csrf) this.csrf = out.csrf;
    return out;
  }
  get = (path) => this.call('GET', path);
  post = (path, body = {}) => this.call('POST', path, body);
  patch = (path, body) => this.call('PATCH', path, body);
  signIn = (who) => this.post('/session', { email: who.email, password: who.password });
}

const allDay = Object.fromEntries(
  ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((d) => [d, [['00:00', '24:00']]]),
);

/* After /setup: people on duty round the clock, and leads of every temperature, each come in as events. */
export async function fill(base, owner) {
  await owner.post('/users', { ...people.head, role: 'head', lang: 'ru' });
  const anna = await owner.post('/users', { ...people.manager, role: 'manager', lang: 'ru' });
  const calendar = await owner.post('/calendars', {
    name: 'Круглосуточно',
    zone: 'UTC',
    hours: allDay,
    holidays: [],
  });
  const { items: managers } = await owner.get('/managers');
  const m = managers.find((x) => x.user_id === anna.id);
  await owner.patch('/managers/' + m.id, { calendar_id: calendar.id, capacity: 100 });
  await owner.post(`/managers/${m.id}/duty`, { on_duty: true });
  const key = await owner.post('/keys', { name: 'browser tests', scope: 'events', public: false });
  await send(base, key.key, seed());
  return { key: key.key, anna };
}

export async function send(base, key, batch) {
  for (let i = 0; i < batch.length; i += 200) {
    const r = await fetch(base + '/v1/batch', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: 'Basic ' + btoa(key + ':') },
      body: JSON.stringify({ batch: batch.slice(i, i + 200), sentAt: new Date().toISOString() }),
    });
    if (!r.ok) throw new Error('/v1/batch: ' + r.status + ' ' + (await r.text()));
  }
}

const names = [
  'Марина Соколова',
  'Тимур Галеев',
  'Алина Шевцова',
  'Роман Лещенко',
  'Инна Файзуллина',
  'Олег Завьялов',
];
const companies = ['Орион Логистик', 'Кварц Энерго', 'Полюс Мед', 'Вектор Трейд', 'Гранит Строй'];
const titles = ['Генеральный директор', 'Менеджер', 'Инженер', 'Исполнительный директор'];

let serial = 0;
export const event = (userId, type, more, hoursAgo = 0) => ({
  type,
  userId,
  messageId: 'browser-' + ++serial,
  timestamp: new Date(Date.now() - hoursAgo * 3600_000).toISOString(),
  ...more,
});

export const eager = (userId, traits, hoursAgo = 0) => [
  event(
    userId,
    'identify',
    { traits: { title: 'Генеральный директор', employees: 120, industry: 'логистика', ...traits } },
    hoursAgo,
  ),
  event(
    userId,
    'page',
    { name: 'Pricing', context: { page: { path: '/pricing' } }, properties: { path: '/pricing' } },
    hoursAgo,
  ),
  event(userId, 'track', { event: 'Price List Downloaded', properties: {} }, hoursAgo),
  event(userId, 'track', { event: 'Webinar Attended', properties: {} }, hoursAgo),
  event(userId, 'track', { event: 'Form Submitted', properties: {} }, hoursAgo),
  event(
    userId,
    'track',
    { event: 'Demo Requested', properties: { note: 'Нужно до конца месяца' } },
    hoursAgo,
  ),
];

function seed() {
  const out = [];
  for (let i = 0; i < 60; i++) {
    const who = 'person-' + i;
    const traits = {
      name: names[i % names.length] + (i >= names.length ? ' ' + i : ''),
      email: `person${i}@${i % 3 ? 'orion.example' : 'gmail.com'}`,
      phone: '+7900' + String(1000000 + i),
      company: companies[i % companies.length],
      source: ['site', 'referral', 'exhibition'][i % 3],
    };
    if (i < 4) {
      out.push(...eager(who, traits, 0.01));
      continue;
    }
    out.push(event(who, 'identify', { traits: { ...traits, title: titles[i % titles.length] } }, 24 + i));
    if (i % 2)
      out.push(event(who, 'page', { name: 'Pricing', context: { page: { path: '/pricing' } } }, 20 + i));
    if (i % 3 === 0) out.push(event(who, 'track', { event: 'Demo Requested', properties: {} }, 18 + i));
    if (i % 5 === 0) out.push(event(who, 'track', { event: 'Webinar Attended', properties: {} }, 10 + i));
    out.push(event(who, 'page', { name: 'Blog', context: { page: { path: '/blog/1' } } }, 9 + i));
  }
  return out;
}
