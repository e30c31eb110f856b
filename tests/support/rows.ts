// The rows that others hang on, for tests of stores.

import type { BroadcastId, ChannelId, UserId } from '../../shared/ids.ts';
import type { Database } from '../../server/db/client.ts';
import { broadcasts, channels, users } from '../../server/db/schema.ts';

type Door = Pick<Database, 'run'>;

/** Each one's id is its name. */
export const addUsers = async ({ run }: Door, names: readonly string[]): Promise<void> => {
  const rows = names.map((name) => ({
    id: name as UserId, name, nameKey: name, displayName: name.toUpperCase(), passwordHash: '$argon2id$x', locale: null, createdAt: 1,
  }));
  await run((db) => db.insert(users).values(rows));
};

export const addChannel = async (door: Door, { ownerId, channelId }: { readonly ownerId: string; readonly channelId: ChannelId }): Promise<void> => {
  await addUsers(door, [ownerId]);
  const row = {
    id: channelId, ownerUserId: ownerId as UserId, handle: ownerId, handleKey: ownerId, displayName: ownerId, about: '',
    category: 'talk', avatarImageId: null, createdAt: 1,
  } as const;
  await door.run((db) => db.insert(channels).values(row));
};

/** Ended already, so that a channel may have several. */
export const addBroadcast = async ({ run }: Door, id: string, channelId: ChannelId, startedAtMs: number): Promise<void> => {
  const row = {
    id: id as BroadcastId, channelId, title: 'T', category: 'talk', tags: [], visibility: 'public', linkKey: null, coverImageId: null,
    startedAt: startedAtMs, lastAliveAt: startedAtMs, endedAt: startedAtMs, endReason: 'host',
  } as const;
  await run((db) => db.insert(broadcasts).values({ ...row, tags: [] }));
};
