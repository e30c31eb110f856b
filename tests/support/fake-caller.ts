// Somebody with a place in a room, for unit tests of features: no socket behind it.

import type { ConnectionId, ParticipantId, RoomId, SessionId, UserId } from '../../shared/ids.ts';
import type { Role } from '../../shared/permissions.ts';
import type { Caller } from '../../server/hub/handler.ts';

export const fakeCaller = (name: string, options: { readonly roomId?: RoomId; readonly role?: Role; readonly isOwner?: boolean } = {}): Caller => {
  const { roomId = 'room' as RoomId, role = 'viewer', isOwner = role === 'host' } = options;
  return {
    connectionId: `connection-${name}` as ConnectionId,
    address: '127.0.0.1',
    user: role === 'guest' ? null : { userId: name as UserId, sessionId: `session-${name}` as SessionId, name, displayName: name.toUpperCase() },
    seat: { roomId, participantId: `participant-${name}` as ParticipantId, role, isOwner },
    sit() {},
    notify() {},
    close() {},
  };
};
