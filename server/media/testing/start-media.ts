// A real SFU for a test: own workers, free ports on loopback, and the facts that it told.

import { createSystemClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import type { ParticipantId, PublicationId, RoomId } from '../../../shared/ids.ts';
import type { Source, Subscription } from '../../../shared/messages/watch.ts';
import type { IsAlwaysHeard, MaySee } from '../media-room.ts';
import { createMedia } from '../media.ts';
import type { Media, MediaSettings } from '../media.ts';
import { SENDER_DTLS, createSender, createViewer, OFFER } from './peers.ts';
import type { Sender, Viewer } from './peers.ts';

export const room = (name: string): RoomId => name as RoomId;
export const person = (name: string): ParticipantId => name as ParticipantId;

export type Facts = {
  readonly subscriptions: Map<ParticipantId, readonly Subscription[]>;
  readonly watchLost: ParticipantId[];
  readonly publisherLost: ParticipantId[];
  readonly ended: PublicationId[];
  readonly flow: boolean[];
  readonly demands: [publicationId: PublicationId, layers: number][];
  readonly speaking: (readonly ParticipantId[])[];
};

export const startMedia = async (settings: Partial<MediaSettings> = {}, maySee: MaySee = () => true, isAlwaysHeard: IsAlwaysHeard = () => false): Promise<{ media: Media; facts: Facts }> => {
  const facts: Facts = { subscriptions: new Map(), watchLost: [], publisherLost: [], ended: [], flow: [], demands: [], speaking: [] };
  const media = await createMedia({
    settings: {
      workers: 1, listenAddress: '127.0.0.1', announcedAddresses: [], port: 0, iceServers: [],
      ...settings,
    },
    maySee,
    isAlwaysHeard,
    log: createLog({ level: 'fatal' }),
    clock: createSystemClock(),
    subscriptionsChanged: (participantId, subscriptions) => void facts.subscriptions.set(participantId, subscriptions),
    watchLost: (participantId) => void facts.watchLost.push(participantId),
    publisherLost: (participantId) => void facts.publisherLost.push(participantId),
    publicationEnded: (_roomId, _participantId, publicationId) => void facts.ended.push(publicationId),
    receivingChanged: () => {},
    flowChanged: (_roomId, _participantId, isFlowing) => void facts.flow.push(isFlowing),
    demandChanged: (_participantId, publicationId, layers) => void facts.demands.push([publicationId, layers]),
    speakingChanged: (_roomId, participantIds) => void facts.speaking.push(participantIds),
  });
  return { media, facts };
};

/** Opens a live transport, connects it and publishes what the sender sends. */
export const goLive = async (
  media: Media,
  p: { readonly roomId: RoomId; readonly participantId: ParticipantId; readonly source?: Source; readonly sender?: Sender; readonly height?: number },
) => {
  const { roomId, participantId, source = 'camera', sender = createSender(), height } = p;
  const { transport } = await media.openPublisher({ roomId, participantId, purpose: 'live', protocol: 'any' });
  await media.connectPublisher(participantId, transport.transportId, SENDER_DTLS);
  const { rtpParameters } = sender;
  const publicationId = await media.publish(participantId, transport.transportId, { source, kind: 'video', rtpParameters, height });
  await sender.start(transport);
  return { sender, transportId: transport.transportId, publicationId };
};

/** Watches in one round trip; something must be published. */
export const watch = async (media: Media, roomId: RoomId, participantId: ParticipantId) => {
  const viewer: Viewer = createViewer();
  const answer = await media.watch({ roomId, participantId, offer: OFFER });
  viewer.start(answer);
  return { viewer, answer };
};
