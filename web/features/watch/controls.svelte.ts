// Shows the player's controls while somebody uses them. The rule itself is in controls.ts.

import { browserClock, type Cancel, type Clock } from '../../live/clock.ts';
import { areControlsShown, CONTROLS_HIDE_MS } from './controls.ts';

export class Controls {
  isMenuOpen = $state(false);
  isStatsOpen = $state(false);
  isHelpOpen = $state(false);

  readonly #clock: Clock;
  readonly #isPaused: () => boolean;
  #touchedAtMs = $state(0);
  #nowMs = $state(0);
  #hasKeyboardFocus = $state(false);
  #cancel: Cancel = () => undefined;

  constructor(isPaused: () => boolean, clock: Clock = browserClock) {
    this.#clock = clock;
    this.#isPaused = isPaused;
    this.touch();
  }

  readonly isShown = $derived.by(() =>
    areControlsShown({
      nowMs: this.#nowMs,
      touchedAtMs: this.#touchedAtMs,
      isPaused: this.#isPaused(),
      isMenuOpen: this.isMenuOpen,
      hasKeyboardFocus: this.#hasKeyboardFocus,
    }),
  );

  touch(): void {
    this.#touchedAtMs = this.#nowMs = this.#clock.nowMs();
    this.#cancel();
    // A timer may fire a hair early; one millisecond more saves a second timer.
    this.#cancel = this.#clock.after(CONTROLS_HIDE_MS + 1, () => { this.#nowMs = this.#clock.nowMs(); });
  }

  /** The pointer left the player: nobody is about to press anything. */
  leave(): void {
    this.#touchedAtMs = this.#clock.nowMs() - CONTROLS_HIDE_MS;
    this.#nowMs = this.#clock.nowMs();
  }

  /** Only focus that the keyboard moved counts; a clicked button keeps focus too, and would hold the controls for ever. */
  focus(target: EventTarget | null): void {
    this.#hasKeyboardFocus = target instanceof HTMLElement && target.matches(':focus-visible');
  }

  blur(): void {
    this.#hasKeyboardFocus = false;
  }

  close(): void {
    this.#cancel();
  }
}
