// Keeping a room good to be in: its rules, and what moderators do. Rules M1-M9 in README.md.

import * as v from 'valibot';
import {
  CHAT_PAGE_MAX, FILTER_WORDS_MAX, FILTER_WORD_CHARS_MAX, HELD_LINES_MAX, LOG_PAGE_MAX, MODERATORS_MAX, REASON_CHARS_MAX, SANCTION_S_MAX,
  SLOW_MODE_S_MAX,
} from '../limits.ts';
import { displayName, integer, lineId, list, logId, nothing, reportId, text, timeMs, userId } from '../schema.ts';
import { saidLine } from './chat.ts';
import { participantEvent, request, roomEvent } from './define.ts';

/** What everybody in the room may know of its rules. */
export const roomRules = v.strictObject({
  /** Seconds between two lines of one person; 0: off. */
  slowModeS: integer(0, SLOW_MODE_S_MAX),
  /** How many minutes one must have followed to write; null: off. */
  followersOnlyMin: v.nullable(integer(0, 525_600)),
  /** Guests may not come in. */
  loggedInOnly: v.boolean(),
  links: v.picklist(['allow', 'hold', 'block']),
  /** Every line waits for a moderator. */
  holdsAll: v.boolean(),
  /** One button for a raid: slow, followers only, no links, until lowered. */
  isShielded: v.boolean(),
});
export type RoomRules = v.InferOutput<typeof roomRules>;

const words = list(text(1, FILTER_WORD_CHARS_MAX), FILTER_WORDS_MAX);
/** Lines with a blocked word are refused, those with a held one wait. The operator's lists come on top. */
export const wordLists = v.strictObject({ blocked: words, held: words });
export type WordLists = v.InferOutput<typeof wordLists>;

export const SANCTIONS = ['time_out', 'ban', 'shadow_ban'] as const;
export type SanctionKind = (typeof SANCTIONS)[number];

const person = v.strictObject({ userId, name: text(1, 100), displayName });

export const sanction = v.strictObject({
  person,
  kind: v.picklist(SANCTIONS),
  reason: text(0, REASON_CHARS_MAX),
  givenAtMs: timeMs,
  /** Null: until lifted. */
  untilMs: v.nullable(timeMs),
  givenBy: person,
});
export type Sanction = v.InferOutput<typeof sanction>;

/** What the sanctioned person hears; a shadow ban says nothing. */
export const ownSanction = v.strictObject({
  kind: v.picklist(['time_out', 'ban']),
  reason: text(0, REASON_CHARS_MAX),
  untilMs: v.nullable(timeMs),
});
export type OwnSanction = v.InferOutput<typeof ownSanction>;

export const HOLD_CAUSES = ['word', 'link', 'rule'] as const;
export const heldLine = v.strictObject({ line: saidLine, cause: v.picklist(HOLD_CAUSES) });
export type HeldLine = v.InferOutput<typeof heldLine>;

export const REPORT_REASONS = ['spam', 'abuse', 'sexual', 'violence', 'fraud', 'other'] as const;
export const report = v.strictObject({
  reportId,
  line: saidLine,
  reason: v.picklist(REPORT_REASONS),
  note: text(0, REASON_CHARS_MAX),
  filedBy: person,
  filedAtMs: timeMs,
});
export type Report = v.InferOutput<typeof report>;

export const MODERATION_ACTS = [
  'line_deleted', 'line_approved', 'line_rejected', 'line_pinned', 'time_out', 'ban', 'shadow_ban', 'lifted', 'moderator_named', 'moderator_dismissed',
  'rules_changed', 'words_changed', 'shield_raised', 'shield_lowered', 'report_dismissed', 'report_upheld', 'question_removed',
] as const;
export type ModerationAct = (typeof MODERATION_ACTS)[number];

export const logEntry = v.strictObject({
  logId,
  act: v.picklist(MODERATION_ACTS),
  actor: person,
  target: v.nullable(person),
  /** The line's words, the reason, the rules: as they were. */
  detail: text(0, 1_000),
  atMs: timeMs,
});
export type LogEntry = v.InferOutput<typeof logEntry>;

/** The part of the room's snapshot that is moderation's. */
export const moderationSnapshot = v.strictObject({
  rules: roomRules,
  /** The reader's own. */
  sanction: v.nullable(ownSanction),
});

export const moderationMessages = {
  requests: {
    'rules.update': request({
      params: v.partial(v.omit(roomRules, ['isShielded'])),
      result: v.strictObject({ rules: roomRules }),
      needs: 'moderate',
      rate: { burst: 10, perSecond: 0.5 },
    }),
    'words.show': request({ params: nothing, result: wordLists, needs: 'moderate', rate: { burst: 5, perSecond: 0.5 } }),
    'words.update': request({ params: wordLists, result: nothing, needs: 'moderate', rate: { burst: 5, perSecond: 0.2 } }),
    'shield.set': request({
      params: v.strictObject({ isUp: v.boolean() }),
      result: v.strictObject({ rules: roomRules }),
      needs: 'moderate',
      rate: { burst: 5, perSecond: 0.5 },
    }),
    'sanction.give': request({
      params: v.strictObject({
        userId,
        kind: v.picklist(SANCTIONS),
        reason: text(0, REASON_CHARS_MAX),
        /** Null: until lifted; a time-out always ends. */
        lengthS: v.nullable(integer(1, SANCTION_S_MAX)),
      }),
      result: v.strictObject({ sanction }),
      needs: 'moderate',
      rate: { burst: 20, perSecond: 1 },
    }),
    'sanction.lift': request({ params: v.strictObject({ userId }), result: nothing, needs: 'moderate', rate: { burst: 20, perSecond: 1 } }),
    /** Those in force, newest first. */
    'sanction.list': request({
      params: nothing,
      result: v.strictObject({ sanctions: list(sanction, LOG_PAGE_MAX) }),
      needs: 'moderate',
      rate: { burst: 5, perSecond: 0.5 },
    }),
    'held.list': request({
      params: nothing,
      result: v.strictObject({ held: list(heldLine, HELD_LINES_MAX) }),
      needs: 'moderate',
      rate: { burst: 5, perSecond: 0.5 },
    }),
    'held.decide': request({
      params: v.strictObject({ lineId, isApproved: v.boolean() }),
      result: nothing,
      needs: 'moderate',
      rate: { burst: 30, perSecond: 4 },
    }),
    'report.file': request({
      params: v.strictObject({ lineId, reason: v.picklist(REPORT_REASONS), note: text(0, REASON_CHARS_MAX) }),
      result: nothing,
      needs: 'interact',
      rate: { burst: 5, perSecond: 0.1 },
    }),
    'report.list': request({
      params: nothing,
      result: v.strictObject({ reports: list(report, CHAT_PAGE_MAX) }),
      needs: 'moderate',
      rate: { burst: 5, perSecond: 0.5 },
    }),
    /** Upheld: the line is deleted. Closes all reports of the same line. */
    'report.decide': request({
      params: v.strictObject({ reportId, isUpheld: v.boolean() }),
      result: nothing,
      needs: 'moderate',
      rate: { burst: 30, perSecond: 4 },
    }),
    'moderator.name': request({ params: v.strictObject({ userId }), result: nothing, needs: 'moderator.name', rate: { burst: 5, perSecond: 0.2 } }),
    'moderator.dismiss': request({ params: v.strictObject({ userId }), result: nothing, needs: 'moderator.name', rate: { burst: 5, perSecond: 0.2 } }),
    'moderator.list': request({
      params: nothing,
      result: v.strictObject({ moderators: list(person, MODERATORS_MAX) }),
      needs: 'moderate',
      rate: { burst: 5, perSecond: 0.5 },
    }),
    /** Newest first. */
    'moderation.log': request({
      params: v.strictObject({ beforeLogId: v.nullable(logId) }),
      result: v.strictObject({ entries: list(logEntry, LOG_PAGE_MAX), hasMore: v.boolean() }),
      needs: 'moderate',
      rate: { burst: 5, perSecond: 1 },
    }),
  },
  events: {
    'rules.changed': roomEvent(v.strictObject({ rules: roomRules })),
    /** To moderators. */
    'line.held': participantEvent(heldLine),
    /** To moderators, and to the author of a rejected one. */
    'line.decided': participantEvent(v.strictObject({ lineId, isApproved: v.boolean() })),
    /** To moderators. */
    'report.filed': participantEvent(v.strictObject({ report })),
    'report.decided': participantEvent(v.strictObject({ lineId })),
    /** To the person; null: lifted, or over. */
    'sanction.changed': participantEvent(v.strictObject({ sanction: v.nullable(ownSanction) })),
  },
} as const;
