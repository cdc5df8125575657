// SPDX-License-Identifier: AGPL-3.0-or-later
// Letters by a real SMTP server with a real certificate, and what becomes of them: believed by its authority alone, never in the clear, refused for
// good and opened again, read as text and as HTML, left by the link or by what mail programs press.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { simpleParser } from 'mailparser';
import { open, until } from '../api/harness.mjs';

const NOW = '2026-11-23T09:00:00Z';
const folder = mkdtempSync(join(tmpdir(), 'gradus-mail-'));
const post = { letters: [], rcpt: [], refuse: null };
let house, owner, maria, writer, starttls, implicit, wrong;

const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
/** A certificate for that address, by that authority. */
function certificate(name, address, authority) {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  if (!authority) {
    openssl('req', '-x509', ...curve, '-days', '2', '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.pem`);
    return;
  }
  writeFileSync(join(folder, 'ext'), `subjectAltName=IP:${address}`);
  openssl('req', ...curve, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
  openssl('x509', '-req', '-in', `${name}.csr`, '-CA', `${authority}.pem`, '-CAkey', `${authority}.key`, '-CAcreateserial', '-days', '2', '-extfile', 'ext', '-out', `${name}.pem`);
}
const relay = async (name, options) => {
  const server = new SMTPServer({
    key: readFileSync(join(folder, `${name}.key`)), cert: readFileSync(join(folder, `${name}.pem`)), ...options,
    onAuth: (auth, session, done) => done(null, { user: auth.username }),
    onRcptTo: (address, session, done) => { post.rcpt.push(address.address); done(post.refuse ?? undefined); },
    onData(stream, session, done) {
      const pieces = [];
      stream.on('data', (d) => pieces.push(d));
      stream.on('end', async () => {
        const raw = Buffer.concat(pieces).toString();
        post.letters.push({ raw, mail: await simpleParser(raw), to: session.envelope.rcptTo.map((r) => r.address), secure: session.secure, user: session.user });
        done();
      });
    },
  });
  server.on('error', () => { /* a client that does not believe us goes away */ });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  server.port = server.server.address().port;
  return server;
};
const mine = async () => (await maria.get('/me/letters')).items[0];
/** A test letter to Maria by that relay, as it stands after its first attempt. */
const tried = async (port, tls) => {
  await owner.patch('/channels', { mail_host: '127.0.0.1', mail_port: port, mail_tls: tls, mail_user: 'gradus', mail_password: 'secret', mail_from: 'gradus@works.example', mail_name: 'Works' });
  await maria.post('/me/notifications/test', { channel: 'mail' });
  return until((l) => l?.tries === 1 && (l.error || l.state === 'sent'), mine);
};
const made = async (who, traits = {}) => {
  await writer.post('//v1/identify', { messageId: who, userId: who, traits: { name: who, email: `${who}@works.example`, ...traits }, context: { consent: { categoryPreferences: { answer: true } } } });
  return (await owner.get(`/leads?q=${who}`)).items[0];
};
const letterOf = async (lead) => (await owner.get(`/letters?lead=${lead.id}`)).items[0];
let script;
const write = (lead, body, status = 204) => owner.post(`/leads/${lead.id}/replies`, { script_id: script.id, way: 'letter', subject: 'Hello', body }, status);

before(async () => {
  certificate('authority');
  certificate('other');
  certificate('right', '127.0.0.1', 'authority');
  certificate('elsewhere', '10.1.1.1', 'authority');
  certificate('unknown', '127.0.0.1', 'other');
  starttls = await relay('right', {});
  implicit = await relay('right', { secure: true });
  wrong = { starttls: await relay('elsewhere', {}), implicit: await relay('elsewhere', { secure: true }), unknown: await relay('unknown', {}) };
  // --public-url names the address that the tests call too: the door of the links has the host that is asked for.
  house = await open({ now: NOW, args: ['--allow-networks', '127.0.0.1', '--tls-trust', join(folder, 'authority.pem'), '--public-url', 'https://127.0.0.1'] });
  owner = await house.person('owner');
  maria = await house.person('manager', 'maria@example.org', 'Мария');
  writer = house.writer();
  script = await owner.post('/replies', { name: 'by hand', kind: 'letter', subject: 'Hello', body: '{{name}}', place: 1, automatic: false, enabled: true, condition: null, triggers: [] }, 201);
});
after(async () => {
  await house.close();
  for (const s of [starttls, implicit, ...Object.values(wrong)]) await new Promise((done) => s.close(done));
  rmSync(folder, { recursive: true });
});

test('a_relay_is_believed_by_its_certificate_by_either_way_of_TLS', async () => {
  for (const [server, tls] of [[starttls, 'starttls'], [implicit, 'tls']]) {
    const before = post.letters.length;
    assert.equal((await tried(server.port, tls)).state, 'sent');
    const letter = post.letters[before];
    assert.deepEqual([letter.to, letter.secure, letter.user], [['maria@example.org'], true, 'gradus']);
  }
});

test('a_certificate_of_another_or_by_an_unknown_authority_gets_no_letter', async () => {
  const before = post.rcpt.length;
  for (const [port, tls] of [[wrong.starttls.port, 'starttls'], [wrong.implicit.port, 'tls'], [wrong.unknown.port, 'starttls']]) {
    const letter = await tried(port, tls);
    assert.deepEqual([letter.state, letter.error], ['waiting', 'insecure']);
  }
  assert.equal(post.rcpt.length, before);
});

test('who_takes_STARTTLS_out_on_the_way_hears_no_password_and_no_letter', async () => {
  const said = [];
  const stripper = net.createServer((s) => {
    s.write('220 relay ESMTP\r\n');
    s.on('error', () => { /* gone */ });
    s.on('data', (d) => {
      const line = d.toString();
      said.push(line.trim());
      s.write(/^EHLO/i.test(line) ? '250-relay\r\n250 AUTH PLAIN LOGIN\r\n' : /^QUIT/i.test(line) ? '221 bye\r\n' : '250 ok\r\n');
    });
  });
  await new Promise((done) => stripper.listen(0, '127.0.0.1', done));
  const letter = await tried(stripper.address().port, 'starttls');
  assert.deepEqual([letter.state, letter.error], ['waiting', 'insecure']);
  assert.ok(said.length && said.every((l) => /^(EHLO|HELO|QUIT|STARTTLS)/i.test(l)), JSON.stringify(said));
  stripper.close();
});

test('an_address_that_is_refused_for_good_is_written_to_no_more_until_somebody_sends_again', async () => {
  assert.equal((await tried(starttls.port, 'starttls')).state, 'sent');
  const lead = await made('gone');
  const no = (code, text) => Object.assign(new Error(text), { responseCode: code });
  // What is the relay's or the letter's fault leaves the address as it is.
  post.refuse = no(554, '5.7.1 blocked');
  await write(lead, 'one');
  assert.match((await until((l) => l.state === 'dead', () => letterOf(lead))).error, /5\.7\.1 blocked/);
  post.refuse = no(550, '5.1.1 no such user here');
  await write(lead, 'two');
  const dead = await until((l) => l.state === 'dead', () => letterOf(lead));
  assert.match(dead.error, /^550 5\.1\.1 no such user here/);
  const seen = post.rcpt.length;
  const refused = await owner.call('POST', `/leads/${lead.id}/replies`, { script_id: script.id, way: 'letter', subject: 'x', body: 'three' });
  assert.equal(refused.status, 409);
  assert.match(refused.text, /не принимают: 550 5\.1\.1/);
  // The same address of somebody else, in other letters' case.
  const twin = await made('twin', { email: 'GONE@Works.Example' });
  assert.equal((await owner.call('POST', `/leads/${twin.id}/replies`, { script_id: script.id, way: 'letter', subject: 'x', body: 'x' })).status, 409);
  assert.equal(post.rcpt.length, seen, 'no attempt was made');
  post.refuse = null;
  await owner.post(`/letters/${dead.id}/again`, {});
  await until((l) => l.state === 'sent', async () => (await owner.get(`/letters?lead=${lead.id}`)).items.find((l) => l.id === dead.id));
  await write(lead, 'four');
  await until((l) => l.state === 'sent', () => letterOf(lead));
});

test('a_letter_to_a_lead_is_text_and_HTML_in_which_everything_is_text', async () => {
  const name = '<img src=x onerror=alert(1)> & "Co" https://evil.example';
  const lead = await made('markup', { name });
  const before = post.letters.length;
  await write(lead, `${name}!\nSecond line\n\nAnother <b>paragraph</b>`);
  const { mail, raw } = await until((l) => l, () => post.letters[before]);
  assert.ok(raw.split('\r\n').every((l) => l.length <= 200 && !/[^\x20-\x7e\t]/.test(l)), 'lines of ASCII');
  assert.ok(mail.text.startsWith(`${name}!\nSecond line\n\nAnother <b>paragraph</b>\n`));
  assert.match(mail.html, /<p>&lt;img src=x onerror=alert\(1\)&gt; &amp; &quot;Co&quot; https:\/\/evil\.example!<br>\nSecond line<\/p>\n<p>Another &lt;b&gt;paragraph&lt;\/b&gt;<\/p>/);
  assert.deepEqual([...mail.html.matchAll(/<([a-z]+)/g)].map((m) => m[1]), ['html', 'body', 'p', 'br', 'p', 'hr', 'p', 'a'], 'no tag but ours');
  assert.equal(mail.headers.get('list').unsubscribe.mail, 'gradus@works.example?subject=unsubscribe');
  assert.match(raw, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
  const { url } = mail.headers.get('list').unsubscribe;
  assert.ok(mail.text.includes(url) && mail.html.includes(`href="${url}"`));
});

test('TRK_08_a_scanner_that_opens_the_link_changes_nothing_and_one_post_takes_consent_back', async () => {
  const lead = await made('olga');
  const before = post.letters.length;
  await write(lead, 'Hello');
  const { mail } = await until((l) => l, () => post.letters[before]);
  const link = new URL(mail.headers.get('list').unsubscribe.url);
  assert.equal(`${link.protocol}//${link.host}`, 'https://127.0.0.1');
  const consents = async () => (await owner.get(`/leads/${lead.id}/consents`)).items;
  const given = await consents();
  const nobody = house.stranger(), form = { headers: { 'content-type': 'application/x-www-form-urlencoded' }, raw: true };
  for (const method of ['GET', 'HEAD']) {
    const page = await nobody.call(method, `/${link.pathname}`);
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-type'), /^text\/html/);
    assert.match(page.headers.get('content-security-policy'), /default-src 'none'/);
    if (method === 'GET') assert.match(page.text, /<form method="post">.*name="List-Unsubscribe" value="One-Click"/);
  }
  assert.equal((await nobody.call('POST', `/${link.pathname}`, '', form)).status, 400, 'nothing said');
  assert.deepEqual(await consents(), given);
  // A name that nobody gave, another letter's, and one with a changed mark.
  const [id, mark] = link.pathname.slice(3).split('.');
  for (const token of [id, `${id}.`, `${id}.${mark.slice(1)}`, `${id}.${mark[0] === 'A' ? 'B' : 'A'}${mark.slice(1)}`, `lt_0000000000001.${mark}`, `${mark}.${id}`])
    assert.equal((await nobody.call('POST', `//u/${token}`, 'List-Unsubscribe=One-Click', form)).status, 404, token);

  // What waits is not sent any more either.
  post.refuse = Object.assign(new Error('4.2.1 busy'), { responseCode: 450 });
  await write(lead, 'Once more');
  await until((l) => l.tries === 1 && l.error, () => letterOf(lead));
  post.refuse = null;
  for (let i = 0; i < 5; i++) assert.equal((await nobody.call('POST', `/${link.pathname}`, 'List-Unsubscribe=One-Click', form)).status, 200);
  const now = await consents();
  assert.deepEqual(now.slice(0, now.length - given.length).map((c) => [c.purpose, c.given, c.words]).sort(), [['advertising', false, 'List-Unsubscribe'], ['answer', false, 'List-Unsubscribe']], 'once');
  assert.equal((await letterOf(lead)).state, 'withdrawn');
  await write(lead, 'And again', 409);
  // As mail programs may post it: in parts.
  const other = await made('vera');
  await write(other, 'Hello');
  const token = new URL((await until((l) => l?.to[0] === 'vera@works.example' && l, () => post.letters.at(-1))).mail.headers.get('list').unsubscribe.url).pathname;
  assert.equal((await nobody.call('POST', `/${token}`, '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
    { headers: { 'content-type': 'multipart/form-data; boundary=x' }, raw: true })).status, 200);
  assert.equal((await owner.get(`/leads/${other.id}/consents`)).items[0].given, false);
});

test('TRK_09_a_link_is_one_letters_own_and_may_be_used_often', async () => {
  const [a, b] = [await made('lead-a'), await made('lead-b')];
  await write(a, 'Hello');
  const mail = (await until((l) => l?.to[0] === 'lead-a@works.example' && l, () => post.letters.at(-1))).mail;
  const path = new URL(mail.headers.get('list').unsubscribe.url).pathname;
  const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' }, raw: true };
  const refused = async (lead) => (await owner.get(`/leads/${lead.id}/consents`)).items.filter((c) => !c.given).length;
  const codes = await Promise.all(Array.from({ length: 100 }, (_, i) => house.stranger().call('POST', `/${path}${i % 2 ? '' : `?lead=${b.id}`}`, 'List-Unsubscribe=One-Click', form).then((r) => r.status)));
  assert.ok(codes.every((s, i) => (i % 2 ? s === 200 : s === 200 || s === 400)), JSON.stringify(codes));
  assert.deepEqual([await refused(a), await refused(b)], [2, 0]);
});

test('MAIL_06_who_reads_the_reports_tells_that_a_letter_came_back', async () => {
  const lead = await made('back');
  await write(lead, 'Hello');
  const letter = await until((l) => l.state === 'sent', () => letterOf(lead));
  const told = { how: 'later', why: '452 4.2.2 <b>mailbox full</b>' };
  await house.stranger().post(`/letters/${letter.id}/returned`, told, 401);
  await house.stranger().post(`/letters/${letter.id}/returned`, { why: 'x'.repeat(1 << 20) }, 401);
  await maria.post(`/letters/${letter.id}/returned`, told, 403);
  const key = house.key();
  await key.post(`/letters/${letter.id}/returned`, { ...told, why: 'x'.repeat(501) }, 422);
  await key.post(`/letters/${letter.id}/returned`, { ...told, how: 'lost' }, 422);
  await key.post('/letters/lt_0000000000001/returned', told, 404);
  await key.post(`/letters/${letter.id}/returned`, told, 204);
  assert.deepEqual(await letterOf(lead).then((l) => [l.state, l.error]), ['dead', '452 4.2.2 <b>mailbox full</b>']);
  await write(lead, 'The box may be emptied');
  const next = await until((l) => l.state === 'sent', () => letterOf(lead));
  await key.post(`/letters/${next.id}/returned`, { how: 'nobody', why: '550 5.1.1 gone' }, 204);
  await write(lead, 'x', 409);
  const angry = await made('angry');
  await write(angry, 'Hello');
  const spam = await until((l) => l.state === 'sent', () => letterOf(angry));
  await key.post(`/letters/${spam.id}/returned`, { how: 'complaint', why: 'abuse report' }, 204);
  assert.equal((await owner.get(`/leads/${angry.id}/consents`)).items.filter((c) => !c.given).length, 2);
});

test('MAIL_02_what_is_more_than_one_address_is_refused_at_the_door_and_one_goes_to_SMTP', async () => {
  for (const email of ['a@b.example,victim@c.example', 'a@b.example>\r\nRCPT TO:<x@y.example>', '"a\\"\r\n"@b.example', `${'x'.repeat(320)}@b.example`])
    assert.equal((await owner.call('POST', '/leads', { name: 'x', email })).status, 422, email);
  const lead = await made('single'), from = post.rcpt.length;
  await write(lead, 'Hello');
  await until((l) => l.state === 'sent', () => letterOf(lead));
  assert.deepEqual(post.rcpt.slice(from), ['single@works.example']);
});

test('MAIL_03_a_text_that_looks_like_SMTP_is_one_letter_in_short_lines', async () => {
  const lead = await made('smuggler'), from = post.letters.length;
  const body = `one\n.\ntwo\r\n.\r\nMAIL FROM:<evil@works.example>\r\n.\rthree\n${'long '.repeat(1900)}\nend`;
  await write(lead, body);
  await until((l) => l.state === 'sent', () => letterOf(lead));
  await write(lead, 'the next');
  await until((n) => n >= from + 2, () => post.letters.length);
  assert.equal(post.letters.length, from + 2, 'two letters, and nothing between them');
  const { raw, mail } = post.letters[from];
  assert.ok(raw.split('\r\n').every((l) => l.length <= 200 && l !== '.'));
  assert.equal(raw.replaceAll('\r\n', '').search(/[\r\n]/), -1, 'no line ends but CRLF');
  assert.ok(mail.text.includes('one\n.\ntwo\n.\nMAIL FROM:<evil@works.example>\n'));
  assert.ok(mail.text.includes('long '.repeat(1900).trimEnd()));
});

test('MAIL_04_a_name_of_a_host_has_one_form_and_what_cannot_be_seen_is_refused', async () => {
  await made('idn', { email: 'user@пример.рф' });
  const lead = (await owner.get('/leads?q=idn')).items[0];
  assert.equal(lead.email, 'user@xn--e1afmkfd.xn--p1ai');
  await writer.post('//v1/identify', { messageId: 'idn-2', userId: 'idn-2', traits: { name: 'Second', email: 'User@XN--E1AFMKFD.xn--p1ai' } });
  assert.equal((await owner.get('/leads?q=Second')).items[0].id, lead.id, 'one person by either form');
  for (const email of ['user@exa\u200dmple.org', 'user@exa\u200bmple.org'])
    assert.equal((await owner.call('POST', '/leads', { name: 'x', email })).status, 422, email);
  const from = post.rcpt.length;
  await write(lead, 'Привет');
  await until((l) => l.state === 'sent', () => letterOf(lead));
  assert.deepEqual(post.rcpt.slice(from), ['User@пример.рф'], 'as the server of the test shows what came as xn--');
});
