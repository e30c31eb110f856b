// A poll and a question from the host's button to the viewers' pages and back, as people work them: with the hand and the keyboard.

import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RequestKey } from '../../shared/ids.ts';
import { faultsIn, settled } from '../support/axe.ts';
import { launchChromium, openPage, screenshot } from '../support/browser.ts';
import { register, registerCreator } from '../support/client.ts';
import type { Creator } from '../support/client.ts';
import type { Connection } from '../support/connection.ts';
import { click, goLiveByHand, hook, loginAs, openCreatorPage, textOf, waitFor } from '../support/pages.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

const QUESTION = 'How old is this bridge? 这座桥有多少年历史？';

let server: TestServer;
let browser: Browser;
let creator: Creator;
let studio: Page;
let viewer: Page;
let guest: Page;
/** Somebody else who is here. */
let other: Connection;

const openWatch = async (as: Parameters<typeof loginAs>[2] | null): Promise<Page> => {
  const { page } = await openPage(browser);
  await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  if (as) await loginAs(page, server.url, as);
  await page.goto(`${server.url}/@${creator.handle}`);
  await waitFor(page, hook('chat'));
  return page;
};

beforeAll(async () => {
  server = await startServer();
  browser = await launchChromium();
  creator = await registerCreator(server);
  studio = await openCreatorPage(browser);
  await studio.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  await loginAs(studio, server.url, creator);
  await studio.goto(`${server.url}/studio`);
  await goLiveByHand(studio, 'The view from the bridge');
  viewer = await openWatch(await register(server));
  guest = await openWatch(null);
  other = await (await register(server)).client.connect();
  await other.join(creator.handle);
});
afterAll(async () => {
  other.close();
  await browser.close();
  await server.stop();
});

const studioTab = (name: string): Promise<void> => click(studio, `::-p-xpath(//button[@role="tab"][starts-with(normalize-space(.), "${name}")])`);
const optionNow = (page: Page, at: number): Promise<string> => textOf(page, `${hook('poll-option')}:nth-child(${at})`);
const pollState = (page: Page): Promise<string | null> => page.$eval(hook('poll-card'), (card) => card.getAttribute('data-state'));

test('the host writes a poll, and it opens on every page', async () => {
  await studioTab('Poll');
  await studio.type('input[name="poll-question"]', 'Where shall we go next?');
  await studio.type('input[name="poll-option-0"]', 'Across the bridge');
  await studio.type('input[name="poll-option-1"]', '回老城');
  await click(studio, hook('poll-open'));
  for (const page of [studio, viewer, guest]) await waitFor(page, hook('poll-card'));
  expect(await textOf(viewer, hook('poll-card'))).toContain('Where shall we go next?');
  // Who can vote is not told what the others think; who cannot sees it.
  expect(await optionNow(viewer, 1)).toBe('Across the bridge');
  expect(await optionNow(guest, 1)).toContain('0 %');
  expect(await guest.$(`${hook('poll-card')} [role="radio"]`)).toBeNull();
});

test('a viewer votes by keyboard: walking through the choices is not voting yet', async () => {
  await viewer.focus(`${hook('poll-card')} [role="radio"]`);
  await viewer.keyboard.press('ArrowDown');
  expect(await viewer.$(`${hook('poll-card')} [aria-checked="true"]`)).toBeNull();
  await viewer.keyboard.press('Enter');
  await until('the vote to be counted in the studio', async () => (await textOf(studio, hook('poll-total'))) === '1 vote');
  expect(await optionNow(studio, 2)).toContain('100 %');
  await until('the count on the voter’s page', async () => (await optionNow(viewer, 2)).includes('100 %'));
  await screenshot(viewer, 'poll-voted');
});

test('the choice can be changed: the last one counts', async () => {
  await click(viewer, `${hook('poll-option')}:nth-child(1)`);
  await until('the vote to move', async () => (await optionNow(guest, 1)).includes('100 %'));
  expect(await textOf(studio, hook('poll-total'))).toBe('1 vote');
});

test('the host closes it, the result is read and put away', async () => {
  await click(studio, hook('poll-close'));
  for (const page of [studio, viewer, guest]) await until('the poll to be closed', async () => (await pollState(page)) === 'closed', 20_000);
  expect(await viewer.$(`${hook('poll-card')} [role="radio"]`)).toBeNull();
  expect(await faultsIn(viewer)).toEqual([]);
  await click(viewer, `${hook('poll-card')} button[aria-label="Put the result away"]`);
  await until('the card to go', async () => (await viewer.$(hook('poll-card'))) === null);
});

test('a question is asked, and wanted by others', async () => {
  await click(viewer, hook('tab-questions'));
  await waitFor(viewer, hook('question-panel'));
  await viewer.type('textarea[name="question"]', QUESTION);
  await viewer.keyboard.press('Enter');
  await waitFor(viewer, hook('question'));
  await other.request('question.ask', { key: 'another-question' as RequestKey, text: 'Which camera is it?', seen: null });
  await until('the other question', async () => (await viewer.$$(hook('question'))).length === 2);
  const first = await viewer.$$eval(hook('question'), (rows) => rows[0]?.textContent ?? '');
  expect(first).toContain('How old');
  await click(viewer, `::-p-xpath(//li[@data-testid="question"][contains(., "Which camera")]//button[@data-testid="question-vote"])`);
  await until('the voted one to come first', async () => (await viewer.$$eval(hook('question'), (rows) => rows[0]?.textContent ?? '')).includes('Which camera'));
  await studioTab('Q&A');
  await until('the vote in the studio', async () => (await studio.$$eval(hook('question-vote'), (buttons) => buttons[0]?.textContent?.trim())) === '1');
});

test('the host puts it over the picture and answers it in writing', async () => {
  const inRow = (what: string): string => `::-p-xpath(//li[@data-testid="question"][contains(., "How old")]//button[@data-testid="${what}"])`;
  await click(studio, inRow('question-highlight-button'));
  for (const page of [viewer, guest, studio]) await waitFor(page, hook('question-highlight'));
  expect(await textOf(guest, hook('question-highlight'))).toContain(QUESTION);
  await screenshot(guest, 'question-highlight');
  await click(studio, inRow('question-write'));
  await studio.type('textarea[name="answer"]', 'Since 1907.');
  await click(studio, hook('answer-send'));
  await waitFor(viewer, hook('question-answer'));
  expect(await textOf(viewer, `${hook('question')}[data-state="answered"]`)).toMatch(/Since 1907\. ?Answered at 0:\d\d/);
  await click(studio, inRow('question-highlight-button'));
  await until('the picture to be free again', async () => (await guest.$(hook('question-highlight'))) === null);
});

test.each(['dark', 'light'])('questions and polls have nothing in them that a screen reader stumbles over (%s)', async (scheme) => {
  for (const page of [studio, viewer]) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }, { name: 'prefers-reduced-motion', value: 'reduce' }]);
    await settled(page);
    expect(await faultsIn(page)).toEqual([]);
  }
  await studioTab('Poll');
  await click(studio, '::-p-xpath(//button[normalize-space(.)="New poll"] | //form[@data-testid="poll-composer"]//legend)');
  await waitFor(studio, hook('poll-composer'));
  expect(await faultsIn(studio)).toEqual([]);
});
