// Money as people meet it, over HTTP, against the real server: buying coins, earning, being paid out, and what goes wrong.

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCloser } from '../../server/lib/closer.ts';
import type { GiftId, RequestKey } from '../../shared/ids.ts';
import type { TopUpView } from '../../shared/wallet-routes.ts';
import { register, registerCreator } from '../support/client.ts';
import type { Client, Person } from '../support/client.ts';
import { balanceOf, buyPackage, topUp } from '../support/coins.ts';
import { BROADCAST } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { expectUnharmed } from '../support/unharmed.ts';

const closer = createCloser();
let server: TestServer;
let operator: Person;
beforeAll(async () => {
  server = await startServer({ env: { OPERATORS: ' Ｏlga ', PAYOUT_WAIT_DAYS: '0', PAYOUT_COINS_MIN: '100', PLATFORM_SHARE_PERCENT: '30' } });
  closer.add('server', async () => void (await server.stop()));
  operator = await register(server, 'olga');
});
afterAll(() => closer.close());

const ROSE = 'rose' as GiftId; // 10 coins
const newKey = (): RequestKey => randomUUID() as RequestKey;
const refused = (code: string) => expect.objectContaining({ code }) as Error;
const decide = (payoutId: string, decision: 'paid' | 'rejected', by: Client = operator.client) =>
  by.call('operator.decidePayout', { path: { payoutId }, body: { decision, note: 'as agreed' } });
const refund = (topUp: TopUpView, by: Client = operator.client) => by.call('operator.refund', { path: { topUpId: topUp.topUpId }, body: { note: 'asked for' } });

/** Somebody on air who got so many roses from a fan, who has the rest of what they bought. */
const earned = async (roses: number) => {
  const creator = await registerCreator(server);
  const studio = await creator.client.connect();
  await studio.join(creator.handle, { as: 'studio' });
  await studio.request('broadcast.start', BROADCAST);
  const fan = await register(server);
  const bought = await buyPackage(fan.client, 550);
  const seat = await fan.client.connect();
  await seat.join(creator.handle);
  if (roses > 0) await seat.request('gift.send', { key: newKey(), giftId: ROSE, quantity: roses, seen: null });
  return { creator, fan, seat, studio, bought };
};

describe('buying coins', () => {
  test('[L3] a package is credited once, however often it is paid, and the sandbox says that it is one', async () => {
    const { client } = await register(server);
    expect(await client.call('wallet.show')).toMatchObject({ balance: 0, isFrozen: false, provider: 'sandbox', currency: 'USD', packages: [{ coins: 100, price: 99 }, { coins: 550 }, { coins: 1_200 }, { coins: 6_500 }] });
    const key = newKey();
    const [one, again] = await Promise.all([1, 2].map(() => client.call('topup.start', { body: { key, packageId: 'coins-100' } })));
    expect(again?.topUp.topUpId).toBe(one?.topUp.topUpId);
    expect(one?.payUrl).toBe(`/topup/${one?.topUp.topUpId}`);
    await expect(client.call('topup.start', { body: { key, packageId: 'coins-550' } })).rejects.toEqual(refused('key_reused'));
    const path = { topUpId: one?.topUp.topUpId ?? '' };
    const paid = await Promise.all([1, 2, 3, 4].map(() => client.call('topup.sandbox', { path, body: { outcome: 'pay' } })));
    expect(paid.map(({ state }) => state)).toEqual(['paid', 'paid', 'paid', 'paid']);
    expect(await balanceOf(client)).toBe(100);
    expect((await client.call('topup.sandbox', { path, body: { outcome: 'decline' } })).state).toBe('paid');
  });

  test('what is declined gives nothing, and may be paid after all', async () => {
    const { client } = await register(server);
    const { topUp: begun } = await client.call('topup.start', { body: { key: newKey(), packageId: 'coins-100' } });
    const path = { topUpId: begun.topUpId };
    expect((await client.call('topup.sandbox', { path, body: { outcome: 'decline' } })).state).toBe('failed');
    expect(await balanceOf(client)).toBe(0);
    expect((await client.call('topup.sandbox', { path, body: { outcome: 'pay' } })).state).toBe('paid');
    expect(await balanceOf(client)).toBe(100);
  });

  test("another's top-up does not exist, nor does a package that is not sold", async () => {
    const [one, other] = [await register(server), await register(server)];
    const { topUp: begun } = await one.client.call('topup.start', { body: { key: newKey(), packageId: 'coins-100' } });
    const path = { topUpId: begun.topUpId };
    await expect(other.client.call('topup.show', { path })).rejects.toEqual(refused('not_found'));
    await expect(other.client.call('topup.sandbox', { path, body: { outcome: 'pay' } })).rejects.toEqual(refused('not_found'));
    await expect(one.client.call('topup.start', { body: { key: newKey(), packageId: 'coins-1' } })).rejects.toEqual(refused('not_found'));
    for (const body of [{}, { key: 'k', packageId: 5 }, { key: 'no spaces', packageId: 'coins-100' }, { key: 'k', packageId: 'coins-100', coins: 9 }]) {
      await expect(one.client.call('topup.start', { body })).rejects.toEqual(refused('bad_request'));
    }
  });
});

describe('statements', () => {
  test('[L6] lines add up, newest first, page after page; as a file they are safe to open', async () => {
    const { creator, fan, seat } = await earned(2);
    for (let at = 0; at < 3; at += 1) await topUp(fan.client, 100);
    await seat.request('gift.send', { key: newKey(), giftId: ROSE, quantity: 1, seen: null });
    const { lines, hasMore } = await fan.client.call('wallet.statement');
    expect(lines.map(({ kind, coins, balance }) => [kind, coins, balance])).toEqual([
      ['gift', -10, 820], ['top_up', 100, 830], ['top_up', 100, 730], ['top_up', 100, 630], ['gift', -20, 530], ['top_up', 550, 550],
    ]);
    expect(hasMore).toBe(false);
    expect(lines[0]).toMatchObject({ giftId: ROSE, quantity: 1 });
    const earnings = await creator.client.call('earnings.statement');
    expect(earnings.lines.map(({ coins, balance, withName }) => [coins, balance, withName])).toEqual([[7, 21, fan.me.displayName], [14, 14, fan.me.displayName]]);
    const before = await (await fan.client.fetch(`/api/wallet/statement?before=${lines[3]?.transferId}`)).json() as { lines: unknown[] };
    expect(before.lines).toHaveLength(2);
    const file = await fan.client.fetch('/api/wallet/statement.csv');
    expect([file.headers.get('content-type'), file.headers.get('content-disposition')]).toEqual(['text/csv; charset=utf-8', 'attachment; filename="qiao-statement.csv"']);
    const bytes = new Uint8Array(await file.arrayBuffer());
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(new TextDecoder().decode(bytes).trimEnd().split('\r\n')).toHaveLength(7);
    expect((await creator.client.fetch('/api/earnings/statement.csv')).status).toBe(200);
    expect((await fan.client.fetch('/api/earnings/statement.csv')).status).toBe(404);
    const guest = await fetch(`${server.url}/api/wallet/statement.csv`);
    expect(guest.status).toBe(401);
  });
});

describe('paying out', () => {
  test('[L5] coins are set aside when they are asked for; an operator decides once; what is rejected comes back', async () => {
    const { creator } = await earned(50);
    expect(await creator.client.call('earnings.show')).toMatchObject({ available: 350, waiting: 0, requested: 0, paidOut: 0, platformSharePercent: 30, payoutCoinsMin: 100, hundredCoins: 70 });
    const ask = (coins: number, key = newKey()) => creator.client.call('payout.request', { body: { key, coins, destination: 'IBAN of the creator' } });
    const key = newKey();
    const first = await ask(200, key);
    expect(first).toMatchObject({ coins: 200, amount: 140, state: 'requested' });
    expect(await ask(200, key)).toEqual(first);
    await expect(ask(150, key)).rejects.toEqual(refused('key_reused'));
    await expect(creator.client.call('payout.request', { body: { key, coins: 200, destination: 'another place' } })).rejects.toEqual(refused('key_reused'));
    await expect(ask(99)).rejects.toEqual(refused('payout_refused'));
    await expect(ask(151)).rejects.toEqual(refused('payout_refused'));
    expect(await creator.client.call('earnings.show')).toMatchObject({ available: 150, requested: 200 });
    expect(await decide(first.payoutId, 'rejected')).toMatchObject({ state: 'rejected', note: 'as agreed' });
    await expect(decide(first.payoutId, 'paid')).rejects.toEqual(refused('already_decided'));
    await expect(decide(first.payoutId, 'rejected')).rejects.toEqual(refused('already_decided'));
    const second = await ask(350);
    const decisions = await Promise.allSettled([decide(second.payoutId, 'paid'), decide(second.payoutId, 'rejected')]);
    expect(decisions.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const { payouts } = await operator.client.call('operator.payouts');
    expect(payouts.find(({ payout }) => payout.payoutId === second.payoutId)).toMatchObject({ channel: { handle: creator.handle } });
    await expect(decide('nothing', 'paid')).rejects.toEqual(refused('not_found'));
  });

  test('[L4] payouts of a frozen owner wait until the wallet is thawed', async () => {
  const { creator } = await earned(50);
  const payout = await creator.client.call('payout.request', { body: { key: newKey(), coins: 200, destination: 'somewhere' } });
  const bought = await buyPackage(creator.client, 100);
  const other = await earned(0);
  await other.seat.request('gift.send', { key: newKey(), giftId: ROSE, quantity: 1, seen: null });
  const seat = await creator.client.connect();
  await seat.join(other.creator.handle);
  await seat.request('gift.send', { key: newKey(), giftId: ROSE, quantity: 5, seen: null });
  await refund(bought);
  await expect(decide(payout.payoutId, 'paid')).rejects.toEqual(refused('wallet_frozen'));
  await operator.client.call('operator.thaw', { path: { userId: creator.me.userId }, body: {} });
  expect(await decide(payout.payoutId, 'paid')).toMatchObject({ state: 'paid' });
});

test('two requests at once never count on the same coins', async () => {
    const { creator } = await earned(50);
    const asked = await Promise.allSettled(Array.from({ length: 6 }, () => creator.client.call('payout.request', { body: { key: newKey(), coins: 200, destination: 'somewhere' } })));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await creator.client.call('earnings.show')).toMatchObject({ available: 150, requested: 200 });
  });

  test('who has no channel earns nothing and is told so', async () => {
    const { client } = await register(server);
    await expect(client.call('earnings.show')).rejects.toEqual(refused('channel_not_found'));
    await expect(client.call('payout.request', { body: { key: newKey(), coins: 100, destination: 'x' } })).rejects.toEqual(refused('channel_not_found'));
  });
});

describe('giving money back', () => {
  test('[L4] a refund takes its coins; what was spent stands as a debt, freezes the wallet, and later top-ups pay it first', async () => {
    const { fan, seat, bought } = await earned(20); // 350 of 550 left
    expect(await refund(bought)).toMatchObject({ state: 'refunded' });
    await expect(refund(bought)).rejects.toEqual(refused('already_decided'));
    expect(await fan.client.call('wallet.show')).toMatchObject({ balance: 0, isFrozen: true });
    await topUp(fan.client, 100);
    expect(await fan.client.call('wallet.show')).toMatchObject({ balance: 0, isFrozen: true });
    await expect(seat.request('gift.send', { key: newKey(), giftId: ROSE, quantity: 1, seen: null })).rejects.toEqual(refused('wallet_frozen'));
    await topUp(fan.client, 550);
    expect(await fan.client.call('wallet.show')).toMatchObject({ balance: 450, isFrozen: false });
    const { lines } = await fan.client.call('wallet.statement');
    expect(lines.map(({ kind, coins }) => [kind, coins])).toEqual([
      ['correction', -100], ['top_up', 550], ['correction', -100], ['top_up', 100], ['refund', -350], ['gift', -200], ['top_up', 550],
    ]);
    await seat.request('gift.send', { key: newKey(), giftId: ROSE, quantity: 1, seen: null });
  });

  test('what was not spent is taken back whole, and the wallet stays free', async () => {
    const { client } = await register(server);
    const bought = await buyPackage(client, 550);
    await topUp(client, 100);
    await refund(bought);
    expect(await client.call('wallet.show')).toMatchObject({ balance: 100, isFrozen: false });
    const open = await client.call('topup.start', { body: { key: newKey(), packageId: 'coins-100' } });
    await expect(refund(open.topUp)).rejects.toEqual(refused('already_decided'));
  });
});

test('[L7] only operators decide: everybody else is refused, and learns nothing', async () => {
  const { client, me } = await register(server);
  expect([(await client.call('account.me')).me?.isOperator, (await operator.client.call('account.me')).me?.isOperator]).toEqual([false, true]);
  const bought = await buyPackage(client, 100);
  await expect(client.call('operator.payouts')).rejects.toEqual(refused('permission_denied'));
  await expect(client.call('operator.topUps')).rejects.toEqual(refused('permission_denied'));
  await expect(refund(bought, client)).rejects.toEqual(refused('permission_denied'));
  await expect(decide('any', 'paid', client)).rejects.toEqual(refused('permission_denied'));
  await expect(client.call('operator.thaw', { path: { userId: 'any' }, body: {} })).rejects.toEqual(refused('permission_denied'));
  await expect(operator.client.call('operator.thaw', { path: { userId: 'any' }, body: {} })).rejects.toEqual(refused('not_found'));
  const { topUps } = await operator.client.call('operator.topUps');
  expect(topUps.some(({ topUp: one }) => one.topUpId === bought.topUpId)).toBe(true);
  const ofOne = async (name: string): Promise<unknown> => (await operator.client.fetch(`/api/operator/topups?name=${encodeURIComponent(name)}`)).json();
  expect(await ofOne(` ${me.name.toUpperCase()}`)).toMatchObject({ topUps: [{ topUp: { topUpId: bought.topUpId }, user: { name: me.name } }] });
  expect(await ofOne('nobody at all')).toEqual({ topUps: [] });
  expect(await balanceOf(client)).toBe(100);
  await expectUnharmed(server);
});

test('[L7] operators add and change gifts; what they write is checked, and others cannot', async () => {
  const { client } = await register(server);
  const save = (giftId: string, more: object = {}, by: Client = operator.client) =>
    by.call('operator.saveGift', { path: { giftId }, body: { nameEn: 'Drum', nameZh: '鼓', coins: 40, animation: 'bell', tier: 'small', isOnSale: true, position: 45, ...more } });
  await expect(save('drum', {}, client)).rejects.toEqual(refused('permission_denied'));
  expect(await save('drum')).toMatchObject({ giftId: 'drum', nameZh: '鼓', coins: 40 });
  expect((await client.call('gift.catalogue')).gifts.find(({ giftId }) => giftId === 'drum')).toMatchObject({ coins: 40, isOnSale: true });
  expect(await save('drum', { isOnSale: false, coins: 41 })).toMatchObject({ coins: 41, isOnSale: false });
  for (const wrong of [{ coins: 0 }, { coins: 1.5 }, { nameEn: '\u200b' }, { animation: 'dragon' }, { tier: 'huge' }, { extra: 1 }]) {
    await expect(save('drum', wrong)).rejects.toEqual(refused('bad_request'));
  }
  await expect(save('no spaces')).rejects.toEqual(refused('bad_request'));
});

test('[L1] after all of it, and beside the running server, the command says that the money is right', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['server/native/reconcile.ts'], { env: { ...process.env, DATA_DIR: server.dataDir } });
  expect(stdout).toContain('The money is right.');
  expect(stdout.match(/^ok /gm)?.length).toBeGreaterThanOrEqual(11);
});
