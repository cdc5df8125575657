// SPDX-License-Identifier: AGPL-3.0-or-later
// Letters to people: by Telegram, as each has chosen, with buttons that do what clicks do.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import { open, until } from './harness.mjs';
import { telegram } from './telegram.mjs';

const heat = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'];
const MARIA = 1001, IVAN = 1002;
let house, bot, owner, maria, ivan, writer;

const phoneOf = (who) => `+7916${[...who].reduce((n, c) => (n * 31 + c.charCodeAt(0)) % 10000000, 0).toString().padStart(7, '0')}`;
async function hot(who) {
  await writer.post('//v1/identify', { messageId: who, userId: who, traits: { name: `Lead <${who}> & Co`, email: `${who}@works.example`, phone: phoneOf(who), title: 'CEO', budget: 1000, industry: 'machines', employees: 300 } });
  for (const event of heat) await writer.post('//v1/track', { messageId: `${who}-${event}`, userId: who, event });
  return (await owner.get(`/leads?q=${who}`)).items[0];
}
const call = async (lead) => (await owner.get(`/tasks?lead=${lead.id}&kind=call_now&state=any`)).items[0];
const button = (message, act) => message.reply_markup.inline_keyboard.flat().find((b) => b.callback_data?.startsWith(`${act}:`))?.callback_data;

async function begin() {
  bot = await telegram();
  house = await open({ now: '2026-11-23T09:00:00Z', args: ['--telegram-api', bot.url] });
  owner = await house.person('owner');
  maria = await house.person('manager', 'maria@example.org', 'Мария');
  ivan = await house.person('manager', 'ivan@example.org', 'Ivan');
  await ivan.patch('/me', { lang: 'en' });
  writer = house.writer();
  await house.setClock('2026-11-23T09:00:00Z');
}
const end = async () => { await house.close(); await bot.close(); };
before(begin);
after(end);

test('a_bot_is_set_up_by_its_token_which_is_never_told_again', async () => {
  await maria.get('/channels', 403);
  await maria.post('/me/notifications/telegram', {}, 409);
  await owner.patch('/channels', { telegram_token: 'no token' }, 422);
  const set = await owner.patch('/channels', { telegram_token: bot.token });
  assert.equal(set.telegram_set, true);
  const named = await until((c) => c.telegram_name, () => owner.get('/channels'));
  assert.equal(named.telegram_name, 'gradus_bot');
  for (const path of ['/channels', '/me/notifications', '/audit', '/letters']) assert.ok(!JSON.stringify(await owner.get(path)).includes(bot.token));
  assert.ok(!house.log.includes(bot.token) && !house.log.includes('TEST-TOKEN'), 'not in the log');
});

test('a_chat_is_tied_to_a_person_by_a_code_that_is_good_once', async () => {
  for (const [person, chat] of [[maria, MARIA], [ivan, IVAN]]) {
    const { link, code } = await person.post('/me/notifications/telegram', {}, 201);
    assert.equal(link, `https://t.me/gradus_bot?start=${code}`);
    assert.match(code, /^[A-Za-z0-9_-]{43}$/);
    bot.say(chat, `/start ${code}`);
    await until((n) => n.ways.length === 1, () => person.get('/me/notifications'));
    bot.say(chat + 50, `/start ${code}`);
    await until((m) => m.some((x) => x.chat.id === chat + 50), () => bot.messages);
    assert.equal((await person.get('/me/notifications')).ways.length, 1);
  }
  assert.match(bot.messages.find((m) => m.chat.id === MARIA).text, /Готово, Мария/);
  assert.match(bot.messages.find((m) => m.chat.id === IVAN).text, /Done, Ivan/);
  assert.match(bot.messages.find((m) => m.chat.id === MARIA + 50).text, /устарела/);
});

test('a_hot_lead_comes_to_its_manager_alone_in_her_language_with_buttons', async () => {
  const before = bot.messages.length;
  const lead = await hot('anna');
  const task = await call(lead);
  const chat = task.assignee_id === maria.id ? MARIA : IVAN;
  const message = await until((m) => m, () => bot.messages.slice(before).find((m) => m.chat.id === chat));
  assert.match(message.text, chat === MARIA ? /^Горячий лид: Lead &lt;anna&gt; &amp; Co/ : /^Hot lead: Lead &lt;anna&gt; &amp; Co/);
  assert.match(message.text, chat === MARIA ? /Позвонить до \d\d:\d\d/ : /Call before \d\d:\d\d/);
  assert.ok(message.text.includes(phoneOf('anna')));
  assert.equal(bot.messages.length, before + 1, 'nobody else');
  for (const act of ['take', 'call', 'later']) assert.ok(button(message, act));
  const sent = bot.sent().at(-1);
  assert.equal(button(message, 'take'), `take:${sent.key}`, 'the letter is named in it');
  const [letter] = await until((l) => l.length && l[0].state === 'sent', async () => (await owner.get(`/letters?lead=${lead.id}`)).items);
  assert.equal(letter.id, sent.key);
  assert.equal(letter.kind, 'hot');
});

test('who_is_given_a_lead_by_a_word_hears_of_it_and_so_does_who_had_it', async () => {
  await writer.post('//v1/identify', { messageId: 'warm-olga', userId: 'warm-olga', traits: { name: 'Olga', email: 'warm-olga@works.example' } });
  const lead = (await owner.get('/leads?q=warm-olga')).items[0];
  const heard = (chat, words) => until((m) => m, () => bot.messages.find((m) => m.chat.id === chat && words.test(m.text)));
  await owner.post(`/leads/${lead.id}/assign`, { manager_id: maria.id }, 201);
  await heard(MARIA, /Вам передан лид: Olga/);
  await owner.post(`/leads/${lead.id}/assign`, { manager_id: ivan.id }, 201);
  await heard(IVAN, /A lead was given to you: Olga/);
  await heard(MARIA, /Olga/);
});

test('buttons_do_what_clicks_do_with_the_rights_of_the_person_and_once', async () => {
  const lead = await hot('boris');
  const task = await call(lead);
  const [me, chat, other] = task.assignee_id === maria.id ? [maria, MARIA, IVAN] : [ivan, IVAN, MARIA];
  const message = await until((m) => m, () => bot.messages.find((m) => m.text.includes('boris')));
  const answer = async (act, from = chat, data = button(message, act)) => {
    const before = bot.answers.length;
    bot.press(from, { ...message, chat: { ...message.chat, id: from } }, data);
    await until((a) => a.length > before, () => bot.answers);
    return bot.answers.at(-1).text;
  };
  // Somebody else's chat, a stranger's, and a name that is no letter's.
  assert.match(await answer('later', other), /не у вас|not yours/);
  assert.match(await answer('later', 7777), /не у вас|not yours/);
  assert.match(await answer('later', chat, 'later:lt_0000000000001'), /не у вас|not yours/);
  assert.deepEqual(await call(lead), task, 'nothing was done');

  const later = button(message, 'later');
  assert.match(await answer('later', chat, later), /Отложено до|Put off until/);
  const put = await call(lead);
  assert.equal(Date.parse(put.due_at) - Date.parse(task.due_at), 15 * 60000);
  assert.match(await answer('later', chat, later), /откладывают один раз|is put off once/);
  assert.equal((await call(lead)).due_at, put.due_at, 'a second press does nothing');
  await until((m) => m.edited === 1, () => message);
  assert.match(message.text, /✓ (Отложено|Put off)/);

  assert.equal(await answer('call'), phoneOf('boris'));
  const ask = await until((m) => m, () => bot.messages.find((m) => m.chat.id === chat && m.text.includes(phoneOf('boris')) && button(m, 'reached')));
  bot.press(chat, ask, button(ask, 'reached'));
  const done = await until((t) => t.state === 'done', () => call(lead));
  assert.equal(done.result, 'reached');
  assert.ok((await me.get(`/leads/${lead.id}/timeline`)).items.some((e) => JSON.stringify(e).includes('Call Logged')), 'kept as her deed');
  await until((m) => /✓ (Дозвонились|Reached)/.test(m.text), () => ask);
  assert.match(await answer('later', chat, later), /Поздно|Too late|уже|already/);
  const [letter] = (await owner.get(`/letters?lead=${lead.id}&state=sent`)).items.filter((l) => l.kind === 'hot');
  assert.ok(letter.seen_at, 'she has seen it');
});

test('what_the_other_side_asks_for_is_waited_for_and_what_it_refuses_is_shown', async () => {
  const seen = [];
  bot.answer = (c) => {
    if (c.method !== 'sendMessage') return null;
    seen.push(c);
    return seen.length === 1 ? bot.no(429, 'Too Many Requests: retry after 30', { retry_after: 30 }) : seen.length === 2 ? bot.no(502, 'Bad Gateway') : null;
  };
  await maria.post('/me/notifications/test', { channel: 'telegram' });
  const first = await until((l) => l?.tries === 1 && l.status === 429, async () => (await maria.get('/me/letters')).items[0]);
  assert.equal(first.state, 'waiting');
  assert.ok(Math.abs(Date.parse(first.next_at) - Date.parse('2026-11-23T09:00:00Z') - 30000) < 5, 'as long as was asked for');
  await house.setClock('2026-11-23T09:00:29Z');
  await new Promise((done) => setTimeout(done, 300));
  assert.equal(seen.length, 1);
  await house.setClock('2026-11-23T09:00:31Z');
  await until((l) => l.tries === 2 && l.status === 502, async () => (await maria.get('/me/letters')).items[0]);
  await house.setClock('2026-11-23T09:01:00Z');
  await until((l) => l.state === 'sent', async () => (await maria.get('/me/letters')).items[0]);
  assert.equal(new Set(seen.map((c) => c.key)).size, 1, 'one name in all attempts');
  assert.equal(new Set(seen.map((c) => JSON.stringify(c.body))).size, 1, 'and the same words');

  // Refused for good; then by a person who blocked the bot, who is not written to again.
  bot.answer = (c) => (c.method === 'sendMessage' ? bot.no(400, 'Bad Request: something is wrong') : null);
  await maria.post('/me/notifications/test', { channel: 'telegram' });
  const dead = await until((l) => l.state === 'dead', async () => (await maria.get('/me/letters')).items[0]);
  assert.equal(dead.error, 'Bad Request: something is wrong');
  assert.equal(dead.tries, 1);
  bot.answer = null;
  await maria.post(`/letters/${dead.id}/again`, {}, 403);
  await owner.post(`/letters/${dead.id}/again`, {});
  await until((l) => l.state === 'sent', async () => (await owner.get(`/letters`)).items.find((l) => l.id === dead.id));
  bot.blocked.add(IVAN);
  await ivan.post('/me/notifications/test', { channel: 'telegram' });
  await until((n) => n.ways[0].dead_at, () => ivan.get('/me/notifications'));
  await ivan.post('/me/notifications/test', { channel: 'telegram' }, 409);
  bot.blocked.clear();
});

test('each_chooses_and_quiet_hours_hold_what_is_not_hot', async () => {
  const chosen = await maria.get('/me/notifications');
  assert.deepEqual(chosen.channels.hot, ['telegram', 'push']);
  await maria.put('/me/notifications', { channels: { hot: ['pigeon'] } }, 422);
  await maria.put('/me/notifications', { channels: { other: [] } }, 422);
  await maria.put('/me/notifications', { channels: { hot: ['telegram'], reminder: [], queue: ['telegram', 'mail'] }, quiet_from: 600, quiet_until: 780 });
  const now = await maria.get('/me/notifications');
  assert.deepEqual(now.channels, { hot: ['telegram'], reminder: [], reassigned: [], escalation: [], queue: ['telegram', 'mail'], skill: [] });
  await maria.put('/me/notifications', { channels: {} }, 412, { headers: { 'if-match': '"0"' } });
  // 12:01 in Moscow is quiet; a hot lead comes all the same.
  const before = bot.sent().length;
  await ivan.post(`/managers/${ivan.id}/duty`, { on_duty: false });
  const lead = await hot('vera');
  assert.equal((await call(lead)).assignee_id, maria.id);
  await until((n) => n === before + 1, () => bot.sent().length);
  // The other way round: she wants quiet for hot leads too.
  await maria.put('/me/notifications', { channels: { hot: ['telegram'] }, quiet_from: 600, quiet_until: 780, quiet_hot: true });
  const next = await hot('gleb');
  const [letter] = await until((l) => l.length, async () => (await owner.get(`/letters?lead=${next.id}`)).items);
  assert.equal(letter.state, 'waiting');
  assert.equal(letter.next_at, '2026-11-23T10:00:00Z', '13:00 in Moscow');
});

test('test_messages_are_few_a_minute', async () => {
  let slowed = 0;
  for (let i = 0; i < 30; i++) slowed += (await maria.call('POST', '/me/notifications/test', { channel: 'telegram' })).status === 429;
  assert.ok(slowed > 0);
});

test('Telegram_may_call_the_house_with_a_secret_instead_of_being_asked', async () => {
  const name = 'crm.example.org';
  await owner.patch('/channels', { telegram_way: 'webhook' }, 409); // no public address
  const key = house.addKey('api');
  const [first, second] = [await ivan.post('/me/notifications/telegram', {}, 201), await ivan.post('/me/notifications/telegram', {}, 201)];
  const linked = () => bot.messages.filter((m) => m.chat.id >= 5005 && m.chat.id <= 6006);
  await house.stop();
  house.more = ['--test-clock', '--telegram-api', bot.url, '--public-url', `https://${name}`];
  await house.start();
  await house.setClock('2026-11-23T09:30:00Z');
  const call = (method, path, body, headers = {}) => new Promise((done, fail) => {
    const q = http.request(`${house.url}${path}`, { method, headers: { host: name, authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers } }, async (r) => {
      let text = '';
      for await (const piece of r) text += piece;
      const out = { status: r.statusCode, json: text ? JSON.parse(text) : null, text, headers: { get: (h) => r.headers[h] ?? null } };
      house.check(method, path, out);
      done(out);
    });
    q.on('error', fail);
    q.end(body === undefined ? undefined : JSON.stringify(body));
  });
  assert.equal((await call('PATCH', '/api/v1/channels', { telegram_way: 'webhook' })).status, 200);
  const told = await until((w) => w, () => bot.webhook);
  assert.equal(told.url, `https://${name}/hooks/telegram`);
  const update = (id, text, from = 5005) => ({ update_id: id, message: { message_id: id, date: 1, chat: { id: from, type: 'private' }, from: { id: from, is_bot: false, first_name: 'M' }, text } });
  const start = update(5000, `/start ${first.code}`);
  for (const secret of [undefined, '', 'x', told.secret_token.slice(1), `${told.secret_token}x`])
    assert.equal((await call('POST', '/hooks/telegram', start, secret === undefined ? {} : { 'x-telegram-bot-api-secret-token': secret })).status, 401);
  const right = { 'x-telegram-bot-api-secret-token': told.secret_token };
  assert.equal((await call('POST', '/hooks/telegram', start, right)).status, 204);
  await until((m) => m.length === 1, linked);
  assert.match(linked()[0].text, /^Done, Ivan/, 'the code had not been used by those without the secret');
  // The same update once more: taken, and nothing done.
  assert.equal((await call('POST', '/hooks/telegram', { ...start, message: { ...start.message, chat: { id: 6006, type: 'private' }, text: `/start ${second.code}` } }, right)).status, 204);
  assert.equal((await call('PATCH', '/api/v1/channels', { telegram_way: 'polling' })).status, 200);
  await until((w) => w === null, () => bot.webhook);
  assert.equal((await call('POST', '/hooks/telegram', start, right)).status, 404);
  await house.stop();
  house.more = ['--test-clock', '--telegram-api', bot.url];
  await house.start();
  await house.setClock('2026-11-23T09:40:00Z');
  assert.equal(linked().length, 1);
  assert.equal((await ivan.get('/me/notifications')).ways.filter((w) => !w.dead_at).length, 1);
});

test('a_way_can_be_taken_back', async () => {
  const [way] = (await maria.get('/me/notifications')).ways;
  await ivan.del(`/me/notifications/${way.id}`, 404);
  await maria.del(`/me/notifications/${way.id}`);
  assert.equal((await maria.get('/me/notifications')).ways.length, 0);
});

test('an_urgent_call_is_put_off_once_whatever_letter_has_the_button', async () => {
  await end();
  await begin(); // no calls of other cases, whose alarms would ring as well
  await owner.patch('/channels', { telegram_token: bot.token });
  await until((c) => c.telegram_name, () => owner.get('/channels'));
  for (const [person, chat] of [[maria, MARIA], [ivan, IVAN]]) {
    bot.say(chat, `/start ${(await person.post('/me/notifications/telegram', {}, 201)).code}`);
    await until((n) => n.ways.length === 1, () => person.get('/me/notifications'));
  }
  const lead = await hot('zoya');
  const task = await call(lead);
  const letter = (n) => until((m) => m, () => bot.messages.filter((m) => m.text.includes('zoya') && button(m, 'call'))[n]);
  const later = async (message) => {
    const before = bot.answers.length;
    bot.press(message.chat.id, message, button(message, 'later'));
    await until((a) => a.length > before, () => bot.answers);
    return bot.answers.at(-1).text;
  };
  assert.match(await later(await letter(0)), /Отложено до|Put off until/);
  const put = await call(lead);
  assert.equal(Date.parse(put.due_at) - Date.parse(task.due_at), 15 * 60000);
  await house.setClock(new Date(Date.parse(put.due_at) - 60000).toISOString());
  assert.match(await later(await letter(1)), /откладывают один раз|is put off once/, 'the reminder has the button too');
  assert.equal((await call(lead)).due_at, put.due_at, 'the deadline stands');
});
