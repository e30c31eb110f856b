// The calls about what is live and for whom: a part of the table of http.ts that the first script does not carry.

import type { DISCOVERY_ROUTES } from '../../shared/discovery-routes.ts';
import { callerOf } from './http.ts';
import type { Lines } from './http.ts';

const LINES: Lines<keyof typeof DISCOVERY_ROUTES> = {
  'live.list': 'GET /api/live',
  'feed.home': 'GET /api/feed',
  'feed.category': 'GET /api/feed/categories/:category',
  'feed.next': 'GET /api/feed/next/:handle',
  'feed.look': 'POST /api/feed/look',
  'feed.shown': 'POST /api/feed/shown',
  'feed.hidden': 'GET /api/me/hidden',
  'feed.hide': 'PUT /api/me/hidden/:handle',
  'feed.unhide': 'DELETE /api/me/hidden/:handle',
};

/** `callFeed('feed.next', { path: { handle } })`: the result, or an ApiError thrown. */
export const callFeed = callerOf(LINES);
