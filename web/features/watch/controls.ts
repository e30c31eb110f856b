// When the player's controls are seen. Pure: time is given.

export const CONTROLS_HIDE_MS = 3_000;

export type ControlsFacts = {
  readonly nowMs: number;
  /** When pointer, finger or keyboard last did something over the player. */
  readonly touchedAtMs: number;
  /** Nothing hides while there is nothing to watch, a menu is open, or the keyboard stands on a button. */
  readonly isPaused: boolean;
  readonly isMenuOpen: boolean;
  readonly hasKeyboardFocus: boolean;
};

export const areControlsShown = (facts: ControlsFacts): boolean =>
  facts.isPaused || facts.isMenuOpen || facts.hasKeyboardFocus || facts.nowMs - facts.touchedAtMs < CONTROLS_HIDE_MS;
