// The room as a page shows it: room-facts.ts made reactive, fed by one connection. A page builds it; nothing is global.

import type { BroadcastView } from '../../../shared/messages/broadcasts.ts';
import type { Hear } from '../../live/connection.ts';
import type { Joined } from '../../live/room-session.ts';
import { moved, ROOM_FACTS_EVENTS, roomFactsOf, type RoomFacts, type RoomFactsEvent } from './room-facts.ts';

export class Room {
  /** null until the first snapshot. */
  facts = $state.raw<RoomFacts | null>(null);
  /** Server's clock minus the page's, as exact as one reply tells it: good for a display in seconds. */
  clockOffsetMs = $state(0);

  /** Call before the events that follow this snapshot. */
  take(joined: Joined): void {
    this.clockOffsetMs = joined.serverTimeMs - Date.now();
    this.facts = roomFactsOf(joined.snapshot, this.facts);
  }

  /** Our own broadcast is on, by the reply; the event with the same news may come before or after. */
  started(broadcast: BroadcastView): void {
    if (this.facts) this.facts = moved(this.facts, { event: 'broadcast.started', data: broadcast });
  }

  /** The thank-you was read. */
  forgetEnded(): void {
    if (this.facts) this.facts = { ...this.facts, ended: null };
  }

  /** Follows the room's events until the returned function is called. `heard` is told after each. */
  listen(hear: Hear, heard: (event: RoomFactsEvent) => void): () => void {
    const cancels = ROOM_FACTS_EVENTS.map((name) =>
      hear(name, (data) => {
        // The pair is typed by the table; TypeScript cannot see that name and data belong together.
        const event = { event: name, data } as RoomFactsEvent;
        if (this.facts) this.facts = moved(this.facts, event);
        heard(event);
      }),
    );
    return () => {
      for (const cancel of cancels) cancel();
    };
  }
}
