// Battles of linked channels (rules K1-K6): proposed, accepted, counted, decided. Owns the battles, in memory, keyed by both rooms;
// what was given is told to it after it was paid. Whether two rooms are linked, another feature knows.

import type { RoomId, UserId } from '../../../shared/ids.ts';
import { BATTLE_ASK_MS, BATTLE_PAYMENTS_MS_MAX, TALLY_TICK_MS } from '../../../shared/limits.ts';
import type { BattleView } from '../../../shared/messages/battles.ts';
import type { SystemFact } from '../../../shared/messages/chat.ts';
import type { Params, Result } from '../../../shared/messages.ts';
import type { Caller, Handlers, Publish } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { createTicks } from '../../lib/ticks.ts';
import { placeOf } from '../../rooms/place.ts';
import type { RoomPart } from '../../rooms/room-part.ts';
import { count, graceEndMs, leaderOf, sideOf, viewFor } from './battle.ts';
import type { Battle, Given, Side } from './battle.ts';

/** A linked room and the other one. */
type Rivals = { readonly own: Pick<Side, 'roomId' | 'channel'>; readonly other: Pick<Side, 'roomId' | 'channel'> };

export type BattlesDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly publish: Publish;
  /** Null: this room is not linked. */
  readonly rivalsIn: (roomId: RoomId) => Rivals | null;
  /** Banned, openly or not: they are in no list that others see. */
  readonly isOutcast: (roomId: RoomId, userId: UserId) => boolean;
  readonly sayFact: (roomId: RoomId, fact: SystemFact, subject: string) => void;
};

type Names = 'battle.propose' | 'battle.withdraw' | 'battle.answer' | 'battle.giveUp';
const roomOf = (caller: Caller): RoomId => placeOf(caller).seat.roomId;
const nothingToDo = (): void => {};

export const createBattles = (deps: BattlesDeps) => {
  const { clock, log, publish } = deps;
  const battles = new Map<RoomId, Battle>();

  const viewIn = (roomId: RoomId): BattleView | null => {
    const battle = battles.get(roomId);
    return battle ? viewFor(battle, roomId, deps.isOutcast) : null;
  };
  const ticks = createTicks<RoomId>({ clock, tickMs: TALLY_TICK_MS, tick: (roomId) => publish(roomId, 'battle.changed', { battle: viewIn(roomId) }) });
  const changed = ({ sides }: Battle): void => {
    for (const { roomId } of sides) ticks.ask(roomId);
  };
  const sayBoth = ({ sides: [one, two] }: Battle, factFor: (roomId: RoomId) => SystemFact): void => {
    deps.sayFact(one.roomId, factFor(one.roomId), two.channel.displayName);
    deps.sayFact(two.roomId, factFor(two.roomId), one.channel.displayName);
  };

  /** Whatever its state, as if there had been none. */
  const drop = (battle: Battle): void => {
    battle.timer();
    for (const { roomId } of battle.sides) battles.delete(roomId);
    changed(battle);
  };

  const finish = (battle: Battle, winner: RoomId | null): void => {
    battle.timer();
    battle.state = 'over';
    battle.winner = winner;
    changed(battle);
    sayBoth(battle, (roomId) => {
      if (winner === null) return 'battle_drawn';
      return winner === roomId ? 'battle_won' : 'battle_lost';
    });
    log.info({ room: battle.sides[0].roomId, other: battle.sides[1].roomId, coins: battle.sides.map(({ coins }) => coins) }, 'battle over');
  };

  /** Everything that was in time has arrived; what of it is not paid yet is waited for, and not for ever (rule K3). */
  const decide = (battle: Battle): void => {
    if (battle.state !== 'deciding' || clock.nowMs() < graceEndMs(battle)) return;
    if (battle.paying > 0 && clock.nowMs() < graceEndMs(battle) + BATTLE_PAYMENTS_MS_MAX) return;
    finish(battle, leaderOf(battle));
  };

  const close = (battle: Battle): void => {
    battle.state = 'deciding';
    changed(battle);
    const wait = (untilMs: number, then: () => void): void => {
      battle.timer = clock.after(Math.max(0, untilMs - clock.nowMs()), () => (clock.nowMs() < untilMs ? wait(untilMs, then) : then()));
    };
    wait(graceEndMs(battle), () => {
      wait(graceEndMs(battle) + BATTLE_PAYMENTS_MS_MAX, () => decide(battle));
      decide(battle);
    });
  };

  const start = (battle: Battle): void => {
    battle.timer();
    battle.state = 'running';
    battle.startedAtMs = clock.nowMs();
    battle.endsAtMs = battle.startedAtMs + battle.lengthS * 1_000;
    battle.timer = clock.after(battle.lengthS * 1_000, () => close(battle));
    changed(battle);
    sayBoth(battle, () => 'battle_started');
    log.info({ room: battle.sides[0].roomId, other: battle.sides[1].roomId, lengthS: battle.lengthS }, 'battle started');
  };

  const propose = ({ lengthS }: Params<'battle.propose'>, caller: Caller): Result<'battle.propose'> => {
    const roomId = roomOf(caller);
    const rivals = deps.rivalsIn(roomId);
    if (!rivals) throw new AppError('not_linked');
    const before = battles.get(roomId);
    if (before && before.state !== 'over') throw new AppError('battle_running');
    const expiresAtMs = clock.nowMs() + BATTLE_ASK_MS;
    const battle: Battle = {
      sides: [sideOf(rivals.own.roomId, rivals.own.channel), sideOf(rivals.other.roomId, rivals.other.channel)],
      lengthS, state: 'asked', startedAtMs: null, endsAtMs: expiresAtMs, winner: null, isGivenUp: false, paying: 0,
      timer: clock.after(BATTLE_ASK_MS, () => drop(battle)),
    };
    for (const side of battle.sides) battles.set(side.roomId, battle);
    changed(battle);
    return { expiresAtMs };
  };

  /** Throws `not_found` if this room has none in this state, or not as who proposed it (`isOwn`) or is asked. */
  const battleOf = (caller: Caller, state: Battle['state'], isOwn?: boolean): Battle => {
    const battle = battles.get(roomOf(caller));
    const isProposer = battle?.sides[0].roomId === roomOf(caller);
    if (battle?.state !== state || (isOwn !== undefined && isOwn !== isProposer)) throw new AppError('not_found', 'no such battle');
    return battle;
  };

  const handlers: Handlers<Names> = {
    'battle.propose': propose,
    'battle.withdraw': (_, caller) => {
      drop(battleOf(caller, 'asked', true));
      return {};
    },
    'battle.answer': ({ isAccepted }, caller) => {
      const battle = battleOf(caller, 'asked', false);
      if (isAccepted) start(battle);
      else drop(battle);
      return {};
    },
    'battle.giveUp': (_, caller) => {
      const battle = battleOf(caller, 'running');
      battle.isGivenUp = true;
      finish(battle, battle.sides.find(({ roomId }) => roomId !== roomOf(caller))?.roomId ?? null);
      return {};
    },
  };

  const part: RoomPart<BattleView | null> = { snapshot: viewIn };

  return {
    handlers,
    part,
    /** A payment to this room is on its way; what is answered tells that it has ended, paid or not. */
    paymentArrived(roomId: RoomId): () => void {
      const battle = battles.get(roomId);
      if (!battle || battle.state === 'asked' || battle.state === 'over' || clock.nowMs() > graceEndMs(battle)) return nothingToDo;
      battle.paying += 1;
      return () => {
        battle.paying -= 1;
        if (battle.paying === 0) decide(battle);
      };
    },
    /** A fact: it is paid. Each is told once. */
    given(roomId: RoomId, given: Given): void {
      const battle = battles.get(roomId);
      if (battle && count(battle, roomId, given)) changed(battle);
    },
    /** Nobody wins. */
    unlinked(roomId: RoomId): void {
      const battle = battles.get(roomId);
      if (battle) drop(battle);
    },
    /** Tests count them to zero. */
    size: (): number => battles.size / 2,
    close(): void {
      for (const { timer } of battles.values()) timer();
      ticks.close();
    },
  };
};

export type Battles = ReturnType<typeof createBattles>;
