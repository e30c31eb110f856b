// What the pages look like and to whom they are usable: phones, Chinese, screen readers, strangers to scripts.

import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultsIn } from '../support/axe.ts';
import { launchChromium, openPage, screenshot } from '../support/browser.ts';
import { registerCreator } from '../support/client.ts';
import type { Creator } from '../support/client.ts';
import { bodyText, click, goLiveByHand, hook, loginAs, openCreatorPage, openWatchPage, picturesSince, nowMs, pickQuality, waitFor } from '../support/pages.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

let server: TestServer;
let browser: Browser;
let creator: Creator;
let studio: Page;
beforeAll(async () => {
  server = await startServer();
  browser = await launchChromium();
  creator = await registerCreator(server);
  studio = await openCreatorPage(browser);
  await loginAs(studio, server.url, creator);
  await studio.goto(`${server.url}/studio`);
  await goLiveByHand(studio, '桥上看风景 · The view from the bridge');
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

type Visit = { readonly path: () => string; readonly ready: string };
const VISITS: Readonly<Record<string, Visit>> = {
  home: { path: () => '/', ready: hook('live-card') },
  watch: { path: () => `/@${creator.handle}`, ready: hook('player') },
  login: { path: () => '/login', ready: hook('login-form') },
  register: { path: () => '/register', ready: hook('register-form') },
};

describe.each(Object.entries(VISITS))('%s', (name, visit) => {
  test.each(['dark', 'light'])('has nothing in it that a screen reader or a weak eye stumbles over (%s)', async (scheme) => {
    const { page, context } = await openPage(browser);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }, { name: 'prefers-reduced-motion', value: 'reduce' }]);
    await page.goto(server.url + visit.path());
    await waitFor(page, visit.ready);
    await screenshot(page, `${name}-${scheme}`);
    expect(await faultsIn(page)).toEqual([]);
    await context.close();
  });

  test('fits on a phone held upright', async () => {
    const { page, context } = await openPage(browser);
    await page.setViewport({ width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });
    await page.goto(server.url + visit.path());
    await waitFor(page, visit.ready);
    await screenshot(page, `${name}-phone`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    await context.close();
  });

  test('speaks Chinese to who reads Chinese', async () => {
    const { page, context } = await openPage(browser, { locale: 'zh-CN' });
    await page.goto(server.url + visit.path());
    await waitFor(page, visit.ready);
    await screenshot(page, `${name}-chinese`);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
    expect(await bodyText(page)).toMatch(/[\u4e00-\u9fff]{2}/);
    await context.close();
  });
});

test('the studio has nothing in it that a screen reader stumbles over, live or not', async () => {
  expect(await faultsIn(studio)).toEqual([]);
  const idle = await openCreatorPage(browser);
  await loginAs(idle, server.url, await registerCreator(server));
  await idle.goto(`${server.url}/studio`);
  await waitFor(idle, hook('go-live'));
  expect(await faultsIn(idle)).toEqual([]);
  await idle.browserContext().close();
});

test('the player is worked by keyboard alone', async () => {
  const page = await openWatchPage(browser, server.url, creator.handle);
  await picturesSince(page, nowMs(), 5);
  const isMuted = (): Promise<boolean> => page.$eval(hook('player'), (video) => (video as HTMLVideoElement).muted);
  const before = await isMuted();
  await page.keyboard.press('m');
  await until('the sound to change', async () => (await isMuted()) !== before);
  await page.focus(hook('quality-menu'));
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'menuitemradio');
  await page.keyboard.press('Escape');
  await page.waitForFunction((menu) => document.activeElement === document.querySelector(menu), {}, hook('quality-menu'));
  await page.browserContext().close();
});

test('a layer picked by hand is the layer that is shown', async () => {
  const page = await openWatchPage(browser, server.url, creator.handle);
  const widthNow = async (): Promise<number> => (await picturesSince(page, nowMs(), 5)).at(-1)?.width ?? 0;
  await pickQuality(page, 'Low');
  await until('the smaller picture', async () => (await widthNow()) === 320, 20_000);
  await pickQuality(page, 'High');
  await until('the full picture', async () => (await widthNow()) === 640, 20_000);
  await page.browserContext().close();
});

test('a channel that is offline, or is not there, says so', async () => {
  const other = await registerCreator(server);
  const page = await openWatchPage(browser, server.url, other.handle);
  await until('the offline state', async () => (await bodyText(page)).includes('is not live right now'));
  await screenshot(page, 'watch-offline');
  await page.goto(`${server.url}/@nobody_has_this`);
  await until('the missing channel', async () => (await bodyText(page)).includes('There is no channel'));
  await screenshot(page, 'watch-missing');
  await page.browserContext().close();
});

test('a part of the page whose file is gone since a deploy: said, with a way to go on', async () => {
  const page = await openWatchPage(browser, server.url, creator.handle);
  await picturesSince(page, nowMs());
  await waitFor(page, hook('tab-questions'));
  await page.setRequestInterception(true);
  let isGone = true;
  page.on('request', (request) => void (isGone && request.url().includes('/assets/') ? request.respond({ status: 404, body: '' }) : request.continue()));
  await click(page, hook('tab-questions'));
  await until('the words', async () => (await bodyText(page)).includes('Qiao may have been updated'));
  await screenshot(page, 'part-missing');
  isGone = false;
  await Promise.all([page.waitForNavigation(), click(page, '::-p-xpath(//button[normalize-space(.)="Reload"])')]);
  await waitFor(page, hook('player'));
  await page.browserContext().close();
});
