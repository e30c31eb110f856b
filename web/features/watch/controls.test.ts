import { expect, test } from 'vitest';
import { areControlsShown, CONTROLS_HIDE_MS, type ControlsFacts } from './controls.ts';

const idle: ControlsFacts = { nowMs: 10_000, touchedAtMs: 0, isPaused: false, isMenuOpen: false, hasKeyboardFocus: false };

test('controls go away three seconds after the last touch, not before', () => {
  expect(areControlsShown({ ...idle, touchedAtMs: idle.nowMs - CONTROLS_HIDE_MS + 1 })).toBe(true);
  expect(areControlsShown({ ...idle, touchedAtMs: idle.nowMs - CONTROLS_HIDE_MS })).toBe(false);
});

test.each(['isPaused', 'isMenuOpen', 'hasKeyboardFocus'] as const)('they stay while %s', (fact) => {
  expect(areControlsShown({ ...idle, [fact]: true })).toBe(true);
});
