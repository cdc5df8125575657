// SPDX-License-Identifier: AGPL-3.0-or-later
// Lists of leads behind figures go with what they are of, also when a program was killed between the two.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { open, until } from './harness.mjs';

let house, owner;
before(async () => {
  house = await open({ testClock: false });
  owner = await house.person('owner');
  for (let i = 0; i < 3; i++) await owner.post('/leads', { name: `Лид ${i}`, email: `l${i}@sweep.example` }, 201);
});
after(() => house.close());

const sql = (text) => (house.database ? execFileSync('psql', ['-qXtA', house.database, '-v', 'ON_ERROR_STOP=1', '-c', text], { encoding: 'utf8' })
  : execFileSync('sqlite3', ['-cmd', '.timeout 60000', `${house.data}/gradus.db`, text], { encoding: 'utf8' })).trim();
const lists = () => sql('SELECT DISTINCT report_id FROM report_lead ORDER BY report_id').split('\n').filter(Boolean);

test('lists_that_no_report_leads_to_go_at_the_next_start', async () => {
  const { body } = await owner.get('/models/live');
  const draft = await owner.post('/models', { name: 'Проба', note: '', body }, 201);
  const trials = [];
  for (let i = 0; i < 2; i++) {
    const t = await owner.post(`/models/${draft.id}/replays`, {}, 201);
    await until((x) => x.state === 'done', () => owner.get(`/replays/${t.id}`));
    trials.push(t.id);
  }
  const [kept, stopped] = sql('SELECT id FROM replay ORDER BY id').split('\n');
  assert.deepEqual(lists().filter((x) => [kept, stopped].includes(x)), [kept, stopped]);
  // As a kill leaves it: stopped when its lists were half written; and one of which nothing else was ever written down, now and long ago.
  sql(`UPDATE replay SET state = 3 WHERE id = ${stopped}`);
  const fresh = String(BigInt(stopped) + 1n), lead = sql('SELECT min(id) FROM lead');
  for (const report of ['77', fresh]) sql(`INSERT INTO report_lead (report_id, bucket, place, lead_id, mark) VALUES (${report}, 'all', 0, ${lead}, 0)`);
  const others = lists().filter((x) => ![stopped, '77'].includes(x));
  await house.stop('SIGKILL');
  await house.start();
  await until((x) => !x.includes('77') && !x.includes(stopped), async () => lists());
  assert.deepEqual(lists(), others, 'what is shown, or may be being written, stays');
  assert.ok(others.includes(kept) && others.includes(fresh));
  assert.equal((await owner.get(`/replays/${trials[0]}`)).state, 'done');
});
