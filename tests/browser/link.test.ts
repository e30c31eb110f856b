// Two channels side by side and a battle on top, worked by hand: two studios, a viewer of each, in four browsers. The first viewer
// has a phone and reads Chinese.

import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium, openPage, screenshot } from '../support/browser.ts';
import { register, registerCreator } from '../support/client.ts';
import type { Creator } from '../support/client.ts';
import { topUp } from '../support/coins.ts';
import { bodyText, click, goLiveByHand, hook, loginAs, openCreatorPage, textOf, waitFor } from '../support/pages.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

const CAMERA = { width: 320, height: 180, framesPerSecond: 15 };
const PHONE = { width: 390, height: 844, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

let server: TestServer;
const browsers: Browser[] = [];
type Side = { readonly creator: Creator; readonly studio: Page; readonly viewer: Page };
let lin: Side;
let wei: Side;

const newBrowser = async (): Promise<Browser> => {
  const browser = await launchChromium();
  browsers.push(browser);
  return browser;
};

const openSide = async (title: string, isPhone: boolean): Promise<Side> => {
  const creator = await registerCreator(server);
  const studio = await openCreatorPage(await newBrowser(), CAMERA);
  await studio.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  await loginAs(studio, server.url, creator);
  await studio.goto(`${server.url}/studio`);
  await goLiveByHand(studio, title);
  await studioTab(studio, 'Stage');
  const person = await register(server);
  await topUp(person.client, 550);
  const { page: viewer } = await openPage(await newBrowser(), isPhone ? { locale: 'zh-CN' } : {});
  if (isPhone) await viewer.setViewport(PHONE);
  await viewer.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  await loginAs(viewer, server.url, person);
  await viewer.goto(`${server.url}/@${creator.handle}`);
  await waitFor(viewer, hook('chat'));
  return { creator, studio, viewer };
};
const studioTab = (studio: Page, name: string): Promise<void> => click(studio, `::-p-xpath(//button[@role="tab"][starts-with(normalize-space(.), "${name}")])`);
const framesOf = (page: Page, selector: string): Promise<number> =>
  page.evaluate((which) => document.querySelector<HTMLVideoElement>(which)?.getVideoPlaybackQuality().totalVideoFrames ?? 0, selector);
const plays = async (page: Page, selector: string): Promise<void> => {
  const before = await framesOf(page, selector);
  await until(`${selector} plays`, async () => ((await framesOf(page, selector)) > before ? true : null));
};
const tiles = async (page: Page): Promise<number> => (await page.$$(hook('stage-tile'))).length;

beforeAll(async () => {
  server = await startServer();
  lin = await openSide('The old bridge', true);
  wei = await openSide('The new bridge', false);
});
afterAll(async () => {
  for (const browser of browsers) await browser.close();
  await server.stop();
});

test('one host asks, the other accepts, and both audiences see and hear both', async () => {
  await click(lin.studio, `${hook('link-candidate')}[data-handle="${wei.creator.handle}"] ${hook('link-ask')}`);
  await waitFor(wei.studio, hook('link-asking'));
  expect(await tiles(wei.viewer)).toBe(0);
  await screenshot(wei.studio, 'link-asking');
  await click(wei.studio, hook('link-accept'));
  for (const { studio, viewer } of [lin, wei]) {
    await waitFor(studio, hook('linked'));
    await until('two tiles', async () => ((await tiles(viewer)) === 2 ? true : null));
    await plays(viewer, hook('player'));
    await plays(viewer, hook('guest-face'));
    await plays(studio, hook('guest-face'));
  }
  await screenshot(lin.viewer, 'link-phone-zh');
  await screenshot(wei.viewer, 'link-desk');
});

test('a battle: proposed, accepted, and each side counts what its own audience gives', async () => {
  await click(lin.studio, hook('battle-propose'));
  await click(wei.studio, hook('battle-accept'));
  for (const { viewer, studio } of [lin, wei]) for (const page of [viewer, studio]) await waitFor(page, `${hook('battle-bar')}[data-state="running"]`);
  await click(lin.viewer, `${hook('gift-bar')} ${hook('gift-tile')}:nth-child(3)`);
  await until('the gift on both sides', async () => {
    const [ours, theirs] = await Promise.all([textOf(lin.viewer, hook('battle-ours')), textOf(wei.viewer, hook('battle-theirs'))]);
    // Each sum stands there twice: as it is seen, and as it is read aloud.
    return ours.includes('1010') && theirs.includes('1010') ? true : null;
  });
  expect(await textOf(lin.viewer, hook('battle-theirs'))).toContain('00');
  await screenshot(lin.viewer, 'battle-phone-zh');
  await screenshot(wei.viewer, 'battle-desk');
  await screenshot(lin.studio, 'battle-studio');
});

test('who gives up loses, everybody is told, and there may be another battle', async () => {
  await click(wei.studio, hook('battle-give-up'));
  await waitFor(lin.viewer, `${hook('battle-bar')}[data-state="over"]`);
  const winner = await textOf(wei.viewer, hook('battle-time'));
  expect(winner).toContain('won');
  await screenshot(wei.viewer, 'battle-over-desk');
  await until('the words in Chinese', async () => ((await bodyText(lin.viewer)).includes('获胜') ? true : null));
  await click(wei.studio, hook('battle-propose'));
  await click(lin.studio, hook('battle-accept'));
  await waitFor(wei.viewer, `${hook('battle-bar')}[data-state="running"]`);
});

test('the end of the link ends the battle, and each audience has its own host as before', async () => {
  await click(lin.studio, hook('link-end'));
  for (const { viewer } of [lin, wei]) {
    await until('no tiles', async () => ((await tiles(viewer)) === 0 ? true : null));
    await plays(viewer, hook('player'));
    expect(await viewer.$(hook('battle-bar'))).toBeNull();
  }
});
