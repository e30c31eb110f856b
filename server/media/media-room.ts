// The media of one room: its branches, its publications, who publishes and who watches, and what comes from a room that is linked
// with it. Opens on first use and is gone when the last one leaves. Knows participants by id only. Invariant: every publication in
// the list has a living producer at the origin, and every open watcher, of a linked room too, is told the whole list whenever what
// it may see and can decode of it changes.
//
// Close cascade: close() ends publishers and watchers, then the branches with all that is left on them. When a worker dies,
// workerDied() does the same for that worker's part; an edge that lives on becomes the origin.

import type { types } from 'mediasoup';
import { AppError } from '../lib/app-error.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { ParticipantId, PublicationId, RoomId, TransportId } from '../../shared/ids.ts';
import type { TransportView } from '../../shared/messages/rtp.ts';
import type { Subscription, WatchAnswer, WatchOffer } from '../../shared/messages/watch.ts';
import { Branch } from './branch.ts';
import { Demand } from './demand.ts';
import { Gathering } from './gathering.ts';
import { infoOf } from './publication.ts';
import type { Publication, PublicationInfo } from './publication.ts';
import { Publisher } from './publisher.ts';
import type { Purpose } from './publisher.ts';
import type { Protocol, Reach } from './transport-view.ts';
import { Voices } from './voices.ts';
import { Watcher } from './watcher.ts';
import type { Wish } from './wish.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { MediaWorker } from './worker.ts';

export type MediaFacts = {
  /** The full new list of what a watcher receives. */
  readonly subscriptionsChanged: (participantId: ParticipantId, subscriptions: readonly Subscription[]) => void;
  /** Its transport is gone: open another. */
  readonly watchLost: (participantId: ParticipantId) => void;
  /** What it published is gone: publish again. */
  readonly publisherLost: (participantId: ParticipantId) => void;
  /** A live publication ended, whatever the cause. */
  readonly publicationEnded: (roomId: RoomId, participantId: ParticipantId, publicationId: PublicationId) => void;
  /** A watcher began to receive, or its transport closed. */
  readonly receivingChanged: (roomId: RoomId) => void;
  /** Packets of all that this participant publishes stopped coming, or some came again. */
  readonly flowChanged: (roomId: RoomId, participantId: ParticipantId, isFlowing: boolean) => void;
  /** Viewers want so many layers of a publication, all until this is told. */
  readonly demandChanged: (participantId: ParticipantId, publicationId: PublicationId, layers: number) => void;
  /** Whose voices are heard, who began last first. Told while more than one microphone is there. */
  readonly speakingChanged: (roomId: RoomId, participantIds: readonly ParticipantId[]) => void;
};

/** Asked whenever somebody's list is made: may this watcher receive that? `from`: the linked room that it comes from. */
export type MaySee = (roomId: RoomId, watcher: ParticipantId, publication: Pick<PublicationInfo, 'participantId' | 'kind'>, from?: RoomId) => boolean;

/** Asked when there are too many voices: is this one never left out? */
export type IsAlwaysHeard = (roomId: RoomId, participantId: ParticipantId) => boolean;

export type MediaRoomDeps = MediaFacts & {
  readonly id: RoomId;
  readonly pool: Pick<WorkerPool, 'any' | 'spare'>;
  readonly log: Log;
  readonly clock: Clock;
  readonly reach: Reach;
  readonly consumersPerRouterMax: number;
  readonly maySee: MaySee;
  readonly isAlwaysHeard: IsAlwaysHeard;
  /** The room that is linked with this one, while it has media. */
  readonly linked: () => MediaRoom | null;
  /** The participant has neither transports nor a watcher here any more. */
  readonly vacated: (participantId: ParticipantId) => void;
  readonly emptied: () => void;
};

export class MediaRoom {
  readonly #deps: MediaRoomDeps;
  readonly #publications = new Map<PublicationId, Publication>();
  readonly #publishers = new Map<ParticipantId, Publisher>();
  readonly #watchers = new Map<ParticipantId, Watcher>();
  /** Of what is sent in several streams. */
  readonly #demands = new Map<PublicationId, Demand>();
  readonly #voices: Voices;
  readonly #gathering: Gathering;
  #origin: Branch | null = null;
  #openingOrigin: Promise<Branch> | null = null;
  readonly #edges = new Set<Branch>();
  #openingEdge: Promise<void> | null = null;
  /** Publishers whose packets stopped coming. */
  readonly #silent = new Set<ParticipantId>();
  #closed = false;

  constructor(deps: MediaRoomDeps) {
    this.#deps = deps;
    const { id, log, clock, isAlwaysHeard, speakingChanged } = deps;
    this.#gathering = new Gathering(clock);
    this.#voices = new Voices({
      log, clock,
      router: async () => (await this.#originBranch()).router,
      isAlwaysHeard: (participantId) => isAlwaysHeard(id, participantId),
      speakingChanged: (participantIds) => speakingChanged(id, participantIds),
      changed: () => void this.#spread(),
    });
  }

  get id(): RoomId {
    return this.#deps.id;
  }

  publications(): readonly PublicationInfo[] {
    return [...this.#publications.values()].map(infoOf);
  }

  isReceiving(participantId: ParticipantId): boolean {
    return this.#watchers.get(participantId)?.isReceiving === true;
  }

  async openPublisher(
    participantId: ParticipantId,
    purpose: Purpose,
    protocol: Protocol,
  ): Promise<{ transport: TransportView; router: types.Router }> {
    const publisher = this.#publishers.get(participantId) ?? this.#newPublisher(participantId);
    try {
      return await publisher.open(purpose, protocol);
    } finally {
      this.#settle(participantId);
    }
  }

  publisher(participantId: ParticipantId): Publisher | undefined {
    return this.#publishers.get(participantId);
  }

  async watch(participantId: ParticipantId, offer: WatchOffer, wish: Wish): Promise<WatchAnswer> {
    const before = this.#watchers.get(participantId);
    const watcher = this.#newWatcher(participantId, wish);
    this.#watchers.set(participantId, watcher);
    before?.close();
    try {
      return await watcher.open(offer);
    } catch (err) {
      if (this.#watchers.get(participantId) === watcher) this.#watchers.delete(participantId);
      throw err;
    } finally {
      this.#settle(participantId);
    }
  }

  watcher(participantId: ParticipantId): Watcher | undefined {
    return this.#watchers.get(participantId);
  }

  closePublisher(participantId: ParticipantId, transportId: TransportId): void {
    this.#publishers.get(participantId)?.closeTransport(transportId);
    this.#settle(participantId);
  }

  /** Ends all that this participant publishes, and whatever of it is on its way; watching goes on. */
  stopPublishing(participantId: ParticipantId): void {
    this.#publishers.get(participantId)?.close();
    this.#publishers.delete(participantId);
    this.#settle(participantId);
  }

  /** Another answer of `maySee`, or of `linked`: the watchers follow. */
  viewsChanged(): void {
    void this.#follow();
  }

  /** That room is linked with this one no longer: nothing of it comes here any more. */
  unplug(other: MediaRoom): void {
    for (const origin of other.#branches()) for (const branch of this.#branches()) branch.unplug(origin);
  }

  leave(participantId: ParticipantId): void {
    this.#publishers.get(participantId)?.close();
    this.#publishers.delete(participantId);
    this.#watchers.get(participantId)?.close();
    this.#watchers.delete(participantId);
    this.#settle(participantId);
  }

  close(): void {
    for (const participantId of new Set([...this.#publishers.keys(), ...this.#watchers.keys()])) this.leave(participantId);
  }

  runsOn(pids: ReadonlySet<number>): boolean {
    return this.#branches().some(({ worker }) => pids.has(worker.process.pid));
  }

  workerDied(worker: MediaWorker): void {
    const dead = this.#branches().find((branch) => branch.worker === worker);
    if (!dead) return;
    this.#edges.delete(dead);
    const publishers = dead === this.#origin ? this.#loseOrigin() : [];
    const watchers = [...this.#watchers].filter(([, { branch }]) => branch === dead);
    const open = watchers.filter(([, watcher]) => watcher.isOpen).map(([participantId]) => participantId);
    for (const [participantId, watcher] of watchers) {
      watcher.close();
      this.#watchers.delete(participantId);
    }
    dead.close();
    void this.#spread();
    // Last, because those who are told come back at once.
    for (const participantId of publishers) this.#deps.publisherLost(participantId);
    for (const participantId of open) this.#deps.watchLost(participantId);
    this.#settle(...publishers, ...watchers.map(([participantId]) => participantId));
  }

  #branches(): Branch[] {
    return this.#origin ? [this.#origin, ...this.#edges] : [...this.#edges];
  }

  /** Whoever published something live is returned. */
  #loseOrigin(): ParticipantId[] {
    const lost = [...this.#publishers].filter(([, publisher]) => publisher.abandon()).map(([participantId]) => participantId);
    const ended = [...this.#publications.values()];
    this.#publishers.clear();
    for (const { id } of ended) this.#forget(id);
    this.#voices.close();
    for (const edge of this.#edges) if (this.#origin) edge.unplug(this.#origin);
    const [heir = null] = this.#edges;
    if (heir) this.#edges.delete(heir);
    this.#origin = heir;
    for (const { participantId, id } of ended) this.#deps.publicationEnded(this.#deps.id, participantId, id);
    return lost;
  }

  #newPublisher(participantId: ParticipantId): Publisher {
    const { log, clock, reach, publisherLost } = this.#deps;
    this.#silent.delete(participantId);
    const publisher = new Publisher({
      participantId, log, clock, reach,
      origin: () => this.#originBranch(),
      changed: (started, ended) => this.#change(started, ended),
      muteChanged: (publication) => this.#voices.muteChanged(publication),
      flowChanged: (isFlowing) => this.#flowChanged(participantId, isFlowing),
      ended: (again) => {
        this.#settle(participantId);
        if (again) publisherLost(participantId);
      },
    });
    this.#publishers.set(participantId, publisher);
    return publisher;
  }

  #newWatcher(participantId: ParticipantId, wish: Wish): Watcher {
    const { id: roomId, log, clock, reach, subscriptionsChanged, watchLost, receivingChanged } = this.#deps;
    const watcher: Watcher = new Watcher({
      log, clock, reach, wish, gathering: this.#gathering,
      place: (newcomer) => this.#place(newcomer),
      publications: () => this.#visibleTo(participantId),
      isPublished: (publicationId) => this.#publications.has(publicationId) || this.#linkedPublications().has(publicationId),
      carry: (publication, branch) => this.#carry(publication, branch),
      leftOut: (audible) => this.#voices.leftOut(audible),
      demandOf: (publicationId) => this.#demandOf(publicationId),
      changed: (subscriptions) => subscriptionsChanged(participantId, subscriptions),
      ended: (again) => {
        if (this.#watchers.get(participantId) === watcher) this.#watchers.delete(participantId);
        this.#settle(participantId);
        receivingChanged(roomId);
        if (again) watchLost(participantId);
      },
      connected: () => receivingChanged(roomId),
    });
    return watcher;
  }

  async #change(started: readonly Publication[], ended: readonly Publication[]): Promise<void> {
    for (const publication of started) this.#start(publication);
    for (const { id } of ended) this.#forget(id);
    for (const { id, participantId } of ended) this.#deps.publicationEnded(this.#deps.id, participantId, id);
    await this.#spread();
  }

  #start(publication: Publication): void {
    const { id, participantId, layers, producer } = publication;
    this.#publications.set(id, publication);
    this.#voices.add(publication);
    // The layers of SVC are in one stream: to leave some out is the encoder's own business.
    if (producer.type !== 'simulcast') return;
    const told = (wanted: number): void => this.#deps.demandChanged(participantId, id, wanted);
    this.#demands.set(id, new Demand({ clock: this.#deps.clock, layers, told }));
  }

  #forget(id: PublicationId): void {
    this.#publications.delete(id);
    this.#demands.get(id)?.close();
    this.#demands.delete(id);
    this.#voices.remove(id);
  }

  #flowChanged(participantId: ParticipantId, isFlowing: boolean): void {
    if (isFlowing === !this.#silent.has(participantId)) return;
    if (isFlowing) this.#silent.delete(participantId);
    else this.#silent.add(participantId);
    // That nothing is published any more was told by publicationEnded; the next publication starts afresh.
    const publishes = [...this.#publications.values()].some((publication) => publication.participantId === participantId);
    if (publishes) this.#deps.flowChanged(this.#deps.id, participantId, isFlowing);
  }

  #visibleTo(watcher: ParticipantId): ReadonlyMap<PublicationId, Publication> {
    const { id, maySee, linked } = this.#deps;
    const all = [...this.#publications];
    const visible = all.filter(([, publication]) => maySee(id, watcher, publication));
    const other = linked();
    const guests = [...this.#linkedPublications()].filter(([, publication]) => maySee(id, watcher, publication, other?.id));
    return guests.length === 0 && visible.length === all.length ? this.#publications : new Map([...visible, ...guests]);
  }

  #demandOf(id: PublicationId): Demand | undefined {
    const linked = this.#deps.linked();
    return this.#demands.get(id) ?? (linked ? linked.#demands.get(id) : undefined);
  }

  #linkedPublications(): ReadonlyMap<PublicationId, Publication> {
    const linked = this.#deps.linked();
    return linked ? linked.#publications : new Map();
  }

  /** From where it is published: here, or in the linked room. */
  async #carry({ id, producer }: Publication, branch: Branch): Promise<string> {
    if (this.#publications.has(id)) return branch.carry(producer, await this.#originBranch());
    const linked = this.#deps.linked();
    const origin = linked && linked.#origin; // nothing waits from here to the pipe, or it would outlive the link
    if (!origin) throw new AppError('transport_gone', 'the link has ended');
    return branch.carry(producer, origin);
  }

  /** What is published here changed: those who watch here and in the linked room follow. */
  async #spread(): Promise<void> {
    const linked = this.#deps.linked();
    await Promise.all(linked ? [this.#follow(), linked.#follow()] : [this.#follow()]);
  }

  async #follow(): Promise<void> {
    const updates = await Promise.allSettled([...this.#watchers.values()].map((watcher) => watcher.update()));
    for (const update of updates)
      if (update.status === 'rejected') this.#deps.log.error({ err: update.reason }, 'watcher did not follow');
  }

  /** The branch with the fewest watchers among those that have room, or a new edge; if no worker is free, the emptiest. */
  async #place(watcher: Watcher): Promise<Branch> {
    for (;;) {
      await this.#originBranch();
      const branches = this.#branches().sort((a, b) => a.watchers - b.watchers);
      const [emptiest] = branches;
      const worker = this.#deps.pool.spare(new Set(branches.map((branch) => branch.worker)));
      if (emptiest && (this.#hasRoom(emptiest) || !worker)) {
        emptiest.enter(watcher);
        return emptiest;
      }
      // One edge at a time, even in a storm of joins; who waited looks again.
      if (worker) await (this.#openingEdge ??= this.#openEdge(worker).finally(() => (this.#openingEdge = null)));
    }
  }

  #hasRoom({ watchers }: Branch): boolean {
    const publications = this.#publications.size + this.#linkedPublications().size;
    return watchers * Math.max(1, publications) < this.#deps.consumersPerRouterMax;
  }

  async #openEdge(worker: MediaWorker): Promise<void> {
    const edge = await Branch.open(worker, this.#deps.log);
    if (this.#closed) return edge.close();
    this.#edges.add(edge);
    this.#deps.log.info({ room: this.#deps.id, edges: this.#edges.size }, 'room spread to another worker');
  }

  async #originBranch(): Promise<Branch> {
    if (this.#closed) throw new AppError('transport_gone', 'room closed');
    return this.#origin ?? (this.#openingOrigin ??= this.#openOrigin().finally(() => (this.#openingOrigin = null)));
  }

  async #openOrigin(): Promise<Branch> {
    const origin = await Branch.open(await this.#deps.pool.any(), this.#deps.log);
    if (this.#closed) {
      origin.close();
      throw new AppError('transport_gone', 'room closed');
    }
    return (this.#origin = origin);
  }

  /** Clears what nobody uses any more, after these participants changed. */
  #settle(...participantIds: ParticipantId[]): void {
    for (const participantId of participantIds) {
      if (this.#publishers.get(participantId)?.isEmpty) this.#publishers.delete(participantId);
      if (!this.#publishers.has(participantId) && !this.#watchers.has(participantId)) this.#deps.vacated(participantId);
    }
    for (const edge of this.#edges) {
      if (edge.watchers > 0) continue;
      this.#edges.delete(edge);
      edge.close();
    }
    if (this.#publishers.size > 0 || this.#watchers.size > 0 || this.#closed) return;
    this.#closed = true;
    this.#voices.close();
    for (const branch of this.#branches()) branch.close();
    this.#origin = null;
    this.#deps.emptied();
  }
}
