// The stage as one page shows it: its tiles, where they lie in this page's frame, and who is heard. Tells the server what is shown and
// how large, so that nothing else is sent.

import { untrack } from 'svelte';
import type { ParticipantId } from '../../../shared/ids.ts';
import type { ShownPicture } from '../../../shared/messages/watch.ts';
import { browserClock, type Cancel } from '../../live/clock.ts';
import type { Hear } from '../../live/connection.ts';
import { isGuestIn, type RoomFacts } from '../broadcasts/room-facts.ts';
import { arrange, type Place, type Places } from './arrangement.ts';
import { shownPictures, type Shown } from './shown-pictures.ts';
import { tilesOf, type Tile } from './tiles.ts';

export type StagingDeps = {
  /** Reactive. */
  readonly facts: () => RoomFacts | null;
  readonly hear: Hear;
  /** Reactive. */
  readonly subscriptions: () => Shown['subscriptions'];
  /** Tells the server what is shown. */
  readonly show: (pictures: readonly ShownPicture[]) => void;
  readonly besides?: Shown['besides'];
};

/** A window that is drawn larger by hand, or a layout that is tried, asks once when it rests. */
const SHOW_AFTER_MS = 250;

const WHOLE: Place = { x: 0, y: 0, width: 1, height: 1, fit: 'contain', isOver: false };
const ALONE: Places = new Map([['host face', WHOLE], ['host screen', WHOLE]]);

export class Staging {
  /** Width by height of the frame that everything lies in. */
  aspect = $state(16 / 9);
  /** Who was heard last. */
  speaker = $state<ParticipantId | null>(null);
  speaking = $state.raw<ReadonlySet<ParticipantId>>(new Set());

  /** Of the frame, in device pixels. */
  #frameHeight = $state(0);
  #shown = '';
  readonly #stops: Cancel[];

  readonly #deps: StagingDeps;
  readonly tiles: readonly Tile[] = $derived.by(() => {
    const facts = this.#deps.facts();
    return facts?.broadcast ? tilesOf(facts.stage, facts.broadcast.publications) : [];
  });
  /** Somebody beside the host is seen or heard by the audience. */
  readonly isStaged: boolean = $derived.by(() => this.#deps.facts()?.stage.seats.some(({ isHost, state }) => !isHost && state === 'on_stage') ?? false);
  /** None while the host is alone: the page shows them as it always does. */
  readonly places: Places = $derived.by(() =>
    !this.isStaged ? new Map() : arrange(this.#deps.facts()?.stage.layout.kind ?? 'grid', this.tiles, { aspect: this.aspect, speaker: this.speaker }));

  /** Everybody beside the host, those without a place among them. */
  readonly guests: readonly ParticipantId[] = $derived.by(() =>
    (this.#deps.facts()?.stage.seats ?? []).filter(({ isHost }) => !isHost).map(({ participantId }) => participantId));

  constructor(deps: StagingDeps) {
    this.#deps = deps;
    let cancelShow: Cancel = () => {};
    this.#stops = [
      deps.hear('speaker.changed', ({ speaking }) => this.#speak(speaking)),
      deps.hear('broadcast.ended', () => this.#speak([])),
      $effect.root(() => {
        $effect(() => {
          const pictures = this.#pictures;
          cancelShow();
          cancelShow = browserClock.after(SHOW_AFTER_MS, () => this.#show(pictures));
        });
      }),
      () => cancelShow(),
    ];
  }

  /** A server that made a new participant of us does not know what we show. */
  showAgain(): void {
    this.#shown = '';
    this.#show(untrack(() => this.#pictures));
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  /** For `{@attach}` on the frame. */
  readonly measure = (frame: HTMLElement): (() => void) => {
    const observer = new ResizeObserver(() => {
      if (frame.clientHeight === 0) return;
      this.aspect = frame.clientWidth / frame.clientHeight;
      this.#frameHeight = frame.clientHeight * devicePixelRatio;
    });
    observer.observe(frame);
    return () => observer.disconnect();
  };

  readonly #pictures: readonly ShownPicture[] = $derived.by(() => {
    const { subscriptions, besides, facts } = this.#deps;
    return shownPictures({
      subscriptions: subscriptions(), frameHeight: this.#frameHeight, isGuest: (id) => isGuestIn(facts(), id),
      // The host alone is as large as the frame.
      places: this.isStaged ? this.places : ALONE,
      ...(besides ? { besides } : {}),
    });
  });

  #show(pictures: readonly ShownPicture[]): void {
    const told = JSON.stringify(pictures);
    if (told === this.#shown || pictures.length === 0 || this.#frameHeight === 0) return;
    this.#shown = told;
    this.#deps.show(pictures);
  }

  #speak(speaking: readonly ParticipantId[]): void {
    this.speaking = new Set(speaking);
    this.speaker = speaking[0] ?? this.speaker;
  }

  /** The style of a tile's place; undefined: it has none. */
  styleOf(key: string): string | undefined {
    const place = this.places.get(key);
    if (!place) return undefined;
    const share = (part: number): string => `${(part * 100).toFixed(3)}%`;
    return `left:${share(place.x)};top:${share(place.y)};width:${share(place.width)};height:${share(place.height)}`;
  }
}
