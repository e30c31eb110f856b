// Keeping order, as a host, a moderator and a viewer see it: somebody is made a moderator, lines go and come back, a raid is met,
// what is held is looked at, and what viewers report arrives.

import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RequestKey } from '../../shared/ids.ts';
import { faultsIn, settled } from '../support/axe.ts';
import { launchChromium, openPage, screenshot } from '../support/browser.ts';
import { register, registerCreator } from '../support/client.ts';
import type { Creator, Person } from '../support/client.ts';
import type { Connection } from '../support/connection.ts';
import { click, goLiveByHand, hook, loginAs, openCreatorPage, textOf, waitFor } from '../support/pages.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

let server: TestServer;
let browser: Browser;
let creator: Creator;
let helper: Person;
let troll: Person;
let studio: Page;
let moderator: Page;
let viewer: Page;
let trolling: Connection;
let keys = 0;

const still = (page: Page, scheme = 'dark'): Promise<void> =>
  page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }, { name: 'prefers-reduced-motion', value: 'reduce' }]);
const openWatch = async (person: Person): Promise<Page> => {
  const { page } = await openPage(browser);
  await still(page);
  await loginAs(page, server.url, person);
  await page.goto(`${server.url}/@${creator.handle}`);
  await waitFor(page, hook('chat'));
  return page;
};

beforeAll(async () => {
  server = await startServer();
  browser = await launchChromium();
  creator = await registerCreator(server);
  helper = await register(server);
  troll = await register(server);
  studio = await openCreatorPage(browser);
  await still(studio);
  await loginAs(studio, server.url, creator);
  await studio.goto(`${server.url}/studio`);
  await goLiveByHand(studio, 'The view from the bridge');
  moderator = await openWatch(helper);
  viewer = await openWatch(await register(server));
  trolling = await troll.client.connect();
  await trolling.join(creator.handle);
});
afterAll(async () => {
  trolling.close();
  await browser.close();
  await server.stop();
});

const say = (text: string) =>
  trolling.request('chat.send', { key: `line-${++keys}` as RequestKey, text, look: { color: 'white', place: 'scroll' }, replyToLineId: null, seen: null });
const chatOf = (page: Page): Promise<string> => page.$eval(hook('chat-list'), (list) => list.textContent ?? '');
const isSaid = (page: Page, text: string): Promise<void> => until(`"${text}" in the chat`, async () => (await chatOf(page)).includes(text)).then(() => undefined);
const isGone = (page: Page, text: string): Promise<void> => until(`"${text}" to vanish`, async () => !(await chatOf(page)).includes(text)).then(() => undefined);
const studioTab = (name: string): Promise<void> => click(studio, `::-p-xpath(//button[@role="tab"][starts-with(normalize-space(.), "${name}")])`);

/** Opens the menu of a line and chooses in it, as a hand with a mouse does. */
const chooseInMenu = async (page: Page, text: string, choice: string): Promise<void> => {
  const row = `::-p-xpath(//*[@data-row][contains(., "${text}")])`;
  await page.locator(row).hover();
  await click(page, `::-p-xpath(//*[@data-row][contains(., "${text}")]//button[@data-line-menu])`);
  await click(page, `::-p-xpath(//*[@data-row][contains(., "${text}")]//button[@role="menuitem"][starts-with(normalize-space(.), "${choice}")])`);
};

test('the host makes somebody a moderator from the list of people', async () => {
  await studioTab('People');
  await click(studio, `::-p-xpath(//li[@data-testid="person"][contains(., "@${helper.name}")]//button[@data-testid="moderate-person"])`);
  await waitFor(studio, `${hook('moderator-toggle')}:not([disabled])`);
  expect(await faultsIn(studio)).toEqual([]);
  await screenshot(studio, 'moderate-dialog');
  await click(studio, hook('moderator-toggle'));
  await waitFor(moderator, hook('tab-moderation'));
  expect(await viewer.$(hook('tab-moderation'))).toBeNull();
  await studio.keyboard.press('Escape');
});

test('a moderator deletes one line, and bans: everything of theirs vanishes from every page, and comes back when it is lifted', async () => {
  await say('first words of the troll');
  await say('second words of the troll');
  for (const page of [moderator, viewer]) await isSaid(page, 'second words');
  await chooseInMenu(moderator, 'first words', 'Moderate');
  await click(moderator, hook('moderate-delete'));
  await isGone(viewer, 'first words');
  await chooseInMenu(moderator, 'second words', 'Moderate');
  await click(moderator, '::-p-xpath(//label[contains(., "Ban")]//input[@value="ban"])');
  await click(moderator, hook('sanction-apply'));
  await isGone(viewer, 'second words');
  await expect(say('still here')).rejects.toThrow('banned');

  await click(moderator, hook('tab-moderation'));
  await click(moderator, hook('moderation-people'));
  await waitFor(moderator, hook('sanction'));
  expect(await textOf(moderator, hook('sanction'))).toContain('Until lifted');
  await click(moderator, hook('sanction-lift'));
  await isSaid(viewer, 'second words');
  expect(await chatOf(viewer)).not.toContain('first words');
});

test('a line that is held is seen by nobody until it is approved, here by one key', async () => {
  await click(moderator, hook('moderation-rules'));
  await click(moderator, '::-p-xpath(//label[contains(., "Look at every message first")]//input)');
  await until('the rule on the viewer’s page', async () => (await viewer.$(hook('room-rules'))) !== null);
  expect(await say('please look at this')).toMatchObject({ isHeld: true });
  expect(await say('and not at that')).toMatchObject({ isHeld: true });
  await studioTab('Moderation');
  await until('both in the studio', async () => (await studio.$$(hook('held'))).length === 2);
  await screenshot(studio, 'held-lines');
  expect(await faultsIn(studio)).toEqual([]);
  await studio.focus(hook('held-approve'));
  await studio.keyboard.press('a');
  await isSaid(viewer, 'please look at this');
  await until('the keyboard on the next one', () => studio.evaluate(() => document.activeElement?.getAttribute('data-testid') === 'held-approve'));
  await studio.keyboard.press('r');
  await until('an empty queue in both places', async () => (await studio.$$(hook('held'))).length === 0);
  expect(await chatOf(viewer)).not.toContain('and not at that');
  await click(moderator, '::-p-xpath(//label[contains(., "Look at every message first")]//input)');
  await until('the rule to be gone', async () => (await viewer.$(hook('room-rules'))) === null);
});

test('one button meets a raid', async () => {
  await click(studio, hook('shield-toggle'));
  await until('it to be on', () => studio.$eval(hook('shield'), (shield) => shield.getAttribute('data-up') === 'true'));
  await waitFor(viewer, hook('room-rules'));
  await expect(say('raid')).rejects.toThrow('followers_only');
  await waitFor(moderator, `${hook('shield')}[data-up="true"]`);
  await click(moderator, hook('shield-toggle'));
  await until('it to be off everywhere', () => studio.$eval(hook('shield'), (shield) => shield.getAttribute('data-up') === 'false'));
});

test('what a viewer reports arrives in the studio, and is decided there', async () => {
  await say('something very rude');
  await isSaid(viewer, 'very rude');
  await chooseInMenu(viewer, 'very rude', 'Report');
  await waitFor(viewer, hook('report-form'));
  expect(await faultsIn(viewer)).toEqual([]);
  await click(viewer, '::-p-xpath(//label[contains(., "Insults")]//input)');
  await click(viewer, hook('report-send'));
  await waitFor(studio, hook('report'));
  expect(await textOf(studio, hook('report'))).toMatch(/Insults or hate.*something very rude/);
  await click(studio, hook('report-uphold'));
  await isGone(viewer, 'very rude');
  await until('nothing left to decide', async () => (await studio.$(hook('report'))) === null);
});

test('everything stands in the log, and word lists are kept', async () => {
  await click(studio, hook('moderation-log'));
  await until('the acts in the log', async () => {
    const log = await textOf(studio, hook('moderation-log-list'));
    return ['deleted a message of', 'banned', 'let', 'approved', 'protected mode on', 'upheld', 'a moderator'].every((act) => log.includes(act));
  });
  expect(await faultsIn(studio)).toEqual([]);
  await click(studio, hook('moderation-rules'));
  await studio.locator('textarea[name="words-blocked"]').fill('bridge troll\nspam');
  await click(studio, hook('words-save'));
  await until('the words to be refused', async () => say('I am a b r i d g e troll').then(() => false, (error: Error) => error.message.includes('word_blocked')));
  for (const part of ['moderation-log', 'moderation-rules']) await click(moderator, hook(part));
  await until('the same list on the other page', () => moderator.$eval('textarea[name="words-blocked"]', (area) => (area as HTMLTextAreaElement).value === 'bridge troll\nspam'));
});

test('a moderator finds what was said, and can act on it from there', async () => {
  await click(studio, hook('moderation-search'));
  await studio.locator('input[name="line-search"]').fill('LOOK AT');
  await click(studio, hook('search-send'));
  await waitFor(studio, `${hook('search-found')} li`);
  const found = await textOf(studio, hook('search-found'));
  expect(found).toContain('please look at this');
  expect(found).not.toContain('very rude');
  expect(await faultsIn(studio)).toEqual([]);
});

test.each(['dark', 'light'])('the panel has nothing in it that a weak eye stumbles over, on a phone too (%s)', async (scheme) => {
  await still(studio, scheme);
  await settled(studio);
  expect(await faultsIn(studio)).toEqual([]);
  await still(moderator, scheme);
  await moderator.setViewport({ width: 390, height: 844 });
  await settled(moderator);
  expect(await faultsIn(moderator)).toEqual([]);
  expect(await moderator.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  await screenshot(moderator, `moderation-phone-${scheme}`);
});
