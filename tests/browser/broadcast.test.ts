// The whole product once, as people use it: a creator goes live in one Chromium, two more Chromiums and a Firefox watch as
// guests, a media worker dies, the creator reloads, the broadcast ends. All of it runs in a network of its own.

import type { Browser, Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCloser } from '../../server/lib/closer.ts';
import { launchChromium, launchFirefox, openPage, screenshot } from '../support/browser.ts';
import { createClient } from '../support/client.ts';
import { uniqueName } from '../support/names.ts';
import { createNamespace } from '../support/namespace.ts';
import {
  agesOf, beganMuted, bodyText, endByHand, framesSeen, goLiveByHand, hook, longestGapMs, loudness, nowMs, openChannelByHand, openCreatorPage,
  openWatchPage, picturesSince, registerByHand, textOf, waitFor,
} from '../support/pages.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { median } from '../support/statistics.ts';
import { until } from '../support/wait.ts';

const TITLE = 'A clock, live';
/** No figure (those are measured apart, on a quiet machine): a busy one with four browsers beside the server took 2 to 7 s. */
const WORKER_GAP_MAX_MS = 10_000;
/** The same, and until the server knows that it hangs. */
const HUNG_GAP_MAX_MS = WORKER_GAP_MAX_MS + 2_000;
/** Between the camera's paint and its capture, and between the decoder and the page, lie one or two frames each. */
const LATENCY_TOLERANCE_MS = 70;

const closer = createCloser();
let server: TestServer;
const chromiums: Browser[] = [];
let firefox: Browser;
let studio: Page;
let guests: { readonly name: string; readonly page: Page }[] = [];
const handle = uniqueName('ch');

beforeAll(async () => {
  const namespace = await createNamespace();
  closer.add('namespace', namespace.close);
  server = await startServer({ namespace });
  closer.add('server', async () => void (await server.stop()));
  for (let count = 0; count < 3; count += 1) {
    const browser = await launchChromium({ namespace });
    closer.add('Chromium', () => browser.close());
    chromiums.push(browser);
  }
  const launched = await launchFirefox(namespace);
  closer.add('Firefox', launched.close);
  firefox = launched.browser;
});
afterAll(() => closer.close());

const chromium = (at: number): Browser => {
  const browser = chromiums[at];
  if (!browser) throw new Error(`no Chromium ${at}`);
  return browser;
};
const everyGuest = <T>(look: (page: Page, name: string) => Promise<T>): Promise<T[]> =>
  Promise.all(guests.map(({ page, name }) => look(page, name)));
const onAir = async () => (await createClient(server).call('live.list')).live.find(({ channel }) => channel.handle === handle);

// One story in steps: after a step that failed, the next ones could only tell the same again, slowly.
let brokenBy: string | null = null;
beforeEach(() => {
  if (brokenBy !== null) throw new Error(`not tried: "${brokenBy}" failed`);
});
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail' || brokenBy !== null) return;
  brokenBy = task.name;
  await Promise.all([{ name: 'studio', page: studio }, ...guests].map(({ name, page }) => screenshot(page, `failed-${name}`).catch(() => {})));
});

describe('one broadcast', () => {
  test('a creator registers, opens a channel and goes live with one button', async () => {
    studio = await openCreatorPage(chromium(0));
    await registerByHand(studio, server.insideUrl, uniqueName('user'));
    await openChannelByHand(studio, handle, 'Clock channel');
    await waitFor(studio, hook('go-live'));
    await screenshot(studio, 'studio-preflight');
    await goLiveByHand(studio, TITLE);
    expect((await onAir())?.broadcast.title).toBe(TITLE);
  });

  test('guests see the picture move, with nothing but the link', async () => {
    const openings = [...chromiums.slice(1), firefox].map((browser) => openWatchPage(browser, server.insideUrl, handle));
    const pages = await Promise.all(openings);
    guests = pages.map((page, at) => ({ page, name: ['Chromium 1', 'Chromium 2', 'Firefox'][at] ?? '' }));
    const since = nowMs();
    await everyGuest(async (page, name) => {
      const frames = await picturesSince(page, since, 30);
      const painted = frames.map(({ paintedMs }) => paintedMs ?? 0);
      expect(new Set(painted).size, name).toBeGreaterThan(20);
      expect(painted, name).toEqual([...painted].sort((one, other) => one - other));
    });
    await screenshot(studio, 'studio-live');
    await everyGuest((page, name) => screenshot(page, `watch-${name.toLowerCase().replace(' ', '-')}`));
  });

  test('the pictures are less than a second old', async () => {
    await everyGuest(async (page, name) => expect(median(agesOf(await framesSeen(page))), name).toBeLessThan(1_000));
  });

  test('Chromium’s autoplay rule starts it silently, and one tap gives the sound', async () => {
    const [first] = guests;
    if (!first) throw new Error('no guest');
    expect(await beganMuted(first.page)).toBe(true);
    expect(await bodyText(first.page)).toContain('Tap for sound');
    await everyGuest(async (page) => page.click(hook('player')));
    // Asked from outside: what puppeteer would leave waiting in the page is a `new Function`, and Firefox holds our policy against it.
    await everyGuest((page, name) => until(`sound in ${name}`, () => page.$eval(hook('player'), (video) => !(video as HTMLVideoElement).muted)));
  });

  test('the sound is louder than silence', async () => {
    await everyGuest((page, name) => until(`a beep in ${name}`, async () => (await loudness(page)) > 0.05, 20_000));
  });

  test('everybody counts the same viewers', async () => {
    await everyGuest((page, name) => until(`three viewers in ${name}`, async () => /^3\b/.test(await textOf(page, hook('viewer-count')))));
    await until('three viewers in the studio', async () => /^3\b/.test(await textOf(studio, hook('viewer-count'))));
  });

  test('the latency shown is near the truth', async () => {
    const said = await everyGuest(async (page, name) => {
      // Both move while we look, the shown one with a delay of its own, so they have some time to agree.
      let found = '';
      await until(`the latency shown in ${name} to be near the true one`, async () => {
        const [shownMs = Number.NaN, errorMs = 0] = (await textOf(page, hook('latency'))).match(/\d+/g)?.map(Number) ?? [];
        const trueMs = median(agesOf(await framesSeen(page, 60)));
        found = `${name}: ${shownMs} ± ${errorMs} ms shown, ${Math.round(trueMs)} ms true`;
        // Where four browsers share two cores, pictures wait between the painting of the clock and the capture.
        if (Math.abs(shownMs - trueMs) < LATENCY_TOLERANCE_MS + errorMs + trueMs / 4) return true;
        throw new Error(found);
      }, 30_000);
      return found;
    });
    process.stdout.write(`${said.join('; ')}\n`);
  });

  test('the home page lists it, with a picture of now', async () => {
    const { page, context } = await openPage(chromium(1));
    await page.goto(server.insideUrl);
    await waitFor(page, hook('live-card'));
    expect(await textOf(page, hook('live-card'))).toContain(TITLE);
    await page.waitForFunction(() => {
      const image = document.querySelector<HTMLImageElement>('[data-testid="live-card"] img[src*="thumbnail"]');
      return image !== null && image.complete && image.naturalWidth > 0;
    }, { timeout: 45_000 });
    await screenshot(page, 'home-live');
    await page.click(`${hook('live-card')} a`);
    await waitFor(page, hook('player'));
    await context.close();
  });

  test.each([
    ['is killed', 'SIGKILL', WORKER_GAP_MAX_MS],
    ['hangs', 'SIGSTOP', HUNG_GAP_MAX_MS],
  ] as const)('a media worker %s: everybody sees new pictures again without a click', async (what, signal, gapMaxMs) => {
    const [worker] = server.workerPids();
    if (worker === undefined) throw new Error('no media worker');
    const killedMs = nowMs();
    process.kill(worker, signal);
    await until('another worker', () => !server.workerPids().includes(worker));
    await everyGuest((page) => picturesSince(page, nowMs(), 20));
    const gaps = await everyGuest(async (page, name) => [name, Math.round(longestGapMs((await framesSeen(page, 600)).filter(({ seenMs }) => seenMs > killedMs - 1_000)))] as const);
    process.stdout.write(`longest gap after a worker ${what}, ms: ${JSON.stringify(Object.fromEntries(gaps))}\n`);
    for (const [name, gap] of gaps) expect(gap, name).toBeLessThan(gapMaxMs);
  });

  test('the creator reloads: viewers are told to wait, and the same broadcast goes on', async () => {
    const before = (await onAir())?.broadcast.broadcastId;
    const interrupted = everyGuest((page, name) => until(`the interruption in ${name}`, async () => (await bodyText(page)).includes('Back in a moment'), 20_000));
    const reloaded = studio.reload();
    await Promise.all([interrupted, reloaded]);
    const since = nowMs();
    await waitFor(studio, hook('end-broadcast'));
    await everyGuest((page) => picturesSince(page, since, 20));
    expect((await onAir())?.broadcast.broadcastId).toBe(before);
  });

  test('the end is the end: a summary for the creator, thanks for the viewers', async () => {
    await endByHand(studio);
    expect(await textOf(studio, hook('summary'))).toMatch(/Most viewers at once/);
    await everyGuest((page, name) => until(`the end in ${name}`, async () => (await bodyText(page)).includes('Thank you for watching')));
    expect(await onAir()).toBeUndefined();
    await screenshot(studio, 'studio-summary');
    for (const { page } of guests.slice(0, 1)) await screenshot(page, 'watch-ended');
  });
});
