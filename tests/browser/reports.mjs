/* Reports: a figure opens its leads in one click, and decisions open from the ledger; the board by keys. */
import assert from 'node:assert/strict';

const count = async (cell) => Number((await cell.textContent()).replace(/\D/g, ''));

export const reports = [
  [
    'reports: a figure of the speed report opens the leads it counted, and the way back keeps the question',
    async (h) => {
      const page = await h.open({ role: 'head', path: '/reports/speed?start=came&clock=wall' });
      const figure = page.locator('.repkpi a').first();
      await figure.waitFor();
      const n = await count(figure);
      assert.ok(n > 0);
      await page.screenshot({ path: `${h.shots}/reports-speed.png`, fullPage: true });
      await figure.click();
      await page.waitForSelector('[role=grid]');
      await page.waitForFunction(
        (want) => Number(document.querySelector('[role=grid]')?.getAttribute('aria-rowcount')) === want + 1,
        n,
      );
      await page.getByRole('link', { name: 'К отчёту' }).click();
      await page.waitForFunction(() => location.search.includes('start=came') && location.search.includes('clock=wall'));
      assert.equal(await count(page.locator('.repkpi a').first()), n);
      await page.context().close();
    },
  ],
  [
    'reports: decisions open from the ledger; a salesperson sees the own row and place',
    async (h) => {
      const page = await h.open({ role: 'head', path: '/reports/leaderboard' });
      await page.locator('.rept tbody tr').first().waitFor();
  
      await page.getByRole('tab', { name: 'Справедливость' }).click();
      await page.locator('#fair-h').waitFor();
      await page.locator('.rept .lnk').first().click();
      await page.locator('dialog[open] .rept tbody tr').first().waitFor();
      await page.context().close();
      const own = await h.open({ role: 'manager', path: '/reports/leaderboard' });
      await own.locator('.rept tbody tr').first().waitFor();
      assert.equal(await own.locator('.rept tbody tr').count(), 1);
      await own.getByRole('tab', { name: 'Справедливость' }).click();
      await own.locator('#place-h').waitFor();
      await own.context().close();
    },
  ],
];
