// A viewer without a browser: a real WebRTC peer that receives what the server sends it, counts packets by source and
// decodes nothing.

import { Audio, PeerConnection, RtcpReceivingSession, Video } from 'node-datachannel';
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
  /** Resolves when `count` more packets of the source have come. */
  flows(source: Source, count?: number): Promise<void>;
  close(): void;
};

// Two of each, for camera, microphone, screen and screen sound: the offer is made before the answer is known.
const SECTIONS = [
  { mid: '0', kind: 'video' }, { mid: '1', kind: 'audio' }, { mid: '2', kind: 'video' }, { mid: '3', kind: 'audio' },
] as const;

const createPeer = () => {
  const pc = new PeerConnection('viewer', { iceServers: [] });
  const tracks = SECTIONS.map(({ mid, kind }) => {
    const media = kind === 'video' ? new Video(mid, 'RecvOnly') : new Audio(mid, 'RecvOnly');
    if (media instanceof Video) media.addVP8Codec(96);
    else media.addOpusCodec(111);
    return pc.addTrack(media);
  });
  pc.setLocalDescription('offer');
  return { pc, tracks, sdp: pc.localDescription()?.sdp ?? '' };
};

const sectionsFor = (subscriptions: readonly Subscription[]): AnswerSection[] => {
  const left = [...subscriptions];
  return SECTIONS.map(({ mid, kind }) => {
    const at = left.findIndex((subscription) => subscription.kind === kind);
    const [found] = at < 0 ? [] : left.splice(at, 1);
    const codec = kind === 'video' ? { mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 } : { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 };
    return { mid, kind, direction: found ? 'sendonly' : 'inactive', rtp: found?.rtpParameters ?? { codecs: [codec] } };
  });
};

export const createViewer = (): Viewer => {
  const { pc, tracks, sdp } = createPeer();
  const sources = new Map<number, Source>();
  const counts = new Map<Source, number>();
  for (const track of tracks) {
    track.setMediaHandler(new RtcpReceivingSession());
    track.onMessage((packet) => {
      const source = sources.get(readRtp(packet)?.ssrc ?? -1);
      if (source) counts.set(source, (counts.get(source) ?? 0) + 1);
    });
  }
  const packets = (source: Source): number => counts.get(source) ?? 0;
  return {
    offer: { codecs: ['video/VP8', 'audio/opus'], fingerprint: fingerprintIn(sdp) },
    async accept({ transport, subscriptions }) {
      for (const { source, rtpParameters } of subscriptions) {
        for (const { ssrc } of rtpParameters.encodings ?? []) if (ssrc !== undefined) sources.set(ssrc, source);
      }
      const connected = new Promise<void>((resolve) => pc.onStateChange((state) => state === 'connected' && resolve()));
      pc.setRemoteDescription(answerOf(transport, sectionsFor(subscriptions)), 'answer');
      await within(10_000, 'the viewer’s transport to connect', connected);
    },
    packets,
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
