// The stage as one page shows it: its tiles and where they lie in this page's frame. Follows the room; asks the server for nothing.

import type { ParticipantId } from '../../../shared/ids.ts';
import type { RoomFacts } from '../broadcasts/room-facts.ts';
import { arrange, type Places } from './arrangement.ts';
import { tilesOf, type Tile } from './tiles.ts';

export type StagingDeps = {
  /** Reactive. */
  readonly facts: () => RoomFacts | null;
};

export class Staging {
  /** Width by height of the frame that everything lies in. */
  aspect = $state(16 / 9);
  /** Who was heard last. */
  speaker = $state<ParticipantId | null>(null);
  speaking = $state.raw<ReadonlySet<ParticipantId>>(new Set());

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
  }

  /** For `{@attach}` on the frame. */
  readonly measure = (frame: HTMLElement): (() => void) => {
    const observer = new ResizeObserver(() => {
      if (frame.clientHeight > 0) this.aspect = frame.clientWidth / frame.clientHeight;
    });
    observer.observe(frame);
    return () => observer.disconnect();
  };

  /** The style of a tile's place; undefined: it has none. */
  styleOf(key: string): string | undefined {
    const place = this.places.get(key);
    if (!place) return undefined;
    const share = (part: number): string => `${(part * 100).toFixed(3)}%`;
    return `left:${share(place.x)};top:${share(place.y)};width:${share(place.width)};height:${share(place.height)}`;
  }
}
