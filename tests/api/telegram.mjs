// SPDX-License-Identifier: AGPL-3.0-or-later
// A stand-in of Telegram's Bot API: the methods that a bot of ours uses, in the shapes that a client of others was recorded with
// (tests/data/telegram.json), with what Telegram says when something is wrong. People are played by say() and press().
import http from 'node:http';

export async function telegram({ token = '42:TEST-TOKEN_of-a-bot', port = 0 } = {}) {
  const bot = { token, calls: [], messages: [], answers: [], updates: [], queue: [], waiting: [], nextMessage: 1, nextUpdate: 100, handedOut: new Set() };
  const now = () => Math.floor(Date.now() / 1000);
  const chat = (id) => ({ id, type: 'private', first_name: 'Мария', username: 'maria' });
  const push = (update) => {
    bot.queue.push({ update_id: bot.nextUpdate++, ...update });
    for (const wake of bot.waiting.splice(0)) wake();
  };
  const ok = (result) => [200, { ok: true, result }];
  const no = (code, description, parameters) => [code, { ok: false, error_code: code, description, ...(parameters ? { parameters } : {}) }];
  const methods = {
    getMe: async () => ok({ id: 42, is_bot: true, first_name: 'Gradus', username: 'gradus_bot' }),
    async setWebhook(body) {
      if (!/^https:/.test(body.url)) return no(400, 'Bad Request: bad webhook: An HTTPS URL must be provided for webhook');
      if (!/^[A-Za-z0-9_-]{1,256}$/.test(body.secret_token)) return no(400, 'Bad Request: secret token contains unallowed characters');
      bot.webhook = body;
      return ok(true);
    },
    deleteWebhook: async () => { bot.webhook = null; return ok(true); },
    async getUpdates(body) {
      if (bot.webhook) return no(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first");
      if (bot.polling) return no(409, 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running');
      bot.queue = bot.queue.filter((u) => u.update_id >= (body.offset ?? 0));
      if (!bot.queue.length && body.timeout) {
        bot.polling = true;
        await new Promise((done) => { bot.waiting.push(done); setTimeout(done, Math.min(body.timeout * 1000, 3000)).unref(); });
        bot.polling = false;
      }
      return ok(bot.queue.slice(0, body.limit ?? 100));
    },
    async sendMessage(body) {
      if (typeof body.chat_id !== 'number') return no(400, 'Bad Request: chat_id is empty');
      if (bot.blocked?.has(body.chat_id)) return no(403, 'Forbidden: bot was blocked by the user');
      if (!body.text) return no(400, 'Bad Request: message text is empty');
      if (body.text.length > 4096) return no(400, 'Bad Request: message is too long');
      if (body.parse_mode === 'HTML' && /<(?!\/?(b|i|u|s|a|code|pre)\b)|&(?!amp;|lt;|gt;|quot;)/.test(body.text)) return no(400, "Bad Request: can't parse entities");
      for (const row of body.reply_markup?.inline_keyboard ?? [])
        for (const b of row) if (b.callback_data && Buffer.byteLength(b.callback_data) > 64) return no(400, 'Bad Request: BUTTON_DATA_INVALID');
      const message = { message_id: bot.nextMessage++, date: now(), chat: chat(body.chat_id), text: body.text.replace(/<[^>]+>/g, ''), reply_markup: body.reply_markup };
      bot.messages.push(message);
      return ok(message);
    },
    async editMessageText(body) {
      const message = bot.messages.find((m) => m.message_id === body.message_id && m.chat.id === body.chat_id);
      if (!message) return no(400, 'Bad Request: message to edit not found');
      const text = body.text.replace(/<[^>]+>/g, '');
      if (message.text === text && JSON.stringify(message.reply_markup) === JSON.stringify(body.reply_markup)) return no(400, 'Bad Request: message is not modified');
      Object.assign(message, { text, reply_markup: body.reply_markup, edited: (message.edited ?? 0) + 1 });
      return ok(message);
    },
    async answerCallbackQuery(body) {
      bot.answers.push(body);
      return ok(true);
    },
  };
  const server = http.createServer(async (q, r) => {
    let text = '';
    for await (const piece of q) text += piece;
    const [, key, method] = /^\/bot([^/]+)\/(\w+)$/.exec(q.url) ?? [];
    let reply;
    if (key !== bot.token) reply = no(401, 'Unauthorized');
    else if (!methods[method]) reply = no(404, 'Not Found: method not found');
    else {
      const body = text ? JSON.parse(text) : {};
      const call = { at: performance.now(), method, body, key: q.headers['idempotency-key'] };
      bot.calls.push(call);
      reply = bot.answer?.(call);
      if (reply === 'hang') return; // and never anything
      if (!reply) reply = await methods[method](body);
    }
    if (bot.delay) await new Promise((done) => setTimeout(done, bot.delay));
    r.writeHead(reply[0], { 'content-type': 'application/json' });
    r.end(JSON.stringify(reply[1]));
  });
  await new Promise((done) => server.listen(port, '127.0.0.1', done));
  return Object.assign(bot, {
    url: `http://127.0.0.1:${server.address().port}`,
    blocked: new Set(),
    no,
    sent: () => bot.calls.filter((c) => c.method === 'sendMessage'),
    say: (from, text) => push({ message: { message_id: 9000 + bot.nextUpdate, date: now(), chat: chat(from), from: { ...chat(from), type: undefined, is_bot: false }, text } }),
    press: (from, message, data) => push({ callback_query: { id: `cb${bot.nextUpdate}`, from: { id: from, is_bot: false, first_name: 'Мария' }, message, chat_instance: '1', data } }),
    close: () => new Promise((done) => { server.closeAllConnections(); server.close(done); }),
  });
}
