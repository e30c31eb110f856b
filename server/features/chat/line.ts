// One line as chat keeps it, and who may see it. Plain state and questions about it, no I/O. `said` is what people are told
// of it: replaced when it changes, never changed in place, because it may be on its way out.

import type { BroadcastId, LineId, RequestKey, RoomId, UserId } from '../../../shared/ids.ts';
import { REPLY_EXCERPT_CHARS_MAX } from '../../../shared/limits.ts';
import type { SaidLine, SystemLine } from '../../../shared/messages/chat.ts';
import type { HeldLine } from '../../../shared/messages/moderation.ts';

export type SaidEntry = {
  readonly kind: 'said';
  readonly roomId: RoomId;
  readonly broadcastId: BroadcastId | null;
  readonly key: RequestKey;
  /** What it answers, also when the excerpt is gone. */
  readonly replyToLineId: LineId | null;
  /** Said under a shadow ban: its author alone sees it. */
  readonly isShadow: boolean;
  said: SaidLine;
  /** `deleted` and `rejected` are final. */
  state: 'shown' | 'held' | 'rejected' | 'deleted';
  holdCause: HeldLine['cause'] | null;
  /** The sanction that took it down. */
  hiddenBy: string | null;
};

/** In memory only. */
export type SystemEntry = { readonly kind: 'system'; readonly said: SystemLine };
export type Entry = SaidEntry | SystemEntry;

export const idOf = (entry: Entry): LineId => entry.said.lineId;
export const authorOf = (entry: SaidEntry): UserId => entry.said.author.userId;

/** May everybody see it? */
export const isPublic = (entry: Entry): boolean =>
  entry.kind === 'system' || (entry.state === 'shown' && !entry.isShadow && entry.hiddenBy === null);

/** Authors see their own lines also while these wait for a moderator or are said under a shadow ban. */
export const isShownTo = (entry: Entry, reader: UserId | null): boolean => {
  if (isPublic(entry)) return true;
  if (entry.kind === 'system' || reader === null || authorOf(entry) !== reader) return false;
  return entry.hiddenBy === null && (entry.state === 'held' || entry.state === 'shown');
};

/** What its author is told. Under a shadow ban nothing looks different. */
export const answerOf = (entry: SaidEntry): { line: SaidLine; isHeld: boolean } => ({
  line: entry.said,
  isHeld: entry.state === 'held' || (entry.isShadow && entry.holdCause !== null),
});

const LONE_SURROGATE_AT_END = /[\ud800-\udbff]$/;

/** The part of a line that stands over its answers. */
export const excerptOf = (text: string): string => text.slice(0, REPLY_EXCERPT_CHARS_MAX).replace(LONE_SURROGATE_AT_END, '');
