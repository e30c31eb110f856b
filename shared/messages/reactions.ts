// Hearts and their like: counted by the server, told once a tick. Rules R1-R2 in README.md.

import * as v from 'valibot';
import { REACTIONS_PER_REQUEST_MAX } from '../limits.ts';
import { integer, list, nothing } from '../schema.ts';
import { request, roomEvent } from './define.ts';
import { seen } from './time.ts';

export const REACTIONS = ['heart', 'clap', 'laugh', 'wow', 'fire', 'party'] as const;
export type Reaction = (typeof REACTIONS)[number];

export const reactionMessages = {
  requests: {
    /** `count`: taps since the last request. */
    'reaction.send': request({
      params: v.strictObject({ reaction: v.picklist(REACTIONS), count: integer(1, REACTIONS_PER_REQUEST_MAX), seen }),
      result: nothing,
      needs: 'interact',
      rate: { burst: 10, perSecond: 4 },
    }),
  },
  events: {
    /** What came in since the last tick. */
    'reactions.counted': roomEvent(
      v.strictObject({ counts: list(v.strictObject({ reaction: v.picklist(REACTIONS), count: integer(1, 1e9) }), REACTIONS.length) }),
    ),
  },
} as const;
