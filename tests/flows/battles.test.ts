// A battle of two linked channels over the wire, with gifts that are really paid.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GiftId, RequestKey } from '../../shared/ids.ts';
import { BATTLE_GRACE_MS, BATTLE_S_MIN } from '../../shared/limits.ts';
import type { EventData } from '../../shared/messages.ts';
import type { SeenFrame } from '../../shared/messages/time.ts';
import { createClient, register } from '../support/client.ts';
import type { Person } from '../support/client.ts';
import type { Connection } from '../support/connection.ts';
import { putCoins } from '../support/purse.ts';
import { codeOf } from '../support/refusal.ts';
import { goLive } from '../support/scene.ts';
import type { Show } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { expectUnharmed } from '../support/unharmed.ts';
import { until } from '../support/wait.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await expectUnharmed(server);
  await server.stop();
});

const ROSE = 'rose' as GiftId; // 10 coins
const TEA = 'tea' as GiftId; // 5 coins

let lastKey = 0;
const newKey = (): RequestKey => `key-${(lastKey += 1)}` as RequestKey;

const linked = async (): Promise<[Show, Show]> => {
  const [lin, mei] = await Promise.all([goLive(server), goLive(server)]);
  await lin.studio.request('link.ask', { handle: mei.handle });
  await mei.studio.request('link.answer', { handle: lin.handle, isAccepted: true });
  return [lin, mei];
};
type Fan = Person & { readonly connection: Connection };
/** Somebody with coins who watches, with a picture that takes `latencyMs` at most. */
const fanOf = async ({ handle }: Show, latencyMs = 2_500): Promise<Fan> => {
  const person = await register(server);
  await putCoins(server, [person.me.userId], 1_000);
  const connection = await person.client.connect();
  await connection.join(handle);
  for (const one of [50, latencyMs])
    await connection.request('watch.report', { latencyMs: one, latencyErrorMs: 10, framesPerSecond: 30, lossRatio: 0, bitsPerSecond: 1e6, freezes: 0 });
  return { ...person, connection };
};
const give = ({ connection }: Fan, giftId: GiftId, quantity = 1, seen: SeenFrame | null = null, key = newKey()) =>
  connection.request('gift.send', { key, giftId, quantity, seen });
const begin = async (lin: Show, mei: Show) => {
  await lin.studio.request('battle.propose', { lengthS: BATTLE_S_MIN });
  await mei.studio.request('battle.answer', { isAccepted: true });
};
const battleIn = async ({ handle }: Show) => {
  const connection = await createClient(server).connect();
  const { snapshot } = await connection.join(handle);
  connection.close();
  return snapshot.battle;
};
type Told = NonNullable<EventData<'battle.changed'>['battle']>;
const told = async (connection: Connection, where: (battle: Told) => boolean): Promise<Told> =>
  (await connection.next('battle.changed', ({ battle }) => battle !== null && where(battle))).battle as Told;
const endAll = (...ones: readonly { end(): void }[]): void => {
  for (const one of ones) one.end();
};

test('[K1] only hosts of linked channels propose, and only the other one accepts', async () => {
  const alone = await goLive(server);
  expect(await codeOf(alone.studio.request('battle.propose', { lengthS: 60 }))).toBe('not_linked');
  const [lin, mei] = await linked();
  const fan = await fanOf(lin);
  for (const refused of [
    fan.connection.request('battle.propose', { lengthS: 60 }), fan.connection.request('battle.answer', { isAccepted: true }),
    fan.connection.request('battle.withdraw', {}), fan.connection.request('battle.giveUp', {}),
  ]) expect(await codeOf(refused)).toBe('permission_denied');
  for (const lengthS of [59, 601, 60.5]) expect(await codeOf(lin.studio.request('battle.propose', { lengthS }))).toBe('bad_request');
  const { expiresAtMs } = await lin.studio.request('battle.propose', { lengthS: 60 });
  expect(await told(mei.studio, ({ state }) => state === 'asked')).toMatchObject({ proposedBy: 'theirs', endsAtMs: expiresAtMs, ours: { handle: mei.handle }, theirs: { handle: lin.handle } });
  expect(await codeOf(lin.studio.request('battle.answer', { isAccepted: true }))).toBe('not_found');
  expect(await codeOf(mei.studio.request('battle.propose', { lengthS: 60 }))).toBe('battle_running');
  await mei.studio.request('battle.answer', { isAccepted: false });
  expect(await lin.studio.next('battle.changed', ({ battle }) => battle === null)).toEqual({ battle: null });
  await lin.studio.request('battle.propose', { lengthS: 60 });
  await lin.studio.request('battle.withdraw', {});
  expect(await codeOf(mei.studio.request('battle.answer', { isAccepted: true }))).toBe('not_found');
  fan.connection.close();
  endAll(alone, lin, mei);
});

test('[K4] [K5] what is paid counts once, on its side, for all who come late; who gives up loses, and there is a rematch', async () => {
  const [lin, mei] = await linked();
  const [ada, bob] = [await fanOf(lin), await fanOf(mei)];
  await give(ada, ROSE); // before: does not count
  await begin(lin, mei);
  const key = newKey();
  await give(ada, ROSE, 2, null, key);
  await give(ada, ROSE, 2, null, key);
  await bob.connection.request('superchat.send', { key: newKey(), text: 'go on', coins: 60, seen: null });
  expect(await codeOf(give(bob, ROSE, 999))).toBe('insufficient_coins');
  await give(bob, TEA);
  const view = await told(ada.connection, ({ ours, theirs }) => ours.coins === 20 && theirs.coins === 65);
  expect(view).toMatchObject({ state: 'running', lengthS: BATTLE_S_MIN, winner: null });
  expect(view.endsAtMs - (view.startedAtMs ?? 0)).toBe(BATTLE_S_MIN * 1_000);
  expect(view.ours.supporters).toEqual([{ userId: ada.me.userId, name: ada.name, displayName: ada.name, coins: 20 }]);
  expect(await battleIn(mei)).toMatchObject({ state: 'running', ours: { handle: mei.handle, coins: 65 }, theirs: { coins: 20 } });
  await mei.studio.request('sanction.give', { userId: bob.me.userId, kind: 'ban', reason: '', lengthS: null });
  expect(await battleIn(mei)).toMatchObject({ ours: { coins: 65, supporters: [] } });
  await mei.studio.request('battle.giveUp', {});
  expect(await told(ada.connection, ({ state }) => state === 'over')).toMatchObject({ winner: 'ours', isGivenUp: true });
  expect(await battleIn(mei)).toMatchObject({ state: 'over', winner: 'theirs' });
  await lin.studio.next('chat.said', ({ lines }) => lines.some((line) => line.kind === 'system' && line.fact === 'battle_won'));
  await begin(mei, lin);
  expect(await told(ada.connection, ({ state }) => state === 'running')).toMatchObject({ proposedBy: 'theirs', ours: { coins: 0 }, theirs: { coins: 0 } });
  await lin.studio.request('link.end', {});
  await ada.connection.next('battle.changed', ({ battle }) => battle === null);
  expect(await battleIn(lin)).toBe(null);
  for (const { connection } of [ada, bob]) connection.close();
  endAll(lin, mei);
});

test('[K6] the end of a broadcast ends the battle, and nobody wins', async () => {
  const [lin, mei] = await linked();
  await begin(lin, mei);
  await told(lin.studio, ({ state }) => state === 'running');
  await mei.studio.request('broadcast.end', {});
  expect(await lin.studio.next('battle.changed', ({ battle }) => battle === null)).toEqual({ battle: null });
  expect(await codeOf(lin.studio.request('battle.propose', { lengthS: 60 }))).toBe('not_linked');
  expect(lin.studio.events.some(({ data }) => JSON.stringify(data).includes('battle_won'))).toBe(false);
  endAll(lin, mei);
});

test('[K2] [K3] from the start to the winner: the last frames count also when they arrive late, later frames never', async () => {
  const [lin, mei] = await linked();
  const [ada, bob] = [await fanOf(lin), await fanOf(mei)];
  await begin(lin, mei);
  const { startedAtMs, endsAtMs } = await told(ada.connection, ({ state }) => state === 'running');
  await give(bob, ROSE, 1, { capturedAtMs: (startedAtMs ?? 0) - 500, errorMs: 10 }); // seen before it began
  await give(ada, TEA);
  await until('the last second', () => Date.now() > endsAtMs - 900, 70_000);
  await give(bob, TEA);
  await until('the time to be over', () => Date.now() > endsAtMs);
  await told(ada.connection, ({ state }) => state === 'deciding');
  await until('the frames after the end', () => Date.now() > endsAtMs + 300);
  await give(bob, ROSE, 1, { capturedAtMs: endsAtMs - 20, errorMs: 10 }); // the picture is that slow to them
  await give(ada, ROSE, 50, { capturedAtMs: endsAtMs + 100, errorMs: 10 });
  await give(ada, ROSE, 2);
  const over = await told(ada.connection, ({ state }) => state === 'over');
  expect(over).toMatchObject({ winner: 'theirs', isGivenUp: false, ours: { coins: 5 }, theirs: { coins: 15 } });
  expect(Date.now()).toBeGreaterThanOrEqual(endsAtMs + BATTLE_GRACE_MS - 50);
  expect(await battleIn(mei)).toMatchObject({ state: 'over', winner: 'ours' });
  await give(bob, ROSE, 1, { capturedAtMs: endsAtMs - 20, errorMs: 10 });
  expect(await battleIn(mei)).toMatchObject({ ours: { coins: 15 } });
  for (const { connection } of [ada, bob]) connection.close();
  endAll(lin, mei);
});
