// Real WebRTC ends for tests and benchmarks (ICE, DTLS, SRTP by node-datachannel): a sender of synthetic VP8 and a viewer that
// counts what it gets. They speak to the server's media through four functions and know nothing else of it.

import ndc from 'node-datachannel';
import type { PeerConnection, Track } from 'node-datachannel';
import type { DtlsParameters, RtpParameters, TransportView } from '../../../shared/messages/rtp.ts';
import type { WatchAnswer, WatchOffer } from '../../../shared/messages/watch.ts';
import { createCertificate } from './certificate.ts';
import { keyframeRequests, ntpOf, readRtp, rtpPacket, senderReport, vp8Payload } from './rtp.ts';
import type { RtpHeader } from './rtp.ts';
import { answerOf, offerOf } from './sdp.ts';

const certificate = createCertificate();
const CONFIG = {
  iceServers: [],
  bindAddress: '127.0.0.1',
  certificatePemFile: certificate.certificatePem,
  keyPemFile: certificate.keyPem,
};
const PAYLOAD_TYPE = 101;
const ABS_CAPTURE_TIME_ID = 10;
const CLOCK_RATE = 90_000;

export const OFFER: WatchOffer = {
  codecs: ['video/VP8', 'audio/opus'],
  fingerprint: { algorithm: 'sha-256', value: certificate.fingerprint },
};
export const SENDER_DTLS: DtlsParameters = { role: 'client', fingerprints: [OFFER.fingerprint] };

export type Viewer = {
  /** Builds the remote description from the answer, and from now on receives. */
  start(answer: WatchAnswer): void;
  state(): string;
  /** Media only: mediasoup also sends probes of its own, under an SSRC that no subscription names. */
  packets(): number;
  last(): RtpHeader | null;
  close(): void;
};

/** `heard` gets each packet of what it is subscribed to. `bindAddress`: of the network that the server is met on. */
export const createViewer = (
  { heard = () => {}, bindAddress = CONFIG.bindAddress }: { readonly heard?: (header: RtpHeader) => void; readonly bindAddress?: string } = {},
): Viewer => {
  const peer: PeerConnection = new ndc.PeerConnection('viewer', { ...CONFIG, bindAddress });
  const tracks: Track[] = []; // kept, or the collector takes the native ones
  const subscribed = new Set<number>();
  let packets = 0;
  let last: RtpHeader | null = null;
  peer.onTrack((track) => {
    tracks.push(track);
    track.onMessage((packet) => {
      const header = readRtp(packet);
      if (!header || !subscribed.has(header.ssrc)) return;
      last = header;
      packets += 1;
      heard(header);
    });
  });
  return {
    start(answer) {
      for (const { rtpParameters } of answer.subscriptions)
        for (const { ssrc } of rtpParameters.encodings ?? []) if (ssrc) subscribed.add(ssrc);
      peer.setRemoteDescription(offerOf(answer), 'offer');
    },
    state: () => peer.state(),
    packets: () => packets,
    last: () => last,
    close: () => peer.close(),
  };
};

export type Sender = {
  readonly rtpParameters: RtpParameters;
  start(view: TransportView): Promise<void>;
  state(): string;
  /** Keyframe requests that came in, by encoding. */
  keyframeRequests(): readonly number[];
  /** When those of the first encoding came, on performance.now()'s scale. */
  keyframesAskedAtMs(): readonly number[];
  sent(): number;
  /** Stops or goes on sending, as a page does that is put to sleep and woken. */
  hold(isHeld: boolean): void;
  close(): void;
};

type Layer = {
  readonly ssrc: number;
  readonly bytes: number;
  sequence: number;
  picture: number;
  keyframeDue: boolean;
  keyframeRequests: number;
};

/**
 * `bytes`: size of a packet of each encoding; a frame is `packetsPerFrame` of them. Sends a keyframe when asked, like an encoder.
 * `burst` frames leave together, `framesPerSecond` times a second.
 */
export const createSender = (
  { bytes = [400], framesPerSecond = 50, burst = 1, packetsPerFrame = 1, ssrc = 1_000 }: {
    readonly bytes?: readonly number[];
    readonly packetsPerFrame?: number;
    readonly framesPerSecond?: number;
    readonly burst?: number;
    readonly ssrc?: number;
  } = {},
): Sender => {
  const peer: PeerConnection = new ndc.PeerConnection('sender', { ...CONFIG, disableAutoNegotiation: true });
  const layers = bytes.map((size, index): Layer => ({ ssrc: ssrc + index, bytes: size, sequence: 0, picture: 0, keyframeDue: true, keyframeRequests: 0 }));
  const video = new ndc.Video('v', 'SendOnly');
  video.addVP8Codec(PAYLOAD_TYPE);
  for (const layer of layers) video.addSSRC(layer.ssrc, 'sender', 'live', 'video');
  const track: Track = peer.addTrack(video);
  let timer: NodeJS.Timeout | null = null;
  const askedAtMs: number[] = [];
  let sent = 0;
  let held = false;

  track.onMessage((packet) => {
    for (const asked of keyframeRequests(packet)) {
      const layer = layers.find((candidate) => candidate.ssrc === asked);
      if (!layer) continue;
      layer.keyframeDue = true;
      layer.keyframeRequests += 1;
      if (layer === layers[0]) askedAtMs.push(performance.now());
    }
  });

  const sendFrame = (layer: Layer, nowMs: number): void => {
    const timestamp = Math.round((nowMs * CLOCK_RATE) / 1_000);
    if (layer.picture % 50 === 0) track.sendMessageBinary(senderReport({ ssrc: layer.ssrc, ntp: ntpOf(nowMs), timestamp }));
    layer.picture += 1;
    for (let part = 1; part <= packetsPerFrame; part += 1) {
      layer.sequence += 1;
      const packet = rtpPacket({
        ssrc: layer.ssrc, payloadType: PAYLOAD_TYPE, sequence: layer.sequence, timestamp, marker: part === packetsPerFrame,
        captureTime: { id: ABS_CAPTURE_TIME_ID, ntp: ntpOf(nowMs) },
        payload: vp8Payload({ isKey: layer.keyframeDue, picture: layer.picture, bytes: layer.bytes, isRest: part > 1 }),
      });
      if (track.sendMessageBinary(packet)) sent += 1;
    }
    layer.keyframeDue = false;
  };
  const tick = (): void => {
    if (held || !track.isOpen()) return;
    for (let frame = 0; frame < burst; frame += 1) for (const layer of layers) sendFrame(layer, Date.now() + frame);
  };

  return {
    rtpParameters: {
      mid: 'v',
      codecs: [
        {
          mimeType: 'video/VP8', payloadType: PAYLOAD_TYPE, clockRate: CLOCK_RATE, parameters: {},
          rtcpFeedback: [{ type: 'nack', parameter: 'pli' }, { type: 'transport-cc', parameter: '' }],
        },
      ],
      headerExtensions: [{ uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time', id: ABS_CAPTURE_TIME_ID }],
      encodings: layers.map((layer) => ({ ssrc: layer.ssrc })),
      rtcp: { cname: 'sender' },
    },
    async start(view) {
      const offered = new Promise<void>((resolve) => peer.onLocalDescription(() => resolve()));
      peer.setLocalDescription('offer');
      await offered;
      peer.setRemoteDescription(answerOf(view, 'v', PAYLOAD_TYPE), 'answer');
      timer = setInterval(tick, 1_000 / framesPerSecond);
    },
    state: () => peer.state(),
    keyframeRequests: () => layers.map((layer) => layer.keyframeRequests),
    keyframesAskedAtMs: () => askedAtMs,
    sent: () => sent,
    hold: (isHeld) => void (held = isHeld),
    close() {
      if (timer) clearInterval(timer);
      peer.close();
    },
  };
};
