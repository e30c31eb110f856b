// Who wins when some may or may not be somebody's own. Each who could be chosen is a clock that rings at a rate, the first to ring is
// chosen; one that is the person's own rings `gain` times as fast, and which are is known as chances only. Averages over all 2^n
// cases at once, as an integral over time (the race of exponentials), where odds times the mean gain would say too much of one that
// is good and doubtful, and too little of one that is sure. Knows numbers only.

const POINTS = 16; // of the integral, even in the logarithm of time
const FROM = -8;
const TO = 2;
const STEP = (TO - FROM) / POINTS;
const TIMES = Float64Array.from({ length: POINTS + 1 }, (_, at) => Math.exp(FROM + STEP * at));

export const HARDLY = 0.003; // below this chance a runner changes nothing for the others, and its own chance is told roughly, without the time it costs
const SURELY = 0.999;

export type Race = ReturnType<typeof createRace>;

export const createRace = (max: number) => {
  const ifOwn = new Float64Array(max);
  const ifNot = new Float64Array(max);
  const slowed = new Float64Array(max); // chance that the extra rate has not rung
  const factor = new Float64Array(max);
  return {
    /** Chance of each to win when it is, and when it is not, one of their own. */
    ifOwn,
    ifNot,
    /** `share`: of all rates, without gains. Returns how likely each of the rest wins, as a multiple of its share. */
    run(share: Float64Array, own: Float64Array, gain: Float64Array, count: number): number {
      let rest = 0;
      let whole = 0;
      ifOwn.fill(0, 0, count);
      ifNot.fill(0, 0, count);
      slowed.fill(1, 0, count);
      factor.fill(1, 0, count);
      for (const time of TIMES) {
        let nobody = Math.exp(-time);
        const width = STEP * time;
        whole += width * nobody;
        for (let at = 0; at < count; at++) {
          if ((own[at] ?? 0) < HARDLY) continue;
          slowed[at] = Math.exp(-(share[at] ?? 0) * ((gain[at] ?? 1) - 1) * time);
          factor[at] = 1 - (own[at] ?? 0) * (1 - (slowed[at] ?? 0));
          nobody *= factor[at] ?? 1;
        }
        rest += width * nobody;
        for (let at = 0; at < count; at++) {
          const wins = (width * nobody * (share[at] ?? 0)) / (factor[at] ?? 1);
          ifNot[at] = (ifNot[at] ?? 0) + wins;
          ifOwn[at] = (ifOwn[at] ?? 0) + wins * (gain[at] ?? 1) * (slowed[at] ?? 0);
        }
      }
      for (let at = 0; at < count; at++) ifOwn[at] = Math.min(SURELY, ifOwn[at] ?? 0);
      return rest / whole;
    },
  };
};
