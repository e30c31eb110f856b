// How many of those who watch a room will probably have left a minute from now: the sum of what is expected of each. Arithmetic only.

import { AUDIENCE_PREDICTED_MIN } from '../../../shared/limits.ts';

export type Forecast = {
  /** Everybody who watches, and those among them of whom something was expected. */
  readonly watching: number;
  readonly asked: number;
  /** Of those asked: the sum of their chances to stay. */
  readonly staying: number;
};

/** As if the others were like those who were asked; null: too few to say, or nothing is known yet. */
export const leavingOf = ({ watching, asked, staying }: Forecast, isCalibrated: boolean): number | null =>
  !isCalibrated || watching < AUDIENCE_PREDICTED_MIN || asked === 0 ? null : Math.round(((asked - staying) / asked) * watching);

/** A room of few says little about itself: so many viewers of the mean room are mixed in. */
const MIXED_IN = 10;

/** The mean chance to stay in one room, drawn to the mean of all as much as it is small; null: nobody watches anywhere. */
export const shareOf = (room: Forecast | undefined, all: Forecast): number | null => {
  if (all.asked === 0) return null;
  const mean = all.staying / all.asked;
  return ((room?.staying ?? 0) + MIXED_IN * mean) / ((room?.asked ?? 0) + MIXED_IN);
};
