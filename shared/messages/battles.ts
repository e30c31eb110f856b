// A battle of two linked channels: whose audience gives more until the time is over. Rules K1-K6 in README.md.

import * as v from 'valibot';
import { BATTLE_S_MAX, BATTLE_S_MIN, TOP_SUPPORTERS_MAX } from '../limits.ts';
import { displayName, handle, integer, list, nothing, text, timeMs, userId } from '../schema.ts';
import { request, roomEvent } from './define.ts';
import { coins } from './gifts.ts';

/** `deciding`: the time is over, and what was given before is still on its way. */
export const BATTLE_STATES = ['asked', 'running', 'deciding', 'over'] as const;
export type BattleState = (typeof BATTLE_STATES)[number];

const side = v.strictObject({
  handle,
  displayName,
  coins,
  /** Who gave the most in this battle, most first. */
  supporters: list(v.strictObject({ userId, name: text(1, 100), displayName, coins }), TOP_SUPPORTERS_MAX),
});
export type BattleSide = v.InferOutput<typeof side>;

export const WINNERS = ['ours', 'theirs', 'draw'] as const;
export type Winner = (typeof WINNERS)[number];

/** As the room sees it that is told: `ours` is its own channel. */
export const battleView = v.strictObject({
  state: v.picklist(BATTLE_STATES),
  proposedBy: v.picklist(['ours', 'theirs']),
  lengthS: integer(BATTLE_S_MIN, BATTLE_S_MAX),
  /** In the server's clock; null until it was accepted. */
  startedAtMs: v.nullable(timeMs),
  /** What is given on frames up to here counts; while it is asked: when the proposal expires. */
  endsAtMs: timeMs,
  ours: side,
  theirs: side,
  /** Null until it is over. */
  winner: v.nullable(v.picklist(WINNERS)),
  /** The loser gave up. */
  isGivenUp: v.boolean(),
});
export type BattleView = v.InferOutput<typeof battleView>;

/** The part of the room's snapshot that is about battles; the last one stays until the next, or until the link ends. */
export const battleSnapshot = v.nullable(battleView);

const rate = { burst: 5, perSecond: 0.2 };

export const battleMessages = {
  requests: {
    'battle.propose': request({
      params: v.strictObject({ lengthS: integer(BATTLE_S_MIN, BATTLE_S_MAX) }),
      result: v.strictObject({ expiresAtMs: timeMs }),
      needs: 'broadcast.control',
      rate,
    }),
    'battle.withdraw': request({ params: nothing, result: nothing, needs: 'broadcast.control', rate }),
    'battle.answer': request({ params: v.strictObject({ isAccepted: v.boolean() }), result: nothing, needs: 'broadcast.control', rate }),
    /** Ends it, and the other side wins. */
    'battle.giveUp': request({ params: nothing, result: nothing, needs: 'broadcast.control', rate }),
  },
  events: {
    /** At most once each TALLY_TICK_MS; null: there is none any more (declined, withdrawn, expired, or the link ended). */
    'battle.changed': roomEvent(v.strictObject({ battle: battleSnapshot })),
  },
} as const;
