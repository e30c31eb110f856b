// What happens live: media, rooms, the stage, broadcasts and interaction, which all know each other. A part of the composition root: it
// holds no rule of its own, and only main.ts imports it.

import { mediaSettings } from './config.ts';
import type { Config } from './config.ts';
import type { Database } from './db/client.ts';
import type { createAccounts } from './features/accounts/accounts.ts';
import { lookOf } from './features/accounts/names.ts';
import { createBroadcasts } from './features/broadcasts/broadcasts.ts';
import type { Broadcasts } from './features/broadcasts/broadcasts.ts';
import { createBroadcastStore } from './features/broadcasts/store.ts';
import { createThumbnails } from './features/broadcasts/thumbnails.ts';
import type { Thumbnails } from './features/broadcasts/thumbnails.ts';
import type { createChannels } from './features/channels/channels.ts';
import type { createImages } from './features/images/images.ts';
import type { createOperatorWords } from './features/moderation/operator-words.ts';
import { createStage } from './features/stage/stage.ts';
import type { Stage } from './features/stage/stage.ts';
import type { Finding } from './finding.ts';
import { createAudience } from './hub/audience.ts';
import { createLocalBus } from './hub/bus.ts';
import type { Insight } from './insight.ts';
import { buildInteraction } from './interaction.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import type { createMetrics } from './lib/metrics.ts';
import { createMedia } from './media/media.ts';
import type { Media } from './media/media.ts';
import type { Money } from './money.ts';
import { createRooms } from './rooms/rooms.ts';
import type { Rooms } from './rooms/rooms.ts';
import { createViewerCount } from './rooms/viewer-count.ts';

/** What every part gets. */
export type Base = { readonly config: Config; readonly clock: Clock; readonly log: Log; readonly metrics: ReturnType<typeof createMetrics> };

/** They know each other, so each is put in here when it is made, and looked up here when it is asked: after all are made. */
export type Live = { rooms: Rooms; stage: Stage; broadcasts: Broadcasts; thumbnails: Thumbnails };

export const openMedia = ({ config, log, clock, metrics }: Base, live: Live): Promise<Media> =>
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

type Opened = { readonly database: Database; readonly media: Media; readonly operatorWords: ReturnType<typeof createOperatorWords> };

type Made = {
  readonly people: { readonly accounts: ReturnType<typeof createAccounts>; readonly channels: ReturnType<typeof createChannels>; readonly images: ReturnType<typeof createImages> };
  readonly money: Money;
  readonly insight: Insight;
  readonly began: Finding['broadcastBegan'];
};

/** All but the media, which are slow to open. They tell each other what happened. */
export const buildLive = (base: Base, { database, media, operatorWords }: Opened, live: Live, { people, money, insight, began }: Made) => {
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
