// A broadcast in which a known number of people does a known number of things, for whoever counts them afterwards.

import { randomUUID } from 'node:crypto';
import type { BroadcastId, GiftId, RequestKey } from '../../shared/ids.ts';
import type { SeenFrame } from '../../shared/messages/time.ts';
import { createClient, register } from './client.ts';
import type { Client, Person } from './client.ts';
import type { Connection, JoinOptions } from './connection.ts';
import { putCoins } from './purse.ts';
import { goLive, watch } from './scene.ts';
import type { Show } from './scene.ts';
import { until } from './wait.ts';

type Server = { readonly url: string; readonly dataDir: string };

export type ScriptedShow = {
  readonly show: Show;
  readonly broadcastId: BroadcastId;
  readonly seats: { readonly ann: Connection; readonly bob: Connection; readonly cem: Connection; readonly guests: readonly Connection[] };
  say(seat: Connection, text: string, seen?: SeenFrame | null): Promise<unknown>;
  /** Ends it, and waits for its sums. */
  finish(): Promise<void>;
};

/** What the report must say of it. */
export const SCRIPT = {
  peak: 2, stays: 6, people: 3, guests: 3, newPeople: 3, returningPeople: 0, lines: 6, reactions: 12, gifts: 3, coins: 150, follows: 2, chatters: 2, givers: 2,
  sources: { direct: 2, home: 2, notice: 1, share: 1 },
  /** Of 150 coins, with a platform's share of 30 %: 7 of 10, 28 of 40, 70 of 100. */
  earned: 105,
} as const;

const comeIn = async (client: Client, handle: string, options: JoinOptions = {}): Promise<Connection> => {
  const connection = await client.connect();
  await connection.join(handle, options);
  return connection;
};
const newKey = (): RequestKey => randomUUID() as RequestKey;
const rose = 'rose' as GiftId; // 10 coins

/** Plays all of it; one guest has gone before the end. With PLATFORM_SHARE_PERCENT=30. */
export const playShow = async (server: Server, title = 'A walk by the river'): Promise<ScriptedShow> => {
  const show = await goLive(server, { broadcast: { title } });
  const { broadcastId } = show.started.broadcast;
  const [ann, bob, cem] = (await Promise.all(['ann', 'bob', 'cem'].map(() => register(server)))) as [Person, Person, Person];
  await putCoins(server, [ann.me.userId, bob.me.userId], 1_000);
  // These two receive the picture, and so are viewers; the others take part without one.
  const [first, second] = [await watch(server, show.handle), await watch(server, show.handle)];
  const seats = {
    ann: await comeIn(ann.client, show.handle, { source: 'home' }),
    bob: await comeIn(bob.client, show.handle, { source: 'home' }),
    cem: await comeIn(cem.client, show.handle, { source: 'notice' }),
    guests: [
      first.connection,
      second.connection,
      await comeIn(createClient(server), show.handle, { source: 'share' }),
    ],
  };
  const say = (seat: Connection, text: string, seen: SeenFrame | null = null): Promise<unknown> =>
    seat.request('chat.send', { key: newKey(), text, look: { color: 'white', place: 'scroll' }, replyToLineId: null, seen });
  for (const text of ['hello', 'what a view', 'is it cold?', 'there it is!']) await say(seats.ann, text);
  for (const text of ['hi all', 'wow']) await say(seats.cem, text);
  await say(show.studio, 'welcome, everybody');
  await seats.ann.request('reaction.send', { reaction: 'heart', count: 7, seen: null });
  await seats.bob.request('reaction.send', { reaction: 'fire', count: 5, seen: null });
  await seats.ann.request('gift.send', { key: newKey(), giftId: rose, quantity: 1, seen: null });
  await seats.bob.request('gift.send', { key: newKey(), giftId: rose, quantity: 4, seen: null });
  await seats.bob.request('superchat.send', { key: newKey(), text: 'well done', coins: 100, seen: null });
  for (const seat of [seats.bob, seats.cem]) await seat.request('follow.set', { isFollowing: true });
  for (const [seat, latencyMs] of [[seats.ann, 300], [seats.bob, 420], [seats.cem, 900]] as const) {
    await seat.request('watch.report', { latencyMs, latencyErrorMs: 10, framesPerSecond: 30, lossRatio: 0, bitsPerSecond: 1e6, freezes: 0, playedMs: 100, firstPictureMs: latencyMs + 100 });
  }
  await seats.cem.next('chat.said', ({ lines }) => lines.some((line) => line.kind === 'said' && line.text === 'wow'));
  seats.guests[2]?.close();
  await until('the guest to be seen going', async () => (await show.client.call('analytics.live')).live?.sums.went === 1);
  await until('two viewers', async () => (await show.client.call('analytics.live')).live?.viewers === SCRIPT.peak);
  const finish = async (): Promise<void> => {
    await show.studio.request('broadcast.end', {});
    show.end();
    await until('the sums', async () => (await show.client.call('analytics.channel')).broadcasts.find((one) => one.broadcastId === broadcastId && one.stays > 0), 30_000);
    // Taps are written last, some seconds after they were counted.
    const tapsOf = async (): Promise<number> => (await show.client.call('analytics.broadcast', { path: { broadcastId } })).figures.reactions;
    await until('the last taps', async () => (await tapsOf()) === SCRIPT.reactions);
    first.end();
    second.end();
    for (const seat of [seats.ann, seats.bob, seats.cem]) seat.close();
  };
  return { show, broadcastId, seats, say, finish };
};
