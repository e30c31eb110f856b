// Keeping a room good to be in (rules M1-M9): puts the parts together and shows the rest of the server what it may ask. Owns
// rules, words, sanctions, moderators, reports and the log, keyed by room; the lines are chat's, who is here is rooms'.

import type { RoomId, UserId } from '../../../shared/ids.ts';
import type { HeldLine, OwnSanction, RoomRules, Sanction } from '../../../shared/messages/moderation.ts';
import type { EventData } from '../../../shared/messages.ts';
import type { SessionUser } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { RoomPart } from '../../rooms/room-part.ts';
import { moderationHandlers } from './handlers.ts';
import { createJudge, isOver } from './judge.ts';
import { createLogBook } from './log-book.ts';
import { createModerators } from './moderators.ts';
import type { ModerationDeps } from './neighbours.ts';
import { createReports } from './reports.ts';
import { createRoomBook } from './room-book.ts';
import type { RoomBook } from './room-book.ts';
import { createRoomRules } from './room-rules.ts';
import { OPEN_RULES } from './rules.ts';
import { createSanctions } from './sanctions.ts';
import type { Sanctions } from './sanctions.ts';
import { createModerationStore } from './store.ts';

type Snapshot = { rules: RoomRules; sanction: OwnSanction | null };

const partOf = (book: RoomBook, sanctions: Sanctions): RoomPart<Snapshot> => ({
  prepare: book.prepare,
  snapshot(roomId, { userId }) {
    const room = book.seek(roomId);
    if (!room) return { rules: OPEN_RULES, sanction: null };
    return { rules: room.kept.rules, sanction: userId && sanctions.ownIn(room, userId) };
  },
  roomClosed: book.roomClosed,
});

export const createModeration = (deps: ModerationDeps) => {
  const { clock, log, operatorWords } = deps;
  const store = createModerationStore(deps.database);
  const logBook = createLogBook({ clock, log, store: store.log });
  const book: RoomBook = createRoomBook({
    clock,
    log,
    load: store.rooms.load,
    loaded(room, isLate) {
      sanctions.watch(room);
      if (!isLate) return;
      for (const userId of room.moderators) deps.rolesChanged(room.id, userId);
      deps.publish(room.id, 'rules.changed', { rules: room.kept.rules });
    },
    forgotten: (roomId) => sanctions.forgotten(roomId),
  });
  const sanctions: Sanctions = createSanctions({ ...deps, book, logBook, store: store.sanctions });
  const moderators = createModerators({ ...deps, book, logBook, sanctions, store: store.moderators });
  const reports = createReports({ ...deps, logBook, store: store.reports });
  const rules = createRoomRules({ ...deps, book, logBook, store: store.rooms });
  const { judge, mayAct, checkWords } = createJudge({ clock, book, operatorWords: operatorWords.find, followedSince: deps.followedSince });

  return {
    handlers: moderationHandlers({ rules, sanctions, moderators, reports, logBook, chat: deps }),
    part: partOf(book, sanctions),
    judge,
    mayAct,
    checkWords,
    /** One entry of the log. */
    acted: logBook.add,
    isModerator: (roomId: RoomId, userId: UserId): boolean => book.get(roomId)?.moderators.has(userId) === true,
    /** Banned, openly or not. */
    isOutcast(roomId: RoomId, userId: UserId): boolean {
      const sanction = book.get(roomId)?.sanctions.get(userId);
      return sanction !== undefined && sanction.kind !== 'time_out' && !isOver(sanction, clock.nowMs());
    },
    /** What is in force against them; null: nothing, or nobody is in that room. */
    sanctionIn(roomId: RoomId, userId: UserId): Sanction['kind'] | null {
      const sanction = book.get(roomId)?.sanctions.get(userId);
      return sanction && !isOver(sanction, clock.nowMs()) ? sanction.kind : null;
    },
    /** Throws `not_logged_in` where guests may not come in. */
    admit(roomId: RoomId, user: SessionUser | null): void {
      if (!user && book.get(roomId)?.kept.rules.loggedInOnly) throw new AppError('not_logged_in');
    },
    lineHeld: (roomId: RoomId, held: HeldLine): void => deps.notifyThose(roomId, 'moderate', 'line.held', held),
    lineDecided(roomId: RoomId, author: UserId, decision: EventData<'line.decided'>): void {
      deps.notifyThose(roomId, 'moderate', 'line.decided', decision);
      if (!decision.isApproved) deps.notifyUser(roomId, author, 'line.decided', decision);
    },
    /** Rooms in memory; tests count them to zero. */
    rooms: (): number => book.rooms().length,
    async close(): Promise<void> {
      operatorWords.close();
      await sanctions.close();
      await logBook.close();
    },
  };
};

export type Moderation = ReturnType<typeof createModeration>;
