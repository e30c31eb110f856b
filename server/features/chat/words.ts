// What a line is made of: its words made harmless, whom it names, what it answers, how it looks (rules C3, C4).

import type { LineId, UserId } from '../../../shared/ids.ts';
import { CHAT_CHARS_MAX, MENTIONS_MAX } from '../../../shared/limits.ts';
import type { DanmakuLook, SaidLine } from '../../../shared/messages/chat.ts';
import { can } from '../../../shared/permissions.ts';
import type { Role } from '../../../shared/permissions.ts';
import { AppError } from '../../lib/app-error.ts';
import { cleanLine } from '../../lib/plain-text.ts';
import { authorOf, excerptOf, isPublic } from './line.ts';
import type { ChatDeps } from './parts.ts';
import type { Room } from './room-book.ts';

/** Throws `bad_request` where nothing visible is left, or more than fits: putting it in order can make it longer. */
export const cleanWords = (typed: string): string => {
  const text = cleanLine(typed);
  if (text === '' || text.length > CHAT_CHARS_MAX) throw new AppError('bad_request', 'the line is empty or too long');
  return text;
};

/** The shape of account names, after an @ that is not the middle of an address. */
const MENTION = /(?<![A-Za-z0-9._-])@((?:\p{L}\p{M}*|[0-9])+(?:[._-](?:\p{L}\p{M}*|[0-9])+)*)/gu;

const namesIn = (text: string): string[] => {
  const names = new Set<string>();
  for (const [, name] of text.matchAll(MENTION)) if (name && names.size < MENTIONS_MAX) names.add(name.normalize('NFKC').toLowerCase());
  return [...names];
};

/** Those who are meant by an @name: people who are here, or who spoke lately. */
export const mentionsIn = (text: string, room: Room, userIdsNamed: ChatDeps['userIdsNamed']): UserId[] => {
  if (!text.includes('@')) return [];
  const names = namesIn(text);
  if (names.length === 0) return [];
  const authors = names.flatMap((name) => room.lines.authorNamed(name) ?? []);
  return [...new Set([...userIdsNamed(room.id, names), ...authors])].slice(0, MENTIONS_MAX);
};

/** What everybody may see of the line that is answered; null: it answers nothing. */
export const replyIn = (room: Room, lineId: LineId | null): SaidLine['replyTo'] => {
  const entry = lineId === null ? null : room.lines.find(lineId);
  if (!entry || !isPublic(entry)) return null;
  const { author, text } = entry.said;
  return { lineId: entry.said.lineId, userId: authorOf(entry), displayName: author.displayName, excerpt: excerptOf(text) };
};

/** Only those who lead the show may stop a line at the top or bottom of the picture. */
export const lookFor = (look: DanmakuLook, role: Role): DanmakuLook =>
  look.place === 'scroll' || can(role, 'show.control') ? look : { ...look, place: 'scroll' };

/** A fact's words among the lines; they have a rule of their own where they come from. */
export const subjectOf = (subject: string): string => subject.slice(0, CHAT_CHARS_MAX).toWellFormed();

