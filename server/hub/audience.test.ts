import { expect, test } from 'vitest';
import type { RoomId } from '../../shared/ids.ts';
import { createLog } from '../lib/log.ts';
import { createMetrics } from '../lib/metrics.ts';
import { createAudience } from './audience.ts';

const room = 'r1' as RoomId;
const setUp = () => {
  const frames: { topic: string; frame: { event: string; data: unknown; seq: number; epoch: string } }[] = [];
  const lines: string[] = [];
  const audience = createAudience({
    broadcastTo: (topic, frame) => frames.push({ topic, frame: JSON.parse(frame) }),
    log: createLog({ level: 'info', write: (line) => lines.push(line) }),
    metrics: createMetrics(),
  });
  return { audience, frames, lines };
};

test('[E6] events of a room are numbered without gaps from the position before them', () => {
  const { audience, frames } = setUp();
  const { epoch, seq } = audience.position(room);
  audience.publish(room, 'viewers.counted', { viewers: 1 });
  audience.publish('r2' as RoomId, 'viewers.counted', { viewers: 9 });
  audience.publish(room, 'viewers.counted', { viewers: 2 });
  const mine = frames.filter((it) => it.topic === 'room/r1').map((it) => it.frame);
  expect(mine).toEqual([
    { event: 'viewers.counted', data: { viewers: 1 }, epoch, seq: seq + 1 },
    { event: 'viewers.counted', data: { viewers: 2 }, epoch, seq: seq + 2 },
  ]);
  expect(audience.position(room)).toEqual({ epoch, seq: seq + 2 });
});

test('[E4] an event that does not fit the table is never sent, uses no number, and is logged without its values', () => {
  const { audience, frames, lines } = setUp();
  const leaking = { viewers: 1, passwordHash: 'canary' };
  audience.position(room);
  audience.publish(room, 'viewers.counted', leaking);
  expect(frames).toEqual([]);
  expect(audience.position(room).seq).toBe(0);
  expect(lines.join()).toContain('event does not fit the table');
  expect(lines.join()).not.toContain('canary');
});

test('a forgotten room starts a new epoch', () => {
  const { audience } = setUp();
  const before = audience.position(room);
  audience.publish(room, 'viewers.counted', { viewers: 1 });
  audience.forget(room);
  expect(audience.rooms()).toBe(0);
  expect(audience.position(room)).toMatchObject({ seq: 0 });
  expect(audience.position(room).epoch).not.toBe(before.epoch);
});

test('a room that nobody listens to keeps no numbering', () => {
  const { audience, frames } = setUp();
  audience.publish(room, 'viewers.counted', { viewers: 1 });
  expect(frames).toEqual([]);
  expect(audience.rooms()).toBe(0);
});
