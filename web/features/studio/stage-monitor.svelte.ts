// What the creator sees and hears of those on the stage: a receiver like a viewer's, and what it brings. Built when the first one
// comes, since a creator who is alone receives nothing.

import type { ParticipantId } from '../../../shared/ids.ts';
import type { Publication } from '../../../shared/messages/stage.ts';
import type { Subscription } from '../../../shared/messages/watch.ts';
import { createReceiver, type Receiver } from '../../media/receiver.ts';
import type { Part, Whose } from '../../media/streams.ts';
import { isGuestIn } from '../broadcasts/room-facts.ts';
import type { Room } from '../broadcasts/room.svelte.ts';
import { Staging } from '../stage/staging.svelte.ts';
import { Playback } from '../watch/playback.svelte.ts';
import { Surface } from '../watch/surface.svelte.ts';

/** The strip of those backstage. */
const BESIDE_PIXELS = 100;
/** The creator's own volume on other channels is not for this page. */
const FORGETFUL: Pick<Storage, 'getItem' | 'setItem'> = { getItem: () => null, setItem: () => undefined };

export class StageMonitor {
  readonly staging: Staging;
  readonly playback = new Playback(FORGETFUL);
  readonly #room: Room;
  readonly #receiver: Receiver;
  readonly #surfaces = new Map<string, Surface>();
  #subscriptions = $state.raw<readonly Subscription[]>([]);

  constructor(room: Room) {
    this.#room = room;
    this.#receiver = createReceiver({
      ask: room.ask, hear: room.hear, onState: () => undefined,
      onTracks: () => {
        this.#subscriptions = this.#receiver.subscriptions();
        this.playback.tracksChanged();
      },
      isGuest: (id) => isGuestIn(room.facts, id),
      isTalking: () => true,
    });
    this.#receiver.follow(room.facts?.broadcast ?? null, []);
    const { hear } = room;
    this.staging = new Staging({
      facts: () => room.facts, hear, subscriptions: () => this.#subscriptions, show: this.#receiver.show,
      besides: ({ participantId, source }) => (source === 'camera' && this.#isWaiting(participantId) ? BESIDE_PIXELS * devicePixelRatio : 0),
    });
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
    this.staging.showAgain();
  }

  /** Shown in the strip below the picture. */
  #isWaiting(id: ParticipantId): boolean {
    return this.#room.facts?.stage.seats.some(({ participantId, isHost, state, isHidden }) => participantId === id && !isHost && (state === 'backstage' || isHidden)) ?? false;
  }

  close(): void {
    this.staging.close();
    this.#receiver.close();
  }
}
