// SPDX-License-Identifier: AGPL-3.0-or-later
// What a program before this one left wrong in a saved base is told by a replay, and put right by it when asked: nothing of the past is made up for.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { open } from './harness.mjs';

let house, owner, writer;
before(async () => {
  house = await open({ testClock: false });
  owner = await house.person('owner');
  const draft = await owner.post('/models', { name: 'Простая', note: '', body: {
    name: 'Простая', warm: 31, hot: 71, hysteresis: 5, groups: [{ name: 'did', title: { ru: 'Дела', en: 'Deeds' } }],
    criteria: [{ id: 'demo', title: { ru: 'Показ', en: 'Demo' }, group: 'did', points: 80, max_times: 1, when: { event: 'Demo Requested' } }],
  } }, 201);
  await owner.post(`/models/${draft.id}/publish`, undefined);
  await house.person('manager');
  writer = house.writer();
});
after(() => house.close());

const sql = (text) => (house.database ? execFileSync('psql', ['-qXtA', house.database, '-v', 'ON_ERROR_STOP=1', '-c', text], { encoding: 'utf8' })
  : execFileSync('sqlite3', ['-cmd', '.timeout 60000', `${house.data}/gradus.db`, text], { encoding: 'utf8' })).trim();
const replay = (...args) => {
  try { return { out: house.cli(['replay', ...args]), code: 0 }; } catch (e) { return { out: `${e.stdout}`, code: e.status }; }
};
const figure = (r, name) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(r.out)?.[1] ?? NaN);
let n = 0;
const hot = async (name) => {
  const email = `m${++n}@mend.example`, lead = await owner.post('/leads', { name, email, company: `Дом ${n}`, facts: { title: 'Директор' } }, 201);
  await writer.post('//v1/track', { userId: `m${n}`, event: 'Demo Requested', messageId: `m${n}`, context: { traits: { email } } });
  return lead.id;
};
const card = (id) => owner.get(`/leads/${id}`);
const counts = () => sql('SELECT count(*) FROM crossing') + ' ' + sql('SELECT count(*) FROM task');

test('a_saved_base_with_wrong_rows_is_put_right_and_nothing_of_the_past_is_made_up_for', async () => {
  const ids = [];
  for (const name of ['Анна', 'Борис', 'Вера', 'Глеб', 'Дина', 'Егор']) ids.push(await hot(name));
  const won = ids[4], cold = (await owner.post('/leads', { name: 'Жанна', email: 'z@mend.example' }, 201)).id;
  await owner.patch(`/leads/${won}`, { stage: 'won', amount: 700 });
  const was = [];
  for (const id of [...ids, cold]) was.push(await card(id));
  assert.ok(was.slice(0, 4).every((c) => c.band === 'hot'), was.map((c) => c.band).join());
  assert.equal(was[6].band, 'cold');
  assert.equal(figure(replay(), 'differences'), 0);
  const before = counts(), of = (i) => sql(`SELECT id FROM lead WHERE name = '${was[i].name}'`);
  sql(`UPDATE score_state SET total = total - 1000000 WHERE lead_id = ${of(0)}`);
  sql(`UPDATE lead_now SET score = 3 WHERE lead_id = ${of(0)}`);
  sql(`DELETE FROM score_state WHERE lead_id = ${of(1)}`);
  sql(`UPDATE score_state SET band = 0, armed = 1 WHERE lead_id = ${of(2)}`);
  sql(`UPDATE lead_now SET band = 0 WHERE lead_id = ${of(2)}`);
  sql(`UPDATE lead SET facts = '{}', title = 'Никто' WHERE id = ${of(3)}`);
  sql(`UPDATE lead_now SET stage = 0 WHERE lead_id = ${of(4)}`);
  sql(`DELETE FROM outcome WHERE lead_id = ${of(4)}`);
  sql(`UPDATE score_state SET band = 2, armed = 0 WHERE lead_id = ${of(6)}`);
  sql(`UPDATE lead_now SET band = 2 WHERE lead_id = ${of(6)}`);
  sql('INSERT INTO owner_load (owner_id, cold, warm, hot) VALUES (12345, 1, 0, 2)');
  const found = replay();
  assert.equal(found.code, 1);
  assert.ok(figure(found, 'differences') >= 12, found.out);

  const mended = replay('--mend');
  assert.deepEqual([mended.code, figure(mended, 'mended'), figure(mended, 'left')], [0, 7, 0], mended.out);
  assert.equal(figure(mended, 'differences'), figure(found, 'differences'), 'all that is changed is told');
  assert.equal(counts(), before, 'no crossing, and no task of one');
  for (const [i, c] of was.entries()) {
    const is = await card([...ids, cold][i]);
    assert.deepEqual([is.score, is.band, is.title, is.stage, is.amount, is.cell], [c.score, c.band, c.title, c.stage, c.amount, c.cell], c.name);
  }
  assert.equal(figure(replay(), 'differences'), 0);
  const again = replay('--mend');
  assert.deepEqual([again.code, figure(again, 'differences'), figure(again, 'mended'), figure(again, 'left')], [0, 0, 0, 0]);
  assert.equal(counts(), before);
  house.cli(['check', 'custody']);
});

/* Nobody knew that it was hot: no crossing is made of it, but from now on it is somebody's affair. */
test('a_lead_that_turns_out_to_be_hot_is_somebodys_affair_from_now_on', async () => {
  const id = await hot('Зоя'), of = sql("SELECT id FROM lead WHERE name = 'Зоя'");
  sql(`DELETE FROM crossing WHERE lead_id = ${of}`);
  sql(`DELETE FROM task WHERE lead_id = ${of}`);
  sql(`DELETE FROM task_hold WHERE lead_id = ${of}`);
  sql(`DELETE FROM hot_spell WHERE lead_id = ${of}`);
  sql(`UPDATE score_state SET band = 0, armed = 1 WHERE lead_id = ${of}`);
  sql(`UPDATE lead_now SET band = 0 WHERE lead_id = ${of}`);
  const mended = replay('--mend');
  assert.deepEqual([mended.code, figure(mended, 'left')], [0, 0], mended.out);
  assert.equal((await card(id)).band, 'hot');
  assert.equal(sql(`SELECT count(*) FROM crossing WHERE lead_id = ${of}`), '0');
  assert.equal(sql(`SELECT count(*) FROM task WHERE lead_id = ${of} AND state = 0 AND crossing_id IS NULL AND due_at < 9223372036854775807`), '1');
  assert.equal(figure(replay('--mend'), 'mended'), 0);
  house.cli(['check', 'custody']);
});
