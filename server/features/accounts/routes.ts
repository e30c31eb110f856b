// One function for each row of accounts and sessions in shared/routes.ts: unpack, ask the rules, set the cookie.

import * as v from 'valibot';
import type { SessionId } from '../../../shared/ids.ts';
import type { RouteBody, RouteName, RouteResult, SessionView } from '../../../shared/routes.ts';
import { sessionId as sessionIdSchema } from '../../../shared/schema.ts';
import type { SessionUser } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { AccountRules, LoggedIn } from './rules.ts';
import { deviceOf } from './device.ts';
import { COOKIE_MAX_AGE_S } from './sessions.ts';
import type { SessionRow } from './store.ts';

type Names =
  | 'account.register' | 'session.login' | 'session.logout' | 'session.list' | 'session.end'
  | 'account.me' | 'account.update' | 'account.changePassword';

/** What net/ gives, as far as we need it. */
export type AccountRequest<N extends RouteName> = {
  readonly body: RouteBody<N>;
  readonly path: Readonly<Record<string, string>>;
  readonly user: SessionUser | null;
  readonly address: string;
  readonly userAgent: string;
  setSession(token: string | null, maxAgeS?: number): void;
};
type Routes = { readonly [N in Names]: (request: AccountRequest<N>) => Promise<RouteResult<N>> };

const loggedIn = ({ user }: { readonly user: SessionUser | null }): SessionUser => {
  if (!user) throw new AppError('not_logged_in');
  return user;
};

const viewOf = (row: SessionRow, current: SessionId): SessionView => ({
  sessionId: row.id,
  isCurrent: row.id === current,
  createdAtMs: row.createdAt,
  lastSeenAtMs: row.lastSeenAt,
  device: deviceOf(row.userAgent),
  address: row.address,
});

export const accountRoutes = (rules: AccountRules): Routes => {
  const enter = async (request: Pick<AccountRequest<RouteName>, 'setSession'>, entering: Promise<LoggedIn>) => {
    const { me, token } = await entering;
    request.setSession(token, COOKIE_MAX_AGE_S);
    return me;
  };
  return {
    'account.register': async (request) => enter(request, rules.register(request.body, request, request.user)),
    'session.login': async (request) => enter(request, rules.login(request.body, request, request.user)),
    async 'session.logout'(request) {
      const { userId, sessionId } = loggedIn(request);
      await rules.sessions.end(userId, sessionId);
      request.setSession(null);
      return {};
    },
    async 'session.list'(request) {
      const { userId, sessionId } = loggedIn(request);
      return { sessions: (await rules.sessions.list(userId)).map((row) => viewOf(row, sessionId)) };
    },
    async 'session.end'(request) {
      const { userId, sessionId } = loggedIn(request);
      const id = request.path['sessionId'];
      if (!v.is(sessionIdSchema, id) || !(await rules.sessions.end(userId, id))) throw new AppError('not_found', 'no such session');
      if (id === sessionId) request.setSession(null);
      return {};
    },
    'account.me': async ({ user }) => ({ me: user && (await rules.me(user.userId)) }),
    'account.update': async (request) => rules.update(loggedIn(request).userId, request.body),
    async 'account.changePassword'(request) {
      await rules.changePassword(loggedIn(request), request.body, request.address);
      return {};
    },
  };
};
