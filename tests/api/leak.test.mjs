// SPDX-License-Identifier: AGPL-3.0-or-later
// A fact that knows the outcome is offered to no model: what people note in the talk that decides is left out of suggested points and named.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open, until } from './harness.mjs';

let house, owner, folder;
before(async () => {
  house = await open();
  owner = await house.person('owner');
  folder = mkdtempSync(join(tmpdir(), 'gradus-leak-'));
});
after(async () => { await house.close(); rmSync(folder, { recursive: true, force: true }); });

/* Who came by a fair buys more often, and who answered the long question with the long answer; the verdict is noted of nine in ten, by those who know it. */
const question = 'what_would_you_like_to_have_solved_first_' + 'and_by_when_'.repeat(10) + 'at_last';
const answers = ['It must work before the season begins. ' + 'We have waited long enough for it. '.repeat(3), 'We only look around at what there is. ' + 'Nothing is decided on our side yet. '.repeat(3)];
let seed = 11;
const chance = () => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed / 2147483648; };
const day = (n) => new Date(Date.UTC(2026, 0, 1) + n * 86400000).toISOString();
function leads(n) {
  const rows = ['id,met at,verdict,created,outcome,decided,answer'];
  for (let i = 0; i < n; i++) {
    const fair = chance() < 0.4, soon = chance() < 0.5, won = chance() < (fair ? 0.45 : 0.15) + (soon ? 0.15 : -0.05);
    const verdict = chance() < 0.9 ? (won ? 'Will sign' : chance() < 0.5 ? 'Busy' : 'Too dear') : '';
    rows.push([`p-${i}`, fair ? 'Fair' : 'Site', verdict, day(i / 8), won ? 'да' : 'нет', day(i / 8 + 1 + chance() * 4), answers[soon ? 0 : 1]].join(','));
  }
  return rows.join('\n') + '\n';
}

test('points_are_suggested_for_what_foretells_and_not_for_what_knows', async () => {
  writeFileSync(join(folder, 'leads.csv'), leads(600));
  writeFileSync(join(folder, 'mapping.json'), JSON.stringify({ columns: [
    { index: 0, field: 'user_id' }, { index: 0, field: 'name' }, { index: 1, field: 'fact.met_at' }, { index: 2, field: 'fact.verdict' },
    { index: 3, field: 'created_at' }, { index: 4, field: 'outcome' }, { index: 5, field: 'outcome_at' }, { index: 6, field: `fact.${question}` }] }));
  house.cli(['import', 'leads', join(folder, 'leads.csv'), '--mapping', join(folder, 'mapping.json')]);
  const live = await owner.get('/models/live');
  await owner.post(`/models/${live.id}/suggest`, {}, 201);
  const { suggestion: k } = await until((x) => x.state === 'done', () => owner.get(`/models/${live.id}/suggestion`));
  assert.deepEqual(k.left_out.map((f) => f.fact), ['verdict'], JSON.stringify(k.left_out));
  assert.ok(k.offers.every((o) => o.fact !== 'verdict'));
  assert.ok(k.offers.some((o) => o.fact === 'met_at' && o.value === 'Fair' && o.points > 0), JSON.stringify(k.offers));
  assert.ok(k.auc.suggested.value < 0.8, `an honest figure: ${k.auc.suggested.value}`);
  const d = await owner.post(`/models/${live.id}/suggestion/draft`, {}, 201);
  assert.ok(!JSON.stringify(d.body).includes('verdict'));
  const made = d.body.criteria.find((k) => k.when.fact === question);
  assert.ok(made, 'a question of any length makes a criterion');
  assert.deepEqual([made.when.op, answers[0].startsWith(made.when.value), made.when.value.length], ['starts', true, 100], 'of a long answer its beginning is known');
  assert.ok((await owner.get(`/models/${d.id}/hits`)).items.find((h) => h.criterion === made.id).leads > 100, 'and it counts for those who gave it');
});

/* Both sides of an alarm open to as many leads as it counts, bought and counted apart. */
const opens = async (who, share) => {
  const total = async (end) => (await who.get(`/leads?${share.leads}${end}&limit=1`)).total;
  assert.deepEqual([await total(''), await total(':won'), await total(':counted')], [share.leads_total, share.won, share.n]);
};
test('an_alarm_opens_those_without_the_fact_too', async () => {
  await owner.post('/calibration', {}, 201);
  const { report: r } = await until((x) => x.state === 'done' && x.report, () => owner.get('/calibration'));
  const alarm = r.leaks.find((l) => l.fact === 'verdict');
  assert.ok(alarm.without.n > 30 && alarm.without.n + alarm.with.n === 600, JSON.stringify(alarm));
  await opens(owner, alarm.without);
  const rest = (await owner.get(`/leads?${alarm.without.leads}&limit=100`)).items;
  for (const one of rest.slice(0, 3)) assert.equal((await owner.get(`/leads/${one.id}`)).facts.verdict, undefined);
});

test('the_predictor_does_not_take_what_knows_and_says_so', async () => {
  const [p] = (await until((x) => x.items.some((one) => one.state === 'live'), () => owner.get('/predictors'), 120000)).items.filter((one) => one.state === 'live');
  assert.deepEqual(p.left_out.map((f) => f.fact), ['verdict']);
  assert.ok(p.auc > 0.55 && p.auc < 0.8, `an honest figure: ${p.auc}`);
  const one = await owner.post('/leads', { name: 'Новый', facts: { met_at: 'Fair', verdict: 'Will sign', [question]: answers[0] } }, 201);
  const k = await owner.get(`/leads/${one.id}/probability`);
  assert.ok(k.enough && k.value < 0.8, `by the fair and the answer alone: ${k.value}`);
  assert.deepEqual(k.predictor.left_out, p.left_out);
  assert.ok(k.reasons.every((r) => r.column !== 'fact.verdict'));
});

/* A criterion that looks at such a fact knows the end as well. */
test('a_criterion_that_looks_at_it_teaches_nothing_either', async () => {
  const live = await owner.get('/models/live');
  const d = await owner.post('/models', { name: live.name, body: { ...live.body, criteria: [...live.body.criteria, { id: 'signs', group: live.body.groups[0].name,
    title: { ru: 'Подпишет', en: 'Will sign' }, enabled: true, points: 10, when: { fact: 'verdict', op: 'eq', value: 'Will sign' } }] } }, 201);
  await owner.post(`/models/${d.id}/publish`, {});
  writeFileSync(join(folder, 'leads.csv'), leads(600).replaceAll('p-', 'q-'));
  house.cli(['import', 'leads', join(folder, 'leads.csv'), '--mapping', join(folder, 'mapping.json')]);
  const p = (await until((x) => x.items.some((one) => one.model === d.id), () => owner.get('/predictors'), 120000)).items.find((one) => one.model === d.id);
  assert.deepEqual(p.left_out.map((f) => f.fact), ['verdict']);
  assert.ok(p.auc < 0.8, `an honest figure: ${p.auc}`);
});

/* One learnt by an earlier release took such facts, and would win by them: it is no rival, and is not waited for. */
test('a_predictor_learnt_before_they_were_left_out_is_replaced_at_once', async () => {
  const newest = async () => (await owner.get('/predictors')).items[0];
  const old = await newest();
  const sql = 'UPDATE predictor SET left_out = NULL';
  if (house.database) execFileSync('psql', ['-q', house.database, '-c', sql]);
  else execFileSync('sqlite3', ['-cmd', '.timeout 5000', `${house.data}/gradus.db`, sql]);
  const p = await until((x) => x.version > old.version, newest);
  assert.deepEqual([p.state, p.why, p.left_out.map((f) => f.fact)], ['live', 'first', ['verdict']]);
  await new Promise((done) => setTimeout(done, 3000));
  assert.equal((await newest()).version, p.version, 'once');
});

/* A fact that was an honest one turns into one that knows: from some day on it is noted by those who know the end. Nothing else foretells, so there is
 * nothing to replace the version in use; it goes all the same, and says why. */
test('a_version_that_rests_on_what_turned_out_to_know_is_silent', async () => {
  const alone = await open(), head = await alone.person('owner');
  const market = (n, from, knows) => {
    const rows = ['id,answer,created,outcome,decided'];
    for (let i = from; i < from + n; i++) {
      const good = chance() < 0.5, won = knows ? chance() < 0.5 : chance() < (good ? 0.6 : 0.35);
      const answer = (knows ? won : good) ? 'Yes' : 'No';
      rows.push([`r-${i}`, answer, day(i / 8), won ? 'да' : 'нет', day(i / 8 + 1 + chance() * 4)].join(','));
    }
    return rows.join('\n') + '\n';
  };
  const take = (text) => {
    writeFileSync(join(folder, 'market.csv'), text);
    writeFileSync(join(folder, 'market.json'), JSON.stringify({ columns: [
      { index: 0, field: 'user_id' }, { index: 0, field: 'name' }, { index: 1, field: 'fact.answer' }, { index: 2, field: 'created_at' },
      { index: 3, field: 'outcome' }, { index: 4, field: 'outcome_at' }] }));
    alone.cli(['import', 'leads', join(folder, 'market.csv'), '--mapping', join(folder, 'market.json')]);
  };
  try {
    take(market(600, 0, false));
    const [first] = (await until((x) => x.items.length > 0, () => head.get('/predictors'), 120000)).items;
    assert.deepEqual([first.state, first.left_out], ['live', []]);
    const one = await head.post('/leads', { name: 'Новый', facts: { answer: 'Yes' } }, 201);
    const told = await head.get(`/leads/${one.id}/probability`);
    assert.deepEqual([told.enough, told.why], [true, null]);
    take(market(900, 600, true));
    const [second, before] = (await until((x) => x.items.length > 1, () => head.get('/predictors'), 120000)).items;
    assert.deepEqual([second.state, second.why, second.left_out.map((f) => f.fact)], ['refused', 'only_by_leaks', ['answer']]);
    assert.equal(before.state, 'retired');
    const k = await head.get(`/leads/${one.id}/probability`);
    assert.deepEqual([k.enough, k.value, k.predictor, k.why, k.left_out.map((f) => f.fact)], [false, null, null, 'only_by_leaks', ['answer']]);
  } finally {
    await alone.close();
  }
});

/* Two bases in one house: every column of the one lacks in the other, and the one bought more often. That is told once a file, and no fact is left out. */
test('columns_that_came_with_one_file_of_two_raise_no_alarm', async () => {
  const alone = await open(), head = await alone.person('owner');
  try {
    for (const [name, odds] of [['fairs', 0.5], ['calls', 0.1]]) {
      const rows = [`id,${[1, 2, 3].map((c) => `${name} ${c}`).join(',')},created,outcome,decided`];
      for (let i = 0; i < 400; i++) rows.push([`${name}-${i}`, ...[1, 2, 3].map(() => 'abcd'[Math.floor(chance() * 4)]), day(i / 8), chance() < odds ? 'да' : 'нет', day(i / 8 + 2)].join(','));
      writeFileSync(join(folder, `${name}.csv`), rows.join('\n') + '\n');
      writeFileSync(join(folder, 'two.json'), JSON.stringify({ columns: [{ index: 0, field: 'user_id' }, ...[1, 2, 3].map((c) => ({ index: c, field: `fact.${name}_${c}` })),
        { index: 4, field: 'created_at' }, { index: 5, field: 'outcome' }, { index: 6, field: 'outcome_at' }] }));
      alone.cli(['import', 'leads', join(folder, `${name}.csv`), '--mapping', join(folder, 'two.json')]);
    }
    await head.post('/calibration', {}, 201);
    const { report: r, id } = await until((x) => x.state === 'done' && x.report, () => head.get('/calibration'));
    assert.deepEqual(r.leaks, []);
    assert.deepEqual(r.files.map((x) => [x.name, x.facts.length]).sort(), [['calls.csv', 3], ['fairs.csv', 3]]);
    for (const x of r.files) {
      assert.ok(x.facts.every((one) => one.startsWith(x.name.slice(0, 5))), JSON.stringify(x));
      assert.deepEqual([(await head.get(`/leads?${x.with.leads}&limit=1`)).total, (await head.get(`/leads?${x.with.leads}:won&limit=1`)).total], [x.with.n, x.with.won]);
      assert.deepEqual([x.with.n, x.without.n], [400, 400]);
      await opens(head, x.without);
    }
    const table = await head.get(`/export/calibration.csv?report=${id}`);
    assert.equal(table.split(/\r?\n/).filter((row) => row.startsWith('file;')).length, 2);
    const [p] = (await until((x) => x.items.length > 0, () => head.get('/predictors'), 120000)).items;
    assert.deepEqual(p.left_out, []);
  } finally {
    await alone.close();
  }
});
