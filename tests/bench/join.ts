// Coming in: from navigation, and from the join request on an open socket, to media and to the first picture. Round trips
// are counted on the wire: everything the page says and hears passes a relay that makes the road longer, and each round trip
// on the way to the first media packet lengthens the wait by one length of the road.

import type { Browser, Page } from 'puppeteer-core';
import { launchChromium, openPage } from '../support/browser.ts';
import { registerCreator } from '../support/client.ts';
import { mountPictureReader } from '../support/picture-reader.ts';
import { openTcpRelay, openUdpRelay } from '../support/relay.ts';
import type { DatagramKind, Passed, Road } from '../support/relay.ts';
import { framesSeen, goLiveByHand, loginAs, openCreatorPage } from '../support/pages.ts';
import { watch } from '../support/scene.ts';
import { freePort, startServer } from '../support/server.ts';
import { summary, tenth } from '../support/statistics.ts';
import { until } from '../support/wait.ts';
import { waitForQuiet } from './quiet.ts';
import type { Finding, Progress } from './run.ts';

const ROUNDS = 7;
const LONG_ROAD_MS = 200;
const ROUND_TRIPS_GOAL = 4;

declare global {
  interface Window {
    joinNoted?: { askedMs: number; answeredMs: number };
  }
}

/** Runs in the page before its own scripts: notes when the join is asked and answered, and sends media over the relay. */
const spy = (relayPort: number): void => {
  const wallMs = (): number => performance.timeOrigin + performance.now();
  const noted = (window.joinNoted = { askedMs: 0, answeredMs: 0 });
  WebSocket.prototype.send = new Proxy(WebSocket.prototype.send, {
    apply(send, socket: WebSocket, [data]: [unknown]) {
      if (typeof data === 'string' && data.includes('"room.join"')) {
        noted.askedMs = wallMs();
        socket.addEventListener('message', ({ data: reply }) => {
          if (noted.answeredMs === 0 && String(reply).includes('"participantId"')) noted.answeredMs = wallMs();
        });
      }
      Reflect.apply(send, socket, [data]);
    },
  });
  RTCPeerConnection.prototype.setRemoteDescription = new Proxy(RTCPeerConnection.prototype.setRemoteDescription, {
    apply(setRemote, connection, [{ type, sdp = '' }]: [RTCSessionDescriptionInit]) {
      const relayed = sdp
        .replace(/^a=candidate:.* tcp .*\r\n/gim, '')
        .replace(/^(a=candidate:\S+ \d+ udp \d+ \S+) \d+/gim, `$1 ${relayPort}`);
      return Reflect.apply(setRemote, connection, [{ type, sdp: relayed }]);
    },
  });
};

type Landmarks = Readonly<Record<'joinReply' | 'iceReply' | 'serverHello' | 'firstMedia' | 'firstPicture' | 'fromNavigation', number>>;

const firstDown = (passed: readonly Passed[], kind: DatagramKind, sinceMs: number): number =>
  passed.find((it) => it.kind === kind && it.direction === 'down' && it.atMs >= sinceMs)?.atMs ?? Number.NaN;

const visit = async (browser: Browser, url: string, relay: { readonly port: number; readonly passed: Passed[] }): Promise<Landmarks> => {
  const { page, context } = await openPage(browser);
  await mountPictureReader(page);
  await page.evaluateOnNewDocument(spy, relay.port);
  relay.passed.length = 0;
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  const first = await until('the first picture', async () => (await framesSeen(page, 10_000))[0], 30_000);
  const { noted, navigationMs } = await momentsOf(page);
  await context.close();
  const since = (atMs: number): number => atMs - noted.askedMs;
  return {
    joinReply: since(noted.answeredMs),
    iceReply: since(firstDown(relay.passed, 'stun', noted.askedMs)),
    serverHello: since(firstDown(relay.passed, 'dtls', noted.askedMs)),
    firstMedia: since(firstDown(relay.passed, 'rtp', noted.askedMs)),
    firstPicture: since(first.seenMs),
    fromNavigation: first.seenMs - navigationMs,
  };
};

const momentsOf = (page: Page) =>
  page.evaluate(() => ({ noted: window.joinNoted ?? { askedMs: 0, answeredMs: 0 }, navigationMs: performance.timeOrigin }));

/** The quickest of each: what else the machine does only ever adds, and would be taken for the road. */
const quickestOf = (visits: readonly Landmarks[]): Landmarks => {
  const of = (name: keyof Landmarks): number => tenth(Math.min(...visits.map((visited) => visited[name])));
  return {
    joinReply: of('joinReply'), iceReply: of('iceReply'), serverHello: of('serverHello'), firstMedia: of('firstMedia'),
    firstPicture: of('firstPicture'), fromNavigation: of('fromNavigation'),
  };
};

/** The port on which the worker takes media, as any viewer learns it. */
const mediaPortOf = async (server: { url: string }, handle: string): Promise<number> => {
  const guest = await watch(server, handle);
  guest.end();
  return guest.joined.watch?.transport.iceCandidates.find(({ protocol }) => protocol === 'udp')?.port ?? 0;
};

export const run = async (progress: Progress): Promise<Finding> => {
  const road: Road = { roundTripMs: 0 };
  const tcp = await openTcpRelay(road);
  const port = await freePort();
  const publicUrl = `http://localhost:${tcp.port}`;
  const direct = `http://localhost:${port}`;
  const [server, browser] = await Promise.all([
    startServer({ env: { PUBLIC_URL: publicUrl, ALLOWED_ORIGINS: direct, PORT: String(port) } }),
    launchChromium(),
  ]);
  tcp.leadTo(port);
  try {
    await waitForQuiet(progress);
    const creator = await registerCreator(server);
    const studio = await openCreatorPage(browser);
    await loginAs(studio, direct, creator);
    await studio.goto(`${direct}/studio`);
    await goLiveByHand(studio, 'Coming in');
    const udp = await openUdpRelay(road, await mediaPortOf(server, creator.handle));
    const visits: { short: Landmarks[]; long: Landmarks[] } = { short: [], long: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const length of round % 2 === 0 ? (['short', 'long'] as const) : (['long', 'short'] as const)) {
        road.roundTripMs = length === 'long' ? LONG_ROAD_MS : 0;
        const visited = await visit(browser, `${publicUrl}/@${creator.handle}`, udp);
        visits[length].push(visited);
        progress(`round ${round + 1} of ${ROUNDS}, road of ${road.roundTripMs} ms: media after ${tenth(visited.firstMedia)} ms, picture after ${tenth(visited.firstPicture)} ms`);
      }
    }
    udp.close();
    const [short, long] = [quickestOf(visits.short), quickestOf(visits.long)];
    const slope = (long.firstMedia - short.firstMedia) / LONG_ROAD_MS;
    return {
      ratio: Math.round(slope) / ROUND_TRIPS_GOAL,
      goal: 1,
      roundTrips: Math.round(slope),
      roundTripsGoal: ROUND_TRIPS_GOAL,
      roundTripsMeasured: tenth(slope),
      joinToFirstMediaMs: summary(visits.short.map(({ firstMedia }) => firstMedia)),
      joinToFirstPictureMs: summary(visits.short.map(({ firstPicture }) => firstPicture)),
      navigationToFirstPictureMs: summary(visits.short.map(({ fromNavigation }) => fromNavigation)),
      quickestMs: { [`roadOf${LONG_ROAD_MS}Ms`]: long, roadOf0Ms: short },
      rounds: ROUNDS,
    };
  } finally {
    await browser.close();
    tcp.close();
    await server.stop();
  }
};
