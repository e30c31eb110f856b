import { expect, test } from 'vitest';
import type { SeenFrame } from '../../../shared/messages/time.ts';
import { createHandClock } from '../../live/testing/hand-clock.ts';
import { createDraftFrame } from './draft.ts';

const setUp = () => {
  const clock = createHandClock(1_000_000);
  const seen = (): SeenFrame => ({ capturedAtMs: clock.nowMs() - 200, errorMs: 10 });
  return { clock, draft: createDraftFrame({ seen, clock }) };
};

test('a line is about the frame on which its writing began', async () => {
  const { clock, draft } = setUp();
  draft.typed('w');
  await clock.advance(5_000);
  draft.typed('wow');
  expect(draft.take()?.capturedAtMs).toBe(999_800);
});

test('words that were all taken back begin anew', async () => {
  const { clock, draft } = setUp();
  draft.typed('w');
  draft.typed(' ');
  await clock.advance(5_000);
  draft.typed('a');
  await clock.advance(1_000);
  expect(draft.take()?.capturedAtMs).toBe(1_004_800);
});

test('what was begun long ago, or before this page, is about now', async () => {
  const { clock, draft } = setUp();
  draft.typed('w');
  await clock.advance(29_000);
  expect(draft.take()?.capturedAtMs).toBe(1_028_800);
  expect(draft.take()?.capturedAtMs).toBe(1_028_800);
});
