// Which times of day go together: what somebody watches in the evening may say much of the night and little of the noon. In the
// beginning hours agree that are near; then each hour of the day learns, from all people's choices, which earlier ones speak for it.
// Of a channel's own times only waves are kept, of a day and of parts of a day, so that it costs six numbers. Knows no people.

const WAVES = 3; // of a day, half a day, a third
const NUMBERS = 2 * WAVES; // cosine and sine of each
const PIECES = NUMBERS + 1; // and one for "at any time"
const BINS = 24;
const START = [0.6, 0.4, 0]; // how much each wave says before anything was learned
const RATE = 0.3;
const PULL = 0.0005; // back to the start

/** The times of day at which something was watched, as waves: the fading sum of so many. */
export type Times = {
  times: number;
  /** Cosine and sine of each wave. */
  readonly waves: number[];
};

export type Dayparts = ReturnType<typeof createDayparts>;

const angleOf = (hours: number): number => (2 * Math.PI * (hours % 24)) / 24;

export const newTimes = (): Times => ({ times: 0, waves: Array.from({ length: NUMBERS }, () => 0) });

/** One more watch at this time; `keep` of the earlier ones is left. */
export const addTime = (of: Times, hours: number, keep: number): void => {
  of.times = of.times * keep + 1;
  for (let wave = 0; wave < WAVES; wave++) {
    const angle = (wave + 1) * angleOf(hours);
    of.waves[2 * wave] = (of.waves[2 * wave] ?? 0) * keep + Math.cos(angle);
    of.waves[2 * wave + 1] = (of.waves[2 * wave + 1] ?? 0) * keep + Math.sin(angle);
  }
};

export const createDayparts = () => {
  const start = new Float64Array(BINS * PIECES);
  for (let bin = 0; bin < BINS; bin++) {
    const middle = newTimes();
    addTime(middle, ((bin + 0.5) * 24) / BINS, 0);
    middle.waves.forEach((value, at) => (start[bin * PIECES + at] = (START[at >> 1] ?? 0) * value));
  }
  const says = Float64Array.from(start);
  const squares = new Float64Array(BINS * PIECES).fill(1);
  const slope = new Float64Array(PIECES);
  const placeOf = (hours: number): number => (Math.floor(((hours % 24) * BINS) / 24) % BINS) * PIECES;

  return {
    /** From -1, watched at times that have nothing to do with this one, to 1; towards 0 while little is known. */
    agreement({ times, waves }: Times, hours: number): number {
      const from = placeOf(hours);
      let sum = (says[from + NUMBERS] ?? 0) * times;
      for (let at = 0; at < NUMBERS; at++) sum += (says[from + at] ?? 0) * (waves[at] ?? 0);
      return Math.max(-1, Math.min(1, sum / (times + 1)));
    },
    /** Something with these times was given too little by `error`, of which the agreement is a part, times `strength`. */
    missed({ times, waves }: Times, error: number, strength: number): void {
      const share = (error * strength) / (times + 1);
      for (let at = 0; at < NUMBERS; at++) slope[at] = (slope[at] ?? 0) + share * (waves[at] ?? 0);
      slope[NUMBERS] = (slope[NUMBERS] ?? 0) + share * times;
    },
    /** Learns from all that was `missed` in a choice at this time. */
    learn(hours: number): void {
      const from = placeOf(hours);
      for (let at = 0; at < PIECES; at++) {
        const step = (slope[at] ?? 0) + PULL * ((start[from + at] ?? 0) - (says[from + at] ?? 0));
        squares[from + at] = (squares[from + at] ?? 0) + step * step;
        says[from + at] = (says[from + at] ?? 0) + (RATE * step) / Math.sqrt(squares[from + at] ?? 1);
      }
      slope.fill(0);
    },
  };
};
