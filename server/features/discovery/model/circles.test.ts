import { expect, test } from 'vitest';
import { createCircles } from './circles.ts';
import { seededRandom } from './random.ts';
import { newTaste, remember } from './taste.ts';

const CHANNELS = 60;

test('three kinds of people are told apart by themselves; one watch is enough to know whose channels are near', () => {
  const random = seededRandom(3);
  const circles = createCircles(CHANNELS, random);
  for (let slot = 0; slot < CHANNELS; slot++) circles.clear(slot);
  for (let person = 0; person < 1_500; person++) {
    const taste = newTaste();
    for (let watch = 0; watch < 8; watch++) {
      const kind = random() < 0.05 ? Math.floor(3 * random()) : person % 3;
      const slot = 3 * Math.floor((CHANNELS / 3) * random()) + kind;
      circles.ask(taste, (ref) => ref);
      if (!taste.known.some(({ ref }) => ref === slot)) circles.learn(slot);
      remember(taste, slot, watch, () => true);
    }
  }
  const taste = newTaste();
  circles.ask(taste, (ref) => ref);
  expect(circles.piece(1)).toBeCloseTo(0, 0);
  remember(taste, 4, 0, () => true);
  circles.ask(taste, (ref) => ref);
  const mean = (kind: number): number => {
    let sum = 0;
    for (let slot = kind; slot < CHANNELS; slot += 3) sum += circles.piece(slot);
    return sum / (CHANNELS / 3);
  };
  expect(mean(1)).toBeGreaterThan(mean(0) + 1);
  expect(mean(1)).toBeGreaterThan(mean(2) + 1);
});

test('a channel is placed also by what its people choose afterwards: one that everybody chooses first', () => {
  const random = seededRandom(5);
  const circles = createCircles(CHANNELS + 3, random);
  for (let slot = 0; slot < CHANNELS + 3; slot++) circles.clear(slot);
  for (let person = 0; person < 1_500; person++) {
    const kind = person % 3;
    const taste = newTaste();
    const others = Array.from({ length: 6 }, () => 3 * Math.floor((CHANNELS / 3) * random()) + kind);
    // Comes later. When somebody chooses it, nothing is known of them yet that could tell whose channel it is.
    const first = person < 300 ? [] : [CHANNELS + kind];
    [...first, ...others].forEach((slot, watch) => {
      circles.ask(taste, (ref) => ref);
      if (!taste.known.some(({ ref }) => ref === slot)) circles.learn(slot);
      remember(taste, slot, watch, () => true);
    });
  }
  for (const kind of [0, 1, 2]) {
    const taste = newTaste();
    for (const slot of [kind, kind + 3]) remember(taste, slot, 0, () => true);
    circles.ask(taste, (ref) => ref);
    const [own = 0, ...others] = [kind, (kind + 1) % 3, (kind + 2) % 3].map((of) => circles.piece(CHANNELS + of));
    for (const other of others) expect(own).toBeGreaterThan(other + 1);
  }
});
