// What people have left, as far as those who are here must be told: read when they come in, and told to all their tabs when it
// changes, at once and then once a tick, since a combo changes it many times a second.

import type { RoomId, UserId } from '../../../shared/ids.ts';
import { TALLY_TICK_MS } from '../../../shared/limits.ts';
import { createTicks } from '../../lib/ticks.ts';
import type { GiftsDeps } from './parts.ts';

export type WalletsDeps = Pick<GiftsDeps, 'clock' | 'notifyEverywhere'> & {
  readonly balanceOf: (userId: UserId) => Promise<number>;
  readonly fanCoinsIn: (roomId: RoomId, userId: UserId) => number | null;
};

/** Above this many the longest untouched is forgotten; who comes in is read anew in any case. */
const KNOWN_MAX = 100_000;

export const createWallets = (deps: WalletsDeps) => {
  const known = new Map<UserId, number>();

  const know = (userId: UserId, balance: number): void => {
    known.delete(userId);
    known.set(userId, balance);
    if (known.size > KNOWN_MAX) for (const oldest of known.keys()) { known.delete(oldest); break; }
  };
  const ticks = createTicks<UserId>({
    clock: deps.clock,
    tickMs: TALLY_TICK_MS,
    tick(userId) {
      const balance = known.get(userId);
      if (balance !== undefined) deps.notifyEverywhere(userId, 'wallet.changed', (roomId) => ({ balance, fanCoins: deps.fanCoinsIn(roomId, userId) }));
    },
  });

  return {
    /** Throws `database_unavailable`. A change that is heard of meanwhile is newer than what was read. */
    async prepare(userId: UserId): Promise<void> {
      const before = known.get(userId);
      const balance = await deps.balanceOf(userId);
      if (known.get(userId) === before) know(userId, balance);
    },
    /** Committed: this is what is left. */
    changed(userId: UserId, balance: number): void {
      know(userId, balance);
      ticks.ask(userId);
    },
    balance: (userId: UserId): number => known.get(userId) ?? 0,
    close: (): void => ticks.close(),
  };
};

export type Wallets = ReturnType<typeof createWallets>;
