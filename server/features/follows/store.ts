// The SQL of follows.

import { and, count, desc, eq } from 'drizzle-orm';
import type { RoomId, UserId } from '../../../shared/ids.ts';
import { FOLLOWS_MAX } from '../../../shared/limits.ts';
import type { ChannelView } from '../../../shared/messages/rooms.ts';
import type { Database } from '../../db/client.ts';
import { channelColumns, channelViewOf } from '../../db/channel-row.ts';
import type { ImageUrl } from '../../db/channel-row.ts';
import { channels, follows } from '../../db/schema.ts';

export type { Database } from '../../db/client.ts';

const one = (roomId: RoomId, userId: UserId) => and(eq(follows.channelId, roomId), eq(follows.userId, userId));

export type Followed = { readonly channel: ChannelView; readonly followedAtMs: number; readonly wantsNotices: boolean };

export const createFollowStore = ({ run }: Pick<Database, 'run'>) => ({
  async count(roomId: RoomId): Promise<number> {
    const [row] = await run((db) => db.select({ followers: count() }).from(follows).where(eq(follows.channelId, roomId)));
    return row?.followers ?? 0;
  },
  /** Null: they do not follow. */
  async followedSince(roomId: RoomId, userId: UserId): Promise<number | null> {
    const [row] = await run((db) => db.select({ followedAt: follows.followedAt }).from(follows).where(one(roomId, userId)));
    return row?.followedAt ?? null;
  },
  /** Since when they follow now; following again does not change it. */
  async follow(roomId: RoomId, userId: UserId, atMs: number): Promise<{ sinceMs: number; isNew: boolean }> {
    const added = await run((db) =>
      db.insert(follows).values({ channelId: roomId, userId, followedAt: atMs }).onConflictDoNothing().returning({ followedAt: follows.followedAt }),
    );
    if (added.length > 0) return { sinceMs: atMs, isNew: true };
    return { sinceMs: (await this.followedSince(roomId, userId)) ?? atMs, isNew: false };
  },
  /** False: they did not follow. */
  async unfollow(roomId: RoomId, userId: UserId): Promise<boolean> {
    return (await run((db) => db.delete(follows).where(one(roomId, userId)).returning({ userId: follows.userId }))).length > 0;
  },
  /** Null: they do not follow. */
  async wantsNotices(roomId: RoomId, userId: UserId): Promise<boolean | null> {
    const [row] = await run((db) => db.select({ wantsNotices: follows.wantsNotices }).from(follows).where(one(roomId, userId)));
    return row?.wantsNotices ?? null;
  },
  /** Nothing happens where they do not follow. */
  async setWantsNotices(roomId: RoomId, userId: UserId, wantsNotices: boolean): Promise<void> {
    await run((db) => db.update(follows).set({ wantsNotices }).where(one(roomId, userId)));
  },
  /** Followed last, first. */
  async followedBy(userId: UserId, imageUrl: ImageUrl): Promise<Followed[]> {
    const rows = await run((db) =>
      db.select({ channel: channelColumns, followedAtMs: follows.followedAt, wantsNotices: follows.wantsNotices })
        .from(follows).innerJoin(channels, eq(channels.id, follows.channelId)).where(eq(follows.userId, userId)).orderBy(desc(follows.followedAt)).limit(FOLLOWS_MAX),
    );
    return rows.map(({ channel, ...row }) => ({ ...row, channel: channelViewOf(channel, imageUrl) }));
  },
});

export type FollowStore = ReturnType<typeof createFollowStore>;
