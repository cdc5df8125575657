// SPDX-License-Identifier: AGPL-3.0-or-later
// Killed between the event and the message, again and again: every hot lead's letter arrives, and whatever arrives twice bears one name.
// The stand-in of the Bot API is slow now and then, so that kills fall before, within and behind the sending.
//   node tests/crash/outreach.mjs ROUNDS [SEED]        on the database that GRADUS_TEST_DATABASE names
import assert from 'node:assert/strict';
import { open, until } from '../api/harness.mjs';
import { telegram } from '../api/telegram.mjs';

const rounds = Number(process.argv[2] ?? 10);
let seed = Number(process.argv[3] ?? 7);
const random = (n) => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed % n; };
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const heat = ['Price List Downloaded', 'Webinar Attended', 'Form Submitted', 'Demo Requested'];
const bot = await telegram();
const house = await open({ now: '2026-11-23T09:00:00Z', args: ['--telegram-api', bot.url] });
let now = Date.parse('2026-11-23T09:00:00Z');
const clock = async (by) => { now += by; await house.setClock(new Date(now).toISOString(), true); };
house.addUser('owner');
let owner = await house.signIn('owner@example.org');
const reader = house.key();
const maria = await house.person('manager', 'maria@example.org', 'Мария');
const writer = house.writer();
await owner.patch('/channels', { telegram_token: bot.token });
await until((c) => c.telegram_name, () => owner.get('/channels'));
bot.say(1001, `/start ${(await maria.post('/me/notifications/telegram', {}, 201)).code}`);
await until((n) => n.ways.length, () => maria.get('/me/notifications'));
await owner.patch(`/managers/${maria.id}`, { capacity: 0 });

const acknowledged = [];
let made = 0;
for (let round = 0; round < rounds; round++) {
  const killAt = 60 + random(700);
  bot.delay = [0, 0, 30, 120][random(4)];
  bot.answer = random(3) ? null : (c) => (c.method === 'sendMessage' && random(2) ? 'hang' : null);
  let alive = true;
  const work = (async () => {
    while (alive) {
      const who = `lead-${String(made++).padStart(5, '0')}`;
      try {
        await writer.post('//v1/identify', { messageId: who, userId: who, traits: { name: who, email: `${who}@works.example`, title: 'CEO', budget: 1000, industry: 'machines', employees: 300 } });
        for (const event of heat) await writer.post('//v1/track', { messageId: `${who}-${event}`, userId: who, event });
        acknowledged.push(who);
      } catch (e) { if (alive && !/fetch failed|ECONN|other side/.test(String(e?.cause ?? e))) throw e; }
    }
  })();
  await sleep(killAt);
  alive = false;
  await house.stop('SIGKILL');
  await work;
  bot.polling = false;
  await house.start();
  await clock(90000); // leases of the dead have passed
}
bot.delay = 0;
bot.answer = null;
await clock(90000);
// All that was acknowledged is hot; each has its call, the call its letter, the letter has arrived.
const letters = [];
await until((left) => left === 0, async () => {
  await clock(61000);
  letters.length = 0;
  let waiting = 0;
  for (let next = ''; next !== null;) {
    const page = await reader.get(`/letters?channel=telegram&limit=200${next ? `&cursor=${encodeURIComponent(next)}` : ''}`);
    for (const l of page.items) if (l.kind === 'hot') { letters.push(l); waiting += l.state === 'waiting'; }
    next = page.next;
  }
  return waiting;
});
const byLead = Map.groupBy ? Map.groupBy(letters, (l) => l.lead_id) : letters.reduce((m, l) => m.set(l.lead_id, [...(m.get(l.lead_id) ?? []), l]), new Map());
let lost = 0, double = 0, again = 0;
for (const who of acknowledged) {
  const [lead] = (await reader.get(`/leads?q=${who}`)).items;
  const mine = byLead.get(lead.id) ?? [];
  if (mine.length !== 1 || mine[0].state !== 'sent') { lost += mine.length < 1; double += mine.length > 1; continue; }
  const sends = bot.sent().filter((c) => c.body.text.startsWith(`<b>Горячий лид: ${who}<`));
  const names = new Set(sends.map((c) => c.key));
  lost += sends.length === 0;
  double += names.size > 1 || (names.size === 1 && !names.has(mine[0].id));
  again += sends.length > 1;
}
console.log(`outreach on ${process.env.GRADUS_TEST_DATABASE ?? 'sqlite'}: ${rounds} kills, ${acknowledged.length} hot leads, ${letters.length} letters; lost ${lost}, under another name ${double}, sent again under the same name ${again}`);
await house.close();
await bot.close();
assert.ok(acknowledged.length > rounds / 2);
process.exit(lost || double ? 1 : 0);
