/* Quick replies and consent: on a card, and where their texts are written. */
import assert from 'node:assert/strict';
import { people, Person } from './server.mjs';

export const replies = [
  [
    'the usual replies are added, one is said on a card and stands in the history, and a consent is noted and taken back',
    async (h) => {
      const owner = new Person(h.base);
      await owner.signIn(people.owner);
      const page = await h.open({ role: 'head', path: '/settings/replies' });
      await page.getByRole('button', { name: 'Добавить типовые' }).click();
      await page.getByRole('button', { name: /Первый звонок/ }).waitFor();
      assert.ok((await owner.get('/replies')).total >= 4);
      await page.goto(`${h.base}/leads/${h.lead}`);
      await page.getByRole('button', { name: /Первый звонок/ }).click();
      const text = page.locator('.replies textarea');
      assert.match(await text.inputValue(), /добрый день! Это /);
      assert.doesNotMatch(await text.inputValue(), /[{}]/);
      await page.locator('.replies').screenshot({ path: `${h.shots}/reply-open.png` });
      await page.getByRole('button', { name: 'Сказано' }).click();
      await page.locator('#replies summary', { hasText: 'Использовано: 1' }).waitFor();
      assert.ok((await owner.get(`/leads/${h.lead}/timeline`)).items.some((x) => x.name === 'Reply Sent'));

      await page.getByRole('button', { name: 'Записать согласие' }).first().click();
      await page.getByLabel('Как это было сказано?').fill('по телефону');
      await page.getByRole('button', { name: 'Записать', exact: true }).click();
      await page.locator('.consents .tag.ok').waitFor();
      await page.getByRole('button', { name: 'Отозвать' }).click();
      await page.getByLabel('Как это было сказано?').fill('письмом');
      await page.getByRole('button', { name: 'Записать', exact: true }).click();
      await page.locator('.consents .tag.bad').waitFor();
      assert.equal((await owner.get(`/leads/${h.lead}/consents`)).total, 2);
      await page.context().close();
    },
  ],
];
