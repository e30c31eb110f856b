// Lines that fly over the picture and hearts that rise, as a viewer's browser really paints them: what is looked at is the
// canvas itself.

import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Params } from '../../shared/messages.ts';
import { createCloser } from '../../server/lib/closer.ts';
import { launchChromium, openPage, screenshot } from '../support/browser.ts';
import { registerCreator } from '../support/client.ts';
import type { Creator } from '../support/client.ts';
import type { Connection } from '../support/connection.ts';
import { hook, loginAs, textOf, waitFor } from '../support/pages.ts';
import { goLive } from '../support/scene.ts';
import type { Show } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

/** What is painted, from the top: one box for each row of words that is clear of the others. Pixels of the canvas. */
type Band = { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number; readonly isFramed: boolean };

const closer = createCloser();
let server: TestServer;
let browser: Browser;
let show: Show;
let speakers: Connection[] = [];
let said = 0;

beforeAll(async () => {
  server = await startServer();
  closer.add('server', async () => void (await server.stop()));
  browser = await launchChromium();
  closer.add('Chromium', () => browser.close());
  show = await goLive(server);
  closer.add('show', async () => show.end());
  speakers = await Promise.all(Array.from({ length: 6 }, async () => join(await registerCreator(server))));
});
afterAll(() => closer.close());

const join = async (person: Creator): Promise<Connection> => {
  const connection = await person.client.connect();
  await connection.join(show.handle);
  return connection;
};

const say = async (speaker: Connection | undefined, text: string, look: Params<'chat.send'>['look'] = { color: 'white', place: 'scroll' }): Promise<void> => {
  const key = `line-of-the-test-${String(++said).padStart(4, '0')}` as Params<'chat.send'>['key'];
  await speaker?.request('chat.send', { key, text, look, replyToLineId: null, seen: null });
};

type Options = { readonly settings?: Readonly<Record<string, unknown>>; readonly wantsLessMotion?: boolean; readonly touch?: boolean };

/** A viewer of their own, logged in, with the lines ready to fly. */
const openViewer = async (options: Options = {}): Promise<{ page: Page; person: Creator; close(): Promise<void> }> => {
  const person = await registerCreator(server);
  const { page, context } = await openPage(browser);
  if (options.touch) await page.setViewport({ width: 390, height: 844, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });
  if (options.wantsLessMotion) await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  await page.evaluateOnNewDocument((settings) => {
    if (settings) localStorage.setItem('qiao.danmaku', JSON.stringify(settings));
  }, options.settings ?? null);
  await loginAs(page, server.url, person);
  await page.goto(`${server.url}/@${show.handle}`);
  await waitFor(page, hook('danmaku'));
  return { page, person, close: () => context.close() };
};

const flying = (page: Page): Promise<number> => page.$eval(hook('danmaku'), (canvas) => Number((canvas as HTMLElement).dataset['flying']));

const bandsOf = (page: Page): Promise<Band[]> =>
  page.$eval(hook('danmaku'), (element) => {
    const canvas = element as HTMLCanvasElement;
    const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? new Uint8ClampedArray();
    const bands: { top: number; bottom: number; left: number; right: number; isFramed: boolean }[] = [];
    for (let y = 0; y < canvas.height; y += 1) {
      let [left, right, isFramed] = [-1, -1, false];
      for (let x = 0; x < canvas.width; x += 1) {
        const at = (y * canvas.width + x) * 4;
        if ((data[at + 3] ?? 0) < 16) continue;
        if (left < 0) left = x;
        right = x;
        isFramed ||= data[at] === 255 && data[at + 1] === 143 && data[at + 2] === 112;
      }
      if (left < 0) continue;
      const last = bands.at(-1);
      if (last?.bottom === y - 1) Object.assign(last, { bottom: y, left: Math.min(last.left, left), right: Math.max(last.right, right), isFramed: last.isFramed || isFramed });
      else bands.push({ top: y, bottom: y, left, right, isFramed });
    }
    return bands;
  });

/** Waits until so many rows of words are to be seen wholly. */
const bandsWhen = (page: Page, count: number): Promise<Band[]> =>
  until(`${count} rows of words on the picture`, async () => {
    const bands = await bandsOf(page);
    const width = await page.$eval(hook('danmaku'), (canvas) => (canvas as HTMLCanvasElement).width);
    return bands.length === count && bands.every(({ right }) => right < width - 1) ? bands : null;
  });

const leftWhen = (page: Page, row: number, holds: (left: number) => boolean): Promise<number> =>
  until('the line to have moved', async () => {
    const left = (await bandsOf(page))[row]?.left;
    return left !== undefined && holds(left) ? left : null;
  });

/** Puts the pointer on the middle of a line that moves. */
const pointAt = async (page: Page, row: number): Promise<void> => {
  await until('the pointer to be on the line', async () => {
    const box = await page.$eval(hook('danmaku'), (canvas) => ({ ...canvas.getBoundingClientRect().toJSON(), scale: (canvas as HTMLCanvasElement).width / canvas.clientWidth }) as DOMRect & { scale: number });
    const band = (await bandsOf(page))[row];
    if (!band) return false;
    const [x, y] = [box.left + (band.left + band.right) / 2 / box.scale, box.top + (band.top + band.bottom) / 2 / box.scale];
    await page.mouse.move(x, y);
    return (await page.$(hook('danmaku-card'))) !== null;
  });
};

test('a line flies from right to left, and lines said at once do not cover each other', async () => {
  const { page, close } = await openViewer();
  expect(await bandsOf(page)).toEqual([]);
  await Promise.all([say(speakers[0], '主播好厉害，这一段太精彩了'), say(speakers[1], 'What a lovely river'), say(speakers[2], '哈哈哈', { color: 'yellow', place: 'scroll' })]);
  const bands = await bandsWhen(page, 3);
  await screenshot(page, 'danmaku');
  await leftWhen(page, 0, (left) => left < (bands[0]?.left ?? 0) - 40);
  expect(bands.some(({ isFramed }) => isFramed)).toBe(false);
  // Nothing stays, and nothing runs on.
  await until('the lines to be out', async () => (await flying(page)) === 0, 20_000);
  expect(await bandsOf(page)).toEqual([]);
  await close();
});

test('a line without a place is left out; an own one is shown, framed', async () => {
  const { page, person, close } = await openViewer({ settings: { area: 'quarter', size: 1.8, speed: 0.5 } });
  const own = await join(person);
  const long = 'words that are long enough to fill the lane behind them';
  await Promise.all(speakers.map((speaker, at) => say(speaker, `${at} ${long}`)));
  // The first is told at once and the others a moment later: all have come when the chat has them.
  await until('all of them in the chat', async () => (await page.$eval(hook('chat-list'), (list) => list.textContent ?? '')).split(long).length === speakers.length + 1);
  const lanes = await until('lines to fly', async () => (await flying(page)) || null);
  expect(lanes).toBeLessThan(speakers.length);
  await say(own, 'mine');
  await until('one more line', async () => (await flying(page)) === lanes + 1);
  await until('a framed line', async () => (await bandsOf(page)).some(({ isFramed }) => isFramed));
  own.close();
  await close();
});

test('switched off nothing flies, and what was said meanwhile does not come later', async () => {
  const { page, close } = await openViewer();
  await page.keyboard.press('d');
  await page.waitForSelector(hook('danmaku'), { hidden: true });
  const before = await page.evaluate(() => document.body.innerText);
  expect(before).not.toContain('unseen words');
  await say(speakers[3], 'unseen words');
  await until('the chat to have it', async () => (await page.evaluate(() => document.body.innerText)).includes('unseen words'));
  await page.keyboard.press('d');
  await waitFor(page, hook('danmaku'));
  await say(speakers[4], 'seen');
  await until('the next line', async () => (await flying(page)) === 1);
  expect(await page.evaluate(() => localStorage.getItem('qiao.danmaku'))).toContain('"isOn":true');
  await close();
});

test('the line under the pointer stands still and says whose it is; its author can be hidden', async () => {
  const { page, close } = await openViewer({ settings: { speed: 0.6 } });
  await say(speakers[0], 'this one is held');
  await say(speakers[1], 'this one flies on');
  const [held, other] = await bandsWhen(page, 2);
  await pointAt(page, 0);
  await until('the card to have appeared', () => page.$eval(hook('danmaku-card'), (card) => getComputedStyle(card).opacity === '1'));
  await screenshot(page, 'danmaku-card');
  const heldLeft = (await bandsOf(page))[0]?.left;
  await leftWhen(page, 1, (left) => left < (other?.left ?? 0) - 60);
  expect((await bandsOf(page))[0]?.left).toBe(heldLeft);
  expect(heldLeft).toBeLessThanOrEqual(held?.left ?? 0);
  expect(await textOf(page, hook('danmaku-card'))).toContain('Report');
  await page.click(hook('danmaku-hide'));
  await until('the line to go', async () => (await flying(page)) === 1);
  await say(speakers[0], 'not seen by this viewer');
  await say(speakers[2], 'seen by everybody');
  await until('the line of somebody else', async () => (await flying(page)) === 2);
  await close();
});

test('a finger stops a line too, and the report is asked for', async () => {
  const { page, close } = await openViewer({ touch: true });
  await say(speakers[5], 'a line for a finger to touch');
  await bandsWhen(page, 1);
  await until('the card', async () => {
    const [band] = await bandsOf(page);
    const box = await page.$eval(hook('danmaku'), (canvas) => canvas.getBoundingClientRect().toJSON() as DOMRect);
    if (!band) return false;
    await page.touchscreen.tap(box.left + (band.left + band.right) / 4, box.top + (band.top + band.bottom) / 4);
    return (await page.$(hook('danmaku-card'))) !== null;
  });
  await page.locator(hook('danmaku-report')).click();
  await waitFor(page, hook('report-form'));
  await screenshot(page, 'danmaku-report-phone');
  await close();
});

test('in full screen lines fly on, and Enter leads to a line of one’s own', async () => {
  const { page, close } = await openViewer();
  await page.keyboard.press('f');
  await until('full screen', () => page.evaluate(() => document.fullscreenElement?.querySelector('[data-testid="danmaku"]') !== undefined && document.fullscreenElement !== null));
  await page.keyboard.press('Enter');
  await until('the box to have the keyboard', () => page.evaluate(() => document.activeElement?.getAttribute('name') === 'danmaku'));
  await page.keyboard.type('from full screen');
  await page.keyboard.press('Enter');
  await until('the own line', async () => (await bandsOf(page)).some(({ isFramed }) => isFramed));
  await screenshot(page, 'danmaku-full-screen');
  await close();
});

test('hearts are counted once: others’ when the room tells, own ones at once', async () => {
  const { page, close } = await openViewer();
  const [speaker, listener] = speakers;
  await speaker?.request('reaction.send', { reaction: 'heart', count: 5, seen: null });
  await until('five', async () => (await page.$(hook('reaction-total'))) !== null && (await textOf(page, hook('reaction-total'))).startsWith('5'));
  await until('hearts to rise', () => page.$eval(hook('reactions'), (canvas) => Number((canvas as HTMLElement).dataset['rising']) > 0));
  await page.hover(hook('player'));
  await page.locator(hook('reaction-more')).click();
  await page.locator(hook('reaction-fire')).click();
  await until('the own one', async () => (await textOf(page, hook('reaction-total'))).startsWith('6'));
  await screenshot(page, 'reactions');
  await listener?.next('reactions.counted', ({ counts }) => counts.some(({ reaction }) => reaction === 'fire'));
  await speaker?.request('reaction.send', { reaction: 'clap', count: 1, seen: null });
  await until('one more, and not two', async () => /^[78]/.test(await textOf(page, hook('reaction-total'))));
  expect(await textOf(page, hook('reaction-total'))).toMatch(/^7/);
  await close();
});

test('who asked for less motion sees lines standing, and hearts as a number', async () => {
  const { page, close } = await openViewer({ wantsLessMotion: true });
  await say(speakers[3], 'this one stands');
  const [first] = await bandsWhen(page, 1);
  await speakers[4]?.request('reaction.send', { reaction: 'heart', count: 3, seen: null });
  await until('three', async () => (await page.$(hook('reaction-total'))) !== null && (await textOf(page, hook('reaction-total'))).startsWith('3'));
  // While it appears, the edge of its first sign is still too faint to be seen.
  expect(Math.abs(((await bandsOf(page))[0]?.left ?? 0) - (first?.left ?? 0))).toBeLessThanOrEqual(3);
  expect(await page.$eval(hook('reactions'), (canvas) => (canvas as HTMLElement).dataset['rising'])).toBe('0');
  await close();
});
