// How much oftener a channel is chosen than all else that is known makes one expect: who asked, who else was on air, how many watched.
// A Gamma-Poisson posterior of the ratio, chosen to expected, at three scales: this broadcast, some days (fading), ever. What was
// expected is without the ratio's own part, so the ratio is what is missing, not a change to what was already learned. Knows slots.

import { createFading } from './popularity.ts';

const DAYS_HOURS = 24; // half-life
const PRIOR = 2; // choices that a channel is taken to be as expected for

export type Surprise = ReturnType<typeof createSurprise>;
/** What each scale adds to a channel's logarithm now. */
export type Parts = { readonly now: number; readonly days: number; readonly ever: number };

const ratio = (chosen: number, expected: number): number => Math.log((chosen + PRIOR) / (expected + PRIOR));

export const createSurprise = (capacity: number) => {
  const chosenNow = new Float64Array(capacity);
  const expectedNow = new Float64Array(capacity);
  const chosenDays = createFading(capacity, DAYS_HOURS);
  const expectedDays = createFading(capacity, DAYS_HOURS);
  const chosenEver = new Float64Array(capacity);
  const expectedEver = new Float64Array(capacity);
  let chosenScale = 0;
  let expectedScale = 0;
  const began = (slot: number): void => void (chosenNow[slot] = expectedNow[slot] = 0);

  return {
    began,
    ask(hours: number): void {
      chosenScale = chosenDays.scale(hours);
      expectedScale = expectedDays.scale(hours);
    },
    now: (slot: number): number => ratio(chosenNow[slot] ?? 0, expectedNow[slot] ?? 0),
    days: (slot: number): number => ratio((chosenDays.counts[slot] ?? 0) * chosenScale, (expectedDays.counts[slot] ?? 0) * expectedScale),
    ever: (slot: number): number => ratio(chosenEver[slot] ?? 0, expectedEver[slot] ?? 0),
    /** It could have been chosen, with this chance; `parts` is what of its logarithm came from here. */
    expected(slot: number, hours: number, chance: number, parts: Parts): void {
      expectedNow[slot] = (expectedNow[slot] ?? 0) + chance * Math.exp(-parts.now);
      expectedDays.add(slot, hours, chance * Math.exp(-parts.days));
      expectedEver[slot] = (expectedEver[slot] ?? 0) + chance * Math.exp(-parts.ever);
    },
    chose(slot: number, hours: number): void {
      chosenNow[slot] = (chosenNow[slot] ?? 0) + 1;
      chosenDays.add(slot, hours);
      chosenEver[slot] = (chosenEver[slot] ?? 0) + 1;
    },
    clear(slot: number): void {
      began(slot);
      for (const counts of [chosenDays.counts, expectedDays.counts, chosenEver, expectedEver]) counts[slot] = 0;
    },
  };
};
