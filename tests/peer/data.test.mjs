// SPDX-License-Identifier: AGPL-3.0-or-later
// Data sets in one go: leads by file, events by file and by /v1/batch. accepted + updated + repeated + refused = what was sent.
// GRADUS_TEST_DATA: the folder of the real ones; without it small files of the same shape are made.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, readFileSync, mkdtempSync, writeFileSync, rmSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { open } from '../api/harness.mjs';
import { figures } from './common.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const mapping = (name) => join(here, '../data', name);
const real = process.env.GRADUS_TEST_DATA;
let house, folder, leads, events;

/* Rows of the shape of X Education's leads: a uuid, a source, numbers, "Select" for what is not known. Two rows are bad. */
function madeLeads() {
  const heading = 'Prospect ID,Lead Number,Lead Origin,Lead Source,Do Not Email,Do Not Call,Converted,TotalVisits,Total Time Spent on Website,'
    + 'Page Views Per Visit,Last Activity,Country,Specialization,How did you hear about X Education,What is your current occupation,'
    + 'What matters most to you in choosing a course,City,A free copy of Mastering The Interview';
  const rows = [heading];
  for (let i = 0; i < 700; i++) {
    const visits = i === 30 ? 'many' : String(i % 9);
    rows.push(`${i.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000,${660000 + i},API,Google,No,${i === 31 ? 'perhaps' : 'No'},0,${visits},`
      + `${i * 3},${(i % 40) / 8},Email Opened,India,Select,Select,"Student, full time",Better Career Prospects,Select,No`);
  }
  return rows.join('\n') + '\n';
}

/* Rows of the shape of a shop's stream; five are there twice. */
function madeEvents() {
  const rows = ['event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session'];
  for (let i = 0; i < 1200; i++)
    rows.push(`2019-10-01 00:${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')} UTC,view,${1000 + i},`
      + `${2100000000 + i},appliances.kitchen,aqua,${(i % 100) / 4 + 1},${5000 + (i % 50)},s-${i % 77}`);
  rows.push(...rows.slice(10, 15));
  return rows.join('\n') + '\n';
}

before(async () => {
  house = await open({ testClock: false });
  house.addUser('owner');
  folder = mkdtempSync(join(tmpdir(), 'gradus-data-'));
  const read = (name, make) => {
    const path = real && join(real, name);
    return path && existsSync(path) ? gunzipSync(readFileSync(path)).toString() : make();
  };
  leads = read('x_education/leads_train.csv.gz', madeLeads);
  events = read('rees46_head/events.csv.gz', madeEvents);
  writeFileSync(join(folder, 'leads.csv'), leads);
  writeFileSync(join(folder, 'events.csv'), events);
});
after(async () => { await house.close(); rmSync(folder, { recursive: true, force: true }); });

const rowsOf = (text) => text.trimEnd().split('\n').length - 1;
function read(text) {
  return Object.fromEntries(text.split('\n').map((l) => /^(\w+): (\S+)$/.exec(l)).filter(Boolean)
    .map(([, name, value]) => [name, /^\d+$/.test(value) ? Number(value) : value]));
}
const sum = (r) => r.accepted + r.updated + r.repeated + r.refused;

test('leads_go_in_in_one_go_and_add_up', () => {
  const r = read(house.cli(['import', 'leads', join(folder, 'leads.csv'), '--mapping', mapping('x_education.mapping.json')]));
  assert.equal(r.state, 'done');
  assert.equal(r.rows, rowsOf(leads));
  assert.equal(sum(r), r.rows);
  if (!real) assert.equal(r.refused, 2);
});

test('bad_rows_have_their_place', { skip: real ? 'the real file has none' : false }, async () => {
  const reader = house.key();
  const { items } = await reader.get('/imports');
  const rows = await reader.get(`/imports/${items[0].id}/rows?status=refused`);
  assert.deepEqual(rows.items.map((x) => [x.row, x.errors.map((e) => [e.column, e.code])]),
    [[32, [['TotalVisits', 'bad_number']]], [33, [['Do Not Call', 'bad_boolean']]]]);
});

test('the_same_leads_again_are_all_repeated', () => {
  const r = read(house.cli(['import', 'leads', join(folder, 'leads.csv'), '--mapping', mapping('x_education.mapping.json')]));
  assert.equal(r.repeated + r.refused, r.rows);
});

test('events_by_file_add_up', () => {
  const r = read(house.cli(['import', 'events', join(folder, 'events.csv'), '--mapping', mapping('rees46.mapping.json')]));
  assert.equal(r.state, 'done');
  assert.equal(r.rows, rowsOf(events));
  assert.equal(sum(r), r.rows);
  assert.equal(r.refused, 0);
  assert.equal(r.repeated, 5);
});

test('events_by_batch_add_up', async () => {
  const writer = house.writer();
  const [heading, ...rows] = events.trimEnd().split('\n').map((l) => l.split(','));
  const before_ = await figures(house);
  const messages = rows.map((cells, i) => {
    const r = Object.fromEntries(heading.map((h, k) => [h, cells[k]]));
    const m = {
      type: 'track', event: r.event_type, userId: r.user_id, messageId: cells.join('|').slice(0, 100),
      timestamp: r.event_time.replace(' UTC', 'Z').replace(' ', 'T'),
      properties: { product_id: r.product_id, category: r.category_code, brand: r.brand, price: Number(r.price), session: r.user_session },
    };
    if (i % 1000 === 999) delete m.userId; /* some are bad on purpose */
    return m;
  });
  const bad = messages.filter((m) => !m.userId).length;
  let rejected = 0;
  for (let at = 0; at < messages.length; at += 500) {
    const reply = await writer.post('//v1/batch', { batch: messages.slice(at, at + 500), sentAt: new Date().toISOString() });
    for (const r of reply.rejected ?? []) assert.equal(messages[at + r.index].userId, undefined);
    rejected += reply.rejected?.length ?? 0;
  }
  const now = await figures(house);
  assert.equal(rejected, bad);
  assert.equal(now.rejected - before_.rejected, bad);
  assert.equal(now.accepted - before_.accepted + now.repeated - before_.repeated + bad, messages.length);
});

test('everything_derived_agrees_with_a_replay', () => {
  house.cli(['replay']);
});
