// The newest lines of one room, in the order of their ids: what a page gets when it joins, what a line sent again is known
// by, and what waits for a moderator. No I/O. Bounded, and without a gap: between its oldest and its newest line no public
// one is missing, so that a page of history can be taken from it.

import type { BroadcastId, LineId, RequestKey, UserId } from '../../../shared/ids.ts';
import { CHAT_HISTORY_MAX } from '../../../shared/limits.ts';
import type { ChatLine } from '../../../shared/messages/chat.ts';
import type { Clock } from '../../lib/clock.ts';
import { authorOf, idOf, isPublic, isShownTo } from './line.ts';
import type { Entry, SaidEntry } from './line.ts';

/** Of any state. */
export const LINES_KEPT_MIN = 256;
/** A page that lost its connection sends again within this. */
const KEYS_KEPT_MS = 120_000;
const LINES_KEPT_MAX = 32_768; // 200 lines/s for longer than that
/** Sweeping seldom, and the more seldom the more there is, makes a new line cost O(1). */
const SWEEP_LINES_MIN = 128;
const SWEEP_PART = 1 / 8;

export type Page = {
  /** Oldest first. */
  readonly lines: ChatLine[];
  readonly hasMore: boolean;
  /** False: there may be more than memory knows. */
  readonly isSure: boolean;
};

const keyOf = (userId: UserId, key: RequestKey): string => `${userId} ${key}`;
const byOrder = (a: Entry, b: Entry): number => (idOf(a) < idOf(b) ? -1 : 1);

export const createRoomLines = (clock: Clock) => {
  let entries: Entry[] = [];
  const byId = new Map<LineId, Entry>();
  const byKey = new Map<string, SaidEntry>();
  const held = new Map<LineId, SaidEntry>();
  let addedSinceSweep = 0;
  let isWhole = false;

  /** Where a line of this id stands, or would stand. */
  const placeOf = (lineId: LineId): number => {
    let [from, to] = [0, entries.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      const entry = entries[middle];
      if (entry && idOf(entry) < lineId) from = middle + 1;
      else to = middle;
    }
    return from;
  };

  const know = (entry: Entry): void => {
    byId.set(idOf(entry), entry);
    if (entry.kind === 'said') byKey.set(keyOf(authorOf(entry), entry.key), entry);
  };
  const forget = (entry: Entry): void => {
    byId.delete(idOf(entry));
    if (entry.kind === 'said') byKey.delete(keyOf(authorOf(entry), entry.key));
  };

  /** Keeps the newest of any state, those young enough to be sent again, and as many public ones as a page gets. */
  const sweep = (): void => {
    addedSinceSweep = 0;
    const youngMs = clock.nowMs() - KEYS_KEPT_MS;
    const kept: Entry[] = [];
    let publicLines = 0;
    for (let at = entries.length - 1; at >= 0; at -= 1) {
      const entry = entries[at];
      if (!entry) continue;
      const fromEnd = entries.length - at;
      const isNeeded = isPublic(entry) && (publicLines += 1) <= CHAT_HISTORY_MAX;
      const isYoung = fromEnd <= LINES_KEPT_MAX && entry.said.saidAtMs > youngMs;
      if (isNeeded || isYoung || fromEnd <= LINES_KEPT_MIN) kept.push(entry);
      else forget(entry);
    }
    if (kept.length < entries.length) isWhole = false;
    entries = kept.reverse();
  };

  return {
    add(entry: Entry): void {
      if (byId.has(idOf(entry))) return;
      know(entry);
      const newest = entries.at(-1);
      if (!newest || idOf(newest) < idOf(entry)) entries.push(entry);
      else entries.splice(placeOf(idOf(entry)), 0, entry);
      addedSinceSweep += 1;
      if (addedSinceSweep >= Math.max(SWEEP_LINES_MIN, entries.length * SWEEP_PART)) sweep();
    },
    /** Lines from the database, in any order. `isAll`: there are no others. */
    merge(loaded: readonly Entry[], isAll: boolean): void {
      for (const entry of loaded) {
        if (byId.has(idOf(entry))) continue;
        know(entry);
        entries.push(entry);
      }
      entries.sort(byOrder);
      isWhole ||= isAll;
      sweep();
    },
    find(lineId: LineId): SaidEntry | null {
      const entry = byId.get(lineId) ?? held.get(lineId);
      return entry?.kind === 'said' ? entry : null;
    },
    sentAs: (userId: UserId, key: RequestKey): SaidEntry | null => byKey.get(keyOf(userId, key)) ?? null,
    /** What the reader may see before a line; null: the newest. */
    page(reader: UserId | null, before: LineId | null, max: number): Page {
      const lines: ChatLine[] = [];
      for (let at = (before === null ? entries.length : placeOf(before)) - 1; at >= 0; at -= 1) {
        const entry = entries[at];
        if (!entry || !isShownTo(entry, reader)) continue;
        if (lines.length === max) return { lines: lines.reverse(), hasMore: true, isSure: true };
        lines.push(entry.said);
      }
      return { lines: lines.reverse(), hasMore: false, isSure: isWhole };
    },
    /** All that are kept of one person. */
    saidBy: (userId: UserId): SaidEntry[] => entries.filter((entry): entry is SaidEntry => entry.kind === 'said' && authorOf(entry) === userId),
    saidIn: (broadcastId: BroadcastId): SaidEntry[] => entries.filter((entry): entry is SaidEntry => entry.kind === 'said' && entry.broadcastId === broadcastId),
    /** Drops the system lines. */
    forgetFacts(): void {
      for (const entry of entries) if (entry.kind === 'system') forget(entry);
      entries = entries.filter(({ kind }) => kind === 'said');
    },
    /** The author who goes by this name, if they spoke lately. */
    authorNamed(name: string): UserId | null {
      for (let at = entries.length - 1; at >= Math.max(0, entries.length - LINES_KEPT_MIN); at -= 1) {
        const entry = entries[at];
        if (entry?.kind === 'said' && entry.said.author.name === name) return authorOf(entry);
      }
      return null;
    },
    /** What was said is gone, and so are the words of it that stand over answers (rule C5). */
    forgetExcerpts(isGone: (replyTo: { lineId: LineId; userId: UserId }) => boolean): void {
      for (const entry of entries)
        if (entry.kind === 'said' && entry.said.replyTo && isGone(entry.said.replyTo)) entry.said = { ...entry.said, replyTo: null };
    },
    /** Those that wait for a moderator, the longest waiting first. */
    held: (): SaidEntry[] => [...held.values()].sort(byOrder),
    heldOne: (lineId: LineId): SaidEntry | null => held.get(lineId) ?? null,
    hold: (entry: SaidEntry): void => void held.set(idOf(entry), entry),
    /** Decided. Back among the lines it goes only if those around it are here. */
    release(entry: SaidEntry): void {
      held.delete(idOf(entry));
      const [oldest] = entries;
      if (byId.has(idOf(entry)) || !oldest || idOf(entry) < idOf(oldest)) return;
      know(entry);
      entries.splice(placeOf(idOf(entry)), 0, entry);
    },
    count: (): number => entries.length,
  };
};

export type RoomLines = ReturnType<typeof createRoomLines>;
