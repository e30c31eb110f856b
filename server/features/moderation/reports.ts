// Lines that viewers report, and what moderators make of it. One report for each person and line; a decision closes all of a
// line's. The line itself is chat's.

import { randomUUID } from 'node:crypto';
import type { LineId, ReportId, RoomId } from '../../../shared/ids.ts';
import { REASON_CHARS_MAX } from '../../../shared/limits.ts';
import type { SaidLine } from '../../../shared/messages/chat.ts';
import type { Report } from '../../../shared/messages/moderation.ts';
import type { Params } from '../../../shared/messages.ts';
import type { Caller } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import { cleanLine } from '../../lib/plain-text.ts';
import { placeOf } from '../../rooms/place.ts';
import type { LogBook } from './log-book.ts';
import type { ModerationDeps } from './neighbours.ts';
import type { ModerationStore, NewReport } from './store.ts';

export type ReportsDeps = Pick<ModerationDeps, 'notifyThose' | 'lineOf' | 'deleteLine'> & {
  readonly clock: Clock;
  readonly logBook: LogBook;
  readonly store: ModerationStore['reports'];
};

/** Chat writes its lines behind: one that was said just now may not be in the database yet. */
const WRITTEN_TRIES_MAX = 10;
const WRITTEN_EVERY_MS = 100;
const RETRY_AFTER_MS = 1_000;

export const createReports = (deps: ReportsDeps) => {
  const { clock, store } = deps;
  const pause = (): Promise<void> => new Promise((resolve) => void clock.after(WRITTEN_EVERY_MS, resolve));

  const fileWritten = async (roomId: RoomId, report: NewReport): Promise<'filed' | 'known' | 'hidden'> => {
    for (let tries = 1; tries <= WRITTEN_TRIES_MAX; tries += 1) {
      const outcome = await store.file(roomId, report);
      if (outcome !== 'unwritten') return outcome;
      await pause();
    }
    throw new AppError('busy', 'the line is not written yet', { retryAfterMs: RETRY_AFTER_MS });
  };

  const lineSeen = async (roomId: RoomId, lineId: LineId): Promise<SaidLine> => {
    const line = await deps.lineOf(roomId, lineId);
    if (!line) throw new AppError('not_found', 'no such line');
    return line;
  };

  return {
    /** Throws `not_found` for a line that others than its author do not see, `permission_denied` for one's own. */
    async file(caller: Caller, params: Params<'report.file'>): Promise<void> {
      const { seat: { roomId }, user: { userId, name, displayName } } = placeOf(caller);
      const line = await lineSeen(roomId, params.lineId);
      if (line.author.userId === userId) throw new AppError('permission_denied', 'your own line');
      const filed: NewReport = {
        reportId: randomUUID() as ReportId,
        lineId: line.lineId,
        filedBy: userId,
        reason: params.reason,
        note: cleanLine(params.note).slice(0, REASON_CHARS_MAX).toWellFormed(),
        filedAtMs: clock.nowMs(),
      };
      const outcome = await fileWritten(roomId, filed);
      if (outcome === 'hidden') throw new AppError('not_found', 'no such line');
      if (outcome === 'known') return;
      const { reportId, reason, note, filedAtMs } = filed;
      deps.notifyThose(roomId, 'moderate', 'report.filed', { report: { reportId, line, reason, note, filedBy: { userId, name, displayName }, filedAtMs } });
    },
    async list(roomId: RoomId): Promise<Report[]> {
      const open = await store.open(roomId);
      const lines = new Map(await Promise.all([...new Set(open.map(({ lineId }) => lineId))].map(async (id) => [id, await deps.lineOf(roomId, id)] as const)));
      return open.flatMap(({ lineId, ...report }) => {
        const line = lines.get(lineId);
        return line ? [{ ...report, line }] : [];
      });
    },
    /** Upheld: the line goes. Throws `not_found` if it is decided already. */
    async decide(caller: Caller, { reportId, isUpheld }: Params<'report.decide'>): Promise<void> {
      const { seat: { roomId } } = placeOf(caller);
      const lineId = await store.lineReported(roomId, reportId);
      if (lineId === null) throw new AppError('not_found', 'no such open report');
      const line = isUpheld ? await deps.deleteLine(roomId, lineId) : await deps.lineOf(roomId, lineId);
      await store.close(roomId, lineId, { isUpheld, atMs: clock.nowMs() });
      deps.logBook.add(caller, isUpheld ? 'report_upheld' : 'report_dismissed', line?.author.userId ?? null, line?.text ?? '');
      deps.notifyThose(roomId, 'moderate', 'report.decided', { lineId });
    },
  };
};

export type Reports = ReturnType<typeof createReports>;
