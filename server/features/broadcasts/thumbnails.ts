// The latest frame of each broadcast on air, for the home page. In memory only: it is worthless when the broadcast is over.

import type { BroadcastId, RoomId } from '../../../shared/ids.ts';

type Thumbnail = { readonly broadcastId: BroadcastId; readonly bytes: Uint8Array; readonly mime: string; readonly version: number };

export const createThumbnails = () => {
  const byRoom = new Map<RoomId, Thumbnail>();
  let version = 0;
  return {
    put(roomId: RoomId, broadcastId: BroadcastId, bytes: Uint8Array, mime: string): void {
      version += 1;
      byRoom.set(roomId, { broadcastId, bytes, mime, version });
    },
    /** The version makes each frame an address of its own, so that browsers may keep it. */
    urlOf(roomId: RoomId): string | null {
      const found = byRoom.get(roomId);
      return found ? `/thumbnails/${found.broadcastId}?v=${found.version}` : null;
    },
    find(broadcastId: string): Thumbnail | undefined {
      for (const thumbnail of byRoom.values()) if (thumbnail.broadcastId === broadcastId) return thumbnail;
      return undefined;
    },
    forget(roomId: RoomId): void {
      byRoom.delete(roomId);
    },
  };
};

export type Thumbnails = ReturnType<typeof createThumbnails>;
