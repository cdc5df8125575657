// SPDX-License-Identifier: AGPL-3.0-or-later
// Queries, numbers, patterns and texts that were meant to break something.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { open } from '../api/harness.mjs';

let house, owner, lead;
before(async () => {
  house = await open();
  owner = await house.person('owner');
  lead = await owner.post('/leads', { name: '100%_\\ O\'Brien "x" ИП', email: 'obrien@firm.example', title: 'a_b' }, 201);
  await owner.post('/leads', { name: 'Другой', email: 'other@firm.example' }, 201);
});
after(() => house.close());

const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${house.child.pid}/status`, 'utf8'))[1]) * 1024;
const q = encodeURIComponent;
const raw = { raw: true, headers: { 'content-type': 'application/json' } };

test('SQL_01_a_column_to_sort_by_is_one_of_a_few_words', async () => {
  for (const sort of ['name;DROP TABLE leads--', '(select 1)', '1', 'NAME', 'name,(SELECT pg_sleep(5))', '-name']) {
    const r = await owner.get(`/leads?sort=${q(sort)}`, 422);
    assert.deepEqual(r.errors.map((e) => e.pointer), ['sort']);
  }
  const order = await owner.get(`/leads?order=${q('ASC,(SELECT pg_sleep(5))')}`, 422);
  assert.deepEqual(order.errors.map((e) => e.pointer), ['order']);
  assert.equal((await owner.get('/leads')).total, 2);
});

test('SQL_02_values_are_values', async () => {
  for (const name of ['q', 'source'])
    for (const value of [`' OR '1'='1`, `\\'`, '%', '_', '\\', `%' OR 1=1--`, `"; DROP TABLE lead; --`])
      assert.equal((await owner.get(`/leads?${name}=${q(value)}`)).total, 0, `${name}=${value}`);
  assert.equal((await owner.get(`/leads?q=${q('100%_')}`)).total, 1); // they match themselves
  assert.equal((await owner.get(`/leads?q=${q("o'brien")}`)).total, 1);
  for (const name of ['q', 'source', 'stage', 'owner', 'band', 'sort'])
    assert.ok([414, 422, 431].includes((await owner.call('GET', `/leads?${name}=${q('%a'.repeat(2000))}`)).status), name);
  assert.equal((await owner.call('GET', `/leads?q=${q('%a'.repeat(1 << 18))}`).catch(() => ({ status: 431 }))).status >= 414, true);
  for (const owner_ of [`' OR 1=1`, 'us_0', '0', '*']) await owner.get(`/leads?owner=${q(owner_)}`, 422);
  for (const stage of ['new;', '1', "new' OR '1"]) await owner.get(`/leads?stage=${q(stage)}`, 422);
});

test('SQL_03_limits_are_numbers_within_limits', async () => {
  for (const limit of ['-1', '0', '201', '1e9', '1;select 1', '', '٣', '1.5', '9223372036854775808'])
    for (const path of ['/leads', '/tasks', '/audit', '/imports', '/rejects'])
      await owner.get(`${path}?limit=${q(limit)}`, 422);
  for (const cursor of ['x', 'AAAA', '../../etc', 'a'.repeat(2001)]) await owner.get(`/leads?cursor=${cursor}`, 422);
  await owner.get('/leads?cursor=%00', 400);
});

test('SQL_04_what_is_searched_is_words', async () => {
  for (const words of ['"', 'NEAR(', 'a* OR b*', 'col:secret', '{name}:x', 'x AND', "'", '*']) {
    const r = await owner.call('GET', `/search?q=${q(words)}`);
    assert.equal(r.status, 200, words);
    assert.ok(!/fts|syntax|sql/i.test(r.text));
  }
  await owner.get(`/search?q=${q('слово '.repeat(100))}`, 422);
});

test('SQL_07_bad_UTF_8_is_refused_before_the_database', async () => {
  for (const path of ['/leads?q=%C0%27%20OR%201=1--', '/search?q=%ff', '/leads?source=%C3%28', '/leads?q=%ED%A0%80']) {
    const r = await owner.call('GET', path);
    assert.ok([400, 422].includes(r.status), `${path}: ${r.status}`);
    assert.ok(!/invalid byte|sqlstate/i.test(r.text));
  }
  await owner.post('/leads', Buffer.from('{"name":"\xC3\x28"}', 'latin1'), 400, raw);
});

test('SQL_08_a_kept_filter_is_no_text_of_the_database', async () => {
  const view = await owner.post('/views', { name: 'v', query: "1=1) UNION SELECT email FROM user_account--" }, 201).catch(() => null);
  if (view) assert.ok(!JSON.stringify(await owner.get('/views')).includes('owner@example.org'));
  const live = await owner.get('/models/live');
  const draft = await owner.post('/models', { from: live.id, name: 'sql', note: '' }, 201);
  for (const when of ['1=1) UNION SELECT 1--', { sql: '1=1' }, { fact: 'title', op: 'sql', value: 'x' }, { all: [{ raw: 'x' }] }]) {
    const body = structuredClone(draft.body);
    body.criteria[0].when = when;
    await owner.put(`/models/${draft.id}`, { body }, 422);
  }
});

test('MAIL_01_a_name_is_one_line', async () => {
  for (const field of ['name', 'source', 'company', 'title', 'external_id'])
    for (const value of ['a\r\nBcc: x', 'a\tb', 'a\u0001', 'a\u0085b', 'a\u2028b', '\u007f']) {
      const body = { email: 'line@firm.example', [field]: value };
      assert.equal((await owner.post('/leads', body, 422)).errors[0].pointer, `/${field}`, value);
      assert.equal((await owner.patch(`/leads/${lead.id}`, { [field]: value }, 422)).errors[0].pointer, `/${field}`, value);
    }
  await owner.post('/users', { name: 'a\nb', email: 'line@house.example', role: 'manager', password: 'a long enough word' }, 422);
  for (const name of ['', ' ', '   ']) await owner.patch('/me', { name }, 422);
  // A program that sends two lines is not refused its event: they are joined.
  await house.writer().post('//v1/identify', { userId: 'line-1', traits: { name: 'Bob\r\nBcc: x@y.example', company: { name: 'A\u2028B' }, title: 'CEO\n', note: 'two\nlines' } });
  const came = (await owner.get('/leads?q=Bob')).items[0];
  assert.deepEqual([came.name, came.company, came.title], ['Bob  Bcc: x@y.example', 'A B', 'CEO']);
  assert.deepEqual((await owner.get(`/leads/${came.id}`)).facts.find?.((f) => f.name === 'note')?.value ?? 'two\nlines', 'two\nlines');
});

test('NUM_01_points_are_bounded', async () => {
  const live = await owner.get('/models/live');
  const draft = await owner.post('/models', { from: live.id, name: 'num', note: '' }, 201);
  for (const points of ['9223372036854775807', '-9223372036854775808', '1e999', '9223372036854775808', '1000000001', '0.5e-9', '"5"', 'null']) {
    const text = JSON.stringify({ body: { ...draft.body, criteria: draft.body.criteria.map((c, i) => (i === 0 ? { ...c, points: '@' } : c)) } }).replace('"@"', points);
    const r = await owner.call('PUT', `/models/${draft.id}`, text, raw);
    assert.ok([400, 422].includes(r.status), `${points}: ${r.status} ${r.text.slice(0, 200)}`);
  }
});

test('NUM_02_money_is_whole_minor_units', async () => {
  for (const amount of ['"92233720368547758.07"', '"-1"', '-1', '1e308', '0.001', '"1,5"', '9223372036854775807', '9223372036854775808', 'true'])
    assert.equal((await owner.call('PATCH', `/leads/${lead.id}`, `{"amount":${amount}}`, raw)).status, 422, amount);
  for (const currency of ['RUBLES', 'ZZZ', 'rub', '€€', 'XXX', 'DEM', 'R B', 'US']) {
    assert.equal((await owner.patch(`/leads/${lead.id}`, { amount: 5, currency }, 422)).errors[0].pointer, '/currency', currency);
    assert.equal((await owner.patch('/settings', { currency }, 422)).errors[0].pointer, '/currency', currency);
  }
  assert.equal((await owner.patch(`/leads/${lead.id}`, { currency: 'USD' }, 422)).errors[0].pointer, '/currency');
  for (const zone of ['Factory', 'Moscow']) {
    assert.equal((await owner.patch('/settings', { zone }, 422)).errors[0].pointer, '/zone', zone);
    assert.equal((await owner.patch('/me', { zone }, 422)).errors[0].pointer, '/zone', zone);
    await owner.post('/calendars', { name: zone, zone, hours: [] }, 422);
  }
  await owner.patch('/settings', { phone_region: 'ZZ' }, 422);
  assert.equal((await owner.get(`/leads/${lead.id}`)).amount, 0);
});

test('NUM_04_instants_exist', async () => {
  for (const due of ['0000-01-01T00:00:00Z', '9999-12-31T23:59:60Z', '2030-02-30T00:00:00Z', '2030-01-01T00:00:00+99:00', '2030-13-01T00:00:00Z', 'tomorrow', 5])
    await owner.post('/tasks', { lead_id: lead.id, kind: 'meeting', title: 'T', due_at: due }, 422);
  for (const at of ['yesterday', '2030-02-30T00:00:00Z', '1']) await owner.get(`/leads/${lead.id}/score?at=${q(at)}`, 422);
});

test('NUM_05_what_is_no_id_is_not_there', async () => {
  for (const id of ['0', '-1', '9223372036854775808', '1e3', '１', owner.id, `${lead.id}x`, lead.id.toUpperCase(), `${lead.id}%00`])
    assert.ok([400, 404].includes((await owner.call('GET', `/leads/${id.includes('%') ? id : q(id)}`)).status), id);
  const coded = [...lead.id].map((c) => '%' + c.charCodeAt(0).toString(16)).join('');
  assert.equal((await owner.get(`/leads/${coded}`)).id, lead.id);
});

test('RGX_01_and_RGX_02_patterns_cost_what_they_may', async () => {
  const live = await owner.get('/models/live');
  const draft = await owner.post('/models', { from: live.id, name: 'rgx', note: '' }, 201);
  const put = (value) => {
    const body = structuredClone(draft.body);
    body.criteria[0].when = { fact: 'note', op: 'matches', value };
    return owner.call('PUT', `/models/${draft.id}`, { body });
  };
  const before = rss();
  for (const bad of ['((a{1,200}){1,200}){1,200}', 'a'.repeat(100 * 1024), '('.repeat(1000) + ')'.repeat(1000), '(', '[z-a]', '(?<n>a)(?<n>b)(?P>']) {
    const r = await put(bad);
    assert.equal(r.status, 422, `${bad.slice(0, 30)}: ${r.status}`);
  }
  assert.ok(rss() - before < 4 << 20, `memory grew by ${rss() - before}`);
  for (const costly of ['(a+)+$', '(.*)\\1\\1\\1$', Array.from({ length: 20 }, (_, i) => `.*x${i}`).join('|')]) assert.ok([200, 422].includes((await put(costly)).status));
  assert.equal((await put('(a+)+$')).status, 200);
  await owner.post(`/models/${draft.id}/publish`, undefined, 200);
  const writer = house.writer();
  await writer.post('//v1/identify', { userId: 'rgx', traits: { note: 'a'.repeat(900) + '!' } }); // stopped by the limit of steps, not by the clock
  assert.equal((await owner.get('/leads?q=rgx')).total >= 0, true);
  await writer.post('//v1/track', { userId: 'rgx', event: 'Demo Requested' });
});

test('RGX_04_conditions_have_a_size_and_a_depth', async () => {
  const live = await owner.get('/models/live');
  const draft = await owner.post('/models', { from: live.id, name: 'big', note: '' }, 201);
  const one = { fact: 'title', op: 'is', value: 'x' };
  let deep = one;
  for (let i = 0; i < 60; i++) deep = { not: deep };
  for (const when of [{ any: Array(10000).fill(one) }, { all: [{ any: Array(250).fill(one) }] }]) {
    const body = structuredClone(draft.body);
    body.criteria[0].when = when;
    await owner.put(`/models/${draft.id}`, { body }, 422);
  }
  const body = structuredClone(draft.body);
  body.criteria[0].when = deep;
  assert.ok([200, 400, 422].includes((await owner.call('PUT', `/models/${draft.id}`, { body })).status));
});

test('CSV_02_a_table_comes_back_as_it_went', async () => {
  const name = 'a"b,c;d', company = '=cmd|\'/C calc\'!A0';
  await owner.post('/leads', { name, email: 'csv@firm.example', company, title: '+1+1' }, 201);
  const text = await owner.get('/export/leads.csv?q=csv%40firm.example');
  assert.ok(text.includes('"a""b,c;d"'), text);
  assert.ok(text.includes(`'=cmd|'/C calc'!A0`) && text.includes(`'+1+1`), 'no cell begins a formula');
  await owner.post('/leads', '{"name":"a\\u0000b"}', 422, raw);
});
