// Everything that people do in a room beside watching: builds the state of each feature and hands it the room's news. Loaded
// after the picture. Watch page and studio each build one; components get it from the context.

import { createContext } from 'svelte';
import { can } from '../../../shared/permissions.ts';
import { browserClock } from '../../live/clock.ts';
import { createFrameCue } from '../../live/frame-cue.ts';
import type { Room } from '../broadcasts/room.svelte.ts';
import { Battle } from '../battle/battle.svelte.ts';
import { Chat } from '../chat/chat.svelte.ts';
import { Danmaku } from '../danmaku/danmaku.svelte.ts';
import { Follows } from '../follows/follows.svelte.ts';
import { Gifts } from '../gifts/gifts.svelte.ts';
import { Link } from '../link/link.svelte.ts';
import { Moderation } from '../moderation/moderation.svelte.ts';
import { Polls } from '../polls/polls.svelte.ts';
import { Questions } from '../questions/questions.svelte.ts';
import { Reactions } from '../reactions/reactions.svelte.ts';
import { Stage, STAGE_KEY_PARAM } from '../stage/stage.svelte.ts';
import type { Part, PartDeps } from './part.ts';
import type { RoomFeed } from './room-feed.ts';

export type InteractionDeps = Pick<PartDeps, 'handle' | 'toasts' | 'me' | 'seen'> & { readonly room: Room };

export class Interaction {
  readonly deps: PartDeps;
  readonly chat: Chat;
  readonly danmaku: Danmaku;
  readonly reactions: Reactions;
  readonly polls: Polls;
  readonly questions: Questions;
  readonly moderation: Moderation;
  readonly follows: Follows;
  readonly gifts: Gifts;
  readonly stage: Stage;
  readonly link: Link;
  readonly battle: Battle;
  readonly #parts: readonly Part[];

  constructor(deps: PartDeps, feed: RoomFeed) {
    this.deps = deps;
    this.chat = new Chat(deps);
    this.danmaku = new Danmaku(deps);
    this.reactions = new Reactions(deps);
    this.polls = new Polls(deps);
    this.questions = new Questions(deps);
    this.moderation = new Moderation(deps);
    this.follows = new Follows(deps);
    this.gifts = new Gifts(deps);
    this.stage = new Stage(deps, new URLSearchParams(location.search).get(STAGE_KEY_PARAM));
    this.link = new Link(deps);
    this.battle = new Battle(deps);
    this.#parts = [this.chat, this.danmaku, this.reactions, this.polls, this.questions, this.moderation, this.follows, this.gifts, this.stage, this.link, this.battle];
    this.chat.onLine(({ line }) => this.danmaku.take(line));
    feed.follow({
      joined: (joined) => this.#parts.forEach((part) => part.joined?.(joined)),
      heard: (event) => this.#parts.forEach((part) => part.heard?.(event)),
    });
  }

  close(): void {
    this.#parts.forEach((part) => part.close?.());
    this.deps.cue.close();
  }
}

/** The interaction of a room, from what the page has. */
export const openInteraction = ({ room, ...own }: InteractionDeps): Interaction => {
  const role = () => room.role;
  const deps: PartDeps = {
    ...own,
    ask: room.ask,
    hear: room.hear,
    role,
    may: (permission) => can(role(), permission),
    isOwner: () => role() === 'host' || own.me()?.channel?.handle.toLowerCase() === own.handle.toLowerCase(),
    isJoined: () => room.isJoined,
    participantId: () => room.participantId,
    stage: () => room.facts?.stage ?? null,
    cue: createFrameCue({ seen: own.seen }),
    startedAtMs: () => room.facts?.broadcast?.startedAtMs ?? null,
    serverNowMs: () => browserClock.nowMs() + (room.ownClock()?.offsetMs ?? room.clockOffsetMs),
  };
  return new Interaction(deps, room.feed);
};

export const [getInteraction, setInteraction] = createContext<Interaction>();
