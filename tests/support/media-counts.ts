// How much media the server holds, by its own account in /healthz.

import * as v from 'valibot';
import type { TestServer } from './server.ts';

const health = v.object({
  media: v.object({ transports: v.number(), producers: v.number(), consumers: v.number(), rooms: v.number() }),
});

export type MediaCounts = v.InferOutput<typeof health>['media'];

export const mediaCounts = async (server: TestServer): Promise<MediaCounts> => v.parse(health, await (await server.healthz()).json()).media;
