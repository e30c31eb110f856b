// Glass to glass: the age of a picture when the viewer's page gets it, through the whole product (studio page -> SFU ->
// watch page) against a direct pair in the same Chromium, in alternating rounds. Then sound against picture.

import type { Browser, Page } from 'puppeteer-core';
import { launchChromium } from '../support/browser.ts';
import { registerCreator } from '../support/client.ts';
import type { Creator } from '../support/client.ts';
import {
  agesOf, beepsHeard, endByHand, framesSeen, goLiveByHand, hook, loginAs, nowMs, openCreatorPage, openWatchPage, pickQuality, picturesSince,
} from '../support/pages.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { median, quantile, summary, tenth, thousandth } from '../support/statistics.ts';
import { until } from '../support/wait.ts';
import { openBlankSite, openDirectPair, openLocalLoop } from './direct-pair.ts';
import { waitForQuiet } from './quiet.ts';
import type { Finding, Progress } from './run.ts';

const ROUNDS = 5;
const FULL_WIDTH = 640;
/** With less the arms would be showing different pictures. */
const FULL_SHARE_MIN = 0.8;
/** Congestion control and jitter buffers have settled by then, in both arms. */
const WARM_UP_MS = 5_000;
const MEASURED_MS = 8_000;
const BEEPS = 12;

type Round = { readonly p50: number; readonly p95: number; readonly framesPerSecond: number };
/** `busyShare`: what else the machine was doing when the round began. */
type Measured = Round & { readonly busyShare: number };
type Stage = { readonly browser: Browser; readonly server: TestServer; readonly creator: Creator; readonly blankUrl: string };

/** Waits for the full picture to run in, then looks at the frames of as much time as was agreed. */
const measure = async (viewer: Page): Promise<Round> => {
  const fullMs = await until('the picture at full size', async () => (await framesSeen(viewer, 1)).find(({ width }) => width === FULL_WIDTH)?.seenMs, 30_000);
  const [fromMs, toMs] = [fullMs + WARM_UP_MS, fullMs + WARM_UP_MS + MEASURED_MS];
  await until('the measured time to pass', () => nowMs() > toMs, WARM_UP_MS + MEASURED_MS + 1_000);
  const frames = (await framesSeen(viewer, 1_000)).filter(({ seenMs }) => seenMs >= fromMs && seenMs < toMs);
  const full = frames.filter(({ width }) => width === FULL_WIDTH);
  if (full.length < frames.length * FULL_SHARE_MIN) throw new Error(`only ${full.length} of ${frames.length} pictures were at full size`);
  const ages = agesOf(full);
  return { p50: median(ages), p95: quantile(ages, 0.95), framesPerSecond: (frames.length / MEASURED_MS) * 1000 };
};

const goLive = async ({ browser, server, creator }: Stage): Promise<{ studio: Page; viewer: Page; close(): Promise<void> }> => {
  const studio = await openCreatorPage(browser);
  await loginAs(studio, server.url, creator);
  await studio.goto(`${server.url}/studio`);
  await goLiveByHand(studio, 'Glass to glass');
  const viewer = await openWatchPage(browser, server.url, creator.handle);
  const close = async (): Promise<void> => {
    await viewer.browserContext().close();
    await endByHand(studio);
    await studio.browserContext().close();
  };
  return { studio, viewer, close };
};

const ARMS = {
  direct: async ({ browser, blankUrl }: Stage): Promise<Round> => {
    const pair = await openDirectPair(browser, blankUrl);
    return measure(pair.viewer).finally(pair.close);
  },
  product: async (stage: Stage): Promise<Round> => {
    const show = await goLive(stage);
    return measure(show.viewer).finally(show.close);
  },
} as const;

const alternate = async (stage: Stage, progress: Progress): Promise<Record<keyof typeof ARMS, Measured[]>> => {
  const found: Record<keyof typeof ARMS, Measured[]> = { direct: [], product: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = round % 2 === 0 ? (['direct', 'product'] as const) : (['product', 'direct'] as const);
    for (const arm of order) {
      const busyShare = await waitForQuiet(progress);
      const measured = { ...(await ARMS[arm](stage)), busyShare };
      found[arm].push(measured);
      progress(`round ${round + 1} of ${ROUNDS}, ${arm}: p50 ${tenth(measured.p50)} ms, p95 ${tenth(measured.p95)} ms, ${tenth(measured.framesPerSecond)} frames a second`);
    }
  }
  return found;
};

/** Sound's delay less the picture's, for each of the next beeps. Positive: the sound is late. */
const skewsOf = async (viewer: Page, sinceMs: number): Promise<number[]> =>
  until(`${BEEPS} flashes with their beeps`, async () => {
    const frames = await framesSeen(viewer, 1_000);
    const skews = (await beepsHeard(viewer)).filter(({ beepMs }) => beepMs > sinceMs).flatMap(({ heardMs, beepMs }) => {
      const flash = frames.find(({ isFlash, paintedMs }) => isFlash && paintedMs !== null && paintedMs >= beepMs && paintedMs < beepMs + 100);
      return flash?.paintedMs ? [heardMs - beepMs - (flash.seenMs - flash.paintedMs)] : [];
    });
    return skews.length >= BEEPS ? skews : null;
  }, 60_000);

/** Lip synchronisation moves in steps of some seconds, so each measurement begins after a pause. */
const settled = async (viewer: Page): Promise<number> => {
  const since = nowMs();
  await picturesSince(viewer, since + 6_000, 10, 60_000);
  return nowMs();
};

const measureSkews = async (stage: Stage, progress: Progress) => {
  await waitForQuiet(progress);
  const loop = await openLocalLoop(stage.browser, stage.blankUrl);
  const instrument = median(await skewsOf(loop.viewer, nowMs()).finally(loop.close));
  progress(`the instrument itself: ${tenth(instrument)} ms`);
  const show = await goLive(stage);
  await show.viewer.click(hook('player'));
  const situations = {
    steady: async () => {},
    afterLayerSwitch: async () => pickQuality(show.viewer, 'Low'),
    afterReconnect: async () => {
      await pickQuality(show.viewer, 'Auto');
      const [worker] = stage.server.workerPids();
      if (worker === undefined) throw new Error('no media worker');
      process.kill(worker, 'SIGKILL');
      await picturesSince(show.viewer, nowMs() + 200, 20);
    },
  };
  const found: Record<string, ReturnType<typeof summary>> = {};
  for (const [name, happen] of Object.entries(situations)) {
    await happen();
    const skews = await skewsOf(show.viewer, await settled(show.viewer));
    found[name] = summary(skews.map((skew) => skew - instrument));
    progress(`sound against picture, ${name}: ${found[name].median} ms`);
  }
  await show.close();
  return { instrumentMs: tenth(instrument), ...found };
};

export const run = async (progress: Progress): Promise<Finding> => {
  const [server, browser, blank] = await Promise.all([
    startServer(),
    // Addresses in the clear: two pages without a camera's permission would have to find each other by mDNS.
    launchChromium({ arguments: ['--disable-features=WebRtcHideLocalIpsWithMdns'] }),
    openBlankSite(),
  ]);
  try {
    const stage = { browser, server, creator: await registerCreator(server), blankUrl: blank.url };
    const { direct, product } = await alternate(stage, progress);
    const ratios = product.map(({ p50 }, round) => p50 / (direct[round]?.p50 ?? Number.NaN));
    const skewMs = await measureSkews(stage, progress);
    return {
      ratio: thousandth(median(product.map(({ p50 }) => p50)) / median(direct.map(({ p50 }) => p50))),
      goal: 1.1,
      picture: '640x360 at 30 frames a second',
      p50Ms: { direct: summary(direct.map(({ p50 }) => p50)), product: summary(product.map(({ p50 }) => p50)) },
      p95Ms: { direct: summary(direct.map(({ p95 }) => p95)), product: summary(product.map(({ p95 }) => p95)) },
      framesPerSecond: { direct: summary(direct.map((round) => round.framesPerSecond)), product: summary(product.map((round) => round.framesPerSecond)) },
      machineBusyBefore: thousandth(median([...direct, ...product].map(({ busyShare }) => busyShare))),
      spread: { min: thousandth(Math.min(...ratios)), max: thousandth(Math.max(...ratios)) },
      rounds: ROUNDS,
      skewMs,
      skewGoalMs: 40,
    };
  } finally {
    await browser.close();
    blank.close();
    await server.stop();
  }
};
