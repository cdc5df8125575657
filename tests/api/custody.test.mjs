// SPDX-License-Identifier: AGPL-3.0-or-later
// A hot lead through time: it cools by the clock alone at the instant that was foretold, is called once for each time it becomes hot, and no
// number of programs at one database gives it to two people, or anybody more than fits.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open, kind, until } from './harness.mjs';

let house, head, managers, writer;
const heat = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'];

before(async () => {
  house = await open({ now: '2026-11-23T09:00:00Z' });
  house.addUser('head');
  head = house.key(); // a session would end on the way
  managers = [];
  for (let i = 0; i < 3; i++) managers.push(house.addUser('manager', `m${i}@example.org`));
  writer = house.writer();
});
after(() => house.close());

const traits = (who) => ({ email: `${who}@works.example`, title: 'CEO', budget: 1000, industry: 'machines', employees: 300 });
const calls = async (lead) => (await head.get(`/tasks?lead=${lead.id}&kind=call_now&state=any`)).items;

test('a_hot_lead_cools_at_the_foretold_instant_and_is_called_again_only_after_it_did', async () => {
  const send = (event, id) => writer.post('//v1/track', { messageId: id, userId: 'ann', event });
  await writer.post('//v1/identify', { messageId: 'ann', userId: 'ann', traits: traits('ann') });
  for (const event of heat) await send(event, `1-${event}`);
  const [lead] = (await head.get('/leads?q=ann')).items;
  assert.equal(lead.band, 'hot');
  const [first] = await calls(lead);
  assert.equal(first.state, 'open');

  // Read what is foretold, go there, and look: band and total are those of the score asked for that instant beforehand.
  let score = await head.get(`/leads/${lead.id}/score`), steps = 0;
  while (score.band === 'hot') {
    assert.ok(score.next_change, 'it ages');
    assert.ok(++steps < 400);
    const next = score.next_change;
    await house.setClock(next);
    score = await head.get(`/leads/${lead.id}/score`);
    await until((l) => l.band === score.band && l.score === score.total, () => head.get(`/leads/${lead.id}`));
  }
  assert.equal(score.band, 'warm');
  const [cooled] = await until(([t]) => t.cooled_at !== null, () => calls(lead));
  assert.equal(cooled.id, first.id);
  assert.equal(cooled.state, 'open', 'somebody was promised a call');
  assert.equal((await head.get(`/leads/${lead.id}`)).next_task.cooled_at, cooled.cooled_at, 'lists say so too');

  // A little warmer at once: over the threshold again, but hysteresis has not re-armed it, so nobody is called twice.
  await send('Demo Requested', '2-demo');
  await until((l) => l.band === 'hot', () => head.get(`/leads/${lead.id}`));
  assert.equal((await calls(lead)).length, 1);
  assert.equal((await calls(lead))[0].cooled_at, null, 'as urgent as it was');

  // Cooled for good, then hot once more: a second crossing, a second task, and the older one says why it ended.
  await house.setClock('2027-06-01T09:00:00Z');
  await until((l) => l.band !== 'hot', () => head.get(`/leads/${lead.id}`));
  // A clock that comes by months later says when it was, not when it looked.
  const gone = Date.parse((await until(([t]) => t.cooled_at !== null, () => calls(lead)))[0].cooled_at);
  const bandAt = async (ms) => (await head.get(`/leads/${lead.id}/score?at=${new Date(ms).toISOString()}`)).band;
  assert.ok(gone < Date.parse('2027-05-01T00:00:00Z'), new Date(gone).toISOString());
  assert.deepEqual([await bandAt(gone - 1000), await bandAt(gone + 1)], ['hot', 'warm']);
  for (const event of heat) await send(event, `3-${event}`);
  const tasks = await until((t) => t.length === 2, () => calls(lead));
  assert.equal(tasks[0].state, 'open');
  assert.equal(tasks[1].id, first.id);
  assert.equal(tasks[1].state, 'cancelled');
  assert.equal(tasks[1].reason, 'superseded');
  // One decision made each task; those by which a silent manager lost it name it as moved.
  const decisions = (await head.get(`/leads/${lead.id}/assignments`)).items.filter((d) => d.task_id);
  assert.equal(new Set(decisions.map((d) => d.task_id)).size, decisions.length);
});

/** So many programs at the one database; on SQLite it is one. */
async function programs(t, n) {
  const houses = [house];
  for (; kind === 'postgresql' && houses.length < n;) {
    const twin = Object.assign(Object.create(Object.getPrototypeOf(house)), {
      data: mkdtempSync(join(tmpdir(), 'gradus-test-')), more: house.more, env: house.env, database: house.database, wrap: house.wrap,
    });
    await twin.start();
    houses.push(twin);
  }
  t.after(async () => {
    for (const twin of houses.slice(1)) {
      assert.deepEqual(await twin.stop(), { code: 0, signal: null });
      rmSync(twin.data, { recursive: true, force: true });
    }
  });
  return houses;
}
/** The same client, asking another program. */
const by = (client, at) => Object.assign(Object.create(Object.getPrototypeOf(client)), client, { house: at });
/** A lead that is hot at once, by way of that program. */
const comes = (who, at) => by(writer, at).post('//v1/batch', { batch: [{ type: 'identify', messageId: who, userId: who, traits: traits(who) },
  ...heat.map((event) => ({ type: 'track', messageId: `${event}-${who}`, userId: who, event }))] });

test('a_burst_is_given_out_one_by_one_within_capacity_by_however_many_programs', async (t) => {
  const houses = await programs(t, 2);
  for (const h of houses) await h.setClock('2027-06-01T10:00:00Z');
  const loads = async () => (await head.get('/managers')).items.filter((m) => managers.includes(m.id));
  for (const m of await loads()) await head.patch(`/managers/${m.id}`, { capacity: m.load + 20 });
  const all = Array.from({ length: 50 }, (_, i) => `burst${i}x`);
  await Promise.all(all.map((who, i) => comes(who, houses[i % houses.length])));
  const open = (await head.get('/tasks?kind=call_now&limit=200')).items.filter((t) => /^burst/.test(t.lead_name));
  assert.equal(open.length, 50);
  assert.equal(new Set(open.map((t) => t.lead_id)).size, 50);
  const given = open.filter((t) => t.assignee_id);
  assert.equal(given.length, 30, 'as many as fit: 3 people, 20 units each, 2 a lead');
  for (const m of await loads()) assert.ok(m.load <= m.capacity, `${m.load} of ${m.capacity}`);
  for (const one of given) assert.equal((await head.get(`/leads/${one.lead_id}/assignments`)).items.filter((d) => d.task_id === one.id).length, 1);
  const queue = (await head.get('/board')).queue;
  assert.equal(queue.length, 20);
  assert.ok(queue.every((q) => q.why === 'full' && q.promise_due));
  // Room for ten more: the queue drains by as many.
  await head.patch(`/managers/${managers[0]}`, { capacity: (await loads()).find((m) => m.id === managers[0]).capacity + 20 });
  assert.equal((await head.get('/board')).queue.length, 10);
});

test('the_queue_drains_as_people_come_on_duty_whichever_program_hears_of_it', async (t) => {
  const houses = await programs(t, 3);
  for (const h of houses) await h.setClock('2027-06-01T11:00:00Z');
  const at = (i) => houses[i % houses.length];
  const loads = async () => (await head.get('/managers')).items.filter((m) => managers.includes(m.id));
  for (const m of managers) await head.post(`/managers/${m}/duty`, { on_duty: false });
  await Promise.all(Array.from({ length: 60 }, (_, i) => comes(`night${i}x`, at(i))));
  const waited = (await head.get('/board')).queue.length;
  assert.ok(waited >= 60, `${waited}`);
  const before = await loads();
  for (const m of before) await head.patch(`/managers/${m.id}`, { capacity: m.load + 30 });
  // All come at once, each by another program, while more leads do.
  await Promise.all([...managers.map((m, i) => by(head, at(i)).post(`/managers/${m}/duty`, { on_duty: true })),
    ...Array.from({ length: 20 }, (_, i) => comes(`dawn${i}x`, at(i + 1)))]);
  const open = (await head.get('/tasks?kind=call_now&limit=200')).items;
  assert.equal(new Set(open.map((x) => x.lead_id)).size, open.length, 'no lead is called twice');
  for (const m of await loads()) assert.equal(m.load, m.capacity, 'as many as fit, and not one more');
  const given = open.filter((x) => x.assignee_id && /^(night|dawn)/.test(x.lead_name));
  assert.ok(given.length >= 30, `${given.length}`);
  for (const one of given.slice(0, 20)) assert.equal((await head.get(`/leads/${one.lead_id}/assignments`)).items.filter((d) => d.task_id === one.id).length, 1);
  assert.equal((await head.get('/board')).queue.length, waited + 20 - 45, '45 found somebody, the rest still waits');
  assert.match(house.cli(['check', 'custody', '--to', '2027-06-01T11:00:00Z']), /^uncovered_seconds: 0$/m);
});

// An old lead that comes with its end is nobody's call; one that does something after it is.
test('what_is_decided_is_not_called_about_until_the_lead_does_something_new', async () => {
  const decided = async (who) => {
    await writer.post('//v1/batch', { batch: [{ type: 'identify', messageId: `i-${who}`, userId: who, traits: traits(who) }, ...heat.map((event) => ({ type: 'track', messageId: `${event}-${who}`, userId: who, event }))] });
    return (await head.get(`/leads?q=${who}`)).items[0];
  };
  await house.setClock('2027-06-02T10:00:00Z');
  const lead = await decided('olga');
  const [open] = await calls(lead);
  assert.equal(open.state, 'open');
  await head.patch(`/leads/${lead.id}`, { stage: 'lost' });
  assert.equal((await calls(lead))[0].state, 'cancelled');
  assert.equal((await calls(lead))[0].reason, 'decided');
  assert.equal((await head.get('/board')).queue.filter((q) => q.lead_id === lead.id).length, 0);

  const csv = ['email,title,budget,industry,employees,outcome', ...['old1', 'old2'].map((w) => `${w}@works.example,CEO,1000,machines,300,won`)].join('\n');
  const file = join(house.data, 'old.csv');
  writeFileSync(file, csv);
  const before = (await head.get('/tasks?kind=call_now&limit=200')).items.length;
  house.cli(['import', 'leads', file], '', (await head.get('/me')).now);
  assert.equal((await head.get('/tasks?kind=call_now&limit=200')).items.length, before, 'no call about a client of yesterday');

  // Lost, and back a month later: whoever does that is to be called.
  await house.setClock('2027-09-02T10:00:00Z');
  await until((l) => l.band !== 'hot', () => head.get(`/leads/${lead.id}`));
  for (const event of heat) await writer.post('//v1/track', { messageId: `again-${event}`, userId: 'olga', event });
  assert.equal((await calls(lead))[0].state, 'open');
});

// A model that is put in and taken back is nothing that a lead did.
test('a_model_put_in_and_taken_back_calls_nobody_again_whom_somebody_has_called', async () => {
  const own = await open({ now: '2026-11-23T09:00:00Z' });
  try {
    own.addUser('head', 'boss@example.org');
    own.addUser('manager', 'one@example.org');
    const boss = own.key(), sent = own.writer(); // a session would end on the way
    const became = async (who) => {
      await sent.post('//v1/batch', { batch: [{ type: 'identify', messageId: who, userId: who, traits: traits(who) },
        ...heat.map((event) => ({ type: 'track', messageId: `${event}-${who}`, userId: who, event }))] });
      return (await boss.get(`/leads?q=${who}`)).items[0];
    };
    const of = async (lead) => (await boss.get(`/tasks?lead=${lead.id}&kind=call_now&state=any`)).items;
    const done = async (lead) => boss.post(`/tasks/${(await of(lead))[0].id}/complete`, { result: 'reached' });
    const to = async (band, ...leads) => { for (const l of leads) await until((x) => x.band === band, () => boss.get(`/leads/${l.id}`)); };
    const called = await became('called'), late = await became('late'), after = await became('after');
    await own.setClock('2026-11-23T09:02:00Z');
    await done(called);
    await done(after);
    await own.setClock('2026-11-23T10:00:00Z'); // the norm of the third has passed
    await sent.post('//v1/track', { messageId: 'looks', userId: 'after', event: 'Webinar Attended' });
    assert.equal((await of(after)).length, 1);
    assert.equal((await boss.get('/board')).breaches.open, 1);

    const live = await boss.get('/models/live');
    const draft = await boss.post('/models', { from: live.id, name: 'Nobody is hot', note: '' }, 201);
    await boss.put(`/models/${draft.id}`, { name: 'Nobody is hot', note: '', body: { ...draft.body, criteria: draft.body.criteria.slice(0, 1) } });
    for (const minute of ['10', '20']) { // there and back, twice
      await own.setClock(`2026-11-23T10:${minute}:00Z`);
      await boss.post(minute === '10' ? `/models/${draft.id}/publish` : `/models/${draft.id}/rollback`, undefined, minute === '10' ? 200 : 201);
      await to('cold', called, late, after);
      await boss.post(`/models/${live.id}/rollback`, undefined, 201);
      await to('hot', called, late, after);
      for (const lead of [called, after]) {
        const urgent = await of(lead);
        assert.deepEqual(urgent.filter((t) => t.state === 'open'), [], 'called since it became hot');
        assert.ok(urgent.slice(0, -1).every((t) => t.reason === 'model'), JSON.stringify(urgent));
        const next = (await boss.get(`/tasks?lead=${lead.id}&state=open`)).items;
        assert.ok(next.some((t) => t.kind === 'call' && t.assignee_id), 'somebody answers for it all the same');
      }
      const [now, was] = await of(late);
      assert.deepEqual([now.state, was.state, was.reason], ['open', 'cancelled', 'model'], 'nobody has called it');
      assert.deepEqual((await boss.get('/board')).breaches, { open: 0, closed_late: 0 }, 'what the model withdrew is no breach');
    }
    assert.match(own.cli(['check', 'custody', '--to', '2026-11-23T10:20:00Z']), /^uncovered_seconds: 0$/m);

    // What the lead does itself is called about as ever: cooled for good, then hot by its own deeds.
    await own.setClock('2027-09-01T10:00:00Z');
    await until((x) => x.band !== 'hot', () => boss.get(`/leads/${called.id}`));
    for (const event of heat) await sent.post('//v1/track', { messageId: `2-${event}`, userId: 'called', event });
    await until((t) => t[0].state === 'open', () => of(called));
  } finally {
    await own.close();
  }
});

// What is opened again is somebody's at once, and is on that screen at once; who has left covers nothing, neither as owner nor with what was planned.
test('what_is_opened_again_is_on_a_screen_at_once_and_who_left_covers_nothing', async () => {
  const own = await open({ now: '2026-11-23T09:00:00Z' });
  try {
    const owner = await own.person('owner'), anna = await own.person('manager', 'anna@example.org', 'Anna');
    const boris = await own.person('manager', 'boris@example.org', 'Boris'), sent = own.writer();
    const became = async (who) => {
      await sent.post('//v1/batch', { batch: [{ type: 'identify', messageId: who, userId: who, traits: traits(who) },
        ...heat.map((event) => ({ type: 'track', messageId: `${event}-${who}`, userId: who, event }))] });
      return (await owner.get(`/leads?q=${who}`)).items[0];
    };
    const open = async (lead) => (await owner.get(`/tasks?lead=${lead.id}&state=open`)).items;
    const given = async (who, to) => {
      const lead = await became(who);
      await owner.post(`/leads/${lead.id}/assign`, { manager_id: to.id }, 201);
      return lead;
    };
    const once = await given('once', anna), left = await given('left', anna), lent = await given('lent', boris);

    const live = await anna.live();
    await live.next();
    const [call] = await open(once);
    await owner.patch(`/leads/${once.id}`, { stage: 'lost' });
    assert.ok(await live.next((e) => e.event === 'task.changed' && e.data.task?.id === call.id), 'the call that ended is told');
    await owner.patch(`/leads/${once.id}`, { stage: 'new' });
    const [step] = await open(once);
    assert.deepEqual([step.kind, step.assignee_id], ['call', anna.id]);
    assert.ok(await live.next((e) => e.event === 'task.changed' && e.data.task?.id === step.id), 'and so is the one that is owed now');
    live.close();

    const next = { kind: 'call', due_at: '2026-11-24T09:00:00Z', assignee_id: anna.id };
    const done = async (lead) => owner.post(`/tasks/${(await open(lead))[0].id}/complete`, { result: 'reached', next });
    await done(left);
    await done(lent);
    assert.deepEqual((await open(lent)).map((t) => t.assignee_id), [anna.id], 'nothing but what she is to do');
    await owner.patch(`/leads/${left.id}`, { stage: 'lost' });
    await owner.patch(`/users/${anna.id}`, { state: 'disabled' });
    assert.ok((await open(lent)).some((t) => t.kind === 'call' && t.assignee_id === boris.id), 'whose client it is sees to it');
    assert.equal((await owner.get(`/leads/${left.id}`)).owner_id, anna.id, 'what is decided stays in her name');
    await owner.patch(`/leads/${left.id}`, { stage: 'new' });
    assert.equal((await owner.get(`/leads/${left.id}`)).owner_id, boris.id);
    assert.deepEqual((await open(left)).map((t) => t.assignee_id), [boris.id, boris.id]);
    assert.equal((await owner.get(`/leads/${left.id}/assignments`)).items[0].reason, 'left');
    assert.match(own.cli(['check', 'custody', '--to', '2026-11-23T09:00:00Z']), /^uncovered_seconds: 0$/m);
  } finally {
    await own.close();
  }
});
