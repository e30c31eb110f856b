// The HTTP table: accounts, channels, images, and from the other *-routes.ts files what their names say. Rows of the same kind as
// messages.ts; OpenAPI is generated from it.

import * as v from 'valibot';
import { ANALYTICS_ROUTES } from './analytics-routes.ts';
import { CATEGORIES } from './categories.ts';
import { DISCOVERY_ROUTES } from './discovery-routes.ts';
import { ABOUT_CHARS_MAX, IMAGE_BYTES_MAX, SESSIONS_PER_USER_MAX, THUMBNAIL_BYTES_MAX } from './limits.ts';
import { broadcastSummary } from './messages/broadcasts.ts';
import type { Schema } from './messages/define.ts';
import { FINDING_ROUTES } from './finding-routes.ts';
import { channelView } from './messages/rooms.ts';
import { PRIVACY_ROUTES } from './privacy-routes.ts';
import { OPERATOR_ROUTES } from './operator-routes.ts';
import { often, route, seldom } from './route.ts';
import type { Route } from './route.ts';
import { displayName, handle, imageId, imageUrl, list, locale, nothing, password, sessionId, text, timeMs, userId, userName } from './schema.ts';
import { WALLET_ROUTES } from './wallet-routes.ts';

const me = v.strictObject({
  userId,
  name: text(1, 100),
  displayName,
  locale: v.nullable(locale),
  channel: v.nullable(channelView),
  /** May decide payouts, refunds and the catalogue of gifts. */
  isOperator: v.boolean(),
});
export type Me = v.InferOutput<typeof me>;

const sessionView = v.strictObject({
  sessionId,
  isCurrent: v.boolean(),
  createdAtMs: timeMs,
  lastSeenAtMs: timeMs,
  /** Short form of the browser's own description, and the address it came from. */
  device: text(0, 200),
  address: text(0, 64),
});
export type SessionView = v.InferOutput<typeof sessionView>;

const channelFields = { displayName, about: text(0, ABOUT_CHARS_MAX), category: v.picklist(CATEGORIES), avatarImageId: v.nullable(imageId) };

export const ROUTES = {
  'account.register': route({
    method: 'POST', path: '/api/accounts', access: 'anyone',
    body: v.strictObject({ name: userName, password, displayName: v.optional(displayName), locale: v.optional(locale) }),
    result: me, rate: seldom, about: 'Makes an account and logs in.',
  }),
  'session.login': route({
    method: 'POST', path: '/api/sessions', access: 'anyone',
    body: v.strictObject({ name: userName, password }),
    result: me, rate: { burst: 20, perSecond: 0.5 }, about: 'Logs in; sets the session cookie.',
  }),
  'session.logout': route({
    method: 'DELETE', path: '/api/sessions/current', access: 'user', body: null,
    result: nothing, rate: often, about: 'Logs this browser out.',
  }),
  'session.list': route({
    method: 'GET', path: '/api/sessions', access: 'user', body: null,
    result: v.strictObject({ sessions: list(sessionView, SESSIONS_PER_USER_MAX) }), rate: often, about: 'Where this account is logged in.',
  }),
  'session.end': route({
    method: 'DELETE', path: '/api/sessions/:sessionId', access: 'user', body: null,
    result: nothing, rate: often, about: 'Ends one of the own sessions.',
  }),
  'account.me': route({
    method: 'GET', path: '/api/me', access: 'anyone', body: null,
    result: v.strictObject({ me: v.nullable(me) }), rate: often, about: 'Who is logged in here; null for a guest.',
  }),
  'account.update': route({
    method: 'PATCH', path: '/api/me', access: 'user',
    body: v.partial(v.strictObject({ displayName, locale })),
    result: me, rate: seldom, about: 'Changes the display name or language.',
  }),
  'account.changePassword': route({
    method: 'POST', path: '/api/me/password', access: 'user',
    body: v.strictObject({ oldPassword: password, newPassword: password }),
    result: nothing, rate: seldom, about: 'Changes the password and ends all other sessions.',
  }),
  'channel.open': route({
    method: 'POST', path: '/api/channels', access: 'user',
    body: v.strictObject({ handle, ...channelFields }),
    result: channelView, rate: seldom, about: "Opens the account's channel.",
  }),
  'channel.update': route({
    method: 'PATCH', path: '/api/channels/:handle', access: 'user',
    body: v.partial(v.strictObject(channelFields)),
    result: channelView, rate: { burst: 20, perSecond: 0.5 }, about: 'Changes the own channel.',
  }),
  'channel.show': route({
    method: 'GET', path: '/api/channels/:handle', access: 'anyone', body: null,
    result: v.strictObject({ channel: channelView, past: list(broadcastSummary, 20) }),
    rate: often, about: 'A channel and its last public broadcasts.',
  }),
  'image.upload': route({
    method: 'POST', path: '/api/images', access: 'user', body: 'image', bodyBytesMax: IMAGE_BYTES_MAX,
    result: v.strictObject({ imageId, url: imageUrl }), rate: { burst: 20, perSecond: 0.2 },
    about: 'Stores an avatar or cover (JPEG, PNG or WebP).',
  }),
  'broadcast.thumbnail': route({
    method: 'PUT', path: '/api/channels/:handle/thumbnail', access: 'user', body: 'image', bodyBytesMax: THUMBNAIL_BYTES_MAX,
    result: nothing, rate: { burst: 5, perSecond: 0.5 }, about: 'A fresh frame of the own broadcast, for the home page.',
  }),
  ...DISCOVERY_ROUTES,
  ...WALLET_ROUTES,
  ...FINDING_ROUTES,
  ...PRIVACY_ROUTES,
  ...OPERATOR_ROUTES,
  ...ANALYTICS_ROUTES,
} as const satisfies Record<string, Route>;

export type { LiveCard } from './live-card.ts';
export type { Route };
export type RouteName = keyof typeof ROUTES;
type BodySchema<N extends RouteName> = (typeof ROUTES)[N]['body'];
/** What the handler gets as body: checked JSON, bytes, or null. */
export type RouteBody<N extends RouteName> =
  BodySchema<N> extends Schema ? v.InferOutput<BodySchema<N>> : BodySchema<N> extends 'image' ? Uint8Array : null;
export type RouteResult<N extends RouteName> = v.InferOutput<(typeof ROUTES)[N]['result']>;
