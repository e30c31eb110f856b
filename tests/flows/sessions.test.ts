// Accounts and sessions over HTTP as the pages use them, and what a session's end means for its sockets.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLOSE } from '../../shared/errors.ts';
import { createClient, register, registerCreator } from '../support/client.ts';
import { PASSWORD, uniqueName } from '../support/names.ts';
import { codeOf } from '../support/refusal.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => void (await server.stop()));

test('register, log out, log in again', async () => {
  const { client, name, me } = await register(server);
  expect((await client.call('account.me')).me).toEqual(me);
  await client.call('session.logout');
  expect((await client.call('account.me')).me).toBeNull();
  expect(await codeOf(client.call('session.list'))).toBe('not_logged_in');
  expect((await client.call('session.login', { body: { name, password: PASSWORD } })).userId).toBe(me.userId);
});

test('the session cookie is out of reach for scripts and other sites', async () => {
  const response = await createClient(server).fetch('/api/accounts', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: uniqueName('user'), password: PASSWORD }),
  });
  const [cookie = ''] = response.headers.getSetCookie();
  expect(cookie).toMatch(/; HttpOnly/i);
  expect(cookie).toMatch(/; SameSite=Lax/i);
  expect(cookie).toMatch(/; Path=\//i);
});

test('an unknown user and a wrong password get the same answer', async () => {
  const { name } = await register(server);
  const answer = async (body: object): Promise<unknown> => {
    const response = await createClient(server).fetch('/api/sessions', {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
    });
    return [response.status, await response.json()];
  };
  expect(await answer({ name, password: 'not this one' })).toEqual(await answer({ name: uniqueName('nobody'), password: 'not this one' }));
});

test('names that look alike are one name', async () => {
  const { name } = await register(server);
  const again = (other: string) => codeOf(register(server, other));
  expect(await again(name)).toBe('name_taken');
  expect(await again(name.toUpperCase())).toBe('name_taken');
  expect(['name_taken', 'name_confusing']).toContain(await again(name.replace('e', 'е')));
  expect(await again('a\u202eb')).toBe('name_invalid');
});

test('a session that ends takes its sockets along, and a new password all other sessions', async () => {
  const { client, name } = await registerCreator(server);
  const other = createClient(server);
  await other.call('session.login', { body: { name, password: PASSWORD } });
  const [kept, lost] = [await client.connect(), await other.connect()];
  await client.call('account.changePassword', { body: { oldPassword: PASSWORD, newPassword: `${PASSWORD}2` } });
  expect(await lost.closed).toMatchObject({ code: CLOSE.logged_out, reason: 'logged_out' });
  expect((await other.call('account.me')).me).toBeNull();
  expect(kept.isOpen()).toBe(true);
  await client.call('session.logout');
  expect(await kept.closed).toMatchObject({ code: CLOSE.logged_out });
});

test('one ends one’s own sessions and no one else’s', async () => {
  const { client, name } = await register(server);
  const other = createClient(server);
  await other.call('session.login', { body: { name, password: PASSWORD } });
  const { sessions } = await client.call('session.list');
  expect(sessions.map(({ isCurrent }) => isCurrent).sort()).toEqual([false, true]);
  const sessionId = sessions.find(({ isCurrent }) => !isCurrent)?.sessionId ?? '';
  const stranger = await register(server);
  expect(await codeOf(stranger.client.call('session.end', { path: { sessionId } }))).toBe('not_found');
  await client.call('session.end', { path: { sessionId } });
  expect((await other.call('account.me')).me).toBeNull();
});

test('a channel is opened once, by an address nobody else has, and changed by its owner alone', async () => {
  const { client, handle, channel } = await registerCreator(server);
  const fields = { displayName: 'x', about: '', category: 'talk', avatarImageId: null };
  expect(await codeOf(client.call('channel.open', { body: { handle: uniqueName('ch'), ...fields } }))).toBe('channel_exists');
  const stranger = await register(server);
  expect(await codeOf(stranger.client.call('channel.open', { body: { handle, ...fields } }))).toBe('handle_taken');
  expect(await codeOf(stranger.client.call('channel.update', { path: { handle }, body: { about: 'mine now' } }))).toBe('permission_denied');
  const changed = await client.call('channel.update', { path: { handle }, body: { about: '关于桥' } });
  expect(changed).toEqual({ ...channel, about: '关于桥' });
  expect((await createClient(server).call('channel.show', { path: { handle } })).channel).toEqual(changed);
});
