// A layer that nobody wants is not encoded, in a real Chromium: asked of its own statistics, which count frames of each stream.

import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCloser } from '../../server/lib/closer.ts';
import { launchChromium } from '../support/browser.ts';
import { uniqueName } from '../support/names.ts';
import { createNamespace } from '../support/namespace.ts';
import { goLiveByHand, hook, openChannelByHand, openCreatorPage, openWatchPage, registerByHand, waitFor } from '../support/pages.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

const closer = createCloser();
let server: TestServer;
const chromiums: Browser[] = [];

beforeAll(async () => {
  const namespace = await createNamespace();
  closer.add('namespace', namespace.close);
  server = await startServer({ namespace });
  closer.add('server', async () => void (await server.stop()));
  for (let count = 0; count < 2; count += 1) {
    const browser = await launchChromium({ namespace });
    closer.add('Chromium', () => browser.close());
    chromiums.push(browser);
  }
});
afterAll(() => closer.close());

/** The page's connections are kept where a test finds them. */
const keepConnections = (page: Page) =>
  page.evaluateOnNewDocument(`
    window.connections = [];
    window.RTCPeerConnection = new Proxy(RTCPeerConnection, {
      construct(target, args) {
        const connection = Reflect.construct(target, args);
        window.connections.push(connection);
        return connection;
      },
    });`);

/** Frames encoded so far of each stream of the picture, smallest first. */
const framesOf = async (page: Page): Promise<number[]> =>
  page.evaluate(`(async () => {
    const open = window.connections.filter(({ connectionState }) => connectionState === 'connected');
    const reports = await Promise.all(open.map((connection) => connection.getStats()));
    const streams = reports.flatMap((report) => [...report.values()]).filter(({ type, kind }) => type === 'outbound-rtp' && kind === 'video');
    return streams.sort((a, b) => (a.rid < b.rid ? -1 : 1)).map(({ framesEncoded }) => framesEncoded ?? 0);
  })()`) as Promise<number[]>;

/** Which streams go on, seen while the smallest had thirty frames. */
const goingIn = async (page: Page): Promise<boolean[]> => {
  const before = await framesOf(page);
  let now = before;
  await until('thirty frames', async () => {
    now = await framesOf(page);
    return (now[0] ?? 0) > (before[0] ?? 0) + 30;
  }, 30_000);
  return now.map((frames, at) => frames > (before[at] ?? 0) + 3);
};

test('[S14] with nobody watching the smallest stream alone is sent, and all of them when somebody comes', async () => {
  const [first, second] = chromiums as [Browser, Browser];
  const handle = uniqueName('ch');
  const studio = await openCreatorPage(first);
  await keepConnections(studio);
  await registerByHand(studio, server.insideUrl, uniqueName('user'));
  await openChannelByHand(studio, handle, 'Layers');
  await waitFor(studio, hook('go-live'));
  await goLiveByHand(studio, 'Layers');
  await until('both streams', async () => (await goingIn(studio)).length === 2, 30_000);
  await until('the larger stream to stop', async () => (await goingIn(studio)).join() === 'true,false', 60_000);
  await openWatchPage(second, server.insideUrl, handle);
  await until('the larger stream to go on', async () => (await goingIn(studio)).join() === 'true,true', 60_000);
  expect((await framesOf(studio)).length).toBe(2);
});
