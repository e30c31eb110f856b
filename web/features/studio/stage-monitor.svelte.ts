// What the creator sees and hears of those on the stage: a receiver like a viewer's, and what it brings. Built when the first one
// comes, since a creator who is alone receives nothing.

import type { ParticipantId } from '../../../shared/ids.ts';
import type { Publication } from '../../../shared/messages/stage.ts';
import { createReceiver, type Receiver } from '../../media/receiver.ts';
import type { Part, Whose } from '../../media/streams.ts';
import { isGuestIn } from '../broadcasts/room-facts.ts';
import type { Room } from '../broadcasts/room.svelte.ts';
import { Staging } from '../stage/staging.svelte.ts';
import { Playback } from '../watch/playback.svelte.ts';
import { Surface } from '../watch/surface.svelte.ts';

/** The creator's own volume on other channels is not for this page. */
const FORGETFUL: Pick<Storage, 'getItem' | 'setItem'> = { getItem: () => null, setItem: () => undefined };

export class StageMonitor {
  readonly staging: Staging;
  readonly playback = new Playback(FORGETFUL);
  readonly #room: Room;
  readonly #receiver: Receiver;
  readonly #surfaces = new Map<string, Surface>();

  constructor(room: Room) {
    this.#room = room;
    this.staging = new Staging({ facts: () => room.facts });
    this.#receiver = createReceiver({
      ask: room.ask, hear: room.hear, onState: () => undefined,
      onTracks: () => this.playback.tracksChanged(),
      isGuest: (id) => isGuestIn(room.facts, id),
    });
    this.#receiver.follow(room.facts?.broadcast ?? null, []);
  }

  surfaceOf(whose: Whose, part: Part): Surface {
    const key = `${whose} ${part}`;
    const surface = this.#surfaces.get(key) ?? new Surface(this.#receiver.streamOf(whose, part));
    this.#surfaces.set(key, surface);
    return surface;
  }

  streamOf(id: ParticipantId): MediaStream {
    return this.#receiver.streamOf(id, 'face');
  }

  /** After a rejoin. */
  follow(receivable: readonly Publication[]): void {
    this.#receiver.follow(this.#room.facts?.broadcast ?? null, receivable);
  }

  close(): void {
    this.#receiver.close();
  }
}
