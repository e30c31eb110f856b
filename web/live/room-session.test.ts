import { expect, test } from 'vitest';
import type { WatchAnswer, WatchOffer } from '../../shared/messages/watch.ts';
import { createConnection } from './connection.ts';
import { fakeSockets } from './testing/fake-socket.ts';
import { createHandClock } from './testing/hand-clock.ts';
import { createRoomSession } from './room-session.ts';

const OFFER = { codecs: ['video/VP8'], fingerprint: { algorithm: 'sha-256', value: 'AA' } } as WatchOffer;
const TOKEN = 'the-token-of-this-participant';
const joinedAt = (seq: number, watch: unknown = null) => ({
  participantId: 'p1', role: 'viewer', rejoinToken: TOKEN, epoch: 'e', seq, serverTimeMs: 1,
  state: { is: 'snapshot', snapshot: { channel: { handle: 'lan' }, broadcast: null, viewers: seq } }, watch,
});
const missedUpTo = (seq: number, events: unknown[]) => ({ ...joinedAt(seq), state: { is: 'missed', events } });
const counted = (viewers: number, seq: number, epoch = 'e') => ({ event: 'viewers.counted', data: { viewers }, seq, epoch });

const setUp = async (prepareWatch?: () => Promise<WatchOffer | undefined>) => {
  const clock = createHandClock();
  const sockets = fakeSockets();
  const connection = createConnection({
    url: 'wss://qiao.test', clock, webSocket: sockets.webSocket, wakeUps: () => () => {}, random: () => 1,
  });
  const snapshots: number[] = [];
  const answers: (WatchAnswer | null)[] = [];
  const viewers: number[] = [];
  connection.on('viewers.counted', (data) => viewers.push(data.viewers));
  const session = createRoomSession({
    connection, clock, handle: 'lan', as: 'viewer', linkKey: 'a-key-of-the-private-link',
    ...(prepareWatch ? { prepareWatch } : {}),
    onJoined: (joined) => snapshots.push(joined.snapshot.viewers),
    onWatch: (answer) => answers.push(answer),
  });
  const open = async () => {
    sockets.newest().open();
    await clock.advance(0);
  };
  const answer = async (result: unknown) => {
    sockets.newest().reply('room.join', result);
    await clock.advance(0);
  };
  const asked = () => sockets.newest().sent.find((request) => request.name === 'room.join')?.params;
  await open();
  return { clock, connection, session, snapshots, answers, viewers, open, answer, asked, ...sockets };
};

test('[J2] one request joins and brings snapshot and media', async () => {
  const { asked, answer, session, snapshots, answers, newest } = await setUp(async () => OFFER);
  expect(asked()).toEqual({ handle: 'lan', as: 'viewer', linkKey: 'a-key-of-the-private-link', watch: OFFER });
  await answer(joinedAt(3, { transport: 't', subscriptions: [] }));
  expect(snapshots).toEqual([3]);
  expect(answers).toEqual([{ transport: 't', subscriptions: [] }]);
  expect(session.state()).toEqual({ is: 'joined', participantId: 'p1', role: 'viewer' });
  expect(newest().sent.length).toBe(1);
});

test('[J4] after a drop it comes back with its token, and leaves media alone when it has what it needs', async () => {
  let offer: WatchOffer | undefined = OFFER;
  const { clock, asked, answer, answers, snapshots, newest, open, session } = await setUp(async () => offer);
  await answer(joinedAt(3));
  offer = undefined;
  newest().end(1006);
  expect(session.state().is).toBe('waiting');
  await clock.advance(250);
  await open();
  expect(asked()).toEqual({ handle: 'lan', as: 'viewer', linkKey: 'a-key-of-the-private-link', rejoinToken: TOKEN, since: { epoch: 'e', seq: 3 } });
  await answer(joinedAt(9));
  expect(snapshots).toEqual([3, 9]);
  expect(answers).toEqual([null]); // Only the first join offered.
});

test('[E6] a gap brings a new socket, a rejoin and a fresh snapshot; nothing in between is shown', async () => {
  const { clock, answer, newest, open, all, snapshots, viewers, asked } = await setUp();
  await answer(joinedAt(3));
  newest().say({ event: 'viewers.counted', data: { viewers: 5 }, seq: 5, epoch: 'e' });
  await clock.advance(250);
  expect(all.length).toBe(2);
  await open();
  expect(asked()).toMatchObject({ rejoinToken: TOKEN });
  await answer(joinedAt(5));
  newest().say({ event: 'viewers.counted', data: { viewers: 6 }, seq: 6, epoch: 'e' });
  expect(snapshots).toEqual([3, 5]);
  expect(viewers).toEqual([6]);
});

test('[J8] after a moment away it asks for what it missed, and each missed event comes once, before those that follow', async () => {
  const { clock, asked, answer, newest, open, snapshots, viewers } = await setUp();
  await answer(joinedAt(3));
  newest().say(counted(4, 4));
  newest().end(1006);
  await clock.advance(250);
  await open();
  expect(asked()).toMatchObject({ rejoinToken: TOKEN, since: { epoch: 'e', seq: 4 } });
  newest().say(counted(7, 7)); // overtakes the reply
  await answer(missedUpTo(6, [counted(5, 5), counted(6, 6)]));
  newest().say(counted(8, 8));
  expect(snapshots).toEqual([3]);
  expect(viewers).toEqual([4, 5, 6, 7, 8]);
});

test('[J8] a restarted server has another epoch: its snapshot replaces everything', async () => {
  const { clock, answer, newest, open, snapshots, viewers } = await setUp();
  await answer(joinedAt(3));
  newest().end(1006);
  await clock.advance(250);
  await open();
  await answer({ ...joinedAt(1), epoch: 'f' });
  newest().say(counted(2, 2, 'f'));
  expect(snapshots).toEqual([3, 1]);
  expect(viewers).toEqual([2]);
});

test('[J3] an event that overtakes the reply is applied after the snapshot', async () => {
  const { answer, newest, viewers, snapshots } = await setUp();
  newest().say({ event: 'viewers.counted', data: { viewers: 44 }, seq: 4, epoch: 'e' });
  expect(viewers).toEqual([]);
  await answer(joinedAt(3));
  expect(snapshots).toEqual([3]);
  expect(viewers).toEqual([44]);
});

test('a final error is told and not tried again; another link key is', async () => {
  const { clock, session, newest } = await setUp();
  newest().fail('room.join', 'link_invalid');
  await clock.advance(4_000);
  expect(session.state()).toEqual({ is: 'refused', code: 'link_invalid' });
  expect(newest().count('room.join')).toBe(1);
  session.join({ linkKey: 'another-key-for-this-room' });
  await clock.advance(0);
  expect(newest().count('room.join')).toBe(2);
  expect(newest().sent.at(-1)?.params).toMatchObject({ linkKey: 'another-key-for-this-room' });
});

test('a busy server is asked again', async () => {
  const { clock, session, newest, answer } = await setUp();
  newest().fail('room.join', 'database_unavailable');
  await clock.advance(0);
  expect(session.state().is).toBe('waiting');
  await clock.advance(500);
  expect(newest().count('room.join')).toBe(2);
  await answer(joinedAt(1));
  expect(session.state().is).toBe('joined');
});

test('[J5] a studio that another one replaced stays closed', async () => {
  const { clock, session, newest, all } = await setUp();
  newest().end(4502);
  await clock.advance(60_000);
  expect(session.state()).toEqual({ is: 'closed', reason: 'replaced' });
  expect(all.length).toBe(1);
});

test('leave tells the server and takes no further part', async () => {
  const { clock, session, newest, answer, snapshots } = await setUp();
  session.leave();
  expect(newest().count('room.leave')).toBe(1);
  await answer(joinedAt(1));
  await clock.advance(0);
  expect(snapshots).toEqual([]);
});
