// What viewers will probably do, learned from what they do, while the server runs: looks at who watches every ten seconds, tells those
// who lead a show how many are about to leave, and keeps what was learned over restarts. Knows stays as they are told to it, and no
// sockets. Costs the loop less than a millisecond for a thousand viewers; more are looked at in slices.

import type { ChannelId, RoomId, UserId } from '../../../shared/ids.ts';
import { AUDIENCE_PREDICTED_EVERY_MS } from '../../../shared/limits.ts';
import type { EventData } from '../../../shared/messages.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { leavingOf, shareOf } from './audience-forecast.ts';
import type { Forecast } from './audience-forecast.ts';
import { createFollowedStay } from './followed-stay.ts';
import type { FollowedStay, Label } from './followed-stay.ts';
import { BEHAVIOURS, createBehaviourModel } from './model.ts';
import type { Behaviour, BehaviourModel, Judged } from './model.ts';
import { fromSaved, toSaved } from './saved-state.ts';
import { NO_PAST, keyOf, watchOf } from './stay.ts';
import type { EndedStay, OpenStay } from './stay.ts';
import type { BehaviourStore } from './store.ts';
import { createWeeks } from './weeks.ts';

export type BehaviourDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: BehaviourStore;
  /** What is on air now. */
  readonly roomsOnAir: () => readonly RoomId[];
  /** Who watches there now; the list must not change afterwards. */
  readonly openStays: (roomId: RoomId) => readonly OpenStay[];
  /** Tells those who lead the show. */
  readonly predicted: (roomId: RoomId, data: EventData<'audience.predicted'>) => void;
  /** At least 0, below 1. */
  readonly random?: () => number;
};

const NAME = 'behaviour';
const SAVE_EVERY_MS = 5 * 60_000;
const WEEKS_EVERY_MS = 3_600_000;
/** Stays looked at before others get their turn. */
const SLICE = 1_000;
/** Pasts asked for in one question to the database. */
const PASTS_MAX = 500;
/** One stay in so many is held out. */
const HELD_OUT_EVERY = 5;
/** In all rooms together; who comes on top is expected to be like the others. */
const FOLLOWED_MAX = 200_000;

type Room = { readonly stays: Map<string, FollowedStay>; forecast: Forecast; isAsking: boolean };

const NOBODY: Forecast = { watching: 0, asked: 0, staying: 0 };

export const createBehaviour = (deps: BehaviourDeps) => {
  const { clock, log, store, random = Math.random } = deps;
  const rooms = new Map<RoomId, Room>();
  let model: BehaviourModel = createBehaviourModel();
  let weeks = createWeeks({ clock, store, model, upTo: '' });
  let savedAtMs: number | null = null;
  let followed = 0;
  let met = 0;
  let isCalibrated = false;
  let [isLooking, isClosed] = [false, false];

  const learn = (labels: readonly Label[], isHeldOut: boolean): void => {
    for (const { behaviour, watch, happened } of labels) model.happened(behaviour, watch, happened, isHeldOut);
  };

  const drop = (room: Room, key: string): void => {
    if (room.stays.delete(key)) followed--;
  };

  const follow = (room: Room, stay: OpenStay): FollowedStay | null => {
    const key = keyOf(stay);
    const known = room.stays.get(key);
    if (known?.startedAtMs === stay.startedAtMs) return known;
    drop(room, key); // an earlier stay whose end nobody told
    if (followed >= FOLLOWED_MAX) return null;
    const fresh = createFollowedStay(stay.startedAtMs, stay.userId === null ? NO_PAST : null, ++met % HELD_OUT_EVERY === 0);
    room.stays.set(key, fresh);
    followed++;
    return fresh;
  };

  /** Their features are not whole without it, so until it is there nothing is expected of them and nothing learned. */
  const askPasts = async (roomId: RoomId, room: Room, unknown: readonly OpenStay[]): Promise<void> => {
    if (room.isAsking || unknown.length === 0) return;
    room.isAsking = true;
    try {
      const asked = unknown.slice(0, PASTS_MAX).flatMap(({ userId, startedAtMs }) => (userId === null ? [] : [{ userId, startedAtMs }]));
      const pasts: ReadonlyMap<UserId, typeof NO_PAST> = await store.pasts(roomId, asked);
      for (const { userId, startedAtMs } of asked) {
        const stay = room.stays.get(userId);
        if (stay?.startedAtMs === startedAtMs) stay.past = pasts.get(userId) ?? NO_PAST;
      }
    } catch (error) {
      log.debug({ err: error, room: roomId }, 'pasts of viewers not read');
    } finally {
      room.isAsking = false;
    }
  };

  /** Gives its turn away after each slice. */
  const lookAt = function* (roomId: RoomId): Generator<void, void> {
    const room = rooms.get(roomId) ?? { stays: new Map<string, FollowedStay>(), forecast: NOBODY, isAsking: false };
    rooms.set(roomId, room);
    const stays = deps.openStays(roomId);
    const unknown: OpenStay[] = [];
    let [staying, asked] = [0, 0];
    // Learned from between the slices: each lesson makes the next prediction dearer.
    const lessons: { held: Label[]; learned: Label[] } = { held: [], learned: [] };
    const learnAll = (): void => {
      learn(lessons.held.splice(0), true);
      learn(lessons.learned.splice(0), false);
    };
    for (let at = 0; at < stays.length; at++) {
      if (at > 0 && at % SLICE === 0) {
        learnAll();
        yield;
      }
      const stay = stays[at];
      const one = stay && follow(room, stay);
      if (!stay || !one) continue;
      if (one.past === null) {
        unknown.push(stay);
        continue;
      }
      const nowMs = clock.nowMs();
      const watch = watchOf(stay, one.past, nowMs);
      staying += model.predict('stays', watch);
      asked++;
      (one.isHeldOut ? lessons.held : lessons.learned).push(...one.look(stay, watch, nowMs, random()));
    }
    learnAll();
    room.forecast = { watching: stays.length, asked, staying };
    void askPasts(roomId, room, unknown);
    deps.predicted(roomId, { watching: stays.length, leaving: leavingOf(room.forecast, isCalibrated) });
  };

  const forgetSilent = (onAir: readonly RoomId[]): void => {
    const live = new Set(onAir);
    for (const [roomId, room] of rooms) {
      if (live.has(roomId)) continue;
      followed -= room.stays.size;
      rooms.delete(roomId);
    }
  };

  const lookAtAll = function* (): Generator<void, void> {
    const onAir = deps.roomsOnAir();
    forgetSilent(onAir);
    isCalibrated = model.judge('stays').isCalibrated;
    let sinceTurn = 0;
    for (const roomId of onAir) {
      yield* lookAt(roomId);
      sinceTurn += 1 + (rooms.get(roomId)?.forecast.watching ?? 0);
      if (sinceTurn < SLICE) continue;
      sinceTurn = 0;
      yield;
    }
  };

  const go = (work: Generator<void, void>): void => {
    if (isClosed || work.next().done) {
      isLooking = false;
      return;
    }
    clock.after(0, () => go(work));
  };
  const look = (): void => {
    if (isLooking) return;
    isLooking = true;
    go(lookAtAll());
  };

  const save = async (): Promise<void> => {
    const atMs = clock.nowMs();
    try {
      await store.save(NAME, toSaved({ model: model.state(), weekUpTo: weeks.upTo() }), atMs);
      savedAtMs = atMs;
    } catch (error) {
      log.warn({ err: error }, 'what the behaviour model learned was not saved');
    }
  };
  const learnWeeks = (): Promise<void> => weeks.learn().catch((error: unknown) => log.debug({ err: error }, 'returns not read'));

  const stops = [
    clock.every(AUDIENCE_PREDICTED_EVERY_MS, look),
    clock.every(SAVE_EVERY_MS, () => void save()),
    clock.every(WEEKS_EVERY_MS, () => void learnWeeks()),
  ];

  return {
    /** A fact: this stay is over. Once for each, also where the broadcast ended. */
    stayEnded(roomId: RoomId, stay: EndedStay): void {
      const room = rooms.get(roomId);
      const key = keyOf(stay);
      const one = room?.stays.get(key);
      if (!room || one?.startedAtMs !== stay.startedAtMs) return;
      learn(one.ended(stay), one.isHeldOut);
      drop(room, key);
    },
    /** The calibrated chance that a viewer of this channel stays the next minute, drawn to the mean of all; null while it says nothing. */
    staysShare(channelId: ChannelId): number | null {
      if (!isCalibrated) return null;
      const all = { watching: 0, asked: 0, staying: 0 };
      for (const { forecast } of rooms.values()) {
        all.asked += forecast.asked;
        all.staying += forecast.staying;
      }
      return shareOf(rooms.get(channelId)?.forecast, all);
    },
    /** For the operator: how right each behaviour is, and when that was last saved. */
    judged: (): { readonly savedAtMs: number | null; readonly models: readonly ({ readonly behaviour: Behaviour } & Judged)[] } => ({
      savedAtMs, models: BEHAVIOURS.map((behaviour) => ({ behaviour, ...model.judge(behaviour) })),
    }),
    followed: (): number => followed,
    save,
    /** What an earlier server learned; what cannot be read is left behind, with a word in the log. */
    async restore(): Promise<void> {
      const kept = await store.saved(NAME);
      if (kept) {
        const saved = fromSaved(kept.state);
        try {
          if (!saved) throw new Error('of another version, or broken');
          model = createBehaviourModel(saved.model);
          weeks = createWeeks({ clock, store, model, upTo: saved.weekUpTo });
          savedAtMs = kept.savedAtMs;
        } catch (error) {
          log.warn({ err: error }, 'the saved behaviour model cannot be read, so it begins anew');
        }
      }
      void learnWeeks();
    },
    async close(): Promise<void> {
      isClosed = true;
      for (const stop of stops) stop();
      await save();
    },
  };
};

export type Behaviours = ReturnType<typeof createBehaviour>;
