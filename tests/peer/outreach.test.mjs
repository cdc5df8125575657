// SPDX-License-Identifier: AGPL-3.0-or-later
// Letters out of the house, judged by those who receive such letters elsewhere: an SMTP server and a parser of mail, the reference library of
// Standard Webhooks, the parts of web push.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { SMTPServer } from 'smtp-server';
import { simpleParser } from 'mailparser';
import { open } from '../api/harness.mjs';

const heat = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'];
const NOW = '2026-11-23T09:00:00Z';
let house, owner, maria, writer;

export async function until(what, read, ms = 8000) {
  for (const end = Date.now() + ms; ;) {
    const v = await read();
    if (what(v)) return v;
    assert.ok(Date.now() < end, JSON.stringify(v)?.slice(0, 1500));
    await new Promise((done) => setTimeout(done, 30));
  }
}
async function hot(who, name = who) {
  await writer.post('//v1/identify', { messageId: who, userId: who, traits: { name, email: `${who}@works.example`, title: 'CEO', budget: 1000, industry: 'machines', employees: 300 } });
  for (const event of heat) await writer.post('//v1/track', { messageId: `${who}-${event}`, userId: who, event });
  return (await owner.get(`/leads?q=${who}`)).items[0];
}

before(async () => {
  house = await open({ now: NOW, args: ['--allow-networks', '127.0.0.1', '--plain-hooks', '--public-url', ''] });
  owner = await house.person('owner');
  maria = await house.person('manager', 'maria@example.org', 'Мария');
  writer = house.writer();
  await house.setClock(NOW);
});
after(() => house.close());

/* ---- mail ---- */

const post = { letters: [], commands: [], refuse: null };
let smtp;
before(async () => {
  smtp = new SMTPServer({
    authOptional: true, disabledCommands: ['STARTTLS'], allowInsecureAuth: true,
    onAuth: (auth, session, done) => (auth.username === 'gradus' && auth.password === 'p@ss "word' ? done(null, { user: 1 }) : done(new Error('no'))),
    onRcptTo: (address, session, done) => { post.commands.push(address.address); done(post.refuse?.(address) ?? undefined); },
    onData(stream, session, done) {
      let raw = '';
      stream.setEncoding('utf8');
      stream.on('data', (d) => { raw += d; });
      stream.on('end', async () => {
        const cut = post.drop?.();
        if (cut) { session.drop = true; for (const c of smtp.connections) c.close(); return; }
        post.letters.push({ raw, to: session.envelope.rcptTo.map((r) => r.address), from: session.envelope.mailFrom.address, user: session.user, mail: await simpleParser(raw) });
        done();
      });
    },
  });
  await new Promise((done) => smtp.listen(0, '127.0.0.1', done));
});
after(() => new Promise((done) => smtp.close(done)));

test('a_letter_goes_to_the_relay_and_is_read_as_it_was_written', async () => {
  await owner.patch('/channels', { mail_host: '127.0.0.1', mail_port: 1, mail_from: 'not an address' }, 422);
  await owner.patch('/channels', { mail_host: '127.0.0.1\r\nRCPT', mail_from: 'gradus@works.example' }, 422);
  const set = await owner.patch('/channels', { mail_host: '127.0.0.1', mail_port: smtp.server.address().port, mail_tls: 'none', mail_user: 'gradus',
    mail_password: 'p@ss "word', mail_from: 'gradus@works.example', mail_name: 'Градус: "отдел продаж"' });
  assert.ok(set.mail_password_set && !JSON.stringify(set).includes('p@ss'));
  await maria.put('/me/notifications', { channels: { hot: ['mail'], reminder: ['mail'] } });
  const name = 'Аннабель-Виктория Константинопольская из общества с ограниченной ответственностью «Ёлки и палки»';
  const lead = await hot('anna', name);
  const { raw, to, from, user, mail } = await until((l) => l, () => post.letters[0]);
  assert.deepEqual([to, from, user], [['maria@example.org'], 'gradus@works.example', 1]);
  assert.equal(mail.subject, `Горячий лид: ${name}`.slice(0, mail.subject.length));
  assert.ok(mail.subject.length > 70);
  assert.equal(mail.from.value[0].name, 'Градус: "отдел продаж"');
  assert.equal(mail.from.value[0].address, 'gradus@works.example');
  assert.match(mail.text, /Позвонить до 12:/);
  const [letter] = await until(([l]) => l?.state === 'sent', async () => (await owner.get(`/letters?lead=${lead.id}`)).items);
  assert.equal(mail.messageId, `<${letter.id}@works.example>`);
  assert.equal(mail.date.toISOString(), '2026-11-23T09:00:00.000Z');
  assert.ok(raw.split('\r\n').every((l) => l.length <= 78 && !/[^\x20-\x7e\t]/.test(l)), 'short lines of ASCII');
});

test('a_refusal_is_kept_in_the_words_of_the_relay_and_a_busy_one_is_asked_again', async () => {
  let n = 0;
  post.refuse = () => Object.assign(new Error(++n === 1 ? '4.2.1 busy' : '5.1.1 no such user'), { responseCode: n === 1 ? 450 : 550 });
  await maria.post('/me/notifications/test', { channel: 'mail' });
  const busy = await until((l) => l?.tries === 1 && l.error, async () => (await maria.get('/me/letters')).items[0]);
  assert.equal(busy.state, 'waiting');
  assert.equal(busy.status, 450);
  assert.match(busy.error, /4\.2\.1 busy/);
  assert.ok(Date.parse(busy.next_at) >= Date.parse(NOW) + 54000);
  await house.setClock('2026-11-23T09:02:00Z');
  const dead = await until((l) => l.state === 'dead', async () => (await maria.get('/me/letters')).items[0]);
  assert.match(dead.error, /5\.1\.1 no such user/);
  post.refuse = null;
  await owner.patch('/channels', { mail_password: 'wrong' });
  await maria.post('/me/notifications/test', { channel: 'mail' });
  const denied = await until((l) => l?.tries === 1 && l.status === 535, async () => (await maria.get('/me/letters')).items[0]);
  assert.equal(denied.state, 'dead');
  await owner.patch('/channels', { mail_password: 'p@ss "word' });
});

test('what_is_no_address_or_would_be_a_header_is_never_sent', async () => {
  const before = post.commands.length;
  // A name with line ends becomes one line; the subject has no header of another's.
  await maria.put('/me/notifications', { channels: { hot: ['mail'] } });
  await house.person('head', 'head@example.org', 'Head');
  const lead = await hot('bob', 'Bob\u2028Bcc: victim@example.org');
  await until(([l]) => l?.state === 'sent', async () => (await owner.get(`/letters?lead=${lead.id}`)).items);
  const { mail, raw, to } = post.letters.at(-1);
  assert.equal(mail.headers.has('bcc'), false);
  assert.deepEqual(to, ['maria@example.org']);
  assert.equal(raw.split('\r\n\r\n')[0].split('\r\n').filter((l) => /^(bcc|to|cc):/i.test(l)).length, 1);
  assert.equal(post.commands.length, before + 1);
});

test('a_server_that_drops_after_the_text_is_asked_again_under_the_same_name', async () => {
  let dropped = 0;
  post.drop = () => dropped++ === 0;
  const before = post.letters.length;
  await maria.post('/me/notifications/test', { channel: 'mail' });
  const held = await until((l) => l?.tries === 1 && l.error, async () => (await maria.get('/me/letters')).items[0]);
  assert.equal(held.state, 'waiting');
  await house.setClock('2026-11-23T09:10:00Z');
  await until((l) => l.state === 'sent', async () => (await maria.get('/me/letters')).items[0]);
  assert.equal(post.letters.length, before + 1);
  assert.equal(post.letters.at(-1).mail.messageId, `<${held.id}@works.example>`);
  post.drop = null;
});
