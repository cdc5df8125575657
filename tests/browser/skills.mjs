/* Certification: a product and its bank from a table, a test taken by keyboard alone, and where the head sees it. */
import assert from 'node:assert/strict';
import { people, Person } from './server.mjs';

const table = [
  'kind;text;options;answer;topics;weight;active',
  'one;Сколько будет дважды два?;три|четыре|пять;2;счёт;1;yes',
  'text;Столица Франции?;;Париж;города;1;yes',
].join('\n');

export const skills = [
  [
    'a product gets a bank from a table, a manager passes its test by keyboard, and the head sees the certificate',
    async (h) => {
      const head = await h.open({ role: 'head', path: '/team/certification' });
      await head.getByRole('button', { name: 'Добавить продукт' }).click();
      await head.getByLabel('Название').fill('Арифметика');
      await head.getByLabel('Попыток подряд').fill('5');
      await head.getByRole('button', { name: 'Сохранить' }).click();
      await head.getByRole('button', { name: 'Арифметика, Вопросы' }).click();
      await head.getByRole('button', { name: 'Загрузить таблицу' }).click();
      await head
        .getByLabel('Файл CSV')
        .setInputFiles({ name: 'q.csv', mimeType: 'text/csv', buffer: Buffer.from(table + '\none;плохая;a|b;7;;;') });
      await head.getByText('Новых: 2').waitFor();
      await head.getByText('строка 4, столбец answer').waitFor();
      await head.screenshot({ path: `${h.shots}/skills-import.png` });
      await head.getByRole('button', { name: 'Взять 2' }).click();
      await head.getByText('Столица Франции?').waitFor();
      await head.getByText('мало данных').first().waitFor();

      const page = await h.open({ role: 'manager', path: '/exams', width: 390, height: 844 });
      const row = page.locator('.examrow', { hasText: 'Арифметика' });
      await row.waitFor();
      assert.equal(await row.getByText('Вам назначен').count(), 0);

      // The head sets the test from the cell, until a day; the manager sees it among the own ones and on today's screen.
      await head.keyboard.press('Escape');
      const due = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
      await head.getByRole('button', { name: `${people.manager.name}, Арифметика: не сдавал` }).click();
      await head.getByLabel('Сдать до, включительно').fill(due);
      await head.getByRole('button', { name: 'Назначить тест' }).click();
      await head.locator('.cell', { hasText: 'тест до' }).waitFor();
      await page.reload();
      await row.getByText('Вам назначен, сдать до').waitFor();
      await page.goto(h.base + '/today');
      await page.getByText('Вам назначен тест: «Арифметика»').waitFor();
      await page.goto(h.base + '/exams');
      await row.getByRole('button', { name: 'Сдать тест' }).click();
      await page.keyboard.press('Enter'); // begin
      await page.locator('.take').waitFor();
      for (let i = 0; i < 2; i++) {
        await page.getByText(`Вопрос ${i + 1} из 2`).waitFor();
        if (await page.locator('.qopt').count()) {
          const n = await page.locator('.qopt', { hasText: 'четыре' }).locator('.keyn').textContent();
          await page.keyboard.press(n);
        } else {
          await page.keyboard.type('париж');
        }
        await page.getByText('сохранено').waitFor();
        if (i === 0) {
          // What was answered is there after a reload, and the open question is the next one.
          await page.reload();
          await page.getByText('отвечено 1 из 2').waitFor();
        }
      }
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 390, `${width} wide`);
      await page.screenshot({ path: `${h.shots}/skills-take.png` });
      await page.getByRole('button', { name: 'Завершить', exact: true }).click();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Сдано' }).waitFor();
      assert.equal(await page.getByText('Правильный ответ').count(), 0, 'the test does not show them');
      await page.context().close();

      await head.reload();
      assert.equal(await head.locator('.cell', { hasText: 'тест до' }).count(), 0, 'it is taken');
      const cell = head.getByRole('button', { name: `${people.manager.name}, Арифметика: допущен` });
      await cell.click();
      await head.getByLabel('Почему отозван').fill('проверка');
      await head.getByRole('button', { name: 'Отозвать' }).click();
      await head.getByRole('button', { name: `${people.manager.name}, Арифметика: отозван` }).waitFor();
      await head.context().close();

      const today = await h.open({ role: 'manager', path: '/today' });
      await today.getByText('Допуск к «Арифметика» отозван').waitFor();
      await today.screenshot({ path: `${h.shots}/skills-notice.png` });
      await today.getByRole('button', { name: 'Убрать' }).click();
      await today.locator('.notices').waitFor({ state: 'detached' });
      await today.context().close();
      const owner = new Person(h.base);
      await owner.signIn(people.owner);
      assert.ok((await owner.get('/audit')).items.some((x) => x.action === 'certificate.revoked'));
    },
  ],
];
