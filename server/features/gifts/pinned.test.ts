import { expect, test } from 'vitest';
import type { SuperChatId } from '../../../shared/ids.ts';
import { SUPER_CHATS_PINNED_MAX } from '../../../shared/limits.ts';
import type { SuperChat } from '../../../shared/messages/gifts.ts';
import { createPinned } from './pinned.ts';

const superChat = (id: string, pinnedUntilMs: number): SuperChat => ({ superChatId: id, pinnedUntilMs, coins: 50 }) as unknown as SuperChat;
const ids = (list: readonly SuperChat[]): string[] => list.map(({ superChatId }) => superChatId);

test('[G5] each stays for its time, oldest first, and is taken down once', () => {
  const pinned = createPinned([superChat('b', 200)]);
  pinned.add(superChat('c', 100), 0);
  pinned.add(superChat('a', 300), 0);
  expect(ids(pinned.list(99))).toEqual(['a', 'b', 'c']);
  expect(ids(pinned.list(100))).toEqual(['a', 'b']);
  expect([pinned.remove('a' as SuperChatId), pinned.remove('a' as SuperChatId)]).toEqual([true, false]);
  expect(ids(pinned.list(100))).toEqual(['b']);
});

test('[G5] of too many the one goes that would end first', () => {
  const pinned = createPinned([]);
  for (let at = 0; at <= SUPER_CHATS_PINNED_MAX; at += 1) pinned.add(superChat(`s${100 + at}`, at === 7 ? 5 : 1_000 + at), 0);
  expect(pinned.list(0)).toHaveLength(SUPER_CHATS_PINNED_MAX);
  expect(ids(pinned.list(0))).not.toContain('s107');
});
