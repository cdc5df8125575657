// SPDX-License-Identifier: AGPL-3.0-or-later
// SDKs of browsers and our own tracker in Chromium, from a page of another origin: what they send arrives and scores.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { open } from '../api/harness.mjs';
import { figures, leadOf, timelineOf, until } from './common.mjs';

const modules = join(dirname(fileURLToPath(import.meta.url)), 'node_modules');
const agent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const query = '?utm_source=yandex&utm_medium=cpc&utm_campaign=vesna&gclid=TESTGCLID&yclid=123';
let house, reader, publicKey, serverKey, site, browser;

/* The official loader (version 5.2.0), with only the address of the script changed. */
const snippet = (key, host, more = '') => `<script>
!function(){var i="analytics",analytics=window[i]=window[i]||[];if(!analytics.initialize)if(analytics.invoked)window.console&&console.error&&console.error("Segment snippet included twice.");else{analytics.invoked=!0;analytics.methods=["trackSubmit","trackClick","trackLink","trackForm","pageview","identify","reset","group","track","ready","alias","debug","page","screen","once","off","on","addSourceMiddleware","addIntegrationMiddleware","setAnonymousId","addDestinationMiddleware","register"];analytics.factory=function(e){return function(){if(window[i].initialized)return window[i][e].apply(window[i],arguments);var n=Array.prototype.slice.call(arguments);if(["track","screen","alias","group","page","identify"].indexOf(e)>-1){var c=document.querySelector("link[rel='canonical']");n.push({__t:"bpc",c:c&&c.getAttribute("href")||void 0,p:location.pathname,u:location.href,s:location.search,t:document.title,r:document.referrer})}n.unshift(e);analytics.push(n);return analytics}};for(var n=0;n<analytics.methods.length;n++){var key=analytics.methods[n];analytics[key]=analytics.factory(key)}analytics.load=function(key,n){var t=document.createElement("script");t.type="text/javascript";t.async=!0;t.setAttribute("data-global-segment-analytics-key",i);t.src="${host}/analytics.js/v1/" + key + "/analytics.min.js";var r=document.getElementsByTagName("script")[0];r.parentNode.insertBefore(t,r);analytics._loadOptions=n};analytics._writeKey="${key}";analytics.SNIPPET_VERSION="5.2.0";${more}
analytics.load("${key}");analytics.page();}}();
</script>`;

const pages = {
  /* our own tracker, found by the official snippet */
  '/own': () => snippet(publicKey, house.url),
  /* the MIT build, placed by the operator under the name that the snippet asks for */
  '/standalone': () => snippet(publicKey, site.url, `analytics._cdn="${house.url}";`),
  '/rudder': () => '<script src="/rsa.js"></script>',
};
const files = {
  '/rsa.js': () => readFileSync(join(modules, '@rudderstack/analytics-js/dist/npm/modern/bundled/umd/index.js')),
};

before(async () => {
  house = await open({ testClock: false });
  house.addUser('owner');
  reader = house.key();
  publicKey = house.addKey('events', '--public');
  serverKey = house.addKey('events');
  const server = http.createServer((rq, rs) => {
    const path = rq.url.split('?')[0];
    if (path.startsWith('/analytics.js/v1/')) {
      rs.setHeader('content-type', 'text/javascript');
      rs.end(readFileSync(join(modules, '@segment/analytics-next/dist/umd/standalone.js')));
    } else if (files[path]) {
      rs.setHeader('content-type', 'text/javascript');
      rs.end(files[path]());
    } else {
      rs.setHeader('content-type', 'text/html; charset=utf-8');
      rs.end(`<!doctype html><html><head><title>Цены</title><script></script>${pages[path]?.() ?? ''}</head><body>x</body></html>`);
    }
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  site = { server, url: `http://127.0.0.1:${server.address().port}` };
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
});
after(async () => {
  await browser?.close();
  site?.server.close();
  await house?.close();
});

async function visit(path) {
  const context = await browser.newContext({ userAgent: agent });
  const page = await context.newPage();
  const strays = [];
  page.on('request', (r) => {
    if (!r.url().startsWith(site.url) && !r.url().startsWith(house.url)) strays.push(r.url());
  });
  await page.goto(site.url + path + query);
  return { page, context, strays };
}

/* A lead that is known by its e-mail, with that many events of a kind. */
const arrived = (email, name) => until(async () => {
  const lead = await leadOf(reader, email);
  if (!lead) return null;
  const events = await timelineOf(reader, lead.id);
  return events.some((e) => e.name === name) ? { lead: await reader.get(`/leads/${lead.id}`), events } : null;
}, (x) => x);

test('analytics_next_standalone_with_the_official_snippet_scores', async () => {
  const { page, context, strays } = await visit('/standalone');
  await page.waitForFunction(() => window.analytics?.initialized, null, { timeout: 15000 });
  await page.evaluate(async () => {
    await window.analytics.identify('next-1', { name: 'Next Peer', email: 'next@corp.example' });
    await window.analytics.track('Demo Requested', { form: 'demo' });
    await window.analytics.group('org-7', { name: 'Ромашка' });
  });
  const got = await arrived('next@corp.example', 'Demo Requested');
  assert.ok(got, 'nothing arrived');
  assert.ok(got.events.some((e) => e.kind === 'page' && e.path === '/standalone'));
  assert.ok(got.lead.score >= 20, String(got.lead.score));
  assert.equal(got.lead.verified, false);
  assert.deepEqual(strays, []);
  await context.close();
});

test('analytics_next_comes_back_after_429_without_a_loss', async () => {
  const { page, context } = await visit('/standalone');
  await page.waitForFunction(() => window.analytics?.initialized, null, { timeout: 15000 });
  let refused = 0;
  await context.route(`${house.url}/v1/t`, async (route) => {
    if (route.request().method() === 'POST' && refused++ < 1) {
      await route.fulfill({ status: 429, headers: { 'retry-after': '1', 'access-control-allow-origin': site.url,
        'access-control-expose-headers': 'Retry-After' } });
    } else await route.continue();
  });
  const before_ = await figures(house);
  await page.evaluate(() => { window.analytics.track('After A Pause'); });
  const now = await until(() => figures(house), (f) => f.accepted > before_.accepted);
  assert.equal(now.accepted - before_.accepted, 1);
  await context.close();
});

test('rudder_js_scores', async () => {
  const { page, context } = await visit('/rudder');
  await page.evaluate(([key, url]) => {
    const Sdk = window.rudderanalytics.RudderAnalytics ?? window.RudderAnalytics;
    window.sdk = Sdk ? new Sdk() : window.rudderanalytics;
    window.sdk.load(key, url, { configUrl: url, lockIntegrationsVersion: true, logLevel: 'ERROR', plugins: [],
      pluginsSDKBaseURL: url, destSDKBaseURL: url });
    window.sdk.identify('rudder-1', { name: 'Rudder Browser', email: 'rudder@corp.example' });
    window.sdk.track('Demo Requested', { form: 'demo' });
  }, [publicKey, house.url]);
  const got = await arrived('rudder@corp.example', 'Demo Requested');
  assert.ok(got, 'nothing arrived');
  const score = await reader.get(`/leads/${got.lead.id}/score`);
  assert.ok(got.lead.score >= 20, JSON.stringify([score, got.events]));
  await context.close();
});

test('own_tracker_under_the_official_snippet_scores', async () => {
  const { page, context, strays } = await visit('/own');
  await page.waitForFunction(() => window.gradus);
  await page.evaluate(() => {
    window.analytics.identify('own-1', { name: 'Own Peer', email: 'own@corp.example' });
    window.analytics.track('Demo Requested', { form: 'demo' });
  });
  const got = await arrived('own@corp.example', 'Demo Requested');
  assert.ok(got, 'nothing arrived');
  const seen = got.events.find((e) => e.kind === 'page');
  assert.equal(seen?.path, '/own');
  assert.equal(got.events.filter((e) => e.kind === 'page').length, 1);
  assert.ok(got.lead.score >= 20);
  assert.deepEqual(strays, []);
  /* The visitor stays the same on the next page. */
  await page.goto(`${site.url}/own${query}`);
  const again = await until(() => timelineOf(reader, got.lead.id), (list) => list.filter((e) => e.kind === 'page').length === 2);
  assert.equal(again.filter((e) => e.kind === 'page').length, 2);
  /* What waits when the page goes is sent all the same, and once. */
  await page.evaluate(() => { window.gradus.track('Leaving'); });
  await page.goto('about:blank');
  const left = await until(() => timelineOf(reader, got.lead.id), (list) => list.some((e) => e.name === 'Leaving'));
  assert.equal(left.filter((e) => e.name === 'Leaving').length, 1);
  await context.close();
});

test('a_headless_browser_that_says_so_scores_nothing', async () => {
  const context = await browser.newContext({ userAgent: agent.replace('Chrome/', 'HeadlessChrome/') });
  const page = await context.newPage();
  await page.goto(`${site.url}/own`);
  await page.waitForFunction(() => window.gradus);
  await page.evaluate(() => {
    window.gradus.identify('headless-1', { email: 'headless@corp.example' });
    window.gradus.track('Demo Requested');
  });
  /* It is kept, and nothing that it says of itself is believed: no name, no point. */
  const kept = await until(async () => {
    for (const lead of (await reader.get('/leads?sort=-created_at&limit=20')).items) {
      if (lead.email) continue;
      const events = await timelineOf(reader, lead.id);
      if (events.some((e) => e.name === 'Demo Requested')) return lead;
    }
    return null;
  }, (x) => x);
  assert.ok(kept, 'not kept');
  assert.equal(kept.score, 0);
  assert.equal((await reader.get(`/leads/${kept.id}/score`)).lines.length, 0);
  await context.close();
});
