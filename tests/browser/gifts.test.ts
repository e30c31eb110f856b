// Giving as people do it: two viewers tap, and the creator's page, theirs, wallets and the goal show the same. With a paid message,
// a red packet, too few coins, a phone, both languages.

import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCloser } from '../../server/lib/closer.ts';
import { faultsIn, settled } from '../support/axe.ts';
import { launchChromium, openPage, screenshot } from '../support/browser.ts';
import { register, registerCreator } from '../support/client.ts';
import type { Creator, Person } from '../support/client.ts';
import { topUp } from '../support/coins.ts';
import { bodyText, click, goLiveByHand, hook, loginAs, openCreatorPage, textOf, waitFor } from '../support/pages.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

const PHONE = { width: 360, height: 740, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
const ROSE_COINS = 10;

const closer = createCloser();
let server: TestServer;
let browser: Browser;
let creator: Creator;
let studio: Page;
let ann: { readonly page: Page; readonly person: Person };
let bo: { readonly page: Page; readonly person: Person };

type Opened = { readonly coins?: number; readonly as?: Person | null; readonly locale?: string; readonly isPhone?: boolean; readonly before?: () => void };

/** A page of the show; `as: null` is a guest. */
const openWatch = async ({ coins = 0, as, locale, isPhone = false, before }: Opened = {}): Promise<{ page: Page; person: Person }> => {
  const person = as ?? (await register(server));
  if (coins > 0) await topUp(person.client, coins);
  const { page } = await openPage(browser, locale === undefined ? {} : { locale });
  if (isPhone) await page.setViewport(PHONE);
  if (before) await page.evaluateOnNewDocument(before);
  await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  if (as !== null) await loginAs(page, server.url, person);
  await page.goto(`${server.url}/@${creator.handle}`);
  await waitFor(page, hook('gift-bar'));
  return { page, person };
};

const openDrawer = async (page: Page): Promise<void> => {
  await click(page, hook('open-gifts'));
  await waitFor(page, `${hook('gift-drawer')} ${hook('gift-tile')}`);
};
const tile = (giftId: string): string => `${hook('gift-drawer')} [data-gift="${giftId}"]`;
const balance = async (page: Page): Promise<number> => Number((await textOf(page, `${hook('gift-balance')} span[aria-hidden]`)).replace(/\D/g, ''));
/** The counters of this gift's rows in the chat or the studio's list, by who gave it. */
const counts = (page: Page, gift: string): Promise<string[]> =>
  page.$$eval(hook('give-row'), (rows, name) =>
    rows.filter((row) => row.textContent?.includes(name))
      .map((row) => `${row.querySelector('bdi')?.textContent} ${row.querySelector('[data-testid="give-count"]')?.textContent}`).sort(), gift);
const studioTab = (name: string): Promise<void> => click(studio, `::-p-xpath(//button[@role="tab"][starts-with(normalize-space(.), "${name}")])`);

beforeAll(async () => {
  server = await startServer();
  closer.add('server', async () => void (await server.stop()));
  browser = await launchChromium();
  closer.add('Chromium', () => browser.close());
  creator = await registerCreator(server);
  studio = await openCreatorPage(browser);
  await studio.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  await loginAs(studio, server.url, creator);
  await studio.goto(`${server.url}/studio`);
  await goLiveByHand(studio, 'Lanterns by the bridge');
  await studioTab('Gifts');
  await waitFor(studio, hook('gift-desk'));
  ann = await openWatch({ coins: 1_200 });
  bo = await openWatch({ coins: 2_400 });
});
afterAll(() => closer.close());

test('[G6] the host sets a goal, and it stands on every page', async () => {
  await studio.type('input[name="goal-title"]', 'A new microphone');
  await studio.type('input[name="goal-coins"]', '500');
  await click(studio, hook('goal-set'));
  for (const { page } of [ann, bo]) {
    await waitFor(page, hook('goal'));
    expect(await textOf(page, hook('goal'))).toContain('0 / 500');
  }
});

test('[G3] two viewers combo the same gift: all three pages show the same counters, wallets and meter', async () => {
  for (const { page } of [ann, bo]) await openDrawer(page);
  for (let taps = 0; taps < 7; taps += 1) {
    await ann.page.$eval(tile('rose'), (button) => (button as HTMLElement).click());
    await bo.page.$eval(tile('rose'), (button) => (button as HTMLElement).click());
  }
  // The button of the combo goes on with it.
  await click(bo.page, hook('combo'));
  await click(bo.page, hook('combo'));
  const expected = [`${ann.person.name} ×7`, `${bo.person.name} ×9`].sort().join();
  for (const page of [ann.page, bo.page, studio]) await until('the counters', async () => (await counts(page, 'Rose')).join() === expected);
  expect(await textOf(bo.page, hook('combo-count'))).toBe('×9');
  for (const page of [ann.page, bo.page, studio]) expect(await page.$$eval(hook('lane-count'), (all) => all.map((one) => one.textContent).sort())).toEqual(['×7', '×9']);
  await screenshot(bo.page, 'gifts-combo');
  expect([await balance(ann.page), await balance(bo.page)]).toEqual([1_200 - 7 * ROSE_COINS, 2_400 - 9 * ROSE_COINS]);
  for (const page of [ann.page, bo.page, studio]) await until('the meter', async () => (await textOf(page, hook('goal-given'))) === '160');
  expect(await textOf(studio, hook('broadcast-coins'))).toContain('160');
  await screenshot(studio, 'gifts-studio');
});

test('a large gift has the picture, says whose it is, and can be skipped', async () => {
  await click(ann.page, `${hook('gift-drawer')} button[aria-label="Close"]`);
  await click(bo.page, tile('crane'));
  await waitFor(ann.page, hook('big-gift'));
  expect(await textOf(ann.page, hook('big-gift'))).toMatch(new RegExp(`${bo.person.name}.*Thousand cranes.*×1`));
  await screenshot(ann.page, 'gifts-large');
  await click(ann.page, hook('big-skip'));
  await until('the picture to be free', async () => (await ann.page.$(hook('big-gift'))) === null);
});

test('[G5] a super chat is written, paid, stands above the talk, and a moderator takes it down', async () => {
  await click(ann.page, hook('chat-super-chat'));
  await waitFor(ann.page, hook('super-chat-form'));
  await ann.page.type('textarea[name="super-chat"]', 'Greetings from the other bank 你好');
  await ann.page.$eval('input[type="range"][aria-label="Coins"]', (slider) => {
    (slider as HTMLInputElement).value = '1';
    slider.dispatchEvent(new Event('input', { bubbles: true }));
  });
  expect(await textOf(ann.page, hook('super-chat-form'))).toContain('2 minutes');
  await screenshot(ann.page, 'gifts-super-chat-form');
  const before = await balance(bo.page);
  await click(ann.page, hook('super-chat-send'));
  for (const { page } of [ann, bo]) await waitFor(page, hook('super-chat-pill'));
  await click(bo.page, `${hook('gift-drawer')} button[aria-label="Close"]`);
  await click(bo.page, hook('super-chat-pill'));
  expect(await textOf(bo.page, `${hook('super-chats')} ${hook('super-chat')}`)).toContain('Greetings from the other bank 你好');
  expect(await balance(bo.page)).toBe(before);
  await screenshot(bo.page, 'gifts-super-chat');
  await studioTab('Chat');
  await click(studio, hook('super-chat-pill'));
  await click(studio, hook('super-chat-remove'));
  await until('it to go', async () => (await bo.page.$(hook('super-chat-pill'))) === null);
  expect(await bodyText(bo.page)).not.toContain('Greetings from the other bank');
});

test('[G7] a red packet lies over the picture, is reached for, and says who got what', async () => {
  await click(bo.page, hook('open-gifts'));
  await click(bo.page, hook('open-red-packet'));
  await waitFor(bo.page, hook('red-packet-form'));
  await click(bo.page, hook('red-packet-send'));
  await waitFor(ann.page, `${hook('red-packet')}[data-state="open"]`);
  await screenshot(ann.page, 'gifts-red-packet');
  const before = await balance(ann.page);
  await ann.page.$eval(hook('red-packet'), (button) => (button as HTMLElement).click());
  await waitFor(ann.page, `${hook('red-packet')}[data-state="reached"]`);
  expect(await bo.page.$eval(hook('red-packet'), (button) => (button as HTMLButtonElement).disabled)).toBe(true);
  for (const { page } of [ann, bo]) await page.waitForSelector(hook('red-packet-result'), { timeout: 40_000 });
  expect(await textOf(ann.page, hook('red-packet-result'))).toContain(`You got`);
  await until('the coins in the wallet', async () => (await balance(ann.page)) > before);
  await screenshot(ann.page, 'gifts-red-packet-result');
});

test('[G8] who gave is a fan: the badge stands before the name, and the list knows all spans', async () => {
  await ann.page.focus(hook('chat-input'));
  await ann.page.keyboard.type('what a night');
  await ann.page.keyboard.press('Enter');
  await until('the badge', () => bo.page.$(`[data-line] ${hook('fan-badge')}`));
  await click(bo.page, hook('open-supporters'));
  await until('both names', async () => (await bo.page.$$(hook('supporter'))).length >= 2);
  await click(bo.page, '::-p-xpath(//dialog//button[@role="tab"][normalize-space(.)="All time"])');
  await until('both names', async () => (await bo.page.$$(hook('supporter'))).length >= 2);
  expect(await faultsIn(bo.page)).toEqual([]);
  await screenshot(bo.page, 'gifts-supporters');
  await bo.page.keyboard.press('Escape');
});

test('[G4] too few coins: nothing is sent, and the way to more is one tap', async () => {
  const poor = await openWatch({ coins: 100 });
  await poor.page.keyboard.press('g');
  await waitFor(poor.page, tile('lantern'));
  for (let taps = 0; taps < 2; taps += 1) await poor.page.$eval(tile('lantern'), (button) => (button as HTMLElement).click());
  await waitFor(poor.page, hook('gift-top-up'));
  expect(await poor.page.$eval(hook('gift-top-up'), (link) => link.getAttribute('href'))).toBe('/wallet');
  expect(await textOf(poor.page, hook('gift-lost'))).toContain('1 gift was not sent');
  await until('the one that could be paid', async () => (await balance(poor.page)) === 34);
  // Topped up elsewhere, it is known here at once.
  await topUp(poor.person.client, 100);
  await until('the coins to come', async () => (await balance(poor.page)) === 134);
  await poor.page.close();
});

test('in full screen the same drawer lies over the picture, and the keyboard gives', async () => {
  const { page } = bo;
  await page.keyboard.press('Escape');
  await click(page, `${hook('chat-list')}`);
  await page.keyboard.press('f');
  await until('full screen', () => page.evaluate(() => document.fullscreenElement !== null));
  await page.keyboard.press('g');
  await waitFor(page, tile('rose'));
  const canBeTapped = await page.$eval(tile('rose'), (button) => {
    const { left, top, width, height } = button.getBoundingClientRect();
    return button.contains(document.elementFromPoint(left + width / 2, top + height / 2));
  });
  expect(canBeTapped).toBe(true);
  const before = await balance(page);
  await page.focus(tile('rose'));
  await page.keyboard.press('Enter');
  await until('the gift', async () => (await balance(page)) === before - ROSE_COINS);
  await screenshot(page, 'gifts-full-screen');
  await page.keyboard.press('g');
  await until('the drawer to be closed', async () => (await page.$(tile('rose'))) === null);
  expect(await page.evaluate(() => document.fullscreenElement !== null)).toBe(true);
  await page.keyboard.press('f');
  await until('the page to be back', () => page.evaluate(() => document.fullscreenElement === null));
});

test('guests see it all and are asked to log in; the creator, on the own page, is told why not', async () => {
  const guest = await openWatch({ as: null });
  await openDrawer(guest.page);
  await waitFor(guest.page, hook('gift-log-in'));
  await guest.page.$eval(tile('rose'), (button) => (button as HTMLElement).click());
  expect(await guest.page.$(hook('combo'))).toBeNull();
  const host = await openWatch({ as: creator });
  await openDrawer(host.page);
  expect(await textOf(host.page, hook('gift-drawer'))).toContain('This is your own channel');
  for (const { page } of [guest, host]) await page.close();
});

/** The first gift reaches the server, its answer does not come back, and until `isCut` is taken off there is no connection. */
const cutAfterGift = (): void => {
  const Plain = WebSocket;
  const world = window as unknown as { isCut?: boolean };
  window.WebSocket = class extends Plain {
    constructor(url: string | URL) {
      super(url);
      if (world.isCut) this.close();
    }
    override send(data: string): void {
      super.send(data);
      if (!data.includes('gift.send') || world.isCut !== undefined) return;
      world.isCut = true;
      this.onmessage = null;
      setTimeout(() => this.close(4000), 0);
    }
  };
};

test('[G1] a gift whose answer was lost is paid once, and what was tapped meanwhile is given after it', async () => {
  const cut = await openWatch({ coins: 550, before: cutAfterGift });
  const tap = (): Promise<void> => cut.page.$eval(tile('rose'), (button) => (button as HTMLElement).click());
  await openDrawer(cut.page);
  await tap();
  await until('the page to notice', async () => (await bodyText(cut.page)).includes('Connection lost'));
  for (let taps = 0; taps < 3; taps += 1) await tap();
  await until('all to wait', async () => (await textOf(cut.page, hook('combo-way'))) === '+4');
  expect(await balance(cut.page)).toBe(550);
  await cut.page.evaluate(() => Object.assign(window, { isCut: false }));
  await until('the coins to be counted', async () => (await balance(cut.page)) === 510, 40_000);
  expect(await cut.page.$(hook('combo-way'))).toBeNull();
  await cut.page.close();
});

test.each(['dark', 'light'])('on a phone, in Chinese, the drawer fits and a screen reader stumbles over nothing (%s)', async (scheme) => {
  const { page } = await openWatch({ coins: 550, locale: 'zh-CN', isPhone: true });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }, { name: 'prefers-reduced-motion', value: 'reduce' }]);
  await settled(page);
  expect(await faultsIn(page)).toEqual([]);
  await screenshot(page, `gifts-phone-${scheme}`);
  await openDrawer(page);
  expect(await textOf(page, tile('rose'))).toContain('玫瑰');
  await page.$eval(tile('rose'), (button) => (button as HTMLElement).click());
  await until('the combo', async () => (await textOf(page, hook('combo-count'))) === '×1');
  await settled(page);
  expect(await faultsIn(page)).toEqual([]);
  const { width, scroll } = await page.evaluate(() => ({ width: innerWidth, scroll: document.documentElement.scrollWidth }));
  expect(scroll).toBeLessThanOrEqual(width);
  await screenshot(page, `gifts-phone-drawer-${scheme}`);
  await page.close();
});
