// One function for each channel row of shared/routes.ts: unpack, ask the rules.

import type { RouteBody, RouteName, RouteResult } from '../../../shared/routes.ts';
import type { SessionUser } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { ChannelRules } from './rules.ts';

type Names = 'channel.open' | 'channel.update' | 'channel.show';

/** What net/ gives, as far as we need it. */
export type ChannelRequest<N extends RouteName> = {
  readonly body: RouteBody<N>;
  readonly path: Readonly<Record<string, string>>;
  readonly user: SessionUser | null;
};
type Routes = { readonly [N in Names]: (request: ChannelRequest<N>) => Promise<RouteResult<N>> };

const loggedIn = ({ user }: { readonly user: SessionUser | null }): SessionUser => {
  if (!user) throw new AppError('not_logged_in');
  return user;
};

export const channelRoutes = (rules: ChannelRules): Routes => ({
  'channel.open': async (request) => rules.open(loggedIn(request).userId, request.body),
  'channel.update': async (request) => rules.update(loggedIn(request).userId, request.path['handle'] ?? '', request.body),
  'channel.show': (request) => rules.show(request.path['handle'] ?? ''),
});
