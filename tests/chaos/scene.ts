// What `chaos` plays with: the product as it is deployed, a creator's studio and viewers' pages in real browsers, each with a road
// of its own, guests without browsers beside them, and what the viewers saw.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { createCloser } from '../../server/lib/closer.ts';
import { launchChromium, openPage } from '../support/browser.ts';
import { createClient, registerCreator } from '../support/client.ts';
import { mountPictureReader } from '../support/picture-reader.ts';
import { framesSeen, goLiveByHand, loginAs, openCreatorPage, picturesSince } from '../support/pages.ts';
import { freePort, startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { createFrameMeter } from '../load/frame-meter.ts';
import type { CrowdOrder, Report } from '../load/crowd.ts';
import { startChild } from '../support/child.ts';
import { openRelays } from './roads.ts';
import type { OpenNetwork, PageRoad } from './roads.ts';
import type { Road } from '../support/relay.ts';
import { until } from '../support/wait.ts';

const FRAMES_LOOKED_AT = 4_000;
const PICTURES_AFTER = 20;
const PICTURE_TIMEOUT_MS = 45_000;

const CROWD = new URL('../load/crowd.ts', import.meta.url);
const GUEST_EVERY_MS = 100;

export type Viewer = {
  readonly page: Page;
  readonly road: PageRoad;
  /** When it went to the channel's page. */
  readonly openedMs: number;
};
export type Seen = {
  /** After it went to the page. */
  readonly firstPictureMs: number;
  readonly gapMs: number;
  readonly framesPerSecond: number;
  readonly freezes: number;
  readonly frozenPercent: number;
  readonly kbitsPerSecond: number;
  readonly height: number;
  /** See PageRoad. */
  readonly way: string | null;
};
/** Those without browsers: the longest gap that each saw. */
export type Guests = { mark(): Promise<void>; gapsMs(): Promise<readonly number[]> };
export type Scene = {
  readonly server: () => TestServer;
  readonly studio: Page;
  readonly studioRoad: PageRoad;
  readonly viewers: readonly Viewer[];
  readonly guests: Guests;
  broadcastId(): Promise<string | null>;
  /** The next server is loaded beside it and takes its place. */
  deploy(): Promise<void>;
  /** SIGTERM, and another process at the same place. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

const wallMs = (): number => performance.timeOrigin + performance.now();

/** What a viewer sees between now and the end of `act` and 20 pictures more. */
export const watchDuring = async ({ page, road, openedMs }: Viewer, firstSeenMs: number, act: Promise<void>): Promise<Seen> => {
  const [fromMs, bytes] = [wallMs(), await road.bytesDown()];
  await act;
  await picturesSince(page, wallMs(), PICTURES_AFTER, PICTURE_TIMEOUT_MS);
  const seconds = (wallMs() - fromMs) / 1000;
  const kbits = ((await road.bytesDown()) - bytes) * 8 / 1000;
  const frames = (await framesSeen(page, FRAMES_LOOKED_AT)).filter(({ seenMs }) => seenMs >= fromMs - 1_000);
  const meter = createFrameMeter();
  frames.forEach(({ seenMs }, at) => meter.packet({ sequence: at, marker: true, atMs: seenMs }));
  const { freezes, frozenMs } = meter.seen(wallMs());
  const gapMs = frames.reduce((longest, { seenMs }, at) => Math.max(longest, seenMs - (frames[at - 1]?.seenMs ?? seenMs)), 0);
  return {
    firstPictureMs: Math.round(firstSeenMs - openedMs), gapMs: Math.round(gapMs), framesPerSecond: Math.round(frames.length / (seconds + 1)), freezes,
    frozenPercent: Math.round((frozenMs / (seconds * 1000)) * 1000) / 10,
    kbitsPerSecond: Math.round(kbits / seconds), height: frames.at(-1)?.height ?? 0, way: await road.way(),
  };
};

/** All in one process; without any, none is started. */
const openGuests = async (place: { readonly url: string; readonly handle: string }, count: number): Promise<Guests & { close(): void }> => {
  if (count === 0) return { mark: async () => {}, gapsMs: async () => [], close: () => {} };
  const crowd = await startChild<CrowdOrder>(CROWD);
  const report = async (): Promise<Report> => (await crowd.ask({ do: 'report' })) as Report;
  await crowd.ask({ do: 'join', ...place, bindAddress: '127.0.0.1', viewers: count, everyMs: GUEST_EVERY_MS });
  await until('all guests to see the picture', async () => {
    const { failed, watched } = await report();
    if (failed.length > 0) throw new Error(failed[0]);
    return watched.length === count && watched.every(({ firstFrameMs }) => firstFrameMs !== null);
  }, PICTURE_TIMEOUT_MS).catch((error: unknown) => {
    crowd.close();
    throw error;
  });
  return {
    mark: async () => void (await crowd.ask({ do: 'mark' })),
    gapsMs: async () => (await report()).watched.map(({ seen }) => Math.round(seen.gapMs)),
    close: crowd.close,
  };
};

export type Cast = {
  /** One viewer in a browser for each. */
  readonly roads: readonly Partial<Road>[];
  /** Viewers without browsers. */
  readonly guests: number;
};

export const openScene = async ({ roads: viewerRoads, guests: guestCount }: Cast, openNetwork: OpenNetwork = openRelays): Promise<Scene> => {
  const closer = createCloser();
  const dataDir = mkdtempSync(join(tmpdir(), 'qiao-chaos-'));
  closer.add('data', () => rmSync(dataDir, { recursive: true, force: true }));
  const [port, mediaPort] = [await freePort(), await freePort()];
  const network = await openNetwork(port, mediaPort);
  closer.add('network', network.close);
  const studioRoad = await network.roadOf({ roundTripMs: 0 });
  const roads = await Promise.all(viewerRoads.map((road) => network.roadOf(road)));
  const origins = [studioRoad, ...roads].map(({ url }) => url).join(',');
  const start = (): Promise<TestServer> =>
    startServer({ ...network.server, dataDir, isLaunched: true, env: { PORT: String(port), MEDIA_PORT: String(mediaPort), ALLOWED_ORIGINS: origins, ...network.server.env } });
  let server = await start();
  closer.add('server', async () => void (await server.stop()));
  const open = async (): Promise<Browser> => {
    const browser = await launchChromium(network.browser);
    closer.add('browser', () => browser.close());
    return browser;
  };
  const creator = await registerCreator(server);
  const studio = await openCreatorPage(await open());
  await studioRoad.mount(studio);
  await loginAs(studio, studioRoad.url, creator);
  await studio.goto(`${studioRoad.url}/studio`);
  await goLiveByHand(studio, 'What networks do');
  const viewers: Viewer[] = [];
  for (const road of roads) {
    const { page } = await openPage(await open());
    await mountPictureReader(page);
    await road.mount(page);
    const openedMs = wallMs();
    await page.goto(`${road.url}/@${creator.handle}`);
    viewers.push({ page, road, openedMs });
  }
  const guests = await openGuests({ url: server.url, handle: creator.handle }, guestCount);
  closer.add('guests', guests.close);
  const client = createClient(server);
  return {
    server: () => server,
    studio, studioRoad, viewers, guests,
    broadcastId: async () => (await client.call('live.list')).live.find(({ channel }) => channel.handle === creator.handle)?.broadcast.broadcastId ?? null,
    deploy: () => server.replace(),
    async restart() {
      await server.stop();
      server = await start();
    },
    close: () => closer.close(),
  };
};
