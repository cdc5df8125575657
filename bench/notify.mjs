// SPDX-License-Identifier: AGPL-3.0-or-later
// From the sending of the event that makes a lead hot to the message at the Bot API (a stand-in in this process, so on one clock) and to the
// manager's stream; one lead after another, a fresh one each time. The ceiling: a bare request to the stand-in.
import { open } from '../tests/api/harness.mjs';
import { telegram } from '../tests/api/telegram.mjs';

const count = Number(process.argv[2] ?? 300);
const heat = ['Price List Downloaded', 'Webinar Attended', 'Form Submitted', 'Demo Requested'];
const bot = await telegram();
const house = await open({ testClock: false, args: ['--telegram-api', bot.url] });
const owner = await house.person('owner'), maria = await house.person('manager', 'maria@example.org', 'Мария');
const writer = house.writer();
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const until = async (fits) => { for (let i = 0; i < 1000 && !(await fits()); i++) await sleep(10); };
const at = (list, q) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(q * list.length))];

await owner.patch('/channels', { telegram_token: bot.token });
await until(async () => (await owner.get('/channels')).telegram_name);
bot.say(1001, `/start ${(await maria.post('/me/notifications/telegram', {}, 201)).code}`);
await until(async () => (await maria.get('/me/notifications')).ways.length);
await owner.patch(`/managers/${maria.id}`, { capacity: 0 });
const stream = await maria.live();

const arrived = new Map();
bot.answer = (c) => { if (c.method === 'sendMessage') for (const m of c.body.text.matchAll(/lead-(\d+)/g)) arrived.set(m[1], c.at); return null; };
const toChat = [], toScreen = [], bare = [], commits = [];
for (let i = 0; i < count; i++) {
  const who = `lead-${i}`;
  await writer.post('//v1/identify', { messageId: who, userId: who, traits: { name: who, email: `${who}@works.example`, title: 'CEO', budget: 1000, industry: 'machines', employees: 300 } });
  let sent = 0, message = null;
  const waits = stream.next((e) => e.event === 'lead.hot').then((e) => { if (e) message = { at: performance.now() }; });
  for (const event of heat) {
    sent = performance.now();
    await writer.post('//v1/track', { messageId: `${who}-${event}`, userId: who, event });
    const answered = performance.now();
    commits.push(answered - sent);
    await Promise.race([waits, sleep(60)]);
    if (message) break;
  }
  if (!message) continue;
  toScreen.push(message.at - sent);
  for (let k = 0; k < 2000 && !arrived.has(String(i)); k++) await sleep(1);
  if (arrived.has(String(i))) toChat.push(arrived.get(String(i)) - sent);
  const began = performance.now();
  await fetch(`${bot.url}/bot${bot.token}/getMe`, { method: 'POST', body: '{}' });
  bare.push(performance.now() - began);
}
stream.close();
await house.close();
await bot.close();
const us = (ms) => Math.round(ms * 1000);
console.log(`leads: ${toScreen.length}`);
console.log(`telegram_messages: ${toChat.length}`);
console.log(`browser_p50_us: ${us(at(toScreen, 0.5))}`);
console.log(`browser_p99_us: ${us(at(toScreen, 0.99))}`);
console.log(`telegram_p50_us: ${us(at(toChat, 0.5))}`);
console.log(`telegram_p99_us: ${us(at(toChat, 0.99))}`);
console.log(`event_answered_p50_us: ${us(at(commits, 0.5))}`);
console.log(`bare_request_p50_us: ${us(at(bare, 0.5))}`);
// Three commits lie between: the event's, the taking of the letter, and before the answer the event's own reply.
const ceiling = 3 * at(commits, 0.5) + at(bare, 0.5);
console.log(`telegram_p50_of_ceiling: ${(at(toChat, 0.5) / ceiling).toFixed(2)}`);
process.exit(toChat.length === toScreen.length && toScreen.length > count * 0.9 && at(toChat, 0.5) <= 2 * ceiling ? 0 : 1);
