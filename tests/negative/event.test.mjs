// SPDX-License-Identifier: AGPL-3.0-or-later
// Event collection against what must be refused, survived or neutralised: EVT-*, PSN-* and the rows of imports.
import { test, before, after, beforeEach, afterEach } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { open, until } from '../api/harness.mjs';

let house, owner, writer, site, pid;
before(async () => {
  house = await open({ args: ['--public-events', '20000'] });
  owner = await house.person('owner');
  writer = house.writer();
  site = house.writer('--public');
});
after(() => house.close());
beforeEach(() => { pid = house.child.pid; });
afterEach(async () => {
  assert.equal(house.child.exitCode, null);
  assert.equal(house.child.pid, pid);
  assert.equal((await fetch(`${house.url}/healthz`)).status, 200);
});

const raw = { raw: true, headers: { 'content-type': 'application/json' } };
const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${house.child.pid}/status`, 'utf8'))[1]) * 1024;
async function figures() {
  const text = await (await fetch(`${house.url}/metrics`)).text();
  const one = (n) => Number(new RegExp(`^gradus_events_${n}_total (\\d+)$`, 'm').exec(text)[1]);
  return { accepted: one('accepted'), repeated: one('repeated'), rejected: one('rejected') };
}
const kept = async (from) => (await figures()).accepted - from.accepted;
const leadOf = async (words) => (await owner.get(`/leads?q=${encodeURIComponent(words)}`)).items[0];
const timelineOf = async (id) => (await owner.get(`/leads/${id}/timeline?limit=200`)).items;
async function known(userId, traits) {
  await writer.post('//v1/identify', { userId, messageId: `known-${userId}`, traits });
  return leadOf(traits.email);
}

test('EVT-01 depth', async () => {
  const from = await figures(), memory = rss();
  for (const text of ['['.repeat(100000), '{"a":'.repeat(100000)])
    await writer.post('//v1/track', `{"event":"A","userId":"u","properties":${text}`, 400, raw);
  const closed = `{"event":"A","userId":"u","properties":${'['.repeat(100)}${']'.repeat(100)}}`;
  await writer.post('//v1/track', closed, 400, raw);
  assert.equal(await kept(from), 0);
  assert.ok(rss() - memory < 16 << 20);
});

test('EVT-02 strings', async () => {
  const from = await figures();
  await writer.post('//v1/track', Buffer.from('{"event":"\xC3\x28","userId":"u"}', 'latin1'), 400, raw);
  await writer.post('//v1/batch', Buffer.from('{"batch":[{"type":"track","event":"\xC3\x28","userId":"u"}]}', 'latin1'), 400, raw);
  for (const text of ['"\\ud800"', '"\\u0000"']) {
    await writer.post('//v1/track', `{"event":${text},"userId":"u"}`, 400, raw);
    const r = await writer.post('//v1/batch', `{"batch":[{"type":"track","event":"A","userId":"s","messageId":"s${text.length}${text[3]}a"},`
      + `{"type":"track","event":"A","userId":"s","properties":{"x":${text}}},{"type":"track","event":"A","userId":"s","messageId":"s${text[3]}b"}]}`, 200, raw);
    assert.deepEqual(r.rejected.map((x) => x.index), [1]);
  }
  assert.equal(await kept(from), 4);
});

test('EVT-03 duplicate keys', async () => {
  const from = await figures();
  const r = await writer.post('//v1/track', '{"userId":"a","userId":"b","event":"A"}', 400, raw);
  assert.match(JSON.stringify(r), /duplicate_key/);
  assert.equal(await kept(from), 0);
});

test('EVT-04 numbers', async () => {
  for (const n of ['NaN', '-', '01']) await writer.post('//v1/track', `{"event":"A","userId":"num","properties":{"x":${n}}}`, 400, raw);
  for (const n of ['1e999', '9223372036854775808', '-1e999'])
    await writer.post('//v1/track', `{"event":"A","userId":"num","properties":{"x":${n}}}`, 200, raw);
});

test('EVT-05 tails', async () => {
  for (const path of ['//v1/track', '//v1/identify', '//v1/batch', '//v1/import'])
    for (const body of ['{"event":"A","userId":"u"}garbage', '\uFEFF{"event":"A","userId":"u"}', '[{"event":"A","userId":"u"}]', ''])
      await writer.post(path, body, 400, raw);
});

/* A refusal may meet a client that is still writing, which then sees a cut connection: it is asked again, and must be told once. */
async function whole(ask) {
  for (let i = 0; ; i++) {
    try {
      return await ask();
    } catch (e) {
      if (e.message !== 'fetch failed' || i === 5) throw e;
    }
  }
}

test('EVT-06 sizes', async () => {
  const from = await figures();
  const batch = Array.from({ length: 10 }, (_, i) => ({ type: 'track', event: 'A', userId: 'size', messageId: `size-${i}`,
    properties: i === 6 ? { x: 'x'.repeat(65 * 1024) } : {} }));
  const r = await writer.post('//v1/batch', { batch });
  assert.deepEqual(r.rejected, [{ index: 6, code: 'too_large', field: null }]);
  const large = await whole(() => writer.post('//v1/batch', JSON.stringify({ batch, x: 'y'.repeat(2.1 * 1024 * 1024) }), 400, raw));
  assert.match(JSON.stringify(large), /more than 2097152 bytes/);
  await writer.post('//v1/batch', gzipSync(JSON.stringify({ batch, x: ' '.repeat(9 * 1024 * 1024) })), 400,
    { raw: true, headers: { 'content-encoding': 'gzip' } });
  assert.equal(await kept(from), 9);
});

test('EVT-07 a partly bad batch, twice', async () => {
  const batch = Array.from({ length: 100 }, (_, i) => ({ type: 'track', event: 'A', messageId: `part-${i}`, ...(i === 3 || i === 50 ? {} : { userId: `part-${i % 5}` }) }));
  const from = await figures();
  const r = await writer.post('//v1/batch', { batch });
  assert.equal(r.success, true);
  assert.deepEqual(r.rejected.map((x) => [x.index, x.code]), [[3, 'missing'], [50, 'missing']]);
  assert.equal(await kept(from), 98);
  const { items } = await owner.get('/rejects?limit=2');
  assert.deepEqual(items.map((x) => [x.message_id, x.code]).sort(), [['part-3', 'missing'], ['part-50', 'missing']]);
  await writer.post('//v1/batch', { batch });
  assert.equal(await kept(from), 98);
});

test('EVT-08 one message fifty times at once', async () => {
  const from = await figures();
  const body = { event: 'Demo Requested', userId: 'fifty', messageId: 'fifty-1', context: { traits: { email: 'fifty@corp.example' } } };
  const all = await Promise.all(Array.from({ length: 50 }, () => writer.call('POST', '//v1/track', body)));
  assert.ok(all.every((r) => r.status === 200));
  const now = await figures();
  assert.equal(now.accepted - from.accepted, 1);
  assert.equal(now.repeated - from.repeated, 49);
});

test('EVT-09 the first payload stays, EVT-10 one id under two keys', async () => {
  const lead = await known('dedup', { email: 'dedup@corp.example', title: 'менеджер' });
  const one = { event: 'Demo Requested', userId: 'dedup', messageId: 'dedup-1' };
  const later = async (ms) => house.setClock(new Date(Date.parse((await owner.get('/me')).now) + ms).toISOString(), true);
  await later(60_000);
  await writer.post('//v1/track', one);
  const score = (await owner.get(`/leads/${lead.id}/score`)).total;
  await later(2 * 86_400_000 + 1000);
  await writer.post('//v1/track', { ...one, event: 'Webinar Attended' });
  const names = (await timelineOf(lead.id)).filter((e) => e.kind === 'track').map((e) => e.name);
  assert.deepEqual(names, ['Demo Requested']);
  assert.ok((await owner.get(`/leads/${lead.id}/score`)).total <= score);
  await house.writer().post('//v1/track', one);
  assert.equal((await timelineOf(lead.id)).filter((e) => e.name === 'Demo Requested').length, 2);
});

test('EVT-11 message ids', async () => {
  const from = await figures();
  const bad = ['"' + 'x'.repeat(101) + '"', '""', '"a\\u0000b"', '7'];
  for (const id of bad) {
    await writer.post('//v1/track', `{"event":"A","userId":"mid","messageId":${id}}`, 400, raw);
    const r = await writer.post('//v1/batch', `{"batch":[{"type":"track","event":"A","userId":"mid","messageId":${id}}]}`, 200, raw);
    assert.equal(r.rejected.length, 1);
  }
  assert.equal(await kept(from), 0);
  for (let i = 0; i < 2; i++) await writer.post('//v1/track', { event: 'A', userId: 'mid' });
  assert.equal(await kept(from), 2);
});

test('EVT-12 times', async () => {
  const lead = await known('times', { email: 'times@corp.example' });
  const now = Date.parse((await owner.get('/me')).now);
  const stamps = [['9999-12-31T00:00:00Z', {}], ['1970-01-01T00:00:00Z', {}], ['yesterday', {}], [new Date(now + 30 * 86400e3).toISOString(), {}],
    [new Date(now - 60e3).toISOString(), { sentAt: 'soon' }], [new Date(now + 3600e3).toISOString(), { sentAt: new Date(now + 3600e3).toISOString() }]];
  for (const [i, [timestamp, more]] of stamps.entries())
    await writer.post('//v1/track', { event: `T${i}`, userId: 'times', messageId: `times-${i}`, timestamp, ...more });
  const at = Object.fromEntries((await timelineOf(lead.id)).filter((e) => /^T\d$/.test(e.name ?? '')).map((e) => [e.name, Date.parse(e.at)]));
  assert.equal(Object.keys(at).length, stamps.length);
  for (const t of Object.values(at)) assert.ok(t <= now + 6 * 60e3, new Date(t).toISOString());
  assert.equal(at.T1, 0);
  assert.ok(Math.abs(at.T5 - now) < 5000);
  assert.ok(Math.abs(at.T4 - (now - 60e3)) < 5000);
});

test('EVT-13 keys', async () => {
  const s = house.stranger(), event = { event: 'A', userId: 'keys' };
  const revoked = house.addKey('events');
  const id = (await owner.get('/keys')).items.find((k) => revoked.startsWith(k.prefix)).id;
  await owner.del(`/keys/${id}`);
  const answers = [];
  for (const key of ['wrong', revoked, writer.basic.toUpperCase(), 'x'.repeat(5000)]) {
    const r = await s.call('POST', '//v1/track', event, { headers: { authorization: 'Basic ' + Buffer.from(key + ':').toString('base64') } });
    answers.push([r.status, JSON.stringify({ ...r.json, request_id: 0 })]);
  }
  const both = await s.call('POST', '//v1/track', { ...event, writeKey: writer.basic }, { headers: { authorization: 'Basic ' + Buffer.from('wrong:').toString('base64') } });
  answers.push([both.status, JSON.stringify({ ...both.json, request_id: 0 })]);
  for (const a of answers) assert.deepEqual(a, [401, answers[0][1]]);
});

test('EVT-14 a write key reads nothing', async () => {
  for (const key of [writer.basic, site.basic]) {
    const s = house.stranger();
    for (const path of ['/leads', '/export/leads.csv', '/rejects', '/imports'])
      await s.get(path, 403, { headers: { authorization: `Bearer ${key}` } });
  }
});

test('EVT-15 names of our own columns are traits and no more', async () => {
  const lead = await known('mass', { email: 'mass@corp.example', score: 99, owner_id: 'us_0000000000001', role: 'owner', stage: 'won', is_customer: true, created_at: '1999-01-01', id: 'x' });
  assert.equal(lead.stage, 'new');
  assert.equal(lead.owner_id, null);
  assert.equal(lead.score, 0);
  assert.notEqual(lead.created_at.slice(0, 4), '1999');
});

test('EVT-16 a browser that names somebody else', async () => {
  const lead = await known('victim', { email: 'victim@corp.example', name: 'Настоящее Имя', title: 'менеджер' });
  const other = await known('other', { email: 'other@corp.example', name: 'Другой' });
  const r = await site.post('//v1/identify', { userId: 'victim', anonymousId: 'fresh-anon', messageId: 'evil-1',
    traits: { email: 'victim@corp.example', name: 'Чужое Имя', title: 'CEO', phone: '+79160000000', city: 'Тверь' } });
  assert.deepEqual(r, { success: true });
  await site.post('//v1/identify', { userId: 'victim', anonymousId: 'fresh-anon', messageId: 'evil-2', traits: { email: 'other@corp.example' } });
  const after_ = await owner.get(`/leads/${lead.id}`);
  assert.equal(after_.name, 'Настоящее Имя');
  assert.equal(after_.title, 'менеджер');
  assert.equal(after_.email, 'victim@corp.example');
  assert.equal(after_.facts.city.value, 'Тверь');
  assert.equal(after_.facts.city.verified, false);
  assert.equal((await owner.get(`/leads/${other.id}`)).merged_into, null);
  assert.equal(after_.merged_into, null);
});

test('EVT-17 a circle of aliases', async () => {
  for (const id of ['ca', 'cb', 'cc']) await known(id, { email: `${id}@corp.example` });
  for (const [userId, previousId] of [['cb', 'ca'], ['cc', 'cb'], ['ca', 'cc']])
    assert.deepEqual(await writer.post('//v1/alias', { userId, previousId, messageId: `circle-${userId}` }), { success: true });
  const found = new Set();
  for (const id of ['ca', 'cb', 'cc']) {
    await writer.post('//v1/track', { userId: id, event: `Circle ${id}`, messageId: `circle-track-${id}` });
    found.add((await leadOf(`${id}@corp.example`))?.id);
  }
  found.delete(undefined);
  assert.equal(found.size, 1);
  const root = [...found][0];
  const names = (await timelineOf(root)).map((e) => e.name);
  for (const id of ['ca', 'cb', 'cc']) assert.ok(names.includes(`Circle ${id}`));
  for (const m of (await owner.get(`/leads/${root}/merges`)).items)
    if (!m.undone_at) await owner.post(`/merges/${m.id}/undo`, undefined, 204);
});

test('EVT-18 an explosion of names', async () => {
  const many = Object.fromEntries(Array.from({ length: 10001 }, (_, i) => [`p${i}`, 1]));
  const from = await figures();
  await writer.post('//v1/track', { event: 'A', userId: 'names', properties: Object.fromEntries(Object.entries(many).slice(0, 3000)) }, 400);
  await writer.post('//v1/track', { event: 'A', userId: 'names', properties: many }, 400);
  assert.equal(await kept(from), 0);
  const batch = Array.from({ length: 1000 }, (_, i) => ({ type: 'track', event: `Fresh ${i}`, userId: 'names', properties: { [`fresh${i}`]: i } }));
  await writer.post('//v1/batch', { batch });
  assert.equal(await kept(from), 1000);
});

test('EVT-19 poisoned names', async () => {
  const properties = { ['__proto__x']: 1, constructor: 2, 'a.b': 3, $where: 4, '" OR 1=1': 5, ['n'.repeat(10240)]: 6 };
  const text = JSON.stringify({ event: 'A', userId: 'poison', traits: {}, properties }).replace('__proto__x', '__proto__');
  await writer.post('//v1/track', text, 200, raw);
  await owner.get(`/leads?q=${encodeURIComponent('" OR 1=1')}`);
  assert.deepEqual((await owner.get(`/leads?source=${encodeURIComponent("x' OR '1'='1")}`)).items, []);
});

test('EVT-20 a cookie gives no right to send', async () => {
  const r = await fetch(`${house.url}/v1/track`, { method: 'POST', body: JSON.stringify({ event: 'A', userId: 'cookie' }),
    headers: { cookie: owner.cookie, 'content-type': 'text/plain', origin: 'https://shop.example' } });
  assert.equal(r.status, 401);
  const good = await fetch(`${house.url}/v1/track`, { method: 'POST', body: JSON.stringify({ event: 'A', userId: 'cookie', writeKey: site.basic }),
    headers: { cookie: owner.cookie, 'content-type': 'text/plain', origin: 'https://shop.example' } });
  assert.equal(good.status, 200);
  assert.equal(good.headers.get('access-control-allow-credentials'), null);
});

test('EVT-21 never a redirect', async () => {
  for (const path of ['/v1/batch/', '//v1/batch', '/V1/BATCH', '/v1//batch', '/v1/track/']) {
    const r = await fetch(house.url + path, { method: 'POST', body: '{"batch":[]}', redirect: 'manual',
      headers: { authorization: 'Basic ' + Buffer.from(writer.basic + ':').toString('base64') } });
    assert.ok(r.status < 300 || r.status >= 400, `${path}: ${r.status}`);
    assert.ok([200, 400, 404, 405].includes(r.status), `${path}: ${r.status}`);
  }
});

test('EVT-22 errors can be read by browsers', async () => {
  const at = (headers, body) => fetch(`${house.url}/v1/track`, { method: 'POST', body, headers: { origin: 'https://shop.example', ...headers } });
  const key = { authorization: 'Basic ' + Buffer.from(site.basic + ':').toString('base64') };
  for (const [r, status] of [[await at({}, '{"event":"A","userId":"u"}'), 401], [await at(key, '{'), 400], [await at(key, '{"event":"A"}'), 400]]) {
    assert.equal(r.status, status);
    assert.equal(r.headers.get('access-control-allow-origin'), 'https://shop.example');
    assert.match(r.headers.get('access-control-expose-headers'), /retry-after/i);
  }
});

test('PSN-01 bots are kept and score nothing', async () => {
  for (const [name, agent] of [['crawler', 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'], ['empty', '']]) {
    const lead = await known(`bot-${name}`, { email: `bot-${name}@corp.example` });
    for (let i = 0; i < 100; i++)
      await site.post('//v1/track', { event: 'Demo Requested', userId: `bot-${name}`, messageId: `bot-${name}-${i}` }, 200, { headers: { 'user-agent': agent } });
    const events = (await timelineOf(lead.id)).filter((e) => e.name === 'Demo Requested');
    assert.equal(events.length, 100);
    const score = await owner.get(`/leads/${lead.id}/score`);
    assert.equal(score.total, 0);
    assert.deepEqual(score.lines, []);
  }
});

test('PSN-03 repetition stops at the limit of the rule', async () => {
  const lead = await known('again', { email: 'again@corp.example' });
  const agent = { headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0.0.0' } };
  for (let k = 0; k < 10; k++)
    await site.post('//v1/batch', { batch: Array.from({ length: 1000 }, (_, i) => ({ type: 'track', event: 'Demo Requested', userId: 'again', messageId: `again-${k}-${i}` })) }, 200, agent);
  const score = await owner.get(`/leads/${lead.id}/score`);
  assert.ok(score.total > 0 && score.total <= 40, String(score.total));
});

test('PSN-04 up and down within a minute makes one task at most', async () => {
  const lead = await known('swing', { email: 'swing@corp.example', title: 'CEO', budget: 1000000, industry: 'it' });
  const agent = { headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0.0.0' } };
  for (let i = 0; i < 20; i++) {
    await site.post('//v1/batch', { batch: ['Demo Requested', 'Form Submitted', 'Price List Downloaded', 'Webinar Attended'].map((event, k) => ({ type: 'track', event, userId: 'swing', messageId: `swing-${i}-${k}` })) }, 200, agent);
    await site.post('//v1/page', { userId: 'swing', messageId: `swing-page-${i}`, properties: { path: '/careers' } }, 200, agent);
  }
  const tasks = (await owner.get(`/tasks?lead=${lead.id}`)).items.filter((t) => t.kind === 'call_now');
  assert.ok(tasks.length <= 1, JSON.stringify(tasks));
});

test('PSN-03 and EVT-22 too fast from one address is told to wait', async () => {
  const own = await open({ args: ['--public-events', '50'] });
  try {
    const page = own.writer('--public'), server = own.writer();
    const batch = (n) => Array.from({ length: 40 }, (_, i) => ({ type: 'track', event: 'A', userId: 'fast', messageId: `fast-${n}-${i}` }));
    await page.post('//v1/batch', { batch: batch(0) });
    const r = await page.call('POST', '//v1/batch', { batch: batch(1) }, { headers: { origin: 'https://shop.example' } });
    assert.equal(r.status, 429);
    assert.ok(Number(r.headers.get('retry-after')) >= 1);
    assert.match(r.headers.get('access-control-expose-headers'), /retry-after/i);
    assert.equal(r.headers.get('access-control-allow-origin'), 'https://shop.example');
    await server.post('//v1/batch', { batch: batch(2) });
    await page.post('//v1/batch', { batch: batch(3).slice(0, 5) });
  } finally { await own.close(); }
});

test('PSN-05 guessed ids change nothing beyond the cap', async () => {
  const lead = await known('777', { email: 'n777@corp.example', name: 'Имя', title: 'менеджер' });
  const agent = { headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0.0.0' } };
  for (let k = 0; k < 4; k++)
    await site.post('//v1/batch', { batch: Array.from({ length: 500 }, (_, i) => ({ type: 'identify', userId: String(k * 500 + i), traits: { name: 'Злой', title: 'CEO' }, messageId: `guess-${k}-${i}` })) }, 200, agent);
  const now = await owner.get(`/leads/${lead.id}`);
  assert.equal(now.name, 'Имя');
  assert.equal(now.title, 'менеджер');
});

/* ---- files ---- */

const csv = { raw: true, headers: { 'content-type': 'text/csv' } };
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const settled = (id, client = owner) => until((one) => !['running', 'undoing'].includes(one.state), () => client.get(`/imports/${id}`));

test('SQL-09 a heading is a name and no more', async () => {
  const one = await owner.post('/imports', 'name"; DELETE FROM leads;--,email\nx,sql9@corp.example\n', 201, csv);
  assert.equal(one.columns[0].guess, '');
  await owner.post(`/imports/${one.id}/run`, undefined);
  assert.equal((await settled(one.id)).accepted, 1);
  assert.ok(await leadOf('sql9@corp.example'));
});

test('FIL-01 names of files are names and no more', async () => {
  const list = () => readdirSync(house.data).sort().join();
  const files = list();
  for (const name of ['../../x', '..\\..\\x', '/etc/x', 'C:\\x', 'x\u0001.png', '.htaccess', 'CON', 'n'.repeat(290)]) {
    const one = await owner.post(`/imports?name=${encodeURIComponent(name)}`, 'email\na@corp.example\n', 201, csv);
    assert.doesNotMatch(one.name, /[/\\\u0000-\u001f]|^\./);
    assert.ok(one.name.length <= 120);
  }
  assert.equal(list(), files);
});

test('IMP-04 shapes of tables', async () => {
  const memory = rss();
  for (const text of ['a,b\n' + 'x'.repeat(30 << 20), 'a\n' + ','.repeat(1000000), 'a,b\n1,2\n"open\n'.padEnd(3 << 20, 'y'), 'a\n"' + 'q\n'.repeat(1 << 20)]) {
    const r = await whole(() => owner.post('/imports', text, 422, csv));
    assert.match(JSON.stringify(r), /строка \d+/);
  }
  if (!/asan/.test(process.env.GRADUS_BIN ?? "")) assert.ok(rss() - memory < 48 << 20, String(rss() - memory));
  const utf16 = Buffer.from('\uFEFFимя\temail\r\nИван\tutf16@corp.example\r\n', 'utf16le');
  const one = await owner.post('/imports', utf16, 201, csv);
  assert.equal(one.encoding, 'utf-16le');
  assert.deepEqual(one.preview, [['Иван', 'utf16@corp.example']]);
  const mixed = await owner.post('/imports', 'a,email\r\n1,x1@corp.example\n2,x2@corp.example\r3,x3@corp.example', 201, csv);
  assert.equal(mixed.rows, 3);
});

test('IMP-05 killed in the middle, it goes on where it was', async () => {
  const own = await open({ testClock: false });
  try {
    const boss = own.addUser('owner') && own.key();
    const total = Number(process.env.GRADUS_IMPORT_ROWS ?? 8000);
    const rows = ['email,name'];
    for (let i = 0; i < total; i++) rows.push(`crash${i}@corp.example,Имя ${i}`);
    const one = await boss.post('/imports', rows.join('\n') + '\n', 201, csv);
    await boss.post(`/imports/${one.id}/run`, undefined);
    for (let k = 0; k < 4; k++) {
      await sleep(150 + Math.random() * 400);
      await own.stop('SIGKILL');
      await own.start();
    }
    const done = await settled(one.id, boss, 120000);
    assert.deepEqual([done.state, done.accepted, done.repeated, done.refused], ['done', total, 0, 0]);
    const list = await boss.get('/leads?limit=1');
    assert.equal(list.total, Math.min(total, 10000)); /* counted exactly so far */
    const seen = new Set();
    for (let cursor = ''; ;) {
      const page = await boss.get(`/imports/${one.id}/rows?limit=200${cursor && `&cursor=${cursor}`}`);
      page.items.forEach((r) => seen.add(r.row));
      if (!page.next) break;
      cursor = page.next;
    }
    assert.equal(seen.size, total);
  } finally { await own.close(); }
});

test('IMP-06 started twice at once', async () => {
  const rows = ['email'];
  for (let i = 0; i < 2000; i++) rows.push(`twice${i}@corp.example`);
  const one = await owner.post('/imports', rows.join('\n') + '\n', 201, csv);
  const answers = await Promise.all([1, 2, 3].map(() => owner.call('POST', `/imports/${one.id}/run`)));
  assert.deepEqual(answers.map((r) => r.status).sort(), [200, 409, 409]);
  assert.equal((await settled(one.id)).accepted, 2000);
});

test('FIL-04 an upload that is cut leaves nothing', async () => {
  const before_ = (await owner.get('/imports')).items.length;
  const net = await import('node:net');
  const key = house.addKey('api');
  for (let i = 0; i < 20; i++) {
    await new Promise((done) => {
      const s = net.connect(house.port, '127.0.0.1', () => {
        s.write(`POST /api/v1/imports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: text/csv\r\nContent-Length: 1000000\r\n\r\nemail\na@b.ru\n`);
        setTimeout(() => { s.destroy(); done(); }, 10);
      });
    });
  }
  await sleep(200);
  assert.equal((await owner.get('/imports')).items.length, before_);
});
