// One person's place in a room. Owns its identity and its connection's coming and going; knows no media and no feature.
// It survives its connection: `dropped` participants may come back with their rejoin token (rule J4).

import type { ParticipantId, RoomId } from '../../shared/ids.ts';
import type { Role } from '../../shared/permissions.ts';
import type { Cancel } from '../lib/clock.ts';
import type { Caller, SessionUser } from '../hub/handler.ts';

export type Presence =
  | { readonly state: 'here'; readonly caller: Caller }
  | { readonly state: 'dropped'; readonly expiry: Cancel; readonly atMs: number };

export type Participant = {
  readonly id: ParticipantId;
  readonly roomId: RoomId;
  /** Moderators are named and dismissed while they are here. */
  role: Role;
  readonly isStudio: boolean;
  /** The channel is theirs. */
  readonly isOwner: boolean;
  readonly user: SessionUser | null;
  /** Who this is when people are counted: several tabs of one user are one person. */
  readonly person: string;
  readonly rejoinToken: string;
  readonly joinedAtMs: number;
  presence: Presence;
  /** Something was told to this one alone while away: a list of the room's events would not have it (rule J8). */
  needsSnapshot: boolean;
};

export const callerOf = (participant: Participant): Caller | null =>
  participant.presence.state === 'here' ? participant.presence.caller : null;
