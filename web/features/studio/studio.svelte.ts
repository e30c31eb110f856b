// The studio's state: builds the place in the room, the devices and the sender, and leads a broadcast from the preflight to
// its summary. Built by the page and gone with it. Components read it and call its acts; none knows a socket or a transport.

import { REPORT_INTERVAL_MS, THUMBNAIL_INTERVAL_MS } from '../../../shared/limits.ts';
import type { BroadcastView } from '../../../shared/messages/broadcasts.ts';
import type { ChannelView } from '../../../shared/messages/rooms.ts';
import type { SeenFrame } from '../../../shared/messages/time.ts';
import type { Params } from '../../../shared/messages.ts';
import { browserClock, every } from '../../live/clock.ts';
import { call } from '../../live/http.ts';
import { codeOf } from '../../live/request-error.ts';
import type { Joined } from '../../live/room-session.ts';
import { takeThumbnail } from '../../media/thumbnail.ts';
import { errorText } from '../../text/error-text.ts';
import { m } from '../../text/generated/messages.js';
import type { Toasts } from '../../ui/toasts.svelte.ts';
import { receivableIn, type RoomFactsEvent } from '../broadcasts/room-facts.ts';
import { Room } from '../broadcasts/room.svelte.ts';
import type { Interaction } from '../interaction/interaction.svelte.ts';
import { loadInteraction } from '../interaction/load.ts';
import type { Person } from '../interaction/part.ts';
import { Audience } from './audience.svelte.ts';
import { ConnectionCheck } from './connection-check.svelte.ts';
import type { Devices } from './devices.svelte.ts';
import { Draft } from './draft.svelte.ts';
import { StageMonitor } from './stage-monitor.svelte.ts';
import { LeaveQuestion } from './leave-question.svelte.ts';
import { Measurements } from './measurements.svelte.ts';
import type { MicrophoneLevel } from './microphone-level.svelte.ts';
import { OwnMedia } from './own-media.svelte.ts';
import { keepLinkKey, recallLinkKey, viewerLink } from './private-link.ts';
import { studioViewOf, type Act } from './studio-view.ts';

export type StudioDeps = { readonly channel: ChannelView; readonly toasts: Toasts; readonly me: () => Person | null };

/** The first picture for the home page: soon, but not the camera's first dark frame. */
const FIRST_THUMBNAIL_MS = 1_000;
/** From the camera's glass to the own preview: a frame or two. */
const PREVIEW_DELAY_MS = 40;
const PREVIEW_DELAY_ERROR_MS = 40;

export class Studio {
  readonly channel: ChannelView;
  readonly room = new Room();
  readonly own: OwnMedia;
  readonly devices: Devices;
  readonly level: MicrophoneLevel;
  readonly check: ConnectionCheck;
  readonly draft: Draft;
  readonly measurements: Measurements;
  readonly audience: Audience;
  readonly leaveQuestion = new LeaveQuestion();

  /** The element that shows what is sent, for as long as there is one. */
  preview: HTMLVideoElement | null = null;
  /** What comes from those on the stage; null while nobody came. */
  monitor = $state.raw<StageMonitor | null>(null);
  /** What people do here; null until it is loaded. */
  interaction = $state.raw<Interaction | null>(null);
  /** The last change that a person who does not see the page should hear. */
  announcement = $state('');
  /** Why going live did not work, until the next try. */
  problem = $state<string | null>(null);

  readonly #toasts: Toasts;
  readonly #stops: (() => void)[];
  #act = $state.raw<Act>({ is: 'none' });
  #linkKey = $state<string | null>(null);

  readonly view = $derived(studioViewOf(this.room.connection, this.room.session, this.room.facts, this.#act));
  readonly broadcast: BroadcastView | null = $derived(this.room.facts?.broadcast ?? null);
  readonly viewers = $derived(this.room.facts?.viewers ?? 0);
  readonly isOnAir = $derived(this.view.is === 'live' || this.view.is === 'starting');

  constructor(deps: StudioDeps) {
    this.channel = deps.channel;
    this.#toasts = deps.toasts;
    this.draft = new Draft(deps.channel, localStorage);
    const { room } = this;
    this.own = new OwnMedia({
      ask: room.ask, hear: room.hear, toasts: deps.toasts,
      mayPublish: () => this.broadcast !== null,
      onRefused: (error) => this.#failed(error),
    });
    this.devices = this.own.devices;
    this.level = this.own.level;
    this.check = new ConnectionCheck(room.ask);
    this.audience = new Audience(room.hear);
    this.measurements = new Measurements({
      ask: room.ask,
      sender: () => this.own.sender,
      clockOffset: room.ownClock,
      isSocketOpen: () => room.isJoined,
      sourceFramesPerSecond: () => this.devices.framesPerSecond,
    });
    room.enter({
      handle: deps.channel.handle,
      as: 'studio',
      onJoined: (joined) => this.#joined(joined),
      onEvent: (event) => this.#heard(event),
    });
    this.#stops = [
      every(browserClock, REPORT_INTERVAL_MS, () => void (this.isOnAir && this.measurements.take())),
      every(browserClock, THUMBNAIL_INTERVAL_MS, () => void this.#sendThumbnail()),
      loadInteraction({ room, handle: deps.channel.handle, toasts: deps.toasts, me: deps.me, seen: () => this.#seen() }, (opened) => {
        this.interaction = opened;
      }),
      () => this.check.stop(),
      () => this.audience.close(),
      () => this.own.close(),
      () => this.monitor?.close(),
      () => room.close(),
    ];
    void this.devices.open();
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  /** The link to hand on; null when it is private and this window does not know its secret. */
  get viewerUrl(): string | null {
    const isPrivate = this.broadcast?.visibility === 'private';
    if (isPrivate && this.#linkKey === null) return null;
    return viewerLink(location.origin, this.channel.handle, isPrivate ? this.#linkKey : null);
  }

  async goLive(): Promise<void> {
    if (this.#act.is !== 'none' || this.broadcast || !this.devices.hasAny) return;
    this.problem = null;
    this.check.stop();
    this.#act = { is: 'starting' };
    try {
      const { broadcast, linkKey } = await this.room.ask('broadcast.start', this.draft.params);
      this.#linkKey = linkKey;
      if (linkKey !== null) keepLinkKey(sessionStorage, broadcast.broadcastId, linkKey);
      this.room.started(broadcast);
      this.draft.keep();
      this.measurements.reset();
      await this.own.sync();
      this.announcement = m.studio_live_announced();
      browserClock.after(FIRST_THUMBNAIL_MS, () => void this.#sendThumbnail());
      browserClock.after(FIRST_THUMBNAIL_MS, () => void this.measurements.take());
    } catch (error) {
      this.problem = m.studio_start_failed({ reason: errorText(codeOf(error) ?? 'internal') });
    } finally {
      this.#act = { is: 'none' };
    }
  }

  async end(): Promise<void> {
    if (this.#act.is !== 'none') return;
    this.#act = { is: 'ending' };
    try {
      this.#act = { is: 'ended', summary: await this.room.ask('broadcast.end', {}) };
    } catch (error) {
      this.#act = { is: 'none' };
      // It ended by itself meanwhile: the page shows so.
      if (codeOf(error) !== 'not_live') this.#failed(error);
    }
  }

  /** Changes the running broadcast; true if the server took it. */
  async update(change: Params<'broadcast.update'>): Promise<boolean> {
    try {
      await this.room.ask('broadcast.update', change);
      this.#toasts.show(m.studio_details_saved(), { tone: 'good' });
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  /** From the summary back to the preflight. */
  again(): void {
    this.#act = { is: 'none' };
    this.room.forgetEnded();
    if (this.room.connection.is === 'closed') location.reload();
    else {
      void this.devices.open();
      this.own.makeReady();
    }
  }

  /** The host sees the camera itself. */
  #seen(): SeenFrame | null {
    const own = this.room.ownClock();
    return own && { capturedAtMs: browserClock.nowMs() + own.offsetMs - PREVIEW_DELAY_MS, errorMs: own.errorMs + PREVIEW_DELAY_ERROR_MS };
  }

  #watchStage(): void {
    const hasGuests = this.room.facts?.stage.seats.some(({ isHost }) => !isHost) ?? false;
    if (hasGuests) this.monitor ??= new StageMonitor(this.room);
  }

  #failed(error: unknown): void {
    this.#toasts.show(m.studio_action_failed({ reason: errorText(codeOf(error) ?? 'internal') }), { tone: 'danger' });
  }

  #joined({ snapshot, participantId }: Joined): void {
    const { broadcast } = snapshot;
    this.#watchStage();
    if (broadcast) {
      this.monitor?.follow(receivableIn(snapshot, participantId));
      this.#linkKey ??= recallLinkKey(sessionStorage, broadcast.broadcastId);
      this.own.follow(snapshot.stage.publications);
    } else {
      this.own.letGo();
      this.own.makeReady();
      if (this.check.outcome === null) void this.check.run();
    }
  }

  #heard({ event }: RoomFactsEvent): void {
    if (event === 'stage.changed') this.#watchStage();
    if (event === 'broadcast.resumed') this.#toasts.show(m.studio_resumed(), { tone: 'good' });
    if (event === 'broadcast.ended') this.own.letGo();
  }

  /** A fresh picture for the home page; public broadcasts only, because only those are listed. */
  async #sendThumbnail(): Promise<void> {
    if (this.view.is !== 'live' || this.broadcast?.visibility !== 'public') return;
    const body = this.preview && (await takeThumbnail(this.preview));
    // One that does not arrive is not missed: the next one comes soon.
    if (body) await call('broadcast.thumbnail', { path: { handle: this.channel.handle }, body }).catch(() => undefined);
  }
}
