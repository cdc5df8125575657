// SPDX-License-Identifier: AGPL-3.0-or-later
// One company lived twice, on SQLite and on a PostgreSQL whose texts are in the order of a language: whatever is told of it is the same to the byte.
// Leads and their events, late ones too, come by both doors; people are joined and parted, traffic is marked and vouched for again, a file is taken back,
// models are published, the clock goes on. What is by nature of each house alone is told by its place: an id by its rank among those of its kind; the
// microseconds that part commits of a clock that stands, what the command line did by the world's clock, and probabilities, which are learnt when the machine has time,
// are left out. Some reports draw a lot by the lead's id: those are asked of the same rows, ids and all, on either database.
//   GRADUS_TEST_SEED=N   another company (the two runs of this file have one each)
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { open, until, kind, Client } from './harness.mjs';

const DAY = 86400e3, HOUR = 3600e3;
let now = Date.parse('2026-05-04T06:00:00Z'), seed = Number(process.env.GRADUS_TEST_SEED ?? (kind === 'sqlite' ? 11 : 12));
const iso = (ms) => new Date(ms).toISOString();
const chance = () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const below = (n) => Math.floor(chance() * n), one = (list) => list[below(list.length)];

/* Names that languages and bytes put in different orders. */
const NAMES = ['яков', 'Ёлкин', 'елкин', 'Елена', 'ёж', 'Adam', 'adam', 'Äpfel', 'Zoe', 'zed', 'О’Нил', 'Anna-Maria', 'Anna Maria', 'AnnaMaria', '_x', '10', '9', 'été', 'İlker', 'straße'];
const SOURCES = ['site', 'Site', 'Сайт', 'ёлка', 'ads_2', 'ads-1', 'ads 3', 'Яндекс'];
const EVENTS = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted', 'Email Opened', 'открыл письмо', 'Ёмкость'];

const half = (days) => ({ kind: 'half_life', days });
const criterion = (id, points, when, more = {}) => ({ id, title: { ru: id, en: id }, group: more.group ?? 'did', enabled: true, points, when, ...more });
const model = (change = {}) => ({
  name: 'Ёлка', floor: 0, ceiling: 100, warm: 20, hot: 45, hysteresis: 5,
  groups: [{ name: 'did', title: { ru: 'Что делал', en: 'Deeds' }, ceiling: 70 }, { name: 'who', title: { ru: 'Кто', en: 'Who' } }],
  criteria: [
    criterion('demo', 18, { event: 'Demo Requested' }, { ageing: half(11), max_times: 3 }),
    criterion('price', 9, { event: 'Price List Downloaded' }, { ageing: { kind: 'linear', days: 7, percent: 15 }, max_times: 4 }),
    criterion('webinar', 12, { within: { event: 'Webinar Attended' }, days: 14 }),
    criterion('form', 15, { event: 'Form Submitted' }, { max_times: 2 }),
    criterion('mail', 1, { event: 'Email Opened' }, { ageing: half(3) }),
    criterion('silent', -8, { silent: { event: 'Form Submitted' }, days: 20 }),
    criterion('volume', 3, { event: 'Ёмкость' }),
    criterion('chief', 14, { fact: 'title', op: 'has', value: 'директор' }, { group: 'who' }),
    criterion('large', 11, { fact: 'employees', op: '>=', value: 50 }, { group: 'who' }),
    criterion('fair', 13, { fact: 'met', op: 'eq', value: 'Ярмарка' }, { group: 'who' }),
  ], ...change,
});

const houses = [], owners = [], writers = [];
const each = (deed) => Promise.all([0, 1].map(deed));
/* What is done is a second apart, so that nothing hangs on which of two was the first of an instant. */
const tick = async () => { now += 1000; await each((h) => houses[h].setClock(iso(now))); };
/** The same call at both, by the owner; path and body may be functions of the house. [reply, reply], each read; or the status, when both refuse. */
const asked = async (method, path, body, options) => {
  const of = (x, h) => (typeof x === 'function' ? x(h) : x);
  if (method !== 'GET') await tick();
  const replies = await each((h) => owners[h].call(method, of(path, h), of(body, h), options));
  assert.equal(replies[0].status, replies[1].status, `${method} ${of(path, 0)}: ${replies[0].text.slice(0, 300)} | ${replies[1].text.slice(0, 300)}`);
  return replies[0].status < 300 ? replies.map((r) => r.json ?? r.text) : replies[0].status;
};
const both = async (method, path, body, options) => {
  const got = await asked(method, path, body, options);
  assert.ok(Array.isArray(got), `${method} ${typeof path === 'function' ? path(0) : path}: ${got}`);
  return got;
};

const sql = (h, text) => (houses[h].database ? execFileSync('psql', ['-qXtA', houses[h].database, '-c', text], { encoding: 'utf8' })
  : execFileSync('sqlite3', ['-cmd', '.timeout 60000', `${houses[h].data}/gradus.db`, text], { encoding: 'utf8' })).trim();
/* What the clock owes: scores that change by themselves, leads that another model waits for, marks and files on their way. */
const owed = () => `SELECT (SELECT count(*) FROM score_state WHERE next_change <= ${now * 1000}) + (SELECT count(*) FROM mark WHERE place < 9223372036854775807)
  + (SELECT count(*) FROM task WHERE state = 0 AND alarm_at <= ${now * 1000}) + (SELECT count(*) FROM waiting WHERE until_at IS NULL AND next_at <= ${now * 1000})
  + (SELECT count(*) FROM model m WHERE m.state = 1 AND NOT EXISTS (SELECT 1 FROM score_applied a WHERE a.model_id = m.id))`;
const settled = () => each((h) => until((n) => n === '0', () => sql(h, owed()), 120000));
async function later(ms) {
  now += ms;
  await each((h) => houses[h].setClock(iso(now)));
  await settled();
}
const finished = (path, done) => each((h) => until(done, () => owners[h].get(typeof path === 'function' ? path(h) : path), 120000));

/* ---- the life of the company ---- */

const people = [];   /* { key, lead: [id, id] } */
let messages = 0;
const find = async (p) => { p.lead ??= (await both('GET', `/search?q=${p.key}@firm.example`)).map((r) => r.items[0]?.id); return p.lead[0] && p.lead; };
const message = (p) => {
  const late = chance() < 0.3, base = { userId: p.key, messageId: `m${messages++}`, timestamp: iso(now - below(late ? 40 * DAY : HOUR)), anonymousId: chance() < 0.3 ? `v${below(40)}` : undefined };
  if (chance() < 0.2) return { ...base, type: 'identify', traits: one([{ title: one(['директор', 'Менеджер', null]) }, { employees: below(120) }, { met: one(['Ярмарка', 'ярмарка', 'Site']) }]) };
  if (chance() < 0.15) return { ...base, type: 'page', properties: { path: one(['/pricing', '/Цены', '/demo']) } };
  return { ...base, type: 'track', event: one(EVENTS), properties: { amount: below(1000) / 7 } };
};
const send = async (batch) => { await tick(); await each((h) => writers[h].post('//v1/batch', { batch })); };
const happens = {
  strangers: async () => {
    const batch = [];
    for (let i = 0; i < 12; i++) {
      const p = { key: `p${people.length}` };
      people.push(p);
      batch.push({ type: 'identify', userId: p.key, messageId: `m${messages++}`, timestamp: iso(now - below(20 * DAY)), context: { campaign: { source: one(SOURCES) } },
        traits: { email: `${p.key}@firm.example`, name: `${one(NAMES)} ${one(NAMES)}`, company: chance() < 0.5 ? one(NAMES) : undefined, employees: below(120), title: one(['директор', 'инженер', undefined]) } });
      for (let n = below(5); n > 0; n--) batch.push(message(p));
    }
    await send(batch);
  },
  events: async () => { if (people.length) await send(Array.from({ length: 20 }, () => message(one(people)))); },
  decided: async () => {
    for (let i = 0; i < 10 && people.length; i++) {
      const p = one(people), lead = await find(p), stage = chance() < 0.45 ? 'won' : 'lost';
      if (lead) await asked('PATCH', (h) => `/leads/${lead[h]}`, { stage, amount: below(9e6) });
    }
  },
  said: async () => {
    const lead = people.length && await find(one(people));
    if (lead) await asked('POST', (h) => `/leads/${lead[h]}/feedback`, one([{ verdict: 'accepted' }, { verdict: 'rejected', reason: one(['junk', 'no_budget', 'no_need']), text: one(NAMES) }]));
  },
  joined: async () => {
    if (people.length < 2) return;
    const a = await find(one(people)), b = await find(one(people));
    if (!a || !b) return;
    const made = await asked('POST', (h) => `/leads/${a[h]}/merge`, (h) => ({ lead_id: b[h] }));
    if (Array.isArray(made)) merges.push(made.map((r) => r.id));
  },
  parted: async () => { if (merges.length) { const [m] = merges.splice(below(merges.length), 1); await asked('POST', (h) => `/merges/${m[h]}/undo`); } },
  marked: async () => {
    const lead = people.length && await find(one(people));
    if (!lead) return;
    const visitor = `v${below(40)}`, what = chance() < 0.5 ? () => ({ kind: 'visitor', value: visitor, reason: 'робот' }) : (h) => ({ kind: 'lead', lead_id: lead[h], reason: 'Ёж' });
    const made = await asked('POST', '/quarantine', what);
    if (Array.isArray(made)) marks.push(made.map((r) => r.id));
    await settled();
  },
  vouched: async () => { if (marks.length) { const [m] = marks.splice(below(marks.length), 1); await asked('POST', (h) => `/quarantine/${m[h]}/undo`); await settled(); } },
  published: async () => {
    const body = model();
    for (const k of body.criteria) k.points = Math.round(k.points * (0.6 + chance())) || 1;
    const made = await both('POST', '/models', { name: one(NAMES), note: '', body });
    await both('POST', (h) => `/models/${made[h].id}/publish`);
    await settled();
  },
  file: async () => {
    const rows = ['email,name,source,created_at,employees,met,outcome,outcome_at'];
    for (let i = 0; i < 60; i++) {
      const p = { key: `p${people.length}` }, born = now - (20 + below(120)) * DAY, met = chance() < 0.5, large = below(120);
      people.push(p);
      const told = chance() < 0.8, won = chance() < 0.2 + (met ? 0.35 : 0) + (large > 50 ? 0.2 : 0);
      rows.push([`${p.key}@firm.example`, one(NAMES), one(SOURCES), iso(born), large, met ? 'Ярмарка' : '', told ? (won ? 'won' : 'lost') : '', told ? iso(born + (1 + below(15)) * DAY) : ''].join(','));
    }
    const fields = ['email', 'name', 'source', 'created_at', 'fact.employees', 'fact.met', 'outcome', 'outcome_at'];
    const one_ = await both('POST', '/imports?name=Ёж.csv', rows.join('\n'), { headers: { 'content-type': 'text/csv' }, raw: true });
    await both('PATCH', (h) => `/imports/${one_[h].id}`, { mapping: { columns: fields.map((field, index) => ({ index, field, ...(field === 'fact.employees' && { format: 'number' }) })) } });
    await both('POST', (h) => `/imports/${one_[h].id}/run`);
    await finished((h) => `/imports/${one_[h].id}`, (r) => r.state === 'done');
    imports.push({ id: one_.map((x) => x.id), from: people.length - 60 });
    await settled();
  },
};
const merges = [], marks = [], imports = [];
async function file_taken_back() {
  const { id, from } = imports.pop();
  await both('POST', (h) => `/imports/${id[h]}/undo`);
  await finished((h) => `/imports/${id[h]}`, (r) => r.state === 'undone');
  people.splice(from, 60);
  await settled();
}

before(async () => {
  for (const on of ['sqlite', 'postgresql']) houses.push(await open({ now: iso(now), on }));
  for (const h of [0, 1]) {
    houses[h].addUser('owner');
    owners.push(houses[h].key());
    writers.push(houses[h].writer());
    for (const name of ['Ёлкин', 'елкин', 'Zed', 'adam', 'Adam']) houses[h].addUser('manager', `m${houses[h].n = (houses[h].n ?? 0) + 1}@house.example`, 'correct horse', name);
  }
  await tick();
  await happens.published();
  for (let i = 0; i < 3; i++) await happens.file();
  await file_taken_back();
  for (let i = 0; i < 5; i++) await happens.file();
  const deeds = ['strangers', 'events', 'events', 'events', 'decided', 'said', 'joined', 'joined', 'parted', 'marked', 'vouched'];
  for (let i = 0; i < 90; i++) {
    await happens[i === 30 || i === 60 ? 'published' : i < 3 ? 'strangers' : one(deeds)]();
    await later(one([HOUR, 7 * HOUR, DAY, 2 * DAY]));
  }
});
after(() => Promise.all(houses.map((h) => h.close())));

/* ---- what is told of it ---- */

const ID = /\b([a-z]{2})_[0-9a-hjkmnp-tv-z]{13}\b/g;
/** Each text with its ids by their rank: among all ids of the kind that any of them tells. */
function placed(texts) {
  const all = {};
  for (const t of texts) for (const [id, prefix] of t.matchAll(ID)) (all[prefix] ??= new Set()).add(id);
  const rank = new Map(Object.values(all).flatMap((set) => [...set].sort().map((id, i) => [id, `${id.slice(0, 3)}${i}`])));
  return texts.map((t) => t.replace(ID, (id) => rank.get(id)).replace(/"next":"[^"]*"/g, '"next":""').replace(/"duty_at":"[^"]*"/g, '"duty_at":""')
    .replace(/"probability":\{[^}]*\}/g, '"probability":null').replace(/(;[01](\.\d+)?){3}(?=\r?\n)/g, ';;;').replace(/(T\d\d:\d\d:\d\d)(\.\d+)?Z/g, '$1Z'));
}
/** Asks all of it of both, and holds the answers against each other. */
async function alike(questions) {
  const told = [];
  for (const h of [0, 1]) {
    const texts = [];
    for (const q of questions) {
      const [method, path, body] = [].concat(typeof q === 'function' ? q(h) : q);
      const r = path ? await owners[h].call(method, path, body) : await owners[h].call('GET', method);
      assert.equal(r.status, 200, `${path ?? method}: ${r.text.slice(0, 300)}`);
      texts.push(r.text);
    }
    told.push(placed(texts));
  }
  const unlike = [];
  questions.forEach((q, i) => {
    const [a, b] = [told[0][i], told[1][i]];
    if (a === b) return;
    let at = 0;
    while (a[at] === b[at]) at++;
    unlike.push(`${JSON.stringify(typeof q === 'function' ? q(0) : q).slice(0, 200)} at ${at} of ${a.length}:\n  sqlite     ${a.slice(Math.max(0, at - 120), at + 160)}\n  postgresql ${b.slice(Math.max(0, at - 120), at + 160)}`);
  });
  assert.equal(unlike.length, 0, unlike.join('\n'));
  return told[0];
}

let draft;
async function made(path, body, done) {
  const asked = await both('POST', path, body);
  await finished((h) => done(h, asked[h]), (r) => !['waiting', 'running'].includes(r.state) && !r.running);
  return asked;
}

const changed = model();
changed.criteria[0].points = 30;
changed.criteria[7].points = 4;
async function tried() {
  draft ??= await both('POST', '/models', { name: 'Проба', note: '', body: changed });
  const [of, wide, body] = [(h) => `/models/${draft[h].id}`, structuredClone(changed), changed];
  wide.criteria = Array.from({ length: 260 }, (_, i) => ({ ...body.criteria[i % 10], id: `c${i}`, points: Math.sign(body.criteria[i % 10].points) }));
  const replays = [];
  await settled();
  for (const ask of [{}, { from: iso(now - 60 * DAY), until: iso(now - 20 * DAY) }]) replays.push(await made((h) => `${of(h)}/replays`, ask, (h, r) => `/replays/${r.id}`));
  const told = await alike([
    (h) => ['POST', `${of(h)}/preview`, { exact: true }], (h) => ['POST', `${of(h)}/preview`, { exact: true, body: wide }], (h) => `/export/preview.csv?model=${draft[h].id}`,
    (h) => ['POST', `${of(h)}/threshold`, { calls_a_day: 3, exact: true }], (h) => `${of(h)}/hits`, (h) => `${of(h)}/diff`, (h) => `${of(h)}/file`, '/words',
    ...replays.flatMap((r) => [(h) => `/replays/${r[h].id}/report.json`, (h) => `/export/replay.csv?report=${r[h].id}`]),
    ...['into_hot', 'out_of_hot', 'wins'].map((b) => (h) => `/leads?report=${replays[0][h].id}&bucket=${b}`),
    ...['into_hot', 'ended', 'crossed.after'].map((b) => (h) => `/leads?figure=${encodeURIComponent(`preview?model=${draft[h].id}&bucket=${b}`)}`),
  ]);
  const report = JSON.parse(told[8]);
  assert.ok(report.into_hot + report.out_of_hot > 0 && report.judged.n > 100, 'the draft changed something');
}
test('a_draft_tried_over_the_past_and_the_present', () => tried());

test('scores_of_any_instant', async () => {
  const questions = [];
  for (let i = 0; i < people.length; i += 3) {
    const lead = await find(people[i]);
    if (!lead) continue;
    for (const back of [0, 3 * DAY, 33 * DAY])
      questions.push(...['now', 'then'].map((known) => (h) => `/leads/${lead[h]}/score?at=${iso(now - back)}&known=${known}`));
    questions.push((h) => `/leads/${lead[h]}/score/history`, (h) => `/leads/${lead[h]}/timeline?limit=200`, (h) => `/leads/${lead[h]}/merges`, (h) => `/leads/${lead[h]}/automatic`);
  }
  await alike(questions);
});

test('lists_and_their_orders', async () => {
  const cursors = [];
  for (const sort of ['name', '-score', 'score', 'cell', '-seen_at', '-created_at']) {
    let next = ['', ''];
    const walk = [[], []];
    do {
      const pages = await both('GET', (h) => `/leads?sort=${sort}&limit=100${next[h] && `&cursor=${encodeURIComponent(next[h])}`}`);
      pages.forEach((p, h) => walk[h].push(JSON.stringify(p.items)));
      next = pages.map((p) => p.next);
    } while (next[0] && next[1]);
    cursors.push([sort, placed(walk[0]), placed(walk[1])]);
  }
  for (const [sort, a, b] of cursors) assert.deepEqual(a, b, sort);
  await alike([...['ёлк', 'ЕЛК', 'anna', 'zo', '10', 'straße', 'o’'].flatMap((q) => [`/search?q=${encodeURIComponent(q)}`, `/leads?q=${encodeURIComponent(q)}&limit=200`]),
    ...SOURCES.map((s) => `/leads?source=${encodeURIComponent(s)}`), '/export/leads.csv', '/companies', '/export/companies.csv', '/models', '/quarantine/signals', '/rejects',
    '/managers', '/tasks?state=any&limit=200', '/board', '/forecast', '/reports/speed', '/export/reports/speed.csv', '/reports/leaderboard',
    '/export/reports/leaderboard.csv', '/imports', '/balance']);
});

test('what_is_derived_is_found_again_in_both', async () => {
  for (const h of [0, 1]) assert.match(houses[h].cli(['replay']), /^differences: 0$/m);
});

/* ---- the same rows ---- */

/* All rows of the first house, as PostgreSQL's COPY reads them, in a new house of its own kind. */
function rows_copied(from, to) {
  const lite = (text) => execFileSync('sqlite3', ['-cmd', '.timeout 60000', `${from.data}/gradus.db`, text], { encoding: 'utf8', maxBuffer: 1 << 30 });
  const names = lite("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT IN ('migration', 'node')").trim().split('\n');
  const text = (c) => ['\\', '\t', '\n', '\r'].reduce((sum, ch, i) => `replace(${sum}, char(${ch.charCodeAt()}), '${['\\\\', '\\t', '\\n', '\\r'][i]}')`, c);
  execFileSync('psql', ['-qX', to.database, '-c', `TRUNCATE ${names.join(', ')}`]);
  for (const table of names) {
    const columns = lite(`SELECT name || ' ' || type FROM pragma_table_info('${table}')`).trim().split('\n').map((c) => c.split(' '));
    const row = columns.map(([c, type]) => `coalesce(${type === 'BLOB' ? `'\\\\x' || hex("${c}")` : text(`"${c}"`)}, '\\N')`).join(" || char(9) || ");
    execFileSync('psql', ['-qX', to.database, '-c', `COPY ${table} (${columns.map(([c]) => `"${c}"`)}) FROM STDIN`], { input: lite(`SELECT ${row} FROM ${table}`) });
  }
}

test('columns_by_language_are_by_bytes_after_the_start', async () => {
  const twin = await open({ now: iso(now), on: 'postgresql' });
  houses[2] = twin;
  const by = (text) => execFileSync('psql', ['-qXtA', twin.database, '-c', text], { encoding: 'utf8' }).trim();
  const count = "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C' AND table_name NOT LIKE 'v!_%' ESCAPE '!'";
  const views = by("SELECT count(*) FROM pg_views WHERE schemaname = 'public'");
  assert.equal(by(count), '0');
  await twin.stop();
  by('ALTER TABLE lead_word ALTER COLUMN word TYPE text COLLATE "default"');
  assert.equal(by(count), '1');
  await twin.start();
  assert.deepEqual([by(count), by("SELECT count(*) FROM pg_views WHERE schemaname = 'public'")], ['0', views]);
  await twin.stop();
  rows_copied(houses[0], twin);
  await twin.start();
  await houses[1].close();
  houses.splice(1, 1);
  owners[1] = new Client(twin, { bearer: owners[0].bearer });
  await tick();
  await settled();
  for (const pair of [draft, ...merges, ...marks]) if (pair) pair[1] = pair[0];
  for (const p of people) if (p.lead) p.lead[1] = p.lead[0];
});

test('the_same_rows_are_tried_alike', () => tried());

test('the_honesty_of_the_score', async () => {
  const asked = await made('/calibration', {}, (h, r) => `/calibration/${r.id}`);
  const told = await alike(['/calibration', (h) => `/export/calibration.csv?report=${asked[h].id}`, '/outcomes/summary', '/feedback', '/grid', '/export/grid.csv',
    ...['band.hot', 'band.cold:won', 'decile.0'].map((b) => (h) => `/leads?report=${asked[h].id}&bucket=${b}`)]);
  assert.ok(JSON.parse(told[0]).report.n > 100);
});

test('suggested_points', async () => {
  await made((h) => `/models/${draft[h].id}/suggest`, {}, (h) => `/models/${draft[h].id}/suggestion`);
  const told = await alike([(h) => `/models/${draft[h].id}/suggestion`, (h) => `/export/suggestion.csv?model=${draft[h].id}`]);
  assert.equal(JSON.parse(told[0]).state, 'done');
});
