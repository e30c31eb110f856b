// Coming on stage with the hand, in four real Chromiums' pages: the host's studio, somebody who raises a hand, and two who watch.

import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LAYOUTS, type LayoutKind } from '../../shared/messages/seats.ts';
import { faultsIn, settled } from '../support/axe.ts';
import { launchChromium, openPage, screenshot } from '../support/browser.ts';
import { register, registerCreator } from '../support/client.ts';
import type { Creator } from '../support/client.ts';
import { mountClockCamera } from '../support/clock-camera.ts';
import { beepsHeard, click, goLiveByHand, hook, loginAs, openCreatorPage, textOf, waitFor } from '../support/pages.ts';
import { mountPictureReader } from '../support/picture-reader.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

const CAMERA = { width: 320, height: 180, framesPerSecond: 15 };
const PHONE = { width: 390, height: 844, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

let server: TestServer;
const browsers: Browser[] = [];
let creator: Creator;
let studio: Page;
let guest: Page;
let desk: Page;
let phone: Page;

/** Each has a browser of its own, as people do. */
const newBrowser = async (): Promise<Browser> => {
  const browser = await launchChromium();
  browsers.push(browser);
  return browser;
};

const openWatch = async (as: Parameters<typeof loginAs>[2] | null, options: { readonly hasCamera?: boolean; readonly isPhone?: boolean } = {}): Promise<Page> => {
  const { page } = await openPage(await newBrowser());
  if (options.isPhone) await page.setViewport(PHONE);
  await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  if (options.hasCamera) {
    await mountClockCamera(page, CAMERA);
    await mountPictureReader(page);
  }
  if (as) await loginAs(page, server.url, as);
  await page.goto(`${server.url}/@${creator.handle}`);
  await waitFor(page, hook('chat'));
  return page;
};

/** The picture of this element has moved on. */
const plays = (page: Page, selector: string): Promise<true> =>
  until(`${selector} plays`, async () => {
    const [before, after] = await page.evaluate(async (which) => {
      const framesOf = (): number => document.querySelector<HTMLVideoElement>(which)?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
      const first = framesOf();
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 300)));
      return [first, framesOf()];
    }, selector);
    return after !== undefined && before !== undefined && after > before ? true : null;
  });
const tilesOn = (page: Page): Promise<string[]> => page.$$eval(hook('stage-tile'), (tiles) => tiles.map((tile) => tile.querySelector('p')?.textContent.replace(/\s+/g, ' ').trim() ?? ''));
const studioTab = (name: string): Promise<void> => click(studio, `::-p-xpath(//button[@role="tab"][starts-with(normalize-space(.), "${name}")])`);

beforeAll(async () => {
  server = await startServer();
  creator = await registerCreator(server);
  studio = await openCreatorPage(await newBrowser(), CAMERA);
  await studio.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  await mountPictureReader(studio, hook('guest-face'));
  await loginAs(studio, server.url, creator);
  await studio.goto(`${server.url}/studio`);
  await goLiveByHand(studio, 'An evening on the bridge');
  guest = await openWatch(await register(server), { hasCamera: true });
  desk = await openWatch(null);
  phone = await openWatch(await register(server), { isPhone: true });
});
afterAll(async () => {
  for (const browser of browsers) await browser.close();
  await server.stop();
});

test('a hand goes up with a word of why, and the host sees it and invites', async () => {
  await click(guest, hook('raise-hand'));
  await guest.locator(hook('hand-why')).fill('I know the old bridge well 我很了解这座老桥');
  await screenshot(guest, 'stage-hand');
  await click(guest, hook('send-hand'));
  await studioTab('Stage');
  await waitFor(studio, hook('hand'));
  expect(await textOf(studio, hook('hand'))).toContain('我很了解这座老桥');
  await screenshot(studio, 'stage-desk-hands');
  await click(studio, hook('invite'));
  await waitFor(studio, hook('invited'));
});

test('nobody is seen before they said yes, and not by the audience before the host brings them up', async () => {
  await waitFor(guest, hook('invitation'));
  await click(guest, hook('get-ready'));
  await waitFor(guest, hook('ready-check'));
  await settled(guest);
  await screenshot(guest, 'stage-ready-check');
  expect(await faultsIn(guest)).toEqual([]);
  expect(await studio.$$(hook('seat'))).toHaveLength(1);
  await guest.waitForSelector(`${hook('accept-stage')}:not([disabled])`);
  await click(guest, hook('accept-stage'));
  await waitFor(guest, hook('on-stage-bar'));
  await waitFor(studio, hook('backstage'));
  await plays(studio, `${hook('backstage')} video`);
  expect(await desk.$$(hook('stage-tile'))).toEqual([]);
  await screenshot(studio, 'stage-backstage');
});

test('brought up, they are seen and heard by all, by name', async () => {
  await click(studio, hook('bring-up'));
  for (const page of [desk, phone]) {
    await until('two tiles', async () => ((await tilesOn(page)).length === 2 ? true : null));
    await plays(page, hook('guest-face'));
    await plays(page, hook('player'));
  }
  await until('the guest sees both', async () => ((await tilesOn(guest)).length === 2 ? true : null));
  await plays(guest, hook('player'));
  await plays(studio, hook('guest-face'));
});

/** With the host's screen beside two faces. */
const TILES: Record<LayoutKind, number> = { solo: 1, side_by_side: 2, grid: 3, speaker_first: 3, screen_with_faces: 3, picture_in_picture: 2 };

test('each layout is shown by every page as the host chose it', async () => {
  await click(studio, '[aria-label="Share screen"]');
  for (const kind of LAYOUTS) {
    await click(studio, hook(`layout-${kind}`));
    await studio.waitForSelector(`${hook(`layout-${kind}`)}[aria-checked="true"]`);
    for (const [page, name] of [[desk, 'desk'], [phone, 'phone']] as const) {
      await until(`${kind} on the ${name}`, async () => ((await page.$$(hook('stage-tile'))).length === TILES[kind] ? true : null));
      await plays(page, `video[data-source="${kind === 'side_by_side' ? 'camera' : 'screen'}"]`);
      await screenshot(page, `stage-${kind}-${name}`);
    }
    await screenshot(studio, `stage-${kind}-studio`);
  }
  await click(studio, '[aria-label="Stop sharing"]');
  await until('two faces', async () => ((await desk.$$(hook('stage-tile'))).length === 2 ? true : null));
});

test('what the host does to a seat is seen by everybody, and the person can undo a mute', async () => {
  await click(studio, hook('layout-grid'));
  const seat = `${hook('seat')} `;
  await click(studio, `${seat}${hook('silence')}`);
  await until('the mark of being muted', async () => desk.$(`${hook('stage-tile')} [aria-label="Muted"]`));
  await screenshot(desk, 'stage-muted-desk');
  await click(guest, `${hook('on-stage-bar')} [aria-label="Unmute microphone"]`);
  await until('no mark', async () => ((await desk.$(`${hook('stage-tile')} [aria-label="Muted"]`)) ? null : true));

  await click(studio, `${seat}${hook('hide')}`);
  await until('the host alone is shown', async () => ((await desk.$$(hook('stage-tile'))).length === 1 ? true : null));
  await click(studio, `${seat}${hook('hide')}`);
  await until('both are shown', async () => ((await desk.$$(hook('stage-tile'))).length === 2 ? true : null));
  await plays(desk, hook('guest-face'));
});

test('who drops comes back into the same seat, and the picture goes on', async () => {
  const seatsBefore = await studio.$$eval(hook('seat'), (rows) => rows.length);
  await guest.setOfflineMode(true);
  await until('the page noticed', async () => guest.evaluate(() => document.body.innerText.includes('Connection lost')));
  await guest.setOfflineMode(false);
  await until('the way back', async () => guest.evaluate(() => document.querySelector('[data-testid="on-stage-bar"]') !== null));
  await plays(desk, hook('guest-face'));
  await plays(guest, hook('player'));
  expect(await studio.$$eval(hook('seat'), (rows) => rows.length)).toBe(seatsBefore);
  expect((await tilesOn(desk)).length).toBe(2);
});

test('each hears the other soon enough to talk', async () => {
  for (const page of [studio, guest]) {
    const heard = await until('six beeps', async () => {
      const beeps = await beepsHeard(page);
      return beeps.length >= 6 ? beeps : null;
    });
    const ages = heard.map(({ heardMs, beepMs }) => heardMs - beepMs).sort((one, other) => one - other);
    // Here only what would make talking impossible is a fault: how quick it is on a quiet machine says `npm run bench -- voice`.
    expect(ages[ages.length >> 1]).toBeLessThan(1_000);
  }
});

test('who is taken off the stage is a viewer again, and can come back', async () => {
  await click(studio, `${hook('seat')} ${hook('remove')}`);
  await until('words that say so', async () => guest.evaluate(() => document.body.innerText.includes('You are back in the audience.')));
  await until('the bar is gone', async () => ((await guest.$(hook('on-stage-bar'))) ? null : true));
  await until('no tiles', async () => ((await desk.$$(hook('stage-tile'))).length === 0 ? true : null));
  await plays(desk, hook('player'));
  await plays(guest, hook('player'));
  await waitFor(guest, hook('raise-hand'));
});

test('[S16] somebody without an account comes by the link, under the name that they type', async () => {
  await click(studio, hook('guests-allowed'));
  await click(studio, hook('open-cohost-link'));
  await waitFor(studio, hook('cohost-url'));
  const url = await textOf(studio, hook('cohost-url'));
  const { page } = await openPage(desk.browser());
  await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  await mountClockCamera(page, CAMERA);
  await page.goto(url);
  await waitFor(page, hook('claim'));
  await click(page, hook('get-ready'));
  await page.locator(hook('claim-name')).fill('Passer-by 过客');
  await page.waitForSelector(`${hook('claim-seat')}:not([disabled])`);
  await settled(page);
  await screenshot(page, 'stage-claim');
  await click(page, hook('claim-seat'));
  await waitFor(page, hook('on-stage-bar'));
  await click(studio, hook('bring-up'));
  await until('their name on the tile', async () => ((await tilesOn(desk)).some((words) => words.includes('过客')) ? true : null));
  await plays(desk, hook('guest-face'));
  await screenshot(studio, 'stage-link-studio');
  await click(page, hook('step-down'));
  await until('the host alone', async () => ((await desk.$$(hook('stage-tile'))).length === 0 ? true : null));
  await page.close();
});

test('[S18] the host hands the stage over to who says yes, and takes it back', async () => {
  await click(guest, hook('raise-hand'));
  await click(guest, hook('send-hand'));
  await click(studio, hook('invite'));
  await click(guest, hook('get-ready'));
  await guest.waitForSelector(`${hook('accept-stage')}:not([disabled])`);
  await click(guest, hook('accept-stage'));
  await click(studio, hook('bring-up'));
  await click(studio, hook('hand-over'));
  await click(guest, hook('accept-lead'));
  await click(guest, hook('tab-stage'));
  await click(guest, hook('layout-side_by_side'));
  await studio.waitForSelector(`${hook('layout-side_by_side')}[aria-checked="true"]`);
  await screenshot(guest, 'stage-leader');
  await click(studio, hook('take-back'));
  await until('no desk any more', async () => ((await guest.$(hook('layout-grid'))) ? null : true));
});
