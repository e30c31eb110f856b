import { expect, test } from 'vitest';
import { EMPTY_LANE, isEmptyLane, laneAt, laneWith, SHOWN_MAX, type Lane } from './lane.ts';
import { NOW_MS, sent } from './testing/gifts.ts';

const counts = ({ shown }: Lane): string[] => shown.map(({ author, count }) => `${author.name} ${count}`);
const from = (names: readonly string[], lane = EMPTY_LANE, nowMs = NOW_MS): Lane => names.reduce((now, name) => laneWith(now, sent(name, 'rose'), false, nowMs), lane);

test('[G3] the same combo is one banner that counts, whatever order the counts come in, and stays while it grows', () => {
  let lane = laneWith(EMPTY_LANE, sent('ann', 'rose', 1, 1), false, NOW_MS);
  lane = laneWith(lane, sent('ann', 'rose', 4, 7), false, NOW_MS + 3_000);
  lane = laneWith(lane, sent('ann', 'rose', 2, 3), false, NOW_MS + 3_000);
  expect(counts(lane)).toEqual(['ann 7']);
  expect(counts(laneAt(lane, NOW_MS + 7_000))).toEqual(['ann 7']);
  expect(isEmptyLane(laneAt(lane, NOW_MS + 8_000))).toBe(true);
});

test('three at once, the others wait, own ones first', () => {
  let lane = from(['a', 'b', 'c', 'd']);
  lane = laneWith(lane, sent('me', 'koi'), true, NOW_MS);
  lane = laneWith(lane, sent('d', 'rose', 1, 2), false, NOW_MS);
  expect(lane.shown).toHaveLength(SHOWN_MAX);
  lane = laneAt(lane, NOW_MS + 5_000);
  expect(counts(lane)).toEqual(['me 1', 'd 2']);
});

test('[G2] a flood is hurried through, and what would wait too long is told as a sum: nothing vanishes', () => {
  const names = Array.from({ length: 60 }, (_, at) => `n${at}`);
  let lane = from(names);
  const told = new Set<string>();
  expect(lane.untold?.gifts).toBe(60 - SHOWN_MAX - lane.waiting.length);
  const untold = lane.untold?.gifts ?? 0;
  for (let nowMs = NOW_MS; nowMs < NOW_MS + 60_000; nowMs += 250) {
    for (const { author } of lane.shown) told.add(author.name);
    lane = laneAt(lane, nowMs);
  }
  expect(told.size + untold).toBe(60);
  expect(isEmptyLane(lane)).toBe(true);
});
