// Mouth to ear: how long a sound takes from one person's microphone on the stage to another one's page, both ways between the
// studio and a co-host, over loopback, with both cameras on. A beep is found in the page's own mixer.

import type { Browser, Page } from 'puppeteer-core';
import { launchChromium, openPage } from '../support/browser.ts';
import { register, registerCreator } from '../support/client.ts';
import { mountClockCamera } from '../support/clock-camera.ts';
import { beepsHeard, click, goLiveByHand, hook, loginAs, nowMs, openCreatorPage, picturesSince, waitFor } from '../support/pages.ts';
import { mountPictureReader } from '../support/picture-reader.ts';
import { startServer } from '../support/server.ts';
import { median, quantile, summary, thousandth } from '../support/statistics.ts';
import { until } from '../support/wait.ts';
import { waitForQuiet } from './quiet.ts';
import type { Finding, Progress } from './run.ts';

const GOAL_MS = 200;
const BEEPS = 20;
const CAMERA = { width: 640, height: 360, framesPerSecond: 30 };
/** Jitter buffers shrink for some seconds after they begin. */
const SETTLE_MS = 6_000;

const comeUp = async (studio: Page, guest: Page): Promise<void> => {
  await click(guest, hook('raise-hand'));
  await click(guest, hook('send-hand'));
  await click(studio, '::-p-xpath(//button[@role="tab"][starts-with(normalize-space(.), "Stage")])');
  await click(studio, hook('invite'));
  await click(guest, hook('get-ready'));
  await guest.waitForSelector(`${hook('accept-stage')}:not([disabled])`);
  await click(guest, hook('accept-stage'));
  await click(studio, hook('bring-up'));
  await waitFor(studio, hook('stage-tile'));
};

const agesOn = async (page: Page, sinceMs: number): Promise<number[]> => {
  const heard = await until(`${BEEPS} beeps`, async () => {
    const beeps = (await beepsHeard(page)).filter(({ beepMs }) => beepMs > sinceMs);
    return beeps.length >= BEEPS ? beeps : null;
  }, 60_000);
  return heard.map(({ heardMs, beepMs }) => heardMs - beepMs);
};

export const run = async (progress: Progress): Promise<Finding> => {
  const busyShare = await waitForQuiet(progress); // before our own browsers, which keep it busy themselves
  const server = await startServer();
  const browsers: Browser[] = [];
  const newBrowser = async (): Promise<Browser> => {
    const browser = await launchChromium();
    browsers.push(browser);
    return browser;
  };
  try {
    const creator = await registerCreator(server);
    const studio = await openCreatorPage(await newBrowser(), CAMERA);
    await mountPictureReader(studio, hook('guest-face'));
    await loginAs(studio, server.url, creator);
    await studio.goto(`${server.url}/studio`);
    await goLiveByHand(studio, 'Mouth to ear');
    const { page: guest } = await openPage(await newBrowser());
    await mountClockCamera(guest, CAMERA);
    await mountPictureReader(guest);
    await loginAs(guest, server.url, await register(server));
    await guest.goto(`${server.url}/@${creator.handle}`);
    await comeUp(studio, guest);
    const upMs = nowMs();
    await picturesSince(guest, upMs + SETTLE_MS, 5, 60_000);
    const since = nowMs();
    const [atHost, atCoHost] = await Promise.all([agesOn(studio, since), agesOn(guest, since)]);
    progress(`at the host ${median(atHost).toFixed(0)} ms, at the co-host ${median(atCoHost).toFixed(0)} ms`);
    const worse = Math.max(median(atHost), median(atCoHost));
    return {
      ratio: thousandth(worse / GOAL_MS), goalMs: GOAL_MS, rounds: BEEPS,
      atHostMs: { ...summary(atHost), p95: thousandth(quantile(atHost, 0.95)) },
      atCoHostMs: { ...summary(atCoHost), p95: thousandth(quantile(atCoHost, 0.95)) },
      machineBusyBefore: thousandth(busyShare),
    };
  } finally {
    for (const browser of browsers) await browser.close();
    await server.stop();
  }
};
