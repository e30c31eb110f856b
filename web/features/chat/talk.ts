// What was said in the room, as one page knows it: the newest lines, and, while somebody reads back, the stretch they read,
// which stands still. Pure: every fact makes a new state, and both lists hear of it.

import type { LineId, UserId } from '../../../shared/ids.ts';
import { CHAT_HISTORY_MAX } from '../../../shared/limits.ts';
import type { ChatLine, ChatSnapshot, SaidLine } from '../../../shared/messages/chat.ts';
import {
  EMPTY, withEdited, withLines, withOlder, without, withoutNewest, withoutOldest, withoutPerson, type LineWindow,
} from './line-window.ts';

/** Rows on the page while one follows the talk. */
export const NEWEST_MAX = 200;
/** Rows while one reads back; what is newer then waits until they return. */
export const READING_MAX = 500;

export type Talk = {
  readonly newest: LineWindow;
  /** Null: the page follows the newest lines. */
  readonly reading: LineWindow | null;
  /** Lines of others since the reading began. */
  readonly unseen: number;
  readonly pinned: SaidLine | null;
};

export const SILENCE: Talk = { newest: EMPTY, reading: null, unseen: 0, pinned: null };

export const shownIn = (talk: Talk): LineWindow => talk.reading ?? talk.newest;

/** A fresh snapshot. Who reads back stays there as far as it reaches: what lies before may have changed and is asked for again. */
export const joinedWith = (talk: Talk, { lines, pinned }: ChatSnapshot): Talk => {
  const newest: LineWindow = { lines, hasOlder: lines.length >= CHAT_HISTORY_MAX, hasNewer: false };
  return { newest, reading: talk.reading && newest, unseen: 0, pinned };
};

export const said = (talk: Talk, lines: readonly ChatLine[], me: UserId | null): Talk => {
  const others = lines.filter((line) => line.kind === 'system' || line.author.userId !== me).length;
  return {
    ...talk,
    newest: withoutOldest(withLines(talk.newest, lines), NEWEST_MAX),
    reading: talk.reading && withoutNewest(withLines(talk.reading, lines), READING_MAX),
    unseen: talk.reading ? talk.unseen + others : 0,
  };
};

const inBoth = (talk: Talk, change: (window: LineWindow) => LineWindow): Talk => ({
  ...talk, newest: change(talk.newest), reading: talk.reading && change(talk.reading),
});

export const edited = (talk: Talk, line: SaidLine): Talk => ({
  ...inBoth(talk, (window) => withEdited(window, line)),
  pinned: talk.pinned?.lineId === line.lineId ? line : talk.pinned,
});

/** `kept`: lines that stay here, though their words go from the answers to them. */
export const deleted = (talk: Talk, ids: readonly LineId[], kept: ReadonlySet<LineId> = new Set()): Talk => ({
  ...inBoth(talk, (window) => without(window, ids, kept)),
  pinned: talk.pinned && ids.includes(talk.pinned.lineId) ? null : talk.pinned,
});

export const cleared = (talk: Talk, userId: UserId): Talk => ({
  ...inBoth(talk, (window) => withoutPerson(window, userId)),
  pinned: talk.pinned?.author.userId === userId ? null : talk.pinned,
});

/** Lines that come back to their old places; nobody is called to them. */
export const restored = (talk: Talk, lines: readonly SaidLine[]): Talk => ({
  ...talk,
  newest: withoutOldest(withLines(talk.newest, lines), NEWEST_MAX),
  reading: talk.reading && withoutNewest(withLines(talk.reading, lines), READING_MAX),
});

export const pinnedIn = (talk: Talk, pinned: SaidLine | null): Talk => ({ ...talk, pinned });

/** From here on the list stands still. */
export const readBack = (talk: Talk): Talk => (talk.reading ? talk : { ...talk, reading: talk.newest, unseen: 0 });

export const readNewest = (talk: Talk): Talk => (talk.reading ? { ...talk, reading: null, unseen: 0 } : talk);

export const olderCame = (talk: Talk, page: readonly ChatLine[], hasMore: boolean): Talk => {
  const back = readBack(talk);
  return { ...back, reading: back.reading && withoutNewest(withOlder(back.reading, page, hasMore), READING_MAX) };
};
