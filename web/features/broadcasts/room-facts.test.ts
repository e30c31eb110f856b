import { expect, test } from 'vitest';
import type { BroadcastId, ParticipantId, PublicationId } from '../../../shared/ids.ts';
import type { BroadcastView } from '../../../shared/messages/broadcasts.ts';
import type { Publication } from '../../../shared/messages/stage.ts';
import { testSnapshot } from './testing/snapshot.ts';
import { moved, roomFactsOf, type RoomFactsEvent } from './room-facts.ts';

const participantId = 'p1' as ParticipantId;
const camera: Publication = { publicationId: 'cam' as PublicationId, participantId, source: 'camera', kind: 'video', muted: false };
const broadcast: BroadcastView = {
  broadcastId: 'b1' as BroadcastId, title: 'First', category: 'talk', tags: [], visibility: 'public', language: null, coverUrl: null,
  startedAtMs: 1_000, state: 'live', publications: [camera], hostClock: null, trouble: 'none',
};
const after = (on: BroadcastView | null, ...events: RoomFactsEvent[]) => events.reduce(moved, roomFactsOf(testSnapshot(on), null));

test('a broadcast starts on a page that waited for it', () => {
  const room = after(null, { event: 'broadcast.started', data: broadcast }, { event: 'viewers.counted', data: { viewers: 9 } });
  expect(room).toMatchObject({ broadcast: { title: 'First' }, viewers: 9, ended: null });
});

test('interrupted and resumed keep the same broadcast', () => {
  const interrupted = after(broadcast, { event: 'broadcast.interrupted', data: { graceMs: 60_000 } });
  expect(interrupted.broadcast).toMatchObject({ broadcastId: 'b1', state: 'interrupted' });
  expect(moved(interrupted, { event: 'broadcast.resumed', data: broadcast }).broadcast?.state).toBe('live');
});

test('the end keeps what it was, for the thank-you, and the next start forgets it', () => {
  const ended = after(broadcast, { event: 'broadcast.ended', data: { broadcastId: broadcast.broadcastId, reason: 'timeout' } });
  expect(ended).toMatchObject({ broadcast: null, ended: { reason: 'timeout', broadcast: { title: 'First' } } });
  expect(moved(ended, { event: 'broadcast.started', data: broadcast }).ended).toBeNull();
});

test('publications come, are muted, and go; one that comes again replaces itself', () => {
  const screen: Publication = { publicationId: 'scr' as PublicationId, participantId, source: 'screen', kind: 'video', muted: false };
  const room = after(
    broadcast,
    { event: 'publication.started', data: screen },
    { event: 'publication.started', data: screen },
    { event: 'publication.muted', data: { publicationId: camera.publicationId, muted: true } },
  );
  expect(room.broadcast?.publications).toEqual([{ ...camera, muted: true }, screen]);
  const gone = moved(room, { event: 'publication.ended', data: { publicationId: screen.publicationId } });
  expect(gone.broadcast?.publications).toHaveLength(1);
});

test('a late event after the end changes nothing', () => {
  const room = after(null, { event: 'publication.started', data: camera }, { event: 'broadcast.interrupted', data: { graceMs: 1 } });
  expect(room.broadcast).toBeNull();
});

test('a snapshot without the broadcast we were watching means that it ended meanwhile', () => {
  const watching = after(broadcast);
  const back = roomFactsOf(testSnapshot(null), watching);
  expect(back.ended).toMatchObject({ broadcast: { broadcastId: 'b1' } });
  expect(roomFactsOf(testSnapshot(null), back).ended).not.toBeNull();
  expect(roomFactsOf(testSnapshot(broadcast), back).ended).toBeNull();
});
