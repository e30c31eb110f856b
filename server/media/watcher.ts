// One participant's receiving side: one transport, and one consumer for each publication that its browser can decode.
// Everything runs before the browser knows of it: the page sent its DTLS fingerprint with the request, so transport,
// connect and consumers are answered together. Pictures begin when the DTLS handshake ends, with the keyframe that mediasoup then asks for,
// together with those who come at the same time (gathering.ts). Where nothing is published yet, the browser connects all the same.
// Invariant: after each sync() the consumers are those of the room's publications, each sent as layers.ts says; changes meanwhile
// cause another round.
//
// Close cascade: close() closes the transport and with it the consumers. A publication that ends closes its consumers in the
// worker, so they are only forgotten here; of one that is hidden from this watcher the consumer is closed. A worker that dies has closed all, and the room tells the participant.

import type { types } from 'mediasoup';
import { AppError } from '../lib/app-error.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { ConsumerId, PublicationId } from '../../shared/ids.ts';
import type { IceParameters } from '../../shared/messages/rtp.ts';
import type { Subscription, WatchAnswer, WatchOffer } from '../../shared/messages/watch.ts';
import type { Branch } from './branch.ts';
import { ABS_CAPTURE_TIME, viewerCapabilities } from './codecs.ts';
import { aimsFor } from './layers.ts';
import type { Aim } from './layers.ts';
import type { Publication } from './publication.ts';
import type { Demand } from './demand.ts';
import type { Gathering } from './gathering.ts';
import { isGone, refusal } from './refusal.ts';
import { createTransport, viewOf } from './transport-view.ts';
import type { Reach } from './transport-view.ts';
import type { Wish } from './wish.ts';

export type WatcherDeps = {
  readonly log: Log;
  readonly clock: Clock;
  readonly reach: Reach;
  /** The participant's; looked at anew in each round. */
  readonly wish: Wish;
  /** The room's. */
  readonly gathering: Gathering;
  /** Finds a branch that has room, and enters this watcher there. */
  readonly place: (watcher: Watcher) => Promise<Branch>;
  /** The room's publications as they are now, as far as this one may see them. */
  readonly publications: () => ReadonlyMap<PublicationId, Publication>;
  /** Is it in the room, or in one linked with it, whether this one may see it or not? */
  readonly isPublished: (id: PublicationId) => boolean;
  /** Makes a publication consumable on the branch, as the producer whose id is answered. */
  readonly carry: (publication: Publication, branch: Branch) => Promise<string>;
  /** Of the voices among these, those that are not to be sent now. */
  readonly leftOut: (publications: readonly Publication[]) => ReadonlySet<PublicationId>;
  /** Who counts what is wanted of it; undefined: nobody, it has one stream. */
  readonly demandOf: (id: PublicationId) => Demand | undefined;
  readonly changed: (subscriptions: readonly Subscription[]) => void;
  /** Closed by itself; `again` when the page should open another. */
  readonly ended: (again: boolean) => void;
  /** The browser has proved that it receives; see isReceiving. */
  readonly connected: () => void;
};

/** m-lines of a page's SDP are never freed, so a transport that had this many is replaced by a fresh one. */
const CONSUMERS_PER_TRANSPORT_MAX = 60;

type Held = {
  readonly publication: Publication;
  readonly consumer: types.Consumer;
  /** What the worker was told. */
  aim: Aim;
  readonly demand: Demand | undefined;
};

const wantedBy = ({ isPaused, spatialLayer }: Aim): number => (isPaused ? 0 : spatialLayer + 1);

/** The router knows the extension, but whether frames tell when they were taken is up to the publisher's browser (rule W2). */
const toldTo = ({ producer }: Publication, parameters: types.RtpParameters): types.RtpParameters => {
  const has = (one: types.RtpParameters): boolean => one.headerExtensions?.some(({ uri }) => uri === ABS_CAPTURE_TIME) ?? false;
  if (has(producer.rtpParameters)) return parameters;
  return { ...parameters, headerExtensions: parameters.headerExtensions?.filter(({ uri }) => uri !== ABS_CAPTURE_TIME) ?? [] };
};

const subscriptionOf = ({ publication, consumer }: Held): Subscription => ({
  consumerId: consumer.id as ConsumerId,
  publicationId: publication.id,
  participantId: publication.participantId,
  source: publication.source,
  kind: publication.kind,
  rtpParameters: toldTo(publication, consumer.rtpParameters) as Subscription['rtpParameters'],
  layers: publication.layers,
});

export class Watcher {
  readonly #deps: WatcherDeps;
  readonly #held = new Map<PublicationId, Held>();
  #branch: Branch | null = null;
  #transport: types.WebRtcTransport | null = null;
  #capabilities: types.RtpCapabilities = {};
  #consumersMade = 0;
  /** Until then pictures stay paused, whatever is aimed at. */
  #isBegun = false;
  #closed = false;
  /** What the page knows, as consumer ids; null until the first answer. */
  #told: string | null = null;
  #syncing: Promise<void> | null = null;
  #stale = false;

  constructor(deps: WatcherDeps) {
    this.#deps = deps;
  }

  get branch(): Branch | null {
    return this.#branch;
  }

  /** Answered, and not closed since. */
  get isOpen(): boolean {
    return this.#told !== null && !this.#closed;
  }

  /** The browser has proved it: ICE consent and a finished DTLS handshake, with something to receive. */
  get isReceiving(): boolean {
    const { iceState, dtlsState } = this.#transport ?? {};
    return dtlsState === 'connected' && (iceState === 'connected' || iceState === 'completed') && this.#held.size > 0;
  }

  async open(offer: WatchOffer): Promise<WatchAnswer> {
    try {
      this.#branch = await this.#deps.place(this);
      if (this.#closed) this.#branch.leave(this);
      this.#assertOpen();
      this.#capabilities = viewerCapabilities(offer.codecs, this.#branch.router.rtpCapabilities);
      const transport = await createTransport(this.#branch, 'any', this.#deps.reach);
      if (this.#closed) transport.close(); // nobody else knows of it
      this.#assertOpen();
      this.#use(transport);
      // One trip to the worker: it takes requests in order, so connect and consumers leave together.
      const connecting = transport.connect({ dtlsParameters: { role: 'client', fingerprints: [offer.fingerprint] } });
      do await Promise.all([connecting, this.#sync()]);
      while (this.#stale && !this.#closed);
      this.#assertOpen();
      if (this.#held.size === 0 && this.#deps.publications().size > 0)
        throw new AppError('codec_unsupported', 'nothing that is published here can be decoded');
      this.#told = this.#summary();
      return { transport: viewOf(transport, this.#deps.reach, this.#deps.clock.nowMs()), subscriptions: this.#subscriptions() };
    } catch (err) {
      this.close();
      throw refusal('watch', err);
    }
  }

  /** The room's publications changed, or the wish, or who is heard. */
  async update(): Promise<void> {
    if (this.#told === null) return void (this.#stale = true); // being opened: the answer will have it too
    const received = this.isReceiving;
    await this.#sync();
    // The browser connects before there is anything to receive.
    if (!received && this.isReceiving) this.#deps.connected();
    if (this.#closed || this.#told === this.#summary()) return;
    if (this.#consumersMade > CONSUMERS_PER_TRANSPORT_MAX) return this.#end(true);
    this.#told = this.#summary();
    this.#deps.changed(this.#subscriptions());
  }

  /** The worker merges what many viewers ask (rule W6). */
  async refresh(): Promise<void> {
    await this.#each(this.#videos(), ({ consumer }) => consumer.requestKeyFrame());
  }

  async restartIce(): Promise<IceParameters> {
    if (!this.#transport || this.#closed) throw new AppError('transport_gone', 'not watching');
    return this.#transport.restartIce().catch((err: unknown) => {
      throw refusal('restart ICE', err);
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const { demand, aim } of this.#held.values()) demand?.moved(wantedBy(aim), null);
    this.#held.clear();
    this.#deps.gathering.left(this);
    this.#branch?.leave(this);
    this.#transport?.close();
  }

  #use(transport: types.WebRtcTransport): void {
    this.#transport = transport;
    this.#deps.gathering.expect(this);
    // The page closed its end, or the handshake failed: it knows best what it wants next.
    transport.on('dtlsstatechange', (state) => {
      if (state === 'connected') this.#connected();
      if (state === 'closed' || state === 'failed') this.#end(false);
    });
    // 30 s without consent, or its TCP connection broke: should the page still be there, a new transport is the quickest way.
    transport.on('icestatechange', (state) => {
      if (state === 'disconnected') this.#end(true);
    });
  }

  #connected(): void {
    this.#deps.gathering.arrived(this, () => {
      this.#isBegun = true;
      void this.#each(this.#videos().filter(({ aim }) => !aim.isPaused), ({ consumer }) => consumer.resume());
    });
    this.#deps.connected();
  }

  #assertOpen(): void {
    if (this.#closed) throw new AppError('transport_gone', 'closed while it was opened');
  }

  #end(again: boolean): void {
    if (this.#closed) return;
    this.close();
    this.#deps.ended(again);
  }

  #sync(): Promise<void> {
    this.#stale = true;
    return (this.#syncing ??= this.#catchUp());
  }

  async #catchUp(): Promise<void> {
    try {
      while (this.#stale && !this.#closed) {
        this.#stale = false;
        const now = this.#deps.publications();
        const all = [...now.values()];
        for (const [id, { consumer, aim, demand }] of this.#held) {
          if (now.has(id)) continue;
          this.#held.delete(id);
          demand?.moved(wantedBy(aim), null);
          // One that ended closes with its producer, after its successor is there; one that goes on elsewhere has to be let go.
          if (this.#deps.isPublished(id)) consumer.close();
          else this.#deps.wish.shown?.forget(id);
        }
        const aims = aimsFor(all, this.#deps.wish, this.#deps.leftOut(all));
        await this.#each(all, (publication) => this.#reach(publication, aims.get(publication.id)));
      }
    } finally {
      this.#syncing = null; // in the same turn as the last look at #stale, so that no change falls between
    }
  }

  async #reach(publication: Publication, aim: Aim | undefined): Promise<void> {
    if (!aim) return; // unreachable: each has one
    const held = this.#held.get(publication.id);
    await (held ? this.#follow(held, aim) : this.#consume(publication, aim));
  }

  /** The layer first, so that the keyframe that mediasoup asks for when a picture goes on is the right one. */
  async #follow(held: Held, aim: Aim): Promise<void> {
    const { consumer, publication, demand, aim: before } = held;
    held.aim = aim;
    demand?.moved(wantedBy(before), wantedBy(aim));
    const changes: Promise<void>[] = [];
    if (publication.layers > 1 && aim.spatialLayer !== before.spatialLayer)
      changes.push(consumer.setPreferredLayers({ spatialLayer: aim.spatialLayer }));
    if (aim.priority !== before.priority) changes.push(consumer.setPriority(aim.priority));
    const isHeldBack = publication.kind === 'video' && !this.#isBegun;
    if (aim.isPaused !== before.isPaused && !isHeldBack) changes.push(aim.isPaused ? consumer.pause() : consumer.resume());
    await this.#each(changes, (change) => change);
  }

  async #consume(publication: Publication, aim: Aim): Promise<void> {
    const { id, producer, layers } = publication;
    if (!this.#branch || !this.#transport || producer.closed) return;
    const producerId = await this.#deps.carry(publication, this.#branch);
    if (this.#closed || !this.#deps.publications().has(id)) return; // mediasoup complains loudly about what has gone
    if (!this.#branch.router.canConsume({ producerId, rtpCapabilities: this.#capabilities })) return;
    const isPaused = aim.isPaused || (publication.kind === 'video' && !this.#isBegun);
    const consumer = await this.#transport.consume({
      producerId,
      rtpCapabilities: this.#capabilities,
      paused: isPaused,
      ...(layers > 1 ? { preferredLayers: { spatialLayer: aim.spatialLayer } } : {}),
    });
    this.#consumersMade += 1;
    // Made on a transport that was closed meanwhile, it is dead in the worker, but mediasoup would keep its object for ever.
    if (this.#closed || !this.#deps.publications().has(id)) return consumer.close();
    if (consumer.closed) return;
    // Kept with it: what comes from a linked room is counted there, also when the link has ended.
    const demand = this.#deps.demandOf(id);
    this.#held.set(id, { publication, consumer, aim, demand });
    if (isPaused && !aim.isPaused && this.#isBegun) void this.#each([consumer], () => consumer.resume()); // It began meanwhile.
    demand?.moved(null, wantedBy(aim));
    // Not waited for: the answer to the page would need a second trip to the worker.
    if (aim.priority > 1) void this.#each([consumer], () => consumer.setPriority(aim.priority));
  }

  /** Does all at once; what has gone meanwhile is no failure of the rest. */
  async #each<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
    const results = await Promise.allSettled(items.map(act));
    for (const result of results)
      if (result.status === 'rejected' && !isGone(result.reason)) this.#deps.log.error({ err: result.reason }, 'consumer failed');
  }

  #videos(): Held[] {
    return [...this.#held.values()].filter(({ publication }) => publication.kind === 'video');
  }

  #subscriptions(): Subscription[] {
    const order = [...this.#deps.publications().keys()];
    return order.flatMap((id) => this.#held.get(id) ?? []).map(subscriptionOf);
  }

  #summary(): string {
    return this.#subscriptions().map(({ consumerId }) => consumerId).join();
  }
}
