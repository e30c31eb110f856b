// One battle: its two sides, what counts for whom, and who wins (rules K2-K4). Arithmetic and state; times are given in, so that
// tests need no clock. Knows no room but by its id.

import type { RoomId, UserId } from '../../../shared/ids.ts';
import { BATTLE_GRACE_MS, TOP_SUPPORTERS_MAX } from '../../../shared/limits.ts';
import type { BattleSide, BattleState, BattleView, Winner } from '../../../shared/messages/battles.ts';
import type { Cancel } from '../../lib/clock.ts';

/** Something that was given, and is paid. */
export type Given = {
  readonly userId: UserId;
  readonly name: string;
  readonly displayName: string;
  readonly coins: number;
  /** The frame that its giver saw, as the page named it and the server kept it; null: the page named none. */
  readonly seenFrameMs: number | null;
  readonly arrivedAtMs: number;
};

type Fan = BattleSide['supporters'][number];
export type Side = {
  readonly roomId: RoomId;
  readonly channel: Pick<BattleSide, 'handle' | 'displayName'>;
  coins: number;
  readonly fans: Map<UserId, Fan>;
  /** Those of the fans who gave the most, most first. */
  leaders: Fan[];
};

export type Battle = {
  /** The first is who proposed it. */
  readonly sides: readonly [Side, Side];
  readonly lengthS: number;
  state: BattleState;
  startedAtMs: number | null;
  /** While it is asked: when the proposal expires. */
  endsAtMs: number;
  /** The room, or null for a draw and until it is over. */
  winner: RoomId | null;
  isGivenUp: boolean;
  timer: Cancel;
  /** Payments that arrived in time and are not committed yet. */
  paying: number;
};

/** Beyond those that are shown, so that the banned leave no gap. */
const LEADERS_MAX = TOP_SUPPORTERS_MAX + 20;

export const sideOf = (roomId: RoomId, channel: Side['channel']): Side => ({ roomId, channel, coins: 0, fans: new Map(), leaders: [] });

/** What is still on its way when the time is over has until then to arrive. */
export const graceEndMs = ({ endsAtMs }: Pick<Battle, 'endsAtMs'>): number => endsAtMs + BATTLE_GRACE_MS;

/** By the frame that was seen; by the arrival where the page named none. */
export const isInTime = (battle: Pick<Battle, 'startedAtMs' | 'endsAtMs'>, { seenFrameMs, arrivedAtMs }: Pick<Given, 'seenFrameMs' | 'arrivedAtMs'>): boolean => {
  const momentMs = seenFrameMs ?? arrivedAtMs;
  return battle.startedAtMs !== null && momentMs >= battle.startedAtMs && momentMs <= battle.endsAtMs && arrivedAtMs <= graceEndMs(battle);
};

/** False: it does not count. */
export const count = (battle: Battle, roomId: RoomId, given: Given): boolean => {
  const side = battle.sides.find((one) => one.roomId === roomId);
  if (!side || (battle.state !== 'running' && battle.state !== 'deciding') || !isInTime(battle, given)) return false;
  const { userId, name, displayName, coins } = given;
  side.coins += coins;
  const fan = { userId, name, displayName, coins: (side.fans.get(userId)?.coins ?? 0) + coins };
  side.fans.set(userId, fan);
  // Sums only grow, so nobody who is not among them can be overtaken into them.
  side.leaders = [...side.leaders.filter((one) => one.userId !== userId), fan].sort((a, b) => b.coins - a.coins).slice(0, LEADERS_MAX);
  return true;
};

/** The room that leads; null: neither. */
export const leaderOf = ({ sides: [one, two] }: Battle): RoomId | null => {
  if (one.coins === two.coins) return null;
  return one.coins > two.coins ? one.roomId : two.roomId;
};

const winnerFor = ({ state, winner }: Battle, roomId: RoomId): Winner | null => {
  if (state !== 'over') return null;
  if (winner === null) return 'draw';
  return winner === roomId ? 'ours' : 'theirs';
};

/** As this room is told of it. `isHidden`: who is in no list that others see. */
export const viewFor = (battle: Battle, roomId: RoomId, isHidden: (roomId: RoomId, userId: UserId) => boolean): BattleView => {
  const shown = ({ roomId: id, channel, coins, leaders }: Side): BattleSide => ({
    ...channel, coins, supporters: leaders.filter(({ userId }) => !isHidden(id, userId)).slice(0, TOP_SUPPORTERS_MAX),
  });
  const [one, two] = battle.sides;
  const isFirst = one.roomId === roomId;
  const { state, lengthS, startedAtMs, endsAtMs, isGivenUp } = battle;
  return {
    state, lengthS, startedAtMs, endsAtMs, isGivenUp,
    proposedBy: isFirst ? 'ours' : 'theirs',
    ours: shown(isFirst ? one : two),
    theirs: shown(isFirst ? two : one),
    winner: winnerFor(battle, roomId),
  };
};
