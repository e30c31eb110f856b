// What was given, as rows among the lines of the chat: one for each combo, growing where it began. Pure.

import type { ComboId, GiftId, RedPacketId, SuperChatId } from '../../../shared/ids.ts';
import type { Author } from '../../../shared/messages/chat.ts';
import type { SentGift, SuperChat } from '../../../shared/messages/gifts.ts';

export const ROWS_MAX = 80;

export type GiveRow =
  | {
      readonly is: 'gift'; readonly id: ComboId; readonly atMs: number; readonly author: Author; readonly giftId: GiftId; readonly count: number;
      readonly coins: number; readonly timelineMs: number | null;
    }
  | { readonly is: 'superchat'; readonly id: SuperChatId; readonly atMs: number; readonly superChat: SuperChat }
  | {
      readonly is: 'packet'; readonly id: RedPacketId; readonly atMs: number; readonly author: Author; readonly coins: number; readonly shares: number;
      /** Null: not decided yet. */
      readonly result: { readonly winners: number; readonly luckiest: { readonly displayName: string; readonly coins: number } | null } | null;
    };

type Rows = readonly GiveRow[];

export const rowsWithGift = (rows: Rows, gift: SentGift): Rows => {
  const at = rows.findIndex(({ id }) => id === gift.combo.comboId);
  const before = rows[at];
  if (before?.is === 'gift') {
    const row = { ...before, count: Math.max(before.count, gift.combo.count), coins: before.coins + gift.coins };
    return rows.map((one, index) => (index === at ? row : one));
  }
  return rowsWith(rows, {
    is: 'gift', id: gift.combo.comboId, atMs: gift.givenAtMs, author: gift.author, giftId: gift.giftId, count: gift.combo.count, coins: gift.coins,
    timelineMs: gift.stamp?.timelineMs ?? null,
  });
};

/** The same id again takes the place of the one before. */
export const rowsWith = (rows: Rows, row: GiveRow): Rows =>
  rows.some(({ id }) => id === row.id) ? rows.map((one) => (one.id === row.id ? row : one)) : [...rows, row].slice(-ROWS_MAX);

/** Puts the rows between lines that are sorted by time; those before the first line belong to what is not shown. */
export const between = <L extends { readonly saidAtMs: number }>(lines: readonly L[], rows: Rows, hasOlder: boolean): readonly (L | GiveRow)[] => {
  if (rows.length === 0) return lines;
  const firstMs = hasOlder ? (lines[0]?.saidAtMs ?? 0) : 0;
  const fitting = rows.filter(({ atMs }) => atMs >= firstMs);
  const all: (L | GiveRow)[] = [];
  let next = 0;
  for (const line of lines) {
    for (let row = fitting[next]; row && row.atMs < line.saidAtMs; row = fitting[next]) {
      all.push(row);
      next += 1;
    }
    all.push(line);
  }
  return [...all, ...fitting.slice(next)];
};
