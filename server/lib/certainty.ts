// How far from a mean one still is within 95 %, both sides. Used wherever we say how sure we are, so that all say it alike.

/** The normal distribution's. */
export const Z95 = 1.96;

/** Student's, by degrees of freedom from 1. */
const T95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064,
  2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** Beyond the table the normal's, which is 4 % less at 31. */
export const t95 = (degreesOfFreedom: number): number => T95[degreesOfFreedom - 1] ?? Z95;
