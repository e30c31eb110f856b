// What operators see of the whole server, and the studio's one line about who is about to leave: in both languages, on both grounds, on a
// desk and on a phone.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCloser } from '../../server/lib/closer.ts';
import { addBusyDays } from '../support/busy-days.ts';
import { faultsIn, settled } from '../support/axe.ts';
import { launchChromium, openPage, screenshot } from '../support/browser.ts';
import { createClient, register, registerCreator } from '../support/client.ts';
import type { Creator, Person } from '../support/client.ts';
import { buyPackage } from '../support/coins.ts';
import { click, goLiveByHand, hook, loginAs, openCreatorPage, textOf, waitFor } from '../support/pages.ts';
import { databaseOf } from '../support/purse.ts';
import { goLive } from '../support/scene.ts';
import type { Show } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { leaveSureModel } from '../support/sure-model.ts';
import { until } from '../support/wait.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'qiao-overview-'));
const ENV = { OPERATORS: 'olga', MEDIA_WORKERS: '2' };
const closer = createCloser();
let server: TestServer;
let browser: Browser;
let operator: Person;
let veteran: Creator;
let show: Show;

beforeAll(async () => {
  closer.add('data', async () => rmSync(dataDir, { recursive: true, force: true }));
  await leaveSureModel(await startServer({ dataDir, env: ENV }));
  server = await startServer({ dataDir, env: ENV });
  closer.add('server', async () => void (await server.stop()));
  browser = await launchChromium();
  closer.add('Chromium', () => browser.close());
  operator = await register(server, 'olga');
  veteran = await registerCreator(server);
  const database = databaseOf(server);
  await addBusyDays(database, { channelId: veteran.channel.channelId, userId: veteran.me.userId, nowMs: Date.now() });
  await database.close();
  await buyPackage(veteran.client, 1_200);
  show = await goLive(server, { broadcast: { title: 'Rain on the roof' } });
});
afterAll(() => closer.close());

type Look = { readonly locale?: string; readonly scheme?: 'dark' | 'light'; readonly width?: number };
const dress = async (page: Page, { scheme = 'light', width = 1_280 }: Look): Promise<void> => {
  await page.setViewport({ width, height: width < 500 ? 812 : 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }, { name: 'prefers-reduced-motion', value: 'reduce' }]);
};
const open = async (person: Person, look: Look = {}): Promise<Page> => {
  const { page } = await openPage(browser, look.locale ? { locale: look.locale } : {});
  await dress(page, look);
  await loginAs(page, server.url, person);
  await page.goto(`${server.url}/operator`);
  return page;
};
const close = (page: Page): Promise<void> => page.browserContext().close();
const reads = (page: Page, name: string, text: string): Promise<unknown> =>
  until(`"${text}" in ${name}`, async () => (await page.$(hook(name))) !== null && (await textOf(page, hook(name))).includes(text));
const choose = (page: Page, range: string): Promise<void> => click(page, `${hook('overview')} [role="group"] button::-p-text(${range})`);
const rowsOf = (page: Page, name: string): Promise<string[][]> =>
  page.$$eval(`${hook(`card-${name}`)} tbody tr`, (rows) => rows.map((row) => [...row.children].map((cell) => (cell.textContent ?? '').trim())));
/** Nothing sticks out to the side. */
const isWithin = (page: Page): Promise<boolean> => page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
/** The whole page in one picture. */
const whole = async (page: Page, name: string): Promise<void> => {
  const { width = 1_280 } = page.viewport() ?? {};
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewport({ width, height: Math.min(6_000, height) });
  await settled(page);
  await screenshot(page, name);
};

test('[O1] an operator sees rooms, processes, errors and models of this moment; somebody else does not', async () => {
  const page = await open(operator);
  await reads(page, 'tile-live', '1');
  await until('the room', async () => (await rowsOf(page, 'rooms')).length === 1);
  expect((await rowsOf(page, 'rooms'))[0]?.slice(0, 4)).toEqual([show.channel.displayName, 'Rain on the roof', '0', 'well']);
  expect((await rowsOf(page, 'media')).map((row) => row.slice(0, 2))).toEqual([['Server', 'runs'], ['Worker 1', 'runs'], ['Worker 2', 'runs']]);
  await until('processor time', async () => (await rowsOf(page, 'media'))[0]?.[2]?.includes('%'));
  await reads(page, 'model-stays', '4,800 learned from, 1,200 held out');
  await reads(page, 'model-stays', 'in use');
  for (const [name, lines] of [['rooms', 2], ['quality', 2], ['media', 4]] as const) {
    const file = await page.$eval(hook(`${name}-csv`), async (link) => (await fetch((link as HTMLAnchorElement).href)).text());
    expect([name, file.trim().split('\r\n').length]).toEqual([name, lines]);
  }
  await settled(page);
  expect(await faultsIn(page)).toEqual([]);
  await whole(page, 'overview-now');
  await close(page);
  const stranger = await open(veteran);
  await waitFor(stranger, hook('operator-denied'));
  expect(await stranger.$(hook('overview'))).toBe(null);
  await close(stranger);
});

test('[O3, O4] the days before as plots, tables and files; the money is checked', async () => {
  const page = await open(operator);
  await waitFor(page, hook('overview'));
  await choose(page, '7 days');
  await reads(page, 'tile-broadcasts', '8'); // seven of the busy days, and the one on air
  await reads(page, 'tile-bought', '1,200');
  await click(page, hook('coins-table'));
  await until('the table', async () => (await rowsOf(page, 'coins')).length === 7);
  expect((await rowsOf(page, 'coins'))[0]?.slice(1)).toEqual(['0', '1,200', '0', '0', '0']);
  const file = await page.$eval(hook('quality-csv'), async (link) => (await fetch((link as HTMLAnchorElement).href)).text());
  expect(file.trim().split('\r\n')).toHaveLength(8);
  await click(page, hook('money-check-run'));
  await reads(page, 'money-check-state', 'All is right.');
  await settled(page);
  expect(await faultsIn(page)).toEqual([]);
  await whole(page, 'overview-7d');
  await close(page);
});

test.each([
  { name: 'overview-phone', look: { width: 375 }, range: 'Now' },
  { name: 'overview-phone-30d-dark', look: { width: 375, scheme: 'dark' }, range: '30 days' },
  { name: 'overview-zh', look: { locale: 'zh-CN', scheme: 'dark' }, range: '当前' },
  { name: 'overview-zh-24h', look: { locale: 'zh-CN' }, range: '24 小时' },
  { name: 'overview-zh-phone', look: { locale: 'zh-CN', width: 375 }, range: '30 天' },
] as const satisfies readonly { name: string; look: Look; range: string }[])('$name: nothing sticks out, nothing is unreadable', async ({ name, look, range }) => {
  const page = await open(operator, look);
  await waitFor(page, hook('overview'));
  await choose(page, range);
  await waitFor(page, `${hook('overview')} ${hook('tiles')}`);
  await waitFor(page, hook('model-stays'));
  await settled(page);
  expect(await isWithin(page)).toBe(true);
  expect(await faultsIn(page)).toEqual([]);
  await whole(page, name);
  await close(page);
});

test('[V1] the studio says in one line that some are about to leave, and what may help', async () => {
  const creator = await registerCreator(server);
  const page = await openCreatorPage(browser);
  await dress(page, {});
  await loginAs(page, server.url, creator);
  await page.goto(`${server.url}/studio`);
  await goLiveByHand(page, 'Morning sketches');
  const guests = await Promise.all(Array.from({ length: 12 }, async () => {
    const connection = await createClient(server).connect();
    await connection.join(creator.handle);
    return connection;
  }));
  await reads(page, 'leaving', 'About 4 of 12 viewers will probably leave within a minute.');
  await page.$eval(hook('leaving'), (line) => line.scrollIntoView({ block: 'center' }));
  await screenshot(page, 'studio-leaving');
  await dress(page, { width: 375, scheme: 'dark' });
  await page.$eval(hook('leaving'), (line) => line.scrollIntoView({ block: 'center' }));
  await settled(page);
  await screenshot(page, 'studio-leaving-phone');
  for (const guest of guests.splice(0, 8)) {
    await guest.request('room.leave', {});
    guest.close();
  }
  await until('the line to go', async () => (await page.$(hook('leaving'))) === null);
  for (const guest of guests) guest.close();
  await close(page);
});
