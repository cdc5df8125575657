// SPDX-License-Identifier: AGPL-3.0-or-later
// Every endpoint of the document, by every role, against a table that is written here a second time on purpose; and rows that are others'.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open, Client } from './harness.mjs';

const roles = {
  owner: 'lead.read lead.all lead.edit lead.assign lead.merge lead.export task.read task.edit model.read model.edit route.read route.edit manager.read manager.edit duty board import rejects user.read user.edit key audit setting view.team',
  head: 'lead.read lead.all lead.edit lead.assign lead.merge lead.export task.read task.edit model.read model.edit route.read route.edit manager.read manager.edit duty board import user.read view.team',
  marketer: 'lead.read lead.all lead.edit lead.merge lead.export task.read model.read model.edit route.read manager.read import rejects view.team',
  manager: 'lead.read lead.edit lead.merge task.read task.edit model.read duty',
  integrator: 'lead.read lead.all lead.edit task.read task.edit model.read route.read manager.read import rejects key',
};
const always = new Set(['none', 'signed_in', 'person']);
let house;
const people = {};
before(async () => {
  house = await open();
  for (const role of Object.keys(roles)) people[role] = await house.person(role);
});
after(() => house.close());

/* Calls that end the caller's session or never end by themselves have cases of their own. */
const apart = new Set(['DELETE /api/v1/session', 'GET /api/v1/live']);

function* operations() {
  for (const [path, item] of Object.entries(house.document.paths))
    for (const [method, op] of Object.entries(item))
      if (path.startsWith('/api/v1/') && !apart.has(`${method.toUpperCase()} ${path}`))
        yield { method: method.toUpperCase(), path: path.replace('/api/v1', '').replace(/\{\w+\}/g, 'us_0000000000000'), right: op['x-right'] };
}

test('each_role_has_the_rights_of_the_table', async () => {
  for (const [role, rights] of Object.entries(roles))
    assert.deepEqual((await people[role].get('/me')).rights.join(' '), rights, role);
});

test('ACL_08_every_endpoint_by_every_role', async () => {
  let walked = 0;
  for (const { method, path, right } of operations()) {
    for (const [role, rights] of Object.entries(roles)) {
      if (right === 'none') continue;
      const may = always.has(right) || rights.split(' ').includes(right);
      const r = await people[role].call(method, path, method === 'GET' || method === 'DELETE' ? undefined : {});
      if (may) assert.ok(r.status !== 403 && r.status !== 401, `${role} ${method} ${path}: ${r.status}`);
      else assert.equal(r.status, 403, `${role} ${method} ${path}`);
      assert.ok(r.status < 500, `${role} ${method} ${path}: ${r.text.slice(0, 300)}`);
      walked++;
    }
  }
  assert.ok(walked > 100);
});

test('a_stranger_and_a_key_of_events_get_nothing', async () => {
  const events = new Client(house, { bearer: house.addKey('events') });
  const stranger = house.stranger();
  for (const { method, path, right } of operations()) {
    if (right === 'none') continue;
    const body = method === 'GET' || method === 'DELETE' ? undefined : {};
    assert.equal((await stranger.call(method, path, body)).status, 401, `${method} ${path}`);
    assert.equal((await events.call(method, path, body)).status, 403, `${method} ${path}`);
  }
});

test('ACL_08_a_key_that_reads_leads_writes_nothing', async () => {
  const key = house.key('--rights', 'lead.read,lead.all');
  for (const { method, path, right } of operations()) {
    if (method === 'GET' || always.has(right) || right === 'lead.read') continue;
    assert.equal((await key.call(method, path, method === 'DELETE' ? undefined : {})).status, 403, `${method} ${path}`);
  }
  await key.get('/leads');
});

test('ACL_01_a_foreign_lead_is_as_one_that_is_not_there', async () => {
  const m1 = people.manager, m2 = await house.person('manager', 'm2@example.org');
  const lead = await m2.post('/leads', { name: 'Чужой', email: 'foreign@example.org', phone: '+79161234567' }, 201);
  const before = await people.owner.get(`/leads/${lead.id}`);
  const same = ({ request_id, ...rest }) => rest;
  const ways = [['GET', ''], ['PATCH', '', { name: 'x' }], ['GET', '/score'], ['GET', '/score/history'], ['GET', '/timeline'],
    ['GET', '/merges'], ['GET', '/assignments'], ['POST', '/notes', { text: 'x' }], ['POST', '/dispute', { direction: 'higher', text: 'x' }]];
  for (const [method, tail, body] of ways) {
    const foreign = await m1.call(method, `/leads/${lead.id}${tail}`, body);
    const missing = await m1.call(method, `/leads/ld_0000000000001${tail}`, body);
    assert.equal(foreign.status, 404, `${method} ${tail}: ${foreign.text}`);
    assert.deepEqual(same(foreign.json), same(missing.json));
  }
  assert.deepEqual(await people.owner.get(`/leads/${lead.id}`), before);
});

test('ACL_02_lists_and_searches_hold_own_rows_only', async () => {
  const m1 = people.manager;
  const own = await m1.post('/leads', { name: 'Свой', email: 'own@example.org' }, 201);
  for (const path of ['/leads', '/leads?q=foreign', '/leads?owner=none', '/leads?sort=name', '/search?q=foreign', '/search?q=' + encodeURIComponent('Чужой')]) {
    const r = await m1.get(path);
    assert.ok(!JSON.stringify(r).includes('foreign@example.org') && !JSON.stringify(r).includes('Чужой'), path);
  }
  assert.equal((await m1.get('/leads')).total, 1);
  assert.equal((await m1.get('/leads')).items[0].id, own.id);
  await m1.get('/export/leads.csv', 403);
});

test('ACL_10_no_merge_with_a_foreign_lead', async () => {
  const m1 = people.manager;
  const own = (await m1.get('/leads')).items[0];
  const foreign = (await people.owner.get('/leads?q=foreign')).items[0];
  await m1.post(`/leads/${own.id}/merge`, { lead_id: foreign.id }, 404);
  await m1.post(`/leads/${foreign.id}/merge`, { lead_id: own.id }, 404);
  assert.equal((await people.owner.get(`/leads/${foreign.id}`)).merged_into, null);
});

test('ACL_06_nobody_raises_himself', async () => {
  for (const role of ['head', 'marketer', 'manager', 'integrator'])
    await people[role].patch(`/users/${people[role].id}`, { role: 'owner' }, 403);
  await people.marketer.post('/keys', { name: 'x', scope: 'api', rights: ['*'] }, 403);
  await people.manager.call('PATCH', '/me', { role: 'owner' }).then((r) => assert.equal(r.status, 400));
  assert.equal((await people.manager.get('/me')).role, 'manager');
});

test('ACL_16_a_changed_audit_entry_is_found', async () => {
  if (house.database) return; // the same code; the file is at hand only here
  const { execFileSync } = await import('node:child_process');
  const sql = (text) => execFileSync('sqlite3', [`${house.data}/gradus.db`, text], { encoding: 'utf8' });
  assert.match(house.cli(['audit', 'check']), /whole: yes/);
  sql("UPDATE audit SET action = 'nothing' WHERE id = 3");
  assert.throws(() => house.cli(['audit', 'check']), (e) => e.status === 1 && /broken: au_/.test(e.stdout));
});
