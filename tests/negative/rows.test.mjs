// SPDX-License-Identifier: AGPL-3.0-or-later
// The list of rows (./rows) tells the truth: what it calls tested has a test of that name, and what has no test says why.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url)), top = join(here, '../..');
const rows = readFileSync(join(here, 'rows'), 'utf8').split('\n').filter((l) => l && !l.startsWith('#')).map((l) => /^(\S+)\s+(?:open: (.+)|(\S+) (.+))$/.exec(l) ?? [l]);

test('each_row_has_a_test_or_a_reason', () => {
  const seen = new Set();
  for (const [line, id, reason, file, name] of rows) {
    assert.match(id ?? '', /^[A-Z]+-\d+$/, line);
    assert.ok(!seen.has(id), `${id} twice`);
    seen.add(id);
    if (reason) continue;
    assert.ok(readFileSync(join(top, file), 'utf8').includes(name), `${id}: ${file} has no ${name}`);
  }
  assert.ok(seen.size >= 201);
});
