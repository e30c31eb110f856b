import { expect, test } from 'vitest';
import type { LineId, ReportId, UserId } from '../../../shared/ids.ts';
import type { SaidLine } from '../../../shared/messages/chat.ts';
import type { HeldLine, Report } from '../../../shared/messages/moderation.ts';
import { HELD_LINES_MAX } from '../../../shared/limits.ts';
import { withHeld, withoutHeld, withoutReports, withReport } from './waiting.ts';

const author = { userId: 'u1' as UserId, name: 'bo', displayName: 'Bo', role: 'viewer', fanLevel: 0 } as const;
const line = (id: string): SaidLine => ({
  kind: 'said', lineId: id as LineId, author, text: id, look: { color: 'white', place: 'scroll' }, saidAtMs: 1_000, stamp: null, replyTo: null, mentions: [], editedAtMs: null,
});
const held = (id: string): HeldLine => ({ line: line(id), cause: 'word' });
const report = (id: string, lineId: string, filedAtMs: number): Report => ({ reportId: id as ReportId, line: line(lineId), reason: 'spam', note: '', filedBy: author, filedAtMs });

test('held lines stand in the order in which they came, each once', () => {
  const list = [held('b'), held('a'), held('c'), held('a')].reduce<readonly HeldLine[]>(withHeld, []);
  expect(list.map((one) => one.line.lineId)).toEqual(['a', 'b', 'c']);
  expect(withoutHeld(list, 'b' as LineId).map((one) => one.line.lineId)).toEqual(['a', 'c']);
});

test('no more are held than the server holds: the oldest go', () => {
  const ids = Array.from({ length: HELD_LINES_MAX + 5 }, (_, at) => `l${String(at).padStart(4, '0')}`);
  const list = ids.map(held).reduce<readonly HeldLine[]>(withHeld, []);
  expect(list).toHaveLength(HELD_LINES_MAX);
  expect(list[0]?.line.lineId).toBe('l0005');
});

test('the newest report is first, and a decision about a line takes all of its reports', () => {
  const list = [report('r1', 'a', 1), report('r2', 'b', 3), report('r3', 'a', 2), report('r1', 'a', 1)].reduce<readonly Report[]>(withReport, []);
  expect(list.map(({ reportId }) => reportId)).toEqual(['r2', 'r3', 'r1']);
  expect(withoutReports(list, 'a' as LineId).map(({ reportId }) => reportId)).toEqual(['r2']);
});
