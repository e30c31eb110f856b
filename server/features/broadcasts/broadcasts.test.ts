import { expect, test } from 'vitest';
import type { BroadcastId, RoomId } from '../../../shared/ids.ts';
import { TROUBLE_OVER_AFTER_MS } from '../../../shared/limits.ts';
import type { Params } from '../../../shared/messages.ts';
import type { Publication } from '../../../shared/messages/stage.ts';
import { createHandClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { createBroadcasts } from './broadcasts.ts';
import type { BroadcastStore, Unfinished } from './store.ts';

const ROOM = 'room-1' as RoomId;
const talk = { title: 'Hello', category: 'talk', tags: ['a'], visibility: 'public', language: null, coverImageId: null } as const;
const params = (fields: Partial<Params<'broadcast.start'>> = {}): Params<'broadcast.start'> => ({ ...talk, tags: ['a'], ...fields });

const build = (options: { unfinished?: Unfinished[]; finish?: BroadcastStore['finish'] } = {}) => {
  const clock = createHandClock();
  const published: [string, unknown][] = [];
  const finished: unknown[] = [];
  const endedRooms: BroadcastId[] = [];
  const publications: Publication[] = [];
  const store: BroadcastStore = {
    start: async () => {},
    describe: async () => {},
    saveProgress: async () => {},
    finish: options.finish ?? (async (id, end) => void finished.push({ id, ...end })),
    unfinished: async () => options.unfinished ?? [],
    past: async () => [],
  };
  const broadcasts = createBroadcasts({
    clock,
    store,
    log: createLog({ level: 'silent' }),
    publish: (_room, name, data) => void published.push([name, data]),
    publicationsIn: () => publications,
    viewersIn: () => 0,
    imageUrl: (id) => `/images/${id}`,
    privateStarted: () => void published.push(['readmit', null]),
    began: () => undefined,
    ended: (_room, id) => void endedRooms.push(id),
    resumeGraceMs: 60_000,
  });
  return { clock, broadcasts, published, finished, endedRooms, names: () => published.map(([name]) => name) };
};

test('[B1] a channel has one broadcast on air: a second start is refused, also while the first is being stored', async () => {
  const { broadcasts } = build();
  const first = broadcasts.start(ROOM, params());
  await expect(broadcasts.start(ROOM, params())).rejects.toMatchObject({ code: 'already_live' });
  await first;
  await expect(broadcasts.start(ROOM, params())).rejects.toMatchObject({ code: 'already_live' });
});

test('[B3] losing the host interrupts, the host coming back resumes the same broadcast', async () => {
  const { broadcasts, clock, names } = build();
  const { broadcast } = await broadcasts.start(ROOM, params());
  broadcasts.hostArrives(ROOM, true);
  broadcasts.hostArrives(ROOM, false);
  broadcasts.hostArrives(ROOM, false);
  clock.advance(59_999);
  broadcasts.hostArrives(ROOM, true);
  clock.advance(600_000);
  expect(broadcasts.viewIn(ROOM)).toMatchObject({ broadcastId: broadcast.broadcastId, state: 'live' });
  expect(names()).toEqual(['broadcast.started', 'broadcast.interrupted', 'broadcast.resumed']);
});

test('[B4] without the host it ends by time-out, also when the host never arrived at all', async () => {
  const { broadcasts, clock, published, endedRooms } = build();
  const { broadcast } = await broadcasts.start(ROOM, params());
  clock.advance(60_000);
  expect(published.at(-1)).toEqual(['broadcast.ended', { broadcastId: broadcast.broadcastId, reason: 'timeout' }]);
  expect(endedRooms).toEqual([broadcast.broadcastId]);
  expect(broadcasts.isOnAir(ROOM)).toBe(false);
});

test('[B4] a restarted server finds what was on air interrupted, with its numbers, and gives it the usual time', async () => {
  const row: Unfinished = {
    id: 'old' as BroadcastId, channelId: ROOM, linkKey: null, coverImageId: null, startedAtMs: 1_000, peakViewers: 7, viewerMs: 5,
    described: { title: 'Before', category: 'talk', tags: [], visibility: 'public', language: null },
  };
  const { broadcasts, clock } = build({ unfinished: [row] });
  await broadcasts.restore();
  expect(broadcasts.viewIn(ROOM)).toMatchObject({ broadcastId: 'old', state: 'interrupted', startedAtMs: 1_000 });
  clock.advance(60_000);
  expect(broadcasts.isOnAir(ROOM)).toBe(false);
});

test('[B6] the summary has length, peak and the average over time', async () => {
  const { broadcasts, clock } = build();
  await broadcasts.start(ROOM, params());
  broadcasts.hostArrives(ROOM, true);
  broadcasts.viewersChanged(ROOM, 4);
  clock.advance(30_000);
  broadcasts.viewersChanged(ROOM, 1);
  clock.advance(30_000);
  expect(broadcasts.end(ROOM)).toMatchObject({ durationMs: 60_000, peakViewers: 4, averageViewers: 2.5, title: 'Hello' });
});

test('[B6] an end that the database cannot take is written when it is back', async () => {
  let isDown = true;
  const written: string[] = [];
  const { broadcasts, clock } = build({
    finish: async (id) => {
      if (isDown) throw new Error('down');
      written.push(id);
    },
  });
  const { broadcast } = await broadcasts.start(ROOM, params());
  broadcasts.end(ROOM);
  await new Promise(setImmediate);
  expect(written).toEqual([]);
  isDown = false;
  clock.advance(1_000);
  await new Promise(setImmediate);
  expect(written).toEqual([broadcast.broadcastId]);
});

test('[J6] a private broadcast admits its key and no other, and those inside without it must join again', async () => {
  const { broadcasts, names } = build();
  const { linkKey } = await broadcasts.start(ROOM, params({ visibility: 'private' }));
  expect(linkKey).toMatch(/^[A-Za-z0-9_-]{24}$/);
  expect(names()[0]).toBe('readmit');
  expect(() => broadcasts.admit(ROOM, linkKey ?? '')).not.toThrow();
  for (const wrong of [undefined, '', 'x', `${linkKey}x`, 'y'.repeat(24)]) {
    expect(() => broadcasts.admit(ROOM, wrong)).toThrowError(expect.objectContaining({ code: 'link_invalid' }));
  }
});

test('[B5] only public broadcasts are listed, and no view tells the key', async () => {
  const { broadcasts } = build();
  await broadcasts.start('a' as RoomId, params({ visibility: 'unlisted' }));
  const { linkKey } = await broadcasts.start('b' as RoomId, params({ visibility: 'private' }));
  await broadcasts.start('c' as RoomId, params());
  expect(broadcasts.listed().map((it) => it.roomId)).toEqual(['c']);
  expect(JSON.stringify(broadcasts.viewIn('b' as RoomId))).not.toContain(linkKey);
});

test('[B7] the host clock is told to viewers when it is first known', async () => {
  const { broadcasts, published } = build();
  await broadcasts.start(ROOM, params());
  const report = { bitsPerSecond: 1, framesPerSecond: 30, roundTripMs: 1, lossRatio: 0, trouble: 'none' } as const;
  broadcasts.report(ROOM, { ...report, hostClock: null });
  broadcasts.report(ROOM, { ...report, hostClock: { offsetMs: 5, errorMs: 1 } });
  broadcasts.report(ROOM, { ...report, hostClock: { offsetMs: 5.1, errorMs: 1 } });
  expect(published.filter(([name]) => name === 'broadcast.updated')).toHaveLength(1);
  expect(published.at(-1)?.[1]).toMatchObject({ hostClock: { offsetMs: 5, errorMs: 1 } });
});

test('[B8] the studio’s trouble is told and in the view, and an interruption ends it', async () => {
  const { broadcasts, published, clock } = build();
  await broadcasts.start(ROOM, params());
  broadcasts.hostArrives(ROOM, true);
  const report = { hostClock: null, bitsPerSecond: 1, framesPerSecond: 30, roundTripMs: 1, lossRatio: 0 };
  const toldOf = () => published.filter(([name]) => name === 'broadcast.troubled').map(([, data]) => data);
  broadcasts.report(ROOM, { ...report, trouble: 'link' });
  broadcasts.report(ROOM, { ...report, trouble: 'link' });
  expect([toldOf(), broadcasts.viewIn(ROOM)?.trouble]).toEqual([[{ trouble: 'link' }], 'link']);
  broadcasts.hostArrives(ROOM, false);
  broadcasts.report(ROOM, { ...report, trouble: 'link' });
  clock.advance(TROUBLE_OVER_AFTER_MS);
  expect([toldOf().at(-1), broadcasts.viewIn(ROOM)?.trouble]).toEqual([{ trouble: 'none' }, 'none']);
  broadcasts.end(ROOM);
  clock.advance(TROUBLE_OVER_AFTER_MS);
  expect(toldOf()).toHaveLength(2);
});

test('[B9] only the rooms that suffer from a busy server are told so', async () => {
  const { broadcasts } = build();
  const other = 'room-2' as RoomId;
  await broadcasts.start(ROOM, params());
  await broadcasts.start(other, params());
  broadcasts.serverSuffers((roomId) => roomId === ROOM);
  expect([broadcasts.viewIn(ROOM)?.trouble, broadcasts.viewIn(other)?.trouble]).toEqual(['server', 'none']);
});
