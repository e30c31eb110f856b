// What giving asks of its neighbours, and who is named as the giver. Types and no rule.

import type { BroadcastId, RedPacketId, RoomId, UserId } from '../../../shared/ids.ts';
import type { EventData } from '../../../shared/messages.ts';
import type { Author } from '../../../shared/messages/chat.ts';
import type { RedPacket } from '../../../shared/messages/gifts.ts';
import type { HeldLine, ModerationAct } from '../../../shared/messages/moderation.ts';
import type { Caller, Publish, StampFrame } from '../../hub/handler.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Metrics } from '../../lib/metrics.ts';
import type { Place } from '../../rooms/place.ts';
import type { GiftDatabase } from './store.ts';

/** The red packets of a room, as its snapshot shows them. */
export type RedPacketsPart = {
  readonly openIn: (roomId: RoomId) => readonly RedPacket[];
  readonly claimedBy: (roomId: RoomId, userId: UserId) => RedPacketId[];
};

export type GivenFact = Pick<Author, 'userId' | 'name' | 'displayName'> & {
  readonly coins: number;
  readonly seenFrameMs: number | null;
  readonly arrivedAtMs: number;
};

export type GiftsDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly database: GiftDatabase;
  readonly publish: Publish;
  readonly stampFrame: StampFrame;
  readonly broadcastIdIn: (roomId: RoomId) => BroadcastId | null;
  /** May this person give anything here? Throws `banned` or `timed_out`. */
  readonly mayAct: (caller: Caller) => { readonly isShadow: boolean };
  /** May this be said? Throws what a chat line would be refused with. */
  readonly judge: (caller: Caller, line: { readonly text: string; readonly isEdit: boolean }) => { readonly isShadow: boolean; readonly hold: HeldLine['cause'] | null };
  /** What the platform keeps of so many coins. */
  readonly feeOf: (coins: number) => number;
  /** Banned, openly or not: they are in no list that others see. */
  readonly isOutcast: (roomId: RoomId, userId: UserId) => boolean;
  /** A fact: this was given and is paid. `seenFrameMs`: the frame that its giver saw; null: their page named none. */
  readonly given: (roomId: RoomId, given: GivenFact) => void;
  /** For the moderation log. */
  readonly acted: (caller: Caller, act: ModerationAct, target: UserId | null, detail: string) => void;
  /** Tells this user, in every room and tab; the data may differ by room. */
  readonly notifyEverywhere: (userId: UserId, name: 'wallet.changed', dataFor: (roomId: RoomId) => EventData<'wallet.changed'>) => void;
};

export const authorAt = ({ seat, user }: Place, fanLevel: number): Author => ({
  userId: user.userId, name: user.name, displayName: user.displayName, role: seat.isOwner ? 'host' : seat.role, fanLevel,
});
