// SPDX-License-Identifier: AGPL-3.0-or-later
// Weeks of a random company lived through again: every decision that the house really made comes out the same from what it kept, whatever was changed
// since; the same question gives the same bytes; another policy gives what its words say.
//   GRADUS_TEST_COMPANIES=N   how many companies (default 1); GRADUS_TEST_SIMULATE_STEPS=N   how long each (default 60); GRADUS_TEST_SEED=N   others
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { open, until } from './harness.mjs';

const companies = Number(process.env.GRADUS_TEST_COMPANIES ?? 1);
const steps = Number(process.env.GRADUS_TEST_SIMULATE_STEPS ?? 60);
let seed = BigInt(process.env.GRADUS_TEST_SEED ?? 1);
const below = (n) => {
  seed = (seed * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
  return Number((seed >> 33n) % BigInt(n));
};
const one = (list) => (list.length ? list[below(list.length)] : undefined);
const MIN = 60_000, HOUR = 60 * MIN, DAY = 24 * HOUR;
const iso = (t) => new Date(t).toISOString();
const heat = ['Demo Requested', 'Price List Downloaded', 'Webinar Attended', 'Form Submitted'];
const policies = ['round_robin', 'weighted', 'least_loaded', 'best_match', 'claim', 'value'];
const words = { product: ['crm', 'erp', ''], region: ['north', 'south', ''], language: ['de', 'en'] };

class Company {
  static async founded() {
    const c = new Company();
    c.now = Date.parse('2026-03-02T06:00:00Z');
    c.began = c.now;
    c.house = await open({ now: iso(c.now) });
    c.house.addUser('owner');
    c.head = await c.house.person('head');
    c.writer = c.house.writer();
    c.people = [];
    for (let i = 0; i < 3 + below(4); i++) c.people.push(await c.house.person('manager', `m${i}@example.org`, `Manager ${i}`));
    const day = [['08:00', '13:00'], ['14:00', '19:00']];
    const office = await c.head.post('/calendars', { name: 'office', zone: 'Europe/Moscow', hours: { mon: day, tue: day, wed: day, thu: day, fri: day, sat: day } }, 201);
    for (const p of c.people)
      await c.head.patch(`/managers/${p.id}`, { calendar_id: below(3) ? office.id : null, capacity: 8 + below(40), weight: 1 + below(5), hourly_quota: below(2) * 6,
        products: below(2) ? [one(words.product) || 'crm'] : [], languages: below(2) ? ['de'] : [] });
    c.count = 0;
    c.pools = [];
    for (let i = 0; i < 3; i++) await c.pool();
    await c.rules();
    return c;
  }
  async pool() {
    const members = this.people.filter(() => below(4)).map((m) => ({ user_id: m.id, weight: below(3) }));
    this.pools.push(await this.head.post('/routing/pools', { name: `pool ${this.pools.length}`, policy: one(policies), members }, 201));
  }
  rule(name, condition) {
    return { name, condition, pool_id: one(this.pools).id, fallback_pool_id: below(2) ? one(this.pools).id : null, match: below(3) ? [] : [one(['product', 'language'])],
      explore: below(3) ? 0 : 30, sla_minutes: below(2) * 15, enabled: true };
  }
  draft() {
    return [this.rule('machines', { fact: 'industry', op: 'eq', value: 'machines' }), this.rule('demo', { count: { event: 'Demo Requested' }, op: '>=', value: 2, days: 7 }),
      this.rule('bought', { fact: 'company.client', op: 'eq', value: true }), this.rule('theirs', { fact: 'company.owner', op: 'eq', value: 'm1@example.org' }),
      this.rule('webinar', { within: { event: 'Webinar Attended' }, days: 30 })].filter(() => below(2)).slice(0, 3);
  }
  rules() { return this.head.put('/routing/rules', { items: this.draft() }); }
  async leads(n) {
    const batch = [];
    for (let i = 0; i < n; i++) {
      const who = `lead${this.count++}x`;
      batch.push({ type: 'identify', messageId: who, userId: who, traits: { email: `${who}@works.example`, title: 'CEO', budget: 1000, industry: one(['machines', 'shops']), employees: 300,
        ...(below(3) ? {} : { company: one(['Alpha Works', 'Beta Mills', 'Gamma Foods', 'Delta Lines']) }),
        product: one(words.product), language: one(words.language) } }, ...heat.map((event) => ({ type: 'track', messageId: `${event}-${who}`, userId: who, event })));
    }
    await this.writer.post('//v1/batch', { batch });
  }
  async task() { return one((await this.head.get('/tasks?state=open&kind=call_now&limit=50')).items); }
  async lead(query = '') { return one((await this.head.get(`/leads?limit=50${query}`)).items); }
  happens = {
    lead: () => this.leads(1),
    leads: () => this.leads(2 + below(5)),
    call: async () => { const t = await this.task(); if (t) await this.head.call('POST', `/tasks/${t.id}/complete`, { result: 'reached' }); },
    calls: async () => { for (let i = 0; i < 5; i++) await this.happens.call(); },
    claim: async () => { const p = one(this.people), t = (await p.get('/claims')).items[0]; if (t) await p.call('POST', `/tasks/${t.id}/claim`); },
    warm_again: async () => { const l = await this.lead(); if (l) await this.writer.post('//v1/track', { messageId: `w${this.now}`, userId: `${l.email}`.split('@')[0], event: one(heat) }); },
    declined: async () => { const t = await this.task(); if (t) await this.head.call('POST', `/tasks/${t.id}/decline`, { reason: 'no' }); },
    by_hand: async () => { const l = await this.lead(); if (l) await this.head.call('POST', `/leads/${l.id}/assign`, { manager_id: one(this.people).id }); },
    won: async () => { const l = await this.lead('&band=hot'); if (l) await this.head.call('PATCH', `/leads/${l.id}`, { stage: one(['won', 'lost']) }); },
    absence: () => this.head.call('POST', '/absences', { user_id: one(this.people).id, from: iso(this.now + below(2) * DAY), until: iso(this.now + (2 + below(5)) * DAY), reason: 'vacation', catch_up: below(2) === 1 }),
    duty: () => this.head.call('POST', `/managers/${one(this.people).id}/duty`, { on_duty: below(3) > 0 }),
    manager: () => this.head.call('PATCH', `/managers/${one(this.people).id}`, { capacity: 6 + below(40), daily_quota: below(2) * (3 + below(20)), level: one(['trainee', 'regular', 'senior']), weight: 1 + below(5) }),
    rules: () => this.rules(),
    pool: async () => { const p = one(this.pools); await this.head.call('PATCH', `/routing/pools/${p.id}`, { policy: one(policies), members: this.people.filter(() => below(3)).map((m) => ({ user_id: m.id, weight: below(3) })) }); },
    handed: async () => {
      const from = one(this.people).id, to = this.people.filter((p) => p.id !== from && below(2)).map((p) => ({ user_id: p.id }));
      const t = await this.head.post('/transfers', { kind: 'handover', from_id: from, to, by_word: to.length > 0 }, 201);
      const settled = async (state) => { for (;;) { const x = await this.head.get(`/transfers/${t.id}`); if (x.state !== state) return x; await new Promise((done) => setTimeout(done, 20)); } };
      await settled('planning');
      await this.head.post(`/transfers/${t.id}/run`);
      await settled('running');
      this.now += one([MIN, HOUR]);
      await this.house.setClock(iso(this.now));
      if (below(4)) await this.head.post(`/transfers/${t.id}/undo`);
      await settled('undoing');
    },
    hired: async () => { if (this.people.length < 8) this.people.push(await this.house.person('manager', `m${this.people.length}-${this.now}@example.org`, `Manager ${this.people.length}`)); },
    restart: async () => { const at = iso(this.now); await this.house.stop('SIGTERM'); this.house.env.GRADUS_NOW = at; await this.house.start(); },
  };
  async lives() {
    const often = ['lead', 'leads', 'lead', 'leads', 'call', 'calls', 'warm_again', 'claim'];
    for (let step = 0; step < steps; step++) {
      await this.happens[below(3) ? one(often) : one(Object.keys(this.happens).filter((x) => x !== 'restart' || step % 20 === 0))]();
      this.now += one([MIN, 3 * MIN, 20 * MIN, HOUR, 6 * HOUR]);
      await this.house.setClock(iso(this.now));
    }
  }
  async simulated(ask) {
    const s = await this.head.post('/routing/simulations', { from: iso(this.began), ...ask }, 201);
    const r = await until((x) => !['waiting', 'running'].includes(x.state), () => this.head.get(`/routing/simulations/${s.id}`));
    assert.equal(r.state, 'done', JSON.stringify(r));
    return r;
  }
  async refuses() {
    await this.head.post('/routing/simulations', { from: iso(this.now), until: iso(this.began) }, 422);
    await this.head.post('/routing/simulations', { from: iso(this.now - 200 * DAY) }, 422);
    await this.head.post('/routing/simulations', { policies: [{ pool_id: this.pools[0].id, policy: 'value' }, { pool_id: this.pools[0].id, policy: 'claim' }] }, 422);
    await this.people[0].post('/routing/simulations', {}, 403);
    const many = await Promise.all([...Array(8)].map(() => this.head.post('/routing/simulations', {}, 201)));
    const last = many.map((x) => x.id).sort().at(-1);
    assert.equal((await this.head.post(`/routing/simulations/${last}/stop`)).state, 'stopped');
    await this.head.get(`/routing/simulations/${last}/report.json`, 409);
    await this.head.post(`/routing/simulations/${last}/stop`, undefined, 409);
  }
  async story(report) {
    const d = report.proof.differs[0];
    if (!d) return '';
    const list = async (path) => (await this.head.get(path)).items.map((x) => JSON.stringify(x)).join('\n');
    return `${JSON.stringify(report.proof)}\n${await list(`/leads/${d.lead_id}/assignments`)}\n${await list(`/tasks?lead=${d.lead_id}&state=any`)}`;
  }
}

test('what_really_happened_comes_out_the_same_and_twice_the_same', async () => {
  for (let i = 0; i < companies; i++) {
    const c = await Company.founded();
    try {
      await c.lives();
      const live = await c.simulated({});
      const { proof, real, then, other } = live.report;
      assert.ok(proof.decisions > 10, JSON.stringify(proof));
      assert.equal(proof.same, proof.decisions, await c.story(live.report));
      if (proof.run_same !== proof.run_decisions) { const d = proof.run_differs[0]; live.report.proof.differs = [d]; assert.fail(await c.story(live.report)); }
      assert.deepEqual({ ...then, bucket: 0 }, { ...then, bucket: 0 });
      const bare = (side) => JSON.parse(JSON.stringify(side).replaceAll(/"(real|then|other)\./g, '"'));
      assert.deepEqual(bare(then), bare(real), 'a run under the rules of then is what happened');
      assert.ok(other.leads === real.leads && real.leads > 5);
      // Whatever is changed since has no say; the same question gives the same bytes.
      const draft = { items: c.draft(), policies: [{ pool_id: c.pools[0].id, policy: 'round_robin' }], until: iso(c.now) };
      const first = await c.simulated(draft);
      await c.pool();
      await c.head.patch(`/managers/${c.people[0].id}`, { capacity: 3, weight: 9 });
      const again = await c.simulated(draft);
      const bytes = async (s) => (await c.head.call('GET', `/routing/simulations/${s.id}/report.json`)).text;
      assert.equal(await bytes(first), await bytes(again));
      // Each lead is in one of the rows of the first call, and every figure opens as many leads as it says.
      const parts = ['five', 'in_time', 'after', 'missed', 'pending', 'orphan'];
      for (const name of ['real', 'then', 'other']) {
        const side = first.report[name];
        assert.equal(parts.reduce((n, k) => n + side[k].n, 0), side.leads, JSON.stringify(side));
        assert.equal(side.managers.reduce((n, m) => n + m.late, 0), side.after.n + side.missed.n);
        for (const f of [{ n: side.leads, bucket: 'all' }, ...[...parts, 'waited', 'handed'].map((k) => side[k]), ...side.managers, ...side.managers.map((m) => ({ n: m.late, bucket: m.late_bucket }))]) {
          const page = await c.head.get(`/leads?report=${first.id}&bucket=${f.bucket}&limit=1`);
          assert.equal(page.total, f.n ?? f.leads, JSON.stringify(f));
        }
      }
      for (const f of [first.report.moved, { n: first.report.proof.leads, bucket: 'differs' }])
        assert.equal((await c.head.get(`/leads?report=${first.id}&bucket=${f.bucket}&limit=1`)).total, f.n);
      const csv = (await c.head.call('GET', `/routing/simulations/${first.id}/people.csv`)).text.trim().split(/\r?\n/);
      const m = first.report.real.managers[0];
      assert.match(csv[0], /^.?side;manager;leads;called;late/);
      assert.ok(csv[1].startsWith(`real;${first.names[m.manager_id]};${m.leads};${m.called};${m.late};`), csv[1]);
      assert.equal(csv.length, 1 + ['real', 'then', 'other'].reduce((n, side) => n + first.report[side].managers.length, 0));
      for (const x of first.report.moved.first) assert.ok(first.names[x.lead_id], x.lead_id);
      assert.deepEqual((await c.head.get('/routing/simulations')).items.slice(0, 2).map((x) => x.id), [again.id, first.id]);
      await c.refuses();
    } finally {
      await c.house.close();
    }
  }
});

// One sells, the other does not. Where a share is given by lot it can be told that more should go to the one; where nothing is left to chance it cannot.
test('what_came_of_decisions_by_lot_judges_a_draft_and_without_a_lot_there_is_no_word', async () => {
  const house = await open({ now: '2026-03-02T08:00:00Z' });
  try {
    const head = await house.person('head');
    const [good, bad] = [await house.person('manager', 'good@example.org', 'Good'), await house.person('manager', 'bad@example.org', 'Bad')];
    for (const m of [good, bad]) await head.patch(`/managers/${m.id}`, { capacity: 0 });
    const pool = (name, members) => head.post('/routing/pools', { name, policy: 'round_robin', members: members.map((m) => ({ user_id: m.id, weight: 0 })) }, 201);
    const both = await pool('both', [good, bad]), best = await pool('best', [good]);
    const rule = (p, explore) => ({ name: 'all', condition: { fact: 'industry', op: 'eq', value: 'machines' }, pool_id: p.id, sla_minutes: 0, explore, enabled: true });
    const writer = house.writer();
    const period = async (explore, name, day) => {
      await head.put('/routing/rules', { items: [rule(both, explore)] });
      const batch = [];
      for (let i = 0; i < 120; i++) {
        const who = `${name}${i}x`;
        batch.push({ type: 'identify', messageId: who, userId: who, traits: { email: `${who}@works.example`, title: 'CEO', budget: 1000, industry: 'machines', employees: 300 } },
          ...heat.map((event) => ({ type: 'track', messageId: `${event}-${who}`, userId: who, event })));
      }
      for (let i = 0; i < batch.length; i += 400) await writer.post('//v1/batch', { batch: batch.slice(i, i + 400) });
      let i = 0;
      for (let cursor = ''; cursor !== null;) {
        const page = await head.get(`/leads?q=${name}&limit=100${cursor}`);
        for (const l of page.items) if (/^(won|lost)$/.test(l.stage) === false) await head.patch(`/leads/${l.id}`, { stage: i++ % 10 < (l.owner_id === good.id ? 7 : 1) ? 'won' : 'lost' });
        cursor = page.next ? `&cursor=${encodeURIComponent(page.next)}` : null;
      }
      await house.setClock(`2026-03-0${day}T08:00:00Z`);
      const s = await head.post('/routing/simulations', { from: `2026-03-0${day - 1}T07:59:00Z`, items: [rule(best, 0)] }, 201);
      for (;;) {
        const r = await head.get(`/routing/simulations/${s.id}`);
        if (r.state === 'done') return r.report;
        assert.ok(['waiting', 'running'].includes(r.state), JSON.stringify(r));
        await new Promise((done) => setTimeout(done, 30));
      }
    };
    const lot = await period(50, 'lot', 3);
    const [run] = (await head.get('/routing/simulations')).items;
    const won = await head.get(`/leads?report=${run.id}&bucket=${lot.other.managers[0].bucket}:won&limit=1`);
    assert.ok(won.total > 20 && won.total < 120, `${won.total}`);
    assert.equal(lot.proof.same, lot.proof.decisions);
    assert.equal(lot.judged.n, 120);
    assert.equal(lot.judged.order, 'second_better', JSON.stringify(lot.judged));
    // A nineteen-in-twenty interval misses one time in twenty: the truth is asked for within twice its width, about four standard errors.
    const dr = lot.judged.second.dr;
    assert.ok(Math.abs(dr.value - 0.7) < dr.high - dr.low && dr.high - dr.low < 0.4, JSON.stringify(lot.judged.second));
    assert.ok(lot.other.managers.length === 1 && lot.other.managers[0].manager_id === good.id && lot.other.managers[0].leads === 120);
    const sure = await period(0, 'sure', 4);
    assert.equal(sure.proof.same, sure.proof.decisions);
    assert.equal(sure.judged.order, 'refused');
    assert.equal(sure.judged.second.verdict, 'no_overlap');
    assert.equal(sure.judged.second.dr, null);
  } finally {
    await house.close();
  }
});

// A base handed over and taken back is no trade of the period: neither whom it held nor how they had ended says anything of those that turned hot.
test('a_handover_that_was_undone_changes_no_expected_sales', async () => {
  const house = await open({ now: '2026-03-02T08:00:00Z' });
  try {
    const head = await house.person('head'), writer = house.writer();
    const [one, other] = [await house.person('manager', 'one@example.org', 'One'), await house.person('manager', 'other@example.org', 'Other')];
    const pool = await head.post('/routing/pools', { name: 'one', policy: 'round_robin', members: [{ user_id: one.id, weight: 0 }] }, 201);
    await head.put('/routing/rules', { items: [{ name: 'all', condition: { fact: 'industry', op: 'eq', value: 'machines' }, pool_id: pool.id, sla_minutes: 0, enabled: true }] });
    for (const m of [one, other]) await head.patch(`/managers/${m.id}`, { capacity: 0 });
    const period = async (name, won) => {
      const batch = [];
      for (let i = 0; i < 30; i++) {
        const who = `${name}${i}x`;
        batch.push({ type: 'identify', messageId: who, userId: who, traits: { email: `${who}@works.example`, title: 'CEO', budget: 1000, industry: 'machines', employees: 300 } },
          ...heat.map((event) => ({ type: 'track', messageId: `${event}-${who}`, userId: who, event })));
      }
      await writer.post('//v1/batch', { batch });
      const leads = (await head.get(`/leads?q=${name}&limit=100`)).items;
      assert.equal(leads.length, 30);
      for (const [i, l] of leads.entries()) {
        assert.equal(l.owner_id, one.id);
        const call = (await head.get(`/tasks?lead=${l.id}&kind=call_now&state=open`)).items[0];
        await head.post(`/tasks/${call.id}/complete`, { result: 'reached' });
        if (i < 25) await head.patch(`/leads/${l.id}`, { stage: i < won ? 'won' : 'lost' });
      }
    };
    const settled = async (path, states) => { for (;;) { const x = await head.get(path); if (!states.includes(x.state)) return x; await new Promise((done) => setTimeout(done, 30)); } };
    const sold = async () => {
      const s = await head.post('/routing/simulations', { from: '2026-03-03T07:00:00Z' }, 201);
      const { report, state } = await settled(`/routing/simulations/${s.id}`, ['waiting', 'running']);
      assert.equal(state, 'done');
      assert.equal(report.proof.same, report.proof.decisions);
      return ['real', 'then', 'other'].map((side) => report[side].sales);
    };
    await period('old', 20); // ended before the period
    await house.setClock('2026-03-03T08:00:00Z');
    await period('new', 5);
    await house.setClock('2026-03-03T12:00:00Z');
    const before = await sold();
    assert.deepEqual([before[0].leads, before[0].expected], [30, 6], JSON.stringify(before));
    const { id } = await head.post('/transfers', { kind: 'handover', from_id: one.id, to: [{ user_id: other.id }], by_word: true }, 201);
    assert.equal((await settled(`/transfers/${id}`, ['planning'])).leads, 60);
    await head.post(`/transfers/${id}/run`);
    assert.equal((await settled(`/transfers/${id}`, ['running'])).moved, 60);
    await house.setClock('2026-03-03T12:01:00Z');
    await head.post(`/transfers/${id}/undo`);
    assert.equal((await settled(`/transfers/${id}`, ['undoing'])).back, 60);
    await house.setClock('2026-03-03T12:02:00Z');
    assert.deepEqual(await sold(), before);
  } finally {
    await house.close();
  }
});
