// Avatars and covers: taken in after a look at the bytes, given out as what they are and for ever, since an image never
// changes under its id. Nothing is re-encoded; the page makes them small and free of camera data before it sends them.

import { createHash, randomBytes } from 'node:crypto';
import type { ImageId } from '../../../shared/ids.ts';
import type { RouteResult } from '../../../shared/routes.ts';
import type { SessionUser } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { createLastKnown } from '../../lib/last-known.ts';
import type { Log } from '../../lib/log.ts';
import { sniffImage } from './sniff.ts';
import type { ImageMime } from './sniff.ts';
import { createImageStore } from './store.ts';
import type { Database, StoredImage } from './store.ts';

export type ImagesDeps = { readonly clock: Clock; readonly log: Log; readonly database: Database };

/** In memory, at most 64 of IMAGE_BYTES_MAX: a room full of people loads one avatar at once. */
const KNOWN_MAX = 64;
const FOR_EVER = 'public, max-age=31536000, immutable';
const ID = /^[A-Za-z0-9_-]{1,64}$/;

type UploadRequest = { readonly body: Uint8Array; readonly user: SessionUser | null };
type ServeRequest = { readonly path: Readonly<Record<string, string>> };
type ImageAnswer = { status: number; type: string; body: Uint8Array; cacheControl: string; etag: string };

export const createImages = (deps: ImagesDeps) => {
  const store = createImageStore(deps.database);
  const known = createLastKnown<StoredImage>({
    clock: deps.clock, keysMax: KNOWN_MAX, freshMs: Number.POSITIVE_INFINITY, load: (id) => store.find(id as ImageId),
  });
  const urlOf = (id: ImageId): string => `/images/${id}`;

  const upload = async ({ body, user }: UploadRequest): Promise<RouteResult<'image.upload'>> => {
    if (!user) throw new AppError('not_logged_in');
    const kind = sniffImage(body);
    const id = await store.add({
      ...kind,
      id: randomBytes(16).toString('base64url') as ImageId,
      ownerUserId: user.userId,
      bytes: body,
      sha256: createHash('sha256').update(body).digest(),
      createdAt: deps.clock.nowMs(),
    });
    deps.log.info({ image: id, user: user.userId, bytes: body.length }, 'image stored');
    return { imageId: id, url: urlOf(id) };
  };

  return {
    urlOf,
    /** What these bytes are. Throws `bad_image`. */
    mimeOf: (bytes: Uint8Array): ImageMime => sniffImage(bytes).mime,
    /** `/images/:imageId`. */
    async serve({ path }: ServeRequest): Promise<ImageAnswer | null> {
      const id = path['imageId'] ?? '';
      const found = ID.test(id) ? await known.get(id) : null;
      return found && { status: 200, type: found.mime, body: found.bytes, cacheControl: FOR_EVER, etag: `"${id}"` };
    },
    routes: { 'image.upload': upload },
  };
};
