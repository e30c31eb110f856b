// What `chaos` plays with: the product as it is deployed, a creator's studio and viewers' pages in real browsers, each with a road
// of its own, and what the viewers saw.

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
import { openPageRoad } from './roads.ts';
import type { PageRoad } from './roads.ts';
import type { Road } from '../support/relay.ts';

const ROUND_TRIP_MS = 40;
const FRAMES_LOOKED_AT = 4_000;
const PICTURES_AFTER = 20;
const PICTURE_TIMEOUT_MS = 45_000;

export type Viewer = { readonly page: Page; readonly road: PageRoad };
export type Seen = {
  readonly gapMs: number;
  readonly framesPerSecond: number;
  readonly freezes: number;
  readonly frozenPercent: number;
  readonly kbitsPerSecond: number;
  readonly height: number;
};
export type Scene = {
  readonly server: () => TestServer;
  readonly studio: Page;
  readonly studioRoad: PageRoad;
  readonly viewers: readonly Viewer[];
  broadcastId(): Promise<string | null>;
  /** SIGTERM, and another process at the same place. */
  deploy(): Promise<void>;
  close(): Promise<void>;
};

const wallMs = (): number => performance.timeOrigin + performance.now();

/** What a viewer sees between now and the end of `act` and 20 pictures more. */
export const watchDuring = async ({ page, road }: Viewer, act: Promise<void>): Promise<Seen> => {
  const [fromMs, bytes] = [wallMs(), road.bytesDown()];
  await act;
  await picturesSince(page, wallMs(), PICTURES_AFTER, PICTURE_TIMEOUT_MS);
  const seconds = (wallMs() - fromMs) / 1000;
  const frames = (await framesSeen(page, FRAMES_LOOKED_AT)).filter(({ seenMs }) => seenMs >= fromMs - 1_000);
  const meter = createFrameMeter();
  frames.forEach(({ seenMs }, at) => meter.packet({ sequence: at, marker: true, atMs: seenMs }));
  const { freezes, frozenMs } = meter.seen();
  const gapMs = frames.reduce((longest, { seenMs }, at) => Math.max(longest, seenMs - (frames[at - 1]?.seenMs ?? seenMs)), 0);
  return {
    gapMs: Math.round(gapMs), framesPerSecond: Math.round(frames.length / (seconds + 1)), freezes,
    frozenPercent: Math.round((frozenMs / (seconds * 1000)) * 1000) / 10,
    kbitsPerSecond: Math.round(((road.bytesDown() - bytes) * 8) / 1000 / seconds), height: frames.at(-1)?.height ?? 0,
  };
};

/** `viewerRoads`: one viewer for each. */
export const openScene = async (viewerRoads: readonly Partial<Road>[]): Promise<Scene> => {
  const closer = createCloser();
  const dataDir = mkdtempSync(join(tmpdir(), 'qiao-chaos-'));
  closer.add('data', () => rmSync(dataDir, { recursive: true, force: true }));
  const [port, mediaPort] = [await freePort(), await freePort()];
  const roadOf = async (road: Partial<Road>): Promise<PageRoad> => {
    const opened = await openPageRoad(port, mediaPort, { roundTripMs: ROUND_TRIP_MS, ...road });
    closer.add('road', opened.close);
    return opened;
  };
  const studioRoad = await roadOf({ roundTripMs: 0 });
  const roads = await Promise.all(viewerRoads.map(roadOf));
  const start = (): Promise<TestServer> =>
    startServer({ dataDir, env: { PORT: String(port), MEDIA_PORT: String(mediaPort), ALLOWED_ORIGINS: [studioRoad, ...roads].map(({ url }) => url).join(',') } });
  let server = await start();
  closer.add('server', async () => void (await server.stop()));
  const open = async (): Promise<Browser> => {
    const browser = await launchChromium();
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
    await page.goto(`${road.url}/@${creator.handle}`);
    viewers.push({ page, road });
  }
  const client = createClient(server);
  return {
    server: () => server,
    studio, studioRoad, viewers,
    broadcastId: async () => (await client.call('live.list')).live.find(({ channel }) => channel.handle === creator.handle)?.broadcast.broadcastId ?? null,
    async deploy() {
      await server.stop();
      server = await start();
    },
    close: () => closer.close(),
  };
};
