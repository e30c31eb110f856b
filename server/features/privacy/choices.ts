// Who wants no history (rule Y1). All of them are in memory, since everything that keeps a name asks first and cannot wait: a set of
// ids, as large as the table, and few people are in it.

import type { UserId } from '../../../shared/ids.ts';
import type { PrivacyStore } from './store.ts';

export const createPrivacyChoices = (store: Pick<PrivacyStore, 'optedOut' | 'choose'>) => {
  const optedOut = new Set<UserId>();
  return {
    /** May their name be kept beside what they watch? */
    keepsHistory: (userId: UserId): boolean => !optedOut.has(userId),
    /** Opting out holds at once, and is taken back if it cannot be stored. Rejects with `database_unavailable`. */
    async choose(userId: UserId, keepsHistory: boolean): Promise<void> {
      const before = optedOut.has(userId);
      if (!keepsHistory) optedOut.add(userId);
      try {
        await store.choose(userId, keepsHistory);
      } catch (error) {
        if (!before) optedOut.delete(userId);
        throw error;
      }
      if (keepsHistory) optedOut.delete(userId);
    },
    /** From now on nothing is kept of them, whatever they chose: their account is going. */
    leave: (userId: UserId): void => void optedOut.add(userId),
    /** It did not go after all; or it is gone, and so is the choice. */
    forget: (userId: UserId): void => void optedOut.delete(userId),
    async restore(): Promise<void> {
      for (const userId of await store.optedOut()) optedOut.add(userId);
    },
  };
};

export type PrivacyChoices = ReturnType<typeof createPrivacyChoices>;
