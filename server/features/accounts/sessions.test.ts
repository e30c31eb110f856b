import { expect, test } from 'vitest';
import { useTestDatabase } from '../../../tests/support/database.ts';
import { SESSION_DAYS_MAX } from '../../../shared/limits.ts';
import { PASSWORD, startAccounts } from './testing.ts';

const database = useTestDatabase();
const DAY_MS = 86_400_000;
const codeOf = (work: Promise<unknown>): Promise<unknown> => work.then(() => 'ok', (error: { code?: unknown }) => error.code ?? error);

test('logging out ends the session at once, and only this one', async () => {
  const { register, openBrowser, accounts, ended } = startAccounts(database());
  const [browser, other] = [await register('ada'), openBrowser()];
  await other.ask('session.login', { name: 'ada', password: PASSWORD });
  const token = browser.token() ?? '';
  const id = (await browser.user())?.sessionId;
  await browser.ask('session.logout', null);
  expect(browser.token()).toBe(null);
  expect(await accounts.authenticate(token)).toBe(null);
  expect(ended).toEqual([id]);
  expect(await other.user()).not.toBe(null);
});

test('a list of sessions says where and what, and which is this one', async () => {
  const { register, openBrowser, clock } = startAccounts(database());
  const browser = await register('ada', '192.0.2.1');
  clock.advance(1_000);
  const phone = openBrowser('2001:db8::1', 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1');
  await phone.ask('session.login', { name: 'ada', password: PASSWORD });
  const { sessions } = await browser.ask('session.list', null);
  expect(sessions).toEqual([
    expect.objectContaining({ isCurrent: false, device: 'Safari · iOS', address: '2001:db8::1' }),
    expect.objectContaining({ isCurrent: true, device: 'Firefox · Linux', address: '192.0.2.1', createdAtMs: 1_700_000_000_000 }),
  ]);
});

test('one may end own sessions, and nobody else\'s', async () => {
  const { register, openBrowser, ended } = startAccounts(database());
  const [ada, bob, adasPhone] = [await register('ada'), await register('bob'), openBrowser()];
  await adasPhone.ask('session.login', { name: 'ada', password: PASSWORD });
  const phoneId = (await adasPhone.user())?.sessionId ?? '';
  expect(await codeOf(bob.ask('session.end', null, { sessionId: phoneId }))).toBe('not_found');
  for (const odd of ['', '*', "' or true --", '\u0000', 'x'.repeat(64)]) expect(await codeOf(ada.ask('session.end', null, { sessionId: odd }))).toBe('not_found');
  expect(ended).toEqual([]);
  expect(await codeOf(ada.ask('session.end', null, { sessionId: phoneId }))).toBe('ok');
  expect(await adasPhone.user()).toBe(null);
  expect(ended).toEqual([phoneId]);
});

test('a session that is used lives on; unused it ends', async () => {
  const { register, clock, accounts } = startAccounts(database());
  const browser = await register('ada');
  const seenMs = async (): Promise<number> => Date.parse(String((await database().sql`select last_seen_at from sessions`)[0]?.['last_seen_at']));
  for (let day = 0; day < SESSION_DAYS_MAX * 2; day += 10) {
    clock.advance(10 * DAY_MS);
    expect(await browser.user()).not.toBe(null);
    await expect.poll(seenMs).toBe(clock.nowMs());
  }
  clock.advance((SESSION_DAYS_MAX + 1) * DAY_MS);
  expect(await accounts.authenticate(browser.token() ?? '')).toBe(null);
  // The next login sweeps it away.
  await browser.ask('session.login', { name: 'ada', password: PASSWORD });
  await expect.poll(async () => (await database().sql`select 1 from sessions`).length).toBe(1);
});

test('being seen is written every five minutes at most', async () => {
  const { register, clock } = startAccounts(database());
  const browser = await register('ada');
  const version = async (): Promise<unknown> => (await database().sql`select xmin::text as version from sessions`)[0]?.['version'];
  const before = await version();
  for (let s = 0; s < 4 * 60; s += 10) {
    clock.advance(10_000);
    await browser.user();
  }
  expect(await version()).toBe(before);
  clock.advance(70_000);
  await browser.user();
  await expect.poll(version).not.toBe(before);
});

test('asking again within seconds does not ask the database', async () => {
  const { register, clock, accounts } = startAccounts(database());
  const browser = await register('ada');
  const token = browser.token() ?? '';
  await browser.user();
  await database().sql`delete from sessions`; // as another server process would
  expect(await accounts.authenticate(token)).not.toBe(null);
  clock.advance(5_000);
  expect(await accounts.authenticate(token)).toBe(null);
});
