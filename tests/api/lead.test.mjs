// SPDX-License-Identifier: AGPL-3.0-or-later
// Leads: made, found, changed, explained, merged and given back.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { open, until } from './harness.mjs';

let house, owner, writer;
before(async () => {
  house = await open({ now: '2026-03-02T09:00:00Z' });
  owner = await house.person('owner');
  writer = house.writer();
});
after(() => house.close());

let n = 0;
const send = (body) => writer.post('//v1/track', { messageId: `t${n++}`, ...body });
const identify = (userId, traits) => writer.post('//v1/identify', { messageId: `t${n++}`, userId, traits });
const find = async (q) => (await owner.get(`/leads?q=${encodeURIComponent(q)}`)).items[0];

/** What the contract says of a score: lines add up to their group, groups to the total. */
function addsUp(s) {
  for (const g of s.groups) {
    const sum = s.lines.filter((l) => l.group === g.name).reduce((a, l) => a + Math.round(l.points * 1e6), 0);
    assert.equal(sum, Math.round(g.raw * 1e6), g.name);
    assert.ok(g.points <= (g.ceiling ?? Infinity) && g.points >= (g.floor ?? -Infinity));
  }
  const total = s.groups.reduce((a, g) => a + Math.round(g.points * 1e6), 0);
  const clamped = Math.max(0, Math.min(100e6, total));
  assert.equal(Math.round(s.total_exact * 1e6), clamped);
  assert.equal(s.total, Math.sign(s.total_exact) * Math.round(Math.abs(s.total_exact)));
}

test('a_lead_is_made_once_however_often_it_is_sent', async () => {
  const made = await owner.post('/leads', { name: 'Иван Петров', email: 'Ivan@Firm.example', phone: '8 (916) 123-45-67', title: 'CEO', company: 'Ромашка', source: 'Выставка' }, 201);
  assert.equal(made.phone, '+79161234567');
  assert.equal(made.stage, 'new');
  const again = await owner.post('/leads', { name: 'Иван Петров', email: 'ivan@firm.example' }, 200);
  assert.equal(again.id, made.id);
  await owner.post('/leads', {}, 422);
  const bad = await owner.post('/leads', { email: 'nonsense', phone: 'xyz', colour: 'red' }, 400);
  assert.ok(bad.errors.some((e) => e.pointer === '/colour' && e.code === 'unknown_field'));
});

test('the_navigation_counts_leads_of_others_too', async () => {
  const mine = await owner.post('/leads', { name: 'Чей-то', email: 'taken@counts.example' }, 201);
  await owner.post(`/leads/${mine.id}/assign`, { manager_id: (await house.person('manager', 'taker@example.org')).id }, 201);
  assert.equal((await owner.get('/me')).counts.leads, (await owner.get('/leads')).total);
});

test('a_lead_is_found_by_the_beginning_of_its_words', async () => {
  for (const q of ['иван', 'ПЕТР', 'ромаш', 'ivan@firm', '+7916'])
    assert.equal((await owner.get(`/leads?q=${encodeURIComponent(q)}`)).total, 1, q);
  assert.equal((await owner.get('/leads?q=nobody')).total, 0);
  // One without a name is called by the id in the other system, and found by it.
  const called = await owner.post('/leads', { external_id: 'crm-42' }, 201);
  for (const path of ['/leads?q=crm-42', '/leads?q=%20crm-42%20&sort=name', '/leads?q=crm-42&sort=-score', '/search?q=crm-42'])
    assert.deepEqual((await owner.get(path)).items.map((x) => x.id), [called.id], path);
  assert.equal((await owner.get('/leads?q=crm-42')).total, 1);
  assert.equal((await owner.get('/leads?q=crm-4')).total, 0);
  assert.equal((await owner.get('/leads?q=crm-42&band=hot')).total, 0);
  assert.equal((await owner.get('/search?q=' + encodeURIComponent('иван'))).items[0].kind, 'lead');
});

test('an_event_is_in_the_score_and_the_timeline_at_once', async () => {
  await identify('u1', { email: 'petr@example.org', name: 'Пётр', title: 'CEO' });
  const lead = await find('petr@');
  const before = await owner.get(`/leads/${lead.id}/score`);
  await send({ userId: 'u1', event: 'Demo Requested' });
  const after = await owner.get(`/leads/${lead.id}/score`);
  assert.ok(after.total > before.total);
  addsUp(before); addsUp(after);
  assert.ok(after.lines.some((l) => l.criterion === 'demo' && l.count === 1));
  const line = await owner.get(`/leads/${lead.id}/timeline?kind=track`);
  assert.equal(line.items[0].name, 'Demo Requested');
  assert.equal((await owner.get(`/leads/${lead.id}`)).score, after.total);
});

test('a_repeated_message_changes_nothing', async () => {
  const lead = await find('petr@');
  const before = await owner.get(`/leads/${lead.id}/score`);
  for (let i = 0; i < 3; i++) await send({ userId: 'u1', event: 'Demo Requested', messageId: 'the same' });
  const once = await owner.get(`/leads/${lead.id}/score`);
  for (let i = 0; i < 3; i++) await send({ userId: 'u1', event: 'Demo Requested', messageId: 'the same' });
  assert.deepEqual((await owner.get(`/leads/${lead.id}/score`)).lines, once.lines);
  assert.ok(once.total >= before.total);
});

test('the_past_is_told_as_it_was_and_as_it_is_known_now', async () => {
  const lead = await find('petr@');
  const then = (await owner.get('/me')).now;
  const was = await owner.get(`/leads/${lead.id}/score?at=${then}&known=then`);
  await house.setClock('2026-03-03T09:00:00Z', true);
  await send({ userId: 'u1', event: 'Price List Downloaded', timestamp: '2026-03-02T08:59:00Z', sentAt: '2026-03-03T09:00:00Z' });
  const known = (k) => owner.get(`/leads/${lead.id}/score?at=${then}&known=${k}`);
  assert.equal((await known('then')).total, was.total);
  assert.ok((await known('now')).total >= was.total);
  await owner.get(`/leads/${lead.id}/score?at=yesterday`, 422);
  const curve = await owner.get(`/leads/${lead.id}/score/history`);
  assert.ok(curve.items.length > 0);
});

test('a_hot_lead_has_its_call_and_cools_by_time_alone', async () => {
  await house.person('manager');
  for (const event of ['Demo Requested', 'Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'])
    await send({ userId: 'u1', event });
  for (let i = 0; i < 4; i++) {
    await house.setClock(`2026-03-03T${10 + 2 * i}:00:00Z`, true);
    await writer.post('//v1/page', { messageId: `p${i}`, userId: 'u1', name: 'Pricing', properties: { path: '/pricing', url: 'https://firm.example/pricing' } });
  }
  const lead = await find('petr@');
  const score = await owner.get(`/leads/${lead.id}/score`);
  addsUp(score);
  assert.equal(lead.band, 'hot', JSON.stringify(score.lines.map((l) => [l.criterion, l.points])));
  const tasks = await owner.get(`/tasks?lead=${lead.id}`);
  assert.equal(tasks.items.filter((t) => t.kind === 'call_now').length, 1);
  assert.ok((await owner.get(`/leads/${lead.id}/assignments`)).items.length >= 1);
  await house.setClock('2026-06-01T09:00:00Z', true);
  Object.assign(owner, await house.signIn('owner@example.org')); // the session is over by then
  await until((l) => l.band !== 'hot', () => find('petr@'));
});

test('facts_stage_and_amount_are_changed_under_a_version', async () => {
  const lead = await find('ivan@');
  const changed = await owner.patch(`/leads/${lead.id}`, { title: 'Директор', stage: 'offer', amount: 1250000, currency: 'RUB', facts: { budget: 5 } }, 200, { headers: { 'if-match': `"${lead.version}"` } });
  assert.equal(changed.stage, 'offer');
  assert.equal(changed.amount, 1250000);
  assert.equal(changed.title, 'Директор');
  assert.equal(changed.facts.budget.value, 5);
  assert.equal((await owner.patch(`/leads/${lead.id}`, { amount: 5000, currency: 'KWD' })).currency, 'KWD');
  assert.equal((await owner.patch(`/leads/${lead.id}`, { amount: 7000 })).currency, 'KWD', 'another sum is of the same money');
  assert.equal((await owner.patch(`/leads/${lead.id}`, { amount: 1250000, currency: null })).currency, null);
  await owner.patch(`/leads/${lead.id}`, { stage: 'won' }, 412, { headers: { 'if-match': `"${lead.version}"` } });
  await owner.patch(`/leads/${lead.id}`, { stage: 'nonsense' }, 422);
  for (const currency of ['€€', 'rub', 'RU', '₽'])
    assert.equal((await owner.patch(`/leads/${lead.id}`, { amount: 1, currency }, 422)).errors[0].pointer, '/currency');
  await owner.patch(`/leads/${lead.id}`, { email: 'nonsense' }, 422);
  await owner.post(`/leads/${lead.id}/notes`, { text: 'Перезвонить' }, 204);
  await owner.post(`/leads/${lead.id}/dispute`, { direction: 'higher', text: 'Бюджет есть' }, 204);
  await owner.post(`/leads/${lead.id}/dispute`, { direction: 'sideways', text: 'x' }, 422);
  const text = JSON.stringify((await owner.get(`/leads/${lead.id}/timeline`)).items);
  assert.ok(text.includes('Перезвонить') && text.includes('Бюджет есть'));
});

test('a_merge_keeps_all_and_is_undone_whole', async () => {
  const a = await owner.post('/leads', { name: 'Анна', email: 'anna1@example.org', title: 'CEO' }, 201);
  const b = await owner.post('/leads', { name: 'Анна', email: 'anna2@example.org' }, 201);
  await identify('anna2', { email: 'anna2@example.org' });
  await send({ userId: 'anna2', event: 'Demo Requested' });
  const alone = [await owner.get(`/leads/${a.id}/score`), await owner.get(`/leads/${b.id}/score`)];
  const { merge_id } = await owner.post(`/leads/${a.id}/merge`, { lead_id: b.id }, 201);
  const both = await owner.get(`/leads/${a.id}/score`);
  assert.ok(both.total > Math.max(alone[0].total, alone[1].total));
  assert.equal((await owner.get('/leads?q=anna2')).items[0].id, a.id);
  await send({ userId: 'anna2', event: 'Price List Downloaded' });
  assert.ok((await owner.get(`/leads/${a.id}/score`)).total > both.total);
  await owner.post(`/leads/${a.id}/merge`, { lead_id: a.id }, 409).catch(() => owner.post(`/leads/${a.id}/merge`, { lead_id: a.id }, 422));
  assert.equal((await owner.get(`/leads/${a.id}/merges`)).items[0].id, merge_id);
  await owner.post(`/merges/${merge_id}/undo`, undefined, 204);
  assert.equal((await owner.get(`/leads/${a.id}/score`)).total, alone[0].total);
  assert.ok((await owner.get(`/leads/${b.id}/score`)).total > alone[1].total); // what came since is hers
  await owner.post(`/merges/${merge_id}/undo`, undefined, 409);
});

test('an_inner_merge_is_undone_too_and_its_parent_stays_where_it_was_joined', async () => {
  const lead = (name) => owner.post('/leads', { name, email: `${name}@chain.example` }, 201);
  const [a, b, c] = [await lead('chain-a'), await lead('chain-b'), await lead('chain-c')];
  for (const x of ['a', 'b', 'c']) await identify(`chain-${x}`, { email: `chain-${x}@chain.example` });
  await send({ userId: 'chain-a', event: 'Price List Downloaded' });
  await send({ userId: 'chain-b', event: 'Demo Requested' });
  const total = async (x) => (await owner.get(`/leads/${x.id}/score`)).total;
  const listed = async () => (await owner.get('/leads?q=chain&limit=50')).items.map((x) => x.name).sort();
  const alone = await Promise.all([a, b, c].map(total));
  const inner = await owner.post(`/leads/${a.id}/merge`, { lead_id: b.id }, 201);
  const outer = await owner.post(`/leads/${c.id}/merge`, { lead_id: a.id }, 201);
  assert.ok(await total(c) >= alone[0] + alone[1]);
  assert.deepEqual(await listed(), ['chain-c']);
  await owner.post(`/merges/${inner.merge_id}/undo`, undefined, 204);
  assert.deepEqual(await listed(), ['chain-b', 'chain-c'], 'the parent is still part of another');
  assert.deepEqual([await total(b), await total(c)], [alone[1], alone[0] + alone[2]]);
  const kept = async () => (await owner.get('/leads?q=chain&limit=50')).items.map((x) => [x.name, x.score]).sort();
  assert.deepEqual(await kept(), [['chain-b', alone[1]], ['chain-c', alone[0] + alone[2]]]);
  assert.match(house.cli(['replay']), /^differences: 0$/m);
  await owner.post(`/merges/${outer.merge_id}/undo`, undefined, 204);
  assert.deepEqual(await listed(), ['chain-a', 'chain-b', 'chain-c']);
  assert.deepEqual(await Promise.all([a, b, c].map(total)), alone);
  assert.match(house.cli(['replay']), /^differences: 0$/m);
});

test('a_score_that_the_model_cuts_says_what_it_was', async () => {
  const lead = await owner.post('/leads', { name: 'Через край', email: 'brim@example.org' }, 201);
  const calm = await owner.get(`/leads/${lead.id}/score`);
  assert.equal(calm.total_raw, calm.total_exact, 'within the limits they are one');
  const track = (event) => house.writer().post('//v1/track', { messageId: `brim-${event}`, userId: 'brim', event, context: { traits: { email: 'brim@example.org' } } });
  await house.writer().post('//v1/identify', { messageId: 'brim', userId: 'brim', traits: { email: 'brim@example.org', title: 'CEO', employees: 300, budget: 1000, industry: 'it' } });
  for (const event of ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted']) await track(event);
  await house.writer().post('//v1/page', { messageId: 'brim-page', userId: 'brim', properties: { path: '/pricing' } });
  const s = await owner.get(`/leads/${lead.id}/score`);
  const sum = s.groups.reduce((n, g) => n + g.points, 0);
  assert.ok(Math.abs(s.total_raw - sum) < 1e-5 && sum > s.thresholds.ceiling, JSON.stringify([s.total_raw, sum, s.thresholds]));
  assert.equal(s.total_exact, s.thresholds.ceiling);
});

test('a_list_is_walked_whole_in_every_order', async () => {
  for (let i = 0; i < 25; i++) await owner.post('/leads', { name: `Список ${String(i).padStart(2, '0')}`, email: `list${i}@example.org`, title: i % 3 ? 'менеджер' : 'CEO' }, 201);
  const total = (await owner.get('/leads')).total;
  for (const sort of ['-score', 'score', '-seen_at', '-created_at', 'name']) {
    const seen = [];
    for (let next = ''; next !== null;) {
      const page = await owner.get(`/leads?sort=${sort}&limit=7${next ? `&cursor=${next}` : ''}`);
      seen.push(...page.items);
      next = page.next;
    }
    assert.equal(new Set(seen.map((l) => l.id)).size, total, sort);
    assert.equal(seen.length, total, sort);
    if (sort === '-score') for (let i = 1; i < seen.length; i++) assert.ok(seen[i - 1].score >= seen[i].score);
    if (sort === 'score') for (let i = 1; i < seen.length; i++) assert.ok(seen[i - 1].score <= seen[i].score);
  }
  const cursor = (await owner.get('/leads?limit=1')).next;
  await owner.get(`/audit?cursor=${cursor}`, 422); // another list's
  const byName = (await owner.get('/leads?sort=name&limit=1')).next;
  for (const [place, sort] of [[byName, '-score'], [byName, 'cell'], [cursor, 'score'], [cursor, 'name']]) {
    const refused = await owner.get(`/leads?sort=${sort}&limit=1&cursor=${place}`, 422); // another order's
    assert.equal(refused.errors[0].pointer ?? refused.errors[0].field, 'cursor', JSON.stringify(refused));
  }
  assert.equal((await owner.get(`/leads?sort=-score&limit=1&cursor=${cursor}`)).items.length, 1, 'the order that goes without saying, said');
  for (const band of ['cold', 'warm', 'hot'])
    for (const l of (await owner.get(`/leads?band=${band}&limit=200`)).items) assert.equal(l.band, band);
  assert.equal((await owner.get('/leads?band=cold,warm,hot')).total, total);
  await owner.get('/leads?band=boiling', 422);
  await owner.get('/leads?sort=password', 422);
  assert.equal((await owner.get('/leads?owner=me')).total, 0);
});

test('the_timeline_tells_what_each_event_gave', async () => {
  const writer = house.writer();
  for (const [event, messageId] of [['Nobody Hears', 'tl-1'], ['Demo Requested', 'tl-2'], ['Nobody Hears', 'tl-3']])
    await writer.post('//v1/track', { userId: 'timeline', messageId, event });
  const [lead] = (await owner.get('/leads?sort=-created_at&limit=1')).items;
  const line = (await owner.get(`/leads/${lead.id}/score`)).lines.find((l) => l.points > 0);
  const items = (await owner.get(`/leads/${lead.id}/timeline`)).items.filter((i) => i.kind === 'track');
  assert.deepEqual(items.map((i) => [i.name, i.points]), [['Nobody Hears', null], ['Demo Requested', line.points], ['Nobody Hears', null]]);
  const deaf = (await owner.get(`/leads/${lead.id}/timeline?limit=1&kind=track`)).items;
  assert.deepEqual(deaf.map((i) => [i.name, i.points]), [['Nobody Hears', null]]);
});

test('an_unreadable_phone_is_no_phone', async () => {
  const bad = await owner.post('/leads', { name: 'П', phone: 'звонить вечером' }, 422);
  assert.deepEqual(bad.errors.map((e) => e.pointer), ['/phone']);
  const r = await owner.post('/leads/batch', { leads: [{ name: 'П', phone: '123' }, { name: 'Р', phone: '8 916 765-43-21' }] });
  assert.deepEqual(r.results.map((one) => one.status), ['refused', 'made']);
  // by an event nothing is refused: what was typed stays beside, and the lead is found when the number comes
  const writer = house.writer();
  const card = async (id) => owner.get(`/leads/${(await owner.get(`/leads?q=${id}`)).items[0].id}`);
  await writer.post('//v1/identify', { userId: 'phonetyped', traits: { name: 'phonetyped', phone: 'звонить вечером' } });
  let lead = await card('phonetyped');
  assert.equal(lead.phone, null);
  assert.equal(lead.facts['phone.raw'].value, 'звонить вечером');
  await writer.post('//v1/identify', { userId: 'phonetyped', traits: { phone: 79167654300 } });
  lead = await card('phonetyped');
  assert.equal(lead.phone, '+79167654300');
});

test('many_leads_come_at_once_with_a_word_on_each', async () => {
  const r = await owner.post('/leads/batch', { leads: [{ name: 'Первый', email: 'batch1@firm.example' }, { email: 'nonsense' }, { name: 'Снова', email: 'Batch1@firm.example', title: 'CEO' }] });
  assert.deepEqual([r.made, r.known, r.refused], [1, 1, 1]);
  assert.equal(r.results[1].errors[0].pointer, '/leads/1/email');
  assert.equal((await owner.get(`/leads/${r.results[0].id}`)).title, 'CEO');
});

test('the_export_holds_what_the_list_holds', async () => {
  const text = await owner.get('/export/leads.csv?q=' + encodeURIComponent('список'));
  assert.equal(text.trim().split(/\r?\n/).length, 26);
});

test('the_export_tells_the_id_of_the_other_system_of_each', async () => {
  await house.writer().post('//v1/batch', { batch: [{ type: 'identify', userId: 'crm-2', messageId: 'outside-2', traits: { source: 'outside' } }, { type: 'identify', userId: 'crm-1', messageId: 'outside-1', traits: { source: 'outside', email: 'outside@firm.example' } },
    { type: 'identify', anonymousId: 'outside-cookie', messageId: 'outside-3', traits: { source: 'outside' } }] });
  const [head, ...rows] = (await owner.get('/export/leads.csv?source=outside&sort=-created_at')).trim().split(/\r?\n/).map((line) => line.replace('\ufeff', '').split(';'));
  const column = (name) => rows.map((row) => row[head.indexOf(name)]);
  assert.deepEqual([column('user_id').sort(), column('name')], [['', 'crm-1', 'crm-2'], ['', '', '']]);
  assert.equal(rows[column('email').indexOf('outside@firm.example')][head.indexOf('user_id')], 'crm-1');
});

test('a_lead_without_a_name_is_called_by_what_is_known_of_it', async () => {
  const called = async (batch, body) => {
    await house.writer().post('//v1/batch', { batch });
    const { items } = await owner.get('/leads?limit=200&sort=-created_at');
    return items.find(body)?.called;
  };
  assert.equal(await called([{ type: 'identify', userId: 'crm-77', traits: { source: 'nameless-a' } }], (l) => l.source === 'nameless-a'), 'crm-77');
  assert.equal(await called([{ type: 'identify', userId: 'crm-78', traits: { source: 'nameless-b', email: 'n@firm.example' } }], (l) => l.source === 'nameless-b'), 'n@firm.example');
  assert.equal(await called([{ type: 'identify', anonymousId: 'cookie-1', traits: { source: 'nameless-c', company: 'Nameless Ltd' } }], (l) => l.source === 'nameless-c'), 'Nameless Ltd');
  assert.equal(await called([{ type: 'identify', anonymousId: 'cookie-2', traits: { source: 'nameless-d' } }], (l) => l.source === 'nameless-d'), null);
  assert.equal(await called([{ type: 'identify', userId: 'crm-79', traits: { source: 'nameless-e', name: 'Иван' } }], (l) => l.source === 'nameless-e'), 'Иван');
});

test('a_lead_without_a_name_is_called_alike_on_cards_of_colleagues_in_search_merges_and_marks', async () => {
  const sent = await house.writer().post('//v1/batch', { batch: [
    { type: 'identify', userId: 'erp-501', traits: { company: 'Alike Ltd', source: 'alike' } },
    { type: 'identify', userId: 'erp-502', traits: { company: 'Alike Ltd', source: 'alike', name: 'Пётр Громов' } },
  ] });
  assert.equal(sent.success, true);
  const { items } = await owner.get('/leads?q=alike&limit=50');
  const [bare, named] = ['erp-501', 'Пётр Громов'].map((x) => items.find((l) => l.called === x));
  assert.equal((await owner.get(`/leads/${named.id}`)).people.find((p) => p.id === bare.id).called, 'erp-501');
  assert.equal((await owner.get('/search?q=alike')).items.find((x) => x.id === bare.id).name, 'erp-501');
  const mark = await owner.post('/quarantine', { kind: 'lead', lead_id: bare.id }, 201);
  assert.equal(mark.shown, 'erp-501');
  await owner.post(`/quarantine/${mark.id}/undo`, undefined);
  await owner.post(`/leads/${named.id}/merge`, { lead_id: bare.id }, 201);
  assert.equal((await owner.get(`/leads/${named.id}/merges`)).items[0].from_name, 'erp-501');
});

test('who_was_seen_last_comes_first_however_the_pages_are_cut', async () => {
  // Instants within one hour, at both sides of its end, days apart; some leads are seen again, later or earlier than before.
  const minutes = [0, 59, 61, 62, 118, 180, 181, 1500, 3000, 4321];
  const at = (m) => new Date(Date.parse('2026-03-02T08:30:00Z') - m * 60000).toISOString();
  for (const [i, m] of minutes.entries())
    await send({ userId: `seen${i}`, event: 'Seen', timestamp: at(m), context: { campaign: { source: 'seen-list' } } });
  await send({ userId: 'seen9', event: 'Seen Again', timestamp: at(60) });    // into another hour
  await send({ userId: 'seen4', event: 'Seen Again', timestamp: at(117) });   // within its own
  await send({ userId: 'seen0', event: 'Seen Before', timestamp: at(2000) }); // late: nothing moves
  await send({ userId: 'seen8', event: 'Demo Requested', timestamp: at(10) }); // with a score that moves
  const want = [0, 10, 59, 60, 61, 62, 117, 180, 181, 1500].map(at).map((t) => Date.parse(t));
  for (const limit of [100, 3, 1]) {
    const seen = [];
    let next = null;
    do {
      const page = await owner.get(`/leads?sort=-seen_at&source=seen-list&limit=${limit}${next ? `&cursor=${next}` : ''}`);
      seen.push(...page.items.map((l) => Date.parse(l.seen_at)));
      next = page.next;
    } while (next);
    assert.deepEqual(seen, want, `limit ${limit}`);
  }
});

test('a_total_that_was_not_counted_to_the_end_says_so', async () => {
  const rows = Array.from({ length: 10001 }, (_, i) => `many${i}@crowd.example,crowd`).join('\n');
  const one = await owner.post('/imports', `email,source\n${rows}\n`, 201, { raw: true, headers: { 'content-type': 'text/csv' } });
  await owner.post(`/imports/${one.id}/run`, undefined);
  await until((i) => i.state === 'done', () => owner.get(`/imports/${one.id}`));
  for (const path of ['/leads?limit=1', '/leads?limit=1&source=crowd', '/search?q=many']) {
    const page = await owner.get(path);
    assert.deepEqual([page.total, page.total_is], [10000, 'at_least'], path);
  }
  const { counts } = await owner.get('/me');
  assert.deepEqual([counts.leads, counts.leads_is], [10000, 'at_least']);
  const manager = await house.person('manager', 'counts@example.org');
  const mine = await owner.post('/leads', { name: 'Свой', email: 'own@counts.example' }, 201);
  await owner.post(`/leads/${mine.id}/assign`, { manager_id: manager.id }, 201);
  const own = (await manager.get('/me')).counts; // of the own leads, as the list that stands in the navigation
  assert.deepEqual([own.leads, own.leads_is], [1, undefined]);
  await owner.post('/views', { name: 'Crowd', query: 'source=crowd', scope: 'me', pinned: false }, 201);
  await owner.post('/views', { name: 'One', query: 'q=many42@', scope: 'me', pinned: false }, 201);
  const views = (await owner.get('/views')).items;
  assert.deepEqual(views.map((v) => [v.name, v.count, v.count_is]).filter(([n]) => n === 'Crowd' || n === 'One').sort(),
    [['Crowd', 10000, 'at_least'], ['One', 1, null]]);
  const few = await owner.get('/leads?limit=1&q=many42@');
  assert.deepEqual([few.total, few.total_is], [1, undefined]);
  const next = await owner.get(`/leads?limit=1&cursor=${(await owner.get('/leads?limit=1')).next}`);
  assert.deepEqual([next.total, next.total_is], [null, undefined]);
});

test('null_for_what_is_a_word_of_a_list_is_as_if_it_were_not_said', async () => {
  const lead = await owner.post('/leads', { name: 'Nothing', email: 'nothing@null.example' }, 201);
  await owner.patch(`/leads/${lead.id}`, { stage: 'talks' });
  assert.equal((await owner.patch(`/leads/${lead.id}`, { stage: null, lost_reason: null })).stage, 'talks');
  assert.equal((await owner.patch(`/leads/${lead.id}`, { stage: null, amount: 5 })).stage, 'talks');
  const user = house.addUser('manager', 'null@house.example', 'correct horse', 'Null');
  const before = await owner.get(`/managers/${user}`);
  const after = await owner.patch(`/managers/${user}`, { level: null, weight: null, duty_mode: null });
  assert.deepEqual([after.level, after.weight, after.duty_mode], [before.level, before.weight, before.duty_mode]);
  const one = await owner.patch(`/users/${user}`, { role: null, state: null, lang: null });
  assert.deepEqual([one.role, one.state], ['manager', 'active']);
  const pool = await owner.post('/routing/pools', { name: 'Null', policy: 'round_robin', members: [{ user_id: user }] }, 201);
  assert.equal((await owner.patch(`/routing/pools/${pool.id}`, { policy: null })).policy, 'round_robin');
  const settings = await owner.get('/settings');
  const kept = await owner.patch('/settings', { company: null, lang: null, leaders: null, bookkeeping: null, sla_minutes: null, catch_up: null, company_keeps: null });
  assert.equal(kept.company, '', 'a name may be taken away');
  for (const name of ['lang', 'leaders', 'bookkeeping', 'sla_minutes', 'catch_up', 'company_keeps']) assert.equal(kept[name], settings[name], name);
});

test('the_end_of_all_years_is_asked_about_without_an_empty_instant', async () => {
  const lead = await owner.post('/leads', { name: 'Late', email: 'late@year.example' }, 201);
  const far = await owner.get(`/leads/${lead.id}/score?at=9999-12-20T00:00:00Z`);
  assert.deepEqual(far.ahead.map((a) => a.at), ['9999-12-27T00:00:00Z']);
  const end = await owner.get(`/leads/${lead.id}/score?at=9999-12-31T23:59:59.999999Z`);
  assert.deepEqual([end.ahead, end.next_change], [[], null]);
  assert.equal((await owner.get(`/leads/${lead.id}/score?at=0001-01-01T00:00:00Z`)).total, 0);
  const turned = await owner.get(`/leads/${lead.id}/score/history?from=2026-06-02T00:00:00Z&to=2026-06-01T00:00:00Z`, 422);
  assert.equal(turned.errors[0].pointer, '/to');
});
