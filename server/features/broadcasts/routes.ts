// The HTTP side of broadcasts: a fresh frame in from the studio, and out to home pages.

import type { RoomId } from '../../../shared/ids.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Broadcasts } from './broadcasts.ts';
import type { Thumbnails } from './thumbnails.ts';

export type ThumbnailRoutesDeps = {
  readonly broadcasts: Pick<Broadcasts, 'idIn'>;
  readonly thumbnails: Thumbnails;
  /** The room of the channel that this user owns, if its handle is this one. */
  readonly ownRoom: (userId: string, handle: string) => Promise<RoomId | null>;
  /** What these bytes really are; throws `bad_image`. */
  readonly mimeOf: (bytes: Uint8Array) => string;
};

type PutRequest = {
  readonly body: Uint8Array;
  readonly path: Readonly<Record<string, string>>;
  readonly user: { readonly userId: string } | null;
};

export const thumbnailRoutes = (deps: ThumbnailRoutesDeps) => ({
  async put(request: PutRequest): Promise<Record<string, never>> {
    const roomId = request.user && (await deps.ownRoom(request.user.userId, request.path['handle'] ?? ''));
    if (!roomId) throw new AppError('permission_denied');
    const broadcastId = deps.broadcasts.idIn(roomId);
    if (!broadcastId) throw new AppError('not_live');
    deps.thumbnails.put(roomId, broadcastId, request.body, deps.mimeOf(request.body));
    return {};
  },
  /** `/thumbnails/:broadcastId`: the latest frame; each version has an address of its own. */
  get(request: { path: Readonly<Record<string, string>> }) {
    const found = deps.thumbnails.find(request.path['broadcastId'] ?? '');
    if (!found) return null;
    return { status: 200, type: found.mime, body: found.bytes, cacheControl: 'public, max-age=60', etag: `"${found.version}"` };
  },
});

