import { expect, test } from 'vitest';
import type { RedPacketId, UserId } from '../../../shared/ids.ts';
import type { RedPacket } from '../../../shared/messages/gifts.ts';
import { RequestError, type RequestErrorCode } from '../../live/request-error.ts';
import { createHandClock } from '../../live/testing/hand-clock.ts';
import type { PartDeps } from '../interaction/part.ts';
import { RedPackets } from './red-packets.svelte.ts';
import { giver, NOW_MS } from './testing/gifts.ts';

const ID = 'p1' as RedPacketId;
const PACKET: RedPacket = { redPacketId: ID, giver: giver('ann'), coins: 100, shares: 3, announcedFrameMs: 1_000, announcedAtMs: NOW_MS, claimMs: 10_000 };
const OPENED = { redPacketId: ID, shares: [{ userId: 'u-me' as UserId, displayName: 'ME', coins: 60 }], returnedCoins: 40 };

const setUp = (...answers: RequestErrorCode[]) => {
  const clock = createHandClock();
  const asked: unknown[] = [];
  const toasts: string[] = [];
  let cued: (() => void) | null = null;
  const deps = {
    ask: async (_name: string, params: unknown) => {
      asked.push(params);
      const code = answers.shift();
      if (code) throw new RequestError({ code, message: '' } as never);
      return Promise.resolve({});
    },
    toasts: { show: (text: string) => toasts.push(text) },
    me: () => ({ userId: 'u-me', name: 'me', displayName: 'ME' }),
    seen: () => ({ capturedAtMs: 1_500 + asked.length, errorMs: 5 }),
    cue: { on: (_frameMs: number | null, show: () => void) => { cued = show; return () => { cued = null; }; } },
  } as unknown as PartDeps;
  const packets = new RedPackets(deps, { ask: deps.ask as never, resume: () => {}, close: () => {} }, clock);
  return { packets, clock, asked, toasts, seeFrame: () => cued?.() };
};

test('[G7] it lies there from its frame on, for the time that its frames last', async () => {
  const { packets, clock, seeFrame } = setUp();
  packets.announced(PACKET);
  expect(packets.shown).toEqual([]);
  seeFrame();
  expect(packets.shown[0]?.state).toBe('open');
  await clock.advance(4_000);
  expect(packets.shown[0] && packets.leftMs(packets.shown[0])).toBe(6_000);
  await clock.advance(7_000);
  expect(packets.shown[0]?.state).toBe('over');
});

test('[G7] the frame of the tap is what is claimed, also when it must be said again', async () => {
  const { packets, clock, asked, seeFrame } = setUp('not_seen_yet', 'not_seen_yet');
  packets.announced(PACKET);
  seeFrame();
  const reaching = packets.reach(ID);
  await packets.reach(ID);
  await clock.advance(2_000);
  await reaching;
  expect(asked).toEqual(Array.from({ length: 3 }, () => ({ redPacketId: ID, seen: { capturedAtMs: 1_500, errorMs: 5 } })));
  expect(packets.shown[0]?.state).toBe('reached');
});

test('too late is told, and over', async () => {
  const { packets, seeFrame, toasts } = setUp('red_packet_over');
  packets.announced(PACKET);
  seeFrame();
  await packets.reach(ID);
  expect([packets.shown[0]?.state, toasts.length]).toEqual(['over', 1]);
});

test('who reached for it sees who got what; others keep their picture free', async () => {
  const reached = setUp();
  const idle = setUp();
  for (const { packets, seeFrame } of [reached, idle]) {
    packets.announced(PACKET);
    seeFrame();
  }
  await reached.packets.reach(ID);
  for (const { packets } of [reached, idle]) packets.opened(OPENED);
  expect([reached.packets.result?.opened, idle.packets.result]).toEqual([OPENED, null]);
  expect([reached.packets.shown, idle.packets.shown]).toEqual([[], []]);
  await reached.clock.advance(16_000);
  expect(reached.packets.result).toBeNull();
});

test('one that was decided before this picture came to it does not appear', () => {
  const { packets, seeFrame } = setUp();
  packets.announced(PACKET);
  packets.opened(OPENED);
  seeFrame();
  expect(packets.shown).toEqual([]);
});
