// All that people do in the room, kept for the parts of the page that come after the picture: the snapshot and everything that
// was heard since, handed over in one piece when they are there, and one by one from then on. Nothing is missed or heard twice.

import type { Cancel } from '../../live/clock.ts';
import type { Hear } from '../../live/connection.ts';
import type { Joined } from '../../live/room-session.ts';
import type { EventData } from '../../../shared/messages.ts';

const NAMES = [
  'chat.said', 'chat.edited', 'chat.deleted', 'chat.pinned', 'chat.cleared', 'chat.restored', 'reactions.counted',
  'poll.opened', 'poll.tallied', 'poll.closed',
  'question.asked', 'question.changed', 'question.removed', 'question.highlighted', 'questions.counted',
  'rules.changed', 'line.held', 'line.decided', 'report.filed', 'report.decided', 'sanction.changed', 'role.changed', 'audience.measured',
  'hand.raised', 'hand.lowered', 'stage.invited', 'stage.uninvited', 'stage.answered', 'stage.changed', 'stagelink.changed', 'lead.offered', 'lead.unoffered', 'lead.answered', 'broadcast.ended',
  'link.asked', 'link.answered', 'link.changed', 'battle.changed',
  'gifts.received', 'superchat.said', 'superchat.removed', 'goal.changed', 'support.counted', 'redpacket.announced', 'redpacket.opened', 'wallet.changed', 'notice.added',
] as const;

type FeedEventName = (typeof NAMES)[number];
export type FeedEvent = { [E in FeedEventName]: { readonly event: E; readonly data: EventData<E> } }[FeedEventName];

export type FeedListener = {
  /** A fresh snapshot: it replaces everything. */
  readonly joined: (joined: Joined) => void;
  readonly heard: (event: FeedEvent) => void;
};

export type RoomFeed = {
  readonly joined: (joined: Joined) => void;
  /** Hands over what was kept, and everything from now on. There is one listener. */
  readonly follow: (listener: FeedListener) => void;
  readonly stop: Cancel;
};

/** Before the listener is there: some seconds of a loud room. What is older is in the room's next snapshot. */
const KEPT_EVENTS_MAX = 1_000;

export const createRoomFeed = (hear: Hear): RoomFeed => {
  let listener: FeedListener | null = null;
  let joined: Joined | null = null;
  let kept: FeedEvent[] = [];

  const take = (event: FeedEvent): void => {
    if (listener) return listener.heard(event);
    if (joined && kept.length < KEPT_EVENTS_MAX) kept.push(event);
  };
  // The pair is typed by the table; TypeScript cannot see that name and data belong together.
  const stops = NAMES.map((event) => hear(event, (data) => take({ event, data } as FeedEvent)));

  return {
    joined(now) {
      joined = now;
      kept = [];
      listener?.joined(now);
    },
    follow(next) {
      listener = next;
      if (joined) next.joined(joined);
      kept.forEach(next.heard);
      kept = [];
    },
    stop() {
      for (const stop of stops) stop();
    },
  };
};
