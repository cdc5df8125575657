// SPDX-License-Identifier: AGPL-3.0-or-later
// Is the score honest: the calibration report over a base with planted truth, its lists, salespeople's words.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open, until } from './harness.mjs';

const DAY = 86400e3;
const now = Date.parse('2026-06-01T00:00:00Z');
const iso = (ms) => new Date(ms).toISOString();

// The same stream of chances on every machine.
let seed = 20260601;
const chance = () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

/* One criterion that tells buyers apart, one that is a coin, one that drives them off though it has points; a fact filled only for those
 * who bought, after they had; young leads of which nothing is known. */
const LEADS = 4000;
function planted() {
  const rows = ['email,source,created_at,good,coin,harm,rating,outcome,outcome_at'];
  for (let i = 0; i < LEADS; i++) {
    const born = now - 300 * DAY + Math.floor((i / LEADS) * 299 * DAY);
    const [good, coin, harm] = [chance() < 0.4, chance() < 0.5, chance() < 0.35];
    const odds = 0.3 * (good ? 4 : 1) * (harm ? 0.35 : 1);
    const won = chance() < odds / (1 + odds);
    const young = born > now - 7 * DAY;
    const rating = Math.round(chance() * 40 + (won ? 50 : 0));
    rows.push([`lead${i}@firm.example`, chance() < 0.6 ? 'site' : 'ads', iso(born), good ? 'yes' : '', coin ? 'yes' : '', harm ? 'yes' : '', rating,
      young ? '' : won ? 'won' : 'lost', young ? '' : iso(born + 3 * DAY)].join(','));
  }
  return rows.join('\n');
}

const model = {
  name: 'Проверяемая', floor: 0, ceiling: 100, warm: 20, hot: 40, hysteresis: 5,
  groups: [{ name: 'profile', title: { ru: 'Профиль', en: 'Profile' } }],
  criteria: ['good', 'coin', 'harm'].map((id) => ({
    id, title: { ru: `Признак ${id}`, en: `Sign ${id}` }, group: 'profile', enabled: true, points: 20,
    when: { fact: id, op: 'eq', value: 'yes' },
  })),
};

let house, owner;
const reportOf = async (query = '') => until(Boolean, async () => {
  const r = await owner.get(`/calibration${query}`);
  assert.notEqual(r.state, 'failed');
  return r.running === null && r.state === 'done' && r;
}, 'the report');

before(async () => {
  house = await open({ now: iso(now) });
  owner = await house.person('owner');
  const draft = await owner.post('/models', { name: 'Проверяемая', note: '', body: model }, 201);
  await owner.post(`/models/${draft.id}/publish`, undefined);
  const file = await owner.post('/imports?name=base.csv', planted(), 201, { headers: { 'content-type': 'text/csv' }, raw: true });
  await owner.patch(`/imports/${file.id}`, { mapping: { columns: [
    { index: 0, field: 'email' }, { index: 1, field: 'source' }, { index: 2, field: 'created_at' }, { index: 3, field: 'fact.good' },
    { index: 4, field: 'fact.coin' }, { index: 5, field: 'fact.harm' }, { index: 6, field: 'fact.rating', format: 'number' },
    { index: 7, field: 'outcome' }, { index: 8, field: 'outcome_at' }] } });
  await owner.post(`/imports/${file.id}/run`, undefined);
  const done = await until(Boolean, async () => { const one = await owner.get(`/imports/${file.id}`); return one.state === 'done' && one; }, 'the import');
  assert.equal(done.accepted, LEADS);
});
after(() => house.close());

let report, whole;
test('before_anybody_asked_there_is_no_report', async () => {
  const r = await owner.get('/calibration');
  assert.equal(r.id, null);
  assert.equal(r.report, null);
});

test('a_useless_and_a_harmful_criterion_are_both_named', async () => {
  const asked = await owner.post('/calibration', {}, 201);
  assert.ok(asked.running);
  whole = await reportOf();
  report = whole.report;
  assert.equal(whole.id, asked.id);
  assert.equal(report.enough, true);
  const of = Object.fromEntries(report.criteria.map((k) => [k.criterion, k]));
  assert.equal(of.good.direction, 'right');
  assert.equal(of.coin.direction, 'useless');
  assert.equal(of.harm.direction, 'wrong');
  assert.ok(of.good.adjusted.low > 1.5 && of.good.lift.value > 1.5);
  assert.ok(of.harm.adjusted.high < 1);
  assert.deepEqual(of.harm.name, { ru: 'Признак harm', en: 'Sign harm' });
});

test('a_report_says_how_many_outcomes_it_does_not_know', async () => {
  assert.equal(whole.news, 0);
  const late = await owner.post('/leads', { name: 'Later', email: 'later@news.example' }, 201);
  await owner.patch(`/leads/${late.id}`, { stage: 'lost' });
  assert.equal((await owner.get('/calibration')).news, 1);
  assert.equal((await owner.get(`/calibration/${whole.id}`)).news, 1);
  await owner.patch(`/leads/${late.id}`, { stage: 'new' });
  assert.equal((await owner.get('/calibration')).news, 0);
});

test('its_figures_add_up', async () => {
  assert.equal(report.leads_total, LEADS);
  assert.equal(report.n + report.young, LEADS);
  assert.ok(report.young > 60 && report.young < 110, `${report.young} are young`);
  assert.equal(report.bands.reduce((s, b) => s + b.share.won, 0), report.won);
  assert.equal(report.deciles.reduce((s, d) => s + d.share.n, 0), report.n);
  for (const b of report.bands.filter((x) => x.share.enough)) assert.ok(b.share.low <= b.share.value && b.share.value <= b.share.high);
  assert.ok(report.auc.low < report.auc.value && report.auc.value < report.auc.high && report.auc.low > 0.5);
  assert.deepEqual([report.roc.at(-1).x, report.roc.at(-1).y], [1, 1]);
  assert.equal(report.pr.at(-1).x, 1);
  assert.equal(report.drift.timeless, false);
  assert.equal(report.drift.by, 'month');
  assert.ok(report.drift.items.at(-1).maturing && !report.drift.items[1].maturing);
  assert.ok(report.drift.items.every((c) => c.level === null || c.level === 'stable'));
  assert.deepEqual(report.by_source.map((s) => s.source), ['site', 'ads']);
});

test('a_field_that_knows_the_outcome_raises_the_alarm', async () => {
  const leak = report.leaks.find((l) => l.fact === 'rating');
  assert.equal(leak?.why, 'too_good');
  assert.equal(leak.used, false);
  assert.equal(report.leaks.some((l) => ['good', 'coin', 'harm'].includes(l.fact)), false);
});

test('the_base_of_each_share_and_those_too_young_open_as_they_are_told', async () => {
  const total = async (query) => (await owner.get(`/leads?${query}&limit=1`)).total;
  const shares = [...report.bands, ...report.deciles, ...report.drift.items, ...report.by_source].map((x) => x.share)
    .concat(report.criteria.flatMap((k) => [k.with, k.without]));
  assert.ok(report.criteria.every((k) => k.with.young + k.without.young === report.young && report.young > 0));
  assert.ok(report.criteria.some((k) => k.with.young > 0));
  for (const x of [...shares, { ...report, leads: report.leads }].filter((s) => s.leads_total)) {
    assert.equal(x.n + x.young, x.leads_total, x.leads);
    assert.deepEqual([await total(x.leads), await total(x.leads + ':counted'), await total(x.leads + ':young')], [x.leads_total, x.n, x.young], x.leads);
  }
  for (const p of report.roc.filter((_, i) => i % 9 === 0)) assert.equal(await total(p.leads + ':counted'), p.n, p.leads);
  const fifth = await total(report.found20_leads + ':counted'), bought = await total(report.found20_leads + ':won');
  assert.ok(fifth >= report.n / 5 && fifth < report.n, `${fifth} of ${report.n}`);
  assert.ok(bought >= report.found20.value * report.won - 0.5, `${bought} of ${report.won}`);
});

test('every_figure_opens_the_leads_that_it_counted', async () => {
  const figures = [[report.leads, report.leads_total], ...report.bands.map((b) => [b.share.leads, b.share.leads_total]),
    ...report.deciles.map((d) => [d.share.leads, d.share.leads_total]), ...report.drift.items.map((c) => [c.share.leads, c.share.leads_total]),
    ...report.by_source.map((s) => [s.share.leads, s.share.leads_total]), ...report.leaks.map((l) => [l.leads, l.n])];
  for (const [query, count] of figures) assert.equal((await owner.get(`/leads?${query}&limit=1`)).total, count, query);
  for (const k of report.criteria) {
    assert.equal((await owner.get(`/leads?${k.with.leads}:won&limit=1`)).total, k.with.won);
    assert.equal((await owner.get(`/leads?${k.with.leads}:not&limit=1`)).total, k.with.n - k.with.won);
    assert.equal((await owner.get(`/leads?${k.without.leads}:won&limit=1`)).total, k.without.won);
  }
  for (const p of report.roc.filter((_, i) => i % 9 === 0 || i === report.roc.length - 1)) {
    assert.equal((await owner.get(`/leads?${p.leads}&limit=1`)).total, p.leads_total, p.leads);
    assert.equal((await owner.get(`/leads?${p.leads}:won&limit=1`)).total, p.won, p.leads);
  }
  assert.equal(report.roc.at(-1).leads_total, LEADS);
  const seen = new Set();
  let next = '';
  do {
    const page = await owner.get(`/leads?${report.bands[0].share.leads}&limit=200${next && `&cursor=${next}`}`);
    page.items.forEach((l) => { assert.ok(!seen.has(l.id)); seen.add(l.id); });
    next = page.next;
  } while (next);
  assert.equal(seen.size, report.bands[0].share.leads_total);
  const table = await owner.get(`/export/leads.csv?${report.criteria[2].with.leads}:won`);
  assert.equal(table.trim().split('\n').length, report.criteria[2].with.won + 1);
});

test('the_replay_and_the_preview_say_of_the_live_model_what_the_calibration_says', async () => {
  const live = await owner.get('/models/live');
  const { judged, bands, caught } = await owner.post(`/models/${live.id}/preview`, { exact: true });
  const same = (j, what) => {
    assert.deepEqual([j.n, j.won], [report.n, report.won], what);
    for (const side of ['before', 'after']) assert.deepEqual(j.auc[side], report.auc, `${what}, ${side}`);
  };
  same(judged, 'the preview');
  for (const b of report.bands)
    assert.deepEqual([bands[b.band].won.before.n, bands[b.band].won.before.won], [b.share.n, b.share.won], b.band);
  assert.equal(caught.before, report.bands.find((b) => b.band === 'hot').share.won);
  const made = await owner.post(`/models/${live.id}/replays`, {}, 201);
  const r = await until(Boolean, async () => { const x = await owner.get(`/replays/${made.id}`); return x.state === 'done' && x.report; }, 'the replay');
  same(r.judged, 'the replay');
  assert.equal(r.caught.before.leads, caught.before);
});

test('all_its_tables_leave_as_one', async () => {
  const id = report.leads.match(/rp_\w+/)[0];
  const [head, ...rows] = (await owner.get(`/export/calibration.csv?report=${id}`)).replace('\uFEFF', '').trim().split(/\r?\n/).map((r) => r.split(';'));
  const of = (part, item, column) => rows.find((r) => r[0] === part && r[1] === item)?.[head.indexOf(column)];
  assert.deepEqual([of('all', '', 'leads'), of('all', '', 'won')], [String(report.leads_total), String(report.won)]);
  assert.equal(Number(of('all', '', 'auc_low')), report.auc.low);
  const { low, value, high } = report.lift10_range;
  assert.ok(low < value && value < high && value === report.lift10);
  assert.deepEqual([of('all', '', 'lift'), of('lift10_range', '', 'lift_low')].map(Number), [value, low]);
  assert.deepEqual([of('leak', 'rating', 'counted'), of('leak_without', 'rating', 'counted')].map(Number),
    [report.leaks.find((l) => l.fact === 'rating').with.n, report.leaks.find((l) => l.fact === 'rating').without.n]);
  for (const b of report.bands) {
    assert.equal(of('band', b.band, 'leads'), String(b.share.leads_total));
    assert.equal(of('band', b.band, 'share_high'), b.share.high === null ? '' : String(b.share.high));
  }
  assert.equal(rows.filter((r) => r[0] === 'decile').length, report.deciles.length);
  assert.equal(of('criterion_with', 'Sign harm', 'verdict') ?? of('criterion_with', 'Признак harm', 'verdict'), 'wrong');
  assert.equal(rows.filter((r) => r[0] === 'criterion_without').length, 3);
  assert.deepEqual(rows.filter((r) => r[0] === 'source').map((r) => r[1]), ['site', 'ads']);
  assert.equal(of('leak', 'rating', 'verdict'), 'too_good');
  assert.equal(rows.filter((r) => r[0] === 'roc').length, report.roc.length);
  assert.ok(rows.every((r) => r.length === head.length));
  await owner.get('/export/calibration.csv', 422);
  await owner.get('/export/calibration.csv?report=rp_2222222222222', 404);
});

test('lists_of_reports_are_not_for_those_who_see_their_own_leads', async () => {
  const manager = await house.person('manager');
  await manager.get(`/leads?${report.leads}`, 403);
  await manager.get('/calibration', 403);
  await manager.get(`/export/calibration.csv?report=${report.leads.match(/rp_\w+/)[0]}`, 403);
  await manager.post('/calibration', {}, 403);
  await owner.get('/leads?report=rp_0000000000000', 422);
  await owner.get(`/leads?${report.leads}&band=hot`, 422);
  assert.equal((await owner.get(`/leads?${report.leads.replace('all', 'none')}`)).total, 0);
});

test('a_question_may_be_narrowed', async () => {
  await owner.post('/calibration', { source: 'ads', from: iso(now - 200 * DAY), to: iso(now - 100 * DAY) }, 201);
  const query = `?source=ads&from=${iso(now - 200 * DAY)}&to=${iso(now - 100 * DAY)}`;
  const r = (await reportOf(query)).report;
  assert.ok(r.leads_total > 400 && r.leads_total < 700);
  assert.deepEqual(r.by_source.map((s) => s.source), ['ads']);
  assert.equal((await owner.get(`/calibration/${whole.id}`)).report.leads_total, LEADS);
  await owner.post('/calibration', { from: iso(now), to: iso(now - DAY) }, 422);
  await owner.post('/calibration', { model: 'md_0000000000001' }, 422);
  await owner.get('/calibration/rp_0000000000001', 404);
});

test('few_leads_give_counts_and_no_figures', async () => {
  await owner.post('/calibration', { from: iso(now - 35 * DAY), to: iso(now - 28 * DAY) }, 201);
  const r = (await reportOf(`?from=${iso(now - 35 * DAY)}&to=${iso(now - 28 * DAY)}`)).report;
  assert.equal(r.enough, false);
  assert.ok(r.by_source.some((s) => s.share.won >= 10 && s.share.n - s.share.won >= 10), 'which would do for a source of a report that has enough');
  assert.ok(r.by_source.every((s) => s.auc === null && s.share.value === null));
  assert.deepEqual(r.need, { won: 30, not: 30 });
  assert.equal(r.auc, null);
  assert.ok(r.bands.every((b) => b.share.value === null && b.share.enough === false));
  assert.ok(r.criteria.every((k) => k.direction === 'unclear' && k.adjusted === null));
});

test('a_report_that_is_being_made_may_be_stopped', async () => {
  const from = `?from=${iso(now - 299 * DAY)}`;
  const made = await owner.post('/calibration', { from: iso(now - 299 * DAY) }, 201);
  await owner.post(`/calibration/${made.id}/stop`, undefined, 204);
  await owner.get(`/calibration/${made.id}`, 404);
  const after = await owner.get('/calibration' + from);
  assert.deepEqual([after.id, after.running], [null, null]);
  /* The next question is answered, so nobody makes the old one any more; and no list of it is left. */
  await owner.post('/calibration', {}, 201);
  whole = await reportOf();
  assert.equal((await owner.get('/calibration' + from)).report, null);
  assert.equal((await owner.get(`/leads?report=${made.id}&bucket=all`)).total, 0);
  await owner.post(`/calibration/${whole.id}/stop`, undefined, 409);
  await owner.post('/calibration/rp_2222222222222/stop', undefined, 404);
});

test('salespeople_accept_and_reject_and_the_report_counts_them', async () => {
  const { items } = await owner.get('/leads?limit=4');
  await owner.post(`/leads/${items[0].id}/feedback`, { verdict: 'accepted' }, 204);
  await owner.post(`/leads/${items[1].id}/feedback`, { verdict: 'rejected', reason: 'no_budget', text: 'денег нет' }, 204);
  await owner.post(`/leads/${items[2].id}/feedback`, { verdict: 'accepted' }, 204);
  await owner.post(`/leads/${items[2].id}/feedback`, { verdict: 'rejected', reason: 'junk' }, 204); // the last word counts
  await owner.post(`/leads/${items[3].id}/feedback`, { verdict: 'rejected' }, 422);
  await owner.post(`/leads/${items[3].id}/feedback`, { verdict: 'perhaps' }, 422);
  await owner.post(`/leads/${items[3].id}/dispute`, { direction: 'lower', text: 'не наш' }, 204);
  const said = await owner.get('/feedback?limit=3');
  assert.equal(said.items.length, 3);
  assert.deepEqual([said.items[0].verdict, said.items[0].reason, said.items[0].lead_id], ['rejected', 'junk', items[2].id]);
  assert.equal((await owner.get(`/feedback?limit=3&cursor=${said.next}`)).items.length, 1);
  assert.equal((await owner.get(`/feedback?lead=${items[1].id}`)).items[0].text, 'денег нет');
  const deeds = (await owner.get(`/leads/${items[1].id}/timeline?kind=deed`)).items;
  assert.ok(deeds.some((d) => d.name === 'Lead Rejected'));
  /* A contract number, written once the deal is done: a fact that knows the outcome. */
  const sold = (await owner.get(`/leads?${report.leads}:won&limit=30`)).items;
  for (const l of sold) await owner.patch(`/leads/${l.id}`, { facts: { contract: '7-A' } });
  await owner.post('/calibration', {}, 201);
  const r = await until(Boolean, async () => {
    const one = await owner.get('/calibration');
    return one.id !== whole.id && one.state === 'done' && one.running === null && one.report;
  }, 'the newer report');
  const contract = r.leaks.find((l) => l.fact === 'contract');
  assert.equal(contract?.why, 'after_outcome');
  assert.deepEqual([contract.share_after, contract.n, contract.with.n], [1, 30, 0]);
  assert.deepEqual(new Set((await owner.get(`/leads?${contract.leads}&limit=50`)).items.map((l) => l.id)), new Set(sold.map((l) => l.id)));
  assert.equal(r.feedback.accepted.leads_total, 1);
  assert.deepEqual(r.feedback.rejected.map((x) => [x.reason, x.n]), [['no_budget', 1], ['junk', 1]]);
  assert.deepEqual(r.feedback.disputed.map((x) => [x.direction, x.n]), [['lower', 1]]);
  assert.equal((await owner.get(`/leads?${r.feedback.rejected[1].leads}`)).items[0].id, items[2].id);
  /* At the hand-over: of those that somebody has worked on before they were decided. Here all words came after. */
  await owner.post('/calibration', { moment: 'handed' }, 201);
  const handed = (await reportOf('?moment=handed')).report;
  assert.ok(handed.leads_total < LEADS);
});

test('people_see_words_on_their_own_leads_only', async () => {
  const manager = await house.signIn('manager@example.org');
  assert.deepEqual((await manager.get('/feedback')).items, []);
  const { items } = await owner.get('/leads?limit=1');
  await manager.get(`/feedback?lead=${items[0].id}`, 404);
  await manager.post(`/leads/${items[0].id}/feedback`, { verdict: 'accepted' }, 404);
  const mine = await manager.post('/leads', { name: 'Мой', email: 'mine@firm.example' }, 201);
  await manager.post(`/leads/${mine.id}/feedback`, { verdict: 'accepted' }, 204);
  assert.equal((await manager.get(`/feedback?lead=${mine.id}`)).items.length, 1);
  assert.deepEqual((await manager.get('/feedback')).items.map((f) => f.lead_id), [mine.id]);
});

test('no_verdict_on_silence_where_buyers_are_looked_at_earlier_than_the_others', async () => {
  const rows = ['email,source,created_at,outcome,outcome_at'];
  for (let i = 0; i < 80; i++) rows.push(`quiet${i}@firm.example,quiet,${iso(now - 200 * DAY)},${i % 2 ? 'won' : ''},${i % 2 ? iso(now - 199 * DAY) : ''}`);
  const file = await owner.post('/imports?name=quiet.csv', rows.join('\n'), 201, { headers: { 'content-type': 'text/csv' }, raw: true });
  await owner.post(`/imports/${file.id}/run`, undefined);
  await until(Boolean, async () => (await owner.get(`/imports/${file.id}`)).state === 'done', 'the import of the quiet');
  const still = { id: 'still', title: { ru: 'Молчит', en: 'Silent' }, group: 'profile', enabled: true, points: -10, when: { silent: {}, days: 3 } };
  const draft = await owner.post('/models', { name: 'Молчание', note: '', body: { ...model, criteria: [...model.criteria, still] } }, 201);
  await owner.post('/calibration', { model: draft.id, source: 'quiet' }, 201);
  const r = await reportOf(`?model=${draft.id}&source=quiet`), k = r.report.criteria.find((x) => x.criterion === 'still');
  assert.ok(k.enough && k.lift.high < 1, 'those who bought had no time to fall silent');
  assert.deepEqual([k.direction, k.quiet], ['unclear', true]);
  const p = await owner.post(`/models/${draft.id}/preview`, { exact: true });
  assert.deepEqual(p.judged.quiet, [], 'of the whole base losses are told');
});

/* What is told late of what was before: it is in all three scores when it came before the end was known. */
test('one_rule_of_what_was_known_holds_for_calibration_preview_and_replay', async () => {
  const own = await open({ now: iso(now) });
  try {
    const boss = await own.person('owner'), site = own.writer();
    const draft = await boss.post('/models', { name: 'Поздние', note: '', body: { ...model, criteria: [
      { id: 'demo', title: { ru: 'Показ', en: 'Demo' }, group: 'profile', enabled: true, points: 45, when: { event: 'Demo Requested' } },
      { id: 'note', title: { ru: 'Заметка', en: 'Note' }, group: 'profile', enabled: true, points: 40, when: { fact: 'note', op: 'eq', value: 'yes' } }] } }, 201);
    await boss.post(`/models/${draft.id}/publish`, undefined);
    const who = Array.from({ length: 120 }, (_, i) => i), buys = (i) => (i % 3 ? i % 5 === 0 : i % 2 === 0);
    const file = async (name, rows, columns) => {
      const f = await boss.post(`/imports?name=${name}`, rows.join('\n') + '\n', 201, { headers: { 'content-type': 'text/csv' }, raw: true });
      await boss.patch(`/imports/${f.id}`, { mapping: { columns: columns.map((field, index) => ({ index, field })) } });
      await boss.post(`/imports/${f.id}/run`, undefined);
      await until(Boolean, async () => (await boss.get(`/imports/${f.id}`)).state === 'done', name);
    };
    await file('born.csv', ['id,created', ...who.map((i) => `late-${i},${iso(now - 200 * DAY)}`)], ['user_id', 'created_at']);
    for (const i of who.filter((x) => x % 3 === 0)) /* learnt today of a demo of long ago: half of those who saw it buy, a fifth of the others */
      await site.post('//v1/track', { userId: `late-${i}`, event: 'Demo Requested', messageId: `d${i}`, timestamp: iso(now - 150 * DAY) });
    await own.setClock(iso(now + DAY));
    await file('ends.csv', ['id,created,outcome,at', ...who.map((i) => `late-${i},${iso(now - 200 * DAY)},${buys(i) ? 'won' : 'lost'},${iso(now - 100 * DAY)}`)],
      ['user_id', 'created_at', 'outcome', 'outcome_at']);
    await own.setClock(iso(now + 2 * DAY));
    /* A file of facts behind the ends: it knows them, whatever day it gives. */
    await file('notes.csv', ['id,created,note', ...who.map((i) => `late-${i},${iso(now - 200 * DAY)},${buys(i) ? 'yes' : 'no'}`)], ['user_id', 'created_at', 'fact.note']);
    await boss.post('/calibration', {}, 201);
    const told = await until(Boolean, async () => { const r = await boss.get('/calibration'); return r.state === 'done' && r.report; }, 'the report');
    assert.equal(told.criteria[0].with.n, 40, 'it was known before the ends');
    assert.equal(told.criteria[1].with.n, 0, 'it was not');
    const p = await boss.post(`/models/${draft.id}/preview`, { exact: true });
    const made = await boss.post(`/models/${draft.id}/replays`, {}, 201);
    const r = await until(Boolean, async () => { const x = await boss.get(`/replays/${made.id}`); return x.state === 'done' && x.report; }, 'the replay');
    for (const [name, j] of [['preview', p.judged], ['replay', r.judged]]) {
      assert.deepEqual([j.n, j.won], [told.n, told.won], name);
      assert.deepEqual(j.auc.before, told.auc, name);
    }
  } finally {
    await own.close();
  }
});
