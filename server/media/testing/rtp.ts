// RTP and RTCP by hand, as much as tests need: VP8 that mediasoup takes for frames, sender reports, and reading both.

/** Header extension: abs-capture-time, 8 bytes of NTP time, one-byte form (RFC 8285). */
export type CaptureTime = { readonly id: number; readonly ntp: bigint };

const extensionOf = ({ id, ntp }: CaptureTime): Buffer => {
  const extension = Buffer.alloc(16); // profile and length, then 1 + 8 bytes, padded to words
  extension.writeUInt16BE(0xbede, 0);
  extension.writeUInt16BE(3, 2);
  extension[4] = (id << 4) | 7;
  extension.writeBigUInt64BE(ntp, 5);
  return extension;
};

export const rtpPacket = (p: {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly marker?: boolean;
  readonly captureTime?: CaptureTime;
  readonly payload: Buffer;
}): Buffer => {
  const header = Buffer.alloc(12);
  header[0] = p.captureTime ? 0x90 : 0x80;
  header[1] = (p.marker ? 0x80 : 0) | p.payloadType;
  header.writeUInt16BE(p.sequence & 0xffff, 2);
  header.writeUInt32BE(p.timestamp >>> 0, 4);
  header.writeUInt32BE(p.ssrc, 8);
  return Buffer.concat([header, p.captureTime ? extensionOf(p.captureTime) : Buffer.alloc(0), p.payload]);
};

/** One packet of a VP8 frame (RFC 7741): descriptor with a 15-bit picture id, then the frame's first byte. `isRest`: not its first packet. */
export const vp8Payload = (p: { readonly isKey: boolean; readonly picture: number; readonly bytes: number; readonly isRest?: boolean }): Buffer => {
  const payload = Buffer.alloc(Math.max(p.bytes, 16));
  payload.set([p.isRest ? 0x80 : 0x90, 0x80, 0x80 | ((p.picture >> 8) & 0x7f), p.picture & 0xff, p.isKey ? 0x00 : 0x01]);
  return payload;
};

/** RTCP sender report (RFC 3550 section 6.4.1) without report blocks; a layer switch needs one of each layer. */
export const senderReport = (p: { readonly ssrc: number; readonly ntp: bigint; readonly timestamp: number }): Buffer => {
  const report = Buffer.alloc(28);
  report[0] = 0x80;
  report[1] = 200;
  report.writeUInt16BE(6, 2);
  report.writeUInt32BE(p.ssrc, 4);
  report.writeBigUInt64BE(p.ntp, 8);
  report.writeUInt32BE(p.timestamp >>> 0, 16);
  return report;
};

export const ntpOf = (unixMs: number): bigint => (BigInt(Math.round(unixMs * 1_000)) + 2_208_988_800_000_000n) * 2n ** 32n / 1_000_000n;

export const unixMsOf = (ntp: bigint): number => Number((ntp * 1_000n) >> 32n) - 2_208_988_800_000;

/** RFC 5761: the payload types that RTCP packet types look like. */
export const isRtcp = (packet: Buffer): boolean => packet.length >= 8 && packet.readUInt8(1) >= 192 && packet.readUInt8(1) <= 223;

/** Media SSRCs for which this compound packet asks for a keyframe (PLI, RFC 4585 section 6.3.1). */
export const keyframeRequests = (packet: Buffer): number[] => {
  const ssrcs: number[] = [];
  for (let at = 0; at + 12 <= packet.length; at += 4 + packet.readUInt16BE(at + 2) * 4)
    if (packet[at + 1] === 206 && (packet.readUInt8(at) & 0x1f) === 1) ssrcs.push(packet.readUInt32BE(at + 8));
  return ssrcs;
};

export type RtpHeader = {
  readonly payloadType: number;
  readonly sequence: number;
  readonly ssrc: number;
  /** The last packet of its frame. */
  readonly marker: boolean;
  /** Of the whole packet. */
  readonly bytes: number;
  readonly extensions: ReadonlyMap<number, Buffer>;
};

/** Null for what is not RTP. */
export const readRtp = (packet: Buffer): RtpHeader | null => {
  if (packet.length < 12 || isRtcp(packet)) return null;
  const extensions = new Map<number, Buffer>();
  if (packet.readUInt8(0) & 0x10 && packet.readUInt16BE(12) === 0xbede) {
    const end = 16 + packet.readUInt16BE(14) * 4;
    for (let at = 16; at < end; ) {
      const byte = packet.readUInt8(at);
      const [id, length] = [byte >> 4, (byte & 0x0f) + 1];
      if (id === 0) at += 1;
      else {
        extensions.set(id, packet.subarray(at + 1, at + 1 + length));
        at += 1 + length;
      }
    }
  }
  return {
    payloadType: packet.readUInt8(1) & 0x7f, marker: (packet.readUInt8(1) & 0x80) !== 0, sequence: packet.readUInt16BE(2), ssrc: packet.readUInt32BE(8), bytes: packet.length, extensions,
  };
};
