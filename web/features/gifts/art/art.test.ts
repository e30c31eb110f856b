import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GIFT_ANIMATIONS } from '../../../../shared/messages/gifts.ts';
import { perform, SCENES } from './art.ts';
import { LANDINGS } from './landings.ts';
import { PICTURES } from './pictures.ts';
import { crowd, fade, randomFrom, spread } from './scene.ts';
import { bodyOf } from './shapes.ts';

/** Takes every call, and remembers numbers that no canvas can draw. */
const fakeContext = () => {
  const odd: unknown[] = [];
  let drawn = 0;
  const gradient = { addColorStop: () => {} };
  const call = (...args: unknown[]): unknown => {
    odd.push(...args.filter((arg) => typeof arg === 'number' && !Number.isFinite(arg)));
    return gradient;
  };
  const context = new Proxy({} as Record<string, unknown>, {
    get: (_, name) => (name === 'drawImage' ? (...args: unknown[]) => { drawn += 1; return call(...args); } : call),
    set: (_, __, value) => {
      if (typeof value === 'number' && !Number.isFinite(value)) odd.push(value);
      return true;
    },
  }) as unknown as CanvasRenderingContext2D;
  return { context, odd, drawn: () => drawn };
};
const canvasOf = (context: CanvasRenderingContext2D | null) => ({ clientWidth: 1_280, clientHeight: 720, width: 0, height: 0, getContext: () => context }) as unknown as HTMLCanvasElement;

let frames: ((nowMs: number) => void)[] = [];
beforeEach(() => {
  frames = [];
  vi.stubGlobal('Path2D', class {});
  vi.stubGlobal('document', { createElement: () => canvasOf(fakeContext().context) });
  vi.stubGlobal('requestAnimationFrame', (draw: (nowMs: number) => void) => frames.push(draw));
  vi.stubGlobal('cancelAnimationFrame', () => (frames = []));
});
afterEach(() => {
  vi.unstubAllGlobals();
});
const pass = (nowMs: number): void => frames.splice(0).forEach((draw) => draw(nowMs));

test('every gift has a picture of its own, made of paths', () => {
  const all = GIFT_ANIMATIONS.map((animation) => JSON.stringify(PICTURES[animation]));
  expect(new Set(all).size).toBe(GIFT_ANIMATIONS.length);
  for (const animation of GIFT_ANIMATIONS) {
    expect(PICTURES[animation].length).toBeGreaterThanOrEqual(4);
    for (const { d, fill, stroke } of PICTURES[animation]) expect([d.startsWith('M'), /NaN|undefined/.test(d), fill ?? stroke]).toEqual([true, false, expect.anything()]);
  }
});

test.each(GIFT_ANIMATIONS)('the performance of %s draws something at every moment but its ends, and nothing impossible', (animation) => {
  const { context, odd, drawn } = fakeContext();
  const scene = SCENES[animation]({ context, width: 960, height: 540, random: randomFrom(3), picture: PICTURES[animation], quantity: 1 });
  expect(scene.lengthMs).toBeLessThanOrEqual(6_000);
  for (let share = 0.1; share < 0.9; share += 0.1) {
    const before = drawn();
    scene.draw(share * scene.lengthMs);
    expect(drawn()).toBeGreaterThan(before);
  }
  expect(odd).toEqual([]);
});

test('more of a gift fill the picture more, but never so much that frames are late', () => {
  expect([0, 1, 10, 100, 999].map((quantity) => crowd(20, quantity))).toEqual([20, 20, 30, 40, 40]);
  for (const animation of GIFT_ANIMATIONS) {
    const most = [1, 999].map((quantity) => {
      const { context, drawn } = fakeContext();
      const scene = SCENES[animation]({ context, width: 960, height: 540, random: randomFrom(3), picture: PICTURES[animation], quantity });
      let [before, highest] = [0, 0];
      for (let atMs = 0; atMs < scene.lengthMs; atMs += 100) {
        scene.draw(atMs);
        highest = Math.max(highest, drawn() - before);
        before = drawn();
      }
      return highest;
    });
    expect(most[1]).toBeGreaterThanOrEqual(most[0] ?? 0);
    expect(most[1]).toBeLessThanOrEqual(500);
  }
});

test('every gift lands with a movement that is drawn, once and within two seconds', () => {
  const style = readFileSync(new URL('./GiftArt.svelte', import.meta.url), 'utf8');
  for (const animation of GIFT_ANIMATIONS) {
    const [, seconds, rest] = new RegExp(`\\.${LANDINGS[animation]} g \\{[^}]*animation: [a-z-]+ ([0-9.]+)s ([^;]*);`).exec(style) ?? [];
    expect([animation, Number(seconds) > 0 && Number(seconds) <= 2, rest?.includes('infinite')]).toEqual([animation, true, false]);
  }
});

test('a crowd is spread over the whole, one in each part of it; a picture without its moving parts is still one', () => {
  const shares = spread(randomFrom(9), 20);
  expect(shares.map((share) => Math.floor(share * 20)).toSorted((one, other) => one - other)).toEqual(Array.from({ length: 20 }, (_, at) => at));
  for (const animation of GIFT_ANIMATIONS) expect(bodyOf(PICTURES[animation]).length).toBeGreaterThanOrEqual(3);
});

test('it ends by itself or when it is stopped, and asks for no frame afterwards; its bitmap is bounded', async () => {
  for (const isReduced of [false, true]) {
    const canvas = canvasOf(fakeContext().context);
    const { done } = perform(canvas, { animation: 'moon', quantity: 1, seed: 1, isReduced });
    expect(canvas.width * canvas.height).toBeLessThanOrEqual(960 * 540 + 2_000);
    pass(1_000);
    expect(frames).toHaveLength(1);
    pass(1_000 + 6_000);
    await done;
    expect(frames).toEqual([]);
  }
  const { done, stop } = perform(canvasOf(fakeContext().context), { animation: 'boat', quantity: 1, seed: 1, isReduced: false });
  pass(1);
  stop();
  await done;
  expect(frames).toEqual([]);
  await perform(canvasOf(null), { animation: 'boat', quantity: 1, seed: 1, isReduced: false }).done;
});

test('chance is the same for the same seed', () => {
  const [one, again, other] = [randomFrom(5), randomFrom(5), randomFrom(6)];
  const series = (random: () => number) => Array.from({ length: 5 }, random);
  const first = series(one);
  expect(series(again)).toEqual(first);
  expect(series(other)).not.toEqual(first);
  for (const value of first) expect([value >= 0, value < 1]).toEqual([true, true]);
  expect([fade(0), fade(0.5), fade(1)]).toEqual([0, 1, 0]);
});
