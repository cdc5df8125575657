// SPDX-License-Identifier: AGPL-3.0-or-later
// Letters out of the house, judged by those who receive such letters elsewhere: an SMTP server and a parser of mail, the reference library of
// Standard Webhooks, the parts of web push.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import { createECDH, createPublicKey, randomBytes, verify } from 'node:crypto';
import { SMTPServer } from 'smtp-server';
import { simpleParser } from 'mailparser';
import { Webhook } from 'standardwebhooks';
import ece from 'http_ece';
import { open, until } from '../api/harness.mjs';

const heat = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'];
const NOW = '2026-11-23T09:00:00Z';
let house, owner, maria, writer;

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

/* ---- webhooks, by the reference library ---- */

test('a_webhook_is_accepted_by_the_reference_library_also_while_its_secret_is_changed', async () => {
  const got = [];
  const receiver = http.createServer(async (q, r) => {
    let body = '';
    for await (const piece of q) body += piece;
    got.push({ headers: q.headers, body });
    r.writeHead(204).end();
  });
  await new Promise((done) => receiver.listen(0, '127.0.0.1', done));
  await house.setClock(new Date().toISOString()); // the library looks at its own clock
  owner = await house.signIn('owner@example.org');
  const hook = await owner.post('/hooks', { name: 'x', url: `http://127.0.0.1:${receiver.address().port}/`, types: ['lead.hot'] }, 201);
  await owner.post(`/hooks/${hook.id}/test`, {});
  await until((n) => n === 1, () => got.length);
  assert.equal(new Webhook(hook.secret).verify(got[0].body, got[0].headers).type, 'test');
  const fresh = await owner.post(`/hooks/${hook.id}/rotate`, {});
  await owner.post(`/hooks/${hook.id}/test`, {});
  await until((n) => n === 2, () => got.length);
  for (const secret of [hook.secret, fresh.secret]) new Webhook(secret).verify(got[1].body, got[1].headers);
  assert.throws(() => new Webhook(hook.secret).verify(`${got[1].body} `, got[1].headers));
  receiver.close();
});

/* ---- web push: the browser's side ---- */

test('a_browser_can_read_what_is_pushed_and_its_service_knows_who_pushes', async () => {
  const got = [];
  let status = 201;
  const service = http.createServer(async (q, r) => {
    const pieces = [];
    for await (const piece of q) pieces.push(piece);
    got.push({ headers: q.headers, body: Buffer.concat(pieces) });
    r.writeHead(status).end();
  });
  await new Promise((done) => service.listen(0, '127.0.0.1', done));
  const browser = createECDH('prime256v1'), auth = randomBytes(16);
  browser.generateKeys();
  maria = await house.signIn('maria@example.org');
  const { push_key } = await maria.get('/me/notifications');
  assert.equal(Buffer.from(push_key, 'base64url').length, 65);
  await maria.post('/me/notifications/push', { endpoint: `http://127.0.0.1:${service.address().port}/push/1`, p256dh: browser.getPublicKey('base64url'), auth: auth.toString('base64url'), name: 'Chromium' }, 201);
  await maria.post('/me/notifications/test', { channel: 'push' });
  await until((n) => n === 1, () => got.length);
  const { headers, body } = got[0];
  const read = JSON.parse(ece.decrypt(body, { version: 'aes128gcm', privateKey: browser, authSecret: auth.toString('base64url') }));
  assert.equal(read.title, 'Проверка связи');
  assert.equal(read.id, headers.topic);
  assert.deepEqual([headers['content-encoding'], headers.urgency, Number(headers.ttl) > 0], ['aes128gcm', 'high', true]);
  const [, token, key] = /^vapid t=([^,]+), k=(.+)$/.exec(headers.authorization);
  assert.equal(key, push_key);
  const point = Buffer.from(key, 'base64url'), [head, claims, signature] = token.split('.');
  const jwk = { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') };
  assert.ok(verify('sha256', Buffer.from(`${head}.${claims}`), { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url')));
  const said = JSON.parse(Buffer.from(claims, 'base64url'));
  assert.equal(said.aud, `http://127.0.0.1:${service.address().port}`);
  assert.ok(said.exp > Date.now() / 1000 && said.exp <= Date.now() / 1000 + 24 * 3600);
  // The browser unsubscribes: it is not written to again.
  status = 410;
  await maria.post('/me/notifications/test', { channel: 'push' });
  await until((n) => n.ways[0].dead_at, () => maria.get('/me/notifications'));
  await maria.post('/me/notifications/test', { channel: 'push' }, 409);
  service.close();
});
