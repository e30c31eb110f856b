// What waits for a moderator, as lists: each held line and each report once. Pure; nothing is changed in place.

import { HELD_LINES_MAX } from '../../../shared/limits.ts';
import type { LineId } from '../../../shared/ids.ts';
import type { HeldLine, Report } from '../../../shared/messages/moderation.ts';

/** More reports than anybody looks through; the server has them all. */
const REPORTS_SHOWN_MAX = 200;

export const withHeld = (list: readonly HeldLine[], held: HeldLine): readonly HeldLine[] =>
  [...list.filter(({ line }) => line.lineId !== held.line.lineId), held]
    // Ids are in the order in which the lines were taken.
    .sort((one, other) => (one.line.lineId < other.line.lineId ? -1 : 1))
    .slice(-HELD_LINES_MAX);

export const withoutHeld = (list: readonly HeldLine[], lineId: LineId): readonly HeldLine[] => list.filter(({ line }) => line.lineId !== lineId);

export const withReport = (list: readonly Report[], report: Report): readonly Report[] =>
  [report, ...list.filter(({ reportId }) => reportId !== report.reportId)]
    .sort((one, other) => other.filedAtMs - one.filedAtMs)
    .slice(0, REPORTS_SHOWN_MAX);

/** A decision about a line closes all its reports. */
export const withoutReports = (list: readonly Report[], lineId: LineId): readonly Report[] => list.filter(({ line }) => line.lineId !== lineId);
