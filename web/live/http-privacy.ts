// The calls about people's own data: a part of the table of http.ts that the first script does not carry.

import type { PRIVACY_ROUTES } from '../../shared/privacy-routes.ts';
import { callerOf } from './http.ts';
import type { Lines } from './http.ts';

const LINES: Lines<keyof typeof PRIVACY_ROUTES> = {
  'privacy.show': 'GET /api/privacy',
  'privacy.update': 'PATCH /api/privacy',
  'privacy.forget': 'POST /api/privacy/forget',
  'account.delete': 'POST /api/me/delete',
};

export const callPrivacy = callerOf(LINES);
