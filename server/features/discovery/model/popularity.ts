// The prior P(C): how much a channel is watched now, without asking by whom. Knows slots and hours, not people. Counts fade by
// forward decay (Cormode and others, 2009): later events weigh more, so nothing that is stored must be touched as time passes.

const QUICK_HOURS = 3; // half-lives
const SLOW_HOURS = 96;
const EXPONENT_MAX = 40; // before the stored numbers are scaled back

export const createFading = (capacity: number, halfLifeHours: number) => {
  const counts = new Float64Array(capacity);
  const rate = Math.LN2 / halfLifeHours;
  let origin = Number.NaN;
  const factorAt = (hours: number): number => Math.exp(rate * (hours - origin));
  const settle = (hours: number): void => {
    if (Number.isNaN(origin)) origin = hours;
    if (rate * (hours - origin) < EXPONENT_MAX) return;
    const factor = factorAt(hours);
    for (let at = 0; at < capacity; at++) counts[at] = (counts[at] ?? 0) / factor;
    origin = hours;
  };
  return {
    add(slot: number, hours: number, amount = 1): void {
      settle(hours);
      counts[slot] = (counts[slot] ?? 0) + amount * factorAt(hours);
    },
    /** Fading counts are `stored` times this. */
    scale: (hours: number): number => (Number.isNaN(origin) ? 0 : 1 / factorAt(hours)),
    counts,
  };
};

export type Popularity = ReturnType<typeof createPopularity>;

export const createPopularity = (capacity: number) => {
  const quick = createFading(capacity, QUICK_HOURS);
  const slow = createFading(capacity, SLOW_HOURS);
  // How often a channel was chosen, and how often it could have been: a Beta posterior, so that long hours are no merit.
  const chosen = new Float64Array(capacity);
  const chances = new Float64Array(capacity);
  const since = new Float64Array(capacity);
  let choices = 0;

  return {
    chose(slot: number, hours: number): void {
      choices++;
      quick.add(slot, hours);
      slow.add(slot, hours);
      chosen[slot] = (chosen[slot] ?? 0) + 1;
    },
    began(slot: number): void {
      since[slot] = choices;
    },
    ended(slot: number): void {
      chances[slot] = (chances[slot] ?? 0) + choices - (since[slot] ?? 0);
      // What was long ago counts half after so many of its own broadcasts' choices; also keeps the numbers small.
      if ((chances[slot] ?? 0) > 50_000) {
        chances[slot] = (chances[slot] ?? 0) / 2;
        chosen[slot] = (chosen[slot] ?? 0) / 2;
      }
    },
    chancesOf: (slot: number, isLive: boolean): number => (chances[slot] ?? 0) + (isLive ? choices - (since[slot] ?? 0) : 0),
    chosenOf: (slot: number): number => chosen[slot] ?? 0,
    quickScale: quick.scale,
    slowScale: slow.scale,
    quick: quick.counts,
    slow: slow.counts,
    clear(slot: number): void {
      for (const counts of [quick.counts, slow.counts, chosen, chances]) counts[slot] = 0;
      since[slot] = choices;
    },
  };
};
