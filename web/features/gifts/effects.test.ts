import { expect, test } from 'vitest';
import { createHandClock } from '../../live/testing/hand-clock.ts';
import { keepEffectSettings, readEffectSettings } from './effect-settings.ts';
import { Effects } from './effects.svelte.ts';
import { gift, NOW_MS, sent } from './testing/gifts.ts';

const setUp = (kept: string | null = null) => {
  const clock = createHandClock(NOW_MS);
  const plucked: string[] = [];
  const store = new Map(kept === null ? [] : [['qiao.gifts', kept]]);
  const effects = new Effects({
    giftOf: (giftId) => gift(giftId, 5, giftId === 'bridge' ? 'large' : 'small'), isOwn: () => false, serverNowMs: clock.nowMs, clock,
    storage: { getItem: (key) => store.get(key) ?? null, setItem: (key, value) => void store.set(key, value) },
    sound: { play: (tier) => plucked.push(tier), close: () => {} },
  });
  return { effects, clock, plucked, store };
};

test('small ones go to the lane, large ones have the picture, and the lane empties by itself', async () => {
  const { effects, clock } = setUp();
  effects.take(sent('ann', 'rose'));
  effects.take(sent('ann', 'bridge'));
  expect([effects.lane.shown.length, effects.big.playing?.giftId]).toEqual([1, 'bridge']);
  effects.bigIsOver(effects.big.playing?.turn ?? 0);
  await clock.advance(6_000);
  expect([effects.lane.shown.length, effects.big.playing, clock.waiting()]).toEqual([0, null, 0]);
});

test('more large ones than have a place become banners', () => {
  const { effects } = setUp();
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) effects.take(sent(name, 'bridge'));
  expect(effects.lane.shown.map(({ author }) => author.name)).toEqual(['f']);
});

test('old ones, heard after a dropped connection, and unwanted ones leave the picture alone', () => {
  const { effects, store } = setUp();
  effects.take(sent('ann', 'rose', 1, 1, { givenAtMs: NOW_MS - 60_000 }));
  expect(effects.lane.shown).toEqual([]);
  effects.change({ isOn: false });
  effects.take(sent('ann', 'rose'));
  expect([effects.lane.shown, store.get('qiao.gifts')]).toEqual([[], '{"isOn":false,"hasSound":null}']);
});

test('sound is as the player has it, until somebody chooses', () => {
  const { effects, plucked } = setUp();
  effects.take(sent('ann', 'rose'));
  effects.isPlayerSilent = false;
  effects.take(sent('ann', 'rose'));
  effects.change({ hasSound: false });
  effects.take(sent('ann', 'rose'));
  effects.isPlayerSilent = true;
  effects.change({ hasSound: true });
  effects.take(sent('ann', 'bridge'));
  expect(plucked).toEqual(['small', 'large']);
});

test('whatever is stored, the settings can be used', () => {
  for (const kept of ['', 'null', '[]', '{"isOn":3}', 'no json']) expect(setUp(kept).effects.settings).toEqual({ isOn: true, hasSound: null });
  const broken = { getItem: (): never => { throw new Error('forbidden'); }, setItem: (): never => { throw new Error('forbidden'); } };
  keepEffectSettings(broken, readEffectSettings(broken));
});
