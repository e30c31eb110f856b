// A stretch of the room's lines, as one list shows it: in the order of their ids, each once, without a gap. Pure. What lies
// before its first line can be asked for (`hasOlder`); `hasNewer` says that its end is not the room's newest line.

import type { LineId, UserId } from '../../../shared/ids.ts';
import type { ChatLine, SaidLine } from '../../../shared/messages/chat.ts';

export type LineWindow = { readonly lines: readonly ChatLine[]; readonly hasOlder: boolean; readonly hasNewer: boolean };

export const EMPTY: LineWindow = { lines: [], hasOlder: false, hasNewer: false };

const byId = (a: ChatLine, b: ChatLine): number => (a.lineId < b.lineId ? -1 : 1);

/** The same line again takes the place of the one before. */
const merged = (lines: readonly ChatLine[], more: readonly ChatLine[]): readonly ChatLine[] => {
  const all = new Map<LineId, ChatLine>();
  for (const line of lines) all.set(line.lineId, line);
  for (const line of more) all.set(line.lineId, line);
  return [...all.values()].sort(byId);
};

const isInOrder = (lines: readonly ChatLine[], more: readonly ChatLine[]): boolean =>
  more.every((line, at) => {
    const before = at === 0 ? lines.at(-1) : more[at - 1];
    return before === undefined || before.lineId < line.lineId;
  });

/** Lines of any age that were said, or came back; those that belong to what is not shown are left to it. */
export const withLines = (window: LineWindow, more: readonly ChatLine[]): LineWindow => {
  const [first, last] = [window.lines[0], window.lines.at(-1)];
  const fitting = first && last
    ? more.filter(({ lineId }) => !(window.hasOlder && lineId < first.lineId) && !(window.hasNewer && lineId > last.lineId))
    : more;
  if (fitting.length === 0) return window;
  const lines = isInOrder(window.lines, fitting) ? [...window.lines, ...fitting] : merged(window.lines, fitting);
  return { ...window, lines };
};

/** The page of history before the first line. */
export const withOlder = (window: LineWindow, page: readonly ChatLine[], hasMore: boolean): LineWindow => ({
  ...window, lines: merged(page, window.lines), hasOlder: hasMore,
});

export const withoutOldest = (window: LineWindow, max: number): LineWindow =>
  window.lines.length <= max ? window : { ...window, lines: window.lines.slice(-max), hasOlder: true };

export const withoutNewest = (window: LineWindow, max: number): LineWindow =>
  window.lines.length <= max ? window : { ...window, lines: window.lines.slice(0, max), hasNewer: true };

export const withEdited = (window: LineWindow, line: SaidLine): LineWindow =>
  window.lines.some(({ lineId }) => lineId === line.lineId)
    ? { ...window, lines: window.lines.map((one) => (one.lineId === line.lineId ? line : one)) }
    : window;

type Quote = NonNullable<SaidLine['replyTo']>;

/** What is gone is gone from the answers to it as well (rule C5). */
const withoutQuotes = (line: ChatLine, isGone: (quote: Quote) => boolean): ChatLine =>
  line.kind === 'said' && line.replyTo && isGone(line.replyTo) ? { ...line, replyTo: null } : line;

export const without = (window: LineWindow, ids: readonly LineId[], kept: ReadonlySet<LineId> = new Set()): LineWindow => {
  const gone = new Set(ids);
  const lines = window.lines.filter(({ lineId }) => !gone.has(lineId) || kept.has(lineId));
  return { ...window, lines: lines.map((line) => withoutQuotes(line, (quote) => gone.has(quote.lineId))) };
};

export const withoutPerson = (window: LineWindow, userId: UserId): LineWindow => {
  const lines = window.lines.filter((line) => line.kind === 'system' || line.author.userId !== userId);
  return { ...window, lines: lines.map((line) => withoutQuotes(line, (quote) => quote.userId === userId)) };
};
