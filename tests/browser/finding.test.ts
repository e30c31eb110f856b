// Finding each other as people do it: searching in two languages, the bell, the page of those whom one follows, and plans.

import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultsIn, settled } from '../support/axe.ts';
import { launchChromium, openPage, screenshot } from '../support/browser.ts';
import { register, registerCreator } from '../support/client.ts';
import type { Creator, Person } from '../support/client.ts';
import type { Connection } from '../support/connection.ts';
import { bodyText, click, hook, loginAs, textOf, waitFor } from '../support/pages.ts';
import { BROADCAST } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

let server: TestServer;
let browser: Browser;
let tea: Creator;
let king: Creator;

const PHONE = { width: 375, height: 812, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

const name = (creator: Creator, displayName: string, about: string) =>
  creator.client.call('channel.update', { path: { handle: creator.handle }, body: { displayName, about } });
const goOnAir = async (creator: Creator, title: string, tags: string[] = []): Promise<Connection> => {
  const studio = await creator.client.connect();
  await studio.join(creator.handle, { as: 'studio' });
  await studio.request('broadcast.start', { ...BROADCAST, title, tags });
  return studio;
};

beforeAll(async () => {
  server = await startServer();
  browser = await launchChromium();
  [tea, king] = [await registerCreator(server), await registerCreator(server)];
  await name(tea, 'Morning Tea House', 'Oolong, slowly, every day.');
  await name(king, '王者荣耀开黑', '每天晚上八点，一起上分。');
  await goOnAir(king, '今晚冲王者 · 新手也来', ['电竞']);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

type Look = { readonly locale?: string; readonly scheme?: 'dark' | 'light'; readonly isPhone?: boolean };
const open = async (path: string, person: Person | null = null, { locale, scheme = 'dark', isPhone = false }: Look = {}): Promise<Page> => {
  const { page } = await openPage(browser, locale ? { locale } : {});
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }, { name: 'prefers-reduced-motion', value: 'reduce' }]);
  if (isPhone) await page.setViewport(PHONE);
  if (person) await loginAs(page, server.url, person);
  await page.goto(server.url + path);
  return page;
};
const close = (page: Page): Promise<void> => page.browserContext().close();
const fits = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const reads = (page: Page, selector: string, text: string): Promise<unknown> =>
  until(`"${text}" in ${selector}`, async () => (await page.$(selector)) !== null && (await textOf(page, selector)).includes(text));
const typeInto = async (page: Page, text: string): Promise<void> => {
  await page.$eval(hook('search-box'), (box) => (box as HTMLInputElement).select());
  await page.type(hook('search-box'), text);
};
const suggested = (page: Page): Promise<string[]> => page.$$eval(hook('suggestion'), (rows) => rows.map((row) => (row.textContent ?? '').replace(/\s+/g, ' ').trim()));

describe('searching', () => {
  test('[Y1] with `/`, by a beginning, a typo and in Chinese, with arrows and Enter', async () => {
    const page = await open('/');
    await waitFor(page, hook('search-box'));
    await page.keyboard.press('/');
    for (const [typed, found] of [['morn', 'Morning Tea House'], ['mornign', 'Morning Tea House'], ['王者', '王者荣耀开黑'], ['王者荣要', '王者荣耀开黑'], ['冲王者', '王者荣耀开黑']] as const) {
      await typeInto(page, typed);
      await until(`${found} for ${typed}`, async () => {
        const rows = await suggested(page);
        return rows[0]?.includes(found) && rows.at(-1)?.includes(typed);
      });
    }
    await screenshot(page, 'search-suggestions');
    expect(await faultsIn(page)).toEqual([]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    expect(await page.$eval(hook('search-box'), (box) => document.getElementById(box.getAttribute('aria-activedescendant') ?? '')?.textContent?.includes('冲王者'))).toBe(true);
    await page.keyboard.press('Escape');
    expect(await suggested(page)).toEqual([]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await until('the channel', () => new URL(page.url()).pathname === `/@${king.handle}`);
    await close(page);
  });

  test('the page of results has what is live first, says when there is nothing, and keeps the words in its address', async () => {
    const page = await open('/search?q=tea');
    await reads(page, hook('search-channel'), 'Morning Tea House');
    await waitFor(page, hook('search-box'));
    expect(await page.$eval(hook('search-box'), (box) => (box as HTMLInputElement).value)).toBe('tea');
    await typeInto(page, '电竞');
    await page.keyboard.press('Enter');
    await reads(page, hook('live-card'), '今晚冲王者');
    expect(new URL(page.url()).searchParams.get('q')).toBe('电竞');
    await screenshot(page, 'search-results');
    await page.goBack();
    await reads(page, hook('search-channel'), 'Morning Tea House');
    await page.goto(`${server.url}/search?q=${encodeURIComponent('%_\'"<b>nothing</b>')}`);
    await until('that there is nothing', async () => (await bodyText(page)).includes('Nothing found for “%_\'"<b>nothing</b>”'));
    await reads(page, hook('live-card'), '今晚冲王者'); // what is on meanwhile
    await settled(page);
    expect(await faultsIn(page)).toEqual([]);
    await screenshot(page, 'search-nothing');
    await close(page);
  });

  test('on a phone, in Chinese, from an icon', async () => {
    const page = await open('/', null, { locale: 'zh-CN', isPhone: true, scheme: 'light' });
    await click(page, hook('open-search'));
    await page.type(hook('search-box'), '荣耀');
    await until('the suggestion', async () => (await suggested(page))[0]?.includes('王者荣耀开黑'));
    await screenshot(page, 'search-phone-chinese');
    expect([await fits(page), await faultsIn(page)]).toEqual([0, []]);
    await page.keyboard.press('Enter');
    await reads(page, hook('live-card'), '今晚冲王者');
    await screenshot(page, 'search-results-phone-chinese');
    expect(await fits(page)).toBe(0);
    await close(page);
  });
});

describe('following', () => {
  test('[N4] the bell hears of a broadcast at once on a page in a room, and leads to it; the page of the followed shows it', async () => {
    const fan = await register(server);
    const star = await registerCreator(server);
    await name(star, 'Star gazers', '');
    const page = await open(`/@${star.handle}`, fan);
    await click(page, hook('follow'));
    await waitFor(page, hook('notice-toggle'));
    await goOnAir(star, 'First light');
    await reads(page, hook('unread'), '1');
    await click(page, hook('bell'));
    await reads(page, hook('notice'), 'Star gazers is live');
    await settled(page);
    await screenshot(page, 'bell');
    expect(await faultsIn(page)).toEqual([]);
    await click(page, hook('read-all'));
    await until('no number', async () => (await page.$(hook('unread'))) === null);
    await page.goto(`${server.url}/following`);
    await reads(page, hook('followed'), 'First light');
    await screenshot(page, 'following');
    expect(await faultsIn(page)).toEqual([]);
    await click(page, `${hook('followed')} ${hook('notice-toggle')}`);
    await until('that it is off', async () => !(await fan.client.call('follow.show', { path: { handle: star.handle } })).wantsNotices);
    await click(page, hook('unfollow'));
    await until('nobody', async () => (await bodyText(page)).includes('You follow nobody yet'));
    await close(page);
  });

  test('on a phone, in Chinese', async () => {
    const fan = await register(server);
    for (const { handle } of [king, tea]) await fan.client.call('follow.choose', { path: { handle }, body: { isFollowing: true, wantsNotices: true } });
    const page = await open('/following', fan, { locale: 'zh-CN', isPhone: true });
    await waitFor(page, hook('followed'));
    await screenshot(page, 'following-phone-chinese');
    expect(await fits(page)).toBe(0);
    await click(page, hook('bell'));
    await until('the empty list', async () => (await bodyText(page)).includes('没有新通知'));
    await screenshot(page, 'bell-phone-chinese');
    expect([await fits(page), await faultsIn(page)]).toEqual([0, []]);
    await close(page);
  });
});

describe('plans', () => {
  test('[Z1] [Z3] a creator plans in the studio; a fan sees it in Chinese on a phone, and asks to be reminded', async () => {
    const creator = await registerCreator(server);
    await name(creator, 'Lantern maker', '');
    const studio = await open('/studio', creator);
    await click(studio, hook('plan-new'));
    await studio.locator('input[name="plan-title"]').fill('做一盏灯 · Making a lantern');
    await screenshot(studio, 'plan-dialog');
    await click(studio, hook('save-plan'));
    await reads(studio, hook('own-plan'), 'Making a lantern');
    await studio.$eval(hook('plan-desk'), (desk) => desk.scrollIntoView({ block: 'center' }));
    await settled(studio);
    await screenshot(studio, 'plan-desk');
    expect(await faultsIn(studio)).toEqual([]);

    const fan = await register(server);
    const page = await open(`/@${creator.handle}`, fan, { locale: 'zh-CN', isPhone: true });
    await reads(page, `${hook('channel-plans-next')} ${hook('plan')}`, '做一盏灯');
    await click(page, hook('remind'));
    await reads(page, hook('remind'), '已设提醒');
    await screenshot(page, 'plan-phone-chinese');
    expect([await fits(page), await faultsIn(page)]).toEqual([0, []]);
    await page.goto(server.url);
    await reads(page, hook('coming-up'), '做一盏灯');
    await screenshot(page, 'coming-up-phone-chinese');
    expect(await fits(page)).toBe(0);

    await click(studio, hook('plan-change'));
    await studio.locator('input[name="plan-title"]').fill(' ');
    await click(studio, hook('save-plan'));
    await until('what is missing', async () => (await bodyText(studio)).includes('Give it a title'));
    await studio.locator('input[name="plan-title"]').fill('Making two lanterns');
    await click(studio, hook('save-plan'));
    await reads(studio, hook('own-plan'), 'two lanterns');
    // The message about the change may lie over the button.
    await studio.$eval(hook('plan-cancel'), (button) => (button as HTMLElement).click());
    await until('no plan', async () => (await studio.$(hook('own-plan'))) === null);
    await close(page);
    await close(studio);
  });
});
