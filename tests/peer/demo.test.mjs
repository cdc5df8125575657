// SPDX-License-Identifier: AGPL-3.0-or-later
// The demonstration company: told through the same walks as any other, it leaves nothing that a replay would not give.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open } from '../api/harness.mjs';
import { until } from './common.mjs';

let house;
before(async () => {
  house = await open({ testClock: false });
  await house.stop();
  house.told = house.cli(['demo']);
  await house.start();
});
after(() => house.close());

test('demonstration_fills_an_empty_house_once', () => {
  assert.match(house.told, /^people: 3600$/m);
  assert.match(house.cli(['demo']), /already/);
});

test('demonstration_agrees_with_its_replay', () => {
  assert.match(house.cli(['replay']), /^differences: 0$/m);
});

test('demonstration_has_something_on_every_screen', async () => {
  const head = await house.signIn('head@demo.example', 'demonstration');
  const board = await head.get('/board');
  assert.equal(board.managers.length, 5);
  assert.ok(board.managers.some((m) => m.load > 0));
  assert.ok((await head.get('/leads?band=hot')).items.length > 0);
  assert.ok((await head.get('/leads?band=warm')).items.length > 0);
  const [lead] = (await head.get('/leads?sort=-score')).items;
  assert.ok((await head.get(`/leads/${lead.id}/timeline`)).items.length > 3);
  assert.ok((await head.get(`/leads/${lead.id}/score`)).lines.length > 1);
  const month = await head.get('/forecast');
  assert.ok(month.all.target_money > 0 && month.items.every((x) => x.target_money > 0));
  const done = await head.get('/tasks?state=done&limit=200');
  assert.ok(done.items.length > 20, String(done.items.length));
});

test('demonstration_learns_a_probability_from_its_own_outcomes', async () => {
  const head = await house.signIn('head@demo.example', 'demonstration');
  // learnt in the background by the program itself: nothing of it is in the data that the demonstration brings
  const [predictor] = (await until(() => head.get('/predictors'), (x) => x.items.length > 0)).items;
  assert.deepEqual([predictor?.state, predictor?.why], ['live', 'first']);
  // of somebody of whom little is known nothing is told; of most there is
  const { items: hot } = await head.get('/leads?band=hot&stage=new,contact,qualified,offer,talks&limit=20');
  const all = await Promise.all(hot.map((l) => head.get(`/leads/${l.id}/probability`)));
  const told = all.filter((x) => x.value !== null);
  assert.ok(told.length * 2 > all.length, `${told.length} of ${all.length}`);
  for (const x of told) assert.ok(x.low <= x.value && x.value <= x.high && x.high > 0, JSON.stringify(x));
  const month = await head.get('/forecast');
  assert.equal(month.silence, 'told');
  assert.ok(month.all.more_money.value > 0, JSON.stringify(month.all));
});

test('demonstration_visitors_go_on_coming', async () => {
  const head = await house.signIn('head@demo.example', 'demonstration');
  const newest = async () => (await head.get('/leads?sort=-seen_at&limit=1')).items[0].seen_at;
  const before_ = await newest();
  assert.notEqual(await until(newest, (at) => at !== before_), before_);
});
