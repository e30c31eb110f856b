// What was given in one room, in sums: by whom in this broadcast, towards the goal, and how much of a fan each one is. Plain
// state, no I/O. It was read up to one transfer; of the commits that are heard of it takes those after that, also when one that was
// read is heard of only after the reading. The ledger's ids rise from commit to commit.

import { fanLevelOf } from '../../../shared/fans.ts';
import type { BroadcastId, TransferId, UserId } from '../../../shared/ids.ts';
import type { Goal, Supporter } from '../../../shared/messages/gifts.ts';

export type Fan = { readonly userId: UserId; readonly name: string; readonly displayName: string; readonly coins: number };
export type StoredGoal = Goal & { readonly goalId: string };

/** As it is read from the database. */
export type StoredSupport = {
  readonly broadcastId: BroadcastId | null;
  /** Of the broadcast. */
  readonly fans: readonly Fan[];
  /** Of those fans, in this channel, ever. */
  readonly fanCoins: ReadonlyMap<UserId, number>;
  readonly goal: StoredGoal | null;
  /** The last transfer that is in the sums; empty: there is none. */
  readonly upTo: TransferId | '';
};

/** One committed gift or super chat. */
export type Gain = {
  readonly transferId: TransferId;
  readonly broadcastId: BroadcastId | null;
  readonly fan: Fan;
  /** What the giver gave in this channel, this and what was committed with it included. */
  readonly fanCoins: number;
};

export type Support = {
  broadcastId: BroadcastId | null;
  readonly fans: Map<UserId, { name: string; displayName: string; coins: number }>;
  readonly fanCoins: Map<UserId, number>;
  broadcastCoins: number;
  goal: StoredGoal | null;
  /** Of the goal that the last commit knew, which may be one that we hear of only in a moment. */
  counted: { readonly goalId: string; readonly givenCoins: number } | null;
  /** Of what is heard of, so much was in the sums when they were read. */
  upTo: TransferId | '';
};

/** Above this many people who were here or gave, the longest known are forgotten. */
const FANS_KNOWN_MAX = 200_000;

export const supportOf = (stored: StoredSupport): Support => ({
  broadcastId: stored.broadcastId,
  fans: new Map(stored.fans.map(({ userId, ...fan }) => [userId, fan])),
  fanCoins: new Map(stored.fanCoins),
  broadcastCoins: stored.fans.reduce((sum, { coins }) => sum + coins, 0),
  goal: stored.goal,
  counted: null,
  upTo: stored.upTo,
});

/** A new broadcast has no supporters yet; after its end its own stay until the next one. */
export const turnTo = (support: Support, broadcastId: BroadcastId | null): void => {
  if (broadcastId === null || broadcastId === support.broadcastId) return;
  support.broadcastId = broadcastId;
  support.fans.clear();
  support.broadcastCoins = 0;
};

/** What somebody gave only grows, so that of two readings the larger one is the later. */
export const learnFanCoins = ({ fanCoins }: Support, userId: UserId, coins: number): void => {
  const known = fanCoins.get(userId) ?? 0;
  fanCoins.delete(userId); // to the end of the map's order
  fanCoins.set(userId, Math.max(known, coins));
  if (fanCoins.size > FANS_KNOWN_MAX) for (const oldest of fanCoins.keys()) { fanCoins.delete(oldest); break; }
};

/** False: it was in the sums already, or belongs to a broadcast that is over. */
export const addGain = (support: Support, { transferId, broadcastId, fan, fanCoins }: Gain): boolean => {
  learnFanCoins(support, fan.userId, fanCoins);
  if (transferId <= support.upTo) return false;
  if (broadcastId === null || broadcastId !== support.broadcastId) return false;
  const before = support.fans.get(fan.userId)?.coins ?? 0;
  support.fans.set(fan.userId, { name: fan.name, displayName: fan.displayName, coins: before + fan.coins });
  support.broadcastCoins += fan.coins;
  return true;
};

/** A commit counted for a goal; what that goal says is the sum in the database. */
export const countGoal = (support: Support, goalId: string, givenCoins: number): void => {
  support.counted = { goalId, givenCoins };
  if (support.goal?.goalId === goalId) support.goal = { ...support.goal, givenCoins: Math.max(support.goal.givenCoins, givenCoins) };
};

export const setGoal = (support: Support, goal: StoredGoal | null): void => {
  support.goal = goal;
  if (goal && support.counted?.goalId === goal.goalId) countGoal(support, goal.goalId, support.counted.givenCoins);
};

export const goalView = ({ goal }: Support): Goal | null => goal && { title: goal.title, coins: goal.coins, givenCoins: goal.givenCoins };

export const fanLevelFor = (support: Support | undefined, userId: UserId): number => fanLevelOf(support?.fanCoins.get(userId) ?? 0);

/** Most first; of equals the one who came to it first. */
export const topOf = (support: Support, max: number, isOutcast: (userId: UserId) => boolean): Supporter[] => {
  const top: Supporter[] = [];
  for (const [userId, { name, displayName, coins }] of support.fans) {
    const least = top.length < max ? 0 : (top.at(-1)?.coins ?? 0);
    if (coins <= least || isOutcast(userId)) continue;
    const at = top.findIndex((other) => other.coins < coins);
    top.splice(at < 0 ? top.length : at, 0, { userId, name, displayName, coins, fanLevel: fanLevelFor(support, userId) });
    if (top.length > max) top.pop();
  }
  return top;
};
