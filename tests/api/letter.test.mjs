// SPDX-License-Identifier: AGPL-3.0-or-later
// What comes back of a letter to a lead: the link that stops letters, and the word that one did not arrive. Real mail servers and readers of mail are in
// tests/peer; here a socket takes one letter after another.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import net from 'node:net';
import { open, until } from './harness.mjs';

let house, owner, writer, relay, script;
const letters = [];

/** As much of SMTP as a sender asks for. */
function take(socket) {
  let text = null, rest = '';
  socket.write('220 relay\r\n');
  socket.on('error', () => { /* gone */ });
  socket.on('data', (d) => {
    rest += d;
    for (let at; (at = rest.indexOf('\r\n')) >= 0; rest = rest.slice(at + 2)) {
      const line = rest.slice(0, at);
      if (text !== null && line !== '.') { text += `${line}\r\n`; continue; }
      if (text !== null) { letters.push(text); text = null; socket.write('250 taken\r\n'); continue; }
      if (/^DATA/i.test(line)) text = '';
      socket.write(/^DATA/i.test(line) ? '354 go on\r\n' : /^QUIT/i.test(line) ? '221 bye\r\n' : '250 ok\r\n');
    }
  });
}
const sent = async (who) => {
  await writer.post('//v1/identify', { messageId: who, userId: who, traits: { name: who, email: `${who}@works.example` }, context: { consent: { categoryPreferences: { answer: true } } } });
  const lead = (await owner.get(`/leads?q=${who}`)).items[0];
  await owner.post(`/leads/${lead.id}/replies`, { script_id: script.id, way: 'letter', subject: 'Hello', body: 'Hello' }, 204);
  const letter = await until((l) => l?.state === 'sent', async () => (await owner.get(`/letters?lead=${lead.id}`)).items[0]);
  return { lead, letter, text: letters.at(-1) };
};
const refusals = async (lead) => (await owner.get(`/leads/${lead.id}/consents`)).items.filter((c) => !c.given).map((c) => c.purpose).sort();

before(async () => {
  relay = net.createServer(take);
  await new Promise((done) => relay.listen(0, '127.0.0.1', done));
  house = await open({ args: ['--allow-networks', '127.0.0.1', '--public-url', 'https://127.0.0.1'] });
  owner = await house.person('owner');
  writer = house.writer();
  await owner.patch('/channels', { mail_host: '127.0.0.1', mail_port: relay.address().port, mail_tls: 'none', mail_from: 'gradus@works.example' });
  script = await owner.post('/replies', { name: 'by hand', kind: 'letter', subject: 'Hello', body: 'Hello', place: 1, automatic: false, enabled: true, condition: null, triggers: [] }, 201);
});
after(async () => { await house.close(); relay.close(); });

test('a_link_in_a_letter_stops_letters_by_one_post_and_by_nothing_else', async () => {
  const { lead, text } = await sent('anna');
  const [, path] = /^List-Unsubscribe: <https:\/\/127\.0\.0\.1(\/u\/lt_[0-9a-z]+\.[\w-]+)>/m.exec(text);
  const page = await house.stranger().get(`/${path}`);
  assert.match(page, /<button>Не присылать<\/button>/);
  assert.deepEqual(await refusals(lead), []);
  const done = await house.stranger().post(`/${path}`, 'List-Unsubscribe=One-Click', 200, { raw: true, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  assert.match(done, /больше писем не будет/);
  assert.deepEqual(await refusals(lead), ['advertising', 'answer']);
});

test('a_letter_that_came_back_is_dead_and_its_address_is_closed', async () => {
  const { lead, letter } = await sent('boris');
  await house.key().post(`/letters/${letter.id}/returned`, { how: 'nobody', why: '550 5.1.1 no such user' }, 204);
  const [now] = (await owner.get(`/letters?lead=${lead.id}`)).items;
  assert.deepEqual([now.state, now.error], ['dead', '550 5.1.1 no such user']);
  await owner.post(`/leads/${lead.id}/replies`, { script_id: script.id, way: 'letter', subject: 'x', body: 'x' }, 409);
});
