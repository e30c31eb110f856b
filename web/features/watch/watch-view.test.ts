import { expect, test } from 'vitest';
import type { BroadcastId, ParticipantId } from '../../../shared/ids.ts';
import type { BroadcastView } from '../../../shared/messages/broadcasts.ts';
import type { ConnectionState } from '../../live/connection.ts';
import type { RoomSessionState } from '../../live/room-session.ts';
import { roomFactsOf, type RoomFacts } from '../broadcasts/room-facts.ts';
import { testSnapshot } from '../broadcasts/testing/snapshot.ts';
import { watchViewOf } from './watch-view.ts';

const open: ConnectionState = { is: 'open' };
const joined: RoomSessionState = { is: 'joined', participantId: 'p1' as ParticipantId, role: 'viewer' };
const broadcast: BroadcastView = {
  broadcastId: 'b1' as BroadcastId, title: 'First', category: 'talk', tags: [], visibility: 'public', language: null, coverUrl: null,
  startedAtMs: 1_000, state: 'live', publications: [], hostClock: null, trouble: 'none',
};
const roomWith = (on: BroadcastView | null): RoomFacts =>
  roomFactsOf(testSnapshot(on), null);

test('before anything is known the page is connecting, also while it retries', () => {
  expect(watchViewOf({ is: 'connecting' }, { is: 'joining' }, null)).toEqual({ is: 'connecting' });
  expect(watchViewOf({ is: 'waiting', attempt: 1, nextTryAtMs: 5 }, { is: 'waiting' }, null)).toEqual({ is: 'connecting' });
});

test('joined: live, interrupted or offline', () => {
  expect(watchViewOf(open, joined, roomWith(broadcast))).toMatchObject({ is: 'live', broadcast: { title: 'First' } });
  expect(watchViewOf(open, joined, roomWith({ ...broadcast, state: 'interrupted' })).is).toBe('interrupted');
  expect(watchViewOf(open, joined, roomWith(null)).is).toBe('offline');
});

test('a drop keeps the broadcast on screen and says when the next try is', () => {
  const waiting: ConnectionState = { is: 'waiting', attempt: 2, nextTryAtMs: 7_000 };
  expect(watchViewOf(waiting, { is: 'waiting' }, roomWith(broadcast))).toMatchObject({
    is: 'reconnecting', broadcast: { title: 'First' }, nextTryAtMs: 7_000,
  });
  expect(watchViewOf(open, { is: 'joining' }, roomWith(broadcast))).toMatchObject({ is: 'reconnecting', nextTryAtMs: null });
});

test('the thank-you stays, with and without a connection', () => {
  const room: RoomFacts = { ...roomWith(null), ended: { broadcast, reason: 'host' } };
  expect(watchViewOf(open, joined, room)).toMatchObject({ is: 'ended', reason: 'host' });
  expect(watchViewOf({ is: 'connecting' }, { is: 'waiting' }, room).is).toBe('ended');
});

test.each([
  ['channel_not_found', { is: 'notFound' }],
  ['link_invalid', { is: 'linkNeeded' }],
  ['bad_request', { is: 'failed', code: 'bad_request' }],
] as const)('a refusal with %s', (code, view) => {
  expect(watchViewOf(open, { is: 'refused', code }, null)).toEqual(view);
});

test('a server that closes for good ends the waiting', () => {
  const closed = { is: 'closed', reason: 'too_many_connections' } as const;
  expect(watchViewOf(closed, closed, roomWith(broadcast))).toEqual({ is: 'failed', code: 'reload_needed' });
});
