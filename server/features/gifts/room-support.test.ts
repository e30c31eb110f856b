// A room's sums while they are read, and what is heard of before and after.

import { expect, test } from 'vitest';
import type { BroadcastId, RoomId, TransferId, UserId } from '../../../shared/ids.ts';
import { createSystemClock } from '../../lib/clock.ts';
import { createRoomSupport } from './room-support.ts';
import type { GiftStore } from './store.ts';
import type { Gain } from './support.ts';

const ROOM = 'room' as RoomId;
const BROADCAST = 'broadcast' as BroadcastId;
const fan = (coins: number) => ({ userId: 'ada' as UserId, name: 'ada', displayName: 'Ada', coins });
const gain = (transferId: string, coins: number): Gain => ({ transferId: transferId as TransferId, broadcastId: BROADCAST, fan: fan(coins), fanCoins: 0 });

const setUp = (upTo: string) => {
  const store = {
    support: async () => ({ broadcastId: BROADCAST, fans: [fan(50)], fanCoins: new Map(), goal: null, upTo }),
    pinned: async () => [],
  } as unknown as GiftStore;
  return createRoomSupport({ clock: createSystemClock(), publish: () => {}, broadcastIdIn: () => BROADCAST, isOutcast: () => false, store });
};

test('a payment that was read and is heard of only afterwards counts once; the next one counts', async () => {
  const support = setUp('t5');
  const room = await support.ready(ROOM);
  support.gained(ROOM, gain('t5', 50));
  expect(support.sumsOf(ROOM, room).broadcastCoins).toBe(50);
  support.gained(ROOM, gain('t6', 7));
  expect(support.sumsOf(ROOM, room).broadcastCoins).toBe(57);
  support.close();
});

test('what is heard of while the room is read is put on top of what was read', async () => {
  const support = setUp('t5');
  const reading = support.ready(ROOM);
  support.gained(ROOM, gain('t5', 50));
  support.gained(ROOM, gain('t6', 7));
  expect(support.sumsOf(ROOM, await reading).broadcastCoins).toBe(57);
  support.close();
});
