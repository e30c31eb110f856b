// One participant's sending side: its transports (one live, some for the connection check) and what is published on them.
// Invariant: at most one live publication for each source, and live publications on one transport only: the newest replaces
// the older ones, which end when the viewers have the new one, so that they switch without a gap.
//
// Close cascade: closing a transport closes its producers, these their consumers on all branches. The room is told first, so
// that its list never names what is gone. A worker that dies has closed all, and abandon() only forgets.

import type { types } from 'mediasoup';
import { AppError } from '../lib/app-error.ts';
import type { Cancel, Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { ParticipantId, PublicationId, TransportId } from '../../shared/ids.ts';
import { PUBLICATIONS_MAX, PUBLISH_TRANSPORTS_MAX } from '../../shared/limits.ts';
import type { DtlsParameters, IceParameters, RtpParameters, TransportView } from '../../shared/messages/rtp.ts';
import type { Source } from '../../shared/messages/watch.ts';
import type { Branch } from './branch.ts';
import { startFlowMeter } from './flow-meter.ts';
import { checkDtls, checkPublication } from './publication-rules.ts';
import { publicationOf } from './publication.ts';
import type { Publication } from './publication.ts';
import { isGone, refusal } from './refusal.ts';
import { createTransport, viewOf } from './transport-view.ts';
import type { Protocol, Reach } from './transport-view.ts';

export type Purpose = 'live' | 'check';
export type NewPublication = {
  readonly source: Source;
  readonly kind: 'audio' | 'video';
  readonly rtpParameters: RtpParameters;
  /** Of a picture's largest layer, in pixels. */
  readonly height?: number | undefined;
};

export type PublisherDeps = {
  readonly participantId: ParticipantId;
  readonly log: Log;
  readonly clock: Clock;
  readonly reach: Reach;
  readonly origin: () => Promise<Branch>;
  /** Live publications came and went, in one step. Resolves when the viewers have followed. */
  readonly changed: (started: readonly Publication[], ended: readonly Publication[]) => Promise<void>;
  readonly muteChanged: (publication: Publication) => void;
  /** Packets of what is live stopped coming, or come again. */
  readonly flowChanged: (isFlowing: boolean) => void;
  /** A transport closed by itself; `again` when what was live on it should be published anew. */
  readonly ended: (again: boolean) => void;
};

/** Three 1080p camera layers and a screen, with some air; a sender that goes beyond is slowed by the bandwidth estimate. */
const INCOMING_BITRATE_MAX = 15_000_000;
/**
 * One keyframe request for each of these, however many viewers ask (rule W6). Browsers drop requests that come within 300 ms
 * of the last keyframe, and mediasoup repeats a lost one only after a second, so less would be slower. Of half a second, three
 * fall into one second (at its begin, middle and end); of this, two, also when the worker or the network is a little late.
 */
const KEYFRAME_INTERVAL_MS = 550;

type Line = {
  readonly transport: types.WebRtcTransport;
  readonly purpose: Purpose;
  readonly publications: Map<PublicationId, Publication>;
  connected: boolean;
  publishing: number;
  /** Null until something is live. */
  stopMeter: Cancel | null;
};

export class Publisher {
  readonly #deps: PublisherDeps;
  /** In the order of opening. */
  readonly #lines = new Map<TransportId, Line>();
  #opening = 0;
  #closed = false;

  constructor(deps: PublisherDeps) {
    this.#deps = deps;
  }

  get isEmpty(): boolean {
    return this.#lines.size === 0 && this.#opening === 0;
  }

  async open(purpose: Purpose, protocol: Protocol): Promise<{ transport: TransportView; router: types.Router }> {
    this.#opening += 1;
    try {
      const origin = await this.#deps.origin();
      const transport = await createTransport(origin, protocol, this.#deps.reach);
      if (this.#closed) {
        transport.close(); // nobody else knows of it
        throw new AppError('transport_gone', 'closed while it was opened');
      }
      this.#use({ transport, purpose, publications: new Map(), connected: false, publishing: 0, stopMeter: null });
      return { transport: viewOf(transport, this.#deps.reach, this.#deps.clock.nowMs()), router: origin.router };
    } catch (err) {
      throw refusal('open', err);
    } finally {
      this.#opening -= 1;
    }
  }

  purposeOf(transportId: TransportId): Purpose {
    return this.#line(transportId).purpose;
  }

  async connect(transportId: TransportId, dtlsParameters: DtlsParameters): Promise<void> {
    const line = this.#line(transportId);
    const checked = checkDtls(dtlsParameters);
    if (line.connected) throw new AppError('bad_request', 'connected before');
    line.connected = true;
    await line.transport.connect({ dtlsParameters: checked }).catch((err: unknown) => {
      throw refusal('connect', err);
    });
  }

  async publish(transportId: TransportId, { source, kind, rtpParameters, height }: NewPublication): Promise<PublicationId> {
    const line = this.#line(transportId);
    const checked = checkPublication(source, kind, rtpParameters);
    // One more than there are sources, because the one that is replaced lives until its successor is there.
    if (line.publications.size + line.publishing > PUBLICATIONS_MAX) throw new AppError('too_many_items', 'publications');
    line.publishing += 1;
    try {
      const producer = await line.transport.produce({ kind, rtpParameters: checked, keyFrameRequestDelay: KEYFRAME_INTERVAL_MS });
      if (!this.#lines.has(transportId)) {
        producer.close(); // dead in the worker, but mediasoup would keep its object for ever
        throw new AppError('transport_gone', 'closed while publishing');
      }
      this.#start(line, publicationOf(this.#deps.participantId, source, height, producer));
      return producer.id as PublicationId;
    } catch (err) {
      throw refusal('publish', err, 'bad_request');
    } finally {
      line.publishing -= 1;
    }
  }

  unpublish(publicationId: PublicationId): void {
    const [line, publication] = this.#find(publicationId);
    this.#drop(line, [publication]);
    publication.producer.close();
  }

  async setMuted(publicationId: PublicationId, muted: boolean): Promise<void> {
    const [, publication] = this.#find(publicationId);
    const { producer } = publication;
    await (muted ? producer.pause() : producer.resume()).catch((err: unknown) => {
      throw refusal('mute', err);
    });
    this.#deps.muteChanged(publication);
  }

  async restartIce(transportId: TransportId): Promise<IceParameters> {
    const { transport } = this.#line(transportId);
    return transport.restartIce().catch((err: unknown) => {
      throw refusal('restart ICE', err);
    });
  }

  closeTransport(transportId: TransportId): void {
    const line = this.#line(transportId);
    this.#forget(line);
    this.#drop(line, [...line.publications.values()]);
    line.transport.close();
  }

  close(): void {
    this.#closed = true;
    for (const transportId of [...this.#lines.keys()]) this.closeTransport(transportId);
  }

  /** The worker died. True if there was a live transport. */
  abandon(): boolean {
    const hadLive = [...this.#lines.values()].some(({ purpose }) => purpose === 'live');
    this.#closed = true;
    for (const line of [...this.#lines.values()]) this.#forget(line);
    return hadLive;
  }

  #line(transportId: TransportId): Line {
    const line = this.#lines.get(transportId);
    if (!line) throw new AppError('transport_gone', 'no such transport');
    return line;
  }

  #find(publicationId: PublicationId): [Line, Publication] {
    for (const line of this.#lines.values()) {
      const publication = line.publications.get(publicationId);
      if (publication) return [line, publication];
    }
    throw new AppError('not_found', 'no such publication');
  }

  #use(line: Line): void {
    const { transport } = line;
    const transportId = transport.id as TransportId;
    // Too many: a forgotten check goes first, then the oldest.
    while (this.#lines.size >= PUBLISH_TRANSPORTS_MAX) {
      const lines = [...this.#lines.entries()];
      const [oldest] = lines.find(([, { purpose }]) => purpose === 'check') ?? lines[0] ?? [];
      if (oldest) this.closeTransport(oldest);
    }
    this.#lines.set(transportId, line);
    const ended = (again: boolean): void => {
      if (!this.#lines.has(transportId)) return;
      this.closeTransport(transportId);
      this.#deps.ended(again && line.purpose === 'live');
    };
    transport.on('dtlsstatechange', (state) => (state === 'closed' || state === 'failed') && ended(false));
    transport.on('icestatechange', (state) => state === 'disconnected' && ended(true));
    transport.setMaxIncomingBitrate(INCOMING_BITRATE_MAX).catch((err: unknown) => this.#quietly(err));
  }

  /** Puts a publication in the place of those that it replaces: the same source, and all of older live transports. */
  #start(line: Line, publication: Publication): void {
    line.publications.set(publication.id, publication);
    const rivals = line.purpose === 'check' ? [line] : [...this.#lines.values()].filter(({ purpose }) => purpose === 'live');
    const older = rivals.filter((rival) => rival !== line);
    const replaced = rivals.flatMap((rival) =>
      [...rival.publications.values()].filter((other) => other !== publication && (rival !== line || other.source === publication.source)),
    );
    for (const rival of rivals) for (const { id } of replaced) rival.publications.delete(id);
    for (const rival of older) this.#forget(rival);
    if (line.purpose === 'live') line.stopMeter ??= this.#meter(line);
    const followed = line.purpose === 'live' ? this.#deps.changed([publication], replaced) : Promise.resolve();
    void followed.finally(() => {
      for (const { producer } of replaced) producer.close();
      for (const { transport } of older) transport.close();
    });
  }

  #forget({ transport, stopMeter }: Line): void {
    stopMeter?.();
    this.#lines.delete(transport.id as TransportId);
  }

  #meter({ transport, publications }: Line): Cancel {
    const received = async (): Promise<number | null> => {
      if ([...publications.values()].every(({ producer }) => producer.paused)) return null;
      const [stats] = await transport.getStats();
      return stats?.rtpBytesReceived ?? null;
    };
    this.#deps.flowChanged(true); // whatever the transport before it did
    return startFlowMeter({ clock: this.#deps.clock, received, changed: this.#deps.flowChanged });
  }

  #drop(line: Line, publications: readonly Publication[]): void {
    for (const { id } of publications) line.publications.delete(id);
    if (line.purpose === 'live' && publications.length > 0) void this.#deps.changed([], publications);
  }

  #quietly(err: unknown): void {
    if (!isGone(err)) this.#deps.log.error({ err }, 'publisher transport failed');
  }
}
