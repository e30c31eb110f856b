// Who helps to keep a room: named and dismissed by its host, at once and without joining again (rule M9).

import type { UserId } from '../../../shared/ids.ts';
import { MODERATORS_MAX } from '../../../shared/limits.ts';
import type { Caller } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { placeOf } from '../../rooms/place.ts';
import type { LogBook } from './log-book.ts';
import type { ModerationDeps } from './neighbours.ts';
import type { RoomBook } from './room-book.ts';
import type { Sanctions } from './sanctions.ts';
import type { ModerationStore } from './store.ts';

export type ModeratorsDeps = Pick<ModerationDeps, 'personById' | 'ownerOf' | 'rolesChanged' | 'sayFact'> & {
  readonly clock: Clock;
  readonly log: Log;
  readonly book: RoomBook;
  readonly logBook: LogBook;
  readonly sanctions: Sanctions;
  readonly store: ModerationStore['moderators'];
};

export const createModerators = (deps: ModeratorsDeps) => {
  const { clock, log, book, logBook, store } = deps;
  return {
    /** What is in force against them ends: the host trusts them. Naming twice is naming once. */
    async name(caller: Caller, userId: UserId): Promise<void> {
      const { seat: { roomId } } = placeOf(caller);
      if (userId === deps.ownerOf(roomId)) throw new AppError('permission_denied', 'the room is theirs');
      const person = await deps.personById(userId);
      if (!person) throw new AppError('not_found', 'no such person');
      await book.change(roomId, async (room) => {
        if (room.moderators.has(userId)) return;
        if (room.moderators.size >= MODERATORS_MAX) throw new AppError('too_many_items');
        await deps.sanctions.liftIn(room, caller, userId);
        await store.name(roomId, userId, clock.nowMs());
        room.moderators.add(userId);
        deps.rolesChanged(roomId, userId);
        deps.sayFact(roomId, 'moderator_named', person.displayName);
        logBook.add(caller, 'moderator_named', userId, '');
        log.info({ room: roomId, user: userId }, 'moderator named');
      });
    },
    /** Dismissing who is none changes nothing. */
    async dismiss(caller: Caller, userId: UserId): Promise<void> {
      const { seat: { roomId } } = placeOf(caller);
      await book.change(roomId, async (room) => {
        if (!room.moderators.has(userId)) return;
        await store.dismiss(roomId, userId);
        room.moderators.delete(userId);
        deps.rolesChanged(roomId, userId);
        logBook.add(caller, 'moderator_dismissed', userId, '');
        log.info({ room: roomId, user: userId }, 'moderator dismissed');
      });
    },
    list: store.moderators,
  };
};

export type Moderators = ReturnType<typeof createModerators>;
