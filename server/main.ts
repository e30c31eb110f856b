// The composition root: builds everything in order, introduces the parts to each other by functions, starts, drains, stops.
// It holds no rule of its own and is imported by nobody.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ConfigError, databasePlace, loadConfig } from './config.ts';
import type { Config } from './config.ts';
import type { Database } from './db/client.ts';
import { openDatabase } from './db/open.ts';
import { createAccounts } from './features/accounts/accounts.ts';
import type { Broadcasts } from './features/broadcasts/broadcasts.ts';
import { broadcastHandlers } from './features/broadcasts/handlers.ts';
import { thumbnailRoutes } from './features/broadcasts/routes.ts';
import { createChannels } from './features/channels/channels.ts';
import { createLiveList } from './features/discovery/live-list.ts';
import { createImages } from './features/images/images.ts';
import { createOperatorWords } from './features/moderation/operator-words.ts';
import { stageHandlers } from './features/stage/handlers.ts';
import { createQualityMetrics } from './features/stage/quality.ts';
import { createHub } from './hub/hub.ts';
import type { Hub } from './hub/hub.ts';
import { createSystemClock } from './lib/clock.ts';
import { createCloser } from './lib/closer.ts';
import { countedLog } from './lib/counted-log.ts';
import { createRecentCounts } from './lib/recent-counts.ts';
import type { Closer } from './lib/closer.ts';
import { createLog } from './lib/log.ts';
import type { Log } from './lib/log.ts';
import { createMetrics } from './lib/metrics.ts';
import { buildLive, openMedia } from './live.ts';
import type { Base, Live } from './live.ts';
import { buildFinding } from './finding.ts';
import type { Finding } from './finding.ts';
import { buildInsight } from './insight.ts';
import { buildMoney } from './money.ts';
import { ourTurn } from './native/turn.ts';
import { buildOverview, watchOwnLoad } from './overview.ts';
import type { Money, MoneyDeps } from './money.ts';
import { healthRoute } from './net/health-route.ts';
import { createServer } from './net/server.ts';

const SITE_DIR = fileURLToPath(new URL('../web/dist', import.meta.url));
const PACKAGE = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

const HTTPS_ADVICE =
  'Browsers give camera and microphone only to this address on this machine, or to https. For everybody else put a proxy with a\n' +
  'certificate in front (with Caddy two lines, see README), or set TLS_CERT and TLS_KEY.';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** People and their things: what lies in the database and is reached over HTTP. */
const buildPeople = (base: Base, database: Database, isOperator: Money['isOperator'], neighbours: { hub: () => Hub; broadcasts: () => Broadcasts }) => {
  const images = createImages({ ...base, database });
  const channels = createChannels({
    ...base,
    database,
    imageUrl: images.urlOf,
    pastBroadcasts: (channelId) => neighbours.broadcasts().past(channelId),
  });
  const accounts = createAccounts({
    ...base,
    database,
    channelOf: channels.channelOf,
    isOperator,
    sessionsEnded: (sessionIds) => {
      for (const sessionId of sessionIds) neighbours.hub().closeSession(sessionId);
    },
  });
  return { images, channels, accounts };
};

/** What takes its time to start, beside each other: the database, which is waited for the longest, media workers, and word lists. */
const openSlowParts = async (base: Base, live: Live, closer: Closer) => {
  const { config, clock, log } = base;
  const opening = openDatabase({ place: databasePlace(config), clock, log, onProgress: say });
  const openingMedia = openMedia(base, live);
  const both = Promise.allSettled([opening, openingMedia] as const);
  await Promise.race([openingMedia, both]).catch(() => {});
  const operatorWords = createOperatorWords({ clock, log, dataDir: config.dataDir });
  closer.add('word lists', operatorWords.close);
  const [database, media] = await both;
  if (database.status === 'fulfilled') closer.add('database', () => database.value.close());
  if (media.status === 'fulfilled') closer.add('media', () => media.value.close());
  // If both failed, another Qiao has this folder, and that is the one to tell.
  if (database.status === 'rejected') throw database.reason;
  if (media.status === 'rejected') throw media.reason;
  return { database: database.value, media: media.value, operatorWords };
};

const start = async (config: Config, plainLog: Log): Promise<() => Promise<void>> => {
  const closer = createCloser();
  const clock = createSystemClock();
  const logged = createRecentCounts(clock);
  const log = countedLog(plainLog, logged.add);
  const metrics = createMetrics({ process: true });
  const base: Base = { config, clock, log, metrics };
  try {
    const live = {} as Live;
    const slow = await openSlowParts(base, live, closer);
    const { database, media } = slow;
    // Made last, and asked only when everything runs.
    const later = {} as { hub: Hub; broadcasts: Broadcasts; finding: Finding; url: string; channelOf: MoneyDeps['channelOf'] };
    const money = buildMoney({ ...base, database, channelOf: (userId) => later.channelOf(userId), publicUrl: () => later.url });
    closer.add('ledger', () => money.ledger.close());
    const people = buildPeople(base, database, money.isOperator, { hub: () => later.hub, broadcasts: () => later.broadcasts });
    later.channelOf = people.channels.channelOf;
    const { accounts, channels } = people;
    const insight = buildInsight({
      ...base,
      database,
      provePassword: accounts.provePassword,
      isOnAir: async (userId) => {
        const channel = await channels.channelOf(userId);
        return channel !== null && later.broadcasts.isOnAir(channel.channelId);
      },
      erased: (userId, { sessionIds, channelId }) => {
        if (channelId) channels.forget(channelId);
        accounts.erased(userId, sessionIds);
      },
      channels,
      broadcasts: () => live.broadcasts,
      thumbnailUrl: (roomId) => live.thumbnails.urlOf(roomId),
      predicted: (roomId, data) => live.rooms.notifyThose(roomId, 'show.control', 'audience.predicted', data),
    });
    closer.add('insight', insight.close);
    const { rooms, broadcasts, stage, thumbnails, interaction, bus } = buildLive(base, slow, live, { people, money, insight, began: (...begun) => later.finding.broadcastBegan(...begun) });
    later.broadcasts = broadcasts;
    closer.add('broadcasts', () => broadcasts.close());
    closer.add('own load', watchOwnLoad(clock, media, broadcasts));
    closer.add('stage', () => stage.close());
    closer.add('interaction', () => interaction.close());
    const finding = (later.finding = await buildFinding({ ...base, ...people, database, rooms, broadcasts, thumbnails, follows: interaction.follows, publicUrl: () => later.url }));
    closer.add('finding', finding.close);
    const quality = createQualityMetrics(metrics);
    const hub = (later.hub = createHub({
      ...base,
      handlers: {
        ...rooms.handlers,
        ...interaction.handlers,
        ...stage.handlers,
        ...broadcastHandlers(broadcasts),
        ...stageHandlers({
          stage,
          media,
          viewerReported: (report, caller) => {
            quality.viewerReported(report);
            interaction.timeline.viewerReported(caller, report);
            insight.recording.viewerReported(report, caller);
          },
        }),
      },
      connectionClosed: rooms.connectionClosed,
    }));
    const overview = buildOverview({
      ...base, ...people, database, media, broadcasts, logged, behaviours: insight.behaviours,
      version: PACKAGE.version, isOperator: money.isOperator, timeline: interaction.timeline, connections: () => hub.connections(), ranking: insight.rankingLearned,
    });
    closer.add('overview', overview.close);
    await money.ledger.restore();
    await broadcasts.restore();
    await interaction.restore();
    await insight.restore();
    const frames = thumbnailRoutes({ broadcasts, thumbnails, ownRoom: people.channels.ownRoom, mimeOf: people.images.mimeOf });
    const liveList = createLiveList({ listed: broadcasts.listed, channelById: people.channels.findById, thumbnailUrl: thumbnails.urlOf });
    const analytics = insight.analyticsOf({ channelOf: people.channels.channelOf, broadcastIn: broadcasts.viewIn, viewersIn: rooms.viewers });
    const health = healthRoute({
      version: PACKAGE.version, isDatabaseUp: database.isUp, workers: () => media.health(), counts: () => ({ media: media.counts(), ...rooms.counts() }),
    });
    const server = await createServer({
      ...base,
      version: PACKAGE.version,
      hub,
      bus,
      authenticate: people.accounts.authenticate,
      routes: {
        ...people.accounts.routes,
        ...people.channels.routes,
        ...people.images.routes,
        ...interaction.routes,
        ...money.routes,
        ...finding.routes,
        ...insight.routes,
        ...overview.routes,
        ...analytics.routes,
        'live.list': liveList.list,
        'broadcast.thumbnail': frames.put,
      },
      rawRoutes: [
        { method: 'GET', path: '/healthz', handle: health },
        { method: 'GET', path: '/images/:imageId', handle: people.images.serve },
        { method: 'GET', path: '/thumbnails/:broadcastId', handle: frames.get },
        ...money.rawRoutes,
        ...finding.rawRoutes,
        ...insight.rawRoutes,
        ...overview.rawRoutes,
        ...analytics.rawRoutes,
      ],
      page: finding.page,
      siteDir: SITE_DIR,
    });
    closer.add('server', () => server.close());
    closer.add('stays', insight.recording.freeze);
    later.url = server.url;
    log.info({ port: server.port, version: PACKAGE.version }, 'ready');
    say(`Qiao is ready at ${server.url}`);
    if (server.url.startsWith('http:')) say(HTTPS_ADVICE);
    return closer.close;
  } catch (error) {
    await closer.close().catch(() => {}); // The first fault is the one to tell.
    throw error;
  }
};

/** SIGTERM and SIGINT drain and exit 0; a bug that nobody caught drains too, and exits 1. */
const run = async (): Promise<void> => {
  const config = loadConfig(process.env);
  const log = createLog({ level: config.logLevel });
  const serves = await ourTurn();
  const close = await start(config, log);
  serves();
  let isStopping = false;
  const stop = (code: number): void => {
    if (isStopping) return;
    isStopping = true;
    close().then(
      () => process.exit(code),
      (error: unknown) => {
        log.error({ err: error }, 'not all was closed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => stop(0));
  process.on('SIGINT', () => stop(0));
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'uncaught');
    stop(1);
  });
};

run().catch((error: unknown) => {
  const words = error instanceof ConfigError ? error.message : `Qiao cannot start: ${error instanceof Error ? error.message : String(error)}`;
  process.stderr.write(`${words}\n`);
  process.exit(1);
});
