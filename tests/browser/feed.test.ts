// Finding each other, as a browser shows it: a new user's home page turns to their taste within a session and says why; what is hidden
// stays away; after a broadcast the page says who else is live; nothing jumps while somebody looks.

import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCloser } from '../../server/lib/closer.ts';
import type { Params } from '../../shared/messages.ts';
import { faultsIn } from '../support/axe.ts';
import { launchChromium, openPage, screenshot } from '../support/browser.ts';
import { createClient, register } from '../support/client.ts';
import type { Creator, Person } from '../support/client.ts';
import { bodyText, click, hook, loginAs, textOf, waitFor } from '../support/pages.ts';
import { databaseOf } from '../support/purse.ts';
import { goLive } from '../support/scene.ts';
import type { Show } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

const closer = createCloser();
let server: TestServer;
let browser: Browser;
let games: Show[];
let music: Show[];
beforeAll(async () => {
  server = await startServer();
  closer.add('server', async () => void (await server.stop()));
  browser = await launchChromium();
  closer.add('Chromium', () => browser.close());
  const live = async (broadcast: Partial<Params<'broadcast.start'>>, names: readonly string[]): Promise<Show[]> => {
    const shows: Show[] = [];
    for (const title of names) shows.push(await goLive(server, { broadcast: { ...broadcast, title } }));
    for (const show of shows) closer.add('show', async () => show.end());
    return shows;
  };
  games = await live({ category: 'games', tags: ['chess'] }, ['Endgames, slowly', '每天一盘棋', 'Blitz until midnight', 'Puzzle hour']);
  music = await live({ category: 'music', tags: ['guqin'] }, ['古琴与茶', 'A guqin, a room, the rain', 'Scales with Lin', 'Strings at dusk']);
});
afterAll(() => closer.close());

const cards = (page: Page): Promise<{ handle: string; why: string; text: string }[]> =>
  page.$$eval(hook('live-card'), (found) =>
    found.map((card) => ({
      handle: card.getAttribute('data-handle') ?? '', why: card.getAttribute('data-why') ?? '',
      text: card.querySelector('[data-testid="card-why"]')?.textContent?.trim() ?? '',
    })));
const openHome = async (options: { readonly person?: Person; readonly locale?: string; readonly path?: string; readonly isPhone?: boolean } = {}): Promise<Page> => {
  const { page } = await openPage(browser, options.locale === undefined ? {} : { locale: options.locale });
  await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  if (options.isPhone) await page.setViewport({ width: 375, height: 812, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });
  if (options.person) await loginAs(page, server.url, options.person as Creator);
  await page.goto(server.url + (options.path ?? '/'));
  await waitFor(page, hook('live-card'));
  return page;
};
const leave = (page: Page): Promise<void> => page.browserContext().close();
const overflow = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Opens a card, says something there, and comes back to a new visit. */
const visit = async (page: Page, show: Show): Promise<void> => {
  await click(page, `${hook('live-card')}[data-handle="${show.handle}"] h2 a`);
  await waitFor(page, hook('chat-input'));
  await page.focus(hook('chat-input'));
  await page.keyboard.type('This is lovely');
  await page.keyboard.press('Enter');
  await until('the line to be said', async () => (await textOf(page, hook('chat-list'))).includes('This is lovely'));
  await page.click('header a[href="/"]');
  await waitFor(page, hook('live-card'));
};

test('[D3] a new user with a taste sees the feed turn to it within a session, and it says why', async () => {
  const me = await register(server);
  const page = await openHome({ person: me });
  expect((await cards(page)).every(({ why }) => why === 'popular' || why === 'explore')).toBe(true);
  await screenshot(page, 'feed-home-new');
  const [first, second, ...others] = music;
  if (!first || !second) throw new Error('nobody plays');
  for (const show of [first, second]) await visit(page, show);

  const home = async (): ReturnType<typeof cards> => {
    await page.goto(server.url);
    await waitFor(page, hook('live-card'));
    return cards(page);
  };
  await until('both visits to be known', async () => (await home()).filter(({ why }) => why === 'watched').length === 2);
  // Each visit explores a little, so a taste shows over several.
  const visits: Awaited<ReturnType<typeof cards>>[] = [];
  for (let count = 0; count < 8; count += 1) visits.push(await home());
  await screenshot(page, 'feed-home-taste');
  expect(await faultsIn(page)).toEqual([]);
  const mine = music.map(({ handle }) => handle);
  // What they left a minute ago need not be the first thing that they want.
  expect(visits.filter(([top]) => mine.includes(top?.handle ?? '')).length).toBeGreaterThanOrEqual(6);
  expect(visits.some(([top]) => top?.why === 'watched')).toBe(true);
  const ofMusic = visits.map((shown) => shown.slice(0, 4).filter(({ handle }) => mine.includes(handle)).length);
  expect(ofMusic.reduce((sum, count) => sum + count, 0) / visits.length).toBeGreaterThan(2.5); // two by chance
  const textsOf = (show: Show | undefined): string[] => visits.flat().filter(({ handle }) => handle === show?.handle).map(({ text }) => text);
  expect(new Set(textsOf(first))).toEqual(new Set([`You have watched ${first.channel.displayName} before`]));
  expect(others.flatMap(textsOf)).toContain('Because you watch Music');

  // What was seen and opened is in the tables.
  const database = databaseOf(server);
  const { broadcastId } = first.started.broadcast;
  await until('the opened card to be stored', async () => {
    const [row] = await database.sql`select opened_at from impressions where user_id = ${me.me.userId} and broadcast_id = ${broadcastId} and place = 'home'`;
    return row?.['opened_at'];
  });
  await database.close();
  await leave(page);
});

test('a channel that somebody hides goes, may be brought back at once, or later in the settings', async () => {
  const me = await register(server);
  const page = await openHome({ person: me });
  const [, target] = games;
  if (!target) throw new Error('nobody plays');
  const card = `${hook('live-card')}[data-handle="${target.handle}"]`;
  const hide = async (): Promise<void> => {
    await click(page, `${card} ${hook('card-menu')}`);
    await click(page, `::-p-xpath(//button[@role="menuitem"][contains(., "Do not show ${target.channel.displayName}")])`);
    await page.waitForSelector(card, { hidden: true });
  };
  await hide();
  await click(page, '::-p-xpath(//button[normalize-space(.)="Undo"])');
  await waitFor(page, card);
  await hide();
  await page.reload();
  await waitFor(page, hook('live-card'));
  expect((await cards(page)).map(({ handle }) => handle)).not.toContain(target.handle);
  await page.goto(`${server.url}/settings/look`);
  await waitFor(page, `${hook('hidden-channels')} button`);
  await screenshot(page, 'feed-hidden-channels');
  expect(await faultsIn(page)).toEqual([]);
  await click(page, `${hook('hidden-channels')} button`);
  await until('the channel to leave the list', async () => (await textOf(page, hook('hidden-channels'))).includes('You have hidden no channel'));
  await page.goto(server.url);
  await waitFor(page, card);
  await leave(page);
});

test('[D4] while somebody looks nothing jumps: what ends stands where it stood, what begins waits behind a button', async () => {
  const page = await openHome();
  const before = (await cards(page)).map(({ handle }) => handle);
  const late = await goLive(server, { broadcast: { title: 'Just begun', category: 'games' } });
  closer.add('show', async () => late.end());
  const ending = games[3];
  if (!ending) throw new Error('nobody plays');
  await ending.studio.request('broadcast.end', {});
  await page.waitForSelector(hook('feed-news'), { timeout: 20_000 });
  expect(await textOf(page, hook('feed-news'))).toBe('1 new broadcast');
  await until('the ended card to say so', async () => (await textOf(page, `${hook('live-card')}[data-handle="${ending.handle}"]`)).includes('Ended'));
  expect((await cards(page)).map(({ handle }) => handle)).toEqual(before);
  await screenshot(page, 'feed-home-news');
  expect(await faultsIn(page)).toEqual([]);
  await click(page, hook('feed-news'));
  await waitFor(page, `${hook('live-card')}[data-handle="${late.handle}"]`);
  expect((await cards(page)).map(({ handle }) => handle)).not.toContain(ending.handle);
  await leave(page);
});

test.each([['desktop', false], ['phone', true]] as const)('home and categories fit and read well on a %s, in both languages', async (name, isPhone) => {
  for (const locale of ['en', 'zh-CN']) {
    const page = await openHome({ locale, isPhone });
    await screenshot(page, `feed-home-${name}-${locale}`);
    expect(await overflow(page)).toBe(0);
    await leave(page);
    const category = await openHome({ locale, isPhone, path: '/c/music' });
    expect((await cards(category)).map(({ handle }) => handle).sort()).toEqual(music.map(({ handle }) => handle).sort());
    await screenshot(category, `feed-category-${name}-${locale}`);
    expect(await overflow(category)).toBe(0);
    await leave(category);
  }
});

test.each([['desktop', false], ['phone', true]] as const)('when nothing is on here, the page says who else is live, on a %s', async (name, isPhone) => {
  const offline = await goLive(server, { broadcast: { title: 'Soon over', category: 'music' } });
  for (const locale of ['en', 'zh-CN']) {
    const { page } = await openPage(browser, { locale });
    if (isPhone) await page.setViewport({ width: 375, height: 812, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });
    await page.goto(`${server.url}/@${offline.handle}`);
    // The first sees it end, the second comes when it is over.
    if (locale === 'en') {
      await waitFor(page, hook('player'));
      await offline.studio.request('broadcast.end', {});
    }
    await waitFor(page, hook('next-card'));
    const next = await page.$$eval(hook('next-card'), (found) => found.map((one) => one.getAttribute('data-handle')));
    expect(next).not.toContain(offline.handle);
    expect(next).toEqual(expect.arrayContaining([music[0]?.handle]));
    await screenshot(page, `feed-next-${name}-${locale}`);
    expect(await overflow(page)).toBe(0);
    if (locale === 'en') {
      await click(page, `${hook('next-card')} a`);
      await until('the other channel', () => page.url() !== `${server.url}/@${offline.handle}`);
      await until('nothing of the first one', async () => !(await bodyText(page)).includes('Soon over'));
    }
    await leave(page);
  }
  offline.end();
});

test('guests are told nothing about themselves, and cannot hide', async () => {
  const page = await openHome();
  expect(await page.$(hook('card-menu'))).toBeNull();
  expect(await createClient(server).call('feed.home')).toMatchObject({ following: [] });
  await leave(page);
});
