// Tells new lines to the room: the first after silence at once, and in a loud room those of one tick in one event. What was
// taken down while it waited is not told.

import type { RoomId } from '../../../shared/ids.ts';
import { CHAT_BATCH_MAX, CHAT_TICK_MS } from '../../../shared/limits.ts';
import type { ChatLine } from '../../../shared/messages/chat.ts';
import type { Publish } from '../../hub/handler.ts';
import type { Clock } from '../../lib/clock.ts';
import { createTicks } from '../../lib/ticks.ts';
import { isPublic } from './line.ts';
import type { Entry } from './line.ts';

export const createTeller = ({ clock, publish }: { readonly clock: Clock; readonly publish: Publish }) => {
  const waiting = new Map<RoomId, Entry[]>();

  const tick = (roomId: RoomId): void => {
    const entries = waiting.get(roomId) ?? [];
    waiting.delete(roomId);
    const lines: ChatLine[] = entries.filter(isPublic).map(({ said }) => said);
    lines.sort((a, b) => (a.lineId < b.lineId ? -1 : 1)); // An approved one comes late, with its old id.
    for (let at = 0; at < lines.length; at += CHAT_BATCH_MAX) publish(roomId, 'chat.said', { lines: lines.slice(at, at + CHAT_BATCH_MAX) });
  };
  const ticks = createTicks<RoomId>({ clock, tickMs: CHAT_TICK_MS, tick });

  return {
    tell(roomId: RoomId, entry: Entry): void {
      const entries = waiting.get(roomId);
      if (entries) entries.push(entry);
      else waiting.set(roomId, [entry]);
      ticks.ask(roomId);
    },
    roomClosed(roomId: RoomId): void {
      ticks.forget(roomId);
      waiting.delete(roomId);
    },
    close: (): void => ticks.close(),
  };
};

export type Teller = ReturnType<typeof createTeller>;
