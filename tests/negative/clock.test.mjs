// SPDX-License-Identifier: AGPL-3.0-or-later
// The clock goes two days on, and two days back, while there is work that waits for it.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { open, until } from '../api/harness.mjs';

const heat = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'];

test('JOB_04_a_clock_that_jumps_on_and_back_repeats_nothing_and_stops_nothing', async () => {
  const h = await open({ now: '2026-11-23T09:00:00Z' });
  try {
    h.addUser('head');
    const head = h.key();
    h.addUser('manager', 'anna@example.org');
    h.addUser('manager', 'boris@example.org');
    const writer = h.writer();
    const hot = async (who) => {
      await writer.post('//v1/batch', { batch: [
        { type: 'identify', messageId: who, userId: who, traits: { email: `${who}@works.example`, title: 'CEO', budget: 1000, industry: 'machines', employees: 300 } },
        ...heat.map((event) => ({ type: 'track', messageId: `${event}-${who}`, userId: who, event }))] });
      const [lead] = (await head.get(`/leads?q=${who}`)).items;
      assert.equal(lead.band, 'hot', who);
      return lead;
    };
    const calls = async (lead) => (await head.get(`/tasks?lead=${lead.id}&kind=call_now&state=any`)).items;
    const told = async () => (await head.get('/tasks?kind=late&state=any&limit=200')).items.length;
    const jobs = () => (h.log.match(/"event":"job.done"/g) ?? []).length;

    const first = await hot('early');
    assert.equal((await calls(first)).length, 1);
    const session = await h.signIn('head@example.org');
    await session.get('/me');

    // Two days on: what was due meanwhile comes once.
    await h.setClock('2026-11-25T09:00:00Z', true);
    await until((n) => n >= 1, told);
    const lead = await until((l) => l.score !== first.score, () => head.get(`/leads/${first.id}`)); // it has aged
    let seen, same = 0; // what else the jump sets off comes in the clock's own time: until nothing has been new for twenty looks
    await until(() => same >= 20, async () => {
      const now = `${await told()} ${(await head.get(`/leads/${first.id}/assignments`)).items.length} ${jobs()}`;
      same = now === seen ? same + 1 : 0;
      return (seen = now);
    });
    const alarms = await told(), runs = jobs(), given = (await head.get(`/leads/${first.id}/assignments`)).items.length;
    await new Promise((r) => setTimeout(r, 1000));
    assert.equal(await told(), alarms);
    assert.ok(jobs() - runs <= 5, 'no burst');

    // Two days back: nothing of it comes again, and what is new is worked on at once.
    await h.setClock('2026-11-23T09:10:00Z', true);
    const second = await hot('back');
    assert.equal((await until((list) => list.length > 0, () => calls(second))).length, 1);
    await new Promise((r) => setTimeout(r, 1000));
    assert.equal((await calls(first)).length, 1);
    assert.equal((await calls(second)).length, 1);
    assert.equal(await told(), alarms);
    assert.equal((await head.get(`/leads/${first.id}/assignments`)).items.length, given);
    assert.equal((await writer.call('POST', '//v1/track', { messageId: 'Demo Requested-early', userId: 'early', event: 'Demo Requested' })).status, 200);
    assert.equal((await head.get('/me')).rights.length > 0, true);
    const csv = 'email\n' + Array.from({ length: 5 }, (_, i) => `c${i}@files.example`).join('\n') + '\n';
    const made = await head.call('POST', '/imports?kind=leads', csv, { raw: true, headers: { 'content-type': 'text/csv' } });
    assert.equal(made.status, 201, made.text);

    // And on again to where it was: each slot has had its run.
    await h.setClock('2026-11-25T09:00:05Z', true);
    await until((n) => n > alarms, told); // the second lead's own, which nobody called either
    await new Promise((r) => setTimeout(r, 1000));
    const after = await told();
    assert.ok(after - alarms <= alarms, `${alarms} of the first lead, ${after - alarms} of the second`);
    assert.equal((await calls(first)).length, 1);

    // Sessions end by the term that was written down with them.
    await h.setClock('2027-02-01T09:00:00Z');
    assert.equal((await session.call('GET', '/me')).status, 401);
    h.cli(['replay', '--test-clock', '--now', '2027-02-01T09:00:00Z']); // its own clock shows a time before all that
    h.cli(['check', 'custody']);
    assert.ok(lead);
  } finally { await h.close(); }
});
