// One broadcast on air, as lists show it.

import * as v from 'valibot';
import { broadcastView } from './messages/broadcasts.ts';
import { channelView } from './messages/rooms.ts';
import { imageUrl, integer } from './schema.ts';

export const liveCard = v.strictObject({
  channel: channelView,
  broadcast: broadcastView,
  viewers: integer(0, 1e9),
  thumbnailUrl: v.nullable(imageUrl),
});
export type LiveCard = v.InferOutput<typeof liveCard>;
