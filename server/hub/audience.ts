// Fan-out: tells a fact to all in a room. Owns each room's numbering and its ring of recent events; the next event of a room
// is always seq + 1 of the same epoch, so a client that sees a gap knows that it missed something (uWS drops for slow readers
// without a word) and asks for what it missed: it gets all of it, or nothing and a snapshot (rule J8).

import { randomUUID } from 'node:crypto';
import type { EventFrame } from '../../shared/envelope.ts';
import type { RoomId } from '../../shared/ids.ts';
import { EVENTS_KEPT_MAX, EVENT_BYTES_KEPT_MAX } from '../../shared/limits.ts';
import type { Log } from '../lib/log.ts';
import type { Metrics } from '../lib/metrics.ts';
import { createEventRing } from './event-ring.ts';
import type { EventRing } from './event-ring.ts';
import { encodeEvent } from './frames.ts';
import type { Position, Publish } from './handler.ts';

export type AudienceDeps = {
  readonly broadcastTo: (topic: string, frame: string) => void;
  readonly log: Log;
  readonly metrics: Metrics;
};

/** A room event with its number, as it was told. */
export type NumberedEvent = EventFrame & Position;

export type Audience = {
  readonly publish: Publish;
  position(roomId: RoomId): Position;
  /** Everything after a position, oldest first; null if that is not all there any more, or was never here. */
  missedSince(roomId: RoomId, since: Position): NumberedEvent[] | null;
  /** The room closed: its numbering ends. Should it open again, it starts a new epoch. */
  forget(roomId: RoomId): void;
  /** Rooms that have a numbering; tests count them to zero. */
  rooms(): number;
};

/** What a connection listens to while it has a seat in this room. */
export const topicOf = (roomId: RoomId): string => `room/${roomId}`;

type Numbering = { readonly epoch: string; seq: number; readonly ring: EventRing };

export const createAudience = (deps: AudienceDeps): Audience => {
  const numbering = new Map<RoomId, Numbering>();
  const published = deps.metrics.counter('qiao_events_published_total', 'Room events, each counted once.', ['name']);

  const numberingOf = (roomId: RoomId): Numbering => {
    const known = numbering.get(roomId);
    if (known) return known;
    const fresh = { epoch: randomUUID(), seq: 0, ring: createEventRing({ eventsMax: EVENTS_KEPT_MAX, bytesMax: EVENT_BYTES_KEPT_MAX }) };
    numbering.set(roomId, fresh);
    return fresh;
  };

  return {
    publish(roomId, name, data) {
      const place = numbering.get(roomId);
      if (!place) return; // Nobody took a position, so nobody listens.
      const next = { epoch: place.epoch, seq: place.seq + 1 };
      const frame = encodeEvent(name, data, (issues) => deps.log.error({ event: name, issues }, 'event does not fit the table'), next);
      if (frame === null) return; // No number was used up, so nobody waits for it.
      place.seq = next.seq;
      place.ring.add(next.seq, frame);
      published.inc({ name });
      deps.broadcastTo(topicOf(roomId), frame);
    },
    position(roomId) {
      const { epoch, seq } = numberingOf(roomId);
      return { epoch, seq };
    },
    missedSince(roomId, since) {
      const place = numbering.get(roomId);
      if (place?.epoch !== since.epoch || since.seq > place.seq) return null;
      return place.ring.after(since.seq)?.map((frame) => JSON.parse(frame) as NumberedEvent) ?? null;
    },
    forget(roomId) {
      numbering.delete(roomId);
    },
    rooms: () => numbering.size,
  };
};
