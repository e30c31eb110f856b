// What is on air, for the home page: public broadcasts with their channels, most watched first.

import type { RoomId } from '../../../shared/ids.ts';
import { LIVE_LIST_MAX } from '../../../shared/limits.ts';
import type { BroadcastView } from '../../../shared/messages/broadcasts.ts';
import type { ChannelView } from '../../../shared/messages/rooms.ts';
import type { RouteResult } from '../../../shared/routes.ts';

export type LiveListDeps = {
  /** Public ones, most watched first. */
  readonly listed: () => readonly { roomId: RoomId; broadcast: BroadcastView; viewers: number }[];
  readonly channelById: (id: RoomId) => Promise<ChannelView | null>;
  readonly thumbnailUrl: (roomId: RoomId) => string | null;
};

export const createLiveList = (deps: LiveListDeps) => ({
  async list(): Promise<RouteResult<'live.list'>> {
    const cards = await Promise.all(
      deps.listed().slice(0, LIVE_LIST_MAX).map(async ({ roomId, broadcast, viewers }) => {
        const channel = await deps.channelById(roomId);
        return channel && { channel, broadcast, viewers, thumbnailUrl: deps.thumbnailUrl(roomId) ?? broadcast.coverUrl };
      }),
    );
    return { live: cards.filter((card) => card !== null) };
  },
});
