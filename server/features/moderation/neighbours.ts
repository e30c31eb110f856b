// What moderation asks of its neighbours: rooms, accounts, channels, follows and chat. Types only; main.ts has the functions.

import type { LineId, RoomId, UserId } from '../../../shared/ids.ts';
import type { SaidLine, SystemFact } from '../../../shared/messages/chat.ts';
import type { HeldLine, Sanction } from '../../../shared/messages/moderation.ts';
import type { EventData, ParticipantEventName } from '../../../shared/messages.ts';
import type { Permission } from '../../../shared/permissions.ts';
import type { Publish, SessionUser } from '../../hub/handler.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Database, Person } from './store.ts';
import type { OperatorWords } from './operator-words.ts';

export type ModerationDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly database: Pick<Database, 'run'>;
  /** Read before, while the database starts; closed with everything here. */
  readonly operatorWords: OperatorWords;
  readonly publish: Publish;
  readonly notifyThose: <E extends ParticipantEventName>(roomId: RoomId, who: Permission, name: E, data: EventData<E>) => void;
  readonly notifyUser: <E extends ParticipantEventName>(roomId: RoomId, userId: UserId, name: E, data: EventData<E>) => void;
  /** This person's role in a room is to be asked for again. */
  readonly rolesChanged: (roomId: RoomId, userId: UserId) => void;
  /** A fact: this is in force against them from now on. */
  readonly sanctioned: (roomId: RoomId, userId: UserId, kind: Sanction['kind']) => void;
  readonly readmitViewers: (roomId: RoomId, isWelcome: (user: SessionUser | null) => boolean) => void;
  readonly personById: (userId: UserId) => Promise<Person | null>;
  readonly ownerOf: (roomId: RoomId) => UserId | null;
  /** Null: they do not follow. Throws `database_unavailable` if that is not known. */
  readonly followedSince: (roomId: RoomId, userId: UserId) => number | null;
  // Chat's.
  readonly lineOf: (roomId: RoomId, lineId: LineId) => Promise<SaidLine | null>;
  readonly deleteLine: (roomId: RoomId, lineId: LineId) => Promise<SaidLine | null>;
  readonly hidePerson: (roomId: RoomId, userId: UserId, sanctionId: string) => Promise<void>;
  readonly restorePerson: (roomId: RoomId, userId: UserId, sanctionId: string) => Promise<void>;
  readonly heldLines: (roomId: RoomId) => Promise<HeldLine[]>;
  readonly decideHeld: (roomId: RoomId, lineId: LineId, isApproved: boolean) => Promise<SaidLine | null>;
  readonly sayFact: (roomId: RoomId, fact: SystemFact, subject: string) => void;
};
