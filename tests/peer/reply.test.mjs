// SPDX-License-Identifier: AGPL-3.0-or-later
// Letters to leads: the one that answers by itself and the one that a person sends from a card, received by a real SMTP server.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { SMTPServer } from 'smtp-server';
import { simpleParser } from 'mailparser';
import { open, until } from '../api/harness.mjs';

const NOW = '2026-11-23T02:30:00Z'; // in the night
const agreed = { consent: { categoryPreferences: { answer: true } } };
const post = { letters: [], refuse: false };
let house, owner, head, writer, smtp, script, ask;

const says = (who, event, more = {}) => writer.post('//v1/track', { messageId: `${who}-${event}-${more.n ?? 0}`, userId: who, event, ...more });
const made = async (who, context = agreed) => {
  await writer.post('//v1/identify', { messageId: who, userId: who, traits: { name: `Mrs ${who}`, email: `${who}@works.example` }, context });
  return (await owner.get(`/leads?q=${who}`)).items[0];
};
const uses = async (lead) => (await owner.get(`/leads/${lead.id}/replies/uses`)).items;

before(async () => {
  house = await open({ now: NOW, args: ['--allow-networks', '127.0.0.1', '--public-url', ''] });
  owner = await house.person('owner');
  await owner.patch('/settings', { company: 'Works' });
  head = await house.person('head');
  writer = house.writer();
  smtp = new SMTPServer({
    authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: (address, session, done) => done(post.refuse ? Object.assign(new Error('4.2.1 busy'), { responseCode: 450 }) : undefined),
    onData: (stream, session, done) => simpleParser(stream).then((mail) => { post.letters.push({ mail, to: session.envelope.rcptTo.map((r) => r.address) }); done(); }),
  });
  await new Promise((done) => smtp.listen(0, '127.0.0.1', done));
  ask = { name: 'received', kind: 'letter', subject: '{{us}}: your request', body: '{{name}}, we have it.\n{{manager|One of us}} will call.', place: 0,
    automatic: true, enabled: true, condition: { fact: 'name', op: 'exists' }, triggers: ['Demo Requested'] };
  script = await head.post('/replies', ask, 201);
  // Nothing goes, and nothing is kept to go later, while no relay is set up.
  const early = await made('early');
  await says('early', 'Demo Requested');
  assert.deepEqual(await uses(early), []);
  await owner.patch('/channels', { mail_host: '127.0.0.1', mail_port: smtp.server.address().port, mail_tls: 'none', mail_from: 'gradus@works.example', mail_name: 'Works' });
});
after(async () => { await house.close(); await new Promise((done) => smtp.close(done)); });

test('who_asked_and_agreed_is_answered_at_night_once', async () => {
  const lead = await made('olga');
  await Promise.all([says('olga', 'Demo Requested'), says('olga', 'Demo Requested'), says('olga', 'Demo Requested', { n: 1 })]);
  const { mail, to } = await until((l) => l, () => post.letters[0]);
  assert.deepEqual(to, ['olga@works.example']);
  assert.equal(mail.subject, 'Works: your request');
  assert.match(mail.text, /^Mrs olga, we have it\.\nOne of us will call\./);
  const [use] = await until(([u]) => u?.letter === 'sent', () => uses(lead));
  assert.equal(use.by_id, null);
  await says('olga', 'Demo Requested', { n: 2 });
  await house.setClock('2026-11-23T03:45:00Z'); // behind the hour, within the day
  await says('olga', 'Demo Requested', { n: 3 });
  assert.equal((await uses(lead)).length, 1);
  await house.setClock('2026-11-24T03:00:00Z');
  await says('olga', 'Demo Requested', { n: 4 });
  await until((l) => l.length === 2, () => post.letters);
  const row = (await head.get('/replies')).items.find((s) => s.id === script.id);
  assert.deepEqual([row.uses, row.automatic_uses], [2, 2]);
});

test('who_did_not_agree_who_came_in_a_file_and_what_is_old_is_not_answered', async () => {
  const before = post.letters.length;
  const silent = await made('silent', {});
  await says('silent', 'Demo Requested');
  const late = await made('late');
  await says('late', 'Demo Requested', { timestamp: '2026-11-24T01:00:00Z', sentAt: '2026-11-24T03:00:00Z' });
  const other = await made('other');
  await says('other', 'Form Submitted');
  for (const lead of [silent, late, other]) assert.deepEqual(await uses(lead), []);
  // One that is switched off sends nothing from that moment on.
  await head.put(`/replies/${script.id}`, { ...ask, enabled: false });
  const off = await made('off');
  await says('off', 'Demo Requested');
  assert.deepEqual(await uses(off), []);
  assert.equal(post.letters.length, before);
});

test('a_person_sends_a_letter_from_the_card_and_a_withdrawal_stops_what_waits', async () => {
  const s = await head.post('/replies', { name: 'by hand', kind: 'letter', subject: 'Hello', body: 'Hello {{name}}', place: 1, automatic: false, enabled: true, condition: null, triggers: [] }, 201);
  const lead = await made('anna', {});
  const said = { script_id: s.id, way: 'letter', subject: 'Hello', body: 'Hello, Anna' };
  const refused = await head.call('POST', `/leads/${lead.id}/replies`, said);
  assert.equal(refused.status, 409);
  assert.match(refused.text, /не соглашался/);
  assert.equal((await head.get(`/leads/${lead.id}/replies`)).items[0].letter, false);
  await head.post(`/leads/${lead.id}/consents`, { purpose: 'answer', given: true, place: 'by phone' });
  assert.equal((await head.get(`/leads/${lead.id}/replies`)).items[0].letter, true);
  const before = post.letters.length;
  await head.post(`/leads/${lead.id}/replies`, said, 204);
  await until((l) => l.length === before + 1, () => post.letters);
  assert.equal(post.letters.at(-1).mail.text.trim(), 'Hello, Anna');
  post.refuse = true;
  await head.post(`/leads/${lead.id}/replies`, { ...said, body: 'Once more' }, 204);
  await until(([l]) => l.tries === 1 && l.error, async () => (await owner.get(`/letters?lead=${lead.id}`)).items);
  await head.post(`/leads/${lead.id}/consents`, { purpose: 'answer', given: false, place: 'by phone' });
  assert.equal((await uses(lead))[0].letter, 'withdrawn');
  post.refuse = false;
  await house.setClock('2026-11-24T05:00:00Z');
  await made('nobody');
  assert.equal(post.letters.length, before + 1, 'it is not sent');
});
