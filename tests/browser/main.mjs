/* The cases, in order: each gets the house (server, browser, knowledge) and throws when something is wrong. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cases } from './cases.mjs';
import { fill, people, Person, startServer } from './server.mjs';
import { LOOKS, PAUSE_MS } from '../wait.mjs';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const { chromium } = require('playwright-core');

const only = process.argv.slice(2);
const shots = 'build/shots';
mkdirSync(shots, { recursive: true });

let passed = 0;
let failed = 0;
const house = { shots, people, axe: readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'), csp: [] };

async function run(name, work, file) {
  if (only.length && !only.some((w) => name.includes(w) || w === file) && !name.startsWith('set-up')) return;
  const before = house.csp.length;
  const began = Date.now();
  try {
    await work(house);
    if (house.csp.length > before) throw new Error('CSP: ' + house.csp.slice(before).join('; '));
    passed++;
    console.log('ok    ' + name + ' ' + (Date.now() - began) + ' ms');
  } catch (e) {
    failed++;
    console.log(
      'FAIL  ' +
        name +
        '\n      ' +
        String(e.stack ?? e)
          .split('\n')
          .slice(0, 12)
          .join('\n      '),
    );
    if (house.last && !house.last.isClosed())
      await house.last.screenshot({ path: `${shots}/fail-${name.replace(/\W+/g, '-')}.png` }).catch(() => {});
  }
}

const sessions = {};
const server = await startServer();
let browser;
try {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  Object.assign(house, { server, base: server.base, browser });

  /* A page of its own: a fresh context, signed in if a role is named; CSP violations and page errors are gathered. */
  house.open = async ({
    role,
    path = '/',
    lang = 'ru',
    scheme = 'light',
    width = 1440,
    height = 900,
    touch = false,
    before = async () => {}, // of the page, before it is gone to
  } = {}) => {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: scheme,
      locale: lang === 'ru' ? 'ru-RU' : 'en-US',
      timezoneId: 'UTC',
      reducedMotion: 'reduce',
      hasTouch: touch,
    });
    context.setDefaultTimeout(LOOKS * PAUSE_MS); // of what never comes
    const page = await context.newPage();
    house.last = page;
    await page.addInitScript(() =>
      document.addEventListener('securitypolicyviolation', (e) =>
        console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI),
      ),
    );
    // A screen that is seen is not taken away because a part of it is still to come: its keys would be lost, and the place of what is being typed.
    await page.addInitScript(() => {
      const of = new WeakMap(); // the path that it was put on the page for
      new MutationObserver((list) => {
        for (const { type, target, addedNodes } of list)
          if (type === 'childList') {
            if (target.id === 'main') for (const x of addedNodes) of.set(x, location.pathname);
          } else if (
            target.parentElement?.id === 'main' &&
            of.get(target) === location.pathname &&
            target.style.getPropertyPriority('display') === 'important' &&
            !target.matches('.skel')
          )
            console.error(`taken away: ${location.pathname} ${target.className}`);
      }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['style'] });
    });
    page.on('console', (m) => {
      if (/^taken away: /.test(m.text())) house.csp.push(m.text());
      if (/^CSP |Content Security Policy/.test(m.text())) house.csp.push(m.text());
    });
    // what is only read must never be refused, but for the question who one is
    page.on('response', (r) => {
      if (
        r.request().method() === 'GET' &&
        r.status() >= 400 &&
        r.status() !== 401 &&
        r.status() !== house.provoked &&
        r.url().includes('/api/')
      )
        house.csp.push(`${r.status()} ${r.url()}`);
    });
    page.on('pageerror', (e) => house.csp.push('page error: ' + e.message));
    if (role) {
      const who = people[role];
      const as = { lang, theme: 'system', zone: 'UTC' };
      // one session serves every page of a role, unless a case has ended it: a password costs as much as a page
      const person = (sessions[role] ??= new Person(server.base));
      if (!person.cookie || !(await person.patch('/me', as).catch(() => false))) {
        await person.signIn(who);
        await person.patch('/me', as);
      }
      const [name, value] = person.cookie.split('=');
      await context.addCookies([{ name, value, url: server.base }]);
    }
    await before(page);
    await page.goto(server.base + path);
    return page;
  };
  house.fill = async (owner) => Object.assign(house, await fill(server.base, owner));

  for (const [name, work, file] of cases) await run(name, work, file);
} finally {
  await browser?.close();
  await server.stop();
}
console.log(`passed: ${passed}\nfailed: ${failed}`);
process.exit(failed ? 1 : 0);
