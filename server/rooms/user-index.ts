// Where each logged-in user is, over all rooms: so that telling one person something does not look at everybody. Plain state.

import type { UserId } from '../../shared/ids.ts';
import type { Participant } from './participant.ts';

export const createUserIndex = () => {
  const byUser = new Map<UserId, Set<Participant>>();
  return {
    add(participant: Participant): void {
      if (!participant.user) return;
      const { userId } = participant.user;
      byUser.set(userId, (byUser.get(userId) ?? new Set()).add(participant));
    },
    remove(participant: Participant): void {
      if (!participant.user) return;
      const { userId } = participant.user;
      const others = byUser.get(userId);
      others?.delete(participant);
      if (others?.size === 0) byUser.delete(userId);
    },
    of: (userId: UserId): readonly Participant[] => [...(byUser.get(userId) ?? [])],
    /** Users who are somewhere; tests count them to zero. */
    size: (): number => byUser.size,
  };
};
