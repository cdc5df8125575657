/* What is opened on top of a screen or stands at its edge: reached, read whole and left, on a desk and on a phone. */
import assert from "node:assert/strict";
import { people, Person } from "./server.mjs";

const person = async (h, role) => {
  const p = new Person(h.base);
  await p.signIn(people[role]);
  return p;
};
/* The name of what has the focus. */
const focused = (page) =>
  page.evaluate(
    () =>
      document.activeElement?.getAttribute("aria-label") ||
      document.activeElement?.textContent?.trim(),
  );

export const dialogs = [
  [
    "settings: every part is seen whole on a desk, and one field holds them all on a phone",
    async (h) => {
      for (const lang of ["ru", "en"]) {
        const page = await h.open({
          role: "owner",
          path: "/settings/users",
          lang,
        });
        const list = page.locator(".partlist a");
        await list.first().waitFor();
        const names = await list.allInnerTexts();
        assert.ok(names.length >= 12, `${names.length} parts`);
        const cut = await list.evaluateAll((all) =>
          all
            .filter(
              (a) =>
                a.scrollWidth > a.clientWidth ||
                a.getBoundingClientRect().right > innerWidth,
            )
            .map((a) => a.textContent),
        );
        assert.deepEqual(cut, [], lang);
        await list.last().click();
        await page
          .locator(".partlist a[aria-current=page]", { hasText: names.at(-1) })
          .waitFor();
        await page.setViewportSize({ width: 390, height: 844 });
        const field = page.getByLabel(lang === "ru" ? "Раздел" : "Part", {
          exact: true,
        });
        await field.waitFor();
        assert.deepEqual(await field.locator("option").allInnerTexts(), names);
        await field.selectOption({ label: names[1] });
        await page.waitForURL("**/settings/keys");
        assert.ok(
          (await page.evaluate(() => document.documentElement.scrollWidth)) <=
            390,
        );
        await page.context().close();
      }
    },
  ],
  [
    "a dialog gives the focus back to what opened it, left by Escape and ended by its own button",
    async (h) => {
      const page = await h.open({ role: "owner", path: "/settings/keys" });
      const opener = page.getByRole("button", { name: "Новый ключ" });
      await opener.focus();
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog");
      await dialog.waitFor();
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      assert.equal(await focused(page), "Новый ключ");
      await page.keyboard.press("Enter");
      await dialog.waitFor();
      await page.keyboard.type("На возврат");
      await page.keyboard.press("Enter");
      await dialog.locator(".copybox").waitFor();
      await dialog.locator(".btn.p").click();
      await dialog.waitFor({ state: "detached" });
      assert.equal(await focused(page), "Новый ключ");
      const owner = await person(h, "owner");
      for (const k of (await owner.get("/keys")).items)
        if (k.name === "На возврат")
          await owner.call("DELETE", "/keys/" + k.id);
      await page.context().close();
    },
  ],
  [
    "board: the figures of the managers are whole beside a long absence, on a desk and on a phone",
    async (h) => {
      const head = await person(h, "head");
      const day = 86_400_000;
      const absence = await head.post("/absences", {
        user_id: h.anna.id,
        from: new Date(Date.now() - day).toISOString(),
        until: new Date(Date.now() + 20 * day).toISOString(),
        reason: "Ежегодный оплачиваемый отпуск",
      });
      const page = await h.open({ role: "head", path: "/today" });
      // told from two calls a share is no share: so many of so many, and no alarm
      await page.route(/\/api\/v1\/board(\?|$)/, async (route) => {
        const b = await (await route.fetch()).json();
        for (const m of b.managers) m.in_time = { n: 1, of: 2, share: null };
        await route.fulfill({ json: b });
      });
      await page.goto(h.base + "/live");
      const few = page
        .locator(".mt td[data-label='В срок'] a", { hasText: "1 из 2" })
        .first();
      await few.waitFor();
      assert.match(await few.innerText(), /Мало данных/);
      assert.equal(
        await page.locator(".mt td[data-label='В срок'].bad").count(),
        0,
      );
      await page.locator(".mt .st", { hasText: "Ежегодный" }).waitFor();
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: 900 });
        const [inside, box] = await page
          .locator(".mgr .scrollx")
          .evaluate((x) => [x.scrollWidth, x.clientWidth]);
        assert.ok(inside <= box, `${inside} in ${box} at ${width}`);
        await page
          .locator(".mgr")
          .screenshot({ path: `${h.shots}/board-managers-${width}.png` });
      }
      await head.call("DELETE", "/absences/" + absence.id);
      await page.context().close();
    },
  ],
  [
    "phone: what keeps the norms stands above the tabs, and a refused figure is marked in its place",
    async (h) => {
      const page = await h.open({
        role: "head",
        path: "/routing",
        width: 390,
        height: 844,
        touch: true,
      });
      await page.getByRole("button", { name: "Добавить норму" }).click();
      const field = page.getByLabel("Ответить за, мин").last();
      await field.fill("");
      const save = page
        .locator(".savebar")
        .getByRole("button", { name: "Сохранить" });
      await save.scrollIntoViewIfNeeded();
      assert.ok(
        await save.evaluate((b) => {
          const r = b.getBoundingClientRect();
          return b.contains(
            document.elementFromPoint(r.x + r.width / 2, r.y + r.height - 4),
          );
        }),
        "nothing lies over it",
      );
      await save.click();
      await page.locator(".norms [aria-invalid=true]").waitFor();
      assert.equal(await field.getAttribute("aria-invalid"), "true");
      assert.equal(
        await page.getByText("Значение вне допустимых пределов").count(),
        1,
        "it is told once",
      );
      await page.screenshot({ path: `${h.shots}/norms-refused-phone.png` });
      await page.context().close();
    },
  ],
  [
    "workshop: the column of lifts says of which day its report is, what it does not know, and makes a new one",
    async (h) => {
      const asked = [];
      for (const [lang, told, make] of [
        [
          "ru",
          /из отчёта калибровки, посчитан .* · с тех пор узнали исходов: 34/,
          "Посчитать новый",
        ],
        [
          "en",
          /from the Calibration report made .* · outcomes known since: 34/,
          "Make a new report",
        ],
      ]) {
        const page = await h.open({
          role: "owner",
          path: "/today",
          lang,
          width: lang === "ru" ? 1440 : 390,
        });
        await page.route(/\/api\/v1\/calibration(\?|$)/, async (route) => {
          if (route.request().method() === "POST") {
            asked.push(JSON.parse(route.request().postData()));
            return route.fulfill({ status: 201, json: {} });
          }
          const report = { criteria: [], leaks: [] };
          const finished_at = new Date(
            Date.now() - 12 * 86_400_000,
          ).toISOString();
          return route.fulfill({
            json: {
              state: "done",
              running: asked.length && lang === "ru" ? "cr_1" : null,
              finished_at,
              news: 34,
              report,
            },
          });
        });
        await page.goto(h.base + "/scoring");
        await page.getByText(told).waitFor();
        await page.screenshot({
          path: `${h.shots}/workshop-report-${lang}.png`,
        });
        await page.getByRole("button", { name: make }).click();
        if (lang === "ru") await page.getByText("отчёт считается").waitFor();
        await page.context().close();
      }
      assert.equal(asked.length, 2);
      assert.ok(
        asked.every((x) => x.model),
        "each of the live model",
      );
    },
  ],
  [
    "import: long headings and a long name fit a phone, and undoing is asked in a dialog that gives the focus back",
    async (h) => {
      const owner = await person(h, "owner");
      const head =
        "A very long heading that nobody would shorten when exporting";
      const r = await fetch(
        h.base +
          "/api/v1/imports?name=a-long-file-of-leads-from-the-old-system-2026.csv",
        {
          method: "POST",
          headers: {
            "Content-Type": "text/csv",
            Cookie: owner.cookie,
            "X-Gradus-Csrf": owner.csrf,
          },
          body: `email,name,${head},Decided\nlong@walk.example,Walter Long,some value,2026-10-01\n`,
        },
      );
      assert.equal(r.status, 201);
      const { id } = await r.json();
      for (const lang of ["ru", "en"]) {
        const page = await h.open({
          role: "owner",
          path: "/import/" + id,
          lang,
          width: 390,
          height: 844,
        });
        await page.locator(".colt").waitFor();
        assert.ok(
          (await page.evaluate(() => document.documentElement.scrollWidth)) <=
            390,
          lang,
        );
        assert.equal(
          await page
            .locator("h1")
            .evaluate((x) => x.scrollWidth > x.clientWidth),
          false,
          "the name is whole",
        );
        assert.equal(
          await page
            .locator(".colt tr")
            .last()
            .locator("select")
            .first()
            .inputValue(),
          "outcome_at",
        );
        if (lang === "en")
          await page.getByText("1 row, 4 columns, separator “,”").waitFor();
        await page.context().close();
      }
      const columns = ["email", "name"].map((field, index) => ({
        index,
        field,
      }));
      await owner.patch("/imports/" + id, { mapping: { columns } });
      await owner.post(`/imports/${id}/run`);
      const page = await h.open({
        role: "owner",
        path: "/import/" + id,
        width: 390,
        height: 844,
      });
      const undo = page.getByRole("button", { name: "Отменить загрузку" });
      await undo.click();
      const dialog = page.getByRole("dialog");
      await dialog
        .getByRole("button", { name: "Убрать загруженное" })
        .waitFor();
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      assert.equal(await focused(page), "Отменить загрузку");
      const lines = await page
        .locator(".donebox b")
        .evaluate((b) => b.getBoundingClientRect().height / 24);
      assert.ok(lines < 3, `what became of the file stands on ${lines} lines`);
      await undo.click();
      await dialog.getByRole("button", { name: "Убрать загруженное" }).click();
      await page.getByText("Загрузка отменена").waitFor();
      await page.context().close();
    },
  ],
];
