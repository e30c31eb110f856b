import { expect, test } from 'vitest';
import type { BroadcastId, ChannelId, ParticipantId } from '../../../shared/ids.ts';
import type { BroadcastSummary, BroadcastView } from '../../../shared/messages/broadcasts.ts';
import type { ConnectionState } from '../../live/connection.ts';
import type { RoomSessionState } from '../../live/room-session.ts';
import type { RoomFacts } from '../broadcasts/room-facts.ts';
import { studioViewOf, type Act } from './studio-view.ts';

const open: ConnectionState = { is: 'open' };
const joined: RoomSessionState = { is: 'joined', participantId: 'p1' as ParticipantId, role: 'host' };
const none: Act = { is: 'none' };
const broadcast: BroadcastView = {
  broadcastId: 'b1' as BroadcastId, title: 'First', category: 'talk', tags: [], visibility: 'public', language: null, coverUrl: null,
  startedAtMs: 1_000, state: 'live', publications: [], hostClock: null, trouble: 'none',
};
const summary: BroadcastSummary = {
  broadcastId: broadcast.broadcastId, title: 'First', startedAtMs: 1_000, durationMs: 60_000, peakViewers: 3, averageViewers: 1.5,
};
const room = (on: BroadcastView | null, ended: RoomFacts['ended'] = null): RoomFacts => ({
  channel: { channelId: 'c1' as ChannelId, handle: 'lin', displayName: 'Lin', about: '', category: 'talk', avatarUrl: null },
  broadcast: on, viewers: 0, ended, stage: { seats: [], layout: { kind: 'grid', order: [] } },
});

test('first the preflight, then starting, then live', () => {
  expect(studioViewOf({ is: 'connecting' }, { is: 'joining' }, null, none).is).toBe('connecting');
  expect(studioViewOf(open, joined, room(null), none).is).toBe('preflight');
  expect(studioViewOf(open, joined, room(null), { is: 'starting' }).is).toBe('starting');
  expect(studioViewOf(open, joined, room(broadcast), none)).toEqual({ is: 'live', broadcast, isResuming: false });
});

test('a snapshot with a broadcast that nothing feeds is being resumed', () => {
  expect(studioViewOf(open, joined, room({ ...broadcast, state: 'interrupted' }), none)).toMatchObject({ is: 'live', isResuming: true });
});

test('a lost connection does not take the creator off the live page', () => {
  const waiting: ConnectionState = { is: 'waiting', attempt: 1, nextTryAtMs: 5 };
  expect(studioViewOf(waiting, { is: 'waiting' }, room(broadcast), none).is).toBe('live');
});

test('the end: ending until the summary is here, also when the event is quicker than the reply', () => {
  expect(studioViewOf(open, joined, room(broadcast), { is: 'ending' }).is).toBe('ending');
  expect(studioViewOf(open, joined, room(null, { broadcast, reason: 'host' }), { is: 'ending' }).is).toBe('ending');
  expect(studioViewOf(open, joined, room(null), { is: 'ended', summary })).toEqual({ is: 'summary', summary, reason: 'host' });
});

test('an end that others made is told with its reason', () => {
  expect(studioViewOf(open, joined, room(null, { broadcast, reason: 'timeout' }), none)).toEqual({
    is: 'summary', summary: null, reason: 'timeout',
  });
});

test('the summary stays when the connection goes', () => {
  const closed = { is: 'closed', reason: 'replaced' } as const;
  expect(studioViewOf(closed, closed, room(null), { is: 'ended', summary }).is).toBe('summary');
});

test.each([
  ['replaced', { is: 'replaced' }],
  ['logged_out', { is: 'loggedOut' }],
  ['refused', { is: 'failed', code: null }],
] as const)('closed because %s', (reason, view) => {
  const closed = { is: 'closed', reason } as const;
  expect(studioViewOf(closed, closed, room(broadcast), none)).toEqual(view);
});
