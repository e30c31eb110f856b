// Accounts on a real database and a clock that tests turn, and browsers that ask them: a browser keeps its cookie.

import { createHash } from 'node:crypto';
import type { SessionId, UserId } from '../../../shared/ids.ts';
import type { ChannelView } from '../../../shared/messages/rooms.ts';
import type { RouteBody, RouteName } from '../../../shared/routes.ts';
import type { SessionUser } from '../../hub/handler.ts';
import { createHandClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { createAccounts } from './accounts.ts';
import type { HashCost } from './passwords.ts';
import type { AccountRequest } from './routes.ts';
import type { Database } from './store.ts';

export const PASSWORD = 'correct horse battery staple';
const CHEAP: HashCost = { memoryCost: 1_024, timeCost: 2, parallelism: 1 };

type Routes = ReturnType<typeof createAccounts>['routes'];
type Names = keyof Routes & RouteName;

export const startAccounts = (database: Database, settings: { hashCost?: HashCost; channel?: ChannelView } = {}) => {
  const clock = createHandClock(1_700_000_000_000);
  const lines: string[] = [];
  const ended: SessionId[] = [];
  const accounts = createAccounts({
    database, clock, hashCost: settings.hashCost ?? CHEAP,
    log: createLog({ level: 'debug', write: (line) => lines.push(line) }),
    isOperator: () => false,
    channelOf: async (_: UserId) => settings.channel ?? null,
    sessionsEnded: (ids) => ended.push(...ids),
  });

  const openBrowser = (address = '192.0.2.1', userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0') => {
    let token: string | null = null;
    const user = async (): Promise<SessionUser | null> => (token === null ? null : accounts.authenticate(token));
    return {
      user,
      token: () => token,
      tokenHash: () => createHash('sha256').update(token ?? '').digest('hex'),
      async ask<N extends Names>(name: N, body: RouteBody<N>, path: Record<string, string> = {}): Promise<Awaited<ReturnType<Routes[N]>>> {
        let next: string | null | undefined;
        const request: AccountRequest<N> = { body, path, user: await user(), address, userAgent, setSession: (it) => (next = it) };
        const result = await (accounts.routes[name] as (it: AccountRequest<N>) => Promise<unknown>)(request);
        if (next !== undefined) token = next; // as net/ does: only after success
        return result as Awaited<ReturnType<Routes[N]>>;
      },
    };
  };
  const register = async (name: string, address?: string) => {
    const browser = openBrowser(address);
    await browser.ask('account.register', { name, password: PASSWORD });
    return browser;
  };
  return { accounts, clock, ended, lines, openBrowser, register };
};
