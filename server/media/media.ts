// The door of this folder: the SFU as the rest of the server sees it. Finds the room of a participant and passes the request
// on. Knows participants and rooms by id only; who may do what was decided before. All async functions reject with AppErrors.

import { setLogEventListeners } from 'mediasoup';
import { AppError } from '../lib/app-error.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Metrics } from '../lib/metrics.ts';
import type { ParticipantId, PublicationId, RoomId, TransportId } from '../../shared/ids.ts';
import type { DtlsParameters, IceParameters, RtpCapabilities, TransportView } from '../../shared/messages/rtp.ts';
import type { Quality, ShownPicture, WatchAnswer, WatchOffer } from '../../shared/messages/watch.ts';
import { MediaRoom } from './media-room.ts';
import type { IsAlwaysHeard, MaySee, MediaFacts } from './media-room.ts';
import type { PublicationInfo } from './publication.ts';
import type { NewPublication, Publisher, Purpose } from './publisher.ts';
import { createTally } from './tally.ts';
import type { Counts } from './tally.ts';
import { ANNOUNCED_ADDRESSES_MAX } from './transport-view.ts';
import type { Protocol, Reach } from './transport-view.ts';
import type { Watcher } from './watcher.ts';
import { createShown, createWish } from './wish.ts';
import type { Wish } from './wish.ts';
import { WorkerPool } from './worker-pool.ts';
import type { WorkerHealth, WorkerUsage } from './worker-pool.ts';
import type { MediaWorker, WorkerSettings } from './worker.ts';

export type MediaSettings = WorkerSettings & Reach & {
  readonly workers: number;
  /** A room whose router has this many is spread to another worker. */
  readonly consumersPerRouterMax?: number;
};

export type MediaDeps = MediaFacts & {
  readonly settings: MediaSettings;
  readonly maySee: MaySee;
  readonly isAlwaysHeard: IsAlwaysHeard;
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics?: Metrics;
};

/** mediasoup's authors count on ~500 consumers for one worker and core; the rest is for the publisher and the pipes. */
const CONSUMERS_PER_ROUTER_MAX = 400;

/** What was made on a transport that closed meanwhile is gone in the worker, and closed here so that mediasoup forgets it. */
const ALREADY_CLOSED = /not found \[method:transport\.close(Producer|Consumer)\]/;

const checkSettings = ({ listenAddress, announcedAddresses }: MediaSettings): void => {
  if (announcedAddresses.length > ANNOUNCED_ADDRESSES_MAX) throw new Error(`at most ${ANNOUNCED_ADDRESSES_MAX} announced addresses`);
  if (announcedAddresses.length === 0 && (listenAddress === '0.0.0.0' || listenAddress === '::'))
    throw new Error('media listens on all addresses, so it must be told which ones to announce');
};

/** A fact is told to others' code: what that throws must not stop ours half-way. */
const guarded = <A extends unknown[]>(tell: (...args: A) => void, log: Log) => (...args: A): void => {
  try {
    tell(...args);
  } catch (err) {
    log.error({ err }, 'listener of media failed');
  }
};

const guardedFacts = (deps: MediaFacts, log: Log): MediaFacts => ({
  subscriptionsChanged: guarded(deps.subscriptionsChanged, log),
  watchLost: guarded(deps.watchLost, log),
  publisherLost: guarded(deps.publisherLost, log),
  publicationEnded: guarded(deps.publicationEnded, log),
  receivingChanged: guarded(deps.receivingChanged, log),
  flowChanged: guarded(deps.flowChanged, log),
  demandChanged: guarded(deps.demandChanged, log),
  speakingChanged: guarded(deps.speakingChanged, log),
});

class Sfu {
  readonly #deps: MediaDeps;
  readonly #facts: MediaFacts;
  readonly #rooms = new Map<RoomId, MediaRoom>();
  readonly #roomOf = new Map<ParticipantId, MediaRoom>();
  /** Of whoever watches or did: a lost transport, or a lost worker, loses no wish. */
  readonly #wishes = new Map<ParticipantId, Wish>();
  /** Two rooms, each by the other; they need not have media yet, or any more. */
  readonly #links = new Map<RoomId, RoomId>();
  readonly #tally = createTally();
  readonly #pool: WorkerPool;

  constructor(deps: MediaDeps) {
    const { settings, log, clock, metrics } = deps;
    this.#deps = deps;
    this.#facts = guardedFacts(deps, log);
    this.#pool = new WorkerPool({
      settings, log, clock,
      started: ({ process }) => this.#tally.watch(process),
      died: (worker) => this.#workerDied(worker),
    });
    for (const name of ['workers', 'routers', 'transports', 'producers', 'consumers', 'pipes', 'rooms'] as const)
      metrics?.gauge(`qiao_media_${name}`, `Media ${name} that exist now`, [], () => this.counts()[name]);
  }

  /** Rejects when a worker does not start. */
  open(): Promise<void> {
    return this.#pool.open();
  }

  async openPublisher(p: {
    readonly roomId: RoomId;
    readonly participantId: ParticipantId;
    readonly purpose: Purpose;
    readonly protocol: Protocol;
  }): Promise<{ transport: TransportView; rtpCapabilities: RtpCapabilities }> {
    const { transport, router } = await this.#enter(p).openPublisher(p.participantId, p.purpose, p.protocol);
    return { transport, rtpCapabilities: router.rtpCapabilities as RtpCapabilities };
  }

  /** Throws `transport_gone`. */
  purposeOf(participantId: ParticipantId, transportId: TransportId): Purpose {
    return this.#publisher(participantId, 'transport_gone').purposeOf(transportId);
  }

  async connectPublisher(participantId: ParticipantId, transportId: TransportId, dtlsParameters: DtlsParameters): Promise<void> {
    await this.#publisher(participantId, 'transport_gone').connect(transportId, dtlsParameters);
  }

  async publish(participantId: ParticipantId, transportId: TransportId, publication: NewPublication): Promise<PublicationId> {
    return this.#publisher(participantId, 'transport_gone').publish(transportId, publication);
  }

  async unpublish(participantId: ParticipantId, publicationId: PublicationId): Promise<void> {
    this.#publisher(participantId, 'not_found').unpublish(publicationId);
  }

  async setMuted(participantId: ParticipantId, publicationId: PublicationId, muted: boolean): Promise<void> {
    await this.#publisher(participantId, 'not_found').setMuted(publicationId, muted);
  }

  async restartPublisherIce(participantId: ParticipantId, transportId: TransportId): Promise<IceParameters> {
    return this.#publisher(participantId, 'transport_gone').restartIce(transportId);
  }

  /** Throws `transport_gone`. */
  closePublisher(participantId: ParticipantId, transportId: TransportId): void {
    this.#publisher(participantId, 'transport_gone');
    this.#roomOf.get(participantId)?.closePublisher(participantId, transportId);
  }

  /** The live ones, muted or not. */
  publications(roomId: RoomId): readonly PublicationInfo[] {
    return this.#rooms.get(roomId)?.publications() ?? [];
  }

  /** Replaces what the participant had. */
  async watch(p: { readonly roomId: RoomId; readonly participantId: ParticipantId; readonly offer: WatchOffer }): Promise<WatchAnswer> {
    const room = this.#enter(p);
    const wish = this.#wishes.get(p.participantId) ?? createWish();
    this.#wishes.set(p.participantId, wish);
    return room.watch(p.participantId, p.offer, wish);
  }

  async prefer(participantId: ParticipantId, quality: Quality): Promise<void> {
    this.#wish(participantId).quality = quality;
    await this.#roomOf.get(participantId)?.watcher(participantId)?.update();
  }

  /** In place of what it showed before. What is not there is ignored. */
  async show(participantId: ParticipantId, pictures: readonly ShownPicture[]): Promise<void> {
    this.#wish(participantId).shown = createShown(pictures);
    await this.#roomOf.get(participantId)?.watcher(participantId)?.update();
  }

  async restartWatchIce(participantId: ParticipantId): Promise<IceParameters> {
    return this.#watcher(participantId).restartIce();
  }

  async refresh(participantId: ParticipantId): Promise<void> {
    await this.#watcher(participantId).refresh();
  }

  /** All that it publishes ends; it may go on watching. */
  stopPublishing(participantId: ParticipantId): void {
    this.#roomOf.get(participantId)?.stopPublishing(participantId);
  }

  /** A fact: `maySee` gives other answers in this room now. */
  viewsChanged(roomId: RoomId): void {
    this.#rooms.get(roomId)?.viewsChanged();
  }

  /** From now on `maySee` is asked in each of the two rooms for what is published in the other; a room is in one link at most. */
  link(one: RoomId, other: RoomId): void {
    if (one === other || this.#links.has(one) || this.#links.has(other)) throw new Error('a room is in one link at most');
    this.#links.set(one, other);
    this.#links.set(other, one);
    for (const roomId of [one, other]) this.viewsChanged(roomId);
  }

  unlink(roomId: RoomId): void {
    const other = this.#links.get(roomId);
    if (other === undefined) return;
    this.#links.delete(roomId);
    this.#links.delete(other);
    const [here, there] = [this.#rooms.get(roomId), this.#rooms.get(other)];
    for (const room of [here, there]) room?.viewsChanged();
    if (!here || !there) return; // what came from a room that has closed has gone with it
    here.unplug(there);
    there.unplug(here);
  }

  leave(participantId: ParticipantId): void {
    this.#wishes.delete(participantId);
    this.#roomOf.get(participantId)?.leave(participantId);
  }

  closeRoom(roomId: RoomId): void {
    const room = this.#rooms.get(roomId);
    for (const [participantId, its] of this.#roomOf) if (its === room) this.#wishes.delete(participantId);
    room?.close();
  }

  /** Has this watcher proved, by ICE consent and DTLS, that it receives? */
  isReceiving(participantId: ParticipantId): boolean {
    return this.#roomOf.get(participantId)?.isReceiving(participantId) === true;
  }

  counts(): Counts {
    return this.#tally.counts(this.#rooms.size);
  }

  health(): readonly WorkerHealth[] {
    return this.#pool.health();
  }

  /** CPU time, memory and so on of each living worker, as getrusage(2) tells them; times in ms. */
  workerStats(): Promise<readonly WorkerUsage[]> {
    return this.#pool.usage();
  }

  /** Does anything of this room go through one of these workers? */
  runsOn(roomId: RoomId, pids: ReadonlySet<number>): boolean {
    return this.#rooms.get(roomId)?.runsOn(pids) ?? false;
  }

  async close(): Promise<void> {
    for (const room of [...this.#rooms.values()]) room.close();
    await this.#pool.close();
  }

  /** A participant is in one room; a request for another means that it has left the first. */
  #enter({ roomId, participantId }: { readonly roomId: RoomId; readonly participantId: ParticipantId }): MediaRoom {
    const room = this.#rooms.get(roomId) ?? this.#openRoom(roomId);
    const before = this.#roomOf.get(participantId);
    if (before !== room) before?.leave(participantId);
    this.#roomOf.set(participantId, room);
    return room;
  }

  #openRoom(id: RoomId): MediaRoom {
    const { settings, log, clock } = this.#deps;
    const room: MediaRoom = new MediaRoom({
      ...this.#facts,
      id,
      pool: this.#pool,
      log: log.child({ room: id }),
      clock,
      reach: settings,
      maySee: this.#deps.maySee,
      isAlwaysHeard: this.#deps.isAlwaysHeard,
      linked: () => this.#linkedWith(id),
      consumersPerRouterMax: settings.consumersPerRouterMax ?? CONSUMERS_PER_ROUTER_MAX,
      vacated: (participantId) => {
        if (this.#roomOf.get(participantId) === room) this.#roomOf.delete(participantId);
      },
      emptied: () => {
        if (this.#rooms.get(id) === room) this.#rooms.delete(id);
      },
    });
    this.#rooms.set(id, room);
    return room;
  }

  #linkedWith(roomId: RoomId): MediaRoom | null {
    const other = this.#links.get(roomId);
    return (other !== undefined && this.#rooms.get(other)) || null;
  }

  #publisher(participantId: ParticipantId, missing: 'transport_gone' | 'not_found'): Publisher {
    const publisher = this.#roomOf.get(participantId)?.publisher(participantId);
    if (!publisher) throw new AppError(missing, 'not publishing');
    return publisher;
  }

  /** Throws `transport_gone` for who never watched. */
  #wish(participantId: ParticipantId): Wish {
    const wish = this.#wishes.get(participantId);
    if (!wish) throw new AppError('transport_gone', 'not watching');
    return wish;
  }

  #watcher(participantId: ParticipantId): Watcher {
    const watcher = this.#roomOf.get(participantId)?.watcher(participantId);
    if (!watcher) throw new AppError('transport_gone', 'not watching');
    return watcher;
  }

  #workerDied(worker: MediaWorker): void {
    for (const room of [...this.#rooms.values()]) room.workerDied(worker);
  }
}

export type Media = Pick<Sfu, keyof Sfu>;

/** Starts the workers; rejects when one of them does not start. */
export const createMedia = async (deps: MediaDeps): Promise<Media> => {
  checkSettings(deps.settings);
  // Refused requests are `warn` to mediasoup and ordinary to us: the caller hears of them.
  setLogEventListeners({
    onwarn: (from, detail) => deps.log.debug({ from, detail }, 'mediasoup warning'),
    onerror: (from, detail, err) => deps.log[ALREADY_CLOSED.test(detail) ? 'debug' : 'error']({ from, detail, err }, 'mediasoup error'),
  });
  const sfu = new Sfu(deps);
  await sfu.open();
  return sfu;
};
