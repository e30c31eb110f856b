// Images against a real PostgreSQL: kept once, given back unchanged, a bounded number for each user.

import { expect, test } from 'vitest';
import { useTestDatabase } from '../../../tests/support/database.ts';
import type { SessionId, UserId } from '../../../shared/ids.ts';
import { IMAGES_PER_USER_MAX } from '../../../shared/limits.ts';
import type { SessionUser } from '../../hub/handler.ts';
import { createHandClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { createImages } from './images.ts';
import { jpeg, png, webp } from './testing.ts';

const database = useTestDatabase();
const codeOf = (work: Promise<unknown>): Promise<unknown> => work.then(() => 'ok', (error: { code?: unknown }) => error.code ?? error);

const start = () => {
  const clock = createHandClock(1_700_000_000_000);
  const images = createImages({ clock, log: createLog({ level: 'silent' }), database: database() });
  const addUser = async (name: string): Promise<SessionUser> => {
    await database().sql`insert into users (id, name, name_key, display_name, password_hash, created_at) values (${name}, ${name}, ${name}, ${name}, '$argon2id$', now())`;
    return { userId: name as UserId, sessionId: `s-${name}` as SessionId, name, displayName: name };
  };
  const upload = (user: SessionUser | null, body: Uint8Array) => images.routes['image.upload']({ body, user });
  const countRows = async (): Promise<unknown> => (await database().sql`select count(*)::int as n from images`)[0]?.['n'];
  return { clock, images, addUser, upload, countRows };
};

test.each([
  ['image/png', png(640, 360)],
  ['image/jpeg', jpeg(640, 360)],
  ['image/webp', webp('VP8L', 640, 360)],
])('%s comes back as it was, for ever, under its own type', async (mime, bytes) => {
  const { addUser, upload } = start();
  const { imageId, url } = await upload(await addUser('ada'), bytes);
  expect(url).toBe(`/images/${imageId}`);
  const { images } = start(); // another process, which has it not in memory
  expect(images.urlOf(imageId)).toBe(url);
  const answer = await images.serve({ path: { imageId } });
  expect(answer).toMatchObject({ status: 200, type: mime, etag: `"${imageId}"`, cacheControl: 'public, max-age=31536000, immutable' });
  expect(Buffer.from(answer?.body ?? []).equals(bytes)).toBe(true);
});

test('what is no image is refused, and guests send none', async () => {
  const { addUser, upload, countRows } = start();
  const ada = await addUser('ada');
  for (const bytes of [Buffer.alloc(0), Buffer.from('<svg onload=alert(1)/>'.repeat(9)), png(30_000, 30_000), Buffer.concat([png(9, 9), Buffer.from('<html>')])]) {
    expect(await codeOf(upload(ada, bytes))).toBe('bad_image');
  }
  expect(await codeOf(upload(null, png(9, 9)))).toBe('not_logged_in');
  expect(await countRows()).toBe(0);
});

test('an image that is not there is not there', async () => {
  const { images } = start();
  for (const imageId of ['', 'nothing', '../../etc/passwd', "' or 1=1", '\u0000', 'x'.repeat(65), '__proto__']) expect(await images.serve({ path: { imageId } })).toBe(null);
});

test('the same bytes twice are one image, of each user their own', async () => {
  const { addUser, upload, countRows } = start();
  const [ada, bob] = [await addUser('ada'), await addUser('bob')];
  const ids = await Promise.all([1, 2, 3].map(async () => (await upload(ada, png(9, 9))).imageId));
  expect(new Set(ids).size).toBe(1);
  expect((await upload(bob, png(9, 9))).imageId).not.toBe(ids[0]);
  expect(await countRows()).toBe(2);
});

test('a user has a bounded number of images; unused old ones make room, shown ones stay', async () => {
  const { clock, addUser, upload, countRows, images } = start();
  const ada = await addUser('ada');
  const ids: string[] = [];
  for (let i = 0; i < IMAGES_PER_USER_MAX; i += 1) {
    clock.advance(1_000);
    ids.push((await upload(ada, png(9, 9, `number ${i}`))).imageId);
  }
  expect(await codeOf(upload(ada, png(9, 9, 'one more')))).toBe('too_many_items');
  await database().sql`insert into channels (id, owner_user_id, handle, handle_key, display_name, about, category, avatar_image_id, created_at)
    values ('c', 'ada', 'ada', 'ada', 'Ada', '', 'talk', ${ids[0] ?? ''}, now())`;
  await database().sql`insert into broadcasts (id, channel_id, title, category, tags, visibility, cover_image_id, started_at, last_alive_at)
    values ('b', 'c', 'On air', 'talk', '{}', 'public', ${ids[1] ?? ''}, now(), now())`;
  clock.advance(2 * 3_600_000);
  const codes = await Promise.all([1, 2].map((n) => codeOf(upload(ada, png(9, 9, `more ${n}`)))));
  expect(codes).toEqual(['ok', 'ok']);
  expect(await countRows()).toBe(IMAGES_PER_USER_MAX);
  const left = await Promise.all(ids.slice(0, 5).map(async (imageId) => (await images.serve({ path: { imageId } })) !== null));
  expect(left).toEqual([true, true, false, false, true]);
});

test('an image that was shown lately is shown while the database is away', async () => {
  const { images, addUser, upload } = start();
  const { imageId } = await upload(await addUser('ada'), png(9, 9));
  await images.serve({ path: { imageId } });
  await database().kill();
  expect((await images.serve({ path: { imageId } }))?.type).toBe('image/png');
  await database().isBack();
}, 20_000);
