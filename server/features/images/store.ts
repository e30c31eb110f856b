// The SQL of images. They lie in the database: few, small, and saved with everything else by one backup.

import { and, asc, count, eq, isNull, lt, notExists } from 'drizzle-orm';
import type { ImageId, UserId } from '../../../shared/ids.ts';
import { IMAGES_PER_USER_MAX } from '../../../shared/limits.ts';
import type { Database, Db } from '../../db/client.ts';
import { broadcasts, channels, images, users } from '../../db/schema.ts';
import { AppError } from '../../lib/app-error.ts';

export type { Database } from '../../db/client.ts';
export type ImageRow = typeof images.$inferSelect;
export type StoredImage = Pick<ImageRow, 'mime' | 'bytes'>;
type Transaction = Parameters<Parameters<Db['transaction']>[0]>[0];

/** One that was just uploaded is about to be used. */
const UNUSED_AFTER_MS = 3_600_000;

/** Makes room for one more by dropping the oldest that nothing shows. Throws `too_many_items`. */
const makeRoom = async (tx: Transaction, ownerUserId: UserId, nowMs: number): Promise<void> => {
  const [owned] = await tx.select({ images: count() }).from(images).where(eq(images.ownerUserId, ownerUserId));
  if ((owned?.images ?? 0) < IMAGES_PER_USER_MAX) return;
  const avatar = tx.select({ id: channels.id }).from(channels).where(eq(channels.avatarImageId, images.id));
  const cover = tx.select({ id: broadcasts.id }).from(broadcasts).where(and(eq(broadcasts.coverImageId, images.id), isNull(broadcasts.endedAt)));
  const [unused] = await tx
    .select({ id: images.id })
    .from(images)
    .where(and(eq(images.ownerUserId, ownerUserId), lt(images.createdAt, nowMs - UNUSED_AFTER_MS), notExists(avatar), notExists(cover)))
    .orderBy(asc(images.createdAt))
    .limit(1);
  if (!unused) throw new AppError('too_many_items', 'too many images');
  await tx.delete(images).where(eq(images.id, unused.id));
};

export const createImageStore = (database: Database) => ({
  /** The id of these bytes: the same upload twice is one image. Throws `too_many_items`. */
  add: (row: ImageRow): Promise<ImageId> =>
    database.run((db) =>
      db.transaction(async (tx) => {
        // Uploads of one user queue up here, or they could pass the limit together.
        await tx.select({ id: users.id }).from(users).where(eq(users.id, row.ownerUserId)).for('update');
        const [same] = await tx
          .select({ id: images.id })
          .from(images)
          .where(and(eq(images.ownerUserId, row.ownerUserId), eq(images.sha256, row.sha256)));
        if (same) return same.id;
        await makeRoom(tx, row.ownerUserId, row.createdAt);
        await tx.insert(images).values(row);
        return row.id;
      }),
    ),
  find: async (id: ImageId): Promise<StoredImage | null> =>
    (await database.run((db) => db.select({ mime: images.mime, bytes: images.bytes }).from(images).where(eq(images.id, id)))).at(0) ?? null,
});
