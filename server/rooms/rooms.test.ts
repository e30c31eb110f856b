import { expect, test } from 'vitest';
import type { ChannelId, ConnectionId, ParticipantId, SessionId, UserId } from '../../shared/ids.ts';
import { REJOIN_GRACE_MS } from '../../shared/limits.ts';
import type { Params } from '../../shared/messages.ts';
import { can } from '../../shared/permissions.ts';
import type { Caller, Seat, SessionUser } from '../hub/handler.ts';
import { AppError } from '../lib/app-error.ts';
import { createHandClock } from '../lib/clock.ts';
import { createLog } from '../lib/log.ts';
import type { RoomParts } from './room-part.ts';
import { createRooms } from './rooms.ts';
import type { RoomsDeps } from './rooms.ts';

const CHANNEL = 'channel-1' as ChannelId;
const channel = { channelId: CHANNEL, handle: 'ada', displayName: 'Ada', about: '', category: 'talk', avatarUrl: null } as const;
const owner: SessionUser = { userId: 'owner' as UserId, sessionId: 's' as SessionId, name: 'ada', displayName: 'Ada' };
const somebody: SessionUser = { ...owner, userId: 'other' as UserId };

type TestCaller = Caller & { readonly closed: string[]; readonly told: unknown[] };
let connections = 0;
const caller = (user: SessionUser | null = null): TestCaller => {
  let seat: Seat | null = null;
  const closed: string[] = [];
  const told: unknown[] = [];
  connections += 1;
  return {
    connectionId: `c${connections}` as ConnectionId,
    address: '127.0.0.1',
    user,
    closed,
    told,
    get seat() {
      return seat;
    },
    sit(taken) {
      seat = taken;
    },
    notify: (name, data) => void told.push({ name, data }),
    close: (reason) => void closed.push(reason),
  };
};

const part = <S>(snapshot: S) => ({ snapshot: () => snapshot });
const parts: RoomParts = {
  chat: part({ lines: [], pinned: null }),
  moderation: part({
    rules: { slowModeS: 0, followersOnlyMin: null, loggedInOnly: false, links: 'allow' as const, holdsAll: false, isShielded: false },
    sanction: null,
  }),
  follow: part({ followers: 0, isFollowing: false }),
  poll: part(null),
  questions: part({ questions: [], highlighted: null, mine: [] }),
  gifts: part({ goal: null, supporters: [], broadcastCoins: 0, superChats: [], redPackets: [], mine: null }),
  stage: part({ seats: [], layout: { kind: 'grid' as const, order: [] }, publications: [], hand: null, invitation: null, hands: [], invited: [], link: null, leadOffer: null }),
  link: part({ link: null, asked: null, asking: [] }),
  battle: part(null),
};

type Options = {
  readonly admit?: () => void;
  readonly watch?: () => Promise<null>;
  readonly parts?: Partial<RoomParts>;
  readonly isReceiving?: (id: ParticipantId) => boolean;
  readonly missedSince?: RoomsDeps['missedSince'];
};

const build = (options: Options = {}) => {
  const clock = createHandClock();
  const left: string[] = [];
  const joined: unknown[] = [];
  const closedRooms: string[] = [];
  const moderators = new Set<string>();
  const seated = new Set<string>();
  const leading = new Set<string>();
  let changes = 0;
  const rooms = createRooms({
    clock,
    log: createLog({ level: 'silent' }),
    channelByHandle: async (handle) => (handle === 'ada' ? { channel, ownerUserId: owner.userId } : null),
    admit: options.admit ?? (() => {}),
    isModerator: (_room, userId) => moderators.has(userId),
    seatKindOf: (_room, id) => (seated.has(id) ? (leading.has(id) ? 'leads' : 'sits') : null),
    broadcastIn: () => null,
    parts: { ...parts, ...options.parts },
    isReceiving: (_room, id) => options.isReceiving?.(id) ?? true,
    position: () => ({ epoch: 'e', seq: 4 }),
    missedSince: options.missedSince ?? (() => null),
    watch: options.watch ?? (async () => null),
    participantJoined: (participant, how) => void joined.push({ id: participant.id, ...how }),
    participantLeft: (participant) => void left.push(participant.id),
    viewersChanged: () => void (changes += 1),
    roomClosed: (id) => void closedRooms.push(id),
  });
  const join = (who: Caller, params: Partial<Params<'room.join'>> = {}) =>
    rooms.handlers['room.join']({ handle: 'ada', as: 'viewer', ...params }, who);
  return { clock, rooms, join, joined, left, closedRooms, moderators, seated, leading, viewers: () => rooms.viewers(CHANNEL), changes: () => changes };
};

const code = (expected: string) => expect.objectContaining({ code: expected });

test('[J2] one join gives place, role, snapshot and position', async () => {
  const { join } = build();
  const who = caller();
  const answer = await join(who);
  const state = { is: 'snapshot', snapshot: { channel, viewers: 1, broadcast: null, chat: { lines: [] } } };
  expect(answer).toMatchObject({ role: 'guest', epoch: 'e', seq: 4, state, watch: null });
  expect(who.seat).toEqual({ roomId: CHANNEL, participantId: answer.participantId, role: 'guest', isOwner: false });
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

test('[H3] a new place is told with what led to it, and that the page was here before; coming back to the old one is not told', async () => {
  const { join, joined, rooms } = build();
  const first = caller();
  const { participantId, rejoinToken } = await join(first, { source: 'home' });
  rooms.connectionClosed(first, false);
  await join(caller(), { rejoinToken, source: 'home' });
  const other = await join(caller(), { rejoinToken: 'of_another_server_1' });
  expect(joined).toEqual([{ id: participantId, source: 'home', returns: false }, { id: other.participantId, source: 'direct', returns: true }]);
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
  await expect(join(caller(owner))).resolves.toMatchObject({ role: 'moderator' });
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

test('[J7] with something on air, only those count whose media arrives', async () => {
  const receiving = new Set<string>();
  const { join, viewers } = build({ isReceiving: (id) => receiving.has(id) });
  const { participantId } = await join(caller(somebody));
  await join(caller(somebody));
  await join(caller());
  expect(viewers()).toBe(0);
  receiving.add(participantId);
  expect(viewers()).toBe(1);
});

test('[J7] in a full room who comes in gets a number that is counted at most twice a second', async () => {
  let asked = 0;
  const { join, viewers } = build({ isReceiving: () => (asked += 1) > 0 });
  for (let guest = 0; guest < 300; guest += 1) await join(caller());
  const before = asked;
  for (let guest = 0; guest < 100; guest += 1) await join(caller());
  expect(asked).toBe(before);
  expect(viewers()).toBe(400);
});

test('[J8] who was away for a moment gets all that was missed, or a snapshot; never a part', async () => {
  const missed = [{ event: 'viewers.counted', data: { viewers: 2 }, epoch: 'e', seq: 4 }];
  const asked: unknown[] = [];
  const { join, rooms } = build({ missedSince: (_room, since) => (asked.push(since), since.epoch === 'e' ? missed : null) });
  const first = caller(somebody);
  const { rejoinToken } = await join(first, { since: { epoch: 'e', seq: 3 } });
  expect(asked).toEqual([]); // A newcomer has missed nothing and knows nothing.
  rooms.connectionClosed(first, false);
  const second = caller(somebody);
  expect((await join(second, { rejoinToken, since: { epoch: 'e', seq: 3 } })).state).toEqual({ is: 'missed', events: missed });
  rooms.connectionClosed(second, false);
  expect((await join(caller(somebody), { rejoinToken, since: { epoch: 'of another time', seq: 3 } })).state.is).toBe('snapshot');
});

test('[J8] what was told to one person alone while away is in a snapshot', async () => {
  const { join, rooms } = build({ missedSince: () => [] });
  const first = caller(somebody);
  const { rejoinToken, participantId } = await join(first);
  rooms.connectionClosed(first, false);
  rooms.notify(participantId, 'sanction.changed', { sanction: null });
  const second = caller(somebody);
  expect((await join(second, { rejoinToken, since: { epoch: 'e', seq: 4 } })).state.is).toBe('snapshot');
  rooms.connectionClosed(second, false);
  expect((await join(caller(somebody), { rejoinToken, since: { epoch: 'e', seq: 4 } })).state.is).toBe('missed');
});

test('[J9] a moderator who is named while here is one at once, and is told', async () => {
  const { join, rooms, moderators } = build();
  const who = caller(somebody);
  await join(who);
  expect(who.seat?.role).toBe('viewer');
  moderators.add('other');
  rooms.rolesChanged(CHANNEL, somebody.userId);
  expect(who.seat?.role).toBe('moderator');
  expect(who.told).toEqual([{ name: 'role.changed', data: { role: 'moderator' } }]);
  rooms.rolesChanged(CHANNEL, somebody.userId);
  expect(who.told).toHaveLength(1);
  expect(await join(caller(somebody))).toMatchObject({ role: 'moderator' });
});

test('[S17, S19] a seat gives a guest leave to publish, and whoever leads has the role of a leader; both are told', async () => {
  const { join, rooms, seated, leading, clock } = build();
  const [guest, ada] = [caller(null), caller(somebody)];
  const [{ participantId, rejoinToken }, led] = [await join(guest), await join(ada)];
  for (const id of [participantId, led.participantId]) seated.add(id);
  leading.add(led.participantId);
  for (const id of [participantId, led.participantId, 'gone' as ParticipantId]) rooms.roleChanged(CHANNEL, id);
  rooms.roleChanged('another-room' as ChannelId, participantId);
  expect([guest.seat?.role, ada.seat?.role]).toEqual(['stage_guest', 'leader']);
  expect(guest.told).toEqual([{ name: 'role.changed', data: { role: 'stage_guest' } }]);
  for (const permission of ['interact', 'show.control', 'stage.direct', 'moderate'] as const) expect(can('stage_guest', permission)).toBe(false);
  rooms.connectionClosed(guest, false);
  clock.advance(1);
  expect(await join(caller(null), { rejoinToken })).toMatchObject({ participantId, role: 'stage_guest' });
  seated.clear();
  for (const id of [participantId, led.participantId]) rooms.roleChanged(CHANNEL, id);
  expect(ada.seat?.role).toBe('viewer');
  expect(rooms.handlers['people.list']({}, ada)).toMatchObject({ users: 1, guests: 1 });
});

test('[S11] a seat is a participant’s: the tab that took it is a co-host, also when it comes back, and is told', async () => {
  const { join, rooms, seated, clock, left } = build();
  const [one, two] = [caller(somebody), caller(somebody)];
  const { participantId, rejoinToken } = await join(one);
  await join(two);
  seated.add(participantId);
  rooms.rolesChanged(CHANNEL, somebody.userId);
  expect([one.seat?.role, two.seat?.role]).toEqual(['co_host', 'viewer']);
  expect([one.told, two.told]).toEqual([[{ name: 'role.changed', data: { role: 'co_host' } }], []]);
  const host = caller(owner);
  await join(host, { as: 'studio' });
  expect(rooms.handlers['people.list']({}, host).people.map(({ role }) => role)).toEqual(['host', 'co_host']);
  expect(rooms.hostIn(CHANNEL)).toEqual({ participantId: host.seat?.participantId, user: owner });
  rooms.connectionClosed(one, false);
  expect(await join(caller(somebody), { rejoinToken })).toMatchObject({ participantId, role: 'co_host' });
  const back = caller(somebody);
  await join(back, { rejoinToken });
  rooms.connectionClosed(back, false);
  clock.advance(REJOIN_GRACE_MS - 1);
  expect(left).toEqual([]);
  clock.advance(1);
  expect(left).toEqual([participantId]);
  expect(rooms.userIn(CHANNEL, somebody.userId)).toEqual(somebody);
  rooms.connectionClosed(two, true);
  expect(rooms.userIn(CHANNEL, somebody.userId)).toBeNull();
});

test('one user is told in every tab, and nobody else is', async () => {
  const { join, rooms } = build();
  const [one, two, other, guest] = [caller(somebody), caller(somebody), caller(owner), caller()];
  for (const who of [one, two, other, guest]) await join(who);
  const tell = (): void => rooms.notifyEverywhere(somebody.userId, 'wallet.changed', (roomId) => ({ balance: 5, fanCoins: roomId === CHANNEL ? 1 : null }));
  tell();
  const told = { name: 'wallet.changed', data: { balance: 5, fanCoins: 1 } };
  expect([one, two, other, guest].map((who) => who.told)).toEqual([[told], [told], [], []]);
  rooms.connectionClosed(two, true);
  tell();
  expect([one.told.length, two.told.length]).toEqual([2, 1]);
});

test('[J9] the list of who is here has each user once, the host first, and counts guests', async () => {
  const { join, rooms } = build();
  const host = caller(owner);
  await join(caller(somebody));
  await join(caller(somebody));
  await join(caller());
  await join(host, { as: 'studio' });
  expect(rooms.handlers['people.list']({}, host)).toMatchObject({
    users: 2, guests: 1, people: [{ userId: 'owner', role: 'host' }, { userId: 'other', role: 'viewer', isReceiving: true }],
  });
});

test('what a feature needs for its snapshot is made ready before the join, and forgotten with the room', async () => {
  const calls: string[] = [];
  const chat = {
    prepare: async (_room: unknown, userId: UserId | null) => void calls.push(`prepare ${userId}`),
    snapshot: () => (calls.push('snapshot'), { lines: [], pinned: null }),
    roomClosed: () => void calls.push('closed'),
  };
  const { join, rooms } = build({ parts: { chat } });
  const who = caller(somebody);
  await join(who);
  rooms.handlers['room.leave']({}, who);
  expect(calls).toEqual(['prepare other', 'snapshot', 'closed']);
});

test('what is made ready for somebody on the way in stays when the last one leaves meanwhile, and goes if they are refused', async () => {
  let open = (): void => {};
  let isRefusing = false;
  let ready = Promise.resolve();
  const { join, rooms, closedRooms } = build({
    parts: { poll: { snapshot: () => null, prepare: () => ready } },
    admit: () => {
      if (isRefusing) throw new AppError('link_invalid');
    },
  });
  const first = caller();
  await join(first);
  ready = new Promise((resolve) => (open = resolve));
  const second = caller();
  const joining = join(second);
  await Promise.resolve(); // It has found its channel.
  rooms.connectionClosed(first, true);
  expect(closedRooms).toEqual([]);
  open();
  await joining;
  expect(rooms.counts()).toEqual({ rooms: 1, participants: 1 });
  rooms.connectionClosed(second, true);
  expect(closedRooms).toEqual([CHANNEL]);
  isRefusing = true;
  await expect(join(caller())).rejects.toEqual(code('link_invalid'));
  expect(closedRooms).toEqual([CHANNEL, CHANNEL]);
  expect(rooms.counts()).toEqual({ rooms: 0, participants: 0 });
});
