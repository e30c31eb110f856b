import { expect, test } from 'vitest';
import type { ConnectionId, ParticipantId, RoomId } from '../../../shared/ids.ts';
import type { EventData } from '../../../shared/messages.ts';
import type { Caller } from '../../hub/handler.ts';
import { createHandClock } from '../../lib/clock.ts';
import { createTimeline } from './timeline.ts';

const ROOM = 'room' as RoomId;
const callerOf = (id: string): Caller => ({
  connectionId: id as ConnectionId,
  address: '127.0.0.1',
  user: null,
  seat: { roomId: ROOM, participantId: id as ParticipantId, role: 'viewer', isOwner: false },
  sit() {},
  notify() {},
  close() {},
});

const setUp = () => {
  const clock = createHandClock();
  const startedAtMs = clock.nowMs() - 60_000;
  const told: EventData<'audience.measured'>[] = [];
  let isOnAir = true;
  const timeline = createTimeline({ clock, startedAtIn: () => (isOnAir ? startedAtMs : null), measured: (_, data) => void told.push(data) });
  const report = (id: string, latencyMs: number | null, freezes = 0) =>
    timeline.viewerReported(callerOf(id), {
      latencyMs, latencyErrorMs: latencyMs === null ? null : 10, framesPerSecond: 30, lossRatio: 0, bitsPerSecond: 1e6, freezes,
    });
  return { clock, timeline, told, report, startedAtMs, end: () => { isOnAir = false; } };
};

test('[T4] a stamp counts from the start of the broadcast; without one there is none', () => {
  const { clock, timeline, report, startedAtMs, end } = setUp();
  report('a', 100);
  const capturedAtMs = clock.nowMs() - 100;
  expect(timeline.stampFrame(callerOf('a'), { capturedAtMs, errorMs: 5 })).toEqual({ capturedAtMs, errorMs: 5, timelineMs: capturedAtMs - startedAtMs });
  end();
  expect(timeline.stampFrame(callerOf('a'), { capturedAtMs, errorMs: 5 })).toBeNull();
});

test('[T5] each viewer is held to its own delay', () => {
  const { clock, timeline, report } = setUp();
  report('near', 50);
  report('far', 900);
  const tooNew = { capturedAtMs: clock.nowMs(), errorMs: 0 };
  expect(timeline.stampFrame(callerOf('near'), tooNew)?.capturedAtMs).toBe(clock.nowMs() - 40);
  expect(timeline.stampFrame(callerOf('far'), tooNew)?.capturedAtMs).toBe(clock.nowMs() - 890);
});

test('[G7] the slowest viewer of a room is known, while it says so', () => {
  const { clock, timeline, report } = setUp();
  expect(timeline.slowestMsIn(ROOM)).toBeNull();
  report('a', 200);
  report('b', 3_000);
  expect(timeline.slowestMsIn(ROOM)).toBe(3_010);
  clock.advance(20_000);
  report('a', 200);
  clock.advance(15_000);
  expect(timeline.slowestMsIn(ROOM)).toBe(210);
});

test('an old delay is forgotten', () => {
  const { clock, timeline, report } = setUp();
  report('a', 900);
  clock.advance(31_000);
  report('a', 100);
  expect(timeline.stampFrame(callerOf('a'), { capturedAtMs: clock.nowMs(), errorMs: 0 })?.capturedAtMs).toBe(clock.nowMs() - 90);
});

test('[T7] the host hears once a second how old the picture is at the viewers', () => {
  const { clock, told, report } = setUp();
  for (let i = 1; i <= 20; i += 1) report(`v${i}`, i * 10);
  report('without', null, 5);
  clock.advance(1_000);
  expect(told).toEqual([{ measured: 20, latencyP50Ms: 100, latencyP95Ms: 190, freezesPerMinute: 5 / (21 / 2) }]);
});

test('who left is forgotten, and with the last one the timer', () => {
  const { clock, timeline, report, told } = setUp();
  report('a', 100);
  report('b', 100);
  timeline.participantLeft('a' as ParticipantId);
  timeline.participantLeft('b' as ParticipantId);
  clock.advance(5_000);
  expect([timeline.viewers(), clock.timers(), told.length]).toEqual([0, 0, 0]);
});

test('[T6] the host’s frame is the one that the camera takes in that moment', () => {
  const { clock, timeline } = setUp();
  const caller = callerOf('studio');
  const host: Caller = { ...caller, seat: caller.seat && { ...caller.seat, role: 'host' } };
  expect(timeline.stampFrame(host, null)).toMatchObject({ capturedAtMs: clock.nowMs(), errorMs: 0 });
});
