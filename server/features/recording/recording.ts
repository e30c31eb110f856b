// Who watched what (rules H1-H8). Hears what happens in rooms, keeps the open stays and minutes of what is on air in memory, and
// writes them behind: nobody who joins, speaks or gives waits for any of it. Owns watch_sessions, minute_counts, broadcast_totals and
// channel_days. Invariant: every row is a whole that replaces itself, so writing it twice, or again after a restart, counts nothing twice.

import type { BroadcastId, RoomId, UserId, WatchSessionId } from '../../../shared/ids.ts';
import { STAY_SAVE_MS } from '../../../shared/limits.ts';
import type { EventData, Params, RoomEventName } from '../../../shared/messages.ts';
import type { Source } from '../../../shared/sources.ts';
import type { Caller } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import { createBatchedWrites } from '../../lib/batched-writes.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { createOrderedIds } from '../../lib/ordered-ids.ts';
import { createWriteBehind } from '../../lib/write-behind.ts';
import type { Participant } from '../../rooms/participant.ts';
import type { MinuteRow } from './minutes.ts';
import { createPresence } from './presence.ts';
import { createShow } from './show.ts';
import type { Show, ShowStart } from './show.ts';
import type { DeedName, EndedStay, OpenStay } from './stay.ts';
import { createRecordingStore } from './store.ts';
import type { RecordingDatabase, RecordingStore, StoredMinute } from './store.ts';

export type { MinuteRow } from './minutes.ts';
export type { EndedStay, OpenStay } from './stay.ts';

/** Somebody who keeps a history really watched, or took part, in a public broadcast. */
export type Watched = { readonly userId: UserId; readonly channelId: RoomId; readonly broadcastId: BroadcastId; readonly atMs: number };

export type RecordingDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly database: RecordingDatabase;
  /** In tests. */
  readonly store?: RecordingStore;
  /** False: their stays are nobody's. Must not wait. */
  readonly keepsHistory: (userId: UserId) => boolean;
  // Facts, told after they happened; none of them may throw or wait.
  readonly stayBegan: (stay: OpenStay) => void;
  readonly stayEnded: (stay: EndedStay) => void;
  /** Once for each stay. */
  readonly watched: (watched: Watched) => void;
};

const WRITE_DELAY_MS = 1_000;
const TICK_MS = 5_000;

export const createRecording = (deps: RecordingDeps) => {
  const { clock, log } = deps;
  const store = deps.store ?? createRecordingStore(deps.database);
  const shows = new Map<RoomId, Show>();
  const viewersIn = new Map<RoomId, number>();
  const presence = createPresence();
  const ids = createOrderedIds(clock);
  let isFrozen = false;
  let savedAtMs = clock.nowMs();

  const stays = createBatchedWrites<EndedStay>({
    clock, log, what: 'stays', delayMs: WRITE_DELAY_MS,
    async write(rows) {
      const isNewOf = await store.saveStays(rows);
      for (const roomId of new Set(rows.map((row) => row.roomId))) shows.get(roomId)?.learned(isNewOf);
    },
  });
  const minutes = createBatchedWrites<StoredMinute>({ clock, log, what: 'minutes', delayMs: WRITE_DELAY_MS, write: store.saveMinutes });
  const sums = createWriteBehind({ clock, log });

  const open = (start: ShowStart): Show => {
    const show = createShow(start, {
      newId: () => ids() as WatchSessionId,
      began: deps.stayBegan,
      ended: deps.stayEnded,
      watched: ({ userId, roomId, broadcastId }, atMs) => userId && deps.watched({ userId, channelId: roomId, broadcastId, atMs }),
      changed: (stay) => void stays.put(stay.id, stay),
    });
    shows.set(start.roomId, show);
    return show;
  };
  const putMinutes = ({ broadcastId, minutes: of }: Show, nowMs: number, all: boolean): void => {
    for (const row of of.take(nowMs, all)) minutes.put(`${broadcastId}/${row.minute}`, { broadcastId, ...row });
  };
  /** After its rows. What fails for another reason than an outage would fail for ever. */
  const sumUp = (broadcastId: BroadcastId, endedAtMs: number | null): void =>
    sums.add(broadcastId, async () => {
      await stays.flush();
      await minutes.flush();
      await store.sumUp(broadcastId, endedAtMs).catch((error: unknown) => {
        if (error instanceof AppError) throw error;
        log.error({ err: error, broadcast: broadcastId }, 'broadcast not summed up');
      });
    });

  const tick = (): void => {
    const nowMs = clock.nowMs();
    const isTime = nowMs - savedAtMs >= STAY_SAVE_MS;
    if (isTime) savedAtMs = nowMs;
    for (const show of shows.values()) {
      show.expire(nowMs);
      putMinutes(show, nowMs, isTime);
      if (isTime) show.save(nowMs);
    }
  };
  const stopTicking = clock.every(TICK_MS, tick);

  const nameOf = (userId: UserId | null): UserId | null => (userId !== null && deps.keepsHistory(userId) ? userId : null);

  const broadcastStarted = (roomId: RoomId, { broadcastId, startedAtMs, visibility }: EventData<'broadcast.started'>): void => {
    const show = open({
      broadcastId, roomId, startedAtMs, isPublic: visibility === 'public', viewers: viewersIn.get(roomId) ?? 0, nowMs: clock.nowMs(),
    });
    for (const tab of presence.peopleIn(roomId)) show.came({ ...tab, userId: nameOf(tab.userId), returns: false }, startedAtMs);
  };
  const broadcastEnded = (roomId: RoomId): void => {
    const show = shows.get(roomId);
    if (!show) return;
    const nowMs = clock.nowMs();
    show.end(nowMs);
    putMinutes(show, nowMs, true);
    shows.delete(roomId);
    sumUp(show.broadcastId, nowMs);
  };
  const viewersCounted = (roomId: RoomId, viewers: number): void => {
    viewersIn.set(roomId, viewers);
    shows.get(roomId)?.minutes.viewersChanged(viewers, clock.nowMs());
  };
  const did = (roomId: RoomId, userId: UserId, deed: DeedName, count: number): void => shows.get(roomId)?.did(userId, deed, count, clock.nowMs());

  /** What each room event says about people; the others say nothing. */
  const hearers: { readonly [E in RoomEventName]?: (roomId: RoomId, data: EventData<E>) => void } = {
    'broadcast.started': broadcastStarted,
    'broadcast.ended': broadcastEnded,
    'viewers.counted': (roomId, { viewers }) => viewersCounted(roomId, viewers),
    'chat.said': (roomId, { lines }) => {
      // The host's own lines are the show.
      for (const line of lines) if (line.kind === 'said' && line.author.role !== 'host') did(roomId, line.author.userId, 'lines', 1);
    },
    'gifts.received': (roomId, { gifts }) => {
      for (const { author, coins } of gifts) {
        did(roomId, author.userId, 'gifts', 1);
        did(roomId, author.userId, 'coins', coins);
      }
    },
    'superchat.said': (roomId, { superChat: { author, coins } }) => {
      did(roomId, author.userId, 'gifts', 1);
      did(roomId, author.userId, 'coins', coins);
    },
  };

  return {
    /** What all in the room are told. Costs the room a look-up. */
    heard<E extends RoomEventName>(roomId: RoomId, name: E, data: EventData<E>): void {
      hearers[name]?.(roomId, data);
    },
    participantJoined(participant: Participant, { source, returns }: { readonly source: Source; readonly returns: boolean }): void {
      const { id, roomId, person, user, isStudio, isOwner } = participant;
      if (isStudio || isOwner) return; // Nobody watches their own show.
      const nowMs = clock.nowMs();
      const tab = { person, participantId: id, source, userId: user?.userId ?? null };
      presence.add(roomId, tab, nowMs);
      shows.get(roomId)?.came({ ...tab, userId: nameOf(tab.userId), returns }, nowMs);
    },
    participantLeft({ id, roomId, person, user, presence: was }: Participant): void {
      if (isFrozen) return;
      const nowMs = clock.nowMs();
      const left = presence.remove(roomId, id);
      if (!left) return;
      const show = shows.get(roomId);
      if (left.other) return show?.movedTo(person, left.other);
      show?.went(person, user !== null, was.state === 'dropped' ? was.atMs : nowMs, nowMs);
    },
    viewerReported({ playedMs = 0, latencyMs, freezes, firstPictureMs }: Params<'watch.report'>, { seat }: Caller): void {
      const nowMs = clock.nowMs();
      const reported = seat && presence.reported(seat.roomId, seat.participantId, nowMs);
      if (reported) shows.get(seat.roomId)?.measured(reported.person, { playedMs, latencyMs, freezes, firstPictureMs: firstPictureMs ?? null, sinceMs: reported.sinceMs }, nowMs);
    },
    reacted: (roomId: RoomId, userId: UserId, taps: number): void => did(roomId, userId, 'reactions', taps),
    followed: (roomId: RoomId, userId: UserId): void => did(roomId, userId, 'follows', 1),
    roomClosed(roomId: RoomId): void {
      if (isFrozen) return;
      shows.get(roomId)?.minutes.viewersChanged(0, clock.nowMs());
      viewersIn.delete(roomId);
    },

    /** Stays that go on in this room, those of guests too; empty while nothing is on air. They change while they go on. */
    openStays: (roomId: RoomId): readonly OpenStay[] => shows.get(roomId)?.open() ?? [],
    /** The minutes so far of a broadcast on air, the last one unfinished; empty for any other. */
    liveMinutes(broadcastId: BroadcastId): readonly MinuteRow[] {
      for (const show of shows.values()) if (show.broadcastId === broadcastId) return show.minutes.rows(clock.nowMs());
      return [];
    },
    /**
     * Takes a person's name off their stays that go on, and with `past` off all that are kept. Rejects with `database_unavailable`, and
     * may be asked again.
     */
    async makeNameless(userId: UserId, past: boolean): Promise<void> {
      const nowMs = clock.nowMs();
      for (const show of shows.values()) {
        show.makeNameless(userId);
        show.save(nowMs);
      }
      await stays.flush(); // rows with the name may still be waiting
      await store.makeNameless(userId, past ? null : [...shows.values()].map(({ broadcastId }) => broadcastId));
    },
    /** Everything heard so far is in the tables when this resolves. */
    async flush(): Promise<void> {
      tick();
      await stays.flush();
      await minutes.flush();
    },

    /** After broadcasts are restored: what was on air goes on, and what ended without totals gets them (rule H6). */
    async restore(): Promise<void> {
      const nowMs = clock.nowMs();
      for (const { broadcastId, roomId, startedAtMs, visibility } of await store.unfinished()) {
        const [rows, saved] = [await store.minutesOf(broadcastId), await store.openStays(broadcastId)];
        open({ broadcastId, roomId, startedAtMs, isPublic: visibility === 'public', viewers: 0, nowMs, minutes: rows, stays: saved });
      }
      for (const broadcastId of await store.unsummed()) sumUp(broadcastId, null);
    },
    /** The server is going down: who leaves from now on leaves because of it. */
    freeze(): void {
      isFrozen = true;
    },
    async close(): Promise<void> {
      stopTicking();
      const nowMs = clock.nowMs();
      for (const show of shows.values()) {
        show.save(nowMs);
        putMinutes(show, nowMs, true);
      }
      await stays.close();
      await minutes.close();
      await sums.close();
    },
  };
};

export type Recording = ReturnType<typeof createRecording>;
