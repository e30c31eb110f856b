// The sound of a gift: a short pluck, made here and not loaded. Nothing is built before the first one is wanted. The browser may
// forbid it until somebody has touched the page; then there is none, and nobody is asked.

import type { GiftTier } from '../../../shared/messages/gifts.ts';

/** Of the pentatonic scale on D, as a guzheng is tuned. */
const NOTES: Readonly<Record<GiftTier, readonly number[]>> = {
  small: [587.33],
  medium: [587.33, 880],
  large: [293.66, 440, 587.33, 739.99, 1174.66],
};
const STEP_S = 0.085;
const RINGS_S = 0.9;
const LOUDNESS = 0.09;
/** A combo is not a drum. */
const REST_MS = 120;

export type GiftSound = { readonly play: (tier: GiftTier) => void; readonly close: () => void };

export const createGiftSound = (): GiftSound => {
  let context: AudioContext | null = null;
  let lastMs = 0;

  const pluck = (at: AudioContext, frequency: number, startS: number): void => {
    const string = new OscillatorNode(at, { type: 'triangle', frequency });
    const loudness = new GainNode(at, { gain: 0 });
    loudness.gain.setValueAtTime(0, startS);
    loudness.gain.linearRampToValueAtTime(LOUDNESS, startS + 0.006);
    loudness.gain.exponentialRampToValueAtTime(0.0001, startS + RINGS_S);
    string.connect(loudness).connect(at.destination);
    string.start(startS);
    string.stop(startS + RINGS_S);
  };

  return {
    play(tier) {
      const nowMs = performance.now();
      if (nowMs - lastMs < REST_MS || document.hidden) return;
      lastMs = nowMs;
      context ??= new AudioContext();
      const at = context;
      void at.resume().catch(() => undefined);
      if (at.state !== 'running') return;
      NOTES[tier].forEach((frequency, index) => pluck(at, frequency, at.currentTime + index * STEP_S));
    },
    close: () => void context?.close().catch(() => undefined),
  };
};
