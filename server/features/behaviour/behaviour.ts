// What viewers will probably do, learned from what they do, while the server runs: looks at who watches every ten seconds, tells those
// who lead a show how many are about to leave, and keeps what was learned over restarts. Knows stays as they are told to it, and no
// sockets. Costs the loop less than a millisecond for a thousand viewers; more are looked at in slices.

import type { ChannelId, RoomId, WatchSessionId } from '../../../shared/ids.ts';
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
import { NO_PAST, watchOf } from './stay.ts';
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
/** Counting thousands of outcomes is dearer than looking at as many viewers. */
const JUDGE_EVERY_LOOKS = 6;
/** Pasts asked for in one question to the database. */
const PASTS_MAX = 500;
/** One stay in so many is held out. */
const HELD_OUT_EVERY = 5;
/** In all rooms together; who comes on top is expected to be like the others. */
const FOLLOWED_MAX = 200_000;

type Room = { readonly stays: Map<WatchSessionId, FollowedStay>; forecast: Forecast; isAsking: boolean };

const NOBODY: Forecast = { watching: 0, asked: 0, staying: 0 };

export const createBehaviour = (deps: BehaviourDeps) => {
  const { clock, log, store, random = Math.random } = deps;
  const rooms = new Map<RoomId, Room>();
  let model: BehaviourModel = createBehaviourModel();
  let weeks = createWeeks({ clock, store, model, upTo: '' });
  let savedAtMs: number | null = null;
  /** The last look at all rooms together. */
  let everywhere = NOBODY;
  let followed = 0;
  let met = 0;
  let looks = 0;
  let isCalibrated = false;
  let [isLooking, isClosed] = [false, false];

  const learn = (labels: readonly Label[], isHeldOut: boolean): void => {
    for (const { behaviour, watch, happened } of labels) model.happened(behaviour, watch, happened, isHeldOut);
  };

  const follow = (room: Room, stay: OpenStay): FollowedStay | null => {
    const known = room.stays.get(stay.id);
    if (known) return known;
    if (followed >= FOLLOWED_MAX) return null;
    const fresh = createFollowedStay(stay.userId === null ? NO_PAST : null, ++met % HELD_OUT_EVERY === 0);
    room.stays.set(stay.id, fresh);
    followed++;
    return fresh;
  };

  /** Their features are not whole without it, so until it is there nothing is expected of them and nothing learned. */
  const askPasts = async (roomId: RoomId, room: Room, unknown: readonly OpenStay[]): Promise<void> => {
    if (room.isAsking || unknown.length === 0) return;
    room.isAsking = true;
    try {
      const asked = unknown.slice(0, PASTS_MAX).map(({ id, userId, startedAtMs }) => ({ id, userId, startedAtMs }));
      const pasts = await store.pasts(roomId, asked.flatMap(({ userId, startedAtMs }) => (userId === null ? [] : [{ userId, startedAtMs }])));
      for (const { id, userId } of asked) {
        const stay = room.stays.get(id);
        if (stay) stay.past = (userId === null ? undefined : pasts.get(userId)) ?? NO_PAST;
      }
    } catch (error) {
      log.debug({ err: error, room: roomId }, 'pasts of viewers not read');
    } finally {
      room.isAsking = false;
    }
  };

  /** Adds to `sums`. What is learned from waits for the end of the slice: each lesson makes the next prediction dearer. */
  const lookAtSlice = (room: Room, slice: readonly OpenStay[], sums: { asked: number; staying: number; readonly unknown: OpenStay[] }): void => {
    const nowMs = clock.nowMs();
    const held: Label[] = [];
    const lessons: Label[] = [];
    for (const stay of slice) {
      const one = follow(room, stay);
      if (!one) continue;
      if (one.past === null) {
        sums.unknown.push(stay);
        continue;
      }
      const watch = watchOf(stay, one.past, nowMs);
      sums.staying += model.predict('stays', watch);
      sums.asked++;
      for (const label of one.look(stay, watch, nowMs, random())) (one.isHeldOut ? held : lessons).push(label);
    }
    learn(held, true);
    learn(lessons, false);
  };

  /** Gives its turn away after each slice. */
  const lookAt = function* (roomId: RoomId): Generator<void, void> {
    const room = rooms.get(roomId) ?? { stays: new Map<WatchSessionId, FollowedStay>(), forecast: NOBODY, isAsking: false };
    rooms.set(roomId, room);
    const stays = deps.openStays(roomId);
    const sums = { asked: 0, staying: 0, unknown: [] as OpenStay[] };
    for (let from = 0; from < stays.length; from += SLICE) {
      if (from > 0) yield;
      lookAtSlice(room, stays.slice(from, from + SLICE), sums);
    }
    room.forecast = { watching: stays.length, asked: sums.asked, staying: sums.staying };
    void askPasts(roomId, room, sums.unknown);
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
    if (looks++ % JUDGE_EVERY_LOOKS === 0) isCalibrated = model.judge('stays').isCalibrated;
    let sinceTurn = 0;
    for (const roomId of onAir) {
      yield* lookAt(roomId);
      sinceTurn += 1 + (rooms.get(roomId)?.forecast.watching ?? 0);
      if (sinceTurn < SLICE) continue;
      sinceTurn = 0;
      yield;
    }
    const sums = { watching: 0, asked: 0, staying: 0 };
    for (const { forecast } of rooms.values()) {
      sums.watching += forecast.watching;
      sums.asked += forecast.asked;
      sums.staying += forecast.staying;
    }
    everywhere = sums;
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
      const one = room?.stays.get(stay.id);
      if (!room || !one) return;
      learn(one.ended(stay), one.isHeldOut);
      room.stays.delete(stay.id);
      followed--;
    },
    /** The calibrated chance that a viewer of this channel stays the next minute, drawn to the mean of all; null while it says nothing. Cheap. */
    staysShare: (channelId: ChannelId): number | null => (isCalibrated ? shareOf(rooms.get(channelId)?.forecast, everywhere) : null),
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
          isCalibrated = model.judge('stays').isCalibrated;
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
