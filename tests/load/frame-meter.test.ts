import { expect, test } from 'vitest';
import { createFrameMeter } from './frame-meter.ts';

const play = (times: readonly number[]) => {
  const meter = createFrameMeter();
  times.forEach((atMs, at) => meter.packet({ sequence: (65_500 + at) % 65_536, marker: true, atMs }));
  return meter.seen();
};
const steady = Array.from({ length: 60 }, (_, at) => 1_000 + at * 33);

test('a steady picture has no freeze, over the end of the sequence numbers too', () => {
  expect(play(steady)).toEqual({ frames: 60, firstFrameMs: 1_000, freezes: 0, frozenMs: 0, received: 60, lost: 0 });
});

test('a pause is a freeze from 150 ms above the usual on', () => {
  const late = (byMs: number) => steady.map((atMs, at) => (at < 40 ? atMs : atMs + byMs));
  expect(play(late(149)).freezes).toBe(0);
  expect(play(late(151))).toMatchObject({ freezes: 1, frozenMs: 184 });
});

test('a frame is whole with its last packet and not without one of them; what is missing is lost', () => {
  const meter = createFrameMeter();
  for (const [sequence, marker] of [[10, false], [11, true], [12, false], [13, false], [14, true], [16, true], [17, true]] as const) meter.packet({ sequence, marker, atMs: sequence });
  expect(meter.seen()).toMatchObject({ frames: 3, firstFrameMs: 11, received: 7, lost: 1 });
});
