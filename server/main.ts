// The composition root: builds everything in order, introduces the parts to each other by functions, starts, drains, stops.
// It holds no rule of its own and is imported by nobody.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ConfigError, databasePlace, loadConfig, mediaSettings } from './config.ts';
import type { Config } from './config.ts';
import type { Database } from './db/client.ts';
import { openDatabase } from './db/open.ts';
import { createAccounts } from './features/accounts/accounts.ts';
import { lookOf } from './features/accounts/names.ts';
import { createBroadcasts } from './features/broadcasts/broadcasts.ts';
import type { Broadcasts } from './features/broadcasts/broadcasts.ts';
import { broadcastHandlers } from './features/broadcasts/handlers.ts';
import { thumbnailRoutes } from './features/broadcasts/routes.ts';
import { createBroadcastStore } from './features/broadcasts/store.ts';
import { createThumbnails } from './features/broadcasts/thumbnails.ts';
import type { Thumbnails } from './features/broadcasts/thumbnails.ts';
import { createChannels } from './features/channels/channels.ts';
import { createLiveList } from './features/discovery/live-list.ts';
import { createImages } from './features/images/images.ts';
import { createOperatorWords } from './features/moderation/operator-words.ts';
import { stageHandlers } from './features/stage/handlers.ts';
import { createQualityMetrics } from './features/stage/quality.ts';
import { createStage } from './features/stage/stage.ts';
import type { Stage } from './features/stage/stage.ts';
import { createAudience } from './hub/audience.ts';
import { createLocalBus } from './hub/bus.ts';
import { createHub } from './hub/hub.ts';
import type { Hub } from './hub/hub.ts';
import { createSystemClock } from './lib/clock.ts';
import type { Clock } from './lib/clock.ts';
import { createCloser } from './lib/closer.ts';
import { countedLog } from './lib/counted-log.ts';
import { createRecentCounts } from './lib/recent-counts.ts';
import type { Closer } from './lib/closer.ts';
import { createLog } from './lib/log.ts';
import type { Log } from './lib/log.ts';
import { createMetrics } from './lib/metrics.ts';
import { createMedia } from './media/media.ts';
import type { Media } from './media/media.ts';
import { buildFinding } from './finding.ts';
import type { Finding } from './finding.ts';
import { buildInsight } from './insight.ts';
import type { Insight } from './insight.ts';
import { buildInteraction } from './interaction.ts';
import { buildMoney } from './money.ts';
import { buildOverview, watchOwnLoad } from './overview.ts';
import type { Money, MoneyDeps } from './money.ts';
import { healthRoute } from './net/health-route.ts';
import { createServer } from './net/server.ts';
import { createRooms } from './rooms/rooms.ts';
import type { Rooms } from './rooms/rooms.ts';
import { createViewerCount } from './rooms/viewer-count.ts';

const SITE_DIR = fileURLToPath(new URL('../web/dist', import.meta.url));
const PACKAGE = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

/** What every part gets. */
type Base = { readonly config: Config; readonly clock: Clock; readonly log: Log; readonly metrics: ReturnType<typeof createMetrics> };

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

/** They know each other, so each is put in here when it is made, and looked up here when it is asked: after all are made. */
type Live = { rooms: Rooms; stage: Stage; broadcasts: Broadcasts; thumbnails: Thumbnails };

const openMedia = ({ config, log, clock, metrics }: Base, live: Live): Promise<Media> =>
  createMedia({
    settings: mediaSettings(config),
    log,
    clock,
    metrics,
    subscriptionsChanged: (participantId, subscriptions) => live.rooms.notify(participantId, 'watch.changed', { subscriptions: [...subscriptions] }),
    watchLost: (participantId) => live.rooms.notify(participantId, 'watch.lost', {}),
    publisherLost: (participantId) => live.rooms.notify(participantId, 'stage.lost', {}),
    maySee: (...asked) => live.stage.maySee(...asked),
    publicationEnded: (...ended) => live.stage.publicationEnded(...ended),
    receivingChanged: (roomId) => live.rooms.receivingChanged(roomId),
    flowChanged: (...changed) => live.stage.flowChanged(...changed),
    isAlwaysHeard: (...asked) => live.stage.isAlwaysHeard(...asked),
    demandChanged: (participantId, publicationId, layers) => live.rooms.notify(participantId, 'stage.demanded', { publicationId, layers }),
    speakingChanged: (...changed) => live.stage.speakingChanged(...changed),
  });

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

type Slow = Awaited<ReturnType<typeof openSlowParts>>;

type Made = { readonly people: ReturnType<typeof buildPeople>; readonly money: Money; readonly insight: Insight; readonly began: Finding['broadcastBegan'] };

/** What happens live: rooms, broadcasts and media, which tell each other what happened. */
const buildLive = (base: Base, { database, media, operatorWords }: Slow, live: Live, { people, money, insight, began }: Made) => {
  const { clock, log, metrics, config } = base;
  const { channels, images } = people;
  const { recording } = insight;
  const bus = createLocalBus();
  const audience = createAudience({ log, metrics, broadcastTo: bus.send });
  const publish = insight.heardBy(audience.publish);
  const thumbnails = (live.thumbnails = createThumbnails());
  const viewerCount = createViewerCount({
    clock,
    count: (roomId) => live.rooms.viewers(roomId),
    counted: (roomId, viewers) => {
      live.broadcasts.viewersChanged(roomId, viewers);
      publish(roomId, 'viewers.counted', { viewers });
    },
  });
  const interaction = buildInteraction({
    ...base,
    ...money,
    database,
    publish,
    operatorWords,
    personById: people.accounts.personById,
    rooms: () => live.rooms,
    sanctioned: (...sanctioned) => live.stage.sanctioned(...sanctioned),
    linking: {
      channelByHandle: channels.findByHandle,
      channelById: channels.findById,
      visibilityIn: (roomId) => live.broadcasts.viewIn(roomId)?.visibility ?? null,
      seatsTaken: (roomId) => live.stage.seatsTaken(roomId),
      linked: (...linked) => live.stage.linked(...linked),
      unlinked: (...unlinked) => live.stage.unlinked(...unlinked),
      shownOtherwise: (roomId) => live.stage.linkShown(roomId),
    },
    reacted: recording.reacted,
    followed: recording.followed,
    startedAtIn: (roomId) => live.broadcasts.startedAtIn(roomId),
    broadcastIdIn: (roomId) => live.broadcasts.idIn(roomId),
  });
  const stage = (live.stage = createStage({
    clock,
    log,
    media,
    publish,
    isOnAir: (roomId) => live.broadcasts.isOnAir(roomId),
    hostArrives: (roomId, arrives) => live.broadcasts.hostArrives(roomId, arrives),
    mayAct: interaction.mayAct,
    isOutcast: interaction.isOutcast,
    sayFact: interaction.sayFact,
    hostIn: (roomId) => live.rooms.hostIn(roomId),
    linkIn: interaction.linkIn,
    hideLink: interaction.hideLink,
    userIn: (roomId, userId) => live.rooms.userIn(roomId, userId),
    ownerOf: (roomId) => live.rooms.ownerIn(roomId),
    notifyThose: (...told) => live.rooms.notifyThose(...told),
    notifyUser: (...told) => live.rooms.notifyUser(...told),
    notify: (...told) => live.rooms.notify(...told),
    roleChanged: (roomId, id) => live.rooms.roleChanged(roomId, id),
    lookOf,
    checkWords: interaction.checkWords,
  }));
  const broadcasts = (live.broadcasts = createBroadcasts({
    clock,
    log,
    publish,
    resumeGraceMs: config.resumeGraceMs,
    store: createBroadcastStore(database),
    publicationsIn: stage.publicationsIn,
    viewersIn: (roomId) => live.rooms.viewers(roomId),
    imageUrl: images.urlOf,
    privateStarted: (roomId) => live.rooms.readmitViewers(roomId, () => false),
    began,
    ended: (roomId, broadcastId, visibility) => {
      interaction.linkedBroadcastEnded(roomId);
      media.closeRoom(roomId);
      stage.broadcastEnded(roomId);
      interaction.broadcastEnded(roomId, broadcastId, visibility === 'private');
      thumbnails.forget(roomId);
    },
  }));
  const rooms = (live.rooms = createRooms({
    clock,
    log,
    channelByHandle: channels.findByHandle,
    admit(roomId, linkKey, user) {
      broadcasts.admit(roomId, linkKey);
      interaction.admit(roomId, user);
    },
    isModerator: interaction.isModerator,
    seatKindOf: stage.seatKindOf,
    broadcastIn: broadcasts.viewIn,
    parts: { ...interaction.parts, stage: stage.part },
    isReceiving: (roomId, id) => !broadcasts.isOnAir(roomId) || media.isReceiving(id),
    position: audience.position,
    missedSince: audience.missedSince,
    watch: ({ roomId, id }, offer) => live.stage.watch({ roomId, participantId: id }, offer),
    participantJoined: recording.participantJoined,
    participantLeft: (participant) => {
      const { id, roomId, user } = participant;
      recording.participantLeft(participant);
      media.leave(id);
      stage.participantLeft(roomId, id, user?.userId ?? null);
      interaction.timeline.participantLeft(id);
    },
    viewersChanged: viewerCount.changed,
    roomClosed: (roomId) => {
      viewerCount.roomClosed(roomId);
      recording.roomClosed(roomId);
      audience.forget(roomId);
    },
  }));
  return { bus, stage, broadcasts, rooms, thumbnails, interaction };
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
  const close = await start(config, log);
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
