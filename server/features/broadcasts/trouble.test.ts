import { expect, test } from 'vitest';
import { STUDIO_SILENT_AFTER_MS, TROUBLE_OVER_AFTER_MS, TROUBLE_TOLD_EVERY_MS } from '../../../shared/limits.ts';
import type { Trouble } from '../../../shared/messages/broadcasts.ts';
import { createHandClock } from '../../lib/clock.ts';
import { createTroubleWatch } from './trouble.ts';

const build = () => {
  const clock = createHandClock();
  const told: Trouble[] = [];
  const watch = createTroubleWatch({ clock, changed: (trouble) => void told.push(trouble) });
  return { clock, told, watch };
};

test('[B8] trouble is told at once and only once, and that it is over when it has been for a while', () => {
  const { clock, told, watch } = build();
  watch.studioSaid('none');
  for (let second = 0; second < 10; second += 1) {
    watch.studioSaid('link');
    clock.advance(1_000);
  }
  expect(told).toEqual(['link']);
  watch.studioSaid('none');
  clock.advance(TROUBLE_OVER_AFTER_MS - 1);
  expect([told, watch.told()]).toEqual([['link'], 'link']);
  clock.advance(1);
  expect([told, watch.told()]).toEqual([['link', 'none'], 'none']);
});

test('[B8] trouble that comes back before it was told to be over was never away', () => {
  const { clock, told, watch } = build();
  for (let round = 0; round < 20; round += 1) {
    watch.studioSaid('computer');
    clock.advance(1_000);
    watch.studioSaid('none');
    clock.advance(TROUBLE_OVER_AFTER_MS - 1_000);
  }
  expect(told).toEqual(['computer']);
});

test('[B8] a studio that says something else with every report is told in long steps', () => {
  const { clock, told, watch } = build();
  const SECONDS = 60;
  for (let at = 0; at < SECONDS * 2; at += 1) {
    watch.studioSaid((['link', 'computer', 'none'] as const)[at % 3] ?? 'none');
    clock.advance(500);
  }
  expect(told.length).toBeLessThanOrEqual(1 + (SECONDS * 1_000) / TROUBLE_TOLD_EVERY_MS);
});

test('[B8] a studio that is not heard any more has no trouble', () => {
  const { clock, told, watch } = build();
  watch.studioSaid('link');
  clock.advance(STUDIO_SILENT_AFTER_MS + TROUBLE_OVER_AFTER_MS);
  expect(told).toEqual(['link', 'none']);
});

test('[B9] a busy server comes before what the studio says, and what the studio says is told after it', () => {
  const { clock, told, watch } = build();
  watch.studioSaid('link');
  watch.serverSaid(true);
  clock.advance(TROUBLE_TOLD_EVERY_MS);
  expect(told).toEqual(['link', 'server']);
  watch.studioSaid('link');
  watch.serverSaid(false);
  clock.advance(TROUBLE_TOLD_EVERY_MS);
  expect(told).toEqual(['link', 'server', 'link']);
});

test('closing leaves no timer and tells nothing more', () => {
  const { clock, told, watch } = build();
  watch.studioSaid('link');
  watch.serverSaid(true);
  watch.close();
  expect(clock.timers()).toBe(0);
  clock.advance(60_000);
  expect(told).toEqual(['link']);
});
