// SPDX-License-Identifier: AGPL-3.0-or-later
// Routing rules as drafts and versions, one lead tried against them, and what went through each.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open } from './harness.mjs';

let house, head, anna, boris, writer, first, second;
const heat = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'];
const hot = async (who) => {
  await writer.post('//v1/batch', { batch: [{ type: 'identify', messageId: who, userId: who, traits: { email: `${who}@works.example`, title: 'CEO', budget: 1000, industry: 'machines', employees: 300 } },
    ...heat.map((event) => ({ type: 'track', messageId: `${event}-${who}`, userId: who, event }))] });
  return (await head.get(`/leads?q=${who}`)).items[0];
};
const rule = (name, value, pool) => ({ name, condition: { fact: 'industry', op: 'eq', value }, pool_id: pool.id, sla_minutes: 0, enabled: true });

before(async () => {
  house = await open({ now: '2026-11-23T09:00:00Z' });
  head = await house.person('head');
  anna = await house.person('manager', 'anna@example.org', 'Anna');
  boris = await house.person('manager', 'boris@example.org', 'Boris');
  writer = house.writer();
  first = await head.post('/routing/pools', { name: 'first', policy: 'round_robin', members: [{ user_id: anna.id, weight: 0 }] }, 201);
  second = await head.post('/routing/pools', { name: 'second', policy: 'round_robin', members: [{ user_id: boris.id, weight: 0 }] }, 201);
  await head.put('/routing/rules', { items: [rule('food', 'food', second), rule('machines', 'machines', first)] });
});
after(() => house.close());

test('a_draft_is_changed_tried_published_and_an_old_version_taken_up_again', async () => {
  const lead = await hot('kate');
  assert.equal(lead.owner_id, anna.id);
  const draft = await head.post('/routing/versions', { items: [rule('machines to boris', 'machines', second)], note: 'Boris knows machines' }, 201);
  assert.equal(draft.state, 'draft');
  assert.equal(draft.version, 0);

  const now = await head.post('/routing/try', { lead_id: lead.id, free: true });
  assert.equal(now.manager_id, anna.id);
  assert.deepEqual(now.rules, [{ name: 'food', holds: false }, { name: 'machines', holds: true }]);
  assert.equal(now.rule, 'machines');
  assert.equal((await head.post('/routing/try', { lead_id: lead.id })).why, 'owner_keeps');
  const then = await head.post('/routing/try', { lead_id: lead.id, version_id: draft.id, free: true });
  assert.equal(then.manager_id, boris.id);
  assert.equal(then.policy, 'round_robin');
  assert.equal(then.sla_minutes, 5);
  assert.ok(then.candidates.some((x) => x.manager_id === boris.id && x.eligible));
  const none = await head.post('/routing/try', { lead_id: lead.id, items: [], free: true });
  assert.equal(none.rule, null);
  assert.ok(none.manager_id, 'the default pool of everybody');
  assert.equal((await head.get(`/leads/${lead.id}`)).owner_id, anna.id, 'nothing moved');
  await anna.post('/routing/try', { lead_id: lead.id }, 403);

  await head.put(`/routing/versions/${draft.id}`, { items: [rule('machines to boris', 'machines', second), rule('food', 'food', first)], note: 'and food to Anna' });
  const live = await head.post(`/routing/versions/${draft.id}/publish`);
  assert.equal(live.state, 'live');
  assert.equal(live.version, 2, 'the rules that were put are the first');
  assert.equal((await head.get('/routing/rules')).items.length, 2);
  assert.equal((await hot('lena')).owner_id, boris.id);
  await head.put(`/routing/versions/${draft.id}`, { items: [] }, 409);
  await head.del(`/routing/versions/${draft.id}`, 409);

  const list = (await head.get('/routing/versions')).items;
  assert.deepEqual(list.map((v) => v.state).sort(), ['live', 'past']);
  const old = list.find((v) => v.state === 'past');
  assert.equal((await head.get(`/routing/versions/${old.id}`)).items.length, 2);
  const again = await head.post(`/routing/versions/${old.id}/publish`);
  assert.equal(again.version, 3);
  assert.equal((await hot('mila')).owner_id, anna.id);
});

test('a_draft_is_checked_at_its_place_and_may_be_dropped', async () => {
  const bad = await head.post('/routing/versions', { items: [rule('x', 'x', first), { ...rule('y', 'y', first), condition: { fact: 'a', op: 'is_like', value: 1 } }] }, 422);
  assert.match(bad.errors[0].pointer, /^\/items\/1\/condition/);
  const draft = await head.post('/routing/versions', { items: [] }, 201);
  await head.del(`/routing/versions/${draft.id}`);
  await head.get(`/routing/versions/${draft.id}`, 404);
});

test('what_went_through_each_rule_is_counted', async () => {
  const through = (await head.get('/routing/through')).items;
  assert.equal(through.reduce((sum, x) => sum + x.given, 0), 3);
  assert.ok(through.some((x) => x.name === 'machines to boris' && x.given === 1));
});

test('a_version_holds_the_policies_of_the_pools_and_brings_them_back', async () => {
  const policyOf = async (pool) => (await head.get('/routing/pools')).items.find((x) => x.id === pool.id).policy;
  const of = (v, pool) => v.policies.find((x) => x.pool_id === pool.id)?.policy;
  const before = (await head.get('/routing/versions')).items.find((v) => v.state === 'live');
  assert.equal(of(await head.get(`/routing/versions/${before.id}`), first), 'round_robin');
  const { items } = await head.get(`/routing/versions/${before.id}`);

  // A draft keeps what is not said of it, and moves nothing.
  const draft = await head.post('/routing/versions', { items, policies: [{ pool_id: first.id, policy: 'weighted' }] }, 201);
  assert.deepEqual([of(draft, first), of(draft, second)], ['weighted', 'round_robin']);
  assert.equal(of(await head.put(`/routing/versions/${draft.id}`, { items, note: 'by shares' }), first), 'weighted');
  assert.equal(await policyOf(first), 'round_robin');
  const lead = (await head.get('/leads?q=mila')).items[0];
  assert.equal((await head.post('/routing/try', { lead_id: lead.id, version_id: draft.id, free: true })).policy, 'weighted');
  assert.equal((await head.post('/routing/try', { lead_id: lead.id, version_id: draft.id, free: true, policies: [{ pool_id: first.id, policy: 'best_match' }] })).policy, 'best_match');
  assert.deepEqual((await head.post('/routing/simulations', { version_id: draft.id }, 201)).policies, { [first.id]: 'weighted' });

  await head.post(`/routing/versions/${draft.id}/publish`);
  assert.equal(await policyOf(first), 'weighted');
  // A pool that is changed by itself is a version, too; any of them comes back whole.
  await head.patch(`/routing/pools/${second.id}`, { policy: 'least_loaded' });
  const versions = (await head.get('/routing/versions')).items;
  assert.equal(versions.filter((v) => v.state === 'live').length, 1);
  assert.equal(of(await head.get(`/routing/versions/${versions.find((v) => v.state === 'live').id}`), second), 'least_loaded');
  await head.post(`/routing/versions/${before.id}/publish`);
  assert.deepEqual([await policyOf(first), await policyOf(second)], ['round_robin', 'round_robin']);

  const bad = await head.post('/routing/versions', { items, policies: [{ pool_id: first.id, policy: 'weighted' }, { pool_id: first.id, policy: 'claim' }] }, 422);
  assert.equal(bad.errors[0].pointer, '/policies/1/pool_id');
});

test('rules_and_policies_that_were_tried_together_are_published_together', async () => {
  const policyOf = async (pool) => (await head.get('/routing/pools')).items.find((x) => x.id === pool.id).policy;
  const of = (v, pool) => v.policies.find((x) => x.pool_id === pool.id)?.policy;
  const kept = async () => (await head.get('/routing/versions')).items.filter((v) => v.state !== 'draft');
  const was = await kept();
  const draft = await head.post('/routing/versions', { items: [rule('food', 'food', first)] }, 201);
  assert.equal(of(draft, first), 'round_robin');
  const tried = (policy) => ({ policies: [{ pool_id: first.id, policy }] });
  const live = await head.post(`/routing/versions/${draft.id}/publish`, tried('weighted'));
  assert.deepEqual([live.state, of(live, first), await policyOf(first), of(live, second)], ['live', 'weighted', 'weighted', 'round_robin']);
  assert.equal((await kept()).length, was.length + 1, 'one version');
  // A simulation of the rules that are live: only pools change.
  const { items } = await head.get('/routing/rules');
  await head.put('/routing/rules', { items, ...tried('best_match') });
  assert.equal(await policyOf(first), 'best_match');
  assert.equal((await kept()).length, was.length + 2, 'one version');
  const newest = await head.get(`/routing/versions/${(await kept()).find((v) => v.state === 'live').id}`);
  assert.deepEqual([newest.items.map((x) => x.name), of(newest, first)], [['food'], 'best_match']);
  const bad = await head.post(`/routing/versions/${draft.id}/publish`, { policies: [{ pool_id: draft.id.replace(/^[a-z]+_/, 'pool_'), policy: 'claim' }] }, 422);
  assert.equal(bad.errors[0].pointer, '/policies/0/pool_id');
  await head.post(`/routing/versions/${was.find((v) => v.state === 'live').id}/publish`);
});

test('rules_are_saved_over_the_version_they_were_read_at_or_not_at_all', async () => {
  const read = async () => {
    const r = await head.call('GET', '/routing/rules');
    return { items: r.json.items, headers: { 'if-match': r.headers.get('etag') } };
  };
  const names = async () => (await read()).items.map((x) => x.name);
  const kept = async () => (await head.get('/routing/versions')).items.filter((v) => v.state !== 'draft').length;
  const stood = (await head.get('/routing/versions')).items.find((v) => v.state === 'live');
  await head.put('/routing/rules', { items: [rule('one', 'food', first), rule('two', 'machines', second)] });
  const a = await read();
  const b = await read();
  assert.match(a.headers['if-match'], /^"\d+"$/);
  const count = await kept();

  // One tab turns the order round and is told what it stands at now; the other, that read before, does not write over it.
  const saved = await head.call('PUT', '/routing/rules', { items: [...a.items].reverse() }, { headers: a.headers });
  assert.equal(saved.status, 200);
  assert.notEqual(saved.headers.get('etag'), a.headers['if-match']);
  const late = { items: b.items.map((x, i) => ({ ...x, enabled: i > 0 })) };
  await head.put('/routing/rules', late, 412, { headers: b.headers });
  assert.deepEqual(await names(), ['two', 'one']);
  assert.equal(await kept(), count + 1);
  assert.equal((await read()).headers['if-match'], saved.headers.get('etag'));

  // A pool under another policy is a version, too.
  const before = await read();
  await head.patch(`/routing/pools/${first.id}`, { policy: 'weighted' });
  await head.put('/routing/rules', late, 412, { headers: before.headers });

  // The same again is no version, by whichever way.
  const now = await read();
  const versions = await kept();
  const again = await head.call('PUT', '/routing/rules', { items: now.items, policies: [{ pool_id: first.id, policy: 'weighted' }] }, { headers: now.headers });
  assert.deepEqual([again.status, again.headers.get('etag')], [200, now.headers['if-match']]);
  const live = (await head.get('/routing/versions')).items.find((v) => v.state === 'live');
  assert.equal((await head.post(`/routing/versions/${live.id}/publish`)).id, live.id);
  assert.equal(await kept(), versions);
  await head.put('/routing/rules', late, 200, { headers: now.headers });
  assert.equal(await kept(), versions + 1);
  await head.post(`/routing/versions/${stood.id}/publish`);
});

test('two_who_edit_one_draft_do_not_write_over_each_other', async () => {
  const made = await head.call('POST', '/routing/versions', { items: [rule('one', 'food', first)] });
  const path = `/routing/versions/${made.json.id}`, at = (edit) => ({ headers: { 'if-match': `"${edit}"` } });
  assert.deepEqual([made.json.edit, made.headers.get('etag')], [1, '"1"']);
  const mine = await head.put(path, { items: [rule('mine', 'food', first)] }, 200, at(1));
  assert.equal(mine.edit, 2);
  await head.put(path, { items: [rule('theirs', 'food', first)] }, 412, at(1));
  await head.post(`${path}/publish`, undefined, 412, at(1));
  await head.del(path, 412, at(1));
  const stands = await head.call('GET', path);
  assert.deepEqual([stands.json.items.map((x) => x.name), stands.headers.get('etag')], [['mine'], '"2"']);
  assert.equal((await head.get('/routing/versions')).items.find((v) => v.id === made.json.id).edit, 2, 'the list says it too');
  const live = (await head.get('/routing/versions')).items.find((v) => v.state === 'live');
  assert.equal((await head.post(`${path}/publish`, undefined, 200, at(2))).edit, 3);
  await head.post(`${path}/publish`, undefined, 412, at(2)); // a second click from a screen that has not seen the first
  await head.post(`/routing/versions/${live.id}/publish`);
});

test('a_lead_that_would_wait_says_for_what_and_what_it_is_promised', async () => {
  await head.post(`/managers/${anna.id}/duty`, { on_duty: false });
  const lead = (await head.get('/leads?q=mila')).items[0];
  const tried = await head.post('/routing/try', { lead_id: lead.id, free: true });
  assert.equal(tried.why, 'nobody');
  assert.equal(tried.manager_id, null);
  assert.deepEqual(tried.candidates.map((x) => [x.manager_id, x.eligible, x.why]), [[anna.id, false, 'off_duty']]);
  assert.equal(tried.waits_for, 'off_duty');
  assert.equal(Date.parse(tried.promise_due) - Date.parse(tried.again_at), 45 * 60_000,
    'nobody is expected by the clock: the head sees to it within the hour, and the queue is asked again each quarter');
  await head.post(`/managers/${anna.id}/duty`, { on_duty: true });
  const served = await head.post('/routing/try', { lead_id: lead.id, free: true });
  assert.deepEqual([served.manager_id, served.waits_for, served.promise_due], [anna.id, null, null]);
});

test('what_is_refused_names_the_words_there_are_in_the_language_asked_for', async () => {
  const key = house.key();
  for (const [lang, one] of [['en', 'one of:'], ['ru', 'одно из:']]) {
    const told = await key.post('/routing/pools', { name: 'x', policy: 'by_moonlight', members: [] }, 422, { headers: { 'accept-language': lang } });
    assert.deepEqual(told.errors.map((e) => [e.pointer, e.note]), [['/policy', `${one} round_robin, weighted, least_loaded, best_match, claim, value`]]);
    for (const [path, note] of [
      ['/leads?band=boiling', `${one} cold, warm, hot`],
      ['/leads?stage=won,sold', `${one} new, contact, qualified, offer, talks, won, lost`],
      ['/reports/speed?band=boiling', `${one} cold, warm, hot`],
    ])
      assert.equal((await key.get(path, 422, { headers: { 'accept-language': lang } })).errors[0].note, note);
    const when = await key.get('/reports/speed?from=yesterday', 422, { headers: { 'accept-language': lang } });
    assert.match(when.errors[0].note, lang === 'ru' ? /^нужен момент.*2026-01-31T09:00:00Z$/ : /^an instant.*2026-01-31T09:00:00Z$/);
  }
});
