import { expect, test } from 'vitest';
import { createFrameCue } from './frame-cue.ts';
import { createHandClock } from './testing/hand-clock.ts';

const setUp = () => {
  const clock = createHandClock(1_000_000);
  /** A picture that is so far behind the camera; null: no picture. */
  let delayMs: number | null = 400;
  const cue = createFrameCue({ clock, seen: () => (delayMs === null ? null : { capturedAtMs: clock.nowMs() - delayMs, errorMs: 5 }) });
  const shown: string[] = [];
  return { clock, cue, shown, see: (ms: number | null) => { delayMs = ms; }, on: (frameMs: number | null, name: string) => cue.on(frameMs, () => shown.push(name)) };
};

test('[T7] a fact waits for its frame, and is shown on it', async () => {
  const { clock, shown, on } = setUp();
  on(clock.nowMs(), 'poll');
  await clock.advance(366);
  expect(shown).toEqual([]);
  await clock.advance(67);
  expect(shown).toEqual(['poll']);
  expect(clock.waiting()).toBe(0);
});

test('[T7] viewers with different delays see it at different times, on the same frame', async () => {
  const near = setUp();
  const far = setUp();
  far.see(2_000);
  for (const { on, clock } of [near, far]) on(clock.nowMs(), 'poll');
  for (const { clock } of [near, far]) await clock.advance(1_000);
  expect([near.shown, far.shown]).toEqual([['poll'], []]);
});

test('[T7] without a frame to wait for it is shown at once', async () => {
  const { clock, shown, on, see } = setUp();
  on(null, 'nothing was on air');
  on(clock.nowMs() - 10_000, 'long ago');
  see(null);
  on(clock.nowMs(), 'no picture here');
  expect(shown).toEqual(['nothing was on air', 'long ago', 'no picture here']);
  await clock.advance(0);
});

test('[T7] a picture that never gets there holds nothing back', async () => {
  const { clock, shown, on, see } = setUp();
  see(60_000);
  on(clock.nowMs(), 'poll');
  await clock.advance(4_900);
  expect(shown).toEqual([]);
  await clock.advance(200);
  expect(shown).toEqual(['poll']);
});

test('facts keep their order, and one that was taken back is not shown', async () => {
  const { clock, cue, shown, on } = setUp();
  on(clock.nowMs() + 10, 'first');
  const cancel = on(clock.nowMs() + 15, 'taken back');
  on(clock.nowMs() + 20, 'second');
  cancel();
  await clock.advance(1_000);
  expect(shown).toEqual(['first', 'second']);
  on(clock.nowMs(), 'never');
  cue.close();
  await clock.advance(9_000);
  expect(shown).toHaveLength(2);
});
