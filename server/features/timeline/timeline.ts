// Shared time: how long the picture takes to each viewer, from their own reports, and with it the frame that every
// interaction belongs to. Tells those who lead the show, once a second, how the picture arrives. Owns the reports of the last
// half minute, keyed by participant; forgets them with the participant.

import type { ParticipantId, RoomId } from '../../../shared/ids.ts';
import type { FrameStamp, SeenFrame } from '../../../shared/messages/time.ts';
import type { EventData, Params } from '../../../shared/messages.ts';
import type { Caller, StampFrame } from '../../hub/handler.ts';
import type { Cancel, Clock } from '../../lib/clock.ts';
import { summaryOf } from './audience-quality.ts';
import type { Report } from './audience-quality.ts';
import { clampStamp, UNMEASURED, wholeFrame } from './stamps.ts';
import type { DelayRange } from './stamps.ts';

export type TimelineDeps = {
  readonly clock: Clock;
  /** When the broadcast in this room began; null: nothing is on air. */
  readonly startedAtIn: (roomId: RoomId) => number | null;
  /** Tells those who lead the show. */
  readonly measured: (roomId: RoomId, data: EventData<'audience.measured'>) => void;
};

const MEASURED_EVERY_MS = 1_000;
/** A delay changes with the network; what it was half a minute ago says little. */
const KEPT_MS = 30_000;
const KEPT_MAX = 40;
/** The studio shows the camera itself. */
const OWN_PICTURE: DelayRange = { minMs: 0, maxMs: 0 };

type Watching = { readonly roomId: RoomId; reports: Report[] };

export const createTimeline = (deps: TimelineDeps) => {
  const { clock } = deps;
  const watching = new Map<ParticipantId, Watching>();
  const rooms = new Map<RoomId, Set<ParticipantId>>();
  let stop: Cancel | null = null;

  const recent = (id: ParticipantId): Report[] => watching.get(id)?.reports.filter(({ atMs }) => clock.nowMs() - atMs < KEPT_MS) ?? [];

  const delayOf = (id: ParticipantId): DelayRange => {
    const known = recent(id).filter((report) => report.latencyMs !== null);
    if (known.length === 0) return UNMEASURED;
    return {
      minMs: Math.max(0, Math.min(...known.map(({ latencyMs, errorMs }) => (latencyMs ?? 0) - errorMs))),
      maxMs: Math.max(...known.map(({ latencyMs, errorMs }) => (latencyMs ?? 0) + errorMs)),
    };
  };

  const summaryFor = (ids: Iterable<ParticipantId>): EventData<'audience.measured'> => {
    const all = [...ids];
    const freezes = all.flatMap(recent).reduce((sum, report) => sum + report.freezes, 0);
    return summaryOf(all.flatMap((id) => recent(id).at(-1) ?? []), freezes, KEPT_MS);
  };
  const tell = (): void => {
    for (const [roomId, ids] of rooms) deps.measured(roomId, summaryFor(ids));
  };

  const enter = (roomId: RoomId, id: ParticipantId): Watching => {
    const entered: Watching = { roomId, reports: [] };
    watching.set(id, entered);
    rooms.set(roomId, (rooms.get(roomId) ?? new Set()).add(id));
    stop ??= clock.every(MEASURED_EVERY_MS, tell);
    return entered;
  };

  const stampFrame: StampFrame = (caller: Caller, seen: SeenFrame | null, { draftMsMax = 0 } = {}): FrameStamp | null => {
    const startedAtMs = caller.seat && deps.startedAtIn(caller.seat.roomId);
    if (!caller.seat || startedAtMs === null) return null;
    const delay = caller.seat.role === 'host' ? OWN_PICTURE : delayOf(caller.seat.participantId);
    const stamp = wholeFrame(clampStamp({ seen, arrivedAtMs: clock.nowMs(), delay, draftMsMax }));
    return { ...stamp, timelineMs: Math.max(0, Math.round(stamp.capturedAtMs - startedAtMs)) };
  };

  return {
    stampFrame,
    /** What a viewer measured since its last report. */
    viewerReported({ seat }: Caller, report: Params<'watch.report'>): void {
      if (!seat) return;
      const { reports } = watching.get(seat.participantId) ?? enter(seat.roomId, seat.participantId);
      reports.push({ atMs: clock.nowMs(), latencyMs: report.latencyMs, errorMs: report.latencyErrorMs ?? 0, freezes: report.freezes });
      if (reports.length > KEPT_MAX) reports.shift();
    },
    /** How long the picture takes to the viewer to whom it takes the longest, as far as they say; null: nobody says. */
    slowestMsIn(roomId: RoomId): number | null {
      const latencies = [...(rooms.get(roomId) ?? [])].flatMap((id) => recent(id).flatMap(({ latencyMs, errorMs }) => (latencyMs === null ? [] : latencyMs + errorMs)));
      return latencies.length === 0 ? null : latencies.reduce((slowest, ms) => Math.max(slowest, ms), 0);
    },
    /** How the picture arrives in one room, or (null) everywhere. */
    measuredIn: (roomId: RoomId | null): EventData<'audience.measured'> => summaryFor(roomId === null ? watching.keys() : (rooms.get(roomId) ?? [])),
    participantLeft(id: ParticipantId): void {
      const left = watching.get(id);
      if (!left) return;
      watching.delete(id);
      const others = rooms.get(left.roomId);
      others?.delete(id);
      if (others?.size === 0) rooms.delete(left.roomId);
      if (rooms.size > 0) return;
      stop?.();
      stop = null;
    },
    /** Viewers with reports; tests count them to zero. */
    viewers: (): number => watching.size,
    close: (): void => stop?.(),
  };
};

export type Timeline = ReturnType<typeof createTimeline>;
