import { expect, test } from 'vitest';
import { createClockSync } from './clock-sync.ts';
import { createHandClock } from './testing/hand-clock.ts';
import type { HandClock } from './testing/hand-clock.ts';

/** A server whose clock is `offsetMs` ahead and runs `drift` faster, at the end of a road with two lanes of their own. */
const serverAt = (clock: HandClock, road: { offsetMs: number; drift?: number; there: () => number; back: () => number }) => {
  const startMs = clock.nowMs();
  const world = { offsetMs: road.offsetMs, exchanges: 0 };
  const serverNow = () => clock.nowMs() + world.offsetMs + (clock.nowMs() - startMs) * (road.drift ?? 0);
  const wait = (ms: number) => new Promise<void>((done) => { clock.after(ms, done); });
  const exchange = async () => {
    world.exchanges += 1;
    await wait(road.there());
    const serverReceivedMs = serverNow();
    const serverSentMs = serverNow();
    await wait(road.back());
    return { serverReceivedMs, serverSentMs };
  };
  return { exchange, world, trueOffset: () => serverNow() - clock.nowMs() };
};

/** Numbers that look like chance and are the same in every run. */
const chance = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
  return seed / 2 ** 31;
};

test('[T3] queues in one direction do not move the offset: the quickest exchange is believed', async () => {
  const clock = createHandClock();
  const random = chance(7);
  // The way there is 10 ms, but three of four requests wait in a queue of up to 200 ms; the way back is always 10 ms.
  const server = serverAt(clock, { offsetMs: 5_000, there: () => 10 + (random() < 0.75 ? random() * 200 : 0), back: () => 10 });
  const sync = createClockSync({ clock, exchange: server.exchange });
  sync.start();
  await clock.advance(3_000);
  const offset = sync.offset();
  expect(server.world.exchanges).toBe(8);
  expect(Math.abs((offset?.offsetMs ?? 0) - 5_000)).toBeLessThan(5);
  expect(offset?.errorMs).toBeLessThan(15);
});

test('[T3] the true offset is always within the error bound, whatever the jitter and the drift', async () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const clock = createHandClock();
    const random = chance(seed);
    const server = serverAt(clock, {
      offsetMs: -3_600_000 * random(),
      drift: (random() - 0.5) * 60e-6,
      there: () => 5 + random() ** 4 * 300,
      back: () => 40 + random() ** 4 * 300,
    });
    const sync = createClockSync({ clock, exchange: server.exchange });
    sync.start();
    for (let minute = 0; minute < 15; minute += 1) {
      await clock.advance(60_000);
      const offset = sync.offset() ?? { offsetMs: NaN, errorMs: 0 };
      expect(Math.abs(offset.offsetMs - server.trueOffset())).toBeLessThanOrEqual(offset.errorMs);
      expect(offset.errorMs).toBeLessThan(60);
    }
    sync.stop();
  }
});

test('follows a clock that drifts', async () => {
  const clock = createHandClock();
  const server = serverAt(clock, { offsetMs: 0, drift: 40e-6, there: () => 2, back: () => 2 });
  const sync = createClockSync({ clock, exchange: server.exchange });
  sync.start();
  await clock.advance(3_600_000);
  expect(server.trueOffset()).toBeCloseTo(144, 0);
  expect(Math.abs((sync.offset()?.offsetMs ?? 0) - server.trueOffset())).toBeLessThan(8);
});

test('a clock that was set is believed at once, not averaged away', async () => {
  const clock = createHandClock();
  const server = serverAt(clock, { offsetMs: 100, there: () => 5, back: () => 5 });
  const sync = createClockSync({ clock, exchange: server.exchange });
  sync.start();
  await clock.advance(5_000);
  server.world.offsetMs = 9_100;
  await clock.advance(11_000);
  expect(sync.offset()?.offsetMs).toBeCloseTo(9_100, 0);
});

test('measures every ten seconds, also when an exchange fails, and not after stop', async () => {
  const clock = createHandClock();
  let exchanges = 0;
  const sync = createClockSync({
    clock,
    exchange: async () => {
      exchanges += 1;
      if (exchanges % 2 === 0) throw new Error('lost');
      return { serverReceivedMs: clock.nowMs(), serverSentMs: clock.nowMs() };
    },
  });
  expect(sync.offset()).toBeNull();
  sync.start();
  await clock.advance(1_000);
  expect(exchanges).toBe(8);
  await clock.advance(60_000);
  expect(exchanges).toBe(14);
  expect(sync.offset()).toMatchObject({ offsetMs: 0 });
  sync.stop();
  await clock.advance(60_000);
  expect(exchanges).toBe(14);
  expect(clock.waiting()).toBe(0);
});
