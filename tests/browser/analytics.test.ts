// The dashboards as their owner sees them: exactly what a scripted broadcast did, by mouse and by keys, as files, in both languages, on both grounds,
// on a desk and on a phone.

import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCloser } from '../../server/lib/closer.ts';
import type { BroadcastId } from '../../shared/ids.ts';
import { faultsIn, settled } from '../support/axe.ts';
import { launchChromium, openPage, screenshot } from '../support/browser.ts';
import { createClient, register, registerCreator } from '../support/client.ts';
import type { Creator, Person } from '../support/client.ts';
import { bodyText, click, hook, loginAs, openCreatorPage, textOf, waitFor } from '../support/pages.ts';
import { addPast } from '../support/past-shows.ts';
import { databaseOf } from '../support/purse.ts';
import { playShow, SCRIPT } from '../support/scripted-show.ts';
import type { ScriptedShow } from '../support/scripted-show.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

const closer = createCloser();
let server: TestServer;
let browser: Browser;
let played: ScriptedShow;
let veteran: Creator;
let long: BroadcastId;
beforeAll(async () => {
  server = await startServer({ env: { PLATFORM_SHARE_PERCENT: '30' } });
  closer.add('server', async () => void (await server.stop()));
  browser = await launchChromium();
  closer.add('Chromium', () => browser.close());
  played = await playShow(server);
  await played.finish();
  veteran = await registerCreator(server);
  const database = databaseOf(server);
  long = await addPast(database, { channelId: veteran.channel.channelId, userId: veteran.me.userId, nowMs: Date.now() });
  await database.close();
});
afterAll(() => closer.close());

type Look = { readonly locale?: string; readonly scheme?: 'dark' | 'light'; readonly width?: number };
const open = async (person: Person, path: string, { locale, scheme = 'light', width = 1_280 }: Look = {}): Promise<Page> => {
  const { page } = await openPage(browser, locale ? { locale } : {});
  await page.setViewport({ width, height: width < 500 ? 812 : 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }, { name: 'prefers-reduced-motion', value: 'reduce' }]);
  await loginAs(page, server.url, person);
  await page.goto(server.url + path);
  return page;
};
const close = (page: Page): Promise<void> => page.browserContext().close();
const pathOf = (id: BroadcastId | null): string => (id === null ? '/studio/analytics' : `/studio/analytics/${id}`);
const reads = (page: Page, name: string, text: string): Promise<unknown> =>
  until(`"${text}" in ${name}`, async () => (await page.$(hook(name))) !== null && (await textOf(page, hook(name))).includes(text));
/** The table of a card, row by row. */
const tableOf = async (page: Page, name: string): Promise<string[][]> => {
  if ((await page.$eval(hook(`${name}-table`), (button) => button.getAttribute('aria-expanded'))) !== 'true') await click(page, hook(`${name}-table`));
  await waitFor(page, `${hook(`card-${name}`)} table`);
  return page.$$eval(`${hook(`card-${name}`)} tbody tr`, (rows) => rows.map((row) => [...row.children].map((cell) => (cell.textContent ?? '').trim())));
};
const columnSum = (rows: readonly string[][], at: number): number => rows.reduce((sum, row) => sum + Number(row[at]), 0);

describe('a scripted broadcast', () => {
  test('[A2] the dashboards show exactly what it did', async () => {
    const page = await open(played.show, pathOf(played.broadcastId));
    await reads(page, 'tile-lines', String(SCRIPT.lines));
    await reads(page, 'tile-new', String(SCRIPT.newPeople));
    await reads(page, 'tile-follows', String(SCRIPT.follows));
    await reads(page, 'tile-peak', String(SCRIPT.peak));
    expect(await textOf(page, hook('people-new'))).toBe('New people3');
    expect(await textOf(page, hook('people-returning'))).toBe('Came back0');
    expect(await textOf(page, hook('people-guests'))).toBe('Guests3');
    const timeline = await tableOf(page, 'timeline');
    // Time, viewers, most, came, left, lines, reactions, gifts, coins, follows, latency, freezes.
    const sums = [3, 4, 5, 6, 7, 8, 9].map((at) => columnSum(timeline, at));
    expect(sums).toEqual([SCRIPT.stays, 1, SCRIPT.lines, SCRIPT.reactions, SCRIPT.gifts, SCRIPT.coins, SCRIPT.follows]);
    expect((await tableOf(page, 'sources')).map(([name, count]) => [name, count])).toEqual([
      ['Straight to the page', '2'], ['Home page', '2'], ['A go-live notice', '1'], ['A shared link', '1'],
    ]);
    expect(await textOf(page, hook('income-earned'))).toBe(String(SCRIPT.earned));
    expect(await textOf(page, hook('quality-p50'))).toBe('Typical latency420 ms');
    expect(await textOf(page, hook('quality-p95'))).toBe('Slowest 5%900 ms');
    expect(await textOf(page, hook('quality-first'))).toBe('First picture after520 ms');
    const score = (await played.show.client.call('analytics.broadcast', { path: { broadcastId: played.broadcastId } })).effect?.score ?? 0;
    expect(await textOf(page, hook('effect-score'))).toBe(`${Math.round(score * 100)}/ 100`);
    const effect = await tableOf(page, 'effect');
    expect(effect.find(([name]) => name === 'Wrote in chat')?.slice(1, 3)).toEqual(['2', '6']);
    await page.$eval('h1', (title) => title.scrollIntoView());
    await screenshot(page, 'analytics-scripted');
    await close(page);
  });

  test('over time it is one row and one day, which leads to its report', async () => {
    const page = await open(played.show, '/studio/analytics');
    await reads(page, 'tile-coins', String(SCRIPT.coins));
    await reads(page, 'tile-follows', '2 followers now');
    const [row] = await tableOf(page, 'broadcasts');
    expect(row?.[0]).toBe('A walk by the river');
    expect(row?.slice(6, 12)).toEqual(['3', '0', '3', '6', '2', '150']);
    const days = await tableOf(page, 'days');
    expect(days[0]?.slice(3, 8)).toEqual(['6', '3', '2', '150', '6']);
    await page.$eval(`${hook('card-broadcasts')} tbody a`, (link) => (link as HTMLAnchorElement).click());
    await waitFor(page, hook('broadcast-report'));
    expect(await textOf(page, 'h1')).toBe('A walk by the river');
    await close(page);
  });
});

test('[A1] the account menu leads there, for those with a channel', async () => {
  const page = await open(veteran, '/');
  await click(page, hook('account-menu'));
  await click(page, '[role="menuitem"]::-p-text(Analytics)');
  await waitFor(page, hook('card-broadcasts'));
  expect(new URL(page.url()).pathname).toBe(pathOf(null));
  await close(page);
  const stranger = await open(await register(server), '/');
  await click(stranger, hook('account-menu'));
  await waitFor(stranger, '[role="menuitem"]');
  expect(await bodyText(stranger)).not.toContain('Analytics');
  await close(stranger);
});

describe('a channel with a past', () => {
  test('[A5] a moment leads to its place in the timeline, and marks its rows', async () => {
    const page = await open(veteran, pathOf(long));
    await waitFor(page, hook('moment'));
    const { moments } = await veteran.client.call('analytics.broadcast', { path: { broadcastId: long } });
    expect(moments.length).toBeGreaterThanOrEqual(3);
    const moment = moments.find(({ reason }) => reason === 'chat');
    await click(page, hook('timeline-table'));
    await page.mouse.move(2, 2); // a pointer that lies on the plot leads its cursor
    await page.focus(`${hook('moment')}[data-at="${moment?.atMs}"]`);
    await page.keyboard.press('Enter');
    const minute = Math.floor((moment?.atMs ?? 0) / 60_000);
    await until('the marked row', async () => (await page.$$eval(`${hook('card-timeline')} tr[aria-current]`, (rows) => rows.map((row) => row.firstElementChild?.textContent?.trim()))).join() === `${minute}:00`);
    expect(await page.$eval(`${hook('card-timeline')} [role="slider"]`, (slider) => slider.getAttribute('aria-valuenow'))).toBe(String(minute));
    expect(await page.$eval(`${hook('moment')}[data-at="${moment?.atMs}"]`, (button) => button.getAttribute('aria-pressed'))).toBe('true');
    await settled(page);
    await screenshot(page, 'analytics-moment');
    await close(page);
  });

  test('keys walk along a chart, and what it stands on is said', async () => {
    const page = await open(veteran, pathOf(long));
    await waitFor(page, hook('broadcast-report'));
    const slider = `${hook('card-timeline')} [role="slider"]`;
    const report = await veteran.client.call('analytics.broadcast', { path: { broadcastId: long } });
    await page.focus(slider);
    await page.keyboard.press('Home');
    for (let at = 0; at < 3; at += 1) await page.keyboard.press('ArrowRight');
    const viewers = Math.round((report.minutes.rows[3]?.viewers ?? 0) * 10) / 10;
    await until('the third minute', async () => (await page.$eval(slider, (it) => it.getAttribute('aria-valuetext')))?.startsWith(`3:00, Viewers ${viewers}`));
    await page.keyboard.press('Escape');
    await until('no cursor', async () => (await page.$eval(slider, (it) => it.getAttribute('aria-valuetext'))) === 'Viewers');
    await close(page);
  });

  test('the mouse moves one cursor through all plots', async () => {
    const page = await open(veteran, pathOf(long));
    await waitFor(page, `${hook('card-timeline')} .u-over`);
    const box = await (await page.$(`${hook('card-timeline')} .u-over`))?.boundingBox();
    if (!box) throw new Error('no plot');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const sliders = async () => page.$$eval(`${hook('card-timeline')} [role="slider"]`, (all) => all.map((it) => Number(it.getAttribute('aria-valuenow'))));
    await until('both plots', async () => {
      const [minutes = 0, bars = 0] = await sliders();
      return Math.abs(minutes - 45) <= 1 && Math.abs(bars / 180 - minutes / 90) < 0.02;
    });
    await close(page);
  });

  test('[A7] the files are where the buttons say', async () => {
    const page = await open(veteran, '/studio/analytics?range=90d');
    await waitFor(page, hook('channel-report'));
    const file = await page.$eval(hook('broadcasts-csv'), async (link) => (await fetch((link as HTMLAnchorElement).href)).text());
    expect(file.trimEnd().split('\r\n')).toHaveLength(14);
    const days = await page.$eval(hook('days-json'), async (link) => (await fetch((link as HTMLAnchorElement).href)).json() as Promise<unknown[]>);
    expect(days).toHaveLength(13);
    await close(page);
  });

  test('another span is another address', async () => {
    const page = await open(veteran, '/studio/analytics');
    await waitFor(page, `${hook('channel-report')}[data-range="28d"]`);
    await click(page, 'a[href="/studio/analytics?range=7d"]');
    await waitFor(page, `${hook('channel-report')}[data-range="7d"]`);
    expect(new URL(page.url()).search).toBe('?range=7d');
    expect((await tableOf(page, 'broadcasts')).length).toBeLessThan(6);
    await close(page);
  });
});

describe('who has nothing to see', () => {
  test('a guest logs in first, and comes back', async () => {
    const { page } = await openPage(browser);
    await page.goto(server.url + pathOf(long));
    await waitFor(page, hook('login-form'));
    expect(new URL(page.url()).search).toBe(`?next=${encodeURIComponent(pathOf(long))}`);
    await close(page);
  });

  test('without a channel there is a way to one, without broadcasts a way to the studio', async () => {
    const page = await open(await register(server), '/studio/analytics');
    await until('the way to a channel', async () => (await bodyText(page)).includes('No channel yet'));
    expect(await faultsIn(page)).toEqual([]);
    await close(page);
    const fresh = await open(await registerCreator(server), '/studio/analytics');
    await until('the empty state', async () => (await bodyText(fresh)).includes('No broadcasts in this time'));
    expect(await faultsIn(fresh)).toEqual([]);
    await screenshot(fresh, 'analytics-empty');
    await close(fresh);
  });

  test("[A1] another's broadcast is not there", async () => {
    const page = await open(played.show, pathOf(long));
    await waitFor(page, hook('report-missing'));
    expect(await page.$(hook('broadcast-report'))).toBeNull();
    expect(await faultsIn(page)).toEqual([]);
    await screenshot(page, 'analytics-missing');
    await close(page);
  });
});

const LOOKS: Readonly<Record<string, Look>> = {
  desk: {}, 'desk-dark-zh': { locale: 'zh-CN', scheme: 'dark' }, phone: { width: 375 }, 'phone-dark-zh': { locale: 'zh-CN', scheme: 'dark', width: 375 },
};
test.each(Object.entries(LOOKS))('looks right: %s', async (name, look) => {
  for (const [what, path, ready] of [['channel', '/studio/analytics', 'channel-report'], ['broadcast', pathOf(long), 'broadcast-report']] as const) {
    const page = await open(veteran, path, look);
    await waitFor(page, hook(ready));
    await settled(page);
    expect([what, await faultsIn(page)]).toEqual([what, []]);
    expect([what, await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)]).toEqual([what, 0]);
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewport({ width: look.width ?? 1_280, height });
    await settled(page);
    await screenshot(page, `analytics-${what}-${name}`);
    await close(page);
  }
});

test('[A6] on air the studio has the figures beside the picture, and afterwards the way to all of them', async () => {
  const creator = await registerCreator(server);
  const page = await openCreatorPage(browser);
  await page.setViewport({ width: 1_280, height: 1_100 });
  await loginAs(page, server.url, creator);
  await page.goto(`${server.url}/studio`);
  await waitFor(page, hook('studio-analytics'));
  await page.locator('input[name="title"]').fill('Evening walk');
  await page.waitForSelector(`${hook('go-live')}:not([disabled])`, { timeout: 30_000 });
  await click(page, hook('go-live'));
  await waitFor(page, hook('live-panel'));
  const fan = await register(server);
  const seat = await fan.client.connect();
  await seat.join(creator.handle);
  await seat.request('follow.set', { isFollowing: true });
  await reads(page, 'live-came', '+1');
  await reads(page, 'live-follows', '1');
  const guest = await createClient(server).connect();
  await guest.join(creator.handle);
  await reads(page, 'live-came', '+2');
  guest.close();
  await reads(page, 'live-went', '1');
  expect(await faultsIn(page)).toEqual([]);
  await page.$eval(hook('live-panel'), (panel) => panel.scrollIntoView({ block: 'center' }));
  await screenshot(page, 'analytics-live');
  await page.setViewport({ width: 375, height: 812 });
  await page.$eval(hook('live-panel'), (panel) => panel.scrollIntoView({ block: 'center' }));
  await screenshot(page, 'analytics-live-phone');
  await page.setViewport({ width: 1_280, height: 900 });
  seat.close();
  await click(page, hook('end-broadcast'));
  await click(page, 'dialog button[aria-label="End broadcast"]');
  await waitFor(page, hook('summary-analytics'));
  await click(page, hook('summary-analytics'));
  await waitFor(page, hook('broadcast-report'));
  expect(await textOf(page, 'h1')).toBe('Evening walk');
  await waitFor(page, hook('effect-few'));
  await close(page);
});
