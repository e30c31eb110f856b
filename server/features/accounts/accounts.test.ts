// Registering, logging in and out, changing: against a real PostgreSQL.

import argon2 from 'argon2';
import { expect, test } from 'vitest';
import { useTestDatabase } from '../../../tests/support/database.ts';
import { SESSIONS_PER_USER_MAX } from '../../../shared/limits.ts';
import { PASSWORD, startAccounts } from './testing.ts';

const database = useTestDatabase();
const codeOf = (work: Promise<unknown>): Promise<unknown> => work.then(() => 'ok', (error: { code?: unknown }) => error.code ?? error);

test('registering logs in; the database has neither password nor token', async () => {
  const { openBrowser, lines } = startAccounts(database());
  const browser = openBrowser();
  const me = await browser.ask('account.register', { name: 'Ada', password: PASSWORD, displayName: '  Ada \u202e Lovelace ', locale: 'zh-CN' });
  expect(me).toMatchObject({ name: 'ada', displayName: 'Ada Lovelace', locale: 'zh-CN', channel: null });
  expect(await browser.user()).toMatchObject({ userId: me.userId, name: 'ada', displayName: 'Ada Lovelace' });
  expect((await browser.ask('account.me', null)).me).toEqual(me);

  const rows = await database().sql`select (select json_agg(u) from users u) as users, (select json_agg(s) from sessions s) as sessions`;
  const dump = JSON.stringify(rows);
  expect(dump).toContain(browser.tokenHash());
  for (const secret of [PASSWORD, browser.token() ?? '']) {
    expect(dump).not.toContain(secret);
    expect(lines.join('')).not.toContain(secret);
  }
  expect(browser.token()).toMatch(/^[A-Za-z0-9_-]{43}$/);
});

test('a guest is nobody', async () => {
  const { openBrowser, accounts } = startAccounts(database());
  expect(await openBrowser().ask('account.me', null)).toEqual({ me: null });
  for (const token of ['', 'x', 'A'.repeat(43), "' or 1=1 --", '\u0000', 'A'.repeat(100_000)]) expect(await accounts.authenticate(token)).toBe(null);
  expect(await codeOf(openBrowser().ask('session.list', null))).toBe('not_logged_in');
});

test('of many who register one name at once, in all its looks, one gets it', async () => {
  const { openBrowser } = startAccounts(database());
  const looks = ['bob', 'BOB', 'b0b', 'Bob', 'ｂｏｂ', ' bob ', 'bob', 'b0B'];
  const results = await Promise.all(looks.map((name) => codeOf(openBrowser().ask('account.register', { name, password: PASSWORD }))));
  expect(results.toSorted()).toEqual(['name_taken', 'name_taken', 'name_taken', 'name_taken', 'name_taken', 'name_taken', 'name_taken', 'ok']);
  expect((await database().sql`select count(*)::int as n from users`)[0]).toEqual({ n: 1 });
  expect((await database().sql`select count(*)::int as n from sessions`)[0]).toEqual({ n: 1 });
});

test.each([
  ['mixed scripts', { name: 'раураl' }, 'name_confusing'],
  ['a control', { name: 'ada\u0000' }, 'name_invalid'],
  ['a reserved name', { name: 'Admin' }, 'name_taken'],
  ['a weak password', { password: 'password1' }, 'password_weak'],
  ['the name as password', { name: 'mallory-1', password: 'MALLORY-1' }, 'password_weak'],
  ['an invisible display name', { displayName: '\u200b\u3164' }, 'name_invalid'],
])('%s is refused', async (_, fields, code) => {
  const { openBrowser } = startAccounts(database());
  expect(await codeOf(openBrowser().ask('account.register', { name: 'mallory', password: PASSWORD, ...fields }))).toBe(code);
  expect(await database().sql`select 1 from users`).toHaveLength(0);
});

test('logging in makes a new session and ends the one before', async () => {
  const { register, openBrowser, accounts, ended } = startAccounts(database());
  const browser = await register('ada');
  const before = { token: browser.token() ?? '', session: (await browser.user())?.sessionId };
  const me = await browser.ask('session.login', { name: 'ADA', password: PASSWORD });
  expect(me.name).toBe('ada');
  expect(browser.token()).not.toBe(before.token);
  expect(await accounts.authenticate(before.token)).toBe(null);
  expect(ended).toEqual([before.session]);

  const other = openBrowser();
  await other.ask('session.login', { name: 'ada', password: PASSWORD });
  expect((await browser.ask('session.list', null)).sessions).toHaveLength(2);
});

test('no such user and a wrong password have one answer', async () => {
  const { register, openBrowser } = startAccounts(database());
  await register('ada');
  const answers = await Promise.all(
    ['ada', 'nobody', 'раураl', '\u0000', "x' or '1'='1"].map((name) =>
      openBrowser().ask('session.login', { name, password: 'wrong password' }).catch((error: { toWire?: () => unknown }) => error.toWire?.()),
    ),
  );
  expect(answers).toEqual(answers.map(() => ({ code: 'login_failed', message: 'login_failed' })));
});

test('no such user and a wrong password take one time', async () => {
  const { register, openBrowser, clock } = startAccounts(database(), { hashCost: { memoryCost: 19_456, timeCost: 2, parallelism: 1 } });
  await register('ada');
  const timeOf = async (name: string, i: number): Promise<number> => {
    clock.advance(60_000); // the throttle is another test's
    const startedMs = performance.now();
    await codeOf(openBrowser(`192.0.2.${i}`).ask('session.login', { name, password: 'wrong password' }));
    return performance.now() - startedMs;
  };
  const known: number[] = [];
  const unknown: number[] = [];
  for (let i = 0; i < 30; i += 1) {
    known.push(await timeOf('ada', i));
    unknown.push(await timeOf(`nobody${i}`, i));
  }
  const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
  expect(median(known)).toBeGreaterThan(5); // it did hash
  // A missing hash would make them differ by the whole of it; half leaves room for a busy machine.
  expect(Math.abs(median(known) - median(unknown))).toBeLessThan(median(known) / 2);
}, 30_000);

test('guessing is slowed down, and the owner is not', async () => {
  const { register, openBrowser } = startAccounts(database());
  const owner = await register('ada', '198.51.100.1');
  const guesses = [];
  for (let i = 0; i < 40; i += 1) guesses.push(await codeOf(openBrowser(`203.0.113.${i}`).ask('session.login', { name: 'ada', password: `guess number ${i}` })));
  expect(guesses.filter((code) => code === 'login_failed')).toHaveLength(5);
  expect(guesses.at(-1)).toBe('too_many_requests');
  // Even the right password is not tried from a strange place now,
  expect(await codeOf(openBrowser('203.0.113.99').ask('session.login', { name: 'ada', password: PASSWORD }))).toBe('too_many_requests');
  // but it is from the owner's own, by address or by session.
  expect(await codeOf(openBrowser('198.51.100.1').ask('session.login', { name: 'ada', password: PASSWORD }))).toBe('ok');
  expect(await codeOf(owner.ask('session.login', { name: 'ada', password: PASSWORD }))).toBe('ok');
});

test('the owner is known by address after a restart, too', async () => {
  await startAccounts(database()).register('ada', '198.51.100.1');
  const { openBrowser } = startAccounts(database());
  for (let i = 0; i < 20; i += 1) await codeOf(openBrowser(`203.0.113.${i}`).ask('session.login', { name: 'ada', password: 'guess guess' }));
  expect(await codeOf(openBrowser('198.51.100.1').ask('session.login', { name: 'ada', password: PASSWORD }))).toBe('ok');
});

test('a hash of an older cost is renewed at the next login', async () => {
  const { register, openBrowser } = startAccounts(database());
  await register('ada');
  const old = await argon2.hash(PASSWORD, { type: argon2.argon2id, memoryCost: 512, timeCost: 2, parallelism: 1 });
  await database().sql`update users set password_hash = ${old}`;
  await Promise.all([1, 2, 3].map(() => openBrowser().ask('session.login', { name: 'ada', password: PASSWORD })));
  const [row] = await database().sql`select password_hash from users`;
  expect(row?.['password_hash']).toMatch(/m=1024/);
  expect(await codeOf(openBrowser('192.0.2.7').ask('session.login', { name: 'ada', password: PASSWORD }))).toBe('ok');
});

test('a new password ends all other sessions, at once, and says so', async () => {
  const { register, openBrowser, ended, accounts, clock } = startAccounts(database());
  const browser = await register('ada');
  const others = [openBrowser(), openBrowser()];
  for (const other of others) await other.ask('session.login', { name: 'ada', password: PASSWORD });
  const otherIds = await Promise.all(others.map(async (other) => (await other.user())?.sessionId));
  const change = (oldPassword: string, newPassword: string): Promise<unknown> => codeOf(browser.ask('account.changePassword', { oldPassword, newPassword }));

  expect(await change('wrong password', 'another fine password')).toBe('login_failed');
  expect(await change(PASSWORD, '12345678')).toBe('password_weak');
  expect(ended).toEqual([]);
  expect(await change(PASSWORD, 'another fine password')).toBe('ok');
  expect(ended.toSorted()).toEqual(otherIds.toSorted());
  for (const other of others) expect(await accounts.authenticate(other.token() ?? '')).toBe(null);
  expect(await browser.user()).not.toBe(null);
  clock.advance(60_000);
  expect(await codeOf(openBrowser().ask('session.login', { name: 'ada', password: PASSWORD }))).toBe('login_failed');
  expect(await codeOf(openBrowser().ask('session.login', { name: 'ada', password: 'another fine password' }))).toBe('ok');
});

test('a login that was checked before the password changed does not begin after it', async () => {
  const { register, openBrowser } = startAccounts(database(), { hashCost: { memoryCost: 8_192, timeCost: 3, parallelism: 1 } });
  const browser = await register('ada');
  const thief = openBrowser();
  const [changed, stolen] = await Promise.all([
    codeOf(browser.ask('account.changePassword', { oldPassword: PASSWORD, newPassword: 'another fine password' })),
    codeOf(thief.ask('session.login', { name: 'ada', password: PASSWORD })),
  ]);
  expect(changed).toBe('ok');
  // Either too late, or ended by the change: never a session with the old password.
  if (stolen === 'ok') expect(await thief.user()).toBe(null);
  else expect(stolen).toBe('login_failed');
  expect((await browser.ask('session.list', null)).sessions).toHaveLength(1);
});

test('a stolen session cannot be used to guess the password', async () => {
  const { register } = startAccounts(database());
  const browser = await register('ada');
  const codes = [];
  for (let i = 0; i < 7; i += 1) codes.push(await codeOf(browser.ask('account.changePassword', { oldPassword: `guess ${i} guess`, newPassword: 'another fine password' })));
  expect(codes.filter((code) => code === 'login_failed')).toHaveLength(5);
  expect(codes.at(-1)).toBe('too_many_requests');
});

test('what may be changed is changed and seen everywhere, and nothing else', async () => {
  const { register } = startAccounts(database());
  const browser = await register('ada');
  await browser.user();
  const me = await browser.ask('account.update', { displayName: '<b>Ada</b> 👩‍💻', locale: 'en' });
  expect(me).toMatchObject({ name: 'ada', displayName: '<b>Ada</b> 👩‍💻', locale: 'en' });
  expect((await browser.user())?.displayName).toBe('<b>Ada</b> 👩‍💻');
  // net/ refuses undeclared fields by the schema; should one pass, it must not reach the row.
  const before = await database().sql`select id, name, name_key, password_hash, created_at from users`;
  await browser.ask('account.update', { id: 'x', name: 'admin', nameKey: 'admin', passwordHash: '$argon2id$', __proto__: { isAdmin: true } } as never);
  expect(await database().sql`select id, name, name_key, password_hash, created_at from users`).toEqual(before);
  expect(await codeOf(browser.ask('account.update', { displayName: '\u200b' }))).toBe('name_invalid');
});

test('there are at most so many sessions, and the oldest goes', async () => {
  const { register, openBrowser, clock, ended } = startAccounts(database());
  const first = await register('ada');
  const firstId = (await first.user())?.sessionId;
  for (let i = 0; i < SESSIONS_PER_USER_MAX; i += 1) {
    clock.advance(60_000);
    await openBrowser().ask('session.login', { name: 'ada', password: PASSWORD });
  }
  expect(ended).toEqual([firstId]);
  expect(await first.user()).toBe(null);
  expect(await database().sql`select 1 from sessions`).toHaveLength(SESSIONS_PER_USER_MAX);
});

test('while the database is away people stay logged in and others are told; afterwards all goes on', async () => {
  const { register, openBrowser, clock } = startAccounts(database());
  const browser = await register('ada');
  const { me } = await browser.ask('account.me', null);
  await database().kill();
  clock.advance(3_600_000);
  expect(await browser.user()).toMatchObject({ name: 'ada' });
  expect(await browser.ask('account.me', null)).toEqual({ me });
  expect(['database_unavailable', 'ok']).toContain(await codeOf(openBrowser().ask('session.login', { name: 'ada', password: PASSWORD })));
  await database().isBack();
  clock.advance(60_000);
  expect(await codeOf(openBrowser().ask('session.login', { name: 'ada', password: PASSWORD }))).toBe('ok');
}, 20_000);
