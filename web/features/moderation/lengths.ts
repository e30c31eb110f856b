// How long sanctions and rules may last, as they are offered. The contract allows any number.

import type { SanctionKind } from '../../../shared/messages/moderation.ts';

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

/** In seconds; null: until lifted. The first is the one that is chosen unless another is. */
export const SANCTION_LENGTHS: Record<SanctionKind, readonly (number | null)[]> = {
  time_out: [10 * MINUTE_S, MINUTE_S, HOUR_S, DAY_S],
  ban: [null, DAY_S, 7 * DAY_S, 30 * DAY_S],
  shadow_ban: [null, DAY_S, 7 * DAY_S, 30 * DAY_S],
};

export const SLOW_MODES_S: readonly number[] = [0, 5, 10, 30, 60, 120, 300];
/** Null: off; 0: following is enough. */
export const FOLLOWED_FOR_MIN: readonly (number | null)[] = [null, 0, 10, 60, 1_440, 10_080];

/** What is offered, and what is set though it is not offered (by another page). */
export const withCurrent = <T extends number | null>(offered: readonly T[], current: T): readonly T[] =>
  offered.includes(current) ? offered : [...offered, current];
