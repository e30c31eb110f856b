// How much each piece of evidence counts. Naive Bayes takes pieces for independent and counts what they share twice; an exponent for
// each (weighted naive Bayes) mends it. The exponents are learned from every choice, online: the gradient of log P(chosen | live),
// a softmax over whoever could have been chosen. Knows numbers only. AdaGrad (Duchi and others, 2011) sets the steps.

export type Weights = ReturnType<typeof createWeights>;

export const createWeights = (start: readonly number[], { rate, pull }: { rate: number; pull: number }) => {
  const values = Float64Array.from(start);
  const squares = new Float64Array(start.length).fill(1);
  const size = start.length;

  const dot = (features: Float64Array, offset: number): number => {
    let sum = 0;
    for (let at = 0; at < size; at++) sum += (values[at] ?? 0) * (features[offset + at] ?? 0);
    return sum;
  };

  return {
    values,
    dot,
    /** One choice: rows of `features`, the first is the chosen one; `shift` is log(how many each row stands for). Fills `errors` with what each row was given too little. */
    learn(features: Float64Array, shift: Float64Array, rows: number, extra: Float64Array, errors: Float64Array): void {
      let top = -Infinity;
      for (let row = 0; row < rows; row++) {
        const score = dot(features, row * size) + (extra[row] ?? 0) + (shift[row] ?? 0);
        errors[row] = score;
        if (score > top) top = score;
      }
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += errors[row] = Math.exp((errors[row] ?? 0) - top);
      for (let row = 0; row < rows; row++) errors[row] = (row === 0 ? 1 : 0) - (errors[row] ?? 0) / sum;
      for (let at = 0; at < size; at++) {
        let slope = pull * ((start[at] ?? 0) - (values[at] ?? 0));
        for (let row = 0; row < rows; row++) slope += (errors[row] ?? 0) * (features[row * size + at] ?? 0);
        squares[at] = (squares[at] ?? 0) + slope * slope;
        values[at] = (values[at] ?? 0) + (rate * slope) / Math.sqrt(squares[at] ?? 1);
      }
    },
  };
};
