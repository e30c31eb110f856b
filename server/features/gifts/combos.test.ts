import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GiftId, GiftSendId, RoomId, UserId } from '../../../shared/ids.ts';
import { COMBO_WINDOW_MS } from '../../../shared/limits.ts';
import { createCombos } from './combos.ts';
import type { Given } from './combos.ts';

const given = (over: Partial<Record<keyof Given, unknown>> = {}): Given =>
  ({ roomId: 'room' as RoomId, userId: 'ada' as UserId, giftId: 'rose' as GiftId, quantity: 1, givenAtMs: 1_000, giftSendId: 's1' as GiftSendId, ...over }) as Given;

test('[G3] the same gift within the window counts on, and a moment later it begins anew', () => {
  const combos = createCombos();
  const draft = combos.draft();
  expect(draft(given({ quantity: 3 }))).toMatchObject({ comboId: 's1', count: 3 });
  const second = given({ giftSendId: 's2', givenAtMs: 1_000 + COMBO_WINDOW_MS });
  const combo = draft(second);
  expect(combo).toMatchObject({ comboId: 's1', count: 4 });
  combos.keep(second, combo);
  expect(combos.draft()(given({ givenAtMs: 1_000 + 2 * COMBO_WINDOW_MS }))).toMatchObject({ comboId: 's1', count: 5 });
  expect(combos.draft()(given({ giftSendId: 's3', givenAtMs: 1_001 + 2 * COMBO_WINDOW_MS }))).toMatchObject({ comboId: 's3', count: 1 });
});

test('[G3] another gift, person or room is another combo', () => {
  const draft = createCombos().draft();
  draft(given());
  for (const other of [{ userId: 'bob' }, { giftId: 'tea' }, { roomId: 'elsewhere' }])
    expect(draft(given({ ...other, giftSendId: 's9' }))).toMatchObject({ comboId: 's9', count: 1 });
});

test('[G3] what was not committed is not counted', () => {
  const combos = createCombos();
  combos.draft()(given({ quantity: 500 }));
  expect(combos.draft()(given({ giftSendId: 's2' }))).toMatchObject({ comboId: 's2', count: 1 });
});

test('combos that are over are forgotten', () => {
  const combos = createCombos();
  for (let at = 0; at < 5_000; at += 1) {
    const one = given({ userId: `u${at}`, givenAtMs: at * 100 });
    combos.keep(one, combos.draft()(one));
  }
  expect(combos.size()).toBeLessThan(1_200);
});

test('[G3] over any run of commits and failures a count is the sum of the quantities since the last pause', () => {
  const step = fc.record({ waitMs: fc.integer({ min: 0, max: 2 * COMBO_WINDOW_MS }), quantity: fc.integer({ min: 1, max: 999 }), isCommitted: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const combos = createCombos();
      let [nowMs, sum, lastMs] = [0, 0, -Infinity];
      for (const { waitMs, quantity, isCommitted } of steps) {
        nowMs += waitMs;
        const expected = (nowMs - lastMs <= COMBO_WINDOW_MS ? sum : 0) + quantity;
        const one = given({ quantity, givenAtMs: nowMs });
        const combo = combos.draft()(one);
        expect(combo.count).toBe(expected);
        if (!isCommitted) continue;
        combos.keep(one, combo);
        [sum, lastMs] = [expected, nowMs];
      }
    }),
  );
});
