// What people do in a room beside watching: builds chat, moderation and their like, and introduces them to each other by
// functions. The second half of the composition root: it holds no rule of its own, and only main.ts imports it.

import type { BroadcastId, RoomId, UserId } from '../shared/ids.ts';
import type { Sanction } from '../shared/messages/moderation.ts';
import type { Database } from './db/client.ts';
import { createBattles } from './features/battle/battles.ts';
import type { Battles } from './features/battle/battles.ts';
import { createChat } from './features/chat/chat.ts';
import type { Chat } from './features/chat/chat.ts';
import { createGifts } from './features/gifts/gifts.ts';
import type { Gifts } from './features/gifts/gifts.ts';
import { giftRoutes } from './features/gifts/routes.ts';
import { createLinks } from './features/link/links.ts';
import type { Links, LinksDeps } from './features/link/links.ts';
import { createFollows } from './features/follows/follows.ts';
import type { FollowsDeps } from './features/follows/follows.ts';
import { createModeration } from './features/moderation/moderation.ts';
import type { Moderation } from './features/moderation/moderation.ts';
import type { OperatorWords } from './features/moderation/operator-words.ts';
import { createPolls } from './features/polls/polls.ts';
import { createQuestions } from './features/questions/questions.ts';
import type { Questions } from './features/questions/questions.ts';
import { createReactions } from './features/reactions/reactions.ts';
import type { ReactionsDeps } from './features/reactions/reactions.ts';
import { createRedPackets } from './features/redpackets/redpackets.ts';
import type { RedPackets } from './features/redpackets/redpackets.ts';
import { createTimeline } from './features/timeline/timeline.ts';
import type { Timeline } from './features/timeline/timeline.ts';
import type { Handler, Publish, SessionUser } from './hub/handler.ts';
import { walletOwner } from './ledger/accounts.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Recorder } from './ledger/transfer.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import type { Metrics } from './lib/metrics.ts';
import type { RoomParts } from './rooms/room-part.ts';
import type { Rooms } from './rooms/rooms.ts';

export type InteractionDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly database: Database;
  readonly publish: Publish;
  readonly operatorWords: OperatorWords;
  readonly personById: (userId: UserId) => Promise<Pick<SessionUser, 'userId' | 'name' | 'displayName'> | null>;
  readonly ledger: Ledger;
  /** The ledger's, to put in what is written with its transfers. */
  readonly recorders: Record<string, Recorder>;
  /** What the platform keeps of so many coins. */
  readonly feeOf: (coins: number) => number;
  readonly isOperator: (userName: string) => boolean;
  /** Made later, and asked only when everything runs. */
  readonly rooms: () => Rooms;
  /** A fact, for who is on the stage. */
  readonly sanctioned: (roomId: RoomId, userId: UserId, kind: Sanction['kind']) => void;
  /** What links ask of who is on air, and tell the stage. */
  readonly linking: Pick<LinksDeps, 'channelByHandle' | 'channelById' | 'visibilityIn' | 'seatsTaken' | 'linked' | 'unlinked' | 'shownOtherwise'>;
  /** Facts about who takes part. */
  readonly reacted: ReactionsDeps['reacted'];
  readonly followed: FollowsDeps['followed'];
  readonly startedAtIn: (roomId: RoomId) => number | null;
  readonly broadcastIdIn: (roomId: RoomId) => BroadcastId | null;
};

type Live = { chat: Chat; moderation: Moderation; questions: Questions; gifts: Gifts; redPackets: RedPackets; links: Links; battles: Battles };

/** What is given: gifts and red packets, which pay by the same way. */
const buildGiving = (deps: InteractionDeps, live: Live, { stampFrame, slowestMsIn }: Pick<Timeline, 'stampFrame' | 'slowestMsIn'>) => {
  const { judge, mayAct, acted, isOutcast } = live.moderation;
  const asked = { ...deps, stampFrame, judge, mayAct, acted, isOutcast };
  const gifts = (live.gifts = createGifts({
    ...asked,
    notifyEverywhere: (...told) => deps.rooms().notifyEverywhere(...told),
    redPackets: () => live.redPackets,
    given: (...given) => live.battles.given(...given),
  }));
  const redPackets = (live.redPackets = createRedPackets({ ...asked, slowestMsIn, give: gifts.give, fanLevelIn: gifts.fanLevelIn }));
  Object.assign(deps.recorders, gifts.recorders, redPackets.recorders);
  deps.ledger.onCommitted((changed) => {
    for (const [id, balance] of changed) {
      const userId = walletOwner(id);
      if (userId !== null) gifts.walletChanged(userId, balance);
    }
  });
  return { gifts, redPackets, routes: giftRoutes({ catalogue: gifts.catalogue, isOperator: deps.isOperator }) };
};

/** Two channels: the link, and the battle on top of it. */
const buildLinking = (deps: InteractionDeps, live: Live) => {
  const { rooms, linking } = deps;
  const { sayFact } = live.chat;
  const links = (live.links = createLinks({
    ...deps,
    ...linking,
    sayFact,
    isHostHere: (roomId) => rooms().hostIn(roomId) !== null,
    sanctionIn: live.moderation.sanctionIn,
    notifyThose: (...told) => rooms().notifyThose(...told),
    unlinked(one, other) {
      live.battles.unlinked(one);
      linking.unlinked(one, other);
    },
  }));
  const battles = (live.battles = createBattles({
    ...deps,
    sayFact,
    isOutcast: live.moderation.isOutcast,
    rivalsIn(roomId) {
      const other = links.linkIn(roomId);
      const channel = links.channelIn(roomId);
      return other && channel && { own: { roomId, channel: namesOf(channel) }, other: { roomId: other.roomId, channel: namesOf(other) } };
    },
  }));
  return { links, battles };
};

const namesOf = ({ handle, displayName }: { readonly handle: string; readonly displayName: string }) => ({ handle, displayName });

/** A battle waits for what arrived in time and is not paid yet. */
const awaited = <N extends 'gift.send' | 'superchat.send'>(battles: Battles, pay: Handler<N>): Handler<N> => async (params, caller) => {
  const ended = caller.seat ? battles.paymentArrived(caller.seat.roomId) : () => {};
  try {
    return await pay(params, caller);
  } finally {
    ended();
  }
};

export const buildInteraction = (deps: InteractionDeps) => {
  const { rooms } = deps;
  // They know each other, so each is put in here when it is made, and looked up here when it is asked: after all are made.
  const live = {} as Live;
  const fanLevelIn = (roomId: RoomId, userId: UserId): number => live.gifts.fanLevelIn(roomId, userId);
  const timeline = createTimeline({
    clock: deps.clock,
    startedAtIn: deps.startedAtIn,
    measured: (roomId, data) => rooms().notifyThose(roomId, 'show.control', 'audience.measured', data),
  });
  const { stampFrame } = timeline;
  const chat = (live.chat = createChat({
    ...deps,
    stampFrame,
    fanLevelIn,
    userIdsNamed: (roomId, names) => rooms().userIdsNamed(roomId, names),
    judge: (caller, line) => live.moderation.judge(caller, line),
    acted: (...act) => live.moderation.acted(...act),
    lineHeld: (roomId, held) => live.moderation.lineHeld(roomId, held),
    lineDecided: (...decided) => live.moderation.lineDecided(...decided),
  }));
  const follows = createFollows(deps);
  const moderation = (live.moderation = createModeration({
    ...deps,
    ...chat,
    hidePerson(roomId, userId, sanctionId) {
      live.questions.hidePerson(roomId, userId);
      return chat.hidePerson(roomId, userId, sanctionId);
    },
    restorePerson(roomId, userId, sanctionId) {
      live.questions.restorePerson(roomId, userId);
      return chat.restorePerson(roomId, userId, sanctionId);
    },
    sanctioned(...sanctioned) {
      deps.sanctioned(...sanctioned);
      live.links.sanctioned(...sanctioned);
    },
    notifyThose: (...told) => rooms().notifyThose(...told),
    notifyUser: (...told) => rooms().notifyUser(...told),
    rolesChanged: (roomId, userId) => rooms().rolesChanged(roomId, userId),
    readmitViewers: (roomId, isWelcome) => rooms().readmitViewers(roomId, isWelcome),
    ownerOf: (roomId) => rooms().ownerIn(roomId),
    followedSince: follows.followedSince,
  }));
  const { judge, mayAct, acted } = moderation;
  const acting = { ...deps, stampFrame, fanLevelIn, sayFact: chat.sayFact, judge, mayAct, acted };
  const polls = createPolls(acting);
  const questions = (live.questions = createQuestions(acting));
  const reactions = createReactions(acting);
  const { gifts, redPackets, routes } = buildGiving(deps, live, timeline);
  const { links, battles } = buildLinking(deps, live);
  const parts: Omit<RoomParts, 'stage'> = {
    chat: chat.part,
    moderation: moderation.part,
    follow: follows.part,
    poll: polls.part,
    questions: questions.part,
    gifts: gifts.part,
    link: links.part,
    battle: battles.part,
  };
  return {
    timeline,
    follows,
    parts,
    handlers: {
      ...chat.handlers, ...moderation.handlers, ...follows.handlers, ...polls.handlers, ...questions.handlers, ...reactions.handlers,
      ...gifts.handlers, ...redPackets.handlers, ...links.handlers, ...battles.handlers,
      'gift.send': awaited(battles, gifts.handlers['gift.send']),
      'superchat.send': awaited(battles, gifts.handlers['superchat.send']),
    },
    routes,
    /** What an earlier server left undecided. */
    restore: redPackets.restore,
    broadcastEnded(roomId: RoomId, broadcastId: BroadcastId, wasPrivate: boolean): void {
      polls.broadcastEnded(roomId);
      if (!wasPrivate) return;
      chat.hideBroadcast(roomId, broadcastId);
      questions.privateEnded(roomId);
    },
    linkIn: links.linkIn,
    hideLink: links.hide,
    /** Before its media ends, so that the other channel lets go of it first. */
    linkedBroadcastEnded: links.broadcastEnded,
    sayFact: chat.sayFact,
    mayAct,
    isOutcast: moderation.isOutcast,
    checkWords: moderation.checkWords,
    isModerator: moderation.isModerator,
    admit: moderation.admit,
    async close(): Promise<void> {
      timeline.close();
      await Promise.all([polls.close(), questions.close(), reactions.close()]);
      follows.close();
      links.close();
      battles.close();
      gifts.close();
      await redPackets.close();
      await chat.close();
      await moderation.close();
    },
  };
};

export type Interaction = ReturnType<typeof buildInteraction>;
