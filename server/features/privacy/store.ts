// The SQL of what people choose about their own data.

import { eq, sql } from 'drizzle-orm';
import type { UserId } from '../../../shared/ids.ts';
import type { Database } from '../../db/client.ts';
import { privacyChoices } from '../../db/insight-schema.ts';

export type PrivacyDatabase = Pick<Database, 'run'>;

export const createPrivacyStore = ({ run }: PrivacyDatabase) => ({
  async optedOut(): Promise<UserId[]> {
    const rows = await run((db) => db.select({ userId: privacyChoices.userId }).from(privacyChoices).where(eq(privacyChoices.keepsHistory, false)));
    return rows.map(({ userId }) => userId);
  },
  async choose(userId: UserId, keepsHistory: boolean): Promise<void> {
    await run((db) =>
      db.insert(privacyChoices).values({ userId, keepsHistory }).onConflictDoUpdate({ target: privacyChoices.userId, set: { keepsHistory: sql`excluded.keeps_history` } }),
    );
  },
});

export type PrivacyStore = ReturnType<typeof createPrivacyStore>;
