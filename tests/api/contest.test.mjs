// SPDX-License-Identifier: AGPL-3.0-or-later
// Champion and challenger: lots on live leads, scores by the lead's own model, a verdict that may be looked at after each sale.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open, until } from './harness.mjs';

let house, owner, site, live, challenger, contest;
let clock = Date.parse('2026-06-01T09:00:00Z');
const tick = async (seconds) => { clock += seconds * 1000; await house.setClock(new Date(clock).toISOString(), false); };

const body = (points) => ({
  name: 'Модель', floor: 0, ceiling: 100, warm: 31, hot: 71, hysteresis: 5,
  groups: [{ name: 'interest', title: { ru: 'Интерес', en: 'Interest' } }],
  criteria: [{ id: 'demo', title: { ru: 'Демо', en: 'Demo' }, group: 'interest', enabled: true, points, when: { event: 'Demo Requested' } },
    ...(points > 50 ? [{ id: 'price', title: { ru: 'Прайс', en: 'Prices' }, group: 'interest', enabled: true, points: 10, when: { event: 'Price Seen' }, ageing: { kind: 'expire', days: 2 } }] : [])],
});
const draftOf = async (points, name) => owner.post('/models', { name, note: '', body: body(points) }, 201);
const replayed = () => { try { return house.cli(['replay']); } catch (e) { return `${e.stdout}`; } };
const lots = async (id = contest.id) => {
  const all = [];
  for (let next = ''; ;) {
    const page = await owner.get(`/contests/${id}/leads?limit=200${next && `&cursor=${next}`}`);
    all.push(...page.items);
    if (!page.next) return all;
    next = page.next;
  }
};
let number = 0;
async function newLeads(n, source) {
  const batch = [];
  for (let i = 0; i < n; i++) {
    const userId = `u${++number}`;
    batch.push({ type: 'identify', userId, traits: { email: `${userId}@firm.example`, source }, messageId: `i-${userId}` });
    batch.push({ type: 'track', userId, event: 'Demo Requested', messageId: `t-${userId}` });
  }
  await site.post('//v1/batch', { batch });
}

let files = 0;
async function fileTaken() {
  const file = await owner.post('/imports?name=a.csv', `email\nfile${++files}@firm.example\n`, 201, { headers: { 'content-type': 'text/csv' }, raw: true });
  await owner.post(`/imports/${file.id}/run`, undefined);
  await until(Boolean, async () => (await owner.get(`/imports/${file.id}`)).state === 'done', 'the import');
}
/* Jobs take turns, and the taking of files is one of them: when a second file has been taken, whatever was due before the first has had its turn. */
async function jobsHaveTurned() {
  await fileTaken();
  await fileTaken();
}

before(async () => {
  house = await open({ now: new Date(clock).toISOString() });
  owner = await house.person('owner');
  site = house.writer();
  live = await draftOf(20, 'Действующая');
  await owner.post(`/models/${live.id}/publish`, undefined);
  challenger = await draftOf(80, 'Претендент');
  await newLeads(3, 'site');
});
after(() => house.close());

test('one_contest_runs_at_a_time_and_nothing_is_published_meanwhile', async () => {
  assert.deepEqual((await owner.get('/contests')).items, []);
  await owner.post('/contests', { challenger_id: live.id }, 409);
  await owner.post('/contests', { challenger_id: 'md_0000000000001' }, 422);
  await owner.post('/contests', { challenger_id: challenger.id, share: 0.99 }, 422);
  await owner.post('/contests', { challenger_id: challenger.id, alpha: 0.5 }, 422);
  const manager = await house.person('manager');
  await manager.post('/contests', { challenger_id: challenger.id }, 403);
  await manager.get('/contests', 403);
  contest = await owner.post('/contests', { name: 'Восемьдесят за демо', challenger_id: challenger.id, share: 0.4 }, 201);
  assert.equal(contest.state, 'running');
  assert.equal(contest.champion_id, live.id);
  assert.equal(contest.interval, null);
  const other = await draftOf(30, 'Ещё одна');
  assert.deepEqual(await owner.whyNot('/contests', { challenger_id: other.id }),
    ['a contest runs already', 'сравнение уже идёт: второе начать можно, когда оно закончится']);
  assert.deepEqual(await owner.whyNot(`/models/${other.id}/publish`),
    ['a contest of models runs: stop it first', 'идёт сравнение моделей: сначала остановите его']);
  const frozen = await owner.get(`/models/${challenger.id}`);
  assert.equal(frozen.state, 'challenger');
  assert.ok(frozen.version > 0);
  await owner.put(`/models/${challenger.id}`, { name: 'x', note: '', body: body(90) }, 409);
  assert.equal((await owner.get('/models/live')).id, live.id);
});

test('new_leads_draw_lots_and_are_scored_by_their_own_model', async () => {
  await tick(3600);
  for (let i = 0; i < 10; i++) await newLeads(12, i % 2 ? 'site' : 'ads');
  const drawn = await lots();
  assert.equal(drawn.length, 120);
  const second = drawn.filter((l) => l.arm === 'challenger');
  assert.equal(second.length, 48, 'three whole blocks of either source');
  for (const l of drawn) {
    assert.ok(l.arm === 'challenger' ? l.chance > 0 : l.chance < 1);
    assert.equal(l.score, l.arm === 'challenger' ? 80 : 20);
    assert.equal(l.band, l.arm === 'challenger' ? 'hot' : 'cold');
  }
  /* Their card, their arithmetic, their curve and their call come from it. */
  const card = await owner.get(`/leads/${second[0].lead_id}`);
  assert.deepEqual(card.reasons.map((r) => r.points), [80]);
  const told = await owner.get(`/leads/${second[0].lead_id}/score`);
  assert.equal(told.model.id, challenger.id);
  assert.equal(told.total, 80);
  assert.equal((await owner.get(`/leads/${second[0].lead_id}/score/history`)).items.at(-1).total, 80);
  assert.equal((await owner.get(`/tasks?lead=${second[0].lead_id}`)).items.length, 1);
  assert.ok((await owner.get(`/leads/${second[0].lead_id}/timeline`)).items.some((e) => e.points === 80));
  const one = await owner.get(`/contests/${contest.id}`);
  assert.equal(one.champion_leads + one.challenger_leads, 120);
  assert.match(replayed(), /^differences: 0$/m);
  /* As a table: both sides, and every lot. */
  const [head, ...rows] = (await owner.get(`/export/contest.csv?contest=${contest.id}`)).replace('\uFEFF', '').trim().split(/\r?\n/).map((r) => r.split(';'));
  const cell = (part, item, column) => rows.find((r) => r[0] === part && r[1] === item)?.[head.indexOf(column)];
  for (const side of ['champion', 'challenger']) assert.equal(cell('side', side, 'leads'), String(one[`${side}_leads`]), side);
  assert.equal(rows.filter((r) => r[0].startsWith('lot_')).length, 120);
  assert.deepEqual([cell('lot_challenger', second[0].lead_id, 'score'), Number(cell('lot_challenger', second[0].lead_id, 'value'))], ['80', second[0].chance]);
  await owner.get('/export/contest.csv', 422);
  await owner.get('/export/contest.csv?contest=ct_2222222222222', 404);
});

test('what_the_challenger_alone_listens_to_is_heard', async () => {
  const drawn = await lots();
  const [a, b] = ['challenger', 'champion'].map((arm) => drawn.find((l) => l.arm === arm));
  for (const l of [a, b]) {
    const card = await owner.get(`/leads/${l.lead_id}`);
    await site.post('//v1/track', { userId: card.email.split('@')[0], event: 'Price Seen', messageId: `p-${l.lead_id}` });
  }
  assert.equal((await owner.get(`/leads/${a.lead_id}`)).score, 90);
  assert.equal((await owner.get(`/leads/${b.lead_id}`)).score, 20);
  assert.match(replayed(), /^differences: 0$/m);
});

test('the_clock_ages_points_by_the_model_of_the_lead', async () => {
  const l = (await lots()).find((x) => x.score === 90);
  await tick(3 * 86400);
  await house.setClock(new Date(clock).toISOString(), true);
  await until(Boolean, async () => (await owner.get(`/leads/${l.lead_id}`)).score === 80, 'the score without what has expired');
  assert.match(replayed(), /^differences: 0$/m);
});

test('leads_of_before_and_of_files_take_no_part', async () => {
  await site.post('//v1/track', { userId: 'u1', event: 'Demo Requested', messageId: 'again-u1' });
  await fileTaken();
  assert.equal((await lots()).length, 120);
});

test('a_merge_and_its_undoing_keep_each_lead_by_its_own_lot', async () => {
  const drawn = await lots();
  const [a, b] = ['challenger', 'champion'].map((arm) => drawn.filter((l) => l.arm === arm)[3]);
  const merged = await owner.post(`/leads/${b.lead_id}/merge`, { lead_id: a.lead_id }, 201);
  assert.equal((await owner.get(`/leads/${b.lead_id}`)).score, 40);
  assert.match(replayed(), /^differences: 0$/m);
  await owner.post(`/merges/${merged.merge_id}/undo`, undefined, 204);
  assert.equal((await owner.get(`/leads/${a.lead_id}`)).score, 80);
  assert.equal((await owner.get(`/leads/${b.lead_id}`)).score, 20);
  assert.match(replayed(), /^differences: 0$/m);
});

let during;
test('a_stopped_contest_gives_all_leads_back_to_the_live_model', async () => {
  const drawn = await lots();
  const l = drawn.find((x) => x.arm === 'challenger' && x.score === 80);
  during = new Date(clock).toISOString();
  await tick(600);
  await owner.post(`/contests/${contest.id}/stop`, undefined);
  await owner.post(`/contests/${contest.id}/stop`, undefined, 409);
  await until(Boolean, async () => (await owner.get(`/leads/${l.lead_id}`)).score === 20, 'the score by the live model');
  await until(Boolean, () => /^differences: 0$/m.test(replayed()), 'no difference');
  const one = await owner.get(`/contests/${contest.id}`);
  assert.equal(one.state, 'stopped');
  assert.equal(one.winner, null);
  assert.equal((await owner.get(`/models/${challenger.id}`)).state, 'retired');
  /* As of then it is still told by the model of then. */
  const then = await owner.get(`/leads/${l.lead_id}/score?known=then&at=${during}`);
  assert.equal(then.model.id, challenger.id);
  assert.equal(then.total, 80);
  assert.equal((await owner.get(`/leads/${l.lead_id}/score`)).model.id, live.id);
  const after = await draftOf(25, 'После');
  await owner.post(`/models/${after.id}/publish`, undefined);
  live = after;
});

test('a_truly_better_one_is_found_and_the_contest_ends_itself', async () => {
  const second = await owner.post('/contests', { name: 'Второе', challenger_id: challenger.id }, 201);
  assert.match(second.verdict, /Пока рано|Too early/);
  await tick(3600);
  await jobsHaveTurned(); // a contest that is watched while sales come ends among them, and those behind its end are not its own
  for (let i = 0; i < 10; i++) await newLeads(20, 'site');
  const drawn = await lots(second.id);
  assert.equal(drawn.length, 200);
  let sold = { champion: 0, challenger: 0 };
  /* Seven in ten of the challenger's buy, one in ten of the champion's: whatever lots were drawn, that is decided long before the last sale. */
  let seen = { champion: 0, challenger: 0 };
  for (const l of drawn) {
    const n = seen[l.arm]++;
    if (l.arm === 'challenger' ? n % 10 >= 7 : n % 10 !== 0) continue;
    sold[l.arm]++;
    await owner.patch(`/leads/${l.lead_id}`, { stage: 'won' });
  }
  const standing = await owner.get(`/contests/${second.id}`);
  assert.equal(standing.challenger_successes, sold.challenger);
  assert.equal(standing.champion_successes, sold.champion);
  const of = async (bucket) => (await owner.get(`/leads?figure=${encodeURIComponent(`contest?id=${second.id}&bucket=${bucket}`)}&limit=1`)).total;
  for (const arm of ['champion', 'challenger'])
    assert.deepEqual([await of(arm), await of(`${arm}:won`)], [standing[`${arm}_leads`], standing[`${arm}_successes`]], arm);
  for (const bucket of ['nobody', 'champion:lost', ''])
    await owner.get(`/leads?figure=${encodeURIComponent(`contest?id=${second.id}&bucket=${bucket}`)}`, 422);
  assert.ok(standing.interval.low <= standing.interval.value && standing.interval.value <= standing.interval.high);
  assert.ok(standing.p <= 0.05, `p ${standing.p} with ${JSON.stringify(sold)}`);
  await tick(600);
  await house.setClock(new Date(clock).toISOString(), true);
  const ended = await until(Boolean, async () => { const k = await owner.get(`/contests/${second.id}`); return k.state === 'decided' && k; }, 'the end');
  assert.equal(ended.winner, 'challenger');
  assert.match(ended.verdict, /Претендент лучше|challenger is better/);
  assert.ok(ended.interval.low > 1);
  await until(Boolean, () => /^differences: 0$/m.test(replayed()), 'no difference');
  /* The winner is published by a person. */
  const published = await owner.post(`/models/${challenger.id}/rollback`, undefined, 201);
  assert.equal(published.state, 'live');
});

test('acceptance_by_sales_may_be_what_is_counted', async () => {
  const rival = await draftOf(60, 'Третий');
  const third = await owner.post('/contests', { challenger_id: rival.id, metric: 'accepted' }, 201);
  await tick(3600);
  await newLeads(4, 'site');
  const drawn = await lots(third.id);
  await owner.post(`/leads/${drawn[0].lead_id}/feedback`, { verdict: 'accepted' }, 204);
  await owner.post(`/leads/${drawn[1].lead_id}/feedback`, { verdict: 'accepted' }, 204);
  await owner.post(`/leads/${drawn[1].lead_id}/feedback`, { verdict: 'rejected', reason: 'junk' }, 204);
  const k = await owner.get(`/contests/${third.id}`);
  assert.equal(k.champion_successes + k.challenger_successes, 1);
  await owner.post(`/contests/${third.id}/stop`, undefined);
  await owner.get('/contests/ct_0000000000001', 404);
  assert.equal((await owner.get('/contests')).items.length, 3);
});
