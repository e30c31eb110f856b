// Who is here, for those who lead the room: one row for each logged-in user however many tabs they have; guests are counted.

import { PEOPLE_PAGE_MAX } from '../../shared/limits.ts';
import type { ParticipantId } from '../../shared/ids.ts';
import type { PersonHere } from '../../shared/messages/people.ts';
import type { Result } from '../../shared/messages.ts';
import { ROLES } from '../../shared/permissions.ts';
import type { Role } from '../../shared/permissions.ts';
import type { Participant } from './participant.ts';

const rankOf = ({ role }: Pick<PersonHere, 'role'>): number => ROLES.indexOf(role);
/** One tab may have a seat on the stage, and another not. */
const higher = (role: Role, other: Role = role): Role => (ROLES.indexOf(other) < ROLES.indexOf(role) ? other : role);

export const peopleIn = (participants: readonly Participant[], isReceiving: (id: ParticipantId) => boolean): Result<'people.list'> => {
  const people = new Map<string, PersonHere>();
  let guests = 0;
  for (const { id, user, role, isOwner, joinedAtMs } of participants) {
    if (!user) {
      guests += 1;
      continue;
    }
    const earlier = people.get(user.userId);
    const { userId, name, displayName } = user;
    people.set(userId, {
      userId, name, displayName,
      role: isOwner ? 'host' : higher(role, earlier?.role),
      joinedAtMs: Math.min(joinedAtMs, earlier?.joinedAtMs ?? joinedAtMs),
      isReceiving: isReceiving(id) || earlier?.isReceiving === true,
    });
  }
  const sorted = [...people.values()].sort((a, b) => rankOf(a) - rankOf(b) || a.joinedAtMs - b.joinedAtMs);
  return { people: sorted.slice(0, PEOPLE_PAGE_MAX), users: sorted.length, guests };
};
