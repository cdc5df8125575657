// SPDX-License-Identifier: AGPL-3.0-or-later
// Real employees and a set in which there is nothing to find: what is learnt of people on the earlier window holds on the later one, giving more to the
// better is judged with an interval, and where people do not differ nobody is told apart and no policy ranked. GRADUS_TEST_DATA names the folder of the
// sets; without it nothing is judged here.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.env.GRADUS_TEST_DATA;
const top = join(dirname(fileURLToPath(import.meta.url)), '../..');

test('people_and_policies_of_real_decisions_are_judged_and_of_made_up_ones_are_not', { skip: folder ? false : 'GRADUS_TEST_DATA names no folder of data' }, () => {
  execFileSync('make', ['-s', 'build/bench/bpi'], { cwd: top });
  const told = Object.fromEntries(execFileSync(join(top, 'build/bench/bpi'), [folder], { encoding: 'utf8' }).trim().split('\n').map((l) => l.split(/: (.*)/).slice(0, 2)));
  const number = (key) => Number.parseFloat(told[key]);
  const figure = (key) => /^(\S+) \[(\S+), (\S+)\]$/.exec(told[key]).slice(1).map(Number);
  const expected = JSON.parse(readFileSync(join(folder, 'expected/bpi2012_train_funnel.json')));
  assert.equal(number('bpi_cases'), expected.cases);
  assert.equal(number('bpi_events'), expected.events);
  assert.equal(number('bpi_everybody'), expected.people);
  for (const [step, n] of Object.entries(expected.reached)) assert.equal(number(`bpi_reached_${step}`), n, step);
  // Later counts lie where the earlier window said they would, for nineteen of twenty people but for luck.
  for (const set of ['bpi', 'crm']) {
    assert.ok(number(`${set}_later_people`) >= 20);
    assert.ok(number(`${set}_later_inside`) >= 0.85 * number(`${set}_later_people`), told[`${set}_later_inside`]);
  }
  const [value, low, high] = figure('bpi_better_dr');
  assert.ok(low < value && value < high && high - low < 0.1);
  assert.ok(figure('bpi_better_change')[0] > 0 && figure('bpi_worse_change')[0] < 0, 'the better half is the better one later, too');
  assert.notEqual(told.bpi_better_order, 'refused');
  assert.notEqual(told.bpi_better_order, 'log_better');
  assert.equal(number('crm_told_apart'), 0);
  assert.equal(told.crm_better_order, 'no_order');
  assert.equal(told.crm_worse_order, 'no_order');
});
