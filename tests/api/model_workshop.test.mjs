// SPDX-License-Identifier: AGPL-3.0-or-later
// The workshop of models: mistakes, differences, files, starters, what a draft would change, replays.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open, until as wait } from './harness.mjs';

let house, owner, key;
const day = 86400000;
const ago = (days) => new Date(Date.now() - days * day).toISOString();

before(async () => {
  house = await open();
  owner = await house.person('owner');
  for (let i = 0; i < 6; i++) {
    const lead = await owner.post('/leads', { name: `Лид ${i}`, email: `l${i}@firm.example`, title: i < 3 ? 'CEO' : 'manager' }, 201);
    await owner.patch(`/leads/${lead.id}`, { stage: i < 2 ? 'won' : 'lost' });
  }
});
after(() => house.close());

const raw = (method, path, body) => owner.call(method, path, body, { raw: true });
const live = () => owner.get('/models/live');
async function draft(change = () => {}) {
  const d = await owner.post('/models', { name: 'Проба', note: '' }, 201);
  const body = structuredClone(d.body);
  change(body);
  return owner.put(`/models/${d.id}`, { body });
}
const done = (id) => wait((r) => !['waiting', 'running'].includes(r.state), () => owner.get(`/replays/${id}`));

test('mistakes_are_named_at_their_place', async () => {
  const body = structuredClone((await live()).body);
  assert.deepEqual((await owner.post('/models/check', { body })).errors, []);
  body.criteria[0].colour = 1;
  body.criteria[1].when = { fact: 'title', op: 'resembles', value: 'x' };
  let r = await owner.post('/models/check', { body });
  assert.deepEqual(r.errors.map((e) => e.pointer).sort(), ['/criteria/0/colour', '/criteria/1/when/op']);
  assert.match(r.errors.find((e) => e.pointer.endsWith('/op')).detail, /сравнения нет/);
  delete body.criteria[0].colour;
  body.criteria[1].when = { all: [{ within: { event: 'A' }, days: 7 }, { silent: { event: 'A' }, days: 30 }] };
  body.groups.push({ name: 'free' });
  body.criteria.push({ id: 'endless', group: 'free', points: 3, when: { event: 'Ping' } });
  r = await owner.post('/models/check', { body });
  assert.deepEqual(r.errors.map((e) => [e.code, e.pointer]), [['never_holds', '/criteria/1/when/all/1']]);
  assert.ok(r.warnings.some((w) => w.code === 'no_limit' && w.pointer === `/criteria/${body.criteria.length - 1}`));
});

test('a_group_that_only_takes_away_reaches_no_threshold', async () => {
  const body = structuredClone((await live()).body);
  body.groups = [{ name: 'against', ceiling: -1 }];
  body.criteria = [{ id: 'endless', group: 'against', points: 3, when: { event: 'Ping' } }];
  Object.assign(body, { gates: [], icp: undefined, axes: undefined });
  const r = await owner.post('/models/check', { body });
  assert.ok(r.errors.some((e) => e.code === 'out_of_reach' && e.pointer === '/warm'), JSON.stringify(r));
});

test('a_difference_is_told_in_words', async () => {
  const d = await draft((b) => { b.hot = 65; b.criteria[0].points += 3; b.criteria.splice(1, 1); });
  const { items } = await owner.get(`/models/${d.id}/diff`);
  assert.deepEqual(items.map((i) => i.kind), ['changed', 'changed', 'removed']);
  assert.match(items[0].text, /Порог «горячий» 71 → 65/);
  assert.match(items[1].text, /«Первое лицо»: баллы \+15 → \+18/);
  assert.equal((await owner.get(`/models/${d.id}/diff?with=${d.id}`)).items.length, 0);
});

test('the_axis_of_a_group_and_the_rule_of_companies_are_differences_in_words', async () => {
  const live = await owner.get('/models/live');
  const d = await draft((b) => {
    b.axes = { fit_groups: ['profile', 'reading'], engagement_groups: ['interest', 'against'] };
    b.company = { rule: 'sum_top3', cap: 90 };
  });
  const { items } = await owner.get(`/models/${d.id}/diff?with=${live.id}`);
  assert.match(items.map((i) => i.text).join('\n'), /Балл компании: .*сумма трёх лучших, не больше 90/);
  assert.match(items.map((i) => i.text).join('\n'), /Соответствие .*Чтение/);
});

test('a_model_goes_out_as_a_file_and_comes_back_the_same', async () => {
  const d = await draft();
  const get = async (id) => (await raw('GET', `/models/${id}/file`)).text;
  const file = await get(d.id);
  assert.match(file, /^gradus model 1\n/);
  const other = await draft((b) => { b.hot = 66; });
  assert.notEqual(await get(other.id), file);
  const put = await raw('PUT', `/models/${other.id}/file`, file);
  assert.equal(put.status, 200);
  assert.equal(await get(other.id), file);
  const bad = await raw('PUT', `/models/${other.id}/file`, file.replace('points 15', 'points many'));
  assert.equal(bad.status, 422);
  assert.match(JSON.parse(bad.text).errors[0].pointer, /^\d+:\d+/);
});

test('starters_by_trade_begin_a_draft', async () => {
  const { items } = await owner.get('/models/starters');
  assert.deepEqual(items.map((t) => t.id), ['general', 'b2b_services', 'saas', 'education', 'manufacturing', 'property']);
  for (const t of items) {
    const d = await owner.post('/models', { starter: t.id }, 201);
    assert.equal(d.name, t.title);
    const check = await owner.post('/models/check', { body: d.body });
    assert.deepEqual([check.errors, check.warnings], [[], []]);
  }
  await owner.post('/models', { starter: 'bakery' }, 422);
});

/* A report as a table: one cell of it, and its rows. */
function table(csv) {
  const [head, ...rows] = csv.replace('\uFEFF', '').trim().split(/\r?\n/).map((r) => r.split(';'));
  rows.head = head;
  return { rows, cell: (part, item, column) => rows.find((r) => r[0] === part && r[1] === item)?.[head.indexOf(column)] };
}

test('a_preview_lists_into_hot_first_and_says_that_it_is_exact', async () => {
  const d = await draft((b) => { b.criteria.find((c) => c.id === 'ceo').points = 45; b.hot = 44; b.warm = 20; });
  const p = await owner.post(`/models/${d.id}/preview`, {});
  assert.equal(p.exact, true);
  assert.equal(p.leads, 6);
  assert.equal(p.into_hot, 3);
  assert.ok(p.movers.slice(0, 3).every((m) => m.band_after === 'hot'));
  assert.equal(p.caught.wins, 2);
  assert.deepEqual([p.caught.before, p.caught.after], [0, 2]);
  assert.equal(p.judged.enough, false);
  assert.equal(p.hot_per_day.exact, true);
  assert.ok(p.hot_per_day.after > p.hot_per_day.before);
});

test('figures_of_a_preview_and_of_hits_open_the_leads_that_they_counted', async () => {
  const d = await draft((b) => { b.criteria.find((c) => c.id === 'ceo').points = 45; b.hot = 44; b.warm = 20; });
  const p = await owner.post(`/models/${d.id}/preview`, {});
  const of = (name, more) => owner.get(`/leads?figure=${encodeURIComponent(`${name}?model=${d.id}&${more}`)}`);
  const count = async (bucket) => (await of('preview', `bucket=${bucket}`)).total;
  for (const band of ['hot', 'warm', 'cold'])
    for (const side of ['before', 'after']) {
      assert.equal(await count(`band.${band}.${side}`), p.bands[band][side], `${band} ${side}`);
      assert.equal(await count(`judged.${band}.${side}`), p.bands[band].won[side].n);
      assert.equal(await count(`judged.${band}.${side}:won`), p.bands[band].won[side].won);
    }
  assert.deepEqual([await count('into_hot'), await count('out_of_hot'), await count('all')], [p.into_hot, p.out_of_hot, p.leads]);
  assert.deepEqual([p.into_hot_open, p.hot_decided], [0, 3], 'all three have ended');
  assert.deepEqual([await count('into_hot_open'), await count('into_hot_decided'), await count('hot_decided')], [0, 3, 3]);
  assert.deepEqual([await count('wins'), await count('caught.before'), await count('caught.after')], [p.caught.wins, p.caught.before, p.caught.after]);
  assert.equal(await count('ended'), p.judged.n);
  assert.deepEqual([await count('crossed.before'), await count('crossed.after')], [0, 3], 'who turned hot over the last days, each once');
  assert.ok(Math.abs(p.hot_per_day.after * (p.hot_per_day.working_days || p.hot_per_day.days) - 3) < 0.01);
  assert.deepEqual([p.hot_per_day.days, p.hot_per_day.enough], [1, false], 'less than a week has been lived');
  assert.deepEqual([p.hot_per_day.leads, p.hot_per_day.played], [{ before: 0, after: 3 }, p.leads]);
  for (const [i, bar] of p.histogram.entries())
    for (const side of ['before', 'after']) assert.equal(await count(`bin.${i}.${side}`), bar[side], `bar ${i} ${side}`);
  assert.ok(p.histogram.some((bar) => bar.before !== bar.after));
  const into = (await of('preview', 'bucket=into_hot')).items.map((l) => l.id).sort();
  assert.deepEqual(into, p.movers.slice(0, 3).map((m) => m.lead_id).sort());
  const hits = (await owner.get(`/models/${d.id}/hits`)).items;
  assert.ok(hits.some((h) => h.leads > 0));
  for (const h of hits) assert.equal((await of('hits', `criterion=${h.criterion}`)).total, h.leads, h.criterion);
  const csv = await owner.get(`/export/leads.csv?figure=${encodeURIComponent(`preview?model=${d.id}&bucket=into_hot`)}`);
  assert.equal(csv.trim().split('\n').length, 4);
  const { cell, rows } = table(await owner.get(`/export/preview.csv?model=${d.id}`));
  assert.deepEqual([cell('into_hot', '', 'leads'), cell('band', 'hot', 'after'), cell('caught', '', 'won'), cell('caught', '', 'after'), cell('crossed', '', 'after')],
    ['3', String(p.bands.hot.after), '2', '2', '3']);
  assert.equal(Number(cell('hot_a_working_day', '', 'after')), p.hot_per_day.after);
  assert.deepEqual(rows.filter((r) => r[0] === 'score').map((r) => Number(r[rows.head.indexOf('after')])), p.histogram.map((bar) => bar.after));
  assert.equal(rows.filter((r) => r[0] === 'mover').length, p.movers.length);
  await owner.get('/export/preview.csv', 422);
  const bad = (name, more, status) => owner.get(`/leads?figure=${encodeURIComponent(`${name}?${more}`)}`, status);
  for (const bucket of ['band', 'band.hot', 'band.hot.then', 'band.hot.after.x', 'caught', 'nobody', 'bin.after', 'bin.12.after', 'bin.x.after', ''])
    await bad('preview', `model=${d.id}&bucket=${bucket}`, 422);
  await bad('hits', `model=${d.id}&criterion=none`, 422);
  await bad('preview', 'bucket=all', 404);
});

test('a_replay_tells_who_would_have_become_hot_and_is_the_same_bytes_again', async () => {
  const d = await draft((b) => { b.criteria.find((c) => c.id === 'ceo').points = 45; b.hot = 44; b.warm = 20; });
  const first = await done((await owner.post(`/models/${d.id}/replays`, {}, 201)).id);
  assert.equal(first.state, 'done');
  assert.equal(first.report.into_hot, 3);
  await owner.put(`/models/${d.id}`, { body: { ...d.body, hot: 60 } });
  assert.deepEqual((await owner.get(`/replays/${first.id}`)).bounds, { warm: 20, hot: 44, ceiling: d.body.ceiling });
  await owner.put(`/models/${d.id}`, { body: d.body });
  assert.equal(first.report.entered.after.leads, 3);
  assert.equal(first.report.caught.after.leads, 2);
  assert.ok(first.report.movers.slice(0, 3).every((m) => m.move === 'into_hot' && m.hot_after && !m.hot_before));
  assert.ok(first.names[first.report.movers[0].lead_id].startsWith('Лид'));
  assert.equal(first.report.days.reduce((n, x) => n + x.after, 0), 3);
  const leads = await owner.get(`/leads?report=${first.id}&bucket=into_hot`);
  assert.equal((await owner.get(`/leads?report=${first.id}&bucket=${first.report.judged.bucket}`)).total, first.report.judged.n);
  assert.equal(leads.items.length, 3);
  assert.equal((await owner.get(`/leads?report=${first.id}&bucket=${first.report.days[0].bucket}.after`)).items.length, 3);
  const total = async (bucket) => (await owner.get(`/leads?report=${first.id}&bucket=${bucket}&limit=1`)).total;
  for (const bar of [...first.report.histogram, ...first.report.days.map((x) => ({ ...x.leads, bucket: x.bucket }))])
    for (const side of ['before', 'after']) assert.equal(await total(`${bar.bucket}.${side}`), bar[side], `${bar.bucket} ${side}`);
  const entered = first.report.entered.after;
  assert.deepEqual([await total(`${entered.bucket}:counted`), await total(`${entered.bucket}:won`)], [entered.won.n, entered.won.won]);
  const again = await done((await owner.post(`/models/${d.id}/replays`, {}, 201)).id);
  const bytes = async (id) => (await raw('GET', `/replays/${id}/report.json`)).text;
  assert.equal(await bytes(again.id), await bytes(first.id));
  const { cell, rows } = table(await owner.get(`/export/replay.csv?report=${first.id}`));
  assert.deepEqual([cell('into_hot', '', 'leads'), cell('out_of_hot', '', 'leads'), cell('wins', '', 'won')], ['3', '0', '2']);
  assert.deepEqual([cell('entered', 'after', 'leads'), cell('caught', 'after', 'leads'), cell('band', 'hot', 'after')], ['3', '2', String(first.report.bands.hot.after)]);
  assert.equal(rows.filter((r) => r[0] === 'mover').length, first.report.movers.length);
  assert.equal(rows.filter((r) => r[0] === 'day').length, first.report.days.length);
  const same = await done((await owner.post(`/models/${(await live()).id}/replays`, {}, 201)).id);
  assert.deepEqual([same.report.into_hot, same.report.out_of_hot, same.report.movers.length], [0, 0, 0]);
  assert.ok((await owner.get('/replays')).items.length >= 3);
  await owner.post(`/replays/${first.id}/stop`, undefined, 409);
});

test('a_replay_that_is_stopped_says_so', async () => {
  const d = await draft();
  const made = await owner.post(`/models/${d.id}/replays`, {}, 201);
  const r = await raw('POST', `/replays/${made.id}/stop`);
  assert.ok([200, 409].includes(r.status), r.text);
  const end = await done(made.id);
  assert.equal(end.state, r.status === 200 ? 'stopped' : 'done');
  if (r.status === 200) assert.equal((await raw('GET', `/replays/${made.id}/report.json`)).status, 409);
});

test('files_are_checked_compared_and_published_from_the_command_line_while_the_server_runs', async () => {
  const { writeFileSync } = await import('node:fs');
  const file = house.cli(['model', 'show']);
  const path = `${house.data}/a.model`;
  const run = (...args) => { try { return [0, house.cli(['model', ...args])]; } catch (e) { return [e.status, String(e.stdout)]; } };
  writeFileSync(path, file);
  assert.equal(run('check', path)[0], 0);
  writeFileSync(path, file.replace(/^  points \d+$/m, '  points many'));
  const [wrong, said] = run('check', path);
  assert.equal(wrong, 1);
  assert.match(said, /a\.model:\d+:\d+: error: Здесь ожидается текст в кавычках, число/, 'the line, the column and what was expected');
  writeFileSync(path, file);
  assert.deepEqual(run('diff', path), [0, '']);
  writeFileSync(path, file.replace('hot 71', 'hot 70'));
  assert.equal(run('check', house.data)[0], 2, 'a folder is no file');
  const [code, text] = run('diff', path);
  assert.equal(code, 1);
  assert.match(text, /71 → 70/);
  assert.equal(JSON.parse(run('replay', path)[1]).leads, 6);
  writeFileSync(path, file.replace(/^  points \d+$/m, '  points 0'));
  assert.match(run('check', path)[1], /a\.model:\d+:\d+: warning: /);
  assert.equal(JSON.parse(run('replay', path)[1]).leads, 6, 'a report is JSON and nothing else, whatever the file is warned of');
  assert.deepEqual(run('replay', path, '--from', '2026-03-02T00:00:00Z', '--until', '2026-03-01T00:00:00Z'), [2, '']);
  assert.deepEqual(run('replay', path, '--from', 'yesterday'), [2, '']);
  assert.match(run('replay', '--help')[1], /^gradus model replay FILE /);
  assert.deepEqual(run('--help')[1].match(/^gradus model \w+/gm), ['check', 'show', 'diff', 'replay', 'publish'].map((w) => `gradus model ${w}`));
  assert.deepEqual(run('bogus'), [2, '']);
  writeFileSync(path, file.replace('hot 71', 'hot 70'));
  const before = await live();
  assert.equal(run('publish', path, '--name', 'Из файла')[0], 0);
  const now = await live();
  assert.equal(now.version, before.version + 1);
  assert.equal(now.name, 'Из файла');
  assert.equal(now.body.hot, 70);
  assert.equal(now.fitted, null);
  writeFileSync(path, file.replace('\n\ngroup', '\nfitted until "2026-03-04T05:06:07Z" auc 0.8\n\ngroup').replace('hot 71', 'hot 69'));
  assert.equal(run('publish', path, '--name', 'Из файла')[0], 0);
  assert.deepEqual((await live()).fitted, { until: '2026-03-04T05:06:07Z', auc: 0.8 });
  assert.match(run('show')[1], /\nfitted until "2026-03-04T05:06:07Z" auc 0\.8\n/);
  writeFileSync(path, file.replace('hot 71', 'hot 70'));
  assert.equal(run('publish', path, '--name', 'Из файла')[0], 0);
  const last = await live();
  assert.deepEqual([last.body.hot, last.fitted], [70, null]);
  writeFileSync(path, file.replace('points 15', 'points many'));
  const bad = run('publish', path);
  assert.equal(bad[0], 1);
  assert.match(bad[1], /a\.model:\d+:\d+: error/);
  assert.equal((await live()).id, last.id);
});

test('points_learnt_from_leads_say_so_through_a_file_too', async () => {
  const put = async (id, text) => assert.equal((await raw('PUT', `/models/${id}/file`, text)).status, 200);
  const fileOf = async (id) => (await raw('GET', `/models/${id}/file`)).text;
  const d = await draft();
  const plain = await fileOf(d.id);
  const until = '2026-03-04T05:06:07.000089Z';
  const said = plain.replace('\n\ngroup', `\nfitted until "${until}" auc 0.812345\n\ngroup`);
  assert.notEqual(said, plain);
  await put(d.id, said);
  const fitted = { until, auc: 0.812345 };
  assert.deepEqual((await owner.get(`/models/${d.id}`)).fitted, fitted);
  assert.equal(await fileOf(d.id), said);
  /* A file of before says nothing of it, an older fit does not hide a newer one, a newer one stands for both. */
  await put(d.id, plain);
  assert.deepEqual((await owner.get(`/models/${d.id}`)).fitted, fitted);
  await put(d.id, said.replace('2026-03', '2026-02').replace('0.812345', '0.7'));
  assert.deepEqual((await owner.get(`/models/${d.id}`)).fitted, fitted);
  await put(d.id, said.replace('2026-03', '2026-04').replace('0.812345', '0.7'));
  assert.deepEqual((await owner.get(`/models/${d.id}`)).fitted, { until: until.replace('-03-', '-04-'), auc: 0.7 });
  const own = await draft();
  await put(own.id, plain);
  assert.equal((await owner.get(`/models/${own.id}`)).fitted, null);
  await owner.del(`/models/${d.id}`);
  await owner.del(`/models/${own.id}`);
});

test('a_preview_foretells_how_many_are_called_when_it_is_published', async () => {
  const calls = async () => (await owner.get('/tasks?kind=call_now&limit=200')).items;
  const open = await owner.post('/leads', { name: 'Ещё решает', email: 'open@firm.example', title: 'CEO' }, 201);
  const d = await draft((b) => { b.criteria.find((c) => c.id === 'ceo').points = 45; b.hot = 44; b.warm = 20; });
  const p = await owner.post(`/models/${d.id}/preview`, {});
  assert.deepEqual([p.into_hot - p.into_hot_open, p.into_hot_open], [3, 1], JSON.stringify(p.bands));
  assert.equal(p.hot_decided, 3);
  const listed = await owner.get(`/leads?figure=${encodeURIComponent(`preview?model=${d.id}&bucket=into_hot_open`)}`);
  assert.deepEqual(listed.items.map((l) => l.id), [open.id]);
  const before = (await calls()).length;
  await owner.post(`/models/${d.id}/publish`, undefined);
  await wait((page) => page.items.length >= 4, () => owner.get('/leads?band=hot'));
  const after = await calls();
  assert.equal(after.length, before + p.into_hot_open);
  assert.ok(after.some((t) => t.lead_id === open.id));
});

test('a_slip_in_a_name_is_told_with_the_name_that_was_probably_meant', async () => {
  const body = structuredClone((await live()).body);
  body.criteria[0].when = { all: [{ fact: 'titel', op: 'has', value: 'x' }, { fact: 'titel', op: 'has', value: 'y' }, { fact: 'employees', op: '>=', value: 50 }] };
  body.criteria[1].when = { event: ['Demo Requestedd'] };
  await house.writer().post('//v1/track', { userId: 'slip-1', event: 'Demo Requested', messageId: 'slip-1' });
  const r = await owner.post('/models/check', { body });
  const told = r.warnings.filter((w) => w.code.startsWith('unknown_'));
  assert.deepEqual(told.map((w) => [w.code, w.pointer]), [['unknown_fact', '/criteria/0/when/all/0/fact'], ['unknown_event', '/criteria/1/when/event/0']]);
  assert.match(told[0].detail, /«titel».*«title»/);
  assert.match(told[1].detail, /«Demo Requestedd».*«Demo Requested»/);
  assert.deepEqual(r.errors, [], 'facts may come later');
  body.criteria[1].when = { all: [{ fact: 'employees', op: '>=', value: 50 }, { not: { fact: 'employees', op: '>=', value: 10 } }] };
  assert.deepEqual((await owner.post('/models/check', { body })).errors.map((e) => e.code), ['never_holds']);
  body.criteria[1].when = { all: [{ fact: 'employees', op: '>=', value: 10 }, { not: { fact: 'employees', op: '>=', value: 50 } }] };
  assert.deepEqual((await owner.post('/models/check', { body })).errors, []);
});

test('a_slip_in_the_name_of_a_property_is_told_with_the_one_that_the_event_has', async () => {
  const w = house.writer();
  const told = async (...when) => {
    const body = structuredClone((await live()).body);
    when.forEach((x, i) => { body.criteria[i].when = x; });
    return (await owner.post('/models/check', { body })).warnings.filter((x) => x.code === 'unknown_property').map((x) => [x.pointer, x.detail]);
  };
  await w.post('//v1/track', { userId: 'prop-1', event: 'Plan Chosen', messageId: 'prop-1', properties: { plan: 'pro', cart: { total: 5 } } });
  await w.post('//v1/page', { userId: 'prop-1', messageId: 'prop-2', properties: { path: '/pricing', referrer: 'x' }, context: { page: { path: '/pricing' }, locale: 'ru' } });
  const where = (prop) => [{ prop, op: 'eq', value: 'x' }];
  assert.deepEqual(await told({ event: 'Plan Chosen', where: where('plan') }, { event: 'Plan Chosen', where: where('cart.total') }, { page: '/pricing*', where: where('page.path') },
    { page: '/pricing', where: where('locale') }, { event: 'Page Viewed', where: where('properties.referrer') }), []);
  const slips = await told({ event: 'Plan Chosen', where: where('plam') }, { count: { event: ['Plan Chosen'], where: where('cart.totl') }, op: '>=', value: 2, days: 7 },
    { page: '/pricing*', where: where('referer') });
  assert.deepEqual(slips.map((x) => x[0]), ['/criteria/0/when/where/0/prop', '/criteria/1/when/count/where/0/prop', '/criteria/2/when/where/0/prop']);
  assert.match(slips[0][1], /«plam».*«Plan Chosen».*«plan»/);
  assert.match(slips[1][1], /«cart\.total»/);
  assert.match(slips[2][1], /«referrer»/);
  const any = (prop) => ({ within: { where: where(prop) }, days: 7 });
  assert.deepEqual(await told(any('plan'), any('cart.total'), any('referrer')), [], 'whatever a lead does: some event has it');
  const [[place, word], ...rest] = await told(any('plam'));
  assert.deepEqual([place, rest], ['/criteria/0/when/within/where/0/prop', []]);
  assert.match(word, /«plam» нет ни у одного из последних событий\. .*«plan»/);
  assert.deepEqual(await told({ event: 'Plan Chosen', where: where('colour') }), [], 'of one event little is known');
  for (let i = 0; i < 40; i++)
    for (let k = 0; k < 3; k++) await w.post('//v1/track', { userId: `prop-many-${i}`, event: 'Plan Chosen', messageId: `prop-many-${i}-${k}`, properties: { plan: 'pro' } });
  const [[, detail], ...others] = await told({ event: 'Plan Chosen', where: where('colour') });
  assert.match(detail, /«colour» нет ни у одного из последних событий «Plan Chosen»\.$/);
  assert.deepEqual(others, []);
});

test('a_page_and_a_deed_of_ours_are_events_that_are_known', async () => {
  const lead = await owner.post('/leads', { name: 'Заметка', email: 'note@firm.example' }, 201);
  await owner.post(`/leads/${lead.id}/notes`, { text: 'Перезвонить' }, 204);
  await house.writer().post('//v1/page', { userId: 'prop-1', messageId: 'page-known', properties: { path: '/pricing' } });
  const body = structuredClone((await live()).body);
  body.criteria[0].when = { event: 'Page Viewd' };
  body.criteria[1].when = { event: 'Note Aded', where: [{ prop: 'ntoe', op: 'eq', value: 'x' }] };
  body.criteria[2].when = { event: 'Note Added', where: [{ prop: 'ntoe', op: 'eq', value: 'x' }] };
  const told = (await owner.post('/models/check', { body })).warnings.filter((w) => w.code.startsWith('unknown_')).map((w) => [w.pointer, w.detail]);
  assert.deepEqual(told.map((x) => x[0]), ['/criteria/0/when/event', '/criteria/1/when/event', '/criteria/2/when/where/0/prop']);
  assert.match(told[0][1], /«Page Viewed»/);
  assert.match(told[1][1], /«Note Added»/);
  assert.match(told[2][1], /«note»/);
});

test('under_thirty_buyers_there_are_counts_and_no_shares', async () => {
  const { writeFileSync } = await import('node:fs');
  const rows = Array.from({ length: 60 }, (_, i) => [`few${i}@firm.example`, i % 2 ? 'CEO' : 'инженер', ago(40 - i / 10), i % 3 ? 'lost' : 'won', ago(35 - i / 10)].join(','));
  writeFileSync(`${house.data}/few.csv`, ['email,title,created_at,outcome,outcome_at', ...rows].join('\n') + '\n');
  writeFileSync(`${house.data}/few.json`, JSON.stringify({ columns: ['email', 'title', 'created_at', 'outcome', 'outcome_at'].map((field, index) => ({ index, field })) }));
  house.cli(['import', 'leads', `${house.data}/few.csv`, '--mapping', `${house.data}/few.json`]);
  const d = await draft((b) => { b.criteria.find((c) => c.id === 'ceo').points = 45; b.hot = 44; b.warm = 20; });
  const p = await owner.post(`/models/${d.id}/preview`, { exact: true });
  const { report: r } = await done((await owner.post(`/models/${d.id}/replays`, {}, 201)).id);
  assert.ok(p.caught.wins >= 20 && p.caught.wins < 30 && p.bands.hot.won.after.n >= 20, 'enough for a share of its own');
  for (const share of [p.caught.share.after, p.bands.hot.won.after, r.caught.after.share, r.entered.after.won])
    assert.deepEqual([share.value, share.low, share.high, share.enough], [null, null, null, false]);
  assert.deepEqual([p.judged.enough, r.judged.enough], [false, false]);
});
