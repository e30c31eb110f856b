import { expect, test } from 'vitest';
import { freeLane, isOver, leastBadLane, leftPx, type Flight, type Newcomer } from './lanes.ts';

const BOX = 1_280;
const GAP = 24;
const flight = (given: Partial<Flight> = {}): Flight => ({
  place: 'scroll', lane: 0, widthPx: 200, durationMs: 8_000, startedAtMs: 0, heldAtMs: null, ...given,
});
const scroll = (widthPx: number, durationMs = 8_000): Newcomer => ({ place: 'scroll', widthPx, durationMs });

test('a line comes in at the right edge and is out at the left one', () => {
  const one = flight();
  expect(leftPx(one, BOX, 0)).toBe(BOX);
  expect(leftPx(one, BOX, 8_000)).toBeCloseTo(-200);
  expect([isOver(one, 7_999), isOver(one, 8_000)]).toEqual([false, true]);
});

test('before its start a line is where it starts: a frame may be a little older than the line', () => {
  expect(leftPx(flight({ startedAtMs: 5 }), BOX, 0)).toBe(BOX);
});

test('the next line waits until the one ahead has come in wholly', () => {
  const [tooEarly, inTime] = [1_000, 1_300];
  expect(freeLane([[flight()]], scroll(200), BOX, GAP, tooEarly)).toBeNull();
  expect(freeLane([[flight()]], scroll(200), BOX, GAP, inTime)).toBe(0);
});

test('a faster line never catches up with one ahead', () => {
  // In wholly at 1.3 s, but six times as wide means more than twice as fast.
  expect(freeLane([[flight()]], scroll(1_200), BOX, GAP, 1_300)).toBeNull();
  expect(freeLane([[flight()]], scroll(200, 4_000), BOX, GAP, 1_300)).toBeNull();
});

test('whatever comes, no two lines of one lane ever touch', () => {
  let seed = 7;
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const lanes: Flight[][] = Array.from({ length: 4 }, () => []);
  let flown = 0;
  for (let nowMs = 0; nowMs < 60_000; nowMs += 50) {
    const next = scroll(40 + Math.floor(random() * 900), 6_000 + Math.floor(random() * 4_000));
    for (const lane of lanes) lane.splice(0, lane.length, ...lane.filter((one) => !isOver(one, nowMs)));
    const lane = freeLane(lanes, next, BOX, GAP, nowMs);
    if (lane !== null) {
      lanes[lane]?.push(flight({ ...next, lane, startedAtMs: nowMs }));
      flown += 1;
    }
    for (const inLane of lanes) {
      const edges = inLane.map((one) => [leftPx(one, BOX, nowMs), leftPx(one, BOX, nowMs) + one.widthPx] as const).sort((a, b) => a[0] - b[0]);
      edges.forEach(([left], at) => expect(left).toBeGreaterThanOrEqual((edges[at - 1]?.[1] ?? -Infinity) - 0.001));
    }
  }
  expect(flown).toBeGreaterThan(60);
});

test('lines fill the lanes from the top, and one without a lane has none', () => {
  expect(freeLane([[flight()], [], []], scroll(200), BOX, GAP, 10)).toBe(1);
  expect(freeLane([[flight()], [flight()]], scroll(200), BOX, GAP, 10)).toBeNull();
});

test('lines that stand take empty lanes, from the top down or from the bottom up', () => {
  const lanes = [[flight()], [], [], []];
  expect(freeLane(lanes, { place: 'top', widthPx: 300, durationMs: 4_000 }, BOX, GAP, 10)).toBe(1);
  expect(freeLane(lanes, { place: 'bottom', widthPx: 300, durationMs: 4_000 }, BOX, GAP, 10)).toBe(3);
  expect(freeLane([[flight({ place: 'top' })]], scroll(100), BOX, GAP, 3_000)).toBeNull();
});

test('nothing starts behind a line that somebody holds', () => {
  expect(freeLane([[flight({ heldAtMs: 4_000 })]], scroll(100), BOX, GAP, 7_000)).toBeNull();
  expect(leftPx(flight({ heldAtMs: 4_000 }), BOX, 7_000)).toBe(leftPx(flight(), BOX, 4_000));
});

test('a line that must be shown goes where it covers least', () => {
  const lanes = [[flight({ startedAtMs: 900 })], [flight({ startedAtMs: 100 })], [flight({ startedAtMs: 500 })]];
  expect(leastBadLane(lanes, 'scroll')).toBe(1);
  expect(leastBadLane([[flight()], []], 'scroll')).toBe(1);
});
