// People's own data (rules Y1-Y5): whether a history is kept, forgetting it, all of it as a file, and leaving for good. Knows no
// feature: who keeps something in memory about a person is told by a function, and forgets.

import { randomBytes } from 'node:crypto';
import type { ChannelId, SessionId, UserId } from '../../../shared/ids.ts';
import { EXPORT_ROWS_MAX } from '../../../shared/limits.ts';
import type { RouteBody, RouteResult } from '../../../shared/routes.ts';
import type { SessionUser } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { createPrivacyChoices } from './choices.ts';
import { createPrivacyStore, EXPORT_PARTS } from './store.ts';
import type { ExportPart, PrivacyDatabase } from './store.ts';

export type PrivacyDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly database: PrivacyDatabase;
  /** Throws `login_failed`, and `too_many_requests` for who guesses. */
  readonly provePassword: (user: SessionUser, password: string, address: string) => Promise<void>;
  /** Is the channel of this person on air? */
  readonly isOnAir: (userId: UserId) => Promise<boolean>;
  /** Takes their name off what goes on, and off all that was kept with `past`. Rejects with `database_unavailable`. */
  readonly makeNameless: (userId: UserId, past: boolean) => Promise<void>;
  /** What was learned about them is to be forgotten; what waited to be written about them has been, when this resolves. */
  readonly forgotten: (userId: UserId) => Promise<void>;
  /** A fact. */
  readonly erased: (userId: UserId, gone: { readonly sessionIds: readonly SessionId[]; readonly channelId: ChannelId | null }) => void;
};

const isPart = (name: string): name is ExportPart => (EXPORT_PARTS as string[]).includes(name);

export const createPrivacy = (deps: PrivacyDeps) => {
  const { log } = deps;
  const store = createPrivacyStore(deps.database);
  const choices = createPrivacyChoices(store);

  const view = async (userId: UserId): Promise<RouteResult<'privacy.show'>> => {
    const [stays, { coins, hasBooks }] = await Promise.all([store.stays(userId), store.money(userId)]);
    return { keepsHistory: choices.keepsHistory(userId), stays, coins, hasBooks };
  };

  const forget = async (userId: UserId): Promise<void> => {
    await deps.makeNameless(userId, true);
    await deps.forgotten(userId);
    await store.deleteImpressions(userId);
  };

  return {
    keepsHistory: choices.keepsHistory,
    restore: choices.restore,
    view,
    async update(userId: UserId, keepsHistory: boolean): Promise<RouteResult<'privacy.update'>> {
      await choices.choose(userId, keepsHistory);
      if (!keepsHistory) await deps.makeNameless(userId, false);
      return view(userId);
    },
    async forget(userId: UserId): Promise<RouteResult<'privacy.forget'>> {
      await forget(userId);
      log.info({ user: userId }, 'history forgotten');
      return view(userId);
    },
    /**
     * Everything about a person, as JSON. Of each part at most EXPORT_ROWS_MAX rows, the newest; `next` says how to ask for more.
     * `part`: that one alone, from `before` on. Null: there is no such part.
     */
    async file(user: SessionUser, part: string | null, before: string | null): Promise<string | null> {
      if (part !== null && !isPart(part)) return null;
      const parts: Record<string, { rows: readonly unknown[]; next: string | null }> = {};
      for (const name of part === null ? EXPORT_PARTS : [part]) {
        const { rows, next } = await store.exportPart(user.userId, name, part === null ? null : before, EXPORT_ROWS_MAX);
        parts[name] = { rows, next: next && `/api/privacy/export?part=${name}&before=${encodeURIComponent(next)}` };
      }
      return JSON.stringify({ writtenAtMs: deps.clock.nowMs(), userId: user.userId, name: user.name, parts }, null, 1);
    },
    /** Throws `login_failed`, `on_air`, `wallet_frozen` while something is owed, `money_left` unless what is left is given up. */
    async erase(user: SessionUser, { password, givesUpCoins }: RouteBody<'account.delete'>, address: string): Promise<void> {
      const { userId } = user;
      await deps.provePassword(user, password, address);
      if (await deps.isOnAir(userId)) throw new AppError('on_air');
      const { coins, isOwed } = await store.money(userId);
      if (isOwed) throw new AppError('wallet_frozen');
      if (coins > 0 && !givesUpCoins) throw new AppError('money_left');
      choices.leave(userId);
      try {
        await forget(userId);
        const gone = await store.erase(userId, randomBytes(16).toString('hex'));
        deps.erased(userId, gone);
      } catch (error) {
        choices.forget(userId);
        throw error;
      }
      log.info({ user: userId }, 'account deleted');
    },
  };
};

export type Privacy = ReturnType<typeof createPrivacy>;
