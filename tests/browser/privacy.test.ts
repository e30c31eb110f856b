// One's own data as people see it, and what a real page tells of a stay: what brought it, and how long the picture moved.

import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../server/db/client.ts';
import type { GiftId, RequestKey } from '../../shared/ids.ts';
import { faultsIn, settled } from '../support/axe.ts';
import { launchChromium, openPage, screenshot } from '../support/browser.ts';
import { register, registerCreator } from '../support/client.ts';
import type { Creator, Person } from '../support/client.ts';
import { buyPackage } from '../support/coins.ts';
import { PASSWORD } from '../support/names.ts';
import { bodyText, click, goLiveByHand, hook, loginAs, openCreatorPage, textOf, waitFor } from '../support/pages.ts';
import { databaseOf } from '../support/purse.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

const PHONE = { width: 375, height: 812, isMobile: true, hasTouch: true };
const DESK = { width: 1280, height: 900 };
let server: TestServer;
let database: Database;
let browser: Browser;
let creator: Creator;
let studio: Page;

beforeAll(async () => {
  server = await startServer();
  database = databaseOf(server);
  browser = await launchChromium();
  creator = await registerCreator(server);
  studio = await openCreatorPage(browser);
  await loginAs(studio, server.url, creator);
  await studio.goto(`${server.url}/studio`);
  await goLiveByHand(studio, 'A clock, live');
});
afterAll(async () => {
  await browser.close();
  await database.close();
  await server.stop();
});

const open = async (person: Person | null, path: string, options: { readonly locale?: string; readonly viewport?: typeof DESK; readonly scheme?: string } = {}): Promise<Page> => {
  const { page } = await openPage(browser, options);
  await page.setViewport(options.viewport ?? DESK);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: options.scheme ?? 'dark' }, { name: 'prefers-reduced-motion', value: 'reduce' }]);
  if (person) await loginAs(page, server.url, person);
  await page.goto(server.url + path);
  return page;
};
const close = (page: Page): Promise<void> => page.browserContext().close();
const reads = (page: Page, selector: string, text: string): Promise<unknown> =>
  until(`"${text}" in ${selector}`, async () => (await page.$(selector)) !== null && (await textOf(page, selector)).includes(text));
type Stay = { readonly source: string; readonly played_ms: number; readonly length_ms: number; readonly first_picture_ms: number | null };
const staysOf = async ({ me }: Person): Promise<Stay[]> => [
  ...(await database.sql<Stay[]>`
    select source, played_ms::int, (extract(epoch from ended_at - started_at) * 1000)::int as length_ms, first_picture_ms from watch_sessions where user_id = ${me.userId} order by id`),
];
const watchFor = async (person: Person, connection = person.client.connect()): Promise<void> => {
  const seat = await connection;
  await seat.join(creator.handle);
  await until('the stay to be stored', async () => (await staysOf(person)).length > 0);
  seat.close();
};

test('[H3, H4] a page says which card led to it, how soon there was a picture, and how long it really moved', async () => {
  const fan = await register(server);
  const page = await open(fan, '/');
  await click(page, `${hook('live-card')} a`);
  await page.waitForFunction((path) => location.pathname === path, {}, `/@${creator.handle}`);
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 3);
  await page.goto('about:blank');
  const stay = await until('the stay with what it played', async () => (await staysOf(fan)).find((it) => it.played_ms > 0));
  expect(stay.source).toBe('home');
  // Of three seconds; on a busy machine the last word of it may be two seconds old.
  expect(stay.played_ms).toBeGreaterThan(900);
  expect(stay.played_ms).toBeLessThanOrEqual(stay.length_ms);
  // From coming in to the first picture: some round trips, and it had moved for seconds when it was told.
  expect(stay.first_picture_ms).toBeGreaterThan(20);
  expect(stay.first_picture_ms).toBeLessThan(10_000);
  await close(page);
});

test('[H3] a shared link says so once, and the address that it leaves is clean', async () => {
  const fan = await register(server);
  const page = await open(fan, `/@${creator.handle}?from=share`);
  await until('the stay', async () => (await staysOf(fan))[0]?.source === 'share');
  expect(await page.evaluate(() => location.search)).toBe('');
  await close(page);
});

test('[U1, U2] somebody chooses not to be remembered, and deletes what was', async () => {
  const fan = await register(server);
  await watchFor(fan);
  const page = await open(fan, '/settings/privacy');
  await reads(page, hook('kept-stays'), 'with your name: 1');
  await settled(page);
  expect(await faultsIn(page)).toEqual([]);
  await screenshot(page, 'privacy-desk');
  await click(page, hook('forget-history'));
  await waitFor(page, hook('forget-sure'));
  await screenshot(page, 'privacy-forget');
  await click(page, hook('forget-sure'));
  await reads(page, hook('kept-stays'), 'Nothing you watched');
  expect(await staysOf(fan)).toEqual([]);
  await click(page, hook('keeps-history'));
  await until('the choice to be kept', async () => !(await fan.client.call('privacy.show')).keepsHistory);
  await page.reload();
  await waitFor(page, hook('keeps-history'));
  expect(await page.$eval(hook('keeps-history'), (box) => (box as HTMLInputElement).checked)).toBe(false);
  expect(await page.$eval(hook('export-data'), (link) => link.getAttribute('href'))).toBe('/api/privacy/export');
  await close(page);
});

test('[U4, U5] in Chinese on a phone, somebody with coins learns what stays and why, and leaves for good', async () => {
  const fan = await register(server);
  await buyPackage(fan.client, 100);
  const seat = await fan.client.connect();
  await seat.join(creator.handle);
  await seat.request('gift.send', { key: randomUUID() as RequestKey, giftId: 'rose' as GiftId, quantity: 1, seen: null });
  seat.close();
  const page = await open(fan, '/settings/privacy', { locale: 'zh-CN', viewport: PHONE, scheme: 'light' });
  await waitFor(page, hook('leave-account'));
  expect(await bodyText(page)).toContain('付款必须留在账目中');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
  await settled(page);
  await page.$eval(hook('leave-account'), (button) => button.scrollIntoView({ block: 'end' }));
  await screenshot(page, 'privacy-phone-zh');
  await click(page, hook('leave-account'));
  await waitFor(page, hook('leave-sure'));
  await page.locator('input[name="leavePassword"]').fill('not the password');
  await click(page, hook('leave-sure'));
  await until('the wrong password to be named', async () => (await bodyText(page)).includes('当前密码'));
  await page.locator('input[name="leavePassword"]').fill(PASSWORD);
  await click(page, hook('leave-sure'));
  await until('what is left to be named', async () => (await bodyText(page)).includes('账户里还有金币'));
  expect(await faultsIn(page)).toEqual([]);
  await screenshot(page, 'privacy-leave-phone-zh');
  await click(page, hook('give-up-coins'));
  await click(page, hook('leave-sure'));
  await page.waitForFunction(() => location.pathname === '/');
  await until('the page to know', async () => (await bodyText(page)).includes('你的账户已注销'));
  expect((await fan.client.call('account.me')).me).toBeNull();
  await close(page);
});
