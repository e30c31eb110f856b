// Finding each other against the real server: search, following and its bell, notices with web push, plans with reminders.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCloser } from '../../server/lib/closer.ts';
import { createClient, register, registerCreator } from '../support/client.ts';
import type { Client, Creator } from '../support/client.ts';
import type { Connection } from '../support/connection.ts';
import { startFakePush } from '../support/fake-push.ts';
import type { FakePush } from '../support/fake-push.ts';
import { BROADCAST } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { expectUnharmed } from '../support/unharmed.ts';
import { until } from '../support/wait.ts';

const closer = createCloser();
let server: TestServer;
let service: FakePush;
beforeAll(async () => {
  service = await startFakePush();
  closer.add('push service', service.close);
  server = await startServer({ env: { PUSH_SERVICE: service.url, VAPID_SUBJECT: 'mailto:ops@example.org' } });
  closer.add('server', async () => void (await server.stop()));
});
afterAll(() => closer.close());

const HOUR_MS = 3_600_000;
const refused = (code: string) => expect.objectContaining({ code }) as Error;
/** Asked by a guest of an address of its own each time, so that no limit by address answers. */
const find = async (q: string, more = ''): Promise<string[]> => {
  const response = await createClient(server).fetch(`/api/search?q=${encodeURIComponent(q)}${more}`);
  const { results } = (await response.json()) as { results: { channel: { handle: string }; live: { broadcast: { title: string } } | null }[] };
  return results.map(({ channel, live }) => `${channel.handle}${live ? `: ${live.broadcast.title}` : ''}`);
};
const foundAs = (q: string, wanted: string[]): Promise<unknown> =>
  until(`${q} to find ${wanted.join()}`, async () => JSON.stringify(await find(q)) === JSON.stringify(wanted));
const goOnAir = async (creator: Creator, title: string, visibility: 'public' | 'unlisted' | 'private' = 'public'): Promise<Connection> => {
  const studio = await creator.client.connect();
  await studio.join(creator.handle, { as: 'studio' });
  await studio.request('broadcast.start', { ...BROADCAST, title, visibility });
  return studio;
};
const choose = (client: Client, { handle }: Creator, isFollowing: boolean, wantsNotices = true) =>
  client.call('follow.choose', { path: { handle }, body: { isFollowing, wantsNotices } });

describe('search', () => {
  test('[Y1] [Y3] a channel is found by everybody, what is on air with its title, and nothing of what is not public', async () => {
    const creator = await registerCreator(server);
    await creator.client.call('channel.update', { path: { handle: creator.handle }, body: { displayName: '清风茶馆 Breeze', about: '' } });
    await foundAs('清风', [creator.handle]);
    const studio = await goOnAir(creator, 'Whispering bamboo');
    await foundAs('wispering', [`${creator.handle}: Whispering bamboo`]);
    await studio.request('broadcast.update', { title: 'Rustling reeds' });
    await foundAs('rustl', [`${creator.handle}: Rustling reeds`]);
    expect(await find('whispering')).toEqual([]);
    await studio.request('broadcast.end', {});
    await foundAs('rustling', []);
    await studio.request('broadcast.start', { ...BROADCAST, title: 'Hidden hollow', visibility: 'private' });
    await foundAs('breeze', [creator.handle]);
    expect(await find('hollow')).toEqual([]);
    studio.close();
  });

  test('[Y4] hostile questions are answered, and harm nothing', async () => {
    for (const q of [`'; drop table channels; --`, '%', "\\'", 'a'.repeat(3_000), '👩‍👩‍👧', '\u0000', `' | '*':*`]) expect([q.slice(0, 20), Array.isArray(await find(q))]).toEqual([q.slice(0, 20), true]);
    for (const more of ['&count=0', '&count=-1', '&count=1e9', '&count=x', '&q=twice']) expect(Array.isArray(await find('tea', more))).toBe(true);
    // Longer addresses are not read at all.
    expect((await createClient(server).fetch(`/api/search?q=${'a'.repeat(10_000)}`)).status).toBe(431);
    await expectUnharmed(server);
  });
});

describe('following', () => {
  test('[F3] following over HTTP is following in the room, and the bell is its own choice', async () => {
    const creator = await registerCreator(server);
    const { client } = await register(server);
    expect(await client.call('follow.show', { path: { handle: creator.handle } })).toEqual({ isFollowing: false, wantsNotices: false });
    const seat = await client.connect();
    await seat.join(creator.handle);
    expect(await seat.request('follow.set', { isFollowing: true })).toEqual({ followers: 1, isFollowing: true });
    expect(await client.call('follow.show', { path: { handle: creator.handle } })).toEqual({ isFollowing: true, wantsNotices: true });
    expect(await choose(client, creator, true, false)).toEqual({ isFollowing: true, wantsNotices: false });
    expect((await client.call('follow.list')).follows).toMatchObject([{ channel: { handle: creator.handle }, wantsNotices: false, live: null, next: null }]);
    expect(await choose(client, creator, false)).toEqual({ isFollowing: false, wantsNotices: false });
    expect(await seat.request('follow.set', { isFollowing: false })).toEqual({ followers: 0, isFollowing: false });
    await expect(choose(creator.client, creator, true)).rejects.toEqual(refused('permission_denied'));
    await expect(client.call('follow.choose', { path: { handle: 'nobody_here' }, body: { isFollowing: true, wantsNotices: true } })).rejects.toEqual(refused('channel_not_found'));
    seat.close();
  });

  test('[F3] the page of the followed has who is live first, then who planned something', async () => {
    const [planned, live, plain] = [await registerCreator(server), await registerCreator(server), await registerCreator(server)];
    const { client } = await register(server);
    for (const creator of [planned, live, plain]) await choose(client, creator, true);
    await planned.client.call('schedule.add', { body: { title: 'Later', category: 'art', startsAtMs: Date.now() + HOUR_MS } });
    const studio = await goOnAir(live, 'Now');
    const { follows } = await client.call('follow.list');
    expect(follows.map(({ channel, live: card, next }) => [channel.handle, card?.broadcast.title, next?.title])).toEqual([
      [live.handle, 'Now', undefined], [planned.handle, undefined, 'Later'], [plain.handle, undefined, undefined],
    ]);
    studio.close();
  });
});

describe('notices', () => {
  test('[N1] [N4] [N6] followers are told in their pages, in the list and by push; not again on a resume, and nothing of what is not public', async () => {
    const creator = await registerCreator(server);
    const fan = await register(server);
    await choose(fan.client, creator, true);
    const browser = service.subscribe();
    await fan.client.call('push.subscribe', { body: { endpoint: browser.endpoint, p256dh: browser.p256dh, auth: browser.auth, locale: 'zh-CN' } });
    const elsewhere = await fan.client.connect();
    await elsewhere.join((await registerCreator(server)).handle);
    const told = elsewhere.next('notice.added');
    const studio = await goOnAir(creator, '开饭了');
    await told;
    expect(await fan.client.call('notice.list')).toMatchObject({ unread: 1, hasMore: false, notices: [{ kind: 'live', title: '开饭了', isRead: false, isLive: true, channel: { handle: creator.handle } }] });
    await until('the push', () => browser.got.length === 1);
    expect(browser.got[0]).toMatchObject({ message: { title: `Channel ${creator.handle} 开播了`, body: '开饭了', url: `/@${creator.handle}?from=notice` }, publicKey: (await fan.client.call('push.key')).publicKey });
    expect(await fan.client.call('notice.read', { body: { noticeIds: null } })).toEqual({ unread: 0 });
    await studio.request('broadcast.end', {});
    await studio.request('broadcast.start', { ...BROADCAST, title: 'Secret', visibility: 'private' });
    await studio.request('broadcast.end', {});
    expect((await fan.client.call('notice.list')).notices.map(({ title, isLive }) => [title, isLive])).toEqual([['开饭了', false]]);
    elsewhere.close();
    studio.close();
  });

  test('[N6] who logs out gets no push any more, and endpoints that are not public are refused', async () => {
    const creator = await registerCreator(server);
    const [fan, other] = [await register(server), await register(server)];
    const [browser, last] = [service.subscribe(), service.subscribe()];
    for (const [person, one] of [[fan, browser], [other, last]] as const) {
      await choose(person.client, creator, true);
      await person.client.call('push.subscribe', { body: { endpoint: one.endpoint, p256dh: one.p256dh, auth: one.auth, locale: 'en' } });
    }
    for (const endpoint of ['http://example.org/x', 'https://127.0.0.1/x', 'https://[::1]/x', 'https://169.254.169.254/latest/meta-data', 'https://localhost/x', `${service.url.replace(/\d+$/, '1')}/x`, 'file:///etc/passwd', 'not a url at all']) {
      await expect(fan.client.call('push.subscribe', { body: { endpoint, p256dh: browser.p256dh, auth: browser.auth, locale: 'en' } }), endpoint).rejects.toEqual(refused('bad_request'));
    }
    await fan.client.call('session.logout');
    const studio = await goOnAir(creator, 'After that');
    await until('the push of who is in still', () => last.got.length === 1);
    expect(browser.got).toEqual([]);
    studio.close();
    expect((await stat(join(server.dataDir, 'vapid.json'))).mode & 0o777).toBe(0o600);
  });

  test('[N3] [Z3] who asked to be reminded of a plan is told without following', async () => {
    const creator = await registerCreator(server);
    const fan = await register(server);
    const plan = await creator.client.call('schedule.add', { body: { title: 'Tea at four', category: 'food', startsAtMs: Date.now() + 20 * 60_000 } });
    expect(await fan.client.call('schedule.remind', { path: { scheduledId: plan.scheduledId }, body: { isReminded: true } })).toEqual({ isReminded: true });
    expect((await fan.client.call('schedule.coming')).coming).toMatchObject([{ channel: { handle: creator.handle }, plan: { title: 'Tea at four', isReminded: true } }]);
    const studio = await goOnAir(creator, 'Tea, a little early');
    await until('the notice', async () => (await fan.client.call('notice.list')).notices[0]?.title === 'Tea, a little early');
    expect((await fan.client.call('schedule.list', { path: { handle: creator.handle } })).plans).toMatchObject([{ title: 'Tea at four', isReminded: false }]);
    studio.close();
  });
});

test('[Z4] a plan can be taken into a calendar by anyone', async () => {
  const creator = await registerCreator(server);
  const { scheduledId } = await creator.client.call('schedule.add', { body: { title: 'Tea; at, four', category: 'food', startsAtMs: Date.now() + HOUR_MS } });
  const response = await fetch(`${server.url}/api/schedule/${scheduledId}/calendar.ics`);
  expect([response.status, response.headers.get('content-type'), response.headers.get('content-disposition')]).toEqual([200, 'text/calendar; charset=utf-8', 'attachment; filename="qiao.ics"']);
  expect(await response.text()).toContain('Tea\\; at\\, four');
  expect((await fetch(`${server.url}/api/schedule/none/calendar.ics`)).status).toBe(404);
});
