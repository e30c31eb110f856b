// The calls of search, follows, notices and plans: a part of the table of http.ts that the first script does not carry.

import type { FINDING_ROUTES } from '../../shared/finding-routes.ts';
import { callerOf } from './http.ts';
import type { Lines } from './http.ts';

const LINES: Lines<keyof typeof FINDING_ROUTES> = {
  'search.query': 'GET /api/search',
  'follow.list': 'GET /api/follows',
  'follow.show': 'GET /api/follows/:handle',
  'follow.choose': 'PUT /api/follows/:handle',
  'notice.list': 'GET /api/notices',
  'notice.read': 'POST /api/notices/read',
  'push.key': 'GET /api/push',
  'push.subscribe': 'POST /api/push',
  'push.unsubscribe': 'POST /api/push/off',
  'schedule.list': 'GET /api/channels/:handle/schedule',
  'schedule.coming': 'GET /api/schedule',
  'schedule.add': 'POST /api/schedule',
  'schedule.change': 'PUT /api/schedule/:scheduledId',
  'schedule.cancel': 'DELETE /api/schedule/:scheduledId',
  'schedule.remind': 'PUT /api/schedule/:scheduledId/reminder',
};

/** `callFinding('search.query', { query: { q } })`: the result, or an ApiError thrown. */
export const callFinding = callerOf(LINES);
