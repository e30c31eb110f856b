// Fan-out: tells a fact to all in a room. Owns each room's numbering; the next event of a room is always seq + 1 of the
// same epoch, so a client that sees a gap knows that it missed something (uWS drops for slow readers without a word).

import { randomUUID } from 'node:crypto';
import type { RoomId } from '../../shared/ids.ts';
import type { Log } from '../lib/log.ts';
import type { Metrics } from '../lib/metrics.ts';
import { encodeEvent } from './frames.ts';
import type { Position, Publish } from './handler.ts';

export type AudienceDeps = {
  readonly broadcastTo: (topic: string, frame: string) => void;
  readonly log: Log;
  readonly metrics: Metrics;
};

export type Audience = {
  readonly publish: Publish;
  position(roomId: RoomId): Position;
  /** The room closed: its numbering ends. Should it open again, it starts a new epoch. */
  forget(roomId: RoomId): void;
  /** Rooms that have a numbering; tests count them to zero. */
  rooms(): number;
};

/** What a connection listens to while it has a seat in this room. */
export const topicOf = (roomId: RoomId): string => `room/${roomId}`;

export const createAudience = (deps: AudienceDeps): Audience => {
  const numbering = new Map<RoomId, { readonly epoch: string; seq: number }>();
  const published = deps.metrics.counter('qiao_events_published_total', 'Room events, each counted once.', ['name']);

  const numberingOf = (roomId: RoomId): { readonly epoch: string; seq: number } => {
    const known = numbering.get(roomId);
    if (known) return known;
    const fresh = { epoch: randomUUID(), seq: 0 };
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
      published.inc({ name });
      deps.broadcastTo(topicOf(roomId), frame);
    },
    position(roomId) {
      const { epoch, seq } = numberingOf(roomId);
      return { epoch, seq };
    },
    forget(roomId) {
      numbering.delete(roomId);
    },
    rooms: () => numbering.size,
  };
};
