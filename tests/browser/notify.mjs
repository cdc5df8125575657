/* Notifications: what each wants to hear of, and the banner of a call that is due soon. */
import assert from 'node:assert/strict';
import { people, Person } from './server.mjs';

const person = async (h, role) => {
  const p = new Person(h.base);
  await p.signIn(people[role]);
  return p;
};

export const notify = (axe) => [
  [
    'notifications: a manager chooses by keyboard, the choice is kept, and nothing sticks out on a phone',
    async (h) => {
      const page = await h.open({ role: 'manager', path: '/settings/notify' });
      const box = page.getByRole('checkbox', { name: 'Звонок просрочен: Почта' });
      await box.waitFor();
      assert.equal(await box.isChecked(), false);
      await box.focus();
      const kept = page.waitForResponse((r) => r.request().method() === 'PUT' && r.url().endsWith('/me/notifications'));
      await page.keyboard.press('Space');
      assert.equal((await kept).status(), 200);
      const p = await person(h, 'manager');
      assert.ok((await p.get('/me/notifications')).channels.escalation.includes('mail'));
      await page.getByText('У компании пока нет бота').waitFor();
      assert.deepEqual(await axe(page, h), []);
      await page.setViewportSize({ width: 390, height: 844 });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(over <= 0, `${over} px too wide`);
      await page.screenshot({ path: h.shots + '/notify-390.png', fullPage: true });
      await page.context().close();
    },
  ],
  [
    'a call that is due soon is a banner with the lead, and stands in the title',
    async (h) => {
      const owner = await person(h, 'owner');
      const norms = await owner.get('/routing/norms');
      await owner.call('PUT', '/routing/norms', {
        items: [{ band: 'hot', source: null, minutes: 30, remind: 1, reassign: -1, escalate: -1 }, ...norms.items],
      });
      const p = await person(h, 'manager');
      const [task] = (await p.get('/tasks?assignee=me&kind=call_now')).items;
      assert.ok(task, 'the manager has an urgent call');
      const page = await h.open({ role: 'manager', path: '/companies' });
      await page.waitForSelector('h1');
      await owner.patch('/tasks/' + task.id, { due_at: new Date(Date.now() + 63_000).toISOString(), reason: 'the call is due soon' });
      const bar = page.locator('.hotbar', { hasText: 'скоро срок звонка' });
      await bar.waitFor();
      assert.ok((await bar.textContent()).includes(task.lead_name));
      assert.match(await page.title(), /^\(\d+\) Горячий · /);
      await page.screenshot({ path: h.shots + '/reminder.png' });
      await page.context().close();
      await owner.call('PUT', '/routing/norms', { items: norms.items });
    },
  ],
];
