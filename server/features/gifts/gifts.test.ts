// On a real PostgreSQL and a real ledger, with the hands of the clock turned by the tests.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BroadcastId, GiftId, RequestKey, RoomId, UserId } from '../../../shared/ids.ts';
import { COMBO_WINDOW_MS, GIFTS_PER_EVENT_MAX, TALLY_TICK_MS } from '../../../shared/limits.ts';
import { fakeCaller } from '../../../tests/support/fake-caller.ts';
import { useTestDatabase } from '../../../tests/support/database.ts';
import { until } from '../../../tests/support/wait.ts';
import { earningsOf, walletOf } from '../../ledger/accounts.ts';
import { AppError } from '../../lib/app-error.ts';
import { ada, addScene, balanceOf, bob, eve, fund, host, moderator, newKey, ROOM, ROSE, startGifts, TEA } from './testing.ts';

const database = useTestDatabase();
const code = (expected: string) => ({ code: expected });

const setUp = async (coins: Readonly<Record<string, number>> = { ada: 1_000, bob: 1_000 }) => {
  await addScene(database());
  const it = startGifts(database());
  for (const [name, sum] of Object.entries(coins)) await fund(it.ledger, name, sum);
  for (const name of [null, ...Object.keys(coins)]) await it.enter(name);
  return it;
};
const coinsOf = (it: Awaited<ReturnType<typeof setUp>>, name: string) => balanceOf(it.ledger, walletOf(name as UserId));

test('[G2, G8] a gift is paid, told once and answered, with the sums after it', async () => {
  const it = await setUp();
  const { gift, balance } = await it.send(ada, ROSE, 3);
  expect(gift).toMatchObject({ giftId: 'rose', quantity: 3, coins: 30, combo: { count: 3 }, author: { userId: 'ada', displayName: 'ADA', role: 'viewer', fanLevel: 0 } });
  expect(gift.stamp).toMatchObject({ capturedAtMs: it.clock.nowMs() - 50 });
  expect([balance, it.received()]).toEqual([970, [gift]]);
  expect(it.heard('support.counted')).toEqual([{ goalCoins: null, broadcastCoins: 30, supporters: [{ userId: 'ada', name: 'ada', displayName: 'ADA', coins: 30, fanLevel: 1 }] }]);
  it.clock.advance(TALLY_TICK_MS);
  expect(it.notified.at(-1)).toEqual({ userId: 'ada', data: { balance: 970, fanCoins: 30 } });
  expect(await balanceOf(it.ledger, earningsOf(ROOM))).toBe(21);
  expect(await balanceOf(it.ledger, 'revenue')).toBe(9);
  expect((await it.send(ada, TEA)).gift.author.fanLevel).toBe(1);
  await it.close();
});

test('[K2] what is paid is told as a fact, once, with the frame that the page named, and without one where it named none', async () => {
  const it = await setUp();
  const params = { key: newKey(), giftId: ROSE, quantity: 1, seen: { capturedAtMs: it.clock.nowMs() - 700, errorMs: 5 } };
  await it.gifts.handlers['gift.send'](params, ada);
  await it.gifts.handlers['gift.send'](params, ada);
  await it.say(bob, 'hello', 60);
  await expect(it.send(ada, ROSE, 999)).rejects.toMatchObject(code('insufficient_coins'));
  const arrivedAtMs = it.clock.nowMs();
  expect(it.given).toEqual([
    { userId: 'ada', name: 'ada', displayName: 'ADA', coins: 10, seenFrameMs: arrivedAtMs - 700, arrivedAtMs },
    { userId: 'bob', name: 'bob', displayName: 'BOB', coins: 60, seenFrameMs: null, arrivedAtMs },
  ]);
  await it.close();
});

test('[G1] the same key is the same gift, whenever and however often it comes, also for the next server', async () => {
  const it = await setUp();
  const key = newKey();
  const first = await it.send(ada, ROSE, 2, key);
  const again = await Promise.all([it.send(ada, ROSE, 2, key), it.send(ada, ROSE, 2, key)]);
  expect(again).toEqual([first, first]);
  const both = newKey();
  const [one, two] = await Promise.all([it.send(ada, TEA, 1, both), it.send(ada, TEA, 1, both)]);
  expect(two).toEqual(one);
  await expect(it.send(ada, ROSE, 3, key)).rejects.toMatchObject(code('key_reused'));
  await expect(it.say(ada, 'hello', 50, key)).rejects.toMatchObject(code('key_reused'));
  expect((await it.send(bob, ROSE, 2, key)).gift.giftSendId).not.toBe(first.gift.giftSendId);
  await it.close();
  const next = startGifts(database());
  next.state.broadcastId = null; // answered all the same, since it was paid
  next.state.mayAct = () => { throw new AppError('banned'); };
  expect(await next.send(ada, ROSE, 2, key)).toEqual(first);
  await expect(next.send(ada, ROSE, 4, key)).rejects.toMatchObject(code('key_reused'));
  expect([next.received(), await balanceOf(next.ledger, walletOf('ada' as UserId))]).toEqual([[], 1_000 - 20 - 5]);
  await next.close();
});

test('[G4] each refusal has its code, costs nothing and is told to nobody', async () => {
  const it = await setUp({ ada: 30, eve: 1_000 });
  const refused = async (expected: string, attempt: Promise<unknown>): Promise<void> => void (await expect(attempt).rejects.toMatchObject(code(expected)));
  await refused('insufficient_coins', it.send(ada, ROSE, 4));
  await refused('insufficient_coins', it.send(bob, ROSE));
  await refused('gift_unknown', it.send(ada, 'nothing' as GiftId));
  const rose = (await it.gifts.catalogue.all()).find(({ giftId }) => giftId === ROSE);
  if (!rose) throw new Error('no rose');
  await it.gifts.catalogue.save({ ...rose, isOnSale: false });
  await refused('gift_unknown', it.send(ada, ROSE));
  await it.gifts.catalogue.save(rose);
  await refused('own_channel', it.send(host, ROSE));
  await refused('own_channel', it.send(fakeCaller('host', { role: 'viewer', isOwner: true }), ROSE));
  it.state.mayAct = () => ({ isShadow: true });
  await refused('banned', it.send(eve, ROSE));
  for (const sanction of ['banned', 'timed_out'] as const) {
    it.state.mayAct = () => { throw new AppError(sanction); };
    await refused(sanction, it.send(eve, ROSE));
    await refused(sanction, it.say(eve, 'hi', 50));
  }
  it.state.mayAct = () => ({ isShadow: false });
  it.state.broadcastId = null;
  await refused('not_live', it.send(ada, ROSE));
  it.state.broadcastId = 'b1' as BroadcastId;
  await it.ledger.setFrozen(walletOf('ada' as UserId), true);
  await refused('wallet_frozen', it.send(ada, ROSE));
  expect([await coinsOf(it, 'ada'), await coinsOf(it, 'eve'), it.received(), await balanceOf(it.ledger, earningsOf(ROOM))]).toEqual([30, 1_000, [], 0]);
  expect(await database().sql`select from gift_sends`).toHaveLength(0);
  await it.close();
});

test('[G3] taps in a row are one combo, whoever taps between them; a refused one does not count', async () => {
  const it = await setUp({ ada: 70, bob: 1_000 });
  const counts = [];
  for (const quantity of [1, 2]) counts.push((await it.send(ada, ROSE, quantity)).gift.combo);
  await it.send(bob, ROSE);
  await expect(it.send(ada, ROSE, 500)).rejects.toMatchObject(code('insufficient_coins'));
  it.clock.advance(COMBO_WINDOW_MS);
  counts.push((await it.send(ada, ROSE, 1)).gift.combo);
  expect(counts.map(({ count }) => count)).toEqual([1, 3, 4]);
  expect(new Set(counts.map(({ comboId }) => comboId)).size).toBe(1);
  it.clock.advance(COMBO_WINDOW_MS + 1);
  expect((await it.send(ada, ROSE)).gift.combo.count).toBe(1);
  await it.close();
});

test('[G2] many at once are told in the order of their ids, none twice and none left out', async () => {
  const it = await setUp({ ada: 5_000, bob: 5_000 });
  const sent = await Promise.all(Array.from({ length: GIFTS_PER_EVENT_MAX + 50 }, (_, at) => it.send(at % 2 ? ada : bob, TEA)));
  const ids = it.received().map(({ giftSendId }) => giftSendId);
  expect(ids).toEqual([...ids].sort());
  expect(new Set(ids)).toEqual(new Set(sent.map(({ gift }) => gift.giftSendId)));
  expect(ids).toHaveLength(sent.length);
  const counts = it.received().filter(({ author }) => author.userId === 'ada').map(({ combo }) => combo.count);
  expect(counts).toEqual(counts.map((_, at) => at + 1));
  expect(it.heard('gifts.received').every(({ gifts }) => gifts.length <= GIFTS_PER_EVENT_MAX)).toBe(true);
  it.clock.advance(TALLY_TICK_MS);
  expect(it.heard('support.counted').at(-1)?.broadcastCoins).toBe(sent.length * 5);
  await it.close();
});

test('[G5] a super chat is judged before it is paid, stays for its price, and can be taken down', async () => {
  const it = await setUp();
  for (const [hold, refusal] of [['word', 'word_blocked'], ['link', 'link_blocked']] as const) {
    it.state.judge = () => ({ isShadow: false, hold });
    await expect(it.say(ada, 'hello', 50)).rejects.toMatchObject(code(refusal));
  }
  it.state.judge = () => ({ isShadow: true, hold: null });
  await expect(it.say(ada, 'hello', 50)).rejects.toMatchObject(code('banned'));
  it.state.judge = () => { throw new AppError('followers_only'); };
  await expect(it.say(ada, 'hello', 50)).rejects.toMatchObject(code('followers_only'));
  it.state.judge = () => ({ isShadow: false, hold: 'rule' });
  await expect(it.say(ada, ' \u200b ', 50)).rejects.toMatchObject(code('bad_request'));
  expect(await coinsOf(it, 'ada')).toBe(1_000);
  const key = newKey();
  const said = await it.say(ada, ' hello\u202e ', 200, key);
  expect(said).toMatchObject({ balance: 800, superChat: { text: 'hello', coins: 200, pinnedUntilMs: it.clock.nowMs() + 120_000 } });
  expect(await it.say(ada, 'hello', 200, key)).toEqual(said);
  expect(it.heard('superchat.said')).toEqual([{ superChat: said.superChat }]);
  const short = await it.say(bob, 'short', 50);
  const next = startGifts(database());
  await next.enter(null);
  expect(next.snapshot().superChats).toEqual([said.superChat, short.superChat]);
  next.clock.advance(31_000);
  expect(next.snapshot().superChats).toEqual([said.superChat]);
  expect(await next.say(ada, 'hello', 200, key)).toEqual(said);
  const remove = async () => it.gifts.handlers['superchat.remove']({ superChatId: said.superChat.superChatId }, moderator);
  await remove();
  await expect(remove()).rejects.toMatchObject(code('not_found'));
  expect([it.names().at(-1), it.snapshot().superChats, it.state.acts]).toEqual(['superchat.removed', [short.superChat], ['mod line_deleted ada hello']]);
  expect(await coinsOf(it, 'ada')).toBe(800);
  await next.close();
  await it.close();
});

test('[G6] the goal counts what is given from when it was set, also for the next server', async () => {
  const it = await setUp();
  await it.send(ada, ROSE);
  await it.setGoal({ title: ' A new\u202e mic ', coins: 100 });
  expect(it.heard('goal.changed').at(-1)).toEqual({ goal: { title: 'A new mic', coins: 100, givenCoins: 0 } });
  await it.send(ada, ROSE, 2);
  await it.say(bob, 'for the mic', 50);
  it.clock.advance(TALLY_TICK_MS);
  expect(it.heard('support.counted').at(-1)).toMatchObject({ goalCoins: 70, broadcastCoins: 80 });
  const next = startGifts(database());
  await next.enter('ada');
  expect(next.snapshot('ada')).toMatchObject({ goal: { title: 'A new mic', givenCoins: 70 }, broadcastCoins: 80, mine: { balance: 970, fanCoins: 30, claimed: [] } });
  expect(next.snapshot().supporters.map(({ name, coins }) => [name, coins])).toEqual([['bob', 50], ['ada', 30]]);
  await it.setGoal({ title: 'Another', coins: 10 });
  await Promise.all([it.send(ada, TEA), it.setGoal({ title: 'Third', coins: 10 }), it.send(ada, TEA)]);
  await it.send(ada, TEA);
  const [stored] = await database().sql`select given_coins from goals`;
  expect(it.snapshot().goal).toEqual({ title: 'Third', coins: 10, givenCoins: Number(stored?.['given_coins']) });
  await it.setGoal(null);
  expect(it.snapshot().goal).toBeNull();
  await expect(it.setGoal({ title: '\u200b', coins: 1 })).rejects.toMatchObject(code('bad_request'));
  await next.close();
  await it.close();
});

test('[G6] who gave the most: in this broadcast, this week, ever; the banned are in no list, and what they gave stays counted', async () => {
  const it = await setUp({ ada: 5_000, bob: 5_000, eve: 5_000 });
  await it.send(ada, ROSE, 9);
  await it.send(eve, ROSE, 50);
  await database().sql`update gift_sends set given_at = given_at - interval '8 days' where user_id = 'ada'`;
  it.state.broadcastId = 'b2' as BroadcastId;
  await it.send(bob, ROSE, 3);
  const list = async (span: 'broadcast' | 'week' | 'ever') =>
    (await it.gifts.handlers['supporter.list']({ span }, bob)).supporters.map(({ name, coins }) => [name, coins]);
  expect(await list('broadcast')).toEqual([['bob', 30]]);
  expect(await list('week')).toEqual([['eve', 500], ['bob', 30]]);
  expect(await list('ever')).toEqual([['eve', 500], ['ada', 90], ['bob', 30]]);
  it.state.outcasts.add('eve');
  expect([await list('week'), await list('ever')]).toEqual([[['bob', 30]], [['ada', 90], ['bob', 30]]]);
  it.state.broadcastId = 'b1' as BroadcastId;
  const next = startGifts(database());
  next.state.outcasts.add('eve');
  await next.enter(null);
  expect(next.snapshot()).toMatchObject({ broadcastCoins: 590, supporters: [{ name: 'ada', coins: 90 }] });
  await next.close();
  await it.close();
});

test('[G2] while the database is away nothing is told or charged; with it back the same key is answered once', async () => {
  const it = await setUp();
  const key = newKey();
  it.state.isUp = false;
  let isRefused = false;
  const lost = it.send(ada, ROSE, 1, key).catch((error: AppError) => { isRefused = true; return error.code; });
  await until('the ledger to give up', () => { it.clock.advance(1_000); return isRefused; });
  expect([await lost, it.received()]).toEqual(['database_unavailable', []]);
  await expect(it.enter('bob')).resolves.toBeUndefined();
  it.state.isUp = true;
  await it.send(ada, ROSE, 1, key);
  expect([await coinsOf(it, 'ada'), it.received().length]).toEqual([990, 1]);
  await it.close();
});

test('an empty room, and one that closed, leave nothing behind', async () => {
  const it = await setUp();
  await it.send(ada, ROSE);
  it.gifts.part.roomClosed?.(ROOM);
  expect(it.gifts.rooms()).toBe(0);
  // Nobody is there; the next one finds it in the sums.
  await it.send(bob, ROSE);
  expect(it.gifts.fanLevelIn(ROOM, 'bob' as UserId)).toBe(0);
  await it.enter('bob');
  expect(it.snapshot('bob')).toMatchObject({ broadcastCoins: 20, mine: { balance: 990, fanCoins: 10 } });
  expect(it.gifts.fanLevelIn(ROOM, 'bob' as UserId)).toBe(1);
  expect(it.gifts.fanLevelIn('elsewhere' as RoomId, 'bob' as UserId)).toBe(0);
  await it.close();
  expect(it.clock.timers()).toBe(0);
});

test('[G1, G2, G6] over random interleavings the database, the facts told and the sums say the same', async () => {
  const people = [ada, bob, eve];
  const act = fc.oneof(
    { weight: 6, arbitrary: fc.record({ is: fc.constant('gift' as const), who: fc.nat(2), giftId: fc.constantFrom(ROSE, TEA), quantity: fc.integer({ min: 1, max: 9 }), key: fc.nat(12) }) },
    { weight: 2, arbitrary: fc.record({ is: fc.constant('say' as const), who: fc.nat(2), coins: fc.constantFrom(50, 60), key: fc.nat(12) }) },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('goal' as const) }) },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('enter' as const) }) },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('close' as const) }) },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('wait' as const) }) },
  );
  await addScene(database());
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 40 }), async (acts) => {
      run += 1;
      const it = startGifts(database(), 1_800_000_000_000 + run * 60_000);
      for (const { user } of people) await fund(it.ledger, user?.userId ?? '', 200);
      const before = await Promise.all(people.map(({ user }) => balanceOf(it.ledger, walletOf(user?.userId ?? ('' as UserId)))));
      const given = async () => Number((await database().sql`select coalesce(sum(coins), 0) as sum from (select coins from gift_sends union all select coins from super_chats) g`)[0]?.['sum']);
      const givenBefore = await given();
      await it.enter(null);
      const running: Promise<unknown>[] = [];
      for (const one of acts) {
        const key = (n: number): RequestKey => `r${run}-${n}` as RequestKey;
        const who = 'who' in one ? (people[one.who] ?? ada) : ada;
        if (one.is === 'gift') running.push(it.send(who, one.giftId, one.quantity, key(one.key)));
        else if (one.is === 'say') running.push(it.say(who, 'hi', one.coins, key(one.key)));
        else if (one.is === 'goal') running.push(it.setGoal({ title: 'g', coins: 5 }));
        else if (one.is === 'enter') running.push(Promise.resolve(it.enter('ada')));
        else if (one.is === 'close') it.gifts.part.roomClosed?.(ROOM);
        else await Promise.allSettled(running);
      }
      await Promise.allSettled(running);
      await it.enter('ada');
      const after = await Promise.all(people.map(({ user }) => balanceOf(it.ledger, walletOf(user?.userId ?? ('' as UserId)))));
      const paid = before.reduce((sum, coins, at) => sum + coins - (after[at] ?? 0), 0);
      const [ever] = await database().sql`select coalesce(sum(coins), 0) as sum from fans`;
      const [sum] = await database().sql`select sum(balance) as sum, min(balance) filter (where kind = 'wallet') as least from accounts`;
      expect([Number(sum?.['sum']), Number(sum?.['least']) >= 0]).toEqual([0, true]);
      expect(await given()).toBe(givenBefore + paid);
      expect(Number(ever?.['sum'])).toBe(givenBefore + paid);
      expect(it.snapshot('ada')).toMatchObject({ broadcastCoins: givenBefore + paid, mine: { balance: after[0] } });
      const [goal] = await database().sql`select given_coins from goals`;
      expect(it.snapshot().goal?.givenCoins).toBe(goal && Number(goal['given_coins']));
      const toldCoins = it.received().reduce((total, { coins }) => total + coins, 0) + it.heard('superchat.said').reduce((total, { superChat }) => total + superChat.coins, 0);
      expect(toldCoins).toBe(paid);
      await it.close();
    }),
    { numRuns: 25 },
  );
}, 60_000);

test('the catalogue has a gift for each animation, and changes hold at once', async () => {
  const it = await setUp();
  const all = await it.gifts.catalogue.all();
  expect(new Set(all.map(({ animation }) => animation)).size).toBeGreaterThanOrEqual(14);
  const tea = all.find(({ giftId }) => giftId === TEA);
  if (!tea) throw new Error('no tea');
  await it.gifts.catalogue.save({ ...tea, coins: 7, nameZh: '普洱' });
  expect((await it.send(ada, TEA)).gift.coins).toBe(7);
  expect((await it.gifts.catalogue.all()).find(({ giftId }) => giftId === TEA)).toMatchObject({ coins: 7, nameZh: '普洱' });
  await it.gifts.catalogue.save(tea);
  await it.close();
});

