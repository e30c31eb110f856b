// The calls about what broadcasts achieved: a part of the table of http.ts that the first script does not carry.

import type { ANALYTICS_ROUTES } from '../../shared/analytics-routes.ts';
import { callerOf } from './http.ts';
import type { Lines } from './http.ts';

const LINES: Lines<keyof typeof ANALYTICS_ROUTES> = {
  'analytics.channel': 'GET /api/analytics',
  'analytics.live': 'GET /api/analytics/live',
  'analytics.broadcast': 'GET /api/analytics/broadcasts/:broadcastId',
};

/** `callAnalytics('analytics.broadcast', { path: { broadcastId } })`: the result, or an ApiError thrown. */
export const callAnalytics = callerOf(LINES);
