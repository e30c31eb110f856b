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

/** How much is known beforehand: that own channels differ in how they draw by about a factor of two either way. */
export const FIRST_DRAW_KNOWN = 2;

type Chances = { readonly ifOwn: number; readonly ifNot: number };

const ownAfter = (own: number, likely: number, unlikely: number): number => (own * likely) / (own * likely + (1 - own) * unlikely);

export type Draw = {
  /** How much stronger than usual a channel draws them if it is theirs, as a logarithm. */
  draw: number;
  /** How much is known of that: one through its variance. */
  drawKnown: number;
};

/** What a choice says of how one of their own draws: Laplace's approximation, one step for each choice. `regular` as before the choice. */
export const learnDraw = (known: Draw, regular: number, { ifOwn, ifNot }: Chances, chosen: boolean): void => {
  const own = chosen ? ownAfter(regular, ifOwn, ifNot) : ownAfter(regular, 1 - ifOwn, 1 - ifNot);
  known.drawKnown += own * ifOwn * (1 - ifOwn);
  known.draw += (own * ((chosen ? 1 : 0) - ifOwn)) / known.drawKnown;
};

/** The chance after one more choice, the channel or another while it was on air. How likely it was to be chosen `ifOwn`, and `ifNot`. */
export const regularAfter = (regular: number, { ifOwn, ifNot }: Chances, chosen: boolean): number => {
  const after = chosen ? ownAfter(regular, ifOwn, ifNot) : ownAfter(regular, 1 - ifOwn, 1 - ifNot);
  const moved = chosen ? after * (1 - LEAVE) + (1 - after) * BECOME : after;
  return Math.min(1 - SURE, Math.max(SURE, moved));
};
