// Against a real PostgreSQL, with the hands of the clock turned by the tests.

import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { BroadcastId, ChannelId, RoomId } from '../../../shared/ids.ts';
import { REACTION_TICK_MS } from '../../../shared/limits.ts';
import type { EventData } from '../../../shared/messages.ts';
import type { Reaction } from '../../../shared/messages/reactions.ts';
import { useTestDatabase } from '../../../tests/support/database.ts';
import { fakeCaller } from '../../../tests/support/fake-caller.ts';
import { addBroadcast, addChannel } from '../../../tests/support/rows.ts';
import { AppError } from '../../lib/app-error.ts';
import { createHandClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { createReactions } from './reactions.ts';

const database = useTestDatabase();
const STARTED_AT_MS = 1_800_000_000_000;

const setUp = () => {
  const clock = createHandClock(STARTED_AT_MS);
  const told: [string, EventData<'reactions.counted'>][] = [];
  const state = { isUp: true, broadcastId: 'b1' as BroadcastId | null, shadows: new Set<string>() };
  const reactions = createReactions({
    clock,
    database: { run: (work) => (state.isUp ? database().run(work) : Promise.reject(new AppError('database_unavailable'))) },
    log: createLog({ level: 'silent' }),
    publish: (room, name, data) => void (name === 'reactions.counted' && told.push([room, data as EventData<'reactions.counted'>])),
    stampFrame: () => state.broadcastId && { capturedAtMs: clock.nowMs(), errorMs: 0, timelineMs: clock.nowMs() - STARTED_AT_MS },
    broadcastIdIn: () => state.broadcastId,
    reacted: () => {},
    mayAct: ({ user }) => ({ isShadow: state.shadows.has(user?.name ?? '') }),
  });
  const send = async (name: string, reaction: Reaction, count = 1, roomId = 'room') =>
    await reactions.handlers['reaction.send']({ reaction, count, seen: null }, fakeCaller(name, { roomId: roomId as RoomId }));
  const stored = async (): Promise<unknown[]> => [
    ...(await database().run((db) => db.execute(sql`select second, reaction, count from reaction_counts order by second, reaction`))),
  ];
  return { clock, told, state, reactions, send, stored };
};

test('[R1] a hundred taps are a few events, and their sums are exact, for each room its own', async () => {
  const { clock, told, send, reactions } = setUp();
  for (let i = 0; i < 100; i += 1) {
    await send(`user${i}`, i % 2 === 0 ? 'heart' : 'fire', 3);
    if (i % 10 === 0) await send('other', 'wow', 1, 'elsewhere');
    clock.advance(10);
  }
  clock.advance(REACTION_TICK_MS);
  const here = told.filter(([room]) => room === 'room');
  const sumOf = (reaction: Reaction): number => here.flatMap(([, { counts }]) => counts).filter((it) => it.reaction === reaction).reduce((sum, it) => sum + it.count, 0);
  expect([sumOf('heart'), sumOf('fire'), sumOf('wow')]).toEqual([150, 150, 0]);
  expect(here.length).toBeLessThanOrEqual(1_000 / REACTION_TICK_MS + 2);
  expect(here[0]?.[1]).toEqual({ counts: [{ reaction: 'heart', count: 3 }] });
  expect(reactions.rooms()).toBe(0);
});

test('[R2] sums are kept for each second of the picture, on top of what is there', async () => {
  const { clock, send, stored, reactions } = setUp();
  await addChannel(database(), { ownerId: 'host', channelId: 'room' as ChannelId });
  await addBroadcast(database(), 'b1', 'room' as ChannelId, STARTED_AT_MS);
  clock.advance(1_500);
  await send('ada', 'heart', 2);
  await send('bob', 'heart', 3);
  clock.advance(500);
  await send('ada', 'clap', 1);
  await reactions.close();
  expect(clock.timers()).toBe(0);
  const again = setUp();
  again.clock.advance(1_999);
  await again.send('ada', 'heart', 1);
  await again.reactions.close();
  expect(await stored()).toEqual([{ second: 1, reaction: 'heart', count: 6 }, { second: 2, reaction: 'clap', count: 1 }]);
});

test('[R2] while the database is away they are told, and kept when it is back', async () => {
  const { send, stored, state, told, reactions, clock } = setUp();
  await addChannel(database(), { ownerId: 'host', channelId: 'room' as ChannelId });
  await addBroadcast(database(), 'b1', 'room' as ChannelId, STARTED_AT_MS);
  state.isUp = false;
  await send('ada', 'heart', 2);
  clock.advance(3_000);
  await new Promise(setImmediate);
  expect(told).toHaveLength(1);
  state.isUp = true;
  await reactions.close();
  expect(await stored()).toEqual([{ second: 0, reaction: 'heart', count: 2 }]);
});

test('[R2] nothing on air: told and not kept; a shadow ban: neither', async () => {
  const { send, stored, state, told, reactions } = setUp();
  state.shadows.add('eve');
  expect(await send('eve', 'heart')).toEqual({});
  expect(told).toEqual([]);
  state.broadcastId = null;
  await send('ada', 'heart');
  expect(told).toHaveLength(1);
  await reactions.close();
  expect(await stored()).toEqual([]);
});
