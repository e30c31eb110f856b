// Whether a channel that somebody watched has become one of theirs: a chance for each, moved by every choice that was or could have
// been theirs (Bayes), and by the habit of people to take to a channel and to leave it again (a hidden state that "dies", as customers
// do in Schmittlein, Morrison and Colombo, 1987). A watch that was not, while another of their own was on, says little; one that was
// not while nothing else was, says much: that is what a plain share of "watched when live" does not see. Knows numbers only.

const GAIN = 50; // how much likelier a regular chooses it than a passer-by; what people make of it is learned as the piece's weight
export const MOOD = 0.85; // of what keeps a regular; the rest of the time they look for something else
const FIRST = 0.4; // become one by the first watch
const BECOME = 0.4; // by a later one
const LEAVE = 0.03; // by a later one
const SURE = 1e-4;

/** What a channel gains by the chance `regular` that somebody is one of its regulars, as a logarithm. */
export const regularGain = (regular: number): number => Math.log(1 + regular * (GAIN - 1));

export const FIRST_REGULAR = FIRST;

/** The chance after one more choice, the channel or another while it was on air. How likely it was to be chosen `ifOwn`, and `ifNot`. */
export const regularAfter = (regular: number, { ifOwn, ifNot }: { ifOwn: number; ifNot: number }, chosen: boolean): number => {
  const likely = chosen ? ifOwn : 1 - ifOwn;
  const unlikely = chosen ? ifNot : 1 - ifNot;
  const after = (regular * likely) / (regular * likely + (1 - regular) * unlikely);
  const moved = chosen ? after * (1 - LEAVE) + (1 - after) * BECOME : after;
  return Math.min(1 - SURE, Math.max(SURE, moved));
};
