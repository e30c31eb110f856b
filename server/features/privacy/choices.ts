// Who wants no history (rule H7). All of them are in memory, since everything that keeps a name asks first and cannot wait: a set of
// ids, as large as the table, and few people are in it.

import type { UserId } from '../../../shared/ids.ts';
import { createPrivacyStore } from './store.ts';
import type { PrivacyDatabase } from './store.ts';

export const createPrivacyChoices = (deps: { readonly database: PrivacyDatabase }) => {
  const store = createPrivacyStore(deps.database);
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
    /** The account is gone. */
    forget: (userId: UserId): void => void optedOut.delete(userId),
    async restore(): Promise<void> {
      for (const userId of await store.optedOut()) optedOut.add(userId);
    },
  };
};

export type PrivacyChoices = ReturnType<typeof createPrivacyChoices>;
