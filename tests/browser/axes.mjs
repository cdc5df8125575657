/* Fit and engagement, checklists, what would make a lead hot, any past moment. */
import assert from 'node:assert/strict';
import { people, Person } from './server.mjs';
import { comes } from '../wait.mjs';

const person = async (h, role) => {
  const p = new Person(h.base);
  await p.signIn(people[role]);
  return p;
};

/* An ideal customer in the live model, a lead that is not hot, and a moment of which more is known now than was then. */
export const axesSetUp = [
  'set-up of the grid: the live model describes the ideal customer',
  async (h) => {
    const p = await person(h, 'owner');
    const live = await p.get('/models/live');
    const body = {
      ...live.body,
      icp: {
        conditions: [
          {
            title: { ru: 'Наша отрасль', en: 'Our trade' },
            when: { fact: 'industry', op: 'in', value: ['логистика', 'it'] },
            weight: 2,
          },
          { title: { ru: 'От 100 сотрудников', en: '100 people or more' }, when: { fact: 'employees', op: '>=', value: 100 } },
          { title: { ru: 'Бюджет подтверждён', en: 'Budget confirmed' }, when: { fact: 'bant.budget', op: 'eq', value: true } },
        ],
      },
    };
    const draft = await p.post('/models', { name: live.name, note: '', body });
    await p.post(`/models/${draft.id}/publish`);
    const warm = await p.get('/leads?band=warm&sort=-score');
    h.cool = (warm.items[0] ?? (await p.get('/leads?band=cold&sort=-score')).items[0]).id;
    h.moment = new Date(Date.now() - 20_000).toISOString().replace(/\.\d+Z$/, 'Z');
  },
];

export const axes = [
  [
    'checklist: an answer is one click, its words come after, and taking it back is one click',
    async (h) => {
      const page = await h.open({ role: 'owner', path: '/leads/' + h.cool });
      await page.waitForSelector('.checks .check');
      await page.keyboard.press('b');
      assert.equal(await page.evaluate(() => document.activeElement?.id), 'checks-h');
      const need = page.locator('.check', { hasText: 'Потребность' });
      await need.getByText('Спросите:').waitFor();
      await need.getByRole('button', { name: 'Да', exact: true }).click();
      await page.locator('.check.yes', { hasText: 'Потребность' }).getByText('Ольга Лебедева').waitFor();
      await page.getByRole('tab', { name: /BANT 1 из 4/ }).waitFor();
      await need.getByRole('button', { name: /Словами/ }).click();
      await page.keyboard.type('возят сами, теряют день');
      await page.keyboard.press('Enter');
      await need.getByText('возят сами, теряют день').waitFor();
      const p = await person(h, 'owner');
      const lead = await p.get('/leads/' + h.cool);
      assert.equal(lead.facts['bant.need'].value, true);
      assert.equal(lead.facts['bant.need.note'].value, 'возят сами, теряют день');
      await need.getByRole('button', { name: 'Да', exact: true }).click();
      await page.getByRole('tab', { name: /BANT 0 из 4/ }).waitFor();
      await page.context().close();
    },
  ],
  [
    'what would make it hot: a set of steps becomes a task by one click',
    async (h) => {
      const page = await h.open({ role: 'owner', path: '/leads/' + h.cool });
      await page.waitForSelector('.raiseset');
      await page.locator('#raise').screenshot({ path: h.shots + '/raise.png' });
      const p = await person(h, 'owner');
      const before = (await p.get(`/tasks?lead=${h.cool}&state=open`)).items.length;
      await page.locator('.raiseset').first().getByRole('button', { name: /Запланировать/ }).click();
      await page.getByText('Задача поставлена').waitFor();
      const after = (await p.get(`/tasks?lead=${h.cool}&state=open`)).items;
      assert.equal(after.length, before + 1);
      assert.ok(after.some((x) => /Выяснить|Добиться/.test(x.title)));
      await page.context().close();
    },
  ],
  [
    'a lead that has ended says why nothing is foretold of it and nobody is called',
    async (h) => {
      const p = await person(h, 'owner');
      const lead = await p.post('/leads', { name: 'Ушедший', email: 'gone@ended.example' });
      await p.patch('/leads/' + lead.id, { stage: 'lost' });
      const page = await h.open({ role: 'owner', path: '/leads/' + lead.id });
      await page.locator('#chance').getByText('Лид проигран, предсказывать нечего').waitFor();
      await page.locator('#raise').getByText('Лид проигран: баллы никого не позовут').waitFor();
      await page.screenshot({ path: h.shots + '/ended.png', fullPage: true });
      await p.patch('/leads/' + lead.id, { stage: 'qualified' });
      await page.reload();
      await page.locator('#chance').getByText(/Мало данных: \d+ из \d+/).waitFor();
      await page.locator('#raise .raisesets').waitFor({ state: 'attached' });
      await page.context().close();
    },
  ],
  [
    'any past moment: a second by an arrow, the instant stays in the address, then and now side by side',
    async (h) => {
      const page = await h.open({ role: 'manager', path: `/leads/${h.lead}/score?at=${encodeURIComponent(h.moment)}` });
      await page.waitForSelector('.sidet .differs');
      const slider = page.getByRole('slider', { name: 'Момент времени' });
      assert.equal(Number(await slider.inputValue()), Date.parse(h.moment) / 1000);
      await slider.focus();
      await page.keyboard.press('ArrowLeft');
      const earlier = new Date(Date.parse(h.moment) - 1000).toISOString().replace('.000Z', 'Z');
      await page.waitForFunction((at) => new URLSearchParams(location.search).get('at') === at, earlier);
      await page.locator('.differs').first().waitFor();
      await page.getByText('Открытых задач не было').waitFor();
      await page.locator('.moments').screenshot({ path: h.shots + '/moments.png' });
      await page.getByRole('button', { name: 'К сейчас' }).click();
      await page.waitForFunction(() => !location.search);
      await page.getByText('Тогда знали то же, что и сейчас').waitFor();
      await page.locator('.beside').getByText('Анна Крылова').first().waitFor();
      await page.context().close();
    },
  ],
  [
    'grid: a cell opens its leads, and new borders move them',
    async (h) => {
      const page = await h.open({ role: 'owner', path: '/grid' });
      await page.waitForSelector('.gcell');
      const cell = page.locator('.gcell', { has: page.locator('.cC3') });
      const n = Number((await cell.locator('.n').textContent()).replace(/\D/g, '')); // thousands are parted
      await cell.click();
      await page.waitForSelector('[role=grid]');
      await page.waitForFunction(
        (want) => Number(document.querySelector('[role=grid]')?.getAttribute('aria-rowcount')) === want + 1,
        n,
      );
      await page.goto(h.base + '/grid');
      await page.getByRole('button', { name: 'Границы' }).click();
      const a = page.getByLabel('Соответствие: A от');
      const b = page.getByLabel('Соответствие: B от');
      await b.fill('30');
      await a.fill('20');
      await page.getByText('Вторая граница должна быть выше первой').waitFor();
      await b.fill('-100');
      await a.fill('-50');
      await page.locator('dialog[open]').getByRole('button', { name: 'Опубликовать' }).click();
      await page.getByText('Опубликовано').waitFor();
      const p = await person(h, 'owner');
      await comes('leads move to row A', async () => (await p.get('/grid')).cells.filter((c) => /^[BC]/.test(c.cell)).every((c) => c.n === 0));
      await page.context().close();
    },
  ],
  [
    'the ideal customer: a condition more is written, published, and shown in per cent',
    async (h) => {
      const page = await h.open({ role: 'owner', path: '/grid' });
      await page.waitForSelector('.icprow');
      const before = await page.locator('.icprow').count();
      await page.getByRole('button', { name: 'Добавить условие' }).click();
      const row = page.locator('.icprow').last();
      await row.getByLabel('Название условия').fill('Решает сам');
      assert.equal(await page.getByRole('button', { name: 'Опубликовать' }).isDisabled(), true);
      await row.locator('.vv.hole').first().click();
      await page.locator('[data-field=value]:visible').fill('директор');
      await page.keyboard.press('Escape');
      await row.getByLabel('Вес').fill('4');
      await page.getByRole('button', { name: 'Опубликовать' }).click();
      await page.getByText('Опубликовано').waitFor();
      const p = await person(h, 'owner');
      const icp = (await p.get('/models/live')).body.icp;
      assert.equal(icp.conditions.length, before + 1);
      assert.deepEqual(icp.conditions.at(-1).title, { ru: 'Решает сам' });
      assert.equal(icp.conditions.at(-1).weight, 4);
      const lead = await p.get(`/leads/${h.lead}/icp`);
      const { title } = await p.get('/leads/' + h.lead); // other cases may have written another
      const told = /директор/i.test(title ?? '') ? lead.have : lead.missing;
      assert.ok(told.some((x) => x.name === 'Решает сам'), JSON.stringify({ title, lead }));
      await page.context().close();
    },
  ],
];
