/* What the interface must do, by keyboard and by mouse, and how it must look. */
import assert from 'node:assert/strict';
import { screens } from './screens.mjs';
import { eager, people, Person, send } from './server.mjs';

const person = async (h, role) => {
  const p = new Person(h.base);
  await p.signIn(people[role]);
  return p;
};

async function axe(page, h) {
  // run by the debugger: the page's own policy forbids added scripts, as it should
  await page.evaluate(h.axe);
  const found = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }),
  );
  return found.violations.map(
    (v) =>
      `${v.id} (${v.impact}): ` +
      v.nodes
        .slice(0, 3)
        .map((n) => n.target.join(' ') + ' ' + (n.any[0]?.message ?? ''))
        .join(' | '),
  );
}

/* Nothing sticks out sideways. */
async function fits(page) {
  const over = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.ok(over <= 0, `the page is ${over} px wider than the window`);
}

const openTask = async (p, lead) => (await p.get(`/tasks?lead=${lead}&state=open`)).items[0];

export const cases = [
  [
    'set-up: the first start asks who you are, and the company stands',
    async (h) => {
      const page = await h.open({});
      await page.waitForSelector('.setup');
      await page.screenshot({ path: h.shots + '/setup-1.png' });
      const found = await axe(page, h);
      const who = people.owner;
      await page.getByLabel('Ваше имя').fill(who.name);
      await page.getByLabel('Электронная почта').fill(who.email);
      await page.getByLabel('Пароль').fill(who.password);
      await page.keyboard.press('Enter');
      await page.getByLabel('Компания').fill('Градус Демо');
      await page.screenshot({ path: h.shots + '/setup-2.png' });
      await page.keyboard.press('Enter');
      await page.getByText('Компания готова').waitFor();
      await page.getByRole('button', { name: 'С сайта: сделать ключ' }).click();
      await page.waitForSelector('pre.code');
      await page.screenshot({ path: h.shots + '/setup-3.png' });
      found.push(...(await axe(page, h)));
      await page.context().close();
      const owner = await person(h, 'owner');
      await h.fill(owner);
      const manager = await person(h, 'manager');
      const leads = await manager.get('/leads?owner=me&sort=-score');
      assert.ok(leads.items.length >= 2, 'hot leads were handed to the manager: ' + leads.items.length);
      h.lead = leads.items[0].id;
      assert.deepEqual(found, []);
    },
  ],
  [
    'sign-in by keyboard: a wrong password is told, the right one opens the day',
    async (h) => {
      const page = await h.open({});
      await page.getByLabel('Электронная почта').waitFor();
      await page.keyboard.type(people.manager.email);
      await page.keyboard.press('Tab');
      await page.keyboard.type('not-this-one');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
      await page.screenshot({ path: h.shots + '/signin.png' });
      assert.deepEqual(await axe(page, h), []);
      await page.getByLabel('Пароль').fill(people.manager.password);
      await page.keyboard.press('Enter');
      await page.waitForURL('**/today');
      await page.context().close();
    },
  ],
  ...screens.flatMap((s) =>
    ['ru', 'en'].flatMap((lang) =>
      ['light', 'dark'].map((scheme) => [
        `screen ${s.name}, ${lang}, ${scheme}: axe finds nothing, nothing sticks out`,
        async (h) => {
          const path = typeof s.path === 'function' ? s.path(h) : s.path;
          const found = [];
          for (const [width, height] of [
            [1440, 900],
            [390, 844],
          ]) {
            const page = await h.open({ role: s.role, path, lang, scheme, width, height });
            await page.waitForSelector(s.ready);
            await page.waitForTimeout(150);
            await page.screenshot({ path: `${h.shots}/${s.name}-${lang}-${scheme}-${width}.png` });
            await fits(page);
            found.push(...(await axe(page, h)).map((x) => width + ': ' + x));
            await page.context().close();
          }
          assert.deepEqual(found, []);
        },
      ]),
    ),
  ),
  [
    'keyboard alone: from the list to a logged call, and back by undo',
    async (h) => {
      const p = await person(h, 'manager');
      const page = await h.open({ role: 'manager', path: '/today' });
      await page.waitForSelector('.today h1');
      await page.keyboard.press('g');
      await page.keyboard.press('l');
      await page.waitForSelector('[role=grid] .gr.cur');
      await page.keyboard.press('j');
      await page.keyboard.press('k');
      const id = (await page.locator('.gr.cur').getAttribute('id')).slice(4);
      const before = await openTask(p, id);
      assert.ok(before, 'the hot lead has an open task');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/leads/ld_*');
      await page.waitForSelector('.res .btn:not([disabled])');
      await page.keyboard.press('1');
      await page.waitForSelector('.done-call');
      const after = await openTask(p, id);
      assert.notEqual(after?.id, before.id, 'the task is closed');
      assert.ok(after?.due_at, 'and the next step stands');
      const done = await p.get('/tasks/' + before.id);
      assert.deepEqual([done.state, done.result], ['done', 'reached']);
      await page.keyboard.press('Control+z');
      await page.waitForSelector('.res .btn:not([disabled])');
      assert.equal((await p.get('/tasks/' + before.id)).state, 'open');
      await page.context().close();
    },
  ],
  [
    'a Russian layout: the keys are places on the board',
    async (h) => {
      const page = await h.open({ role: 'manager', path: '/leads' });
      await page.waitForSelector('.gr.cur');
      const first = await page.locator('.gr.cur').getAttribute('id');
      await page.evaluate(() =>
        document.body.dispatchEvent(
          new KeyboardEvent('keydown', { code: 'KeyJ', key: 'о', bubbles: true, cancelable: true }),
        ),
      );
      await page.waitForFunction((f) => document.querySelector('.gr.cur')?.id !== f, first);
      await page.context().close();
    },
  ],
  [
    'click budget: dial 1, result with a step 2, stage 1, filter by a value 1',
    async (h) => {
      const p = await person(h, 'manager');
      const page = await h.open({ role: 'manager', path: '/leads' });
      await page.addInitScript(() => {});
      await page.waitForSelector('.gr.cur');
      await page.evaluate(() => {
        window.dialled = [];
        HTMLAnchorElement.prototype.click = function () {
          window.dialled.push(this.href);
        };
      });
      const row = page.locator('.gbody .gr').nth(1);
      await row.hover();
      await row.getByRole('button', { name: 'Позвонить' }).click(); // 1
      assert.equal(await page.evaluate(() => window.dialled.length), 1);
      await page.keyboard.press('Escape');
      await page.locator('.gbody .gr').nth(1).locator('.c-stage button').click(); // 1
      await page.waitForURL(/stage=new/);

      const id = (await page.locator('.gbody .gr').nth(1).getAttribute('id')).slice(4);
      await page.goto(h.base + '/leads/' + id);
      const before = await openTask(p, id);
      await page.locator('.res .btn').nth(1).click(); // 1: no answer
      await page.waitForSelector('.done-call');
      await page.locator('.stepsel .btn').nth(2).click(); // 2: in a week
      await page.waitForFunction(
        () => document.querySelectorAll('.stepsel [aria-pressed=true]').length === 1,
      );
      for (let i = 0; ; i++) {
        const next = await openTask(p, id);
        if (next && next.id !== before?.id && Date.parse(next.due_at) - Date.now() > 5 * 86400_000) break;
        assert.ok(i < 30, 'the next step is in a week: ' + next?.due_at);
        await page.waitForTimeout(100);
      }
      await page.locator('.steps button').nth(1).click(); // 1
      for (let i = 0; (await p.get('/leads/' + id)).stage !== 'contact'; i++) {
        assert.ok(i < 30, 'the stage is kept');
        await page.waitForTimeout(100);
      }
      await page.context().close();
    },
  ],
  [
    'a lead that becomes hot is on its manager’s screen within a second',
    async (h) => {
      const page = await h.open({ role: 'manager', path: '/leads' });
      await page.waitForSelector('.live');
      await page.waitForTimeout(500);
      const began = Date.now();
      await send(
        h.base,
        h.key,
        eager('newcomer', {
          name: 'Вера Светлова',
          phone: '+79001112233',
          email: 'vera@svet.example',
          company: 'Свет',
        }),
      );
      await page.getByRole('alert').getByText('Вера Светлова').waitFor({ timeout: 5000 });
      const took = Date.now() - began;
      await page.screenshot({ path: h.shots + '/hot-banner.png' });
      console.log(`hot_on_screen_ms: ${took}`);
      assert.ok(took < 2000, `${took} ms`);
      assert.match(await page.title(), /^\(1\)/);
      assert.deepEqual(await axe(page, h), []);
      await page.context().close();
    },
  ],
  [
    'the palette finds a lead by name and opens it; help and profile open by key and close by Esc',
    async (h) => {
      const page = await h.open({ role: 'manager', path: '/today' });
      await page.waitForSelector('.today h1');
      await page.keyboard.press('Control+k');
      await page.waitForSelector('.palette input');
      await page.keyboard.type('Марина');
      await page.locator('.palette .opt .sc').first().waitFor();
      await page.screenshot({ path: h.shots + '/palette.png' });
      assert.deepEqual(await axe(page, h), []);
      await page.keyboard.press('Enter');
      await page.waitForURL('**/leads/ld_*');
      await page.locator('.head h1', { hasText: 'Марина' }).waitFor();
      await page.keyboard.press('Shift+Slash');
      await page.waitForSelector('dialog[open] .help');
      await page.screenshot({ path: h.shots + '/help.png' });
      assert.deepEqual(await axe(page, h), []);
      await page.keyboard.press('Escape');
      await page.waitForFunction(() => !document.querySelector('dialog[open]'));
      await page.getByRole('button', { name: 'Профиль' }).first().click();
      await page.waitForSelector('dialog[open] .profile');
      await page.screenshot({ path: h.shots + '/profile.png' });
      assert.deepEqual(await axe(page, h), []);
      await page.context().close();
    },
  ],
  [
    'somebody else saved first: both values are shown and mine can be written over',
    async (h) => {
      const p = await person(h, 'manager');
      const page = await h.open({ role: 'manager', path: '/leads/' + h.lead });
      await page.waitForSelector('#why .wt');
      await page.keyboard.press('e');
      const box = page.locator('dialog[open]');
      await box.getByLabel('Должность').fill('Моё');
      await p.patch('/leads/' + h.lead, { title: 'Чужое' });
      await box.getByRole('button', { name: 'Сохранить' }).click();
      await page.locator('dialog[open]').getByText('Чужое').waitFor();
      await page.screenshot({ path: h.shots + '/conflict.png' });
      await page.getByRole('button', { name: 'Записать моё' }).click();
      for (let i = 0; (await p.get('/leads/' + h.lead)).title !== 'Моё'; i++) {
        assert.ok(i < 30, 'mine is kept');
        await page.waitForTimeout(100);
      }
      await page.context().close();
    },
  ],
  [
    'a lost line is told, and the screen comes back by itself',
    async (h) => {
      const page = await h.open({ role: 'manager', path: '/leads' });
      await page.waitForSelector('.live');
      await page.context().setOffline(true);
      await page.evaluate(() => dispatchEvent(new Event('offline')));
      await page.waitForSelector('.linebar', { timeout: 8000 });
      await page.context().setOffline(false);
      await page.evaluate(() => dispatchEvent(new Event('online')));
      await page.waitForSelector('.linebar', { state: 'detached', timeout: 8000 });
      await page.context().close();
    },
  ],
];
