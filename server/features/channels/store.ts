// The SQL of channels. That an avatar is the owner's own image is the foreign key's business.

import { eq } from 'drizzle-orm';
import type { ChannelId } from '../../../shared/ids.ts';
import type { Database } from '../../db/client.ts';
import { foreignKeyViolation, uniqueViolation } from '../../db/failures.ts';
import { channels } from '../../db/schema.ts';
import { AppError } from '../../lib/app-error.ts';

export type { Database } from '../../db/client.ts';
export type ChannelRow = typeof channels.$inferSelect;
export type ChannelFields = Partial<Pick<ChannelRow, 'displayName' | 'about' | 'category' | 'avatarImageId'>>;

const translate = (error: unknown): never => {
  const options = { cause: error };
  const unique = uniqueViolation(error);
  if (unique === 'channels_owner') throw new AppError('channel_exists', 'channel_exists', options);
  if (unique === 'channels_handle_key') throw new AppError('handle_taken', 'handle_taken', options);
  if (foreignKeyViolation(error) === 'channels_own_avatar') throw new AppError('not_found', 'no such image of yours', options);
  throw error;
};

export const createChannelStore = (database: Database) => {
  const findBy = (column: typeof channels.id | typeof channels.handleKey | typeof channels.ownerUserId) => async (value: string): Promise<ChannelRow | null> =>
    (await database.run((db) => db.select().from(channels).where(eq(column, value)))).at(0) ?? null;
  return {
    findById: findBy(channels.id),
    findByKey: findBy(channels.handleKey),
    findByOwner: findBy(channels.ownerUserId),
    /** Throws `channel_exists`, `handle_taken`, `not_found` (the image). */
    add: async (row: ChannelRow): Promise<void> => {
      await database.run((db) => db.insert(channels).values(row)).catch(translate);
    },
    /** Null if there is no such channel. Throws `not_found` (the image). */
    describe: async (id: ChannelId, fields: ChannelFields): Promise<ChannelRow | null> =>
      (await database.run((db) => db.update(channels).set(fields).where(eq(channels.id, id)).returning()).catch(translate)).at(0) ?? null,
  };
};

export type ChannelStore = ReturnType<typeof createChannelStore>;
