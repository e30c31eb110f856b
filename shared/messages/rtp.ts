// The parts of WebRTC that travel: RTP, DTLS and ICE parameters, bounded. Shapes are mediasoup's (its documentation,
// "RTP Parameters and Capabilities"); what is not listed here is refused before it reaches the media worker.

import * as v from 'valibot';
import { integer, list, number, text, transportId } from '../schema.ts';

const parameters = v.record(text(1, 40), v.union([text(0, 200), v.pipe(v.number(), v.finite()), v.boolean()]));
const feedback = v.strictObject({ type: text(1, 32), parameter: v.optional(text(0, 32)) });
const payloadType = integer(0, 127);
const ssrc = integer(0, 0xffff_ffff);

export const rtpCodec = v.strictObject({
  mimeType: v.pipe(v.string(), v.regex(/^(audio|video)\/[A-Za-z0-9.-]{1,32}$/)),
  payloadType,
  clockRate: integer(1, 192_000),
  channels: v.optional(integer(1, 8)),
  parameters: v.optional(parameters),
  rtcpFeedback: v.optional(list(feedback, 16)),
});

export const rtpParameters = v.strictObject({
  mid: v.optional(text(1, 16)),
  msid: v.optional(text(1, 200)),
  codecs: v.pipe(list(rtpCodec, 16), v.minLength(1)),
  headerExtensions: v.optional(
    list(
      v.strictObject({
        uri: text(1, 120),
        id: integer(1, 255),
        encrypt: v.optional(v.boolean()),
        parameters: v.optional(parameters),
      }),
      32,
    ),
  ),
  encodings: v.optional(
    list(
      v.strictObject({
        ssrc: v.optional(ssrc),
        rid: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9]{1,16}$/))),
        codecPayloadType: v.optional(payloadType),
        rtx: v.optional(v.strictObject({ ssrc })),
        dtx: v.optional(v.boolean()),
        scalabilityMode: v.optional(text(1, 16)),
        scaleResolutionDownBy: v.optional(number(1, 64)),
        maxBitrate: v.optional(number(0, 100_000_000)),
        maxFramerate: v.optional(number(0, 240)),
        adaptivePtime: v.optional(v.boolean()),
        priority: v.optional(v.picklist(['very-low', 'low', 'medium', 'high'])),
        networkPriority: v.optional(v.picklist(['very-low', 'low', 'medium', 'high'])),
        active: v.optional(v.boolean()),
      }),
      3,
    ),
  ),
  rtcp: v.optional(
    v.strictObject({
      cname: v.optional(text(0, 256)),
      reducedSize: v.optional(v.boolean()),
      mux: v.optional(v.boolean()),
    }),
  ),
});
export type RtpParameters = v.InferOutput<typeof rtpParameters>;

/** What the router can take; sent to the studio, read by mediasoup-client. */
export const rtpCapabilities = v.strictObject({
  codecs: list(
    v.strictObject({
      kind: v.picklist(['audio', 'video']),
      mimeType: text(1, 40),
      preferredPayloadType: payloadType,
      clockRate: integer(1, 192_000),
      channels: v.optional(integer(1, 8)),
      parameters: v.optional(parameters),
      rtcpFeedback: v.optional(list(feedback, 16)),
    }),
    64,
  ),
  headerExtensions: list(
    v.strictObject({
      kind: v.picklist(['audio', 'video']),
      uri: text(1, 120),
      preferredId: integer(1, 255),
      preferredEncrypt: v.optional(v.boolean()),
      direction: v.optional(v.picklist(['sendrecv', 'sendonly', 'recvonly', 'inactive'])),
    }),
    64,
  ),
});
export type RtpCapabilities = v.InferOutput<typeof rtpCapabilities>;

export const fingerprint = v.strictObject({
  algorithm: v.picklist(['sha-256', 'sha-384', 'sha-512']),
  value: v.pipe(v.string(), v.regex(/^[0-9A-F]{2}(:[0-9A-F]{2}){31,63}$/i)),
});

export const dtlsParameters = v.strictObject({
  role: v.optional(v.picklist(['auto', 'client', 'server'])),
  fingerprints: v.pipe(
    list(v.strictObject({ algorithm: text(1, 16), value: text(1, 256) }), 8),
    v.minLength(1),
  ),
});
export type DtlsParameters = v.InferOutput<typeof dtlsParameters>;

export const iceParameters = v.strictObject({
  usernameFragment: text(1, 256),
  password: text(1, 256),
  iceLite: v.optional(v.boolean()),
});
export type IceParameters = v.InferOutput<typeof iceParameters>;

export const iceCandidate = v.strictObject({
  foundation: text(1, 64),
  priority: integer(0, 0xffff_ffff),
  address: text(1, 256),
  ip: text(1, 256),
  protocol: v.picklist(['udp', 'tcp']),
  port: integer(1, 65_535),
  type: v.picklist(['host', 'srflx', 'prflx', 'relay']),
  tcpType: v.optional(v.picklist(['active', 'passive', 'so'])),
});
export type IceCandidate = v.InferOutput<typeof iceCandidate>;

/** STUN and TURN servers from the operator's configuration. */
export const iceServer = v.strictObject({
  urls: list(text(1, 300), 8),
  username: v.optional(text(0, 200)),
  credential: v.optional(text(0, 200)),
});
export type IceServer = v.InferOutput<typeof iceServer>;

/** The server's end of a transport: all that a browser needs to reach it. */
export const transportView = v.strictObject({
  transportId,
  iceParameters,
  iceCandidates: list(iceCandidate, 32),
  dtlsParameters,
  /** The operator's, and one with credentials for this transport. */
  iceServers: list(iceServer, 9),
});
export type TransportView = v.InferOutput<typeof transportView>;
