// The rules of accounts: who may log in, and as whom. One answer, in one time, for "no such user" and "wrong password".
// What a channel is, and what hangs on a session elsewhere, others say through functions.

import { randomUUID } from 'node:crypto';
import type { SessionId, UserId } from '../../../shared/ids.ts';
import { DISPLAY_NAME_CHARS_MAX } from '../../../shared/limits.ts';
import type { ChannelView } from '../../../shared/messages/rooms.ts';
import type { Me, RouteBody } from '../../../shared/routes.ts';
import type { SessionUser } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { createLastKnown } from '../../lib/last-known.ts';
import type { Log } from '../../lib/log.ts';
import { cleanLine } from '../../lib/plain-text.ts';
import { createLoginThrottle } from './login-throttle.ts';
import { checkName, nameKeyOf } from './names.ts';
import { checkPassword, createPasswords } from './passwords.ts';
import type { HashCost } from './passwords.ts';
import { createSessions } from './sessions.ts';
import type { Browser, NewSession } from './sessions.ts';
import { createAccountStore } from './store.ts';
import type { Database, Profile, UserRow } from './store.ts';

export type AccountsDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly database: Database;
  readonly channelOf: (userId: UserId) => Promise<ChannelView | null>;
  readonly isOperator: (userName: string) => boolean;
  /** These logins are over: their sockets must go. */
  readonly sessionsEnded: (ids: readonly SessionId[]) => void;
  /** Only for tests, which would spend their time hashing. */
  readonly hashCost?: HashCost;
};

const PROFILES_MAX = 10_000;

const cleanDisplayName = (typed: string): string => {
  const name = cleanLine(typed);
  if (name === '' || name.length > DISPLAY_NAME_CHARS_MAX) throw new AppError('name_invalid', 'display name');
  return name;
};

/** What a login gives: who it is, and the cookie for it. */
export type LoggedIn = { readonly me: Me; readonly token: string };

export const createAccountRules = (deps: AccountsDeps) => {
  const { clock, log } = deps;
  const store = createAccountStore(deps.database);
  const passwords = createPasswords(deps.hashCost);
  const sessions = createSessions({ clock, log, store, sessionsEnded: deps.sessionsEnded });
  const throttle = createLoginThrottle({ clock, isLoggedInFrom: store.isLoggedInFrom });
  // Always asked anew; the last answer is for when the database is away.
  const profiles = createLastKnown<Profile>({ clock, keysMax: PROFILES_MAX, freshMs: 0, load: (id) => store.findProfile(id as UserId) });

  const meOf = async ({ id, name, displayName, locale }: Profile): Promise<Me> => ({
    userId: id, name, displayName, locale, channel: await deps.channelOf(id), isOperator: deps.isOperator(name),
  });

  /** Never the same session before and after a login (ASVS 7.2.4). */
  const leave = async (before: SessionUser | null): Promise<void> => {
    if (before) await sessions.end(before.userId, before.sessionId);
  };

  const register = async (body: RouteBody<'account.register'>, browser: Browser, before: SessionUser | null): Promise<LoggedIn> => {
    const { name, key } = checkName(body.name);
    const displayName = cleanDisplayName(body.displayName ?? body.name);
    checkPassword(body.password, name);
    const id = randomUUID() as UserId;
    const passwordHash = await passwords.hash(body.password);
    const user: UserRow = { id, name, nameKey: key, displayName, passwordHash, locale: body.locale ?? null, createdAt: clock.nowMs() };
    const session = sessions.make(id, browser);
    await store.register(user, session.row);
    await leave(before);
    throttle.succeeded({ nameKey: key, address: browser.address });
    log.info({ user: id }, 'account registered');
    return { me: await meOf(user), token: session.token };
  };

  /** Checks the password and begins a session; once more if the password was changed, or its hash renewed, in between. */
  const enter = async (nameKey: string, password: string, browser: Browser, triesLeft = 1): Promise<{ user: UserRow; session: NewSession }> => {
    const user = await store.findByKey(nameKey);
    const { isRight, newHash } = await passwords.verify(user?.passwordHash ?? null, password);
    if (!user || !isRight) {
      log.info({ user: user?.id ?? null, address: browser.address }, 'login failed');
      throw new AppError('login_failed');
    }
    const session = sessions.make(user.id, browser);
    if (await sessions.add(session, { passwordHash: user.passwordHash, newHash })) return { user, session };
    if (triesLeft === 0) throw new AppError('login_failed');
    return enter(nameKey, password, browser, triesLeft - 1);
  };

  const login = async (body: RouteBody<'session.login'>, browser: Browser, before: SessionUser | null): Promise<LoggedIn> => {
    const nameKey = nameKeyOf(body.name);
    const attempt = { nameKey, address: browser.address, hasSession: before !== null && nameKeyOf(before.name) === nameKey };
    await throttle.admit(attempt);
    const { user, session } = await enter(nameKey, body.password, browser);
    await leave(before);
    throttle.succeeded(attempt);
    log.info({ user: user.id, session: session.row.id }, 'logged in');
    return { me: await meOf(user), token: session.token };
  };

  /** For what a session alone is not enough. Throws `login_failed`, and `too_many_requests` for who guesses. */
  const provePassword = async (user: SessionUser, password: string, address: string): Promise<void> => {
    await throttle.admit({ nameKey: nameKeyOf(user.name), address, hasSession: true });
    const row = await store.findById(user.userId);
    const { isRight } = await passwords.verify(row?.passwordHash ?? null, password);
    if (!isRight) throw new AppError('login_failed');
  };

  const changePassword = async (user: SessionUser, body: RouteBody<'account.changePassword'>, address: string): Promise<void> => {
    checkPassword(body.newPassword, user.name);
    await provePassword(user, body.oldPassword, address);
    await sessions.changePassword(user, await passwords.hash(body.newPassword));
    log.info({ user: user.userId }, 'password changed');
  };

  return {
    sessions,
    register,
    login,
    changePassword,
    provePassword,
    /** The account is gone, and these logins with it. */
    erased(userId: UserId, sessionIds: readonly SessionId[]): void {
      profiles.forget(userId);
      sessions.ended(sessionIds);
    },
    /** Anybody, by their id; null: there is no such account. */
    async personById(userId: UserId): Promise<Pick<SessionUser, 'userId' | 'name' | 'displayName'> | null> {
      const found = await profiles.get(userId);
      return found && { userId, name: found.name, displayName: found.displayName };
    },
    async me(userId: UserId): Promise<Me | null> {
      const found = await profiles.get(userId);
      return found && meOf(found);
    },
    async update(userId: UserId, body: RouteBody<'account.update'>): Promise<Me> {
      const { displayName, locale } = body;
      const fields = { ...(displayName === undefined ? {} : { displayName: cleanDisplayName(displayName) }), ...(locale === undefined ? {} : { locale }) };
      if (Object.keys(fields).length > 0) await store.describe(userId, fields);
      sessions.userChanged(userId);
      profiles.forget(userId);
      const found = await profiles.get(userId);
      if (!found) throw new AppError('not_logged_in');
      return meOf(found);
    },
  };
};

export type AccountRules = ReturnType<typeof createAccountRules>;
