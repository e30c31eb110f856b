// One function for each row of shared/privacy-routes.ts, and the file with everything about a person.

import type { Rate } from '../../../shared/messages/define.ts';
import type { RouteBody, RouteName, RouteResult } from '../../../shared/routes.ts';
import type { SessionUser } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Privacy } from './privacy.ts';

type Names = 'privacy.show' | 'privacy.update' | 'privacy.forget' | 'account.delete';
type Asker = { readonly user: SessionUser | null };
/** What net/ gives, as far as we need it. */
type Request<N extends RouteName> = Asker & { readonly body: RouteBody<N>; readonly address: string; setSession(token: string | null): void };
type Routes = { readonly [N in Names]: (request: Request<N>) => Promise<RouteResult<N>> };

/** A file may be all that somebody ever did. */
const FILE_RATE: Rate = { burst: 10, perSecond: 0.1 };

const userOf = ({ user }: Asker): SessionUser => {
  if (!user) throw new AppError('not_logged_in');
  return user;
};

export const privacyRoutes = (privacy: Privacy) => {
  const routes: Routes = {
    'privacy.show': async (request) => privacy.view(userOf(request).userId),
    'privacy.update': async (request) => privacy.update(userOf(request).userId, request.body.keepsHistory),
    'privacy.forget': async (request) => privacy.forget(userOf(request).userId),
    async 'account.delete'(request) {
      await privacy.erase(userOf(request), request.body, request.address);
      request.setSession(null);
      return {};
    },
  };
  const rawRoutes = [
    {
      method: 'GET' as const, path: '/api/privacy/export', isPersonal: true, rate: FILE_RATE,
      handle: async (request: Asker & { readonly query: URLSearchParams }) => {
        const body = await privacy.file(userOf(request), request.query.get('part'), request.query.get('before'));
        return body === null ? null : { status: 200, type: 'application/json; charset=utf-8', body, downloadName: 'qiao-about-me.json' };
      },
    },
  ];
  return { routes, rawRoutes };
};
