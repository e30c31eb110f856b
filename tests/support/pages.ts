// The product's pages as a person uses them: filled in, clicked and looked at by their stable hooks and English names.

import type { Browser, CDPSession, Page } from 'puppeteer-core';
import { openPage } from './browser.ts';
import type { Creator } from './client.ts';
import { CAMERA_360P30, mountClockCamera } from './clock-camera.ts';
import type { CameraOptions } from './clock-camera.ts';
import { PASSWORD } from './names.ts';
import { mountPictureReader } from './picture-reader.ts';
import type { HeardBeep, SeenFrame } from './picture-reader.ts';
import { until } from './wait.ts';

const PAGE_TIMEOUT_MS = 30_000;

export const hook = (name: string): string => `[data-testid="${name}"]`;

export const waitFor = async (page: Page, selector: string): Promise<void> =>
  void (await page.waitForSelector(selector, { visible: true, timeout: PAGE_TIMEOUT_MS }));

/** Clicks when the thing is there, can be clicked and has stopped moving. */
export const click = async (page: Page, selector: string): Promise<void> =>
  page.locator(selector).setTimeout(PAGE_TIMEOUT_MS).click();

const fill = async (page: Page, name: string, value: string): Promise<void> =>
  page.locator(`input[name="${name}"]`).setTimeout(PAGE_TIMEOUT_MS).fill(value);

export const textOf = (page: Page, selector: string): Promise<string> =>
  page.$eval(selector, (element) => (element.textContent ?? '').replace(/\s+/g, ' ').trim());

export const bodyText = (page: Page): Promise<string> => page.evaluate(() => document.body.innerText);

export const registerByHand = async (page: Page, url: string, name: string): Promise<void> => {
  await page.goto(`${url}/register?next=/studio`);
  await waitFor(page, hook('register-form'));
  await fill(page, 'username', name);
  await fill(page, 'password', PASSWORD);
  await click(page, `${hook('register-form')} button[type="submit"]`);
};

/** The studio's first step for somebody without a channel. */
export const openChannelByHand = async (page: Page, handle: string, name: string): Promise<void> => {
  await waitFor(page, hook('channel-form'));
  await fill(page, 'handle', handle);
  await fill(page, 'channelName', name);
  await click(page, `${hook('channel-form')} button[type="submit"]`);
};

export const goLiveByHand = async (page: Page, title: string): Promise<void> => {
  await waitFor(page, hook('go-live'));
  await fill(page, 'title', title);
  await page.waitForSelector(`${hook('go-live')}:not([disabled])`, { timeout: PAGE_TIMEOUT_MS });
  await click(page, hook('go-live'));
  await waitFor(page, hook('end-broadcast'));
};

export const endByHand = async (page: Page): Promise<void> => {
  await click(page, hook('end-broadcast'));
  await click(page, '[role="dialog"] button[aria-label="End broadcast"], dialog button[aria-label="End broadcast"]');
  await waitFor(page, hook('summary'));
};

/** Chooses in the player's menu, as a hand with a mouse does. */
export const pickQuality = async (page: Page, quality: string): Promise<void> => {
  await page.hover(hook('player'));
  await click(page, hook('quality-menu'));
  await click(page, `::-p-xpath(//button[@role="menuitemradio"][starts-with(normalize-space(.), "${quality}")])`);
};

/** Logs a page in with the cookie that an account got over HTTP. */
export const loginAs = async (page: Page, url: string, creator: Pick<Creator, 'client'>): Promise<void> => {
  const { hostname } = new URL(url);
  const cookies = creator.client.cookie().split('; ').map((pair) => {
    const at = pair.indexOf('=');
    return { name: pair.slice(0, at), value: pair.slice(at + 1), domain: hostname, path: '/', httpOnly: true };
  });
  await page.browserContext().setCookie(...cookies);
};

/** A page with the clock for a camera, not yet anywhere. */
export const openCreatorPage = async (browser: Browser, camera: CameraOptions = CAMERA_360P30): Promise<Page> => {
  const { page } = await openPage(browser);
  // "Leave this page?" while live: yes.
  page.on('dialog', (dialog) => void dialog.accept());
  await mountClockCamera(page, camera);
  return page;
};

/** A guest who opened the channel's page. */
export const openWatchPage = async (browser: Browser, url: string, handle: string): Promise<Page> => {
  const { page } = await openPage(browser);
  await mountPictureReader(page);
  await page.goto(`${url}/@${handle}`);
  return page;
};

const sessions = new WeakMap<Page, Promise<CDPSession | null>>();

/** Firefox speaks WebDriver BiDi, where looking is just looking. */
const openSession = async (page: Page): Promise<CDPSession | null> =>
  /firefox/i.test(await page.browser().version()) ? null : page.createCDPSession();

/**
 * Asks without touching. Puppeteer's own evaluate counts as a click in Chromium, so a page that was looked at by it may
 * play sound, which no visitor's page may.
 */
const look = async <T>(page: Page, expression: string): Promise<T> => {
  const opening = sessions.get(page) ?? openSession(page);
  sessions.set(page, opening);
  const session = await opening;
  if (!session) return page.evaluate(expression) as Promise<T>;
  const { result } = await session.send('Runtime.evaluate', { expression, returnByValue: true, userGesture: false });
  return result.value as T;
};

export const framesSeen = (page: Page, newest = 120): Promise<SeenFrame[]> => look(page, `window.qiaoSeen?.frames.slice(-${newest}) ?? []`);

/** Was the player silent when it began? Null before its first frame. */
export const beganMuted = (page: Page): Promise<boolean | null> => look(page, 'window.qiaoSeen?.firstFrameMuted ?? null');

export const beepsHeard = (page: Page): Promise<HeardBeep[]> => page.evaluate(() => [...(window.qiaoSeen?.beeps ?? [])]);

export const loudness = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const seen = window.qiaoSeen;
    if (!seen) return 0;
    const { loudness: loudest } = seen;
    seen.loudness = 0;
    return loudest;
  });

/** Resolves when `count` frames painted after `sinceMs` have been shown. */
export const picturesSince = async (page: Page, sinceMs: number, count = 10, timeoutMs = PAGE_TIMEOUT_MS): Promise<SeenFrame[]> =>
  until(`${count} pictures painted since then`, async () => {
    const fresh = (await framesSeen(page)).filter(({ paintedMs }) => paintedMs !== null && paintedMs > sinceMs);
    return fresh.length >= count ? fresh : null;
  }, timeoutMs);

export const nowMs = (): number => performance.timeOrigin + performance.now();

/** Age of the pictures when they were shown: from the camera's paint to the viewer's page. */
export const agesOf = (frames: readonly SeenFrame[]): number[] =>
  frames.flatMap(({ seenMs, paintedMs }) => (paintedMs === null ? [] : [seenMs - paintedMs]));

/** The longest time without a new picture. */
export const longestGapMs = (frames: readonly SeenFrame[]): number =>
  frames.reduce((longest, { seenMs }, at) => Math.max(longest, seenMs - (frames[at - 1]?.seenMs ?? seenMs)), 0);
