// One function for each request of moderation.ts: unpack, ask the rules.

import type { Caller, Handlers } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import { placeOf } from '../../rooms/place.ts';
import type { LogBook } from './log-book.ts';
import type { ModerationDeps } from './neighbours.ts';
import type { Moderators } from './moderators.ts';
import type { Reports } from './reports.ts';
import type { RoomRulesOf } from './room-rules.ts';
import type { Sanctions } from './sanctions.ts';

type Names =
  | 'rules.update' | 'words.show' | 'words.update' | 'shield.set' | 'sanction.give' | 'sanction.lift' | 'sanction.list' | 'held.list' | 'held.decide'
  | 'report.file' | 'report.list' | 'report.decide' | 'moderator.name' | 'moderator.dismiss' | 'moderator.list' | 'moderation.log';

export type ModerationParts = {
  readonly rules: RoomRulesOf;
  readonly sanctions: Sanctions;
  readonly moderators: Moderators;
  readonly reports: Reports;
  readonly logBook: LogBook;
  readonly chat: Pick<ModerationDeps, 'heldLines' | 'decideHeld'>;
};

const roomOf = (caller: Caller) => placeOf(caller).seat.roomId;
const done = async (work: Promise<void>): Promise<Record<string, never>> => {
  await work;
  return {};
};

export const moderationHandlers = ({ rules, sanctions, moderators, reports, logBook, chat }: ModerationParts): Handlers<Names> => ({
  'rules.update': async (params, caller) => ({ rules: await rules.update(caller, params) }),
  'words.show': async (_, caller) => rules.words(roomOf(caller)),
  'words.update': async (params, caller) => done(rules.updateWords(caller, params)),
  'shield.set': async ({ isUp }, caller) => ({ rules: await rules.setShield(caller, isUp) }),
  'sanction.give': async (params, caller) => ({ sanction: await sanctions.give(caller, params) }),
  'sanction.lift': async ({ userId }, caller) => done(sanctions.lift(caller, userId)),
  'sanction.list': async (_, caller) => ({ sanctions: await sanctions.list(roomOf(caller)) }),
  'held.list': async (_, caller) => ({ held: await chat.heldLines(roomOf(caller)) }),
  'held.decide': async ({ lineId, isApproved }, caller) => {
    const line = await chat.decideHeld(roomOf(caller), lineId, isApproved);
    if (!line) throw new AppError('not_found', 'not held any more');
    logBook.add(caller, isApproved ? 'line_approved' : 'line_rejected', line.author.userId, line.text);
    return {};
  },
  'report.file': async (params, caller) => done(reports.file(caller, params)),
  'report.list': async (_, caller) => ({ reports: await reports.list(roomOf(caller)) }),
  'report.decide': async (params, caller) => done(reports.decide(caller, params)),
  'moderator.name': async ({ userId }, caller) => done(moderators.name(caller, userId)),
  'moderator.dismiss': async ({ userId }, caller) => done(moderators.dismiss(caller, userId)),
  'moderator.list': async (_, caller) => ({ moderators: await moderators.list(roomOf(caller)) }),
  'moderation.log': async ({ beforeLogId }, caller) => logBook.page(roomOf(caller), beforeLogId),
});
