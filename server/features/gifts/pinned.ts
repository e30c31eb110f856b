// The super chats that are on top in one room: how long each stays, and which one gives way when there are too many. Plain state.

import type { SuperChatId } from '../../../shared/ids.ts';
import { SUPER_CHATS_PINNED_MAX } from '../../../shared/limits.ts';
import type { SuperChat } from '../../../shared/messages/gifts.ts';

export const createPinned = (stored: readonly SuperChat[]) => {
  const byId = new Map<SuperChatId, SuperChat>();

  const sweep = (nowMs: number): void => {
    for (const [id, { pinnedUntilMs }] of byId) if (pinnedUntilMs <= nowMs) byId.delete(id);
  };
  const endsFirst = (): SuperChat | undefined => [...byId.values()].sort((a, b) => a.pinnedUntilMs - b.pinnedUntilMs)[0];

  const add = (superChat: SuperChat, nowMs: number): void => {
    sweep(nowMs);
    byId.set(superChat.superChatId, superChat);
    const first = byId.size > SUPER_CHATS_PINNED_MAX ? endsFirst() : undefined;
    if (first) byId.delete(first.superChatId);
  };
  for (const superChat of stored) add(superChat, 0);

  return {
    add,
    /** False: it is not on top. */
    remove: (id: SuperChatId): boolean => byId.delete(id),
    /** Oldest first. */
    list(nowMs: number): SuperChat[] {
      sweep(nowMs);
      return [...byId.values()].sort((a, b) => (a.superChatId < b.superChatId ? -1 : 1));
    },
  };
};

export type Pinned = ReturnType<typeof createPinned>;
