// Time-outs, bans and shadow bans (rules M5-M7): one in force for each person and channel, kept in the database before anybody
// is told. Ends them when their time is over, also while nobody looks. What goes with a ban, chat does.

import { randomUUID } from 'node:crypto';
import type { RoomId, UserId } from '../../../shared/ids.ts';
import { REASON_CHARS_MAX } from '../../../shared/limits.ts';
import type { OwnSanction, Sanction } from '../../../shared/messages/moderation.ts';
import type { Params } from '../../../shared/messages.ts';
import type { Caller } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Cancel, Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { cleanLine } from '../../lib/plain-text.ts';
import { createWriteBehind } from '../../lib/write-behind.ts';
import { placeOf } from '../../rooms/place.ts';
import { isOver } from './judge.ts';
import type { LogBook } from './log-book.ts';
import type { ModerationDeps } from './neighbours.ts';
import type { Room, RoomBook } from './room-book.ts';
import { SANCTIONS_MAX } from './store.ts';
import type { InForce, ModerationStore, Person } from './store.ts';

type Neighbours = Pick<ModerationDeps, 'notifyUser' | 'sanctioned' | 'rolesChanged' | 'personById' | 'ownerOf' | 'hidePerson' | 'restorePerson'>;
export type SanctionsDeps = Neighbours & {
  readonly clock: Clock;
  readonly log: Log;
  readonly book: RoomBook;
  readonly logBook: LogBook;
  readonly store: ModerationStore['sanctions'];
};

/** Node's timers end at 24 days. */
const WAIT_MS_MAX = 86_400_000;

/** What the person themselves may know. */
export const ownViewOf = ({ kind, reason, untilMs }: InForce): OwnSanction | null => (kind === 'shadow_ban' ? null : { kind, reason, untilMs });

export const createSanctions = (deps: SanctionsDeps) => {
  const { clock, log, book, store } = deps;
  const timers = new Map<RoomId, Cancel>();
  const writes = createWriteBehind({ clock, log });

  /** Null while nothing is in force, or nothing that the person knows of. */
  const ownIn = (room: Room, userId: UserId): OwnSanction | null => {
    const sanction = room.sanctions.get(userId);
    return sanction && !isOver(sanction, clock.nowMs()) ? ownViewOf(sanction) : null;
  };
  const tell = (room: Room, userId: UserId): void => deps.notifyUser(room.id, userId, 'sanction.changed', { sanction: ownIn(room, userId) });

  const restore = async (roomId: RoomId, { id, userId, kind }: InForce): Promise<void> => {
    if (kind !== 'ban') return;
    // The sanction is over, whatever becomes of the lines.
    await deps.restorePerson(roomId, userId, id).catch((error: unknown) => log.error({ err: error, room: roomId, sanction: id }, 'lines not restored'));
  };

  const endThose = (room: Room): void => {
    for (const sanction of [...room.sanctions.values()]) {
      if (!isOver(sanction, clock.nowMs())) continue;
      room.sanctions.delete(sanction.userId);
      if (sanction.kind !== 'shadow_ban') tell(room, sanction.userId);
      void restore(room.id, sanction);
      writes.add(sanction.id, () => store.lift(sanction.id, sanction.untilMs ?? clock.nowMs()));
    }
  };

  /** Ends what is over, and looks again when the next one is. */
  const watch = (room: Room): void => {
    timers.get(room.id)?.();
    timers.delete(room.id);
    endThose(room);
    const nextMs = Math.min(...[...room.sanctions.values()].map(({ untilMs }) => untilMs ?? Infinity));
    if (nextMs === Infinity) return;
    timers.set(room.id, clock.after(Math.min(WAIT_MS_MAX, nextMs - clock.nowMs()), () => watch(room)));
  };

  /** Neither against the owner nor oneself; a moderator's only by the owner. */
  const checkTarget = (caller: Caller, room: Room, target: UserId): void => {
    const { seat, user } = placeOf(caller);
    if (target === user.userId || target === deps.ownerOf(room.id)) throw new AppError('permission_denied', 'not this person');
    if (room.moderators.has(target) && !seat.isOwner && seat.role !== 'host') throw new AppError('permission_denied', 'only the host may');
  };

  /** The same ban goes on under its name, so that lifting it brings everything back. */
  const idFor = (before: InForce | undefined, kind: InForce['kind']): string => (before?.kind === 'ban' && kind === 'ban' ? before.id : randomUUID());

  const giveIn = async (room: Room, caller: Caller, person: Person, params: Params<'sanction.give'>): Promise<InForce> => {
    checkTarget(caller, room, person.userId);
    const { kind, lengthS } = params;
    const before = room.sanctions.get(person.userId);
    if (!before && room.sanctions.size >= SANCTIONS_MAX) throw new AppError('too_many_items');
    const givenAtMs = clock.nowMs();
    const sanction: InForce = {
      id: idFor(before, kind),
      userId: person.userId,
      kind,
      reason: cleanLine(params.reason).slice(0, REASON_CHARS_MAX).toWellFormed(),
      givenBy: placeOf(caller).user.userId,
      givenAtMs,
      untilMs: lengthS === null ? null : givenAtMs + lengthS * 1_000,
    };
    await store.give(room.id, sanction);
    deps.logBook.add(caller, kind, person.userId, sanction.reason);
    const knewOne = ownIn(room, person.userId) !== null;
    room.sanctions.set(person.userId, sanction);
    if (kind !== 'shadow_ban' || knewOne) tell(room, person.userId);
    watch(room);
    if (before && before.id !== sanction.id) await restore(room.id, before);
    deps.sanctioned(room.id, person.userId, kind);
    if (kind === 'ban') await banned(room, sanction);
    return sanction;
  };

  /** All of theirs goes, and their office with it. */
  const banned = async (room: Room, { id, userId }: InForce): Promise<void> => {
    if (room.moderators.delete(userId)) deps.rolesChanged(room.id, userId);
    await deps.hidePerson(room.id, userId, id);
  };

  /** Nothing happens if there is nothing in force. */
  const liftIn = async (room: Room, caller: Caller, userId: UserId): Promise<boolean> => {
    const sanction = room.sanctions.get(userId);
    if (!sanction || isOver(sanction, clock.nowMs())) return false;
    await store.lift(sanction.id, clock.nowMs());
    deps.logBook.add(caller, 'lifted', userId, sanction.reason);
    room.sanctions.delete(userId);
    if (sanction.kind !== 'shadow_ban') tell(room, userId);
    watch(room);
    await restore(room.id, sanction);
    return true;
  };

  return {
    ownIn,
    watch,
    forgotten(roomId: RoomId): void {
      timers.get(roomId)?.();
      timers.delete(roomId);
    },
    /** Takes the place of what is in force. Throws `bad_request`, `not_found`, `permission_denied`, `too_many_items`. */
    async give(caller: Caller, params: Params<'sanction.give'>): Promise<Sanction> {
      const { seat, user: { userId, name, displayName } } = placeOf(caller);
      if (params.kind === 'time_out' && params.lengthS === null) throw new AppError('bad_request', 'a time-out has an end');
      const person = await deps.personById(params.userId);
      if (!person) throw new AppError('not_found', 'no such person');
      const { kind, reason, givenAtMs, untilMs } = await book.change(seat.roomId, (room) => giveIn(room, caller, person, params));
      log.info({ room: seat.roomId, user: person.userId, kind }, 'sanction given');
      return { person, kind, reason, givenAtMs, untilMs, givenBy: { userId, name, displayName } };
    },
    liftIn,
    /** Throws `not_found` if nothing is in force. */
    async lift(caller: Caller, userId: UserId): Promise<void> {
      const { seat } = placeOf(caller);
      const isLifted = await book.change(seat.roomId, (room) => liftIn(room, caller, userId));
      if (!isLifted) throw new AppError('not_found', 'nothing is in force');
    },
    list: (roomId: RoomId): Promise<Sanction[]> => store.sanctions(roomId, clock.nowMs()),
    async close(): Promise<void> {
      for (const cancel of timers.values()) cancel();
      timers.clear();
      await writes.close();
    },
  };
};

export type Sanctions = ReturnType<typeof createSanctions>;
