// The HTTP table's rows about people's own data: what is kept of what they watch, forgetting it, and leaving for good. Rules Y1-Y5 in
// README.md. The file with everything about a person is no JSON row: GET /api/privacy/export.

import * as v from 'valibot';
import { often, route, seldom } from './route.ts';
import type { Route } from './route.ts';
import { integer, nothing, password } from './schema.ts';

const privacyView = v.strictObject({
  /** Their name is kept beside what they watch. */
  keepsHistory: v.boolean(),
  /** Stays with their name. */
  stays: integer(0, 1e9),
  /** Coins in the wallet and earnings that are not paid out: what would stay behind with a deleted account. */
  coins: integer(0, Number.MAX_SAFE_INTEGER),
  /** They moved money: entries of the books stay, without their name. */
  hasBooks: v.boolean(),
});
export type PrivacyView = v.InferOutput<typeof privacyView>;

export const PRIVACY_ROUTES = {
  'privacy.show': route({
    method: 'GET', path: '/api/privacy', access: 'user', body: null, result: privacyView, rate: often, about: 'What is kept of the own history.',
  }),
  'privacy.update': route({
    method: 'PATCH', path: '/api/privacy', access: 'user', body: v.strictObject({ keepsHistory: v.boolean() }),
    result: privacyView, rate: seldom, about: 'Keeps a history from now on, or none.',
  }),
  'privacy.forget': route({
    method: 'POST', path: '/api/privacy/forget', access: 'user', body: nothing,
    result: privacyView, rate: seldom, about: 'Takes the name off all that was watched, and deletes what was shown.',
  }),
  'account.delete': route({
    method: 'POST', path: '/api/me/delete', access: 'user',
    body: v.strictObject({ password, givesUpCoins: v.boolean() }),
    result: nothing, rate: seldom, about: 'Deletes the account and its channel. The books keep what was paid, without a name.',
  }),
} as const satisfies Record<string, Route>;
