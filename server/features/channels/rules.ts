// The rules of channels: a creator's permanent place. One for each user. Found by handle at every join, so what was found is kept for a
// moment, and for as long as the database is away.

import { randomUUID } from 'node:crypto';
import type { ChannelId, ImageId, UserId } from '../../../shared/ids.ts';
import { ABOUT_CHARS_MAX, DISPLAY_NAME_CHARS_MAX } from '../../../shared/limits.ts';
import type { BroadcastSummary } from '../../../shared/messages/broadcasts.ts';
import type { ChannelView } from '../../../shared/messages/rooms.ts';
import type { RouteBody, RouteResult } from '../../../shared/routes.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { createLastKnown } from '../../lib/last-known.ts';
import type { Log } from '../../lib/log.ts';
import { cleanLine, cleanLines } from '../../lib/plain-text.ts';
import { checkHandle, handleKeyOf } from './handles.ts';
import { createChannelStore } from './store.ts';
import type { ChannelFields, ChannelRow, Database } from './store.ts';

export type ChannelsDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly database: Database;
  readonly imageUrl: (id: ImageId) => string;
  readonly pastBroadcasts: (channelId: ChannelId) => Promise<BroadcastSummary[]>;
};

export type FoundChannel = { readonly channel: ChannelView; readonly ownerUserId: UserId };

const KNOWN_MAX = 10_000;
const FRESH_MS = 5_000; // how long another server process may show what was changed here

const cleanFields = (fields: RouteBody<'channel.update'>): ChannelFields => {
  const displayName = fields.displayName === undefined ? undefined : cleanLine(fields.displayName);
  if (displayName === '' || (displayName?.length ?? 0) > DISPLAY_NAME_CHARS_MAX) throw new AppError('name_invalid', 'display name');
  const about = fields.about === undefined ? undefined : cleanLines(fields.about).slice(0, ABOUT_CHARS_MAX);
  const { category, avatarImageId } = fields;
  return {
    ...(displayName === undefined ? {} : { displayName }),
    ...(about === undefined ? {} : { about }),
    ...(category === undefined ? {} : { category }),
    ...(avatarImageId === undefined ? {} : { avatarImageId }),
  };
};

export const createChannelRules = (deps: ChannelsDeps) => {
  const store = createChannelStore(deps.database);

  const foundOf = (row: ChannelRow): FoundChannel => ({
    ownerUserId: row.ownerUserId,
    channel: {
      channelId: row.id,
      handle: row.handle,
      displayName: row.displayName,
      about: row.about,
      category: row.category,
      avatarUrl: row.avatarImageId && deps.imageUrl(row.avatarImageId),
    },
  });
  const knownBy = (find: (key: string) => Promise<ChannelRow | null>) =>
    createLastKnown<FoundChannel>({
      clock: deps.clock, keysMax: KNOWN_MAX, freshMs: FRESH_MS, load: async (key) => {
        const row = await find(key);
        return row && foundOf(row);
      },
    });
  const byKey = knownBy(store.findByKey);
  const byId = knownBy(store.findById);
  const byOwner = knownBy(store.findByOwner);
  const forget = (channelId: ChannelId): void => {
    for (const known of [byKey, byId, byOwner]) known.forgetWhere(({ channel }) => channel.channelId === channelId);
  };

  const findByHandle = async (handle: string): Promise<FoundChannel | null> => {
    const key = handleKeyOf(handle);
    return key === null ? null : byKey.get(key);
  };
  const mustFind = async (handle: string): Promise<FoundChannel> => {
    const found = await findByHandle(handle);
    if (!found) throw new AppError('channel_not_found');
    return found;
  };

  return {
    /** It is gone, or changed elsewhere. */
    forget,
    findByHandle,
    findById: async (id: ChannelId): Promise<ChannelView | null> => (await byId.get(id))?.channel ?? null,
    channelOf: async (userId: UserId): Promise<ChannelView | null> => (await byOwner.get(userId))?.channel ?? null,
    /** The id of this handle's channel if it is this user's, else null. */
    ownRoom: async (userId: string, handle: string): Promise<ChannelId | null> => {
      const found = await findByHandle(handle);
      return found?.ownerUserId === userId ? found.channel.channelId : null;
    },
    async open(ownerUserId: UserId, body: RouteBody<'channel.open'>): Promise<ChannelView> {
      const { handle, key } = checkHandle(body.handle);
      const row = {
        displayName: handle, about: '', category: body.category, avatarImageId: body.avatarImageId, ...cleanFields(body),
        id: randomUUID() as ChannelId, ownerUserId, handle, handleKey: key, createdAt: deps.clock.nowMs(),
      };
      await store.add(row);
      byKey.forget(key);
      byOwner.forget(ownerUserId);
      deps.log.info({ channel: row.id, user: ownerUserId }, 'channel opened');
      return foundOf(row).channel;
    },
    async update(userId: UserId, handle: string, body: RouteBody<'channel.update'>): Promise<ChannelView> {
      const { channel, ownerUserId } = await mustFind(handle);
      if (ownerUserId !== userId) throw new AppError('permission_denied');
      const fields = cleanFields(body);
      if (Object.keys(fields).length === 0) return channel;
      const row = await store.describe(channel.channelId, fields);
      forget(channel.channelId);
      if (!row) throw new AppError('channel_not_found');
      return foundOf(row).channel;
    },
    async show(handle: string): Promise<RouteResult<'channel.show'>> {
      const { channel } = await mustFind(handle);
      // The list is an extra: a channel that is known can be watched without the database, and so can its page be shown.
      const past = await deps.pastBroadcasts(channel.channelId).catch((err: unknown) => {
        deps.log.debug({ err, channel: channel.channelId }, 'past broadcasts left out');
        return [];
      });
      return { channel, past };
    },
  };
};

export type ChannelRules = ReturnType<typeof createChannelRules>;
