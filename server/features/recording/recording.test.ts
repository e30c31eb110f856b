// With the hands of the clock turned by the tests, and a store in memory that can be taken away.

import { expect, test } from 'vitest';
import type { BroadcastId, ParticipantId, RoomId, SessionId, UserId, WatchSessionId } from '../../../shared/ids.ts';
import { REJOIN_GRACE_MS, STAY_RETURN_MS, STAY_SAVE_MS, WATCHED_MS_MIN } from '../../../shared/limits.ts';
import type { Visibility } from '../../../shared/messages/broadcasts.ts';
import type { EventData, RoomEventName } from '../../../shared/messages.ts';
import type { Source } from '../../../shared/sources.ts';
import { fakeCaller } from '../../../tests/support/fake-caller.ts';
import { AppError } from '../../lib/app-error.ts';
import { createHandClock } from '../../lib/clock.ts';
import type { HandClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import type { Participant } from '../../rooms/participant.ts';
import { createRecording } from './recording.ts';
import type { EndedStay, Watched } from './recording.ts';
import type { RecordingStore, SavedStay, StoredMinute } from './store.ts';

const ROOM = 'room' as RoomId;
const SHOW = 'b1' as BroadcastId;
const SECOND = 1_000;
const settle = () => new Promise(setImmediate);

/** What the tables would have. */
const createKept = () => ({ stays: new Map<WatchSessionId, EndedStay>(), minutes: new Map<number, StoredMinute>(), summed: [] as BroadcastId[], isUp: true, unsummed: [] as BroadcastId[] });
type Kept = ReturnType<typeof createKept>;

const storeOf = (kept: Kept, startedAtMs: () => number | null): RecordingStore => {
  const up = <T>(value: () => T): Promise<T> => (kept.isUp ? Promise.resolve(value()) : Promise.reject(new AppError('database_unavailable')));
  const saved = ({ participantId: _, lastDeedAtMs: __, sawEnd: ___, ...row }: EndedStay): SavedStay => row;
  return {
    saveStays: (rows) => up(() => {
      for (const row of rows) kept.stays.set(row.id, row);
      return new Map(rows.map((row) => [row.id, row.userId === null ? null : (row.isNew ?? true)]));
    }),
    saveMinutes: (rows) => up(() => rows.forEach((row) => kept.minutes.set(row.minute, row))),
    unfinished: () => up(() => {
      const atMs = startedAtMs();
      return atMs === null ? [] : [{ broadcastId: SHOW, roomId: ROOM, startedAtMs: atMs, visibility: 'public' as const }];
    }),
    minutesOf: () => up(() => [...kept.minutes.values()]),
    openStays: () => up(() => [...kept.stays.values()].filter(({ sawEnd }) => sawEnd).map(saved)),
    unsummed: () => up(() => kept.unsummed),
    sumUp: (id) => up(() => void kept.summed.push(id)),
    makeNameless: (userId) => up(() => {
      for (const [id, row] of kept.stays) if (row.userId === userId) kept.stays.set(id, { ...row, userId: null, isNew: null });
    }),
  };
};

const setUp = ({ clock = createHandClock(1_800_000_000_000), kept = createKept(), started = null as number | null } = {}) => {
  const began: string[] = [];
  const ended: EndedStay[] = [];
  const watched: Watched[] = [];
  const optedOut = new Set<string>();
  const recording = createRecording({
    clock, log: createLog({ level: 'silent' }), database: { run: () => Promise.reject(new Error('not asked')) }, store: storeOf(kept, () => started),
    keepsHistory: (userId) => !optedOut.has(userId),
    stayBegan: ({ userId }) => void began.push(userId ?? 'guest'),
    stayEnded: (stay) => void ended.push(stay),
    watched: (fact) => void watched.push(fact),
  });
  const tabs = new Map<string, Participant>();
  const tell = <E extends RoomEventName>(name: E, data: EventData<E>): void => recording.heard(ROOM, name, data);
  const start = (visibility: Visibility = 'public'): void =>
    tell('broadcast.started', { broadcastId: SHOW, startedAtMs: clock.nowMs(), visibility } as unknown as EventData<'broadcast.started'>);
  /** A tab `ada/2` is of the user ada, `guest` and `guest…` of nobody. */
  const comes = (name: string, how: { source?: Source; returns?: boolean; isOwner?: boolean } = {}): void => {
    const user = name.startsWith('guest') ? null : { userId: name.split('/')[0] as UserId, sessionId: 's' as SessionId, name, displayName: name };
    const participant = {
      id: `participant-${name}` as ParticipantId, roomId: ROOM, user, person: user?.userId ?? `participant-${name}`, isStudio: false, isOwner: how.isOwner ?? false, presence: { state: 'here' },
    } as unknown as Participant;
    tabs.set(name, participant);
    recording.participantJoined(participant, { source: how.source ?? 'direct', returns: how.returns ?? false });
  };
  const goes = (name: string, droppedAtMs?: number): void => {
    const participant = tabs.get(name);
    if (!participant) throw new Error(`${name} is not here`);
    if (droppedAtMs !== undefined) participant.presence = { state: 'dropped', expiry: () => {}, atMs: droppedAtMs };
    recording.participantLeft(participant);
  };
  const reports = (name: string, playedMs: number, more: { latencyMs?: number; freezes?: number; firstPictureMs?: number } = {}): void =>
    recording.viewerReported(
      { ...more, latencyMs: more.latencyMs ?? null, latencyErrorMs: null, framesPerSecond: 30, lossRatio: 0, bitsPerSecond: 1, freezes: more.freezes ?? 0, playedMs },
      fakeCaller(name, { roomId: ROOM }),
    );
  const says = (name: string): void =>
    tell('chat.said', { lines: [{ kind: 'said', author: { userId: name, role: 'viewer' } }] } as unknown as EventData<'chat.said'>);
  const end = (): void => tell('broadcast.ended', { broadcastId: SHOW, reason: 'host' });
  const stays = (): EndedStay[] => [...kept.stays.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { clock, kept, recording, began, ended, watched, optedOut, tell, start, comes, goes, reports, says, end, stays };
};
const pass = async (clock: HandClock, ms: number): Promise<void> => {
  clock.advance(ms);
  for (let turn = 0; turn < 5; turn += 1) await settle();
};

test('[H1] a stay begins with the broadcast or with the coming, ends with the going or the end, and tabs are one', async () => {
  const { clock, recording, comes, goes, start, end, ended, began } = setUp();
  comes('ada', { source: 'home' });
  comes('guest1');
  clock.advance(5 * SECOND);
  start();
  const startedAtMs = clock.nowMs();
  clock.advance(10 * SECOND);
  comes('ada/2', { source: 'search' });
  comes('bob', { source: 'notice' });
  clock.advance(10 * SECOND);
  goes('ada'); // the other tab is still there
  goes('guest1');
  expect(recording.openStays(ROOM).map(({ userId, participantId, startedAtMs: at }) => [userId, participantId, at - startedAtMs])).toEqual([['ada', 'participant-ada/2', 0], ['bob', 'participant-bob', 10 * SECOND]]);
  clock.advance(10 * SECOND);
  end();
  expect(ended.map(({ userId, source, startedAtMs: from, endedAtMs, sawEnd }) => [userId, source, from - startedAtMs, endedAtMs - startedAtMs, sawEnd])).toEqual([
    [null, 'direct', 0, 20 * SECOND, false], ['ada', 'home', 0, 30 * SECOND, true], ['bob', 'notice', 10 * SECOND, 30 * SECOND, true],
  ]);
  expect(began).toEqual(['ada', 'guest', 'bob']);
  await settle();
});

test('[H1] who is back in time goes on, who is not went when the connection did, and a guest is another guest', () => {
  const { clock, comes, goes, start, ended, began } = setUp();
  start();
  for (const who of ['ada', 'bob', 'carl', 'guest1']) comes(who);
  clock.advance(10 * SECOND);
  goes('ada');
  goes('guest1');
  comes('guest1');
  const droppedAtMs = clock.nowMs();
  clock.advance(REJOIN_GRACE_MS - 1);
  comes('ada/2');
  clock.advance(1);
  goes('bob', droppedAtMs);
  goes('carl');
  clock.advance(REJOIN_GRACE_MS + 5 * SECOND);
  comes('carl/2');
  expect(ended.map(({ userId, endedAtMs }) => [userId, endedAtMs - droppedAtMs])).toEqual([[null, 0], ['bob', 0], ['carl', REJOIN_GRACE_MS]]);
  expect(began).toEqual(['ada', 'bob', 'carl', 'guest', 'guest', 'carl']);
});

test('[H2] the channel’s own people are no viewers, and who comes twice in a broadcast is new once', async () => {
  const { clock, comes, goes, start, recording } = setUp();
  comes('host', { isOwner: true });
  start();
  comes('host/2', { isOwner: true });
  comes('ada');
  await pass(clock, 2 * SECOND);
  expect(recording.openStays(ROOM).map(({ userId, isNew }) => [userId, isNew])).toEqual([['ada', true]]);
  goes('ada');
  await pass(clock, REJOIN_GRACE_MS + 5 * SECOND);
  comes('ada');
  expect(recording.openStays(ROOM).map(({ userId, isNew }) => [userId, isNew])).toEqual([['ada', false]]);
});

test('[H4] nobody plays for longer than they are there: lies, two tabs, and a page that says nothing', () => {
  const { clock, comes, start, reports, recording } = setUp();
  start();
  const playedOf = (name: string) => recording.openStays(ROOM).find(({ userId }) => userId === name)?.playedMs;
  for (const who of ['ada', 'ada/2', 'liar', 'quiet', 'bob']) comes(who);
  clock.advance(500);
  for (let second = 0; second < 10; second += 1) {
    clock.advance(500);
    reports('ada', 1_000);
    reports('liar', 60_000);
    reports('liar', 60_000);
    clock.advance(500);
    reports('ada/2', 1_000);
    reports('bob', 400);
    reports('nobody', 1_000);
  }
  // A page that was silent for long claims it all at once: what it says is of the time since its last report.
  reports('quiet', 0);
  clock.advance(SECOND);
  reports('quiet', 60_000);
  expect([playedOf('ada'), playedOf('liar'), playedOf('bob'), playedOf('quiet')]).toEqual([10_500, 10_000, 4_000, 1_000]);
});

test('[H4] a stay keeps the first word about how long its first picture took, also of a second tab', () => {
  const { comes, start, reports, end, stays } = setUp();
  start();
  for (const name of ['ada', 'ada/2', 'bob']) comes(name);
  reports('ada', 0);
  reports('ada', 0, { firstPictureMs: 420 });
  reports('ada/2', 0, { firstPictureMs: 90 });
  end();
  expect(stays().map(({ userId, firstPictureMs }) => [userId, firstPictureMs])).toEqual([['ada', 420], ['bob', null]]);
});

test('[H5] minutes have viewers times time to the millisecond, who came and went, latency, and freezes that can be believed', () => {
  const { clock, comes, goes, start, reports, tell, says, recording } = setUp();
  tell('viewers.counted', { viewers: 1 });
  comes('ada');
  start();
  clock.advance(20 * SECOND);
  tell('viewers.counted', { viewers: 3 });
  comes('bob');
  comes('guest1');
  clock.advance(SECOND);
  for (const [name, latencyMs] of [['ada', 100], ['bob', 300], ['guest1', 200]] as const) reports(name, SECOND, { latencyMs, freezes: name === 'bob' ? 1_000 : 1 });
  says('ada');
  clock.advance(49 * SECOND); // 1:10
  tell('viewers.counted', { viewers: 0 });
  goes('guest1');
  says('bob');
  says('nobody who is here');
  clock.advance(60 * SECOND); // 2:10
  expect(recording.liveMinutes(SHOW)).toMatchObject([
    { minute: 0, viewerMs: 20_000 + 3 * 40_000, viewersMax: 3, came: 3, went: 0, lines: 1, latencyP50Ms: 200, latencyP95Ms: 300, reports: 3, freezes: 1 + 1 + 5 },
    { minute: 1, viewerMs: 3 * 10_000, viewersMax: 3, came: 0, went: 1, lines: 2, latencyP50Ms: null, reports: 0 },
    { minute: 2, viewerMs: 0, viewersMax: 0, came: 0, went: 0, lines: 0 },
  ]);
  expect(recording.liveMinutes('another' as BroadcastId)).toEqual([]);
});

test('[H6] rows wait while the database is away, and are all there when it is back', async () => {
  const { clock, kept, comes, goes, start, end, says, stays } = setUp();
  start();
  kept.isUp = false;
  for (const who of ['ada', 'bob', 'guest1']) comes(who);
  await pass(clock, 90 * SECOND);
  says('ada');
  goes('bob');
  await pass(clock, 60 * SECOND);
  end();
  await pass(clock, 30 * SECOND);
  expect([stays().length, kept.minutes.size, kept.summed]).toEqual([0, 0, []]);
  kept.isUp = true;
  await pass(clock, 30 * SECOND);
  expect(stays().map(({ userId, lines, sawEnd }) => [userId, lines, sawEnd])).toEqual([['ada', 1, true], ['bob', 0, false], [null, 0, true]]);
  expect([[...kept.minutes.keys()].sort(), kept.summed]).toEqual([[0, 1, 2], [SHOW]]);
});

test('[H6] a restart goes on with the same stays and minutes: a user with theirs, a guest with one of the guests’', async () => {
  const before = setUp();
  const { clock, kept } = before;
  const startedAtMs = clock.nowMs();
  before.start();
  before.tell('viewers.counted', { viewers: 4 });
  for (const who of ['ada', 'bob', 'guest1', 'guest2']) before.comes(who, { source: 'home' });
  before.says('ada');
  clock.advance(30 * SECOND);
  before.recording.freeze();
  for (const who of ['ada', 'bob', 'guest1', 'guest2']) before.goes(who);
  await before.recording.close();
  clock.advance(5 * SECOND);
  const after = setUp({ clock, kept, started: startedAtMs });
  await after.recording.restore();
  expect(after.recording.openStays(ROOM)).toEqual([]);
  after.tell('viewers.counted', { viewers: 3 });
  after.comes('ada', { returns: true });
  after.comes('guest8'); // a new one
  after.comes('guest9', { returns: true });
  after.says('ada');
  clock.advance(25 * SECOND); // 1:00
  await pass(clock, STAY_RETURN_MS);
  after.end();
  await pass(clock, 5 * SECOND);
  const lengths = after.stays().map(({ userId, startedAtMs: from, endedAtMs, sawEnd, lines, source }) => [userId, source, from - startedAtMs, endedAtMs - startedAtMs, sawEnd, lines]);
  expect(lengths.sort((a, b) => String(a).localeCompare(String(b)))).toEqual([
    [null, 'direct', 35 * SECOND, 120 * SECOND, true, 0], // the new guest
    [null, 'home', 0, 120 * SECOND, true, 0],
    [null, 'home', 0, 30 * SECOND, false, 0],
    ['ada', 'home', 0, 120 * SECOND, true, 2],
    ['bob', 'home', 0, 30 * SECOND, false, 0],
  ].sort((a, b) => String(a).localeCompare(String(b))));
  const minutes = [...kept.minutes.values()].sort((a, b) => a.minute - b.minute);
  expect(minutes).toMatchObject([
    { minute: 0, viewerMs: 4 * 30_000 + 3 * 25_000, came: 5, went: 2, lines: 2 },
    { minute: 1, viewerMs: 3 * 60_000, came: 0, went: 0 },
  ]);
});

test('[H6] a crash loses no more than the time since the last save', async () => {
  const before = setUp();
  const { kept } = before;
  const startedAtMs = before.clock.nowMs();
  before.start();
  before.comes('ada');
  for (const ms of [STAY_SAVE_MS, 20 * SECOND]) await pass(before.clock, ms);
  const clock = createHandClock(before.clock.nowMs()); // nobody turns the hands of the other any more
  const after = setUp({ clock, kept, started: startedAtMs });
  await after.recording.restore();
  await pass(clock, STAY_RETURN_MS + 10 * SECOND);
  after.end();
  await pass(clock, 5 * SECOND);
  expect(after.stays().map(({ userId, endedAtMs, sawEnd }) => [userId, endedAtMs - startedAtMs, sawEnd])).toEqual([['ada', STAY_SAVE_MS, false]]);
});

test('[H6] what ended without totals gets them at the next start', async () => {
  const { recording, kept, clock } = setUp();
  kept.unsummed = ['old' as BroadcastId];
  await recording.restore();
  await pass(clock, SECOND);
  expect(kept.summed).toEqual(['old']);
});

test('[H7] who keeps no history is a guest to all others, whoever they are to their own tabs', async () => {
  const { clock, comes, goes, start, says, end, watched, optedOut, recording, stays } = setUp();
  optedOut.add('ada');
  start();
  comes('ada');
  comes('ada/2');
  comes('bob');
  says('ada');
  goes('ada');
  expect(recording.openStays(ROOM).map(({ userId, isNew, lines }) => [userId, isNew, lines])).toEqual([[null, null, 1], ['bob', null, 0]]);
  optedOut.add('bob');
  await recording.makeNameless('bob' as UserId, true);
  says('bob');
  end();
  await pass(clock, 5 * SECOND);
  expect([stays().map(({ userId }) => userId), watched]).toEqual([[null, null], []]);
});

test('[H8] what ranks hears once of each stay, after watching or at the first deed, and only of public broadcasts', () => {
  const { clock, comes, start, reports, says, watched, end } = setUp();
  start();
  for (const who of ['ada', 'bob', 'carl', 'guest1']) comes(who);
  says('bob');
  const saidAtMs = clock.nowMs();
  for (let second = 1; second <= 2 * (WATCHED_MS_MIN / SECOND); second += 1) {
    clock.advance(SECOND);
    for (const who of ['ada', 'bob', 'guest1']) reports(who, SECOND);
    reports('carl', SECOND / 4);
  }
  says('ada');
  expect(watched).toEqual([
    { userId: 'bob', channelId: ROOM, broadcastId: SHOW, atMs: saidAtMs }, { userId: 'ada', channelId: ROOM, broadcastId: SHOW, atMs: saidAtMs + WATCHED_MS_MIN },
  ]);
  end();
  for (const visibility of ['unlisted', 'private'] as const) {
    start(visibility);
    says('carl');
    end();
  }
  expect(watched).toHaveLength(2);
});

test('nothing is left when all have gone, and no timer when it is closed', async () => {
  const { clock, comes, goes, start, end, recording } = setUp();
  comes('ada');
  start();
  goes('ada');
  end();
  recording.roomClosed(ROOM);
  await pass(clock, 5 * SECOND);
  await recording.close();
  expect([clock.timers(), recording.openStays(ROOM)]).toEqual([0, []]);
});
