// SPDX-License-Identifier: AGPL-3.0-or-later
// Certification: banks, tests, certificates, and what a lost one does to leads.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open, until } from './harness.mjs';

const day = 86_400_000;
const start = Date.parse('2026-03-02T09:00:00Z');
let now = start;
let house, head, owner, anna, boris, writer, product;
const at = (ms) => new Date(ms).toISOString().replace(/\.?0*Z$/, 'Z'); // as the house tells an instant: without zeros at the end of a fraction
const go = (ms, runs = false) => { now = ms; return house.setClock(at(ms), runs); };
/** The clock's part has been done up to `now`. */
const settled = (done) => until(Boolean, done, 'the clock comes round');
/** Sessions end with time: signs in again. */
const again = async () => {
  for (const p of [head, owner, anna, boris]) Object.assign(p, await house.signIn(p.email));
};

const csv = [
  'kind;text;options;answer;topics;weight;active',
  'one;Какой тариф годовой?;Старт|Год|Про;2;тарифы;2;yes',
  'several;Что входит в «Про»?;API|Отчёты|Рыба;1|2;тарифы|состав;3;yes',
  'number;Сколько дней испытательный срок?;;14~0.5;тарифы;1;yes',
  'text;Как зовут ёжика?;;Ёжик Петя|Петя;прочее;1;yes',
].join('\r\n');

const right = { 'Какой тариф годовой?': 'Год', 'Что входит в «Про»?': ['API', 'Отчёты'], 'Сколько дней испытательный срок?': ' 14,2 ', 'Как зовут ёжика?': ' «ЕЖИК   петя». ' };
const answerOf = (item, good = true) => {
  const r = right[item.text];
  if (item.kind === 'one') return good ? item.options.indexOf(r) : (item.options.indexOf(r) + 1) % item.options.length;
  if (item.kind === 'several') return good ? r.map((x) => item.options.indexOf(x)) : [item.options.indexOf('Рыба')];
  return good ? r : '99';
};
const take = async (who, good) => {
  const exam = await who.post('/exams', { product_id: product.id }, 201);
  for (const item of exam.items) await who.put(`/exams/${exam.id}/answers/${item.place}`, { answer: answerOf(item, good) }, 204);
  return who.post(`/exams/${exam.id}/finish`);
};
const cellOf = async (user) => {
  const m = await head.get('/certification');
  return m.people.find((p) => p.user_id === user.id).cells[m.products.findIndex((p) => p.id === product.id)];
};

before(async () => {
  house = await open({ now: at(start) });
  owner = await house.person('owner');
  head = await house.person('head');
  anna = await house.person('manager', 'anna@example.org', 'Anna');
  boris = await house.person('manager', 'boris@example.org', 'Boris');
  writer = house.writer();
  product = await head.post('/products', { name: 'Касса «Про»', gated: true, draw: 4, pass_pct: 70, minutes: 20, attempts: 2, cooldown_hours: 5, valid_days: 60 }, 201);
});
after(() => house.close());

test('products_are_named_once_and_changed_by_heads_alone', async () => {
  assert.equal((await head.post('/products', { name: ' КАССА «про» ' }, 409)).errors?.[0]?.pointer ?? '/name', '/name');
  await anna.post('/products', { name: 'x' }, 403);
  await anna.patch(`/products/${product.id}`, { gated: false }, 403);
  await head.patch(`/products/${product.id}`, { note: 'вторая линия' }, 200, { headers: { 'if-match': `"${product.version}"` } });
  await head.patch(`/products/${product.id}`, { note: 'третья' }, 412, { headers: { 'if-match': `"${product.version}"` } });
  const plain = await head.post('/products', { name: 'Лишний' }, 201);
  assert.deepEqual([plain.draw, plain.pass_pct, plain.minutes, plain.attempts, plain.gated], [20, 80, 30, 3, false]);
  await head.del(`/products/${plain.id}`);
  assert.equal((await anna.get('/products')).items.length, 1);
});

test('a_bank_comes_by_table_with_each_bad_row_told_and_leaves_by_table', async () => {
  const bad = csv + '\r\none;Без ответа;a|b;;x;1;yes\r\nquiz;?;;;;;\r\none;Мимо;a|b;3;;1;yes\r\nnumber;Число;;сто;;1;yes';
  const look = await head.post(`/products/${product.id}/questions/import`, { csv: bad, dry: true });
  assert.deepEqual([look.added, look.changed], [4, 0]);
  assert.deepEqual(look.bad.map((b) => [b.row, b.column]), [[6, 'answer'], [7, 'kind'], [8, 'answer'], [9, 'answer']]);
  assert.equal((await head.get(`/products/${product.id}/questions`)).items.length, 0, 'a look keeps nothing');
  assert.equal((await head.post(`/products/${product.id}/questions/import`, { csv: bad })).added, 4);
  assert.deepEqual(await head.post(`/products/${product.id}/questions/import`, { csv }), { added: 0, changed: 4, bad: [] });
  assert.equal((await head.post(`/products/${product.id}/questions/import`, { csv: 'a;b\r\n1;2' }, 422)).errors[0].pointer, '/csv');
  const table = (await head.call('GET', `/export/questions.csv?product=${product.id}`)).text;
  assert.deepEqual(await head.post(`/products/${product.id}/questions/import`, { csv: table }), { added: 0, changed: 4, bad: [] });
  await anna.get(`/products/${product.id}/questions`, 403);
  await anna.get(`/export/questions.csv?product=${product.id}`, 403);
});

test('a_question_is_checked_and_kept_by_version', async () => {
  const q = await head.post(`/products/${product.id}/questions`, { kind: 'one', text: 'Временный', options: ['да', 'нет'], answer: [0], active: false }, 201);
  assert.equal((await head.post(`/products/${product.id}/questions`, { kind: 'one', text: '  временный. ', options: ['да', 'нет'], answer: [0] }, 409)).errors[0].pointer, '/text');
  assert.equal((await head.patch(`/questions/${q.id}`, { answer: [0, 1] }, 422)).errors[0].pointer, '/answer');
  assert.equal((await head.patch(`/questions/${q.id}`, { options: ['да', 'ДА'] }, 422)).errors[0].pointer, '/options/1');
  const two = await head.patch(`/questions/${q.id}`, { kind: 'several', answer: [1, 0] });
  assert.deepEqual(two.answer, [0, 1]);
  assert.deepEqual(two.figures, { shown: 0, right: 0, enough: false });
  await head.del(`/questions/${q.id}`);
  await head.patch(`/questions/${q.id}`, { weight: 2 }, 404);
});

test('nobody_learns_a_right_answer_before_the_end', async () => {
  const exam = await anna.post('/exams', { product_id: product.id }, 201);
  assert.equal(exam.items.length, 4);
  for (const item of exam.items) assert.deepEqual(Object.keys(item).sort(), ['given', 'kind', 'options', 'place', 'text', 'weight']);
  // Every read there is, by her, while the test runs: no question's answer key stands in any of them.
  const forbidden = /Ёжик Петя|"answer"|"right":(true|false|\[)|"within"/;
  for (const [path, item] of Object.entries(house.document.paths)) {
    if (!item.get || !path.startsWith('/api/v1/') || path.endsWith('/live') || path.endsWith('openapi.json')) continue;
    const place = path.replace('/api/v1', '').replace('{place}', '0').replace(/^(\/exams)\/\{id\}/, `$1/${exam.id}`).replace(/^(\/products)\/\{id\}/, `$1/${product.id}`).replace(/\{\w+\}/g, anna.id);
    const r = await anna.call('GET', place + (path.includes('questions.csv') ? `?product=${product.id}` : ''));
    if (r.status < 300) assert.doesNotMatch(r.text, forbidden, path);
  }
  // Another's running test is nobody's; and a head sees it when it is over.
  await head.get(`/exams/${exam.id}`, 404);
  await boris.get(`/exams/${exam.id}`, 404);
  await boris.put(`/exams/${exam.id}/answers/0`, { answer: 0 }, 404);
  await boris.post(`/exams/${exam.id}/finish`, undefined, 404);
});

test('answers_are_kept_as_one_goes_and_a_second_begin_goes_on_with_the_first', async () => {
  const exam = await anna.post('/exams', { product_id: product.id }, 201);
  const one = exam.items.find((i) => i.kind === 'one'), text = exam.items.find((i) => i.kind === 'text');
  await anna.put(`/exams/${exam.id}/answers/${one.place}`, { answer: 1 }, 204);
  await anna.put(`/exams/${exam.id}/answers/${text.place}`, { answer: 'петя' }, 204);
  const seen = await anna.get(`/exams/${exam.id}`);
  assert.equal(seen.answered, 2);
  assert.equal(seen.items[one.place].given, 1);
  assert.deepEqual(seen.items.map((i) => i.options), exam.items.map((i) => i.options), 'the same order after a reload');
  assert.equal((await anna.post('/exams', { product_id: product.id }, 201)).id, exam.id);
  await anna.put(`/exams/${exam.id}/answers/${text.place}`, { answer: null }, 204);
  assert.equal((await anna.get(`/exams/${exam.id}`)).answered, 1);
  for (const wrong of [7, -1, [0], '1', true, {}]) assert.equal((await anna.put(`/exams/${exam.id}/answers/${one.place}`, { answer: wrong }, 422)).errors[0].pointer, '/answer');
  await anna.put(`/exams/${exam.id}/answers/44`, { answer: 0 }, 404);
});

test('the_time_is_over_by_the_servers_clock_and_the_test_is_judged_by_itself', async () => {
  const exam = await anna.post('/exams', { product_id: product.id }, 201);
  await go(Date.parse(exam.due_at) - 1000);
  await anna.put(`/exams/${exam.id}/answers/0`, { answer: null }, 204);
  await go(Date.parse(exam.due_at) + 1);
  await anna.put(`/exams/${exam.id}/answers/0`, { answer: null }, 409);
  await go(Date.parse(exam.due_at) + 90_000);
  const over = await settled(async () => { const x = await anna.get(`/exams/${exam.id}`); return x.state !== 'runs' && x; });
  assert.deepEqual([over.state, over.finished_at, over.passed, over.items], ['clock', over.due_at, false, []]);
  assert.ok(over.topics.some((t) => t.topic === 'тарифы'));
  const cell = await cellOf(anna);
  assert.deepEqual([cell.state, cell.may, cell.used, cell.left], ['failed', 'cooling', 1, 1]);
  assert.equal(Date.parse(cell.again_at), Date.parse(exam.due_at) + 5 * 3_600_000);
  await anna.post('/exams', { product_id: product.id }, 409);
  const theirs = await head.get(`/exams/${exam.id}`);
  assert.equal(theirs.items.length, 4);
  assert.ok('answer' in theirs.items[0] && theirs.items[0].right === false);
});

test('attempts_are_limited_until_a_head_lets_one_try_again', async () => {
  await go(now + 6 * 3_600_000);
  const failed = await take(anna, false);
  assert.deepEqual([failed.passed, failed.score, failed.state, failed.items], [false, 0, 'person', []]);
  await go(now + 6 * 3_600_000);
  assert.equal((await cellOf(anna)).may, 'used_up');
  await anna.post('/exams', { product_id: product.id }, 409);
  await anna.post('/certification/attempts', { user_id: anna.id, product_id: product.id }, 403);
  await head.post('/certification/attempts', { user_id: anna.id, product_id: product.id }, 204);
  assert.deepEqual([(await cellOf(anna)).may, (await cellOf(anna)).left], ['may', 2]);
});

const heat = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'];
let made = 0;
/** A lead who wants the product; hot unless said. */
const lead = async (hot = true, name = 'касса «ПРО»') => {
  const n = made++;
  const who = { email: `w${n}@firm.example`, title: 'CEO', industry: 'machines', employees: 300, product: name, ...(hot && { budget: 1000 }) };
  await writer.post('//v1/batch', { batch: [{ type: 'identify', messageId: `w${n}`, userId: `w${n}`, traits: who }, ...(hot ? heat.map((event) => ({ type: 'track', messageId: `e${n}${event}`, userId: `w${n}`, event })) : [])] });
  return (await owner.get(`/leads?q=w${n}%40firm.example`)).items.find((l) => l.email === who.email);
};

test('nobody_without_a_certificate_gets_a_lead_of_a_gated_product', async () => {
  const one = await lead();
  assert.equal(one.owner_id, null, 'it waits');
  const decision = await head.post('/routing/try', { lead_id: one.id });
  assert.equal(decision.why, 'nobody');
  assert.deepEqual([...new Set(decision.candidates.map((x) => x.why))], ['certificate']);
  const refused = await head.post(`/leads/${one.id}/assign`, { manager_id: anna.id }, 422);
  assert.deepEqual([refused.errors[0].pointer, refused.errors[0].code], ['/manager_id', 'no_certificate']);
  // Who would be refused is told before anybody asks.
  const of = async (id) => (await head.get(`/leads/${one.id}/receivers`)).items.find((x) => x.manager_id === id);
  assert.deepEqual([(await of(anna.id)).may, (await of(anna.id)).why], [false, 'certificate']);
  // The reader is told why, in the own language, not that some value does not fit.
  const { lang } = await head.get('/me');
  for (const [reader, words] of [['ru', 'У этого менеджера нет допуска к продукту лида.'], ['en', 'This manager has no certificate for the product of the lead.']]) {
    await head.patch('/me', { lang: reader });
    assert.equal((await head.post(`/leads/${one.id}/assign`, { manager_id: anna.id }, 422)).detail, words);
  }
  await head.patch('/me', { lang });
  // Whoever passes is offered the queue at once.
  const passed = await take(anna, true);
  assert.deepEqual([passed.passed, passed.score, passed.full], [true, 7, 7]);
  assert.equal(Date.parse(passed.until), now + 60 * day);
  assert.equal((await owner.get(`/leads/${one.id}`)).owner_id, anna.id);
  assert.equal((await cellOf(anna)).state, 'valid');
  assert.equal((await anna.get('/exams')).items[0].cell.may, 'held');
  assert.deepEqual([(await of(anna.id)).may, (await of(boris.id)).may], [true, false]);
  await head.post(`/leads/${one.id}/assign`, { manager_id: boris.id }, 422);
  await head.patch(`/leads/${one.id}`, { stage: 'lost' }); // of no further part
});

test('a_skill_given_by_hand_has_a_reason_and_an_end', async () => {
  const body = { user_id: boris.id, product_id: product.id, until: at(now + 100 * day), reason: 'работал с продуктом пять лет' };
  await anna.post('/certificates', body, 403);
  for (const [key, value] of [['reason', 'x'], ['until', at(now - 1000)], ['user_id', 'us_0000000000000'], ['product_id', 'pr_0000000000000']])
    assert.equal((await head.post('/certificates', { ...body, [key]: value }, 422)).errors[0].pointer, `/${key}`);
  const given = await head.post('/certificates', body, 201);
  assert.deepEqual([given.state, given.attempt_id, given.given_by_name], ['valid', null, 'head']);
  assert.equal((await boris.get('/notices')).items[0].kind, 'given');
  assert.equal((await boris.get(`/certificates?user=${anna.id}`)).items[0].id, given.id, 'one sees one\'s own alone');
  const log = (await owner.get('/audit')).items.find((a) => a.action === 'certificate.given' && a.subject === given.id);
  assert.equal(JSON.parse(typeof log.detail === 'string' ? log.detail : JSON.stringify(log.detail)).by, 'hand');
  const ended = await head.post(`/certificates/${given.id}/revoke`, { reason: 'по ошибке' });
  assert.deepEqual([ended.state, ended.revoke_reason], ['revoked', 'по ошибке']);
  await head.post(`/certificates/${given.id}/revoke`, { reason: 'ещё раз' }, 409);
  assert.equal((await cellOf(boris)).state, 'revoked');
});

/** What was written to a person of their own skills, oldest first. */
const told = async (who) => (await head.get(`/letters?limit=100`)).items.filter((l) => l.kind === 'skill' && l.user_id === who.id).map((l) => l.subject).reverse();

test('one_is_warned_a_month_a_week_and_a_day_before_each_once_by_the_channels_one_chose', async () => {
  const until = Date.parse((await cellOf(anna)).until);
  await owner.patch('/channels', { mail_host: '127.0.0.1', mail_port: 9, mail_tls: 'none', mail_from: 'gradus@example.org' });
  await anna.put('/me/notifications', { channels: { hot: [], skill: ['mail'] } });
  assert.deepEqual((await boris.get('/me/notifications')).channels.skill, ['telegram', 'push']);
  const before = (await told(anna)).length;
  await go(until - 30 * day + 1000);
  await again();
  const month = await settled(async () => (await anna.get('/notices')).items.find((n) => n.kind === 'month'));
  assert.equal((await cellOf(anna)).state, 'expiring');
  assert.equal((await cellOf(anna)).may, 'may', 'it may be renewed by now');
  await anna.post(`/notices/${month.id}/seen`, undefined, 204);
  await boris.post(`/notices/${month.id}/seen`, undefined, 404);
  await go(until - 7 * day + 1000);
  await again();
  await settled(async () => (await anna.get('/notices')).items.find((n) => n.kind === 'week'));
  assert.equal((await anna.get('/notices')).items.length, 1);
  await go(until - day + 1000);
  await again();
  await settled(async () => (await anna.get('/notices')).items.find((n) => n.kind === 'day'));
  const letters = (await told(anna)).slice(before);
  assert.equal(letters.length, 3);
  for (const l of letters) assert.match(l, /Касса «Про»/);
  assert.deepEqual(await told(boris), [], 'who has no way to them is written nothing');
});

test('at_its_second_the_product_closes_hot_leads_go_on_and_the_head_has_a_plan', async () => {
  const cell = await cellOf(anna), until = Date.parse(cell.until);
  const cold = [];
  for (let i = 0; i < 3; i++) cold.push(await lead(false));
  const other = await lead(false, 'Другое');
  await go(until - 100_000);
  await again();
  for (const l of [...cold, other]) await head.post(`/leads/${l.id}/assign`, { manager_id: anna.id }, 201);
  await lead();
  await head.post('/certificates', { user_id: boris.id, product_id: product.id, until: at(until + 50 * day), reason: 'замена' }, 201);
  const hot = (await owner.get(`/leads?owner=${anna.id}&band=hot`)).items;
  assert.ok(hot.length >= 1);
  await go(until - 1000);
  await again();
  assert.equal((await cellOf(anna)).state, 'expiring');
  const tried = await head.post('/routing/try', { lead_id: cold[0].id });
  assert.equal(tried.manager_id, anna.id, 'she keeps it until the second');
  await go(until + 1);
  const plan = await settled(async () => (await head.get('/certification')).plans.find((p) => p.user_id === anna.id && !p.closed_at));
  assert.deepEqual([plan.hot_moved, plan.hot_waiting, plan.leads], [hot.length, 0, 3]);
  for (const l of hot) assert.equal((await owner.get(`/leads/${l.id}`)).owner_id, boris.id);
  assert.equal((await head.post('/routing/try', { lead_id: cold[0].id })).manager_id, boris.id);
  assert.equal((await anna.get('/notices')).items[0].kind, 'ended');
  const task = await owner.get(`/tasks/${plan.task_id}`);
  assert.deepEqual([task.kind, task.state, task.assignee_id], ['skill', 'open', head.id]);
  assert.match(task.title, /Anna.*«Касса «Про»».*3/);
  assert.match(house.cli(['check', 'custody', '--to', at(until + 1000)]), /^uncovered_seconds: 0$/m);

  // The plan is a transfer with its preview and its way back.
  const ask = { kind: 'certificate', from_id: anna.id, product_id: product.id };
  const step = async (id, state) => settled(async () => { const t = await head.get(`/transfers/${id}`); return t.state !== state && t; });
  const look = await step((await head.post('/transfers', ask, 201)).id, 'planning');
  assert.deepEqual([look.state, look.looked, look.leads], ['planned', 3, 3]);
  assert.equal((await head.post('/transfers', { kind: 'certificate', from_id: anna.id }, 422)).errors[0].pointer, '/product_id');
  await head.post(`/transfers/${look.id}/run`);
  const done = await step(look.id, 'running');
  assert.deepEqual([done.state, done.moved], ['done', 3]);
  for (const l of cold) assert.equal((await owner.get(`/leads/${l.id}`)).owner_id, boris.id);
  assert.equal((await owner.get(`/leads/${other.id}`)).owner_id, anna.id, 'other leads stay');
  assert.deepEqual((await head.get('/certification')).plans.filter((p) => p.user_id === anna.id).map((p) => p.closed_why), ['transferred']);
  assert.equal((await owner.get(`/tasks/${plan.task_id}`)).state, 'cancelled');
  await head.post(`/transfers/${done.id}/undo`);
  assert.equal((await step(done.id, 'undoing')).back, 0, 'what is closed to somebody does not come back');
});

test('a_plan_ends_when_the_product_is_regained_or_a_head_says_so', async () => {
  const one = await lead(false);
  await head.post(`/leads/${one.id}/assign`, { manager_id: boris.id }, 201);
  const held = (await head.get(`/certificates?user=${boris.id}`)).items.find((x) => x.state === 'valid');
  await head.post(`/certificates/${held.id}/revoke`, { reason: 'проверка' });
  const plan = (await head.get('/certification')).plans.find((p) => p.user_id === boris.id && !p.closed_at);
  assert.ok(plan.hot_waiting >= 1 && plan.leads >= 1, JSON.stringify(plan));
  await head.post('/certificates', { user_id: boris.id, product_id: product.id, until: at(now + 90 * day), reason: 'вернули' }, 201);
  const after = await head.get('/certification');
  assert.equal(after.plans.find((p) => p.id === plan.id).closed_why, 'regained');
  assert.equal((await owner.get(`/tasks?kind=call_now&state=open`)).items.filter((t) => !t.assignee_id).length, 0, 'the queue has been offered');
  const again2 = (await head.get(`/certificates?user=${boris.id}`)).items.find((x) => x.state === 'valid');
  await head.post(`/certificates/${again2.id}/revoke`, { reason: 'ещё раз' });
  const last = (await head.get('/certification')).plans.find((p) => p.user_id === boris.id && !p.closed_at);
  await anna.post(`/certification/plans/${last.id}/close`, undefined, 403);
  await head.post(`/certification/plans/${last.id}/close`, undefined, 204);
  await head.post(`/certification/plans/${last.id}/close`, undefined, 409);
  assert.match(house.cli(['check', 'custody', '--to', at(now + 1000)]), /^uncovered_seconds: 0$/m);
});

test('a_rule_may_name_the_product_its_people_must_be_certified_for', async () => {
  const open_ = await head.post('/products', { name: 'Курс' }, 201);
  const pool = (await head.get('/routing/pools')).items[0];
  const rule = { name: 'only certified', condition: { fact: 'title', op: 'eq', value: 'CEO' }, pool_id: pool.id, enabled: true, product_id: open_.id };
  assert.equal((await head.put('/routing/rules', { items: [{ ...rule, product_id: 'pr_0000000000000' }] }, 422)).errors[0].pointer, '/items/0/product_id');
  const kept = await head.put('/routing/rules', { items: [rule] });
  assert.equal(kept.items[0].product_id, open_.id);
  await head.del(`/products/${open_.id}`, 409);
  const one = await lead(true, 'что-то');
  assert.equal(one.owner_id, null);
  const given = await head.post('/certificates', { user_id: anna.id, product_id: open_.id, until: at(now + 30 * day), reason: 'курс пройден' }, 201);
  assert.equal((await owner.get(`/leads/${one.id}`)).owner_id, anna.id);
  await head.post(`/certificates/${given.id}/revoke`, { reason: 'курс отозван' });
  const plan = (await head.get('/certification')).plans.find((p) => p.product_id === open_.id);
  assert.ok(plan.hot_moved + plan.hot_waiting >= 1);
  assert.equal((await owner.get(`/tasks?lead=${one.id}&kind=call_now`)).items[0].assignee_id, null, 'it waits again');
  await head.put('/routing/rules', { items: [] });
});

test('a_test_is_given_to_somebody_until_a_day_and_ends_when_the_product_is_theirs', async () => {
  await again();
  const cell = async (who) => (await head.get('/certification')).people.find((p) => p.user_id === who.id).cells[0];
  const ask = { user_id: anna.id, product_id: product.id, due: at(now + 5 * day) };
  await anna.post('/certification/orders', ask, 403);
  assert.equal((await head.post('/certification/orders', { ...ask, due: at(now - day) }, 422)).errors[0].pointer, '/due');
  const first = await head.post('/certification/orders', ask, 201);
  assert.deepEqual([(await cell(anna)).order.id, (await cell(anna)).order.due], [first.id, ask.due]);
  assert.equal((await anna.get('/notices')).items[0].kind, 'exam');
  assert.match((await told(anna)).at(-1), /Касса «Про»/);
  assert.equal((await anna.get('/exams')).items[0].cell.order.due, ask.due);
  // Another takes its place; one may be withdrawn.
  const second = await head.post('/certification/orders', { ...ask, due: null }, 201);
  assert.deepEqual([(await cell(anna)).order.id, (await cell(anna)).order.due], [second.id, null]);
  await head.del(`/certification/orders/${first.id}`, 404);
  await head.del(`/certification/orders/${second.id}`);
  assert.equal((await cell(anna)).order, null);
  // It ends when the product is theirs.
  await head.post('/certification/orders', ask, 201);
  const given = await head.post('/certificates', { user_id: anna.id, product_id: product.id, until: at(now + 90 * day), reason: 'сдала на бумаге' }, 201);
  assert.equal((await cell(anna)).order, null);
  await head.post(`/certificates/${given.id}/revoke`, { reason: 'проверка' });
  const empty = await head.post('/products', { name: 'Без вопросов' }, 201);
  await head.post('/certification/orders', { ...ask, product_id: empty.id }, 409);
  await head.del(`/products/${empty.id}`);
});

test('a_product_that_becomes_gated_makes_a_plan_for_each_who_has_its_leads_and_opening_it_ends_them', async () => {
  const made = await head.post('/products', { name: 'Новинка', gated: false }, 201);
  const one = [await lead(false, 'Новинка'), await lead(false, 'Новинка')], other = await lead(false, 'Другое');
  const calm = (id) => head.patch(`/leads/${id}`, { stage: 'contact' });
  for (const l of [...one, other]) { await head.post(`/leads/${l.id}/assign`, { manager_id: anna.id }, 201); await calm(l.id); }
  await head.post('/certificates', { user_id: boris.id, product_id: made.id, until: at(now + 90 * day), reason: 'ведёт новинку' }, 201);
  const mine = await lead(false, 'Новинка');
  await head.post(`/leads/${mine.id}/assign`, { manager_id: boris.id }, 201);
  const closed = await head.patch(`/products/${made.id}`, { gated: true });
  assert.deepEqual([closed.plans, closed.plan_leads], [1, 2], 'those who hold it have no plan');
  const open = async () => (await head.get('/certification')).plans.filter((p) => p.product_id === made.id && !p.closed_at);
  const [plan] = await open();
  assert.deepEqual([plan.user_id, plan.leads, plan.hot_moved, plan.hot_waiting], [anna.id, 2, 0, 0]);
  for (const l of one) assert.equal((await owner.get(`/leads/${l.id}`)).owner_id, anna.id, 'nothing moves by itself');
  // Who is to have them is proposed, and carried out by one word.
  const step = async (id, state) => settled(async () => { const t = await head.get(`/transfers/${id}`); return t.state !== state && t; });
  const look = await step((await head.post('/transfers', { kind: 'certificate', from_id: anna.id, product_id: made.id }, 201)).id, 'planning');
  assert.deepEqual(look.moves.map((m) => [m.lead_id, m.to_id]).sort(), one.map((l) => [l.id, boris.id]).sort());
  await head.post(`/transfers/${look.id}/run`);
  await step(look.id, 'running');
  assert.deepEqual(await open(), []);
  // Gated by mistake: opened again, they go back.
  await head.patch(`/products/${made.id}`, { gated: false });
  await head.post(`/transfers/${look.id}/undo`);
  assert.equal((await step(look.id, 'undoing')).back, 2);
  assert.deepEqual([(await head.patch(`/products/${made.id}`, { gated: true })).plans, (await open()).length], [1, 1]);
  await head.patch(`/products/${made.id}`, { gated: false });
  assert.deepEqual((await head.get('/certification')).plans.filter((p) => p.product_id === made.id).map((p) => p.closed_why).sort(), ['opened', 'transferred']);
});

test('a_rule_that_names_a_product_makes_the_plans_as_it_is_published_and_its_end_ends_them', async () => {
  const made = await head.post('/products', { name: 'Обслуживание', gated: false }, 201);
  const pool = await head.post('/routing/pools', { name: 'Сервис', policy: 'round_robin', members: [{ user_id: boris.id }] }, 201);
  const stood = (await head.get('/routing/rules')).items;
  const one = [await lead(false, 'Ремонт'), await lead(false, 'Ремонт')], mine = await lead(false, 'Ремонт');
  for (const [l, who] of [[one[0], anna], [one[1], anna], [mine, boris]]) await head.post(`/leads/${l.id}/assign`, { manager_id: who.id }, 201);
  await head.post('/certificates', { user_id: boris.id, product_id: made.id, until: at(now + 90 * day), reason: 'ведёт сервис' }, 201);
  const rule = (value, more = {}) => ({ name: 'Сервис', condition: { fact: 'product', op: 'eq', value }, pool_id: pool.id, product_id: made.id, sla_minutes: 0, enabled: true, ...more });
  const open = async () => (await head.get('/certification')).plans.filter((p) => p.product_id === made.id && !p.closed_at);
  const publish = async (...items) => {
    const draft = await head.post('/routing/versions', { items: [...items, ...stood] }, 201);
    return head.post(`/routing/versions/${draft.id}/publish`);
  };
  assert.deepEqual([(await publish(rule('Ремонт', { enabled: false }))).plans, (await open()).length], [0, 0], 'a rule that is off closes nothing');
  const live = await publish(rule('Ремонт'));
  assert.deepEqual([live.plans, live.plan_leads], [1, 2]);
  const [plan] = await open();
  assert.deepEqual([plan.user_id, plan.leads], [anna.id, 2]);
  for (const l of one) assert.equal((await owner.get(`/leads/${l.id}`)).owner_id, anna.id, 'nothing moves by itself');
  // A rule below it changes nothing of that, and neither does its own norm: the plan stays as it is.
  await publish(rule('Ремонт', { sla_minutes: 7 }), rule('Ничего такого', { product_id: null, name: 'Ниже' }));
  assert.deepEqual((await open()).map((p) => p.id), [plan.id]);
  // It holds for nobody's leads: none asks for the product.
  assert.deepEqual([(await publish(rule('Ничего такого'))).plans, await open()], [0, []]);
  assert.equal((await publish(rule('Ремонт'))).plans, 1);
  await head.put('/routing/rules', { items: stood });
  assert.deepEqual(await open(), [], 'no rule names it');
  const closed = (await head.get('/certification')).plans.filter((p) => p.product_id === made.id);
  assert.deepEqual(closed.map((p) => p.closed_why).sort(), ['empty', 'opened']);
  await head.del(`/routing/pools/${pool.id}`);
});

test('the_matrix_leaves_as_a_table', async () => {
  const text = (await head.call('GET', '/export/certification.csv')).text;
  assert.match(text, /^\uFEFF?user;product;gated;state;valid_until;by;attempts_used;last_test_at;last_test_pct\r\n/);
  assert.match(text, /Anna;Касса «Про»;yes;revoked;/);
  await anna.get('/certification', 403);
  await anna.get('/export/certification.csv', 403);
});

test('what_a_question_is_worth_is_said_once_there_are_enough_answers', async () => {
  await head.patch(`/products/${product.id}`, { attempts: 0, cooldown_hours: 0, valid_days: 20 });
  for (let i = 0; i < 22; i++) {
    const exam = await boris.post('/exams', { product_id: product.id }, 201);
    const one = exam.items.find((x) => x.kind === 'one');
    for (const item of exam.items) await boris.put(`/exams/${exam.id}/answers/${item.place}`, { answer: answerOf(item, item === one ? i % 2 === 0 : i % 4 === 0) }, 204);
    await boris.post(`/exams/${exam.id}/finish`);
  }
  const list = (await head.get(`/products/${product.id}/questions`)).items;
  const one = list.find((q) => q.kind === 'one');
  assert.ok(one.figures.enough && one.figures.shown >= 22);
  assert.ok(one.figures.low < one.figures.share && one.figures.share < one.figures.high);
  assert.ok(one.figures.discrimination > 0.3, JSON.stringify(one.figures));
});
