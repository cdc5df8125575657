// SPDX-License-Identifier: AGPL-3.0-or-later
// Event collection, the view of refused events, and imports: upload, mapping, run, errors, stop, undo.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { open, until } from './harness.mjs';

let house, owner, writer, site;
before(async () => {
  house = await open({ testClock: false });
  owner = await house.person('owner');
  writer = house.writer();
  site = house.writer('--public');
});
after(() => house.close());

const csv = { raw: true, headers: { 'content-type': 'text/csv' } };
const settled = (id, who = owner) => until((one) => !['running', 'undoing'].includes(one.state), () => who.get(`/imports/${id}`));
const upload = (text, query = '') => owner.post(`/imports${query}`, text, 201, csv);

test('each_call_is_taken_under_its_long_and_short_name', async () => {
  const body = { userId: 'paths-1', event: 'A', groupId: 'g', previousId: 'p' };
  for (const path of ['identify', 'i', 'track', 't', 'page', 'p', 'screen', 's', 'group', 'g', 'alias', 'a'])
    assert.deepEqual(await writer.post(`//v1/${path}`, { ...body, messageId: `paths-${path}` }), { success: true });
  for (const path of ['v1/batch', 'v1/b', 'v1/import', 'beacon/v1/batch'])
    assert.deepEqual(await writer.post(`//${path}`, { batch: [{ type: 'track', event: 'B', userId: 'paths-1', messageId: path }] }), { success: true });
  assert.deepEqual(await writer.post('//v1/m', { series: [] }), { success: true });
});

test('the_key_may_stand_in_header_body_or_query_and_the_header_decides', async () => {
  const s = house.stranger(), key = house.addKey('events');
  await s.post('//v1/track', { event: 'A', userId: 'k1', writeKey: key });
  await s.post(`//beacon/v1/batch?writeKey=${key}`, { batch: [] });
  await s.post('//v1/track', { event: 'A', userId: 'k1' }, 401);
  await s.post('//v1/track', { event: 'A', userId: 'k1', writeKey: 'gradus_wk_wrong' }, 401);
  await s.post('//v1/track', { event: 'A', userId: 'k1', writeKey: key }, 401,
    { headers: { authorization: 'Basic ' + Buffer.from('gradus_wk_wrong:').toString('base64') } });
});

test('gzip_under_any_content_type_is_read', async () => {
  const packed = gzipSync(JSON.stringify({ batch: [{ type: 'track', event: 'Z', userId: 'gz', messageId: 'gz1' }] }));
  await writer.post('//v1/batch', packed, 200, { raw: true, headers: { 'content-encoding': 'gzip', 'content-type': 'application/x-www-form-urlencoded' } });
});

test('browsers_get_their_settings_and_the_tracker', async () => {
  const settings = await house.stranger().get(`//v1/projects/${site.basic}/settings`);
  assert.deepEqual(Object.keys(settings.integrations), ['Segment.io']);
  assert.equal(settings.metrics.sampleRate, 0);
  await house.stranger().get('//v1/projects/gradus_wk_wrong/settings', 404);
  assert.equal((await house.stranger().get(`//sourceConfig/?writeKey=${site.basic}`)).source.enabled, true);
  assert.equal((await house.stranger().get(`//sourceConfig?writeKey=${site.basic}`)).source.enabled, true);
  assert.match(await house.stranger().get(`//analytics.js/v1/${site.basic}/analytics.min.js`), /gradus_aid/);
});

test('a_pixel_is_a_picture_whatever_happens', async () => {
  const data = Buffer.from(JSON.stringify({ event: 'Email Opened', userId: 'px', messageId: 'px1', writeKey: writer.basic })).toString('base64');
  for (const path of [`track?data=${encodeURIComponent(data)}`, 'track?data=x', 'dance', 'track']) {
    const r = await fetch(`${house.url}/v1/pixel/${path}`);
    assert.equal(r.status, 200);
    assert.equal(r.headers.get('content-type'), 'image/gif');
    assert.equal((await r.arrayBuffer()).byteLength, 43);
  }
  await house.stranger().get(`//v1/pixel/track?data=${encodeURIComponent(data)}`);
});

test('refused_events_are_shown_with_their_reason', async () => {
  const r = await writer.post('//v1/batch', { batch: [{ type: 'track', event: 'A', userId: 'u' }, { type: 'dance', userId: 'u', messageId: 'bad-1' }] });
  assert.deepEqual(r.rejected, [{ index: 1, code: 'bad_field', field: '/type' }]);
  const { items } = await owner.get('/rejects?limit=1');
  assert.equal(items[0].message_id, 'bad-1');
  assert.equal(items[0].detail, '/type');
});

test('an_address_that_is_none_is_taken_as_the_protocol_has_it_and_shown_among_the_refusals', async () => {
  const r = await writer.post('//v1/identify', { userId: 'noaddress', messageId: 'noaddress-1', traits: { email: 'x', name: 'No Address' } });
  assert.deepEqual(r, { success: true });
  const [lead] = (await owner.get('/leads?q=No%20Address')).items;
  assert.equal(lead.email, null);
  const [row] = (await owner.get('/rejects?limit=1')).items;
  assert.deepEqual([row.message_id, row.code, row.detail, row.snippet], ['noaddress-1', 'bad_field', '/traits/email', 'x']);
});

const people = 'ФИО;Почта;Телефон;Бюджет\r\n'
  + 'Иван Первый;first@corp.example;8 916 111-11-11;1 000,5\r\n'
  + 'Пётр Второй;bad;123;x\r\n'
  + 'Анна Третья;third@corp.example;;\r\n'
  + 'Иван Первый;first@corp.example;8 916 111-11-11;1 000,5\r\n'
  + ';;;\r\n';

test('rows_of_the_preview_keep_their_numbers_over_empty_ones', async () => {
  const one = await upload('Имя;Почта\n;;\nИван;ivan@gap.example\n;;\n;;\nПётр;bad\n', '?name=gaps.csv');
  assert.deepEqual(one.preview.map((r) => r[0]), ['Иван', 'Пётр']);
  assert.deepEqual(one.preview_rows, [3, 6]);
  assert.deepEqual(one.preview_errors.map((e) => e.row), [6]);
});

test('words_that_stand_for_nothing_are_told_of_each_column_wherever_they_stand', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `n${i}@nothing.example;Тверь;${i === 30 ? '— не указано —' : i === 31 ? 'НЕ УКАЗАНО' : 'да'}`);
  const one = await upload('Почта;Город;Согласен\n' + rows.join('\n') + '\nz@nothing.example;Select;да\ny@nothing.example;SELECT;Selected\n', '?name=nothing.csv');
  assert.deepEqual(one.columns.map((c) => c.nothing), [[], ['Select'], ['— не указано —', 'НЕ УКАЗАНО']]);
  assert.deepEqual((await owner.get(`/imports/${one.id}`)).columns[1].nothing, ['Select'], 'it is kept');
});

test('the_preview_says_what_a_cell_becomes_where_that_is_not_what_it_says', async () => {
  const one = await upload('Почта;Телефон;Бюджет;Дата;Согласен;Этап;Город\n'
    + 'a@becomes.example;8 916 111-11-12;1 000,5;31.12.2025;да;Выигран;Select\n'
    + 'b@becomes.example;+79161111113;7;2025-12-30T21:00:00Z;;won;Тверь\n'
    + 'c@becomes.example;12;x;32.12.2025;true;?;\n', '?name=becomes.csv');
  const { preview_becomes: is, preview } = await owner.patch(`/imports/${one.id}`, { mapping: {
    columns: ['email', 'phone', 'budget', 'created_at', 'fact.agreed', 'stage', 'city'].map((field, index) =>
      ({ index, field, ...(field === 'fact.agreed' ? { format: 'boolean' } : {}) })), zone_minutes: 180, empty: ['select'] } });
  assert.deepEqual(is, [
    [null, '+79161111112', 1000.5, '2025-12-30T21:00:00Z', true, 'won', ''],
    [null, null, null, null, null, null, null],
    [null, null, null, null, null, null, null],
  ]);
  assert.equal(preview[0][2], '1 000,5', 'the file is shown as it is');
});

test('a_file_that_stops_being_a_table_is_refused_with_the_place_and_the_reason_in_the_readers_language', async () => {
  const key = house.key(); // which has no language of its own
  const refused = async (body, lang) =>
    (await key.call('POST', '/imports', body, { raw: true, headers: { 'content-type': 'text/csv', 'accept-language': lang } })).json;
  const text = 'email;note\n"never closed;x\n';
  assert.deepEqual((await refused(text, 'ru')).errors.map((e) => [e.pointer, e.note]), [['file', 'строка 2: кавычка открыта и нигде не закрыта']]);
  assert.deepEqual((await refused(text, 'en')).errors.map((e) => e.note), ['row 2: a quote is opened and never closed']);
});

test('a_file_is_looked_at_mapped_run_and_undone', async () => {
  const one = await upload(people, '?name=..%2F..%2Fpeople.csv');
  assert.equal(one.name, 'people.csv');
  assert.equal(one.state, 'preview');
  assert.equal(one.rows, 4);
  assert.equal(one.delimiter, ';');
  assert.deepEqual(one.columns.map((c) => c.guess), ['name', 'email', 'phone', 'budget']);
  assert.equal(one.would_refuse, 1);
  assert.deepEqual(one.preview_errors.map((e) => [e.row, e.errors.map((x) => [x.column, x.code])]),
    [[3, [['Почта', 'bad_shape'], ['Телефон', 'too_short'], ['Бюджет', 'bad_number']]]]);

  const fault = await owner.patch(`/imports/${one.id}`, { mapping: { columns: [{ index: 9, field: 'email' }, { index: 0, field: 'owner' }] } }, 422);
  assert.deepEqual(fault.errors.map((e) => e.pointer).sort(), ['/columns/0/index', '/columns/1/field'].map((p) => p).sort());
  const mapping = { columns: [{ name: 'ФИО', field: 'name' }, { name: 'Почта', field: 'email' }, { name: 'Телефон', field: 'phone' },
    { name: 'Бюджет', field: 'budget' }], source: 'Выставка', decimal: ',' };
  const mapped = await owner.patch(`/imports/${one.id}`, { mapping });
  assert.equal(mapped.mapping.source, 'Выставка');
  assert.equal(mapped.would_refuse, 1);

  await owner.post(`/imports/${one.id}/run`, undefined);
  const done = await settled(one.id);
  assert.equal(done.state, 'done');
  assert.deepEqual([done.accepted, done.updated, done.repeated, done.refused], [2, 0, 1, 1]);
  const behind = async (bucket, more = '') => (await owner.get(`/leads?figure=${encodeURIComponent(`import?id=${one.id}&bucket=${bucket}`)}${more}`));
  await owner.post('/leads', { name: 'Не из файла', email: 'aside@corp.example' }, 201);
  assert.deepEqual([(await behind('accepted')).total, (await behind('all')).total, (await behind('updated')).total], [2, 2, 0]);
  assert.deepEqual((await behind('accepted', '&limit=1')).items.map((l) => l.email), ['first@corp.example']);
  await owner.get(`/leads?figure=${encodeURIComponent(`import?id=${one.id}&bucket=repeated`)}`, 422);
  await owner.post(`/imports/${one.id}/run`, undefined, 409);
  await owner.post(`/imports/${one.id}/stop`, undefined, 409);

  const bad = await owner.get(`/imports/${one.id}/rows?status=refused`);
  assert.deepEqual(bad.items.map((x) => x.row), [3]);
  const all = await owner.get(`/imports/${one.id}/rows?limit=2`);
  assert.equal(all.items.length, 2);
  assert.equal((await owner.get(`/imports/${one.id}/rows?limit=2&cursor=${all.next}`)).items.length, 2);
  const errors = await owner.get(`/imports/${one.id}/errors.csv`);
  assert.match(errors, /^\uFEFF?ФИО;Почта;Телефон;Бюджет;row;errors\r\nПётр Второй;bad;123;x;3;/);

  const lead = (await owner.get('/leads?q=first@corp.example')).items[0];
  assert.equal(lead.name, 'Иван Первый');
  assert.equal(lead.phone, '+79161111111');
  assert.equal(lead.source, 'Выставка');

  await owner.post(`/imports/${one.id}/undo`, undefined);
  assert.equal((await settled(one.id)).state, 'undone');
  assert.deepEqual((await owner.get('/leads?q=first@corp.example')).items, []);
  await owner.post(`/imports/${one.id}/undo`, undefined, 409);

  /* What was taken back may come again. */
  const again = await upload(people);
  await owner.post(`/imports/${again.id}/run`, undefined);
  assert.equal((await settled(again.id)).accepted, 2);
});

test('outcomes_without_a_date_are_counted_before_they_are_taken', async () => {
  const file = ['email,outcome,closed at', 'w1@corp.example,won,', 'w2@corp.example,lost,2026-01-05', 'w3@corp.example,won,', 'w4@corp.example,,',
    'bad,won,'].join('\n');
  const one = await upload(file);
  assert.deepEqual(one.columns.map((c) => c.guess), ['email', 'outcome', 'outcome_at']);
  assert.deepEqual([one.undated, one.would_refuse], [2, 1]);
  assert.equal((await owner.get(`/imports/${one.id}`)).undated, 2);
  const without = await owner.patch(`/imports/${one.id}`, { mapping: { columns: [{ index: 0, field: 'email' }, { index: 1, field: 'outcome' }] } });
  assert.equal(without.undated, 3, 'the column of dates is left out');
  const none = await owner.patch(`/imports/${one.id}`, { mapping: { columns: [{ index: 0, field: 'email' }] } });
  assert.equal(none.undated, 0, 'nothing is decided');
});

test('leads_of_which_a_file_tells_no_end_are_counted_and_may_be_taken_as_lost', async () => {
  const other = await open({ testClock: false });
  try {
    const boss = await other.person('owner');
    const day = (ago) => new Date(Date.now() - ago * 86400e3).toISOString().slice(0, 10);
    const rows = ['email,came,outcome,closed'];
    for (let i = 0; i < 12; i++) rows.push(`sold${i}@ends.example,${day(300 - i)},won,${day(280 - i)}`);
    rows.push(`lost@ends.example,${day(200)},lost,${day(190)}`, `blank@ends.example,${day(100)},,`, `none@ends.example,${day(100)},n/a,`,
      `told@ends.example,${day(100)},open,`, `young@ends.example,${day(5)},,`, 'bad,2025-01-01,,');
    const one = await boss.post('/imports', rows.join('\n'), 201, csv);
    const mapping = { columns: ['email', 'created_at', 'outcome', 'outcome_at'].map((field, index) => ({ index, field })), dates: 'iso', empty: ['n/a'] };
    const set = await boss.patch(`/imports/${one.id}`, { mapping });
    assert.deepEqual([set.unended, set.aged, set.maturity_days], [4, 0, 0], 'a change is answered by a glance');
    const read = await boss.get(`/imports/${one.id}`);
    assert.deepEqual([read.would_refuse, read.unended, read.aged, read.maturity_days], [1, 4, 3, 20], 'as it would be with the sales of the file');
    await boss.patch(`/imports/${one.id}`, { mapping: { ...mapping, constants: { outcome: 'lost' } } });
    const lost = await boss.get(`/imports/${one.id}`);
    assert.deepEqual([lost.unended, lost.aged], [1, 1], 'what a cell says counts before it; a word for nothing says nothing');
    await boss.post(`/imports/${one.id}/run`, undefined);
    await settled(one.id, boss);
    const stage = async (who) => (await boss.get(`/leads?q=${who}@ends.example`)).items[0].stage;
    assert.deepEqual([await stage('blank'), await stage('none'), await stage('told'), await stage('sold1')], ['lost', 'lost', 'new', 'won']);
  } finally {
    await other.close();
  }
});

test('a_file_of_sales_without_a_birth_dates_them_as_it_says', async () => {
  const run = async (text, mapping) => {
    const one = await upload(text);
    await owner.patch(`/imports/${one.id}`, { mapping });
    await owner.post(`/imports/${one.id}/run`, undefined);
    return settled(one.id);
  };
  const columns = (...fields) => fields.map((field, index) => ({ index, field }));
  await run('id,born\nsold1@corp.example,2024-01-10\nsold2@corp.example,2024-01-10\n', { columns: columns('email', 'created_at') });
  const deals = await run('id,when,kind\nsold1@corp.example,2024-02-20,shop\nsold2@corp.example,2024-03-01,shop\nsold3@corp.example,2024-03-05,shop\n',
    { columns: columns('email', 'outcome_at', 'fact.kind'), constants: { outcome: 'won' }, source: 'deals' });
  assert.deepEqual([deals.updated, deals.accepted, deals.refused], [2, 1, 0]);
  const of = async (id) => {
    const lead = (await owner.get(`/leads?q=${id}`)).items[0];
    const line = (await owner.get(`/leads/${lead.id}/timeline`)).items;
    return { lead, sold: line.find((e) => e.name === 'Stage Changed').at, told: line.find((e) => e.kind === 'identify' && e.at !== '2024-01-10T00:00:00Z').at };
  };
  const known = await of('sold1@corp.example'), fresh = await of('sold3@corp.example');
  assert.equal(known.lead.stage, 'won');
  assert.equal(known.sold, '2024-02-20T00:00:00Z', 'not the day of the import');
  assert.ok(known.told > '2026', 'what the file of sales tells of it came with the file');
  assert.equal(fresh.sold, '2024-03-05T00:00:00Z');
  assert.equal(fresh.lead.created_at.slice(0, 10), '2024-03-04', 'somebody new was there just before');
  assert.ok(fresh.told < fresh.sold);
  /* The table of deals is no deed of those in it: nobody is called about what they bought long ago. */
  const live = await owner.get('/models/live'), shop = { id: 'shop', group: live.body.criteria[0].group, when: { fact: 'kind', op: 'eq', value: 'shop' }, points: 45 };
  const d = await owner.post('/models', { from: live.id, name: 'Shops', note: '' }, 201);
  await owner.put(`/models/${d.id}`, { name: 'Shops', note: '', body: { ...d.body, hot: 40, warm: 20, criteria: [...d.body.criteria, shop] } });
  const p = await owner.post(`/models/${d.id}/preview`, {});
  assert.deepEqual([p.into_hot, p.into_hot_open], [2, 0]); // the third has been silent too long for it
  await owner.del(`/models/${d.id}`);
});

test('dates_of_a_file_are_of_the_zone_that_it_names', async () => {
  const one = await upload('mql_id,first_contact_date,origin,stock\nz1,2026-01-31 12:00:00,social,20-50\nz2,2026-07-31 12:00:00,social,10-20\n');
  assert.deepEqual(one.columns.map((c) => c.guess), ['user_id', 'created_at', 'source', '']);
  assert.equal(one.mapping.columns[3].format, 'text', 'a range is no number');
  const mapping = { columns: one.mapping.columns.slice(0, 3), zone: 'Europe/Berlin' };
  assert.equal((await owner.patch(`/imports/${one.id}`, { mapping: { ...mapping, zone: 'Europe/Nowhere' } }, 422)).errors[0].pointer, '/zone');
  await owner.patch(`/imports/${one.id}`, { mapping });
  await owner.post(`/imports/${one.id}/run`, undefined);
  await settled(one.id);
  const born = async (id) => (await owner.get(`/leads?q=${id}`)).items[0].created_at;
  assert.deepEqual([await born('z1'), await born('z2')], ['2026-01-31T11:00:00Z', '2026-07-31T10:00:00Z'], 'by the clock that stood on the wall that day');
});

test('undo_takes_decided_leads_too_and_tells_how_many_stay', async () => {
  const hot = 'CEO,1000000,machines,300';
  const live = await owner.get('/models/live');
  const d = await owner.post('/models', { from: live.id, name: 'Low', note: '' }, 201);
  await owner.put(`/models/${d.id}`, { name: 'Low', note: '', body: { ...d.body, hot: 10, warm: 5 } });
  await owner.post(`/models/${d.id}/publish`, undefined);
  const one = await upload(`email,title,budget,industry,employees,outcome\nended1@gone.example,${hot},won\nended2@gone.example,${hot},lost\nasked@gone.example,${hot},\n`);
  await owner.post(`/imports/${one.id}/run`, undefined);
  assert.equal((await settled(one.id)).accepted, 3);
  const leads = [];
  for (const who of ['ended1', 'ended2', 'asked']) leads.push((await owner.get(`/leads?q=${who}@gone.example`)).items[0]);
  assert.deepEqual(leads.map((l) => l.band), ['hot', 'hot', 'hot']);
  for (const l of leads) assert.equal((await owner.get(`/tasks?lead=${l.id}&state=any`)).items.length, 1, 'each crossing has its task');
  await owner.post(`/imports/${one.id}/undo`, undefined);
  const undone = await settled(one.id);
  assert.equal(undone.state, 'undone');
  const ended = leads.filter((l) => l.email !== 'asked@gone.example'), asked = leads.find((l) => l.email === 'asked@gone.example');
  for (const l of ended) await owner.get(`/leads/${l.id}`, 404);
  await owner.get(`/leads/${asked.id}`);
  assert.equal(undone.kept, 1, 'a call was given for it');
  const gone = new Set(ended.map((l) => l.id));
  assert.ok((await owner.get('/tasks?state=any&limit=200')).items.every((t) => !gone.has(t.lead_id)));
  await owner.post(`/models/${live.id}/rollback`, undefined, 201);
});

test('undo_withdraws_the_calls_that_were_asked_for_on_what_it_brought', async () => {
  await house.person('manager', 'caller@example.org');
  await writer.post('//v1/identify', { userId: 'void-1', messageId: 'void', traits: { name: 'Void', email: 'void@corp.example', title: 'CEO', budget: 1000000, industry: 'machines', employees: 300 } });
  const one = await upload('messageId,event,userId,timestamp\n' + ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'].map((e, i) => `void-e${i},${e},void-1,\n`).join(''), '?kind=events&name=void.csv');
  await owner.post(`/imports/${one.id}/run`, undefined);
  assert.equal((await settled(one.id)).accepted, 4);
  const lead = (await owner.get('/leads?q=void@corp.example')).items[0];
  assert.equal(lead.band, 'hot');
  const [call] = (await owner.get(`/tasks?lead=${lead.id}`)).items;
  assert.equal(call.kind, 'call_now');
  await owner.post(`/imports/${one.id}/undo`, undefined);
  assert.equal((await settled(one.id)).state, 'undone');
  const back = await owner.get(`/leads/${lead.id}`);
  assert.notEqual(back.band, 'hot');
  assert.equal(back.owner_id, lead.owner_id);
  assert.deepEqual((await owner.get(`/tasks?lead=${lead.id}`)).items, []);
  const [gone] = (await owner.get(`/tasks?lead=${lead.id}&state=cancelled`)).items;
  assert.deepEqual([gone.id, gone.reason], [call.id, 'automatic']);
  assert.match((await owner.get(`/leads/${lead.id}/timeline`)).items.find((e) => e.kind === 'crossing').automatic, /не засчитываются/);
});

test('undo_leaves_what_was_there_before', async () => {
  await writer.post('//v1/identify', { userId: 'kept-1', messageId: 'kept', traits: { name: 'Старое Имя', email: 'kept@corp.example', title: 'менеджер' } });
  const one = await upload('email,name,title\nkept@corp.example,Новое Имя,CEO\n');
  await owner.post(`/imports/${one.id}/run`, undefined);
  const done = await settled(one.id);
  assert.deepEqual([done.accepted, done.updated], [0, 1]);
  const changed = (await owner.get('/leads?q=kept@corp.example')).items[0];
  assert.equal(changed.title, 'CEO');
  assert.equal(changed.score, 15);
  await owner.post(`/imports/${one.id}/undo`, undefined);
  await settled(one.id);
  const back = (await owner.get('/leads?q=kept@corp.example')).items[0];
  assert.equal(back.id, changed.id);
  assert.equal(back.title, 'менеджер');
  assert.equal(back.score, 5);
  assert.equal(back.name, 'Старое Имя');
});

test('events_come_by_file_too', async () => {
  const one = await upload('messageId,event,userId,timestamp,page.path\nfe-1,Demo Requested,file-1,2026-01-02T03:04:05Z,/x\nfe-2,,file-1,,\nfe-1,Demo Requested,file-1,2026-01-02T03:04:05Z,/x\n', '?kind=events&name=e.csv');
  await owner.post(`/imports/${one.id}/run`, undefined);
  const done = await settled(one.id);
  assert.deepEqual([done.kind, done.accepted, done.repeated, done.refused], ['events', 1, 1, 1]);
});

test('imports_are_listed_newest_first', async () => {
  const { items, next } = await owner.get('/imports?limit=2');
  assert.equal(items.length, 2);
  assert.ok(items[0].created_at >= items[1].created_at);
  assert.equal((await owner.get(`/imports?limit=2&cursor=${next}`)).items.length, 2);
});

test('an_import_is_stopped_and_goes_on', async () => {
  const rows = ['email,name'];
  for (let i = 0; i < 6000; i++) rows.push(`stop${i}@corp.example,Имя ${i}`);
  const one = await upload(rows.join('\n') + '\n');
  const live = await owner.live();
  await owner.post(`/imports/${one.id}/run`, undefined);
  assert.ok(await live.next((e) => e.event === 'job.progress' && e.data.id === one.id), 'progress is told');
  await owner.post(`/imports/${one.id}/stop`, undefined);
  live.close();
  const stopped = await owner.get(`/imports/${one.id}`);
  assert.equal(stopped.state, 'stopped');
  assert.ok(stopped.done > 0 && stopped.done < 6000, String(stopped.done));
  await owner.post(`/imports/${one.id}/run`, undefined);
  const done = await settled(one.id);
  assert.deepEqual([done.state, done.accepted], ['done', 6000]);
});

test('a_file_that_is_no_table_is_refused_with_its_row', async () => {
  for (const [text, status] of [['', 422], ['a,b\n', 422], ['a,b\n1,2\n"3,4\n', 422], ['PK\x03\x04zip', 415], [`a\n${'x'.repeat(1100000)}\n`, 422],
    [`${'a,'.repeat(1000)}\n${'1,'.repeat(1000)}\n`, 422]])
    await owner.post('/imports', text, status, csv);
  const r = await owner.post('/imports', 'a,b\n1,2\n"3,4\n', 422, csv);
  assert.match(JSON.stringify(r), /строка 3/);
});

test('a_manager_may_not_import', async () => {
  const manager = await house.person('manager');
  await manager.post('/imports', people, 403, csv);
  await manager.get('/imports', 403);
  await manager.get('/rejects', 403);
});
