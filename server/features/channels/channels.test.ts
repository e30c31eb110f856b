// Channels against a real PostgreSQL: one for each user, found by handle, changed by its owner alone.

import { expect, test } from 'vitest';
import { useTestDatabase } from '../../../tests/support/database.ts';
import type { ChannelId, ImageId, SessionId, UserId } from '../../../shared/ids.ts';
import type { BroadcastSummary } from '../../../shared/messages/broadcasts.ts';
import type { RouteBody } from '../../../shared/routes.ts';
import type { SessionUser } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import { createHandClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { createChannels } from './channels.ts';

const database = useTestDatabase();
const codeOf = (work: Promise<unknown>): Promise<unknown> => work.then(() => 'ok', (error: { code?: unknown }) => error.code ?? error);

const start = (pastBroadcasts: (id: ChannelId) => Promise<BroadcastSummary[]> = async () => []) => {
  const clock = createHandClock(1_700_000_000_000);
  const channels = createChannels({ clock, log: createLog({ level: 'silent' }), database: database(), imageUrl: (id) => `/images/${id}`, pastBroadcasts });
  const addUser = async (name: string): Promise<SessionUser> => {
    await database().sql`insert into users (id, name, name_key, display_name, password_hash, created_at) values (${name}, ${name}, ${name}, ${name}, '$argon2id$', now())`;
    return { userId: name as UserId, sessionId: `s-${name}` as SessionId, name, displayName: name };
  };
  const addImage = async (owner: SessionUser, id: string): Promise<ImageId> => {
    await database().sql`insert into images (id, owner_user_id, mime, bytes, sha256, width, height, created_at)
      values (${id}, ${owner.userId}, 'image/png', '\\x00', decode(md5(${id}) || md5(${id}), 'hex'), 1, 1, now())`;
    return id as ImageId;
  };
  const fields = { displayName: 'Ada live', about: 'About\n\n\n\nme', category: 'talk', avatarImageId: null } as const;
  const open = (user: SessionUser | null, handle: string, more: Partial<RouteBody<'channel.open'>> = {}) =>
    channels.routes['channel.open']({ body: { handle, ...fields, ...more }, path: {}, user });
  const update = (user: SessionUser | null, handle: string, body: RouteBody<'channel.update'>) =>
    channels.routes['channel.update']({ body, path: { handle }, user });
  const show = (handle: string) => channels.routes['channel.show']({ body: null, path: { handle }, user: null });
  return { clock, channels, addUser, addImage, open, update, show };
};

test('an opened channel is found by its handle in any case, by id and by owner', async () => {
  const { channels, addUser, open, show } = start();
  const ada = await addUser('ada');
  expect(await channels.channelOf(ada.userId)).toBe(null);
  expect(await channels.findByHandle('ada_live')).toBe(null);
  const channel = await open(ada, 'Ada_Live');
  expect(channel).toMatchObject({ handle: 'Ada_Live', displayName: 'Ada live', about: 'About\n\nme', category: 'talk', avatarUrl: null });
  expect(await channels.findByHandle('aDA_lIVE')).toEqual({ channel, ownerUserId: ada.userId });
  expect(await channels.findById(channel.channelId)).toEqual(channel);
  expect(await channels.channelOf(ada.userId)).toEqual(channel);
  expect(await channels.ownRoom(ada.userId, 'ada_live')).toBe(channel.channelId);
  expect(await channels.ownRoom('bob', 'ada_live')).toBe(null);
  expect(await show('ADA_LIVE')).toEqual({ channel, past: [] });
});

test('one user has one channel, one handle is one channel, also when all come at once', async () => {
  const { addUser, open } = start();
  const [ada, bob, eve] = [await addUser('ada'), await addUser('bob'), await addUser('eve')];
  expect((await Promise.all(['one_a', 'one_b', 'one_c'].map((handle) => codeOf(open(ada, handle))))).toSorted()).toEqual(['channel_exists', 'channel_exists', 'ok']);
  expect((await Promise.all([open(bob, 'Same_name'), open(eve, 'same_NAME')].map(codeOf))).toSorted()).toEqual(['handle_taken', 'ok']);
});

test('what is no handle, or a reserved one, is neither opened nor found', async () => {
  const { addUser, open, show } = start();
  const ada = await addUser('ada');
  const cases = [
    ['ab', 'handle_invalid'], ['a'.repeat(25), 'handle_invalid'], ['1ada', 'handle_invalid'], ['ada-x', 'handle_invalid'], ['аda', 'handle_invalid'],
    ['小明直播', 'handle_invalid'], ['ada\n', 'handle_invalid'], ['../etc', 'handle_invalid'], ["a';--", 'handle_invalid'], ['ada\u0000', 'handle_invalid'],
    ['__proto__', 'handle_invalid'], ['studio', 'handle_taken'], ['Login', 'handle_taken'], ['a_d_min', 'handle_taken'], ['constructor', 'ok'],
  ] as const;
  for (const [handle, code] of cases) {
    expect(await codeOf(show(handle)), handle).toBe('channel_not_found');
    expect(await codeOf(open(ada, handle)), handle).toBe(code);
  }
  expect(await codeOf(show('constructor'))).toBe('ok');
});

test('the owner changes it, at once for everybody; others and guests do not', async () => {
  const { channels, addUser, open, update } = start();
  const [ada, bob] = [await addUser('ada'), await addUser('bob')];
  const before = await open(ada, 'ada');
  await Promise.all([channels.findByHandle('ada'), channels.findById(before.channelId), channels.channelOf(ada.userId)]);
  const changed = await update(ada, 'ADA', { displayName: ' New  name ', category: 'music' });
  expect(changed).toEqual({ ...before, displayName: 'New name', category: 'music' });
  expect((await channels.findByHandle('ada'))?.channel).toEqual(changed);
  expect(await channels.findById(before.channelId)).toEqual(changed);
  expect(await channels.channelOf(ada.userId)).toEqual(changed);

  expect(await codeOf(update(bob, 'ada', { about: 'mine' }))).toBe('permission_denied');
  expect(await codeOf(update(null, 'ada', { about: 'mine' }))).toBe('not_logged_in');
  expect(await codeOf(open(null, 'guest_x'))).toBe('not_logged_in');
  expect(await codeOf(update(bob, 'nobody', { about: 'mine' }))).toBe('channel_not_found');
  expect(await codeOf(update(ada, 'ada', { displayName: '\u3164' }))).toBe('name_invalid');
  // net/ refuses undeclared fields; should some pass, they must not reach the row.
  expect(await update(ada, 'ada', { id: 'x', ownerUserId: 'bob', handle: 'root' } as never)).toEqual(changed);
});

test('an avatar is an own image', async () => {
  const { addUser, addImage, open, update } = start();
  const [ada, bob] = [await addUser('ada'), await addUser('bob')];
  const [adas, bobs] = [await addImage(ada, 'image-a'), await addImage(bob, 'image-b')];
  expect(await codeOf(open(ada, 'ada', { avatarImageId: bobs }))).toBe('not_found');
  expect((await open(ada, 'ada', { avatarImageId: adas })).avatarUrl).toBe('/images/image-a');
  for (const foreign of [bobs, 'no-such-image' as ImageId]) expect(await codeOf(update(ada, 'ada', { avatarImageId: foreign }))).toBe('not_found');
  expect((await update(ada, 'ada', { avatarImageId: null })).avatarUrl).toBe(null);
});

test('what people write is kept as they wrote it, SQL and markup too', async () => {
  const { addUser, open, show } = start();
  const about = `'); drop table channels; -- <img src=x onerror=alert(1)> \${x} $1 \\x00 %s 👩‍👩‍👧 桥`;
  await open(await addUser('ada'), 'ada', { about });
  expect((await show('ada')).channel.about).toBe(about);
});

test('a known channel is found while the database is away; an unknown one is not denied', async () => {
  const { clock, channels, addUser, open, show } = start(() => Promise.reject(new AppError('database_unavailable')));
  const ada = await addUser('ada');
  const channel = await open(ada, 'ada');
  await Promise.all([channels.findByHandle('ada'), channels.findById(channel.channelId), channels.channelOf(ada.userId)]);
  await database().kill();
  clock.advance(3_600_000);
  expect(await show('ada')).toEqual({ channel, past: [] });
  expect(await channels.findById(channel.channelId)).toEqual(channel);
  expect(await channels.channelOf(ada.userId)).toEqual(channel);
  expect(['database_unavailable', 'channel_not_found']).toContain(await codeOf(show('other')));
  await database().isBack();
}, 20_000);
