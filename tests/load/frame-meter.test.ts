import { expect, test } from 'vitest';
import { createFrameMeter } from './frame-meter.ts';

const play = (times: readonly number[]) => {
  const meter = createFrameMeter();
  times.forEach((atMs, at) => meter.packet({ sequence: (65_500 + at) % 65_536, marker: true, atMs }));
  return meter.seen(times.at(-1) ?? 0);
};
const steady = Array.from({ length: 60 }, (_, at) => 1_000 + at * 33);

test('a steady picture has no freeze, over the end of the sequence numbers too', () => {
  expect(play(steady)).toEqual({ frames: 60, firstFrameMs: 1_000, freezes: 0, frozenMs: 0, gapMs: 33, received: 60, lost: 0 });
});

test('a pause is a freeze from 150 ms above the usual on', () => {
  const late = (byMs: number) => steady.map((atMs, at) => (at < 40 ? atMs : atMs + byMs));
  expect(play(late(149)).freezes).toBe(0);
  expect(play(late(151))).toMatchObject({ freezes: 1, frozenMs: 184 });
});

test('a frame is whole with its last packet and not without one of them; what is missing is lost', () => {
  const meter = createFrameMeter();
  for (const [sequence, marker] of [[10, false], [11, true], [12, false], [13, false], [14, true], [16, true], [17, true]] as const) meter.packet({ sequence, marker, atMs: sequence });
  expect(meter.seen(17)).toMatchObject({ frames: 3, firstFrameMs: 11, received: 7, lost: 1 });
});

test('the longest gap goes over a change of transports, counts one that lasts, and begins anew at a mark', () => {
  const meter = createFrameMeter();
  const frame = (sequence: number, atMs: number): void => meter.packet({ sequence, marker: true, atMs });
  expect(meter.seen(500).gapMs).toBe(0);
  frame(100, 1_000);
  frame(101, 1_033);
  meter.mark();
  meter.renew();
  frame(40_000, 1_700);
  frame(40_001, 1_733);
  expect(meter.seen(1_750)).toMatchObject({ gapMs: 667, frames: 4, lost: 0, received: 4 });
  expect(meter.seen(3_733).gapMs).toBe(2_000);
  meter.mark();
  expect(meter.seen(1_750).gapMs).toBe(17);
});
