// What chat asks of its neighbours, and what its own parts share. Types; no rule.

import type { BroadcastId, LineId, RoomId, UserId } from '../../../shared/ids.ts';
import type { HeldLine, ModerationAct } from '../../../shared/messages/moderation.ts';
import type { Caller, Publish, StampFrame } from '../../hub/handler.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Metrics } from '../../lib/metrics.ts';
import type { LineWriter } from './line-writer.ts';
import type { RoomBook } from './room-book.ts';
import type { ChatStore, Database } from './store.ts';
import type { Teller } from './teller.ts';

export type Verdict = { readonly isShadow: boolean; readonly hold: HeldLine['cause'] | null };

export type ChatDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly database: Database;
  readonly publish: Publish;
  readonly stampFrame: StampFrame;
  readonly broadcastIdIn: (roomId: RoomId) => BroadcastId | null;
  /** May this person say this now? Throws why not; counts the line for slow mode. */
  readonly judge: (caller: Caller, line: { readonly text: string; readonly isEdit: boolean }) => Verdict;
  /** For the moderation log. */
  readonly acted: (caller: Caller, act: ModerationAct, target: UserId | null, detail: string) => void;
  /** Tells moderators that a line waits for them. */
  readonly lineHeld: (roomId: RoomId, held: HeldLine) => void;
  /** Tells moderators, and the author of a rejected one. */
  readonly lineDecided: (roomId: RoomId, author: UserId, decision: { lineId: LineId; isApproved: boolean }) => void;
  /** What this person is to the channel as a fan, at this moment. */
  readonly fanLevelIn: (roomId: RoomId, userId: UserId) => number;
  /** Those of these account names who are here. */
  readonly userIdsNamed: (roomId: RoomId, names: readonly string[]) => UserId[];
};

export type ChatParts = {
  readonly deps: ChatDeps;
  readonly store: ChatStore;
  readonly writer: LineWriter;
  readonly book: RoomBook;
  readonly teller: Teller;
  readonly nextId: () => LineId;
};
