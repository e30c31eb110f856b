import { expect, test } from 'vitest';
import type { ChannelId, ConnectionId, SessionId, UserId } from '../../shared/ids.ts';
import type { Params } from '../../shared/messages.ts';
import type { Caller, Seat, SessionUser } from '../hub/handler.ts';
import { AppError } from '../lib/app-error.ts';
import { createHandClock } from '../lib/clock.ts';
import { createLog } from '../lib/log.ts';
import { createRooms } from './rooms.ts';

const CHANNEL = 'channel-1' as ChannelId;
const channel = { channelId: CHANNEL, handle: 'ada', displayName: 'Ada', about: '', category: 'talk', avatarUrl: null } as const;
const owner: SessionUser = { userId: 'owner' as UserId, sessionId: 's' as SessionId, name: 'ada', displayName: 'Ada' };
const somebody: SessionUser = { ...owner, userId: 'other' as UserId };

type TestCaller = Caller & { readonly closed: string[] };
let connections = 0;
const caller = (user: SessionUser | null = null): TestCaller => {
  let seat: Seat | null = null;
  const closed: string[] = [];
  connections += 1;
  return {
    connectionId: `c${connections}` as ConnectionId,
    address: '127.0.0.1',
    user,
    closed,
    get seat() {
      return seat;
    },
    sit(taken) {
      seat = taken;
    },
    notify() {},
    close: (reason) => void closed.push(reason),
  };
};

const build = (options: { admit?: () => void; watch?: () => Promise<null> } = {}) => {
  const clock = createHandClock();
  const left: string[] = [];
  const closedRooms: string[] = [];
  let viewers = 0;
  const rooms = createRooms({
    clock,
    log: createLog({ level: 'silent' }),
    channelByHandle: async (handle) => (handle === 'ada' ? { channel, ownerUserId: 'owner' } : null),
    admit: options.admit ?? (() => {}),
    broadcastIn: () => null,
    position: () => ({ epoch: 'e', seq: 4 }),
    watch: options.watch ?? (async () => null),
    participantLeft: (participant) => void left.push(participant.id),
    viewersChanged: (_room, count) => {
      viewers = count;
    },
    roomClosed: (id) => void closedRooms.push(id),
  });
  const join = (who: Caller, params: Partial<Params<'room.join'>> = {}) =>
    rooms.handlers['room.join']({ handle: 'ada', as: 'viewer', ...params }, who);
  return { clock, rooms, join, left, closedRooms, viewers: () => viewers };
};

const code = (expected: string) => expect.objectContaining({ code: expected });

test('[J2] one join gives place, role, snapshot and position', async () => {
  const { join } = build();
  const who = caller();
  const answer = await join(who);
  expect(answer).toMatchObject({ role: 'viewer', epoch: 'e', seq: 4, snapshot: { channel, viewers: 1, broadcast: null }, watch: null });
  expect(who.seat).toEqual({ roomId: CHANNEL, participantId: answer.participantId, role: 'viewer' });
});

test('[J4] a dropped participant comes back as itself within the grace, and is gone after it', async () => {
  const { join, rooms, clock, left, closedRooms } = build();
  const first = caller();
  const { participantId, rejoinToken } = await join(first);
  rooms.connectionClosed(first, false);
  clock.advance(14_999);
  const second = caller();
  expect(await join(second, { rejoinToken })).toMatchObject({ participantId });
  rooms.connectionClosed(second, false);
  clock.advance(15_000);
  expect(left).toEqual([participantId]);
  expect(closedRooms).toEqual([CHANNEL]);
  expect((await join(caller(), { rejoinToken })).participantId).not.toBe(participantId);
});

test('[J4] a page that says goodbye leaves at once', async () => {
  const { join, rooms, left, clock } = build();
  const who = caller();
  const { participantId } = await join(who);
  rooms.connectionClosed(who, true);
  expect(left).toEqual([participantId]);
  expect(clock.timers()).toBe(0);
});

test('[J4] a rejoin token is of use only to the user it was given to', async () => {
  const { join } = build();
  const { participantId, rejoinToken } = await join(caller(somebody));
  expect((await join(caller(null), { rejoinToken })).participantId).not.toBe(participantId);
});

test('[J4] coming back over a half-open connection closes the old one and keeps the place', async () => {
  const { join, rooms, left } = build();
  const first = caller();
  const { participantId, rejoinToken } = await join(first);
  const second = caller();
  await join(second, { rejoinToken });
  expect(first.closed).toEqual(['replaced']);
  rooms.connectionClosed(first, false);
  expect(left).toEqual([]);
  expect(rooms.participantOf(second).id).toBe(participantId);
});

test('[J5] the studio is for the owner, and the newest one takes over', async () => {
  const { join, left, rooms } = build();
  await expect(join(caller(), { as: 'studio' })).rejects.toEqual(code('not_logged_in'));
  await expect(join(caller(somebody), { as: 'studio' })).rejects.toEqual(code('permission_denied'));
  const first = caller(owner);
  const { participantId } = await join(first, { as: 'studio' });
  expect(await join(caller(owner), { as: 'studio' })).toMatchObject({ role: 'host' });
  expect(first.closed).toEqual(['replaced']);
  expect(left).toEqual([participantId]);
  expect(rooms.counts()).toEqual({ rooms: 1, participants: 1 });
});

test('[J6] who is not admitted gets no place', async () => {
  const { join, rooms } = build({
    admit: () => {
      throw new AppError('link_invalid');
    },
  });
  await expect(join(caller())).rejects.toEqual(code('link_invalid'));
  expect(rooms.counts()).toEqual({ rooms: 0, participants: 0 });
  await expect(join(caller(owner))).resolves.toMatchObject({ role: 'viewer' });
});

test('[J7] viewers are distinct people without the studio', async () => {
  const { join, viewers } = build();
  await join(caller(owner), { as: 'studio' });
  await join(caller(somebody));
  await join(caller(somebody));
  await join(caller());
  expect(viewers()).toBe(2);
});

test('a connection that closes while media is opened keeps no place', async () => {
  let release = (): void => {};
  const { join, rooms } = build({ watch: () => new Promise((resolve) => (release = () => resolve(null))) });
  const who = caller();
  const joining = join(who, { watch: { codecs: ['video/VP8'], fingerprint: { algorithm: 'sha-256', value: 'AA' } } });
  await new Promise(setImmediate);
  rooms.connectionClosed(who, true);
  release();
  await expect(joining).rejects.toEqual(code('not_joined'));
  expect(rooms.counts()).toEqual({ rooms: 0, participants: 0 });
});

test('unknown channels and second joins are refused', async () => {
  const { join } = build();
  await expect(join(caller(), { handle: 'nobody' })).rejects.toEqual(code('channel_not_found'));
  const who = caller();
  await join(who);
  await expect(join(who)).rejects.toEqual(code('already_joined'));
});
