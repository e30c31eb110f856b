// The SQL of reactions.

import { sql } from 'drizzle-orm';
import type { BroadcastId } from '../../../shared/ids.ts';
import type { Reaction } from '../../../shared/messages/reactions.ts';
import type { Database } from '../../db/client.ts';
import { reactionCounts } from '../../db/schema.ts';

export type ReactionDatabase = Pick<Database, 'run'>;

export type ReactionRow = { readonly broadcastId: BroadcastId; readonly second: number; readonly reaction: Reaction; readonly count: number };

export const createReactionStore = ({ run }: ReactionDatabase) => ({
  /** On top of what is there. */
  async add(rows: readonly ReactionRow[]): Promise<void> {
    await run((db) =>
      db
        .insert(reactionCounts)
        .values([...rows])
        .onConflictDoUpdate({
          target: [reactionCounts.broadcastId, reactionCounts.second, reactionCounts.reaction],
          set: { count: sql`${reactionCounts.count} + excluded.count` },
        }),
    );
  },
});
