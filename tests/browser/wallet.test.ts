// Money as people see it: coins are bought in the sandbox, earned, asked for, and decided about, each on its own page.

import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GiftId, RequestKey } from '../../shared/ids.ts';
import { faultsIn, settled } from '../support/axe.ts';
import { launchChromium, openPage, screenshot } from '../support/browser.ts';
import { register, registerCreator } from '../support/client.ts';
import type { Creator, Person } from '../support/client.ts';
import { balanceOf, buyPackage } from '../support/coins.ts';
import { bodyText, click, hook, loginAs, textOf, waitFor } from '../support/pages.ts';
import { BROADCAST } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

let server: TestServer;
let browser: Browser;
let operator: Person;
let creator: Creator;
let fan: Person;

const ROSE = 'rose' as GiftId; // 10 coins, of which 7 are the creator's
const give = async (roses: number): Promise<void> => {
  const seat = await fan.client.connect();
  await seat.join(creator.handle);
  await seat.request('gift.send', { key: randomUUID() as RequestKey, giftId: ROSE, quantity: roses, seen: null });
  seat.close();
};

beforeAll(async () => {
  server = await startServer({ env: { OPERATORS: 'olga', PAYOUT_WAIT_DAYS: '0', PAYOUT_COINS_MIN: '100', PLATFORM_SHARE_PERCENT: '30' } });
  browser = await launchChromium();
  operator = await register(server, 'olga');
  creator = await registerCreator(server);
  fan = await register(server);
  const studio = await creator.client.connect();
  await studio.join(creator.handle, { as: 'studio' });
  await studio.request('broadcast.start', BROADCAST);
  await buyPackage(fan.client, 1_200);
  await give(50);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

const still = (page: Page, scheme = 'dark'): Promise<void> =>
  page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }, { name: 'prefers-reduced-motion', value: 'reduce' }]);
const open = async (person: Person, path: string, options: { readonly locale?: string } = {}): Promise<Page> => {
  const { page } = await openPage(browser, options);
  await still(page);
  await loginAs(page, server.url, person);
  await page.goto(server.url + path);
  return page;
};
const close = (page: Page): Promise<void> => page.browserContext().close();
const type = (page: Page, name: string, value: string): Promise<void> => page.locator(`input[name="${name}"]`).fill(value);
const reads = (page: Page, selector: string, text: string): Promise<unknown> =>
  until(`"${text}" in ${selector}`, async () => (await page.$(selector)) !== null && (await textOf(page, selector)).includes(text));

/** From the wallet to the page where one pays. */
const begin = async (page: Page, packageId: string): Promise<void> => {
  await click(page, `[data-package="${packageId}"]`);
  await waitFor(page, hook('sandbox-pay'));
};

describe('buying coins', () => {
  test('a guest logs in first, and comes back to the wallet', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${server.url}/wallet`);
    await waitFor(page, hook('login-form'));
    expect(new URL(page.url()).search).toBe('?next=%2Fwallet');
    await close(page);
  });

  test('[L3] [L6] who buys in the sandbox is told that no money moves, and has the coins and a line of the statement', async () => {
    const buyer = await register(server);
    const page = await open(buyer, '/wallet');
    await reads(page, hook('sandbox-notice'), 'no real money moves');
    await reads(page, hook('wallet-balance'), '0');
    await reads(page, hook('statement'), 'Nothing has moved yet');
    expect(await page.$$(hook('package'))).toHaveLength(4);
    await screenshot(page, 'wallet-empty');
    await begin(page, 'coins-550');
    await reads(page, hook('topup'), '$4.99');
    await reads(page, hook('sandbox-notice'), 'No money moves');
    expect(await faultsIn(page)).toEqual([]);
    await screenshot(page, 'topup-sandbox');
    await click(page, hook('sandbox-pay'));
    await reads(page, hook('topup-outcome'), 'The coins are in your wallet');
    await screenshot(page, 'topup-paid');
    await click(page, '[data-testid="topup"] a[href="/wallet"]');
    await reads(page, hook('wallet-balance'), '550');
    await reads(page, hook('statement-line'), 'Top-up');
    await reads(page, hook('statement-line'), '+550');
    await click(page, hook('account-menu'));
    await until('the balance in the menu', async () => (await bodyText(page)).includes('550 coins'));
    await screenshot(page, 'wallet-menu');
    await close(page);
  });

  test('a payment that fails costs nothing and says so', async () => {
    const buyer = await register(server);
    const page = await open(buyer, '/wallet');
    await begin(page, 'coins-100');
    await click(page, hook('sandbox-decline'));
    await reads(page, hook('topup-outcome'), 'Nothing was charged');
    await screenshot(page, 'topup-failed');
    expect(await balanceOf(buyer.client)).toBe(0);
    await close(page);
  });

  test('a top-up of somebody else is as if it were not there', async () => {
    const { topUpId } = await buyPackage(fan.client, 100);
    const page = await open(await register(server), `/topup/${topUpId}`);
    await until('the missing top-up', async () => (await bodyText(page)).includes('There is no such top-up'));
    await close(page);
  });

  test('[L6] the statement has the gifts with their names, and comes as a file', async () => {
    const page = await open(fan, '/wallet');
    await until('the gift', async () => (await bodyText(page)).includes('× 50'));
    const line = (await page.$$eval(hook('statement-line'), (all) => all.map((one) => (one.textContent ?? '').replace(/\s+/g, ' ')))).find((text) => text.includes('× 50'));
    expect(line).toContain('−500');
    expect(line).toMatch(/Gift to .+ Rose × 50/);
    expect(line).toContain('Balance 700');
    await page.$eval(hook('statement'), (section) => section.scrollIntoView());
    await screenshot(page, 'wallet-statement');
    const file = await page.$eval(hook('statement-file'), async (link) => (await fetch((link as HTMLAnchorElement).href)).text());
    expect(file).toMatch(/,gift,-500,700,.*,rose,50/);
    await close(page);
  });
});

describe('earning', () => {
  const request = async (page: Page, coins: string, destination: string): Promise<void> => {
    await click(page, hook('payout-open'));
    await type(page, 'payout-coins', coins);
    await type(page, 'payout-destination', destination);
    await click(page, hook('payout-send'));
  };

  test('without a channel there is a way to one', async () => {
    const page = await open(await register(server), '/earnings');
    await until('the way to a channel', async () => (await bodyText(page)).includes('Open a channel'));
    await close(page);
  });

  test('[L2] [L5] [L7] a creator asks for a payout, an operator pays it, and rejects another one with a word why', async () => {
    const page = await open(creator, '/earnings');
    await reads(page, hook('earnings-available'), '350');
    await until('the terms', async () => (await bodyText(page)).includes('the platform keeps 30%'));
    await click(page, hook('payout-open'));
    await type(page, 'payout-coins', '99');
    await until('too few', async () => (await bodyText(page)).includes('At least 100 coins'));
    await type(page, 'payout-coins', '351');
    await until('too many', async () => (await bodyText(page)).includes('At most 350 coins'));
    await page.keyboard.press('Escape');
    await request(page, '200', 'DE00 0000 0000 0000');
    await reads(page, hook('earnings-requested'), '200');
    await reads(page, hook('earnings-available'), '150');
    await request(page, '100', 'nowhere');
    await until('two payouts', async () => (await page.$$(hook('payout'))).length === 2);

    const desk = await open(operator, '/operator/payouts');
    await waitFor(desk, hook('operator-payout'));
    expect(await faultsIn(desk)).toEqual([]);
    await screenshot(desk, 'operator-payouts');
    const rowOf = (text: string, button: string): string => `::-p-xpath(//li[@data-testid="operator-payout"][contains(., "${text}")]//button[@data-testid="${button}"])`;
    await click(desk, rowOf('DE00', 'payout-pay'));
    await reads(desk, 'dialog[open]', 'make the payment first');
    expect(await faultsIn(desk)).toEqual([]);
    await screenshot(desk, 'operator-decides');
    await click(desk, hook('decide'));
    await until('one that waits', async () => (await desk.$$(hook('payout-reject'))).length === 1);
    await click(desk, rowOf('nowhere', 'payout-reject'));
    await desk.locator('textarea[name="note"]').fill('Please name an account.');
    await click(desk, hook('decide'));
    await until('nothing that waits', async () => (await bodyText(desk)).includes('Nothing waits for you'));
    await close(desk);

    await page.reload();
    await reads(page, hook('earnings-paid-out'), '200');
    await reads(page, hook('earnings-available'), '150');
    expect((await bodyText(page)).includes('Please name an account.')).toBe(true);
    const states = await page.$$eval(hook('payout-state'), (all) => all.map((one) => one.getAttribute('data-state')).sort());
    expect(states).toEqual(['paid', 'rejected']);
    await close(page);
  });
});

describe('operating', () => {
  test('[L7] for everybody else the page is not there to use', async () => {
    const page = await open(fan, '/operator/topups');
    await waitFor(page, hook('operator-denied'));
    expect(await page.$(hook('operator-topups'))).toBeNull();
    await close(page);
  });

  test('[L4] a refund of what is spent freezes the wallet, which says so, until an operator lets it go', async () => {
    const spender = await register(server);
    await buyPackage(spender.client, 100);
    const seat = await spender.client.connect();
    await seat.join(creator.handle);
    await seat.request('gift.send', { key: randomUUID() as RequestKey, giftId: ROSE, quantity: 4, seen: null });
    seat.close();
    const desk = await open(operator, '/operator/topups');
    await type(desk, 'topup-user', spender.name);
    await click(desk, hook('topup-search'));
    await until('one top-up', async () => (await desk.$$(hook('operator-topup'))).length === 1);
    await screenshot(desk, 'operator-topups');
    expect(await faultsIn(desk)).toEqual([]);
    await click(desk, hook('topup-refund'));
    await click(desk, hook('decide'));
    await waitFor(desk, `${hook('topup-state')}[data-state="refunded"]`);
    const page = await open(spender, '/wallet');
    await waitFor(page, hook('wallet-frozen'));
    await reads(page, hook('wallet-balance'), '0');
    await screenshot(page, 'wallet-frozen');
    await click(desk, hook('topup-thaw'));
    await click(desk, hook('decide'));
    await until('a wallet that can be used', async () => !(await spender.client.call('wallet.show')).isFrozen);
    await page.reload();
    await waitFor(page, hook('wallet'));
    expect(await page.$(hook('wallet-frozen'))).toBeNull();
    await close(page);
    await close(desk);
  });

  test('a gift is added with a picture, changed, and taken off sale', async () => {
    const desk = await open(operator, '/operator/gifts');
    await click(desk, hook('gift-new'));
    await type(desk, 'gift-name-en', 'Paper Boat');
    await click(desk, hook('gift-save'));
    await until('what is missing', async () => (await bodyText(desk)).includes('A whole number from 1 on'));
    await type(desk, 'gift-name-zh', '纸船');
    await type(desk, 'gift-coins', '25');
    await click(desk, 'label:has(input[name="gift-animation"][value="boat"])');
    expect(await faultsIn(desk)).toEqual([]);
    await screenshot(desk, 'operator-gift');
    await click(desk, hook('gift-save'));
    await waitFor(desk, '[data-gift="paper-boat"]');
    const paperBoat = async () => (await operator.client.call('gift.catalogue')).gifts.find(({ giftId }) => giftId === 'paper-boat');
    expect(await paperBoat()).toMatchObject({ nameEn: 'Paper Boat', nameZh: '纸船', coins: 25, animation: 'boat', isOnSale: true });
    await click(desk, '[data-gift="paper-boat"]');
    await click(desk, 'label:has(input[name="gift-on-sale"])');
    await click(desk, hook('gift-save'));
    await reads(desk, '[data-gift="paper-boat"]', 'Off sale');
    expect((await paperBoat())?.isOnSale).toBe(false);
    await screenshot(desk, 'operator-gifts');
    await close(desk);
  });
});

type Visit = { readonly who: () => Person; readonly ready: string };
const VISITS: Readonly<Record<string, Visit>> = {
  wallet: { who: () => fan, ready: hook('statement-line') },
  earnings: { who: () => creator, ready: hook('statement-line') },
  operator: { who: () => operator, ready: hook('operator-payouts') },
  'operator/topups': { who: () => operator, ready: hook('operator-topups') },
  'operator/gifts': { who: () => operator, ready: hook('operator-gifts') },
};

describe.each(Object.entries(VISITS))('%s', (path, { who, ready }) => {
  const name = path.replace('/', '-');

  test('has nothing in it that a screen reader or a weak eye stumbles over', async () => {
    const page = await open(who(), `/${path}`);
    await waitFor(page, ready);
    for (const scheme of ['dark', 'light']) {
      await still(page, scheme);
      await settled(page);
      await screenshot(page, `money-${name}-${scheme}`);
      expect(await faultsIn(page)).toEqual([]);
    }
    await close(page);
  });

  test('fits on a small phone and speaks Chinese', async () => {
    const page = await open(who(), '/', { locale: 'zh-CN' });
    await page.setViewport({ width: 360, height: 780, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });
    await page.goto(`${server.url}/${path}`);
    await waitFor(page, ready);
    await screenshot(page, `money-${name}-phone`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    expect(await bodyText(page)).toMatch(/金币|礼物|充值|提现/);
    await close(page);
  });
});
