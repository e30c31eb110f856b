// A viewer without a browser: a real WebRTC peer that receives what the server sends it, counts packets by source and
// decodes nothing.

import { Audio, PeerConnection, RtcpReceivingSession, Video } from 'node-datachannel';
import type { PublicationId } from '../../shared/ids.ts';
import type { Source, Subscription, WatchAnswer, WatchOffer } from '../../shared/messages/watch.ts';
import { readRtp } from './rtp.ts';
import { answerOf, fingerprintIn } from './sdp.ts';
import type { AnswerSection } from './sdp.ts';
import { until, within } from './wait.ts';

export type Viewer = {
  /** What goes into room.join or watch.open. */
  readonly offer: WatchOffer;
  /** Takes the server's answer; resolves when DTLS is done. */
  accept(answer: WatchAnswer): Promise<void>;
  packets(source: Source): number;
  packetsOf(id: PublicationId): number;
  /** Resolves when `count` more packets of the source have come. */
  flows(source: Source, count?: number): Promise<void>;
  close(): void;
};

type Section = { readonly mid: string; readonly kind: 'audio' | 'video' };

const sectionsOf = (ofEach: number): Section[] =>
  Array.from({ length: 2 * ofEach }, (_, at) => ({ mid: String(at), kind: at % 2 === 0 ? 'video' : 'audio' }));

const createPeer = (sections: readonly Section[]) => {
  const pc = new PeerConnection('viewer', { iceServers: [] });
  const tracks = sections.map(({ mid, kind }) => {
    const media = kind === 'video' ? new Video(mid, 'RecvOnly') : new Audio(mid, 'RecvOnly');
    if (media instanceof Video) media.addVP8Codec(96);
    else media.addOpusCodec(111);
    return pc.addTrack(media);
  });
  pc.setLocalDescription('offer');
  return { pc, tracks, sdp: pc.localDescription()?.sdp ?? '' };
};

const sectionsFor = (sections: readonly Section[], subscriptions: readonly Subscription[]): AnswerSection[] => {
  const left = [...subscriptions];
  return sections.map(({ mid, kind }) => {
    const at = left.findIndex((subscription) => subscription.kind === kind);
    const [found] = at < 0 ? [] : left.splice(at, 1);
    const codec = kind === 'video' ? { mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 } : { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 };
    return { mid, kind, direction: found ? 'sendonly' : 'inactive', rtp: found?.rtpParameters ?? { codecs: [codec] } };
  });
};

/** `ofEach`: pictures and sounds that it can take. The offer is made before the answer is known. */
export const createViewer = (ofEach = 2): Viewer => {
  const sections = sectionsOf(ofEach);
  const { pc, tracks, sdp } = createPeer(sections);
  const known = new Map<number, Subscription>();
  const counts = new Map<Source | PublicationId, number>();
  for (const track of tracks) {
    track.setMediaHandler(new RtcpReceivingSession());
    track.onMessage((packet) => {
      const subscription = known.get(readRtp(packet)?.ssrc ?? -1);
      if (!subscription) return;
      for (const key of [subscription.source, subscription.publicationId]) counts.set(key, (counts.get(key) ?? 0) + 1);
    });
  }
  const packets = (source: Source): number => counts.get(source) ?? 0;
  return {
    offer: { codecs: ['video/VP8', 'audio/opus'], fingerprint: fingerprintIn(sdp) },
    async accept({ transport, subscriptions }) {
      for (const subscription of subscriptions) {
        for (const { ssrc } of subscription.rtpParameters.encodings ?? []) if (ssrc !== undefined) known.set(ssrc, subscription);
      }
      const connected = new Promise<void>((resolve) => pc.onStateChange((state) => state === 'connected' && resolve()));
      pc.setRemoteDescription(answerOf(transport, sectionsFor(sections, subscriptions)), 'answer');
      await within(10_000, 'the viewer’s transport to connect', connected);
    },
    packets,
    packetsOf: (id) => counts.get(id) ?? 0,
    async flows(source, count = 5) {
      const wanted = packets(source) + count;
      await until(`${count} more packets of the ${source}`, () => packets(source) >= wanted);
    },
    close: () => {
      // Naming the tracks here also keeps them: what the garbage collector takes hears nothing any more.
      for (const track of tracks) track.close();
      pc.close();
    },
  };
};
