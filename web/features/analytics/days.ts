// Days in a row, also those on which nothing was. Pure.

import type { DayView } from '../../../shared/analytics-routes.ts';

const DAY_MS = 86_400_000;
/** A span of some years is drawn from its newest end. */
const DAYS_MAX = 1_100;

const quiet = (day: string): DayView => ({ day, liveMs: 0, viewerMs: 0, stays: 0, newPeople: 0, lines: 0, reactions: 0, gifts: 0, coins: 0, follows: 0 });

/** From the first to the last of them. */
export const everyDay = (days: readonly DayView[]): DayView[] => {
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return [];
  const known = new Map(days.map((day) => [day.day, day]));
  const length = Math.min(DAYS_MAX, Math.round((Date.parse(last.day) - Date.parse(first.day)) / DAY_MS) + 1);
  return Array.from({ length }, (_, at) => new Date(Date.parse(last.day) - (length - 1 - at) * DAY_MS).toISOString().slice(0, 10)).map((day) => known.get(day) ?? quiet(day));
};
