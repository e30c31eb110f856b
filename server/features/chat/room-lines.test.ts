import { expect, test } from 'vitest';
import type { LineId, RequestKey, RoomId, UserId } from '../../../shared/ids.ts';
import { createHandClock } from '../../lib/clock.ts';
import type { SaidEntry } from './line.ts';
import { createRoomLines, LINES_KEPT_MIN } from './room-lines.ts';

const idAt = (at: number): LineId => `l${String(at).padStart(6, '0')}` as LineId;
const entryAt = (at: number, saidAtMs: number, more: Partial<SaidEntry> = {}): SaidEntry => ({
  kind: 'said', roomId: 'r' as RoomId, broadcastId: null, key: `k${at}` as RequestKey, replyToLineId: null, isShadow: false,
  state: 'shown', holdCause: null, hiddenBy: null,
  said: {
    kind: 'said', lineId: idAt(at), author: { userId: 'u' as UserId, name: 'u', displayName: 'U', role: 'viewer', fanLevel: 0 }, text: `t${at}`,
    look: { color: 'white', place: 'scroll' }, saidAtMs, stamp: null, replyTo: null, mentions: [], editedAtMs: null,
  },
  ...more,
});
const idsOf = (lines: readonly { lineId: LineId }[]) => lines.map(({ lineId }) => lineId);

test('[C2] lines stand in the order of their ids, in whatever order they come, and once', () => {
  const lines = createRoomLines(createHandClock());
  for (const at of [3, 1, 4, 1, 2, 4]) lines.add(entryAt(at, 0));
  lines.merge([entryAt(2, 0), entryAt(0, 0)], false);
  expect(idsOf(lines.page(null, null, 10).lines)).toEqual([0, 1, 2, 3, 4].map(idAt));
});

test('memory is bounded: the newest, the young, and as many public ones as a page gets', () => {
  const clock = createHandClock();
  const lines = createRoomLines(clock);
  for (let at = 0; at < 5_000; at += 1) lines.add(entryAt(at, clock.nowMs()));
  expect(lines.count()).toBe(5_000); // a raid of two seconds: all may be sent again
  clock.advance(200_000);
  for (let at = 5_000; at < 5_128; at += 1) lines.add(entryAt(at, clock.nowMs(), { state: 'deleted' }));
  expect(lines.count()).toBeGreaterThanOrEqual(LINES_KEPT_MIN);
  expect(lines.count()).toBeLessThan(LINES_KEPT_MIN + 128);
  for (let at = 5_128; at < 6_000; at += 1) lines.add(entryAt(at, clock.nowMs() - 130_000, { isShadow: true }));
  expect(idsOf(lines.page(null, null, 100).lines)).toEqual(Array.from({ length: 100 }, (_, at) => idAt(4_900 + at)));
  expect(lines.sentAs('u' as UserId, 'k0' as RequestKey)).toBeNull();
  expect(lines.sentAs('u' as UserId, 'k5999' as RequestKey)).not.toBeNull();
  for (let at = 6_000; at < 60_000; at += 1) lines.add(entryAt(at, clock.nowMs()));
  expect(lines.count()).toBeLessThan(32_768 * 1.2);
});

test('[C7] a page is sure only if there is more behind it, or nothing was ever dropped', () => {
  const lines = createRoomLines(createHandClock());
  for (let at = 0; at < 10; at += 1) lines.add(entryAt(at, 0));
  expect(lines.page(null, idAt(8), 5)).toMatchObject({ hasMore: true, isSure: true, lines: [3, 4, 5, 6, 7].map((at) => ({ lineId: idAt(at) })) });
  expect(lines.page(null, idAt(5), 5)).toMatchObject({ hasMore: false, isSure: false });
  lines.merge([], true);
  expect(lines.page(null, idAt(5), 5)).toMatchObject({ hasMore: false, isSure: true });
  for (let at = 10; at < 600; at += 1) lines.add(entryAt(at, -1e6));
  expect(lines.page(null, idAt(5), 5).isSure).toBe(false);
});

test('a decided line goes back to its place, unless those around it are gone: history must have no gaps', () => {
  const lines = createRoomLines(createHandClock());
  const [old, young] = [entryAt(0, -1e6, { state: 'held' }), entryAt(2, 0, { state: 'held' })];
  lines.add(entryAt(1, 0));
  lines.add(young);
  lines.add(entryAt(3, 0));
  for (const entry of [young, old]) lines.hold(entry);
  expect(lines.held()).toEqual([old, young]);
  for (const entry of [young, old]) {
    entry.state = 'shown';
    lines.release(entry);
  }
  expect(lines.held()).toEqual([]);
  expect(idsOf(lines.page(null, null, 10).lines)).toEqual([1, 2, 3].map(idAt));
});
