// SPDX-License-Identifier: AGPL-3.0-or-later
// Two programs on one PostgreSQL: what happens at one is on the screens of the other.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open, kind, Client, until } from './harness.mjs';

if (kind === 'postgresql') {
  let here, there, owner, far;
  const heat = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'];
  before(async () => {
    here = await open();
    there = Object.assign(Object.create(Object.getPrototypeOf(here)), {
      data: mkdtempSync(join(tmpdir(), 'gradus-test-')), more: here.more, env: here.env, database: here.database,
    });
    await there.start();
    owner = await here.person('owner');
    here.addUser('manager', 'm@example.org');
    far = new Client(there, owner); // the same session, at the other door
  });
  after(async () => {
    assert.deepEqual(await there.stop(), { code: 0, signal: null });
    rmSync(there.data, { recursive: true, force: true });
    await here.close();
  });
  const at = (stream, event, fits = () => true) => stream.next((e) => e.event === event && fits(e.data));

  test('a_hot_lead_of_one_node_is_on_the_screens_of_all', async () => {
    const near = await owner.live(), distant = await far.live();
    const writer = here.writer();
    await writer.post('//v1/identify', { userId: 'ann', traits: { name: 'Ann', email: 'ann@works.example', title: 'CEO', budget: 1000, industry: 'machines', employees: 300 } });
    for (const event of heat) await writer.post('//v1/track', { userId: 'ann', event });
    for (const s of [near, distant]) {
      const hot = await at(s, 'lead.hot');
      assert.equal(hot.data.lead.name, 'Ann');
      assert.ok(hot.data.task, 'with its task');
      assert.equal((await at(s, 'task.changed')).data.task.lead_id, hot.data.lead.id);
    }
    // what is told on both nodes is told once
    const next = await owner.post('/leads', { name: 'Next', email: 'next@works.example' }, 201);
    for (const s of [near, distant]) assert.ok(await at(s, 'lead.changed', (d) => d.id === next.id));
    for (const s of [near, distant]) assert.equal(s.all.filter((e) => e.event === 'lead.hot').length, 1);
    near.close(); distant.close();
  });

  // At two programs at once: of one draft one of the two wins; of two drafts one is live, and each has a number of its own.
  for (const [what, path, draft, edited] of [
    ['rules', '/routing/versions', async () => owner.post('/routing/versions', { items: [] }, 201), (x) => ({ items: [], note: x })],
    ['models', '/models', async () => owner.post('/models', { from: (await owner.get('/models/live')).id, name: 'd', note: '' }, 201), (x) => ({ name: x, note: x })],
  ])
    test(`${what}_are_written_and_published_at_two_programs_without_a_loss`, async () => {
      const both = (a, b, method, body, headers) => Promise.all([[owner, a, 'a'], [far, b, 'b']].map(([who, to, x]) => who.call(method, to, body ? body(x) : undefined, { headers })));
      const codes = (replies) => replies.map((r) => r.status).sort().join(' ');
      const etag = async (d) => { const x = await owner.get(`${path}/${d.id}`); return `"${x.edit ?? x.revision}"`; };
      for (let round = 0; round < 12; round++) {
        const d = await draft(), one = `${path}/${d.id}`;
        const read = { 'if-match': await etag(d) };
        assert.equal(codes(await both(one, one, 'PUT', (x) => edited(x), read)), '200 412');
        const written = { 'if-match': await etag(d) };
        assert.match(codes(await both(`${one}/publish`, `${one}/publish`, 'POST', null, written)), /^200 4(09|12)$/);
        const [e, f] = [await draft(), await draft()];
        for (const x of [e, f]) if (what === 'rules') await owner.put(`${path}/${x.id}`, { items: [], note: x.id, policies: [] });
        assert.equal(codes(await both(`${path}/${e.id}/publish`, `${path}/${f.id}/publish`, 'POST')), '200 200');
        const all = (await owner.get(path)).items;
        assert.equal(all.filter((v) => v.state === 'live').length, 1, JSON.stringify(all.map((v) => [v.state, v.version])));
        const numbers = all.map((v) => v.version).filter((n) => n > 0);
        assert.equal(new Set(numbers).size, numbers.length, 'no number twice');
        assert.equal(all.find((v) => v.state === 'live').version, Math.max(...numbers));
      }
    });

  test('a_changed_lead_and_a_message_longer_than_one_word_get_through', async () => {
    const distant = await far.live();
    const one = await owner.post('/leads', { name: 'До', email: 'change@works.example' }, 201);
    await owner.patch(`/leads/${one.id}`, { title: 'После' });
    assert.ok(await at(distant, 'lead.changed', (d) => d.id === one.id && d.patch.title === 'После'));
    const many = Array.from({ length: 400 }, (_, i) => ({ name: `M${i}`, email: `many${i}@works.example` }));
    const made = await owner.post('/leads/batch', { leads: many });
    const wanted = new Set(made.results.map((r) => r.id));
    while (wanted.size) {
      const e = await at(distant, 'lead.changed', (d) => wanted.has(d.id));
      assert.ok(e, `${wanted.size} were not told`);
      wanted.delete(e.data.id);
    }
    distant.close();
  });

  test('who_loses_his_rights_at_one_node_loses_his_streams_at_all', async () => {
    const m = await here.signIn('m@example.org');
    const id = (await m.get('/me')).id;
    const stream = await new Client(there, m).live();
    await stream.next((e) => e.event === 'hello');
    await owner.patch(`/users/${id}`, { state: 'disabled' });
    await until(Boolean, () => stream.ended);
  });

  test('a_cut_wire_is_mended_and_screens_are_told_to_read_anew', async () => {
    const distant = await far.live();
    await distant.next((e) => e.event === 'hello');
    execFileSync('psql', ['-q', here.database, '-c', "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gradus wire' AND datname = current_database()"]);
    assert.ok(await distant.next((e) => e.event === 'reset'));
    const one = await owner.post('/leads', { name: 'Снова', email: 'again@works.example' }, 201);
    assert.ok(await at(distant, 'lead.changed', (d) => d.id === one.id));
    distant.close();
  });
}
