// SPDX-License-Identifier: AGPL-3.0-or-later
// Server-sent events: what happens is on the screens of those who may see it, and of nobody else.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open, until } from './harness.mjs';

let house, owner, m1, m2;
before(async () => {
  house = await open();
  owner = await house.person('owner');
  m1 = await house.person('manager', 'm1@example.org');
  m2 = await house.person('manager', 'm2@example.org');
});
after(() => house.close());

const heat = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'];
const changed = (id) => (e) => e.event === 'lead.changed' && e.data.id === id;

test('a_stream_says_hello_and_what_happens', async () => {
  const live = await owner.live();
  assert.equal((await live.next()).event, 'hello');
  const lead = await m1.post('/leads', { name: 'Иван', email: 'ivan@example.org' }, 201);
  const e = await live.next(changed(lead.id));
  assert.equal(e.data.patch.name, 'Иван');
  assert.ok(e.id);
  live.close();
});

test('reasons_are_told_to_each_in_their_own_language', async () => {
  const guest = await house.person('head', 'guest@example.org');
  await guest.patch('/me', { lang: 'en' });
  const mine = await owner.live();
  const { id: before } = await mine.next();
  const key = await house.key().live({ headers: { 'accept-language': 'ru' } });
  const theirs = await guest.live({ lastId: before });
  for (const s of [key, theirs]) await s.next();
  const said = async (stream, lead) =>
    (await stream.next((x) => changed(lead.id)(x) && x.data.patch.reasons?.length)).data.patch.reasons[0].name;
  const boss = (n) => m1.post('/leads', { name: 'Boss', email: `boss-${n}@example.org`, title: 'CEO' }, 201);
  const lead = await boss(1);
  assert.equal(await said(theirs, lead), 'Chief executive');
  assert.equal(await said(mine, lead), 'Первое лицо');
  assert.equal(await said(key, lead), 'Первое лицо', 'a program says in whose language');
  const told = (s) => s.all.filter(changed(lead.id)).map((e) => e.data.patch.version);
  for (const s of [mine, theirs]) assert.deepEqual(told(s), [...new Set(told(s))], 'nothing is told twice');

  const writer = house.writer();
  await writer.post('//v1/identify', { userId: 'ann', traits: { name: 'Ann', email: 'ann@works.example', title: 'CEO', budget: 1000, industry: 'machines', employees: 300 } });
  for (const event of heat) await writer.post('//v1/track', { userId: 'ann', event });
  const call = async (stream) => {
    const hot = await stream.next((e) => e.event === 'lead.hot');
    const { task } = (await stream.next((e) => e.event === 'task.changed' && e.data.task.id === hot.data.task.id)).data;
    return [task.title, hot.data.task.title, /[а-яё]/i.test(JSON.stringify([hot.data.reasons, task.reasons]))];
  };
  assert.deepEqual(await call(mine), ['Срочно звонить: клиент готов!', 'Срочно звонить: клиент готов!', true]);
  const [title, same, russian] = await call(theirs);
  assert.deepEqual([title === same, /[а-яё]/i.test(title), russian], [true, false, false], 'the urgent call too');

  // Who chooses another language is told in it from then on: rights and languages are asked for before what is new is told.
  await guest.patch('/me', { lang: 'ru' });
  assert.equal(await said(theirs, await boss(2)), 'Первое лицо');
  for (const s of [mine, theirs]) assert.ok(!s.all.some((e) => e.event === 'reset'), 'and nobody reads anew for it');
  for (const s of [mine, theirs, key]) s.close();
});

test('a_title_in_one_language_is_told_in_it_to_everybody', async () => {
  const guest = await house.person('head', 'one-title@example.org');
  await guest.patch('/me', { lang: 'en' });
  const live = await owner.get('/models/live');
  const draft = await owner.post('/models', { name: 'Одно имя', from: live.id }, 201);
  const body = { ...draft.body, criteria: draft.body.criteria.map((k) => ({ ...k, title: { ru: k.title.ru } })) };
  await owner.put(`/models/${draft.id}`, { name: 'Одно имя', note: '', body });
  await owner.post(`/models/${draft.id}/publish`, undefined);
  const lead = await m1.post('/leads', { name: 'Boss', email: 'one-title@boss.example', title: 'CEO' }, 201);
  assert.equal((await guest.get(`/leads/${lead.id}`)).reasons[0].name, 'Первое лицо');
});

test('ACL_14_no_stream_tells_of_foreign_leads', async () => {
  const [one, two] = [await m1.live(), await m2.live()];
  await one.next(); await two.next();
  const mine = await m1.post('/leads', { name: 'Мой', email: 'mine@example.org' }, 201);
  assert.ok(await one.next(changed(mine.id)));
  const other = await m2.post('/leads', { name: 'Её', email: 'other@example.org' }, 201);
  assert.ok(await two.next(changed(other.id)));
  for (const [who, stream] of [[m1, one], [m2, two]]) { // what was on its way to either has come once the next of their own has
    const next = await who.post('/leads', { name: 'Ещё' }, 201);
    assert.ok(await stream.next(changed(next.id)));
  }
  assert.ok(!JSON.stringify(one.all).includes(other.id));
  assert.ok(!JSON.stringify(two.all).includes(mine.id));
  // Replay is by today's rights, with anybody's id.
  const again = await m2.live({ lastId: one.all[0].id });
  assert.ok(await again.next(changed(other.id)));
  assert.ok(!JSON.stringify(again.all).includes(mine.id));
  for (const s of [one, two, again]) s.close();
});

test('a_reader_that_comes_back_misses_nothing', async () => {
  const live = await owner.live();
  await live.next();
  const lead = await m1.post('/leads', { name: 'Раз', email: 'raz@example.org' }, 201);
  const last = await live.next(changed(lead.id));
  live.close();
  const other = await owner.live();
  const two = await m1.post('/leads', { name: 'Два', email: 'dva@example.org' }, 201);
  assert.ok(await other.next(changed(two.id))); // it is told, and not to who is away
  other.close();
  const again = await owner.live({ lastId: last.id });
  assert.ok(await again.next(changed(two.id)));
  assert.ok(!again.all.some((e) => e.event === 'reset' || changed(lead.id)(e)));
  again.close();
});

test('what_happens_between_the_first_look_and_the_stream_is_told', async () => {
  const first = await owner.live(); // somebody listens, else nothing is kept
  await first.next();
  const { live } = await owner.get('/me');
  const lead = await m1.post('/leads', { name: 'Меж', email: 'between@example.org' }, 201);
  assert.ok(await first.next(changed(lead.id)));
  const stream = await owner.live({ lastId: live });
  assert.ok(await stream.next(changed(lead.id)));
  assert.ok(!stream.all.some((e) => e.event === 'reset'));
  for (const s of [first, stream]) s.close();
});

test('a_reader_from_another_time_is_told_to_read_anew', async () => {
  const before = await owner.live();
  const last = await before.next();
  before.close();
  for (const lastId of ['0123456789abcdef-7', 'nonsense', 'garbage-1', '1', last.id.replace(/-.*/, '-9223372036854775807')]) {
    const live = await owner.live({ lastId });
    assert.ok(await live.next((e) => e.event === 'reset'));
    live.close();
  }
});

test('what_is_said_twice_at_once_is_told_once', async () => {
  const live = await owner.live();
  await live.next();
  const batch = Array.from({ length: 500 }, (_, i) => ({ type: 'track', userId: 'same', event: 'Seen', messageId: `same-${i}` }));
  batch.unshift({ type: 'identify', userId: 'same', traits: { email: 'same@example.org' }, messageId: 'same' });
  await house.writer().post('//v1/batch', { batch });
  await live.next((e) => e.event === 'lead.changed');
  const next = await m1.post('/leads', { name: 'Потом', email: 'next@example.org' }, 201);
  assert.ok(await live.next(changed(next.id)));
  assert.ok(live.all.length < 10, `${live.all.length} events`);
  live.close();
});

test('AUT_07_a_stream_ends_with_its_session', async () => {
  for (const end of [
    (who) => who.del('/session'),
    (who) => owner.patch(`/users/${who.id}`, { password: 'another one' }),
    (who) => owner.patch(`/users/${who.id}`, { role: 'marketer' }),
    (who) => owner.patch(`/users/${who.id}`, { state: 'disabled' }),
  ]) {
    const who = await house.person('manager', `m${Math.random()}@example.org`);
    const live = await who.live();
    await live.next();
    await end(who);
    await until(Boolean, () => live.ended);
    await who.get('/me', 401);
  }
});

test('many_streams_are_served_and_a_sleeping_one_holds_up_nobody', async () => {
  const all = await Promise.all(Array.from({ length: 50 }, () => owner.live()));
  await Promise.all(all.map((s) => s.next()));
  const lead = await m1.post('/leads', { name: 'Все', email: 'all@example.org' }, 201);
  for (const e of await Promise.all(all.map((s) => s.next(changed(lead.id))))) assert.ok(e);
  for (const s of all) s.close();
});
