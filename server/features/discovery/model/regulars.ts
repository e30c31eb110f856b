// Whether a channel that somebody watched has become one of theirs: a chance for each, moved by every choice that was or could have
// been theirs (Bayes), and by the habit of people to take to a channel and to leave it again (a hidden state that "dies", as customers
// do in Schmittlein, Morrison and Colombo, 1987). A watch that was not, while another of their own was on, says little; one that was
// not while nothing else was, says much: that is what a plain share of "watched when live" does not see. Knows numbers only.

const GAIN = 50; // how much likelier a regular chooses it than a passer-by; what people make of it is learned as the piece's weight
const MOOD = 0.9; // of what keeps a regular; the rest of the time they look for something else
const FIRST = 0.4; // become one by the first watch
const BECOME = 0.4; // by a later one
const LEAVE = 0.03; // by a later one
const SURE = 1e-4;

/** What a channel gains by the chance `regular` that somebody is one of its regulars, as a logarithm. */
export const regularGain = (regular: number): number => Math.log(1 + regular * (GAIN - 1));

export const FIRST_REGULAR = FIRST;

/**
 * The chance after one more choice, which was the channel or another while it was on air. `odds`: of its being chosen if it were not one
 * of theirs; `gain`: how much likelier its being one of theirs makes that.
 */
export const regularAfter = (regular: number, odds: number, gain: number, chosen: boolean): number => {
  const passing = odds / (1 + odds);
  const own = MOOD * ((odds * gain) / (1 + odds * gain)) + (1 - MOOD) * passing;
  const likely = chosen ? own : 1 - own;
  const unlikely = chosen ? passing : 1 - passing;
  const after = (regular * likely) / (regular * likely + (1 - regular) * unlikely);
  const moved = chosen ? after * (1 - LEAVE) + (1 - after) * BECOME : after;
  return Math.min(1 - SURE, Math.max(SURE, moved));
};
