// What people say: chat lines, which fly over the picture as danmaku too. Rules C1-C9 in README.md.

import * as v from 'valibot';
import { CHAT_BATCH_MAX, CHAT_CHARS_MAX, CHAT_HISTORY_MAX, CHAT_PAGE_MAX, CHAT_SEARCH_CHARS_MAX, FAN_LEVEL_MAX, MENTIONS_MAX, REPLY_EXCERPT_CHARS_MAX } from '../limits.ts';
import { ROLES } from '../permissions.ts';
import { displayName, integer, lineId, list, requestKey, text, timeMs, userId } from '../schema.ts';
import { request, roomEvent } from './define.ts';
import { seen, stamp } from './time.ts';

/** Names from the palette of styles/, so that both themes can show them. */
export const DANMAKU_COLORS = ['white', 'red', 'orange', 'yellow', 'green', 'cyan', 'blue', 'pink'] as const;
export const DANMAKU_PLACES = ['scroll', 'top', 'bottom'] as const;
export type DanmakuColor = (typeof DANMAKU_COLORS)[number];
export type DanmakuPlace = (typeof DANMAKU_PLACES)[number];

export const danmakuLook = v.strictObject({ color: v.picklist(DANMAKU_COLORS), place: v.picklist(DANMAKU_PLACES) });
export type DanmakuLook = v.InferOutput<typeof danmakuLook>;

export const author = v.strictObject({
  userId,
  name: text(1, 100),
  displayName,
  /** When the line was said; `host` for the channel's owner wherever they sit. */
  role: v.picklist(ROLES),
  /** In this channel, from what they gave; 0: no fan yet. As it was then. */
  fanLevel: integer(0, FAN_LEVEL_MAX),
});
export type Author = v.InferOutput<typeof author>;

/** What is answered, as it was then; a page takes it off when that line goes, or all lines of that person (rule C5). */
const replyTo = v.strictObject({ lineId, userId, displayName, excerpt: text(0, REPLY_EXCERPT_CHARS_MAX) });

export const saidLine = v.strictObject({
  kind: v.literal('said'),
  /** Sorts by the order in which the server took them. */
  lineId,
  author,
  text: text(1, CHAT_CHARS_MAX),
  look: danmakuLook,
  saidAtMs: timeMs,
  stamp,
  replyTo: v.nullable(replyTo),
  mentions: list(userId, MENTIONS_MAX),
  editedAtMs: v.nullable(timeMs),
});
export type SaidLine = v.InferOutput<typeof saidLine>;

export const SYSTEM_FACTS = [
  'poll_opened', 'poll_closed', 'question_answered', 'moderator_named', 'stage_joined', 'channel_linked', 'battle_started', 'battle_won', 'battle_lost',
  'battle_drawn', 'shield_raised', 'shield_lowered',
] as const;
export type SystemFact = (typeof SYSTEM_FACTS)[number];

/** Something that happened, among the lines; the page has the words. */
export const systemLine = v.strictObject({
  kind: v.literal('system'),
  lineId,
  fact: v.picklist(SYSTEM_FACTS),
  /** A poll's or question's words, or the name of a person or of another channel. */
  subject: text(0, CHAT_CHARS_MAX),
  saidAtMs: timeMs,
});
export type SystemLine = v.InferOutput<typeof systemLine>;

export const chatLine = v.variant('kind', [saidLine, systemLine]);
export type ChatLine = v.InferOutput<typeof chatLine>;

/** The part of the room's snapshot that is chat's. */
export const chatSnapshot = v.strictObject({
  /** The newest ones, oldest first; own lines that others do not see are among them. */
  lines: list(chatLine, CHAT_HISTORY_MAX),
  pinned: v.nullable(saidLine),
});
export type ChatSnapshot = v.InferOutput<typeof chatSnapshot>;

const page = v.strictObject({
  /** Oldest first. */
  lines: list(chatLine, CHAT_PAGE_MAX),
  hasMore: v.boolean(),
});

export const chatMessages = {
  requests: {
    'chat.send': request({
      params: v.strictObject({
        /** The page's own name for this line: sent again after a drop it is the same line, and said once. */
        key: requestKey,
        text: text(1, CHAT_CHARS_MAX),
        look: danmakuLook,
        replyToLineId: v.nullable(lineId),
        seen,
      }),
      /** `isHeld`: only its author and moderators see it until somebody looks at it. */
      result: v.strictObject({ line: saidLine, isHeld: v.boolean() }),
      needs: 'interact',
      rate: { burst: 6, perSecond: 1 },
    }),
    'chat.edit': request({
      params: v.strictObject({ lineId, text: text(1, CHAT_CHARS_MAX) }),
      result: v.strictObject({ line: saidLine, isHeld: v.boolean() }),
      needs: 'interact',
      rate: { burst: 5, perSecond: 0.5 },
    }),
    /** Own lines; moderators any. */
    'chat.delete': request({
      params: v.strictObject({ lineId }),
      result: v.strictObject({}),
      needs: 'interact',
      rate: { burst: 20, perSecond: 2 },
    }),
    /** Null takes the pinned one down. */
    'chat.pin': request({
      params: v.strictObject({ lineId: v.nullable(lineId) }),
      result: v.strictObject({}),
      needs: 'moderate',
      rate: { burst: 5, perSecond: 0.5 },
    }),
    /** The page before a line; null: the newest. */
    'chat.history': request({
      params: v.strictObject({ beforeLineId: v.nullable(lineId) }),
      result: page,
      needs: 'watch',
      rate: { burst: 10, perSecond: 2 },
    }),
    'chat.search': request({
      params: v.strictObject({ text: text(1, CHAT_SEARCH_CHARS_MAX), beforeLineId: v.nullable(lineId) }),
      result: page,
      needs: 'moderate',
      rate: { burst: 5, perSecond: 1 },
    }),
  },
  events: {
    /** In the order of their ids. Many in one while the room is loud. */
    'chat.said': roomEvent(v.strictObject({ lines: list(chatLine, CHAT_BATCH_MAX) })),
    'chat.edited': roomEvent(v.strictObject({ line: saidLine })),
    'chat.deleted': roomEvent(v.strictObject({ lineIds: list(lineId, CHAT_BATCH_MAX) })),
    'chat.pinned': roomEvent(v.strictObject({ line: v.nullable(saidLine) })),
    /** A ban: everything of this person's goes, everywhere at once. */
    'chat.cleared': roomEvent(v.strictObject({ userId })),
    /** The ban was lifted: those of their lines that a fresh page would see. */
    'chat.restored': roomEvent(v.strictObject({ userId, lines: list(saidLine, CHAT_HISTORY_MAX) })),
  },
} as const;
