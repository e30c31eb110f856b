// A page's place in a channel's room: the connection, the membership that outlives it, the two clocks, and what is known of
// the broadcast, all of it reactive. Studio and watch page each build one and close it. Knows no media.

import type { ParticipantId } from '../../../shared/ids.ts';
import type { Role } from '../../../shared/permissions.ts';
import type { BroadcastView } from '../../../shared/messages/broadcasts.ts';
import type { ClockOffset } from '../../../shared/time.ts';
import { createClockSync } from '../../live/clock-sync.ts';
import { browserClock } from '../../live/clock.ts';
import { createConnection, liveUrl, type Connection, type ConnectionState, type Hear } from '../../live/connection.ts';
import type { Ask } from '../../live/requests.ts';
import { createRoomSession, type Joined, type RoomSession, type RoomSessionDeps, type RoomSessionState } from '../../live/room-session.ts';
import { createRoomFeed, type RoomFeed } from '../interaction/room-feed.ts';
import { moved, ROOM_FACTS_EVENTS, roomFactsOf, type RoomFacts, type RoomFactsEvent } from './room-facts.ts';

export type Entrance = Pick<RoomSessionDeps, 'handle' | 'as' | 'linkKey' | 'source' | 'prepareWatch' | 'onWatch'> & {
  /** Told after the facts have taken the snapshot, and before the events that follow it. */
  readonly onJoined: (joined: Joined) => void;
  readonly onSession?: (state: RoomSessionState) => void;
  /** Told after the facts have taken the event. */
  readonly onEvent: (event: RoomFactsEvent) => void;
};

export class Room {
  /** null until the first snapshot. */
  facts = $state.raw<RoomFacts | null>(null);
  connection = $state.raw<ConnectionState>({ is: 'connecting' });
  session = $state.raw<RoomSessionState>({ is: 'joining' });
  /** What this person may do here; null before the first join. */
  role = $state<Role | null>(null);
  /** Ours, kept while we are away; null before the first join. */
  participantId = $state<ParticipantId | null>(null);
  /** Server's clock minus the page's, as exact as one reply tells it: good for a display in seconds. */
  clockOffsetMs = $state(0);
  readonly isJoined = $derived(this.session.is === 'joined');

  readonly ask: Ask;
  readonly hear: Hear;
  /** What people do here, for the parts of the page that come later. */
  readonly feed: RoomFeed;
  /** As exact as it can be measured, with its error. */
  readonly ownClock: () => ClockOffset | null;

  readonly #connection: Connection;
  #session: RoomSession | null = null;
  readonly #stops: (() => void)[];

  constructor() {
    const connection = createConnection({ url: liveUrl(location) });
    const clockSync = createClockSync({ clock: browserClock, exchange: () => connection.request('clock.sync', {}) });
    this.#connection = connection;
    this.ask = connection.request;
    this.hear = connection.on;
    this.ownClock = clockSync.offset;
    this.feed = createRoomFeed(connection.on);
    this.#stops = [
      connection.onState((state) => {
        this.connection = state;
        // Another connection may go another way.
        if (state.is === 'open') clockSync.start();
      }),
      connection.on('role.changed', ({ role }) => { this.role = role; }),
      clockSync.stop,
      this.feed.stop,
    ];
  }

  /** Goes in, and comes back after every drop. Once, when everything that listens is there. */
  enter({ onJoined, onSession, onEvent, ...place }: Entrance): void {
    const session = createRoomSession({
      ...place,
      connection: this.#connection,
      onJoined: (joined) => {
        this.clockOffsetMs = joined.serverTimeMs - Date.now();
        this.participantId = joined.participantId;
        this.facts = roomFactsOf(joined.snapshot, this.facts);
        onJoined(joined);
        this.feed.joined(joined);
      },
    });
    this.#session = session;
    this.#stops.push(session.onState((state) => {
      this.session = state;
      if (state.is === 'joined') this.role = state.role;
      onSession?.(state);
    }));
    for (const name of ROOM_FACTS_EVENTS) {
      this.#stops.push(this.hear(name, (data) => {
        // The pair is typed by the table; TypeScript cannot see that name and data belong together.
        const event = { event: name, data } as RoomFactsEvent;
        if (this.facts) this.facts = moved(this.facts, event);
        onEvent(event);
      }));
    }
  }

  /** Waits no longer for the next try. */
  reconnect(): void {
    this.#connection.restart();
  }

  /** Asks again to be let in. */
  joinAgain(): void {
    this.#session?.join();
  }

  /** Our own broadcast is on, by the reply; the event with the same news may come before or after. */
  started(broadcast: BroadcastView): void {
    if (this.facts) this.facts = moved(this.facts, { event: 'broadcast.started', data: broadcast });
  }

  /** The thank-you was read. */
  forgetEnded(): void {
    if (this.facts) this.facts = { ...this.facts, ended: null };
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#connection.close();
  }
}
