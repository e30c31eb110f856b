// The watch page's state: builds the place in the room, the receiver and the player, and turns what they say into one view.
// Built by the page and gone with it. Components read it and call its acts; none of them knows a socket or a transport.

import type { Quality, Subscription } from '../../../shared/messages/watch.ts';
import type { BroadcastSummary, BroadcastView } from '../../../shared/messages/broadcasts.ts';
import type { ChannelView } from '../../../shared/messages/rooms.ts';
import type { Source } from '../../../shared/sources.ts';
import type { SeenFrame } from '../../../shared/messages/time.ts';
import { REPORT_INTERVAL_MS } from '../../../shared/limits.ts';
import { browserClock, every } from '../../live/clock.ts';
import { call } from '../../live/http.ts';
import { codeOf } from '../../live/request-error.ts';
import type { RoomSessionState } from '../../live/room-session.ts';
import { createLatencyMeter, type LatencyMeter } from '../../media/latency.ts';
import { createReceiver, type Receiver } from '../../media/receiver.ts';
import type { Part as StreamPart, Whose } from '../../media/streams.ts';
import { watchPath } from '../../routes.ts';
import { m } from '../../text/generated/messages.js';
import type { Toasts } from '../../ui/toasts.svelte.ts';
import { Room } from '../broadcasts/room.svelte.ts';
import type { Interaction } from '../interaction/interaction.svelte.ts';
import { loadInteraction } from '../interaction/load.ts';
import type { Person } from '../interaction/part.ts';
import { isGuestIn, receivableIn, type RoomFactsEvent } from '../broadcasts/room-facts.ts';
import type { Staging } from '../stage/staging.svelte.ts';
import { Controls } from './controls.svelte.ts';
import { Measurements } from './measurements.svelte.ts';
import { pictureOf, qualitiesOf, type VideoSource } from './picture.ts';
import { Playback } from './playback.svelte.ts';
import { Presentation } from './presentation.svelte.ts';
import { Still } from './still.svelte.ts';
import { Surface } from './surface.svelte.ts';
import { watchViewOf } from './watch-view.ts';

const LATENCY_SHOWN_EVERY_MS = 500;
/** Cameras send frames all the time; browsers repeat the frame of a still screen about once a second. */
const FROZEN_AFTER_MS: Record<VideoSource, number> = { camera: 1_200, screen: 4_000 };

export type WatchDeps = {
  readonly handle: string;
  readonly linkKey: string | null;
  /** What brought the person here. */
  readonly source: Source;
  readonly toasts: Toasts;
  /** Null: a guest. */
  readonly me: () => Person | null;
};

export class Watch {
  readonly handle: string;
  readonly hasLinkKey: boolean;
  readonly room = new Room();
  readonly playback = new Playback(localStorage);
  readonly presentation = new Presentation();
  readonly controls: Controls;
  readonly still: Still;
  readonly camera: Surface;
  readonly screen: Surface;
  readonly measurements: Measurements;

  quality = $state<Quality>('auto');
  past = $state.raw<readonly BroadcastSummary[] | null>(null);
  /** Where everybody lies; null while the host is alone. */
  staging = $state.raw<Staging | null>(null);
  /** What people do here; null until it is loaded. */
  interaction = $state.raw<Interaction | null>(null);
  /** The last change that a person who does not see the page should hear. */
  announcement = $state('');
  /** The page's clock, second by second, for countdowns. */
  nowMs = $state(browserClock.nowMs());

  readonly #receiver: Receiver;
  readonly #toasts: Toasts;
  readonly #stops: (() => void)[];
  #subscriptions = $state.raw<readonly Subscription[]>([]);
  #isSwapped = $state(false);
  #hasJoined = false;
  /** When the page began to come in; null: nobody looked, or there was no picture to wait for. */
  #cameAtMs = document.hidden ? null : performance.now();
  readonly #guests = new Map<string, Surface>();
  readonly #latencyMeters: Partial<Record<VideoSource, LatencyMeter>> = {};
  /** From the channel's page, for when the room does not let us in. */
  #shownChannel = $state.raw<ChannelView | null>(null);

  readonly view = $derived(watchViewOf(this.room.connection, this.room.session, this.room.facts));
  readonly channel = $derived(this.room.facts?.channel ?? this.#shownChannel);
  /** What is on screen: on air, or just over. */
  readonly broadcast: BroadcastView | null = $derived(this.room.facts?.broadcast ?? this.room.facts?.ended?.broadcast ?? null);
  readonly viewers = $derived(this.room.facts?.viewers ?? 0);
  /** What the host sends. */
  readonly #hosts = $derived((this.room.facts?.broadcast?.publications ?? []).filter(({ participantId }) => !isGuestIn(this.room.facts, participantId)));
  readonly picture = $derived(pictureOf(this.#hosts, this.#isSwapped));
  /** Somebody has a seat beside the host, be it backstage. */
  readonly hasGuests = $derived((this.room.facts?.stage.seats.length ?? 0) > 1);
  /** The surface that is large; sound alone comes with the camera's. */
  readonly main: Surface = $derived.by(() => (this.picture.main === 'screen' ? this.screen : this.camera));
  /** Of what is large. */
  readonly subscription = $derived(this.#subscriptions.find(({ source, participantId }) => source === (this.picture.main ?? 'microphone') && !isGuestIn(this.room.facts, participantId)));
  readonly qualities: readonly Quality[] = $derived(qualitiesOf(this.subscription?.layers ?? 1));
  /** "VP8", as people write it. */
  readonly codec = $derived(this.subscription?.rtpParameters.codecs[0]?.mimeType.replace(/^.*\//, '') ?? null);

  constructor(deps: WatchDeps) {
    this.handle = deps.handle;
    this.hasLinkKey = deps.linkKey !== null;
    this.#toasts = deps.toasts;
    const { room } = this;
    const receiver = createReceiver({
      ask: room.ask, hear: room.hear, onState: () => undefined, onTracks: () => this.#tracksChanged(),
      isGuest: (id) => isGuestIn(room.facts, id),
      isTalking: () => room.participantId !== null && isGuestIn(room.facts, room.participantId),
    });
    this.#receiver = receiver;
    this.camera = new Surface(receiver.streamOf('host', 'face'));
    this.screen = new Surface(receiver.streamOf('host', 'screen'));
    this.controls = new Controls(() => this.playback.isPaused);
    this.still = new Still(() => this.#frameToleranceMs());
    this.measurements = new Measurements({
      receiver,
      ask: room.ask,
      picture: () => this.picture.main ?? 'camera',
      latency: (stats) => this.#latencyMeters[this.picture.main ?? 'camera']?.latency(stats) ?? null,
      firstPictureMs: () => {
        const at = this.main.firstPictureAtMs;
        return at === null || this.#cameAtMs === null ? null : at - this.#cameAtMs;
      },
      isPaused: () => this.playback.isPaused,
      isJoined: () => room.isJoined,
    });
    room.enter({
      handle: deps.handle,
      as: 'viewer',
      linkKey: deps.linkKey ?? undefined,
      source: deps.source,
      prepareWatch: receiver.prepare,
      onWatch: receiver.accept,
      onJoined: ({ snapshot, participantId }) => {
        receiver.follow(snapshot.broadcast, receivableIn(snapshot, participantId));
        this.#needPast();
      },
      onSession: (state) => this.#sessionChanged(state),
      onEvent: (event) => this.#heard(event),
    });
    this.#stops = [
      every(browserClock, 1_000, () => { this.nowMs = browserClock.nowMs(); }),
      every(browserClock, LATENCY_SHOWN_EVERY_MS, () => this.measurements.look()),
      every(browserClock, REPORT_INTERVAL_MS, () => void this.measurements.take()),
      this.still.start(),
      () => this.controls.close(),
      loadInteraction({ room, handle: deps.handle, toasts: deps.toasts, me: deps.me, seen: () => this.#seen() }, (opened) => {
        this.interaction = opened;
      }),
      () => this.staging?.close(),
      receiver.close,
      () => room.close(),
    ];
  }

  get title(): string {
    const name = this.channel?.displayName ?? `@${this.handle}`;
    return this.broadcast ? m.watch_page_title({ title: this.broadcast.title, channel: name }) : name;
  }

  /** "UDP" or "TCP"; null where the browser does not tell. */
  get protocol(): string | null {
    const ice = this.#receiver.receiverOf('host', this.picture.main ?? 'microphone')?.transport?.iceTransport;
    return ice?.getSelectedCandidatePair?.()?.local?.protocol?.toUpperCase() ?? null;
  }

  /** The address to hand on; a private link's key is part of it. */
  get shareUrl(): string {
    const url = new URL(`${watchPath(this.handle)}${location.search}`, location.origin);
    url.searchParams.delete('stage'); // A seat on the stage is not to be handed on.
    url.searchParams.set('from', 'share');
    return url.href;
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  /** For `{@attach}` on each video: measures how old its frames are. */
  readonly measureOn = (source: VideoSource) => (video: HTMLVideoElement): (() => void) => {
    const meter = createLatencyMeter({
      video,
      receiver: () => this.#receiver.receiverOf('host', source),
      ownClock: this.room.ownClock,
      hostClock: () => this.room.facts?.broadcast?.hostClock ?? null,
    });
    this.#latencyMeters[source] = meter;
    return meter.stop;
  };

  /** What somebody beside the host sends. */
  surfaceOf(whose: Whose, part: StreamPart): Surface {
    const key = `${whose} ${part}`;
    const surface = this.#guests.get(key) ?? new Surface(this.#receiver.streamOf(whose, part));
    this.#guests.set(key, surface);
    return surface;
  }

  /** Its code comes when the first one has a seat. */
  openStaging(Opened: typeof Staging): void {
    const { hear } = this.room;
    this.staging ??= new Opened({ facts: () => this.room.facts, hear, subscriptions: () => this.#subscriptions, show: this.#receiver.show });
  }

  swapPictures(): void {
    this.#isSwapped = !this.#isSwapped;
  }

  /** A refusal leaves the choice as it was, and says why. */
  async prefer(quality: Quality): Promise<void> {
    const before = this.quality;
    this.quality = quality;
    try {
      await this.room.ask('watch.prefer', { quality });
    } catch (error) {
      this.quality = before;
      // The words for all that can go wrong are no part of the first script.
      const { errorText } = await import('../../text/error-text.ts');
      this.#toasts.show(errorText(codeOf(error) ?? 'internal'), { tone: 'danger' });
    }
  }

  retryNow(): void {
    this.room.reconnect();
  }

  retryJoin(): void {
    this.room.joinAgain();
  }

  #seen(): SeenFrame | null {
    return this.#latencyMeters[this.picture.main ?? 'camera']?.seen(this.measurements.measured) ?? null;
  }

  #frameToleranceMs(): number | null {
    const { main } = this.picture;
    const expects = main !== null && this.view.is !== 'interrupted' && this.main.hasPicture && !this.playback.isPaused;
    return expects ? FROZEN_AFTER_MS[main] : null;
  }

  #tracksChanged(): void {
    this.#subscriptions = this.#receiver.subscriptions();
    this.playback.tracksChanged();
  }

  #sessionChanged(state: RoomSessionState): void {
    if (state.is === 'refused') this.#needPast();
    if (state.is !== 'joined') return;
    if (this.#hasJoined) this.announcement = m.watch_back();
    else if (this.picture.main === null) this.#cameAtMs = null;
    this.#hasJoined = true;
    // The choice belongs to this page; a server that made a new participant of us does not know it.
    if (this.quality !== 'auto') void this.prefer(this.quality);
    this.staging?.showAgain();
  }

  #heard({ event }: RoomFactsEvent): void {
    const channel = this.channel?.displayName ?? '';
    if (event === 'broadcast.started') this.announcement = m.watch_went_live({ channel });
    if (event === 'broadcast.interrupted') this.announcement = m.watch_interrupted_about({ channel });
    if (event === 'broadcast.resumed') this.announcement = m.watch_back();
    if (event === 'broadcast.ended') {
      this.past = null;
      this.#needPast();
    }
  }

  /** The channel's last broadcasts, for a page without one on air. It does without when they cannot be had. */
  #needPast(): void {
    if (this.past !== null || this.room.facts?.broadcast) return;
    call('channel.show', { path: { handle: this.handle } }).then(
      ({ channel, past }) => {
        this.#shownChannel = channel;
        this.past = past;
      },
      () => { this.past = []; },
    );
  }
}
