// RTP and RTCP packets that a camera's or microphone's encoder would make, for tests that no one looks at: frames carry the
// headers that an SFU reads (RFC 7741 for VP8) and noise where the picture would be.

const RTP_HEADER_BYTES = 12;
const VP8_INTERFRAME_BIT = 0x01;
const NTP_TO_UNIX_S = 2_208_988_800;

export type RtpStream = {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly clockRate: number;
  sequence: number;
  timestamp: number;
  packets: number;
  octets: number;
};

export const createStream = (ssrc: number, payloadType: number, clockRate: number): RtpStream => ({
  ssrc, payloadType, clockRate, sequence: 1_000, timestamp: 90_000, packets: 0, octets: 0,
});

/** As the ssrc-audio-level extension says it (RFC 6464): `dBov` from 0, the loudest, to 127 below. */
export type AudioLevel = { readonly extensionId: number; readonly dBov: number };

/** One packet with the marker set (one packet is one frame), and the stream moved on by `durationMs`. */
export const rtpPacket = (stream: RtpStream, payload: Buffer, durationMs: number, level?: AudioLevel): Buffer => {
  const header = Buffer.alloc(RTP_HEADER_BYTES);
  header[0] = level ? 0x90 : 0x80;
  header[1] = 0x80 | stream.payloadType;
  header.writeUInt16BE(stream.sequence, 2);
  header.writeUInt32BE(stream.timestamp, 4);
  header.writeUInt32BE(stream.ssrc, 8);
  stream.sequence = (stream.sequence + 1) & 0xffff;
  stream.timestamp = (stream.timestamp + (durationMs * stream.clockRate) / 1000) >>> 0;
  stream.packets += 1;
  stream.octets += payload.length;
  const extension = level ? Buffer.from([0xbe, 0xde, 0, 1, level.extensionId << 4, level.dBov, 0, 0]) : Buffer.alloc(0);
  return Buffer.concat([header, extension, payload]);
};

export type Vp8Frame = { readonly pictureId: number; readonly isKey: boolean; readonly width: number; readonly height: number; readonly bytes: number };

/** A VP8 payload: descriptor with a 15-bit picture id, frame header, noise. */
export const vp8Payload = (frame: Vp8Frame): Buffer => {
  const descriptor = Buffer.from([0x90, 0x80, 0x80 | ((frame.pictureId >> 8) & 0x7f), frame.pictureId & 0xff]);
  const head = Buffer.alloc(frame.isKey ? 10 : 3);
  head[0] = frame.isKey ? 0x10 : 0x10 | VP8_INTERFRAME_BIT;
  if (frame.isKey) {
    head.set([0x9d, 0x01, 0x2a], 3);
    head.writeUInt16LE(frame.width, 6);
    head.writeUInt16LE(frame.height, 8);
  }
  return Buffer.concat([descriptor, head, Buffer.alloc(Math.max(0, frame.bytes - head.length), 0x55)]);
};

/** 20 ms of Opus silence. */
export const OPUS_SILENCE = Buffer.from([0xf8, 0xff, 0xfe]);

/** A sender report (RFC 3550, 6.4.1): without one an SFU can't move between simulcast streams. */
export const senderReport = (stream: RtpStream, nowMs: number): Buffer => {
  const report = Buffer.alloc(28);
  report[0] = 0x80;
  report[1] = 200;
  report.writeUInt16BE(6, 2);
  report.writeUInt32BE(stream.ssrc, 4);
  report.writeUInt32BE(Math.floor(nowMs / 1000) + NTP_TO_UNIX_S, 8);
  report.writeUInt32BE(Math.floor(((nowMs % 1000) / 1000) * 2 ** 32), 12);
  report.writeUInt32BE(stream.timestamp, 16);
  report.writeUInt32BE(stream.packets, 20);
  report.writeUInt32BE(stream.octets, 24);
  return report;
};

const isRtcp = (packet: Buffer): boolean => packet.length >= 8 && packet[1] !== undefined && packet[1] >= 192 && packet[1] <= 223;

export type ReadRtp = { readonly ssrc: number; readonly sequence: number };

/** The header of an RTP packet; null for RTCP and anything shorter. */
export const readRtp = (packet: Buffer): ReadRtp | null =>
  packet.length < RTP_HEADER_BYTES || isRtcp(packet) ? null : { ssrc: packet.readUInt32BE(8), sequence: packet.readUInt16BE(2) };

/** Does this RTCP compound ask for a keyframe (PLI or FIR, RFC 4585 and 5104)? */
export const asksForKeyframe = (packet: Buffer): boolean => {
  if (!isRtcp(packet)) return false;
  for (let at = 0; at + 4 <= packet.length; at += (packet.readUInt16BE(at + 2) + 1) * 4) {
    const format = (packet[at] ?? 0) & 0x1f;
    if (packet[at + 1] === 206 && (format === 1 || format === 4)) return true;
  }
  return false;
};
