// A creator's camera and microphone without a browser: a real WebRTC peer (ICE, DTLS, SRTP) that goes live over the same
// messages as the studio page and sends packets nobody decodes.

import { PeerConnection, Audio, Video } from 'node-datachannel';
import type { Track } from 'node-datachannel';
import type { PublicationId, TransportId } from '../../shared/ids.ts';
import type { RtpParameters, TransportView } from '../../shared/messages/rtp.ts';
import type { Source } from '../../shared/messages/watch.ts';
import type { Connection } from './connection.ts';
import { asksForKeyframe, createStream, OPUS_SILENCE, rtpPacket, senderReport, vp8Payload } from './rtp.ts';
import type { RtpStream } from './rtp.ts';
import { answerOf, fingerprintIn } from './sdp.ts';
import { within } from './wait.ts';

const FRAME_INTERVAL_MS = 40;
const REPORT_EVERY_TICKS = 10;
const KEYFRAME_EVERY_TICKS = 50;
const VIDEO_PAYLOAD_TYPE = 96;
const AUDIO_PAYLOAD_TYPE = 111;
const LEVEL_ID = 3;
const [LOUD_DBOV, SILENT_DBOV] = [20, 127];

export type Publisher = {
  readonly transportId: TransportId;
  readonly publications: { readonly camera: PublicationId; readonly microphone: PublicationId };
  /** How often the server asked for a keyframe. */
  keyframeRequests(): number;
  /** Stops sending without a word, as a dead network would, or goes on. */
  pause(): void;
  resume(): void;
  /** Speaks into the microphone, or is silent again, as at first. */
  speak(isLoud: boolean): void;
  close(): void;
};

export type PublishOptions = { readonly purpose?: 'live' | 'check'; readonly layers?: 1 | 2 | 3 };

const videoParameters = (ssrcs: readonly number[]): RtpParameters => ({
  mid: '0',
  codecs: [{
    mimeType: 'video/VP8', payloadType: VIDEO_PAYLOAD_TYPE, clockRate: 90_000, parameters: {},
    rtcpFeedback: [{ type: 'nack', parameter: 'pli' }, { type: 'ccm', parameter: 'fir' }],
  }],
  headerExtensions: [],
  encodings: ssrcs.map((ssrc) => ({ ssrc })),
  rtcp: { cname: 'test-device', reducedSize: true },
});

const audioParameters = (ssrc: number): RtpParameters => ({
  mid: '1',
  codecs: [{ mimeType: 'audio/opus', payloadType: AUDIO_PAYLOAD_TYPE, clockRate: 48_000, channels: 2, parameters: {} }],
  headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: LEVEL_ID }],
  encodings: [{ ssrc }],
  rtcp: { cname: 'test-device', reducedSize: true },
});

/** Opens a transport and publishes camera and microphone on it; resolves once packets flow. */
export const publish = async (connection: Connection, options: PublishOptions = {}): Promise<Publisher> => {
  const ssrcs = Array.from({ length: options.layers ?? 1 }, (_, layer) => 1_000 + layer);
  const peer = createPeer(ssrcs);
  const { transport } = await connection.request('stage.open', { purpose: options.purpose ?? 'live', protocol: 'udp' });
  const { transportId } = transport;
  await connection.request('stage.connect', { transportId, dtlsParameters: { role: 'client', fingerprints: [fingerprintIn(peer.offer)] } });
  await peer.connect(transport, videoParameters(ssrcs), audioParameters(2_000));
  const on = async (source: Source, kind: 'audio' | 'video', rtpParameters: RtpParameters): Promise<PublicationId> =>
    (await connection.request('stage.publish', { transportId, source, kind, rtpParameters })).publicationId;
  const publications = {
    camera: await on('camera', 'video', videoParameters(ssrcs)),
    microphone: await on('microphone', 'audio', audioParameters(2_000)),
  };
  return { transportId, publications, ...send(peer, ssrcs) };
};

const createPeer = (ssrcs: readonly number[]) => {
  const pc = new PeerConnection('publisher', { iceServers: [] });
  const camera = new Video('0', 'SendOnly');
  camera.addVP8Codec(VIDEO_PAYLOAD_TYPE);
  for (const ssrc of ssrcs) camera.addSSRC(ssrc, 'test-device', 'host', 'camera');
  const microphone = new Audio('1', 'SendOnly');
  microphone.addOpusCodec(AUDIO_PAYLOAD_TYPE);
  microphone.addSSRC(2_000, 'test-device', 'host', 'microphone');
  const tracks = { video: pc.addTrack(camera), audio: pc.addTrack(microphone) };
  pc.setLocalDescription('offer');
  const offer = pc.localDescription()?.sdp ?? '';
  const connect = (transport: TransportView, video: RtpParameters, audio: RtpParameters): Promise<void> => {
    const connected = new Promise<void>((resolve) => pc.onStateChange((state) => state === 'connected' && resolve()));
    pc.setRemoteDescription(
      answerOf(transport, [
        { mid: '0', kind: 'video', direction: 'recvonly', rtp: video },
        { mid: '1', kind: 'audio', direction: 'recvonly', rtp: audio },
      ]),
      'answer',
    );
    return within(10_000, 'the publisher’s transport to connect', connected);
  };
  return { offer, connect, tracks, close: () => pc.close() };
};

type Peer = { readonly tracks: { readonly video: Track; readonly audio: Track }; close(): void };

const send = ({ tracks, close }: Peer, ssrcs: readonly number[]) => {
  const videos = ssrcs.map((ssrc) => createStream(ssrc, VIDEO_PAYLOAD_TYPE, 90_000));
  const audio = createStream(2_000, AUDIO_PAYLOAD_TYPE, 48_000);
  let ticks = 0;
  let keyframeRequests = 0;
  let wantsKeyframe = true;
  let isPaused = false;
  let dBov = SILENT_DBOV;
  tracks.video.onMessage((packet) => {
    if (!asksForKeyframe(packet)) return;
    keyframeRequests += 1;
    wantsKeyframe = true;
  });

  // The peer lives on a thread of its own, so the far end may close a track between the question and the sending.
  const out = (track: Track, packet: Buffer): void => {
    try {
      if (track.isOpen()) track.sendMessageBinary(packet);
    } catch (error) {
      if (track.isOpen()) throw error;
    }
  };
  const sendVideo = (stream: RtpStream, layer: number, isKey: boolean): void => {
    const [width, height] = [160 << layer, 90 << layer];
    const payload = vp8Payload({ pictureId: ticks & 0x7fff, isKey, width, height, bytes: 200 << layer });
    out(tracks.video, rtpPacket(stream, payload, FRAME_INTERVAL_MS));
  };
  const tick = (): void => {
    if (isPaused) return;
    if (ticks % REPORT_EVERY_TICKS === 0) {
      for (const stream of videos) out(tracks.video, senderReport(stream, Date.now()));
      out(tracks.audio, senderReport(audio, Date.now()));
    }
    const isKey = wantsKeyframe || ticks % KEYFRAME_EVERY_TICKS === 0;
    videos.forEach((stream, layer) => sendVideo(stream, layer, isKey));
    for (let sentMs = 0; sentMs < FRAME_INTERVAL_MS; sentMs += 20) out(tracks.audio, rtpPacket(audio, OPUS_SILENCE, 20, { extensionId: LEVEL_ID, dBov }));
    wantsKeyframe = false;
    ticks += 1;
  };
  const timer = setInterval(tick, FRAME_INTERVAL_MS);
  return {
    keyframeRequests: () => keyframeRequests,
    pause: () => void (isPaused = true),
    resume: () => void (isPaused = false),
    speak: (isLoud: boolean) => void (dBov = isLoud ? LOUD_DBOV : SILENT_DBOV),
    close: () => {
      clearInterval(timer);
      close();
    },
  };
};
