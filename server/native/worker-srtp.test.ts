// A worker built here runs on libsrtp 2.5, older than what upstream pins. The place where such a library goes wrong is the
// wrap of the 16-bit sequence number with packets lost around it: sender and receiver must agree on how often it wrapped,
// or everything after it is noise. So: encrypt in one pipe transport, lose packets in between, decrypt in another.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import * as mediasoup from 'mediasoup';
import { expect, test } from 'vitest';

const PACKETS = 70_000;
const FIRST_SEQUENCE = 2_000;
const WRAP = 65_536;
const IN_FLIGHT = 200;
const SSRC = 0x51a0;
const OPUS = { mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2 } as const;

/** Everything for 120 packets across the wrap, and every third of the 1,000 on either side. */
function isLost(index: number): boolean {
  const fromWrap = FIRST_SEQUENCE + index - WRAP;
  return Math.abs(fromWrap) <= 60 || (Math.abs(fromWrap) <= 1_000 && index % 3 === 0);
}

test('no packet that arrives is lost to decryption, before, around or after the sequence numbers wrap', { timeout: 60_000 }, async () => {
  const worker = await mediasoup.createWorker({ logLevel: 'error' });
  try {
    const { send, received, waitUntilSettled } = await encryptedPath(worker, isLost);
    for (let index = 0; index < PACKETS; index++) {
      send(index);
      if (index % IN_FLIGHT === 0) await waitUntilSettled(index);
    }
    await waitUntilSettled(PACKETS - 1);
    const expected = Array.from({ length: PACKETS }, (_, index) => index).filter((index) => !isLost(index));
    expect(received.length).toBe(expected.length);
    expect(received).toEqual(expected);
  } finally {
    worker.close();
  }
});

/** Packets go in at one router and come out at another; in between they are SRTP, and those that `lost` names vanish. */
async function encryptedPath(worker: mediasoup.types.Worker, lost: (index: number) => boolean) {
  const [near, far] = await Promise.all([router(worker), router(worker)]);
  const [nearPipe, farPipe] = await Promise.all([pipe(near), pipe(far)]);
  let arrivedAtLink = 0;
  const closeLink = await linkBetween(nearPipe, farPipe, () => !lost(arrivedAtLink++));
  worker.observer.once('close', closeLink);

  const source = await (await near.createDirectTransport()).produce({
    kind: 'audio',
    rtpParameters: { codecs: [OPUS], encodings: [{ ssrc: SSRC }], rtcp: { cname: 'source' } },
  });
  const intoPipe = await nearPipe.consume({ producerId: source.id });
  const outOfPipe = await farPipe.produce({ kind: 'audio', rtpParameters: intoPipe.rtpParameters });
  const sink = await (await far.createDirectTransport()).consume({ producerId: outOfPipe.id, rtpCapabilities: far.rtpCapabilities });
  const received: number[] = [];
  sink.on('rtp', (packet) => void received.push(packet.readUInt32BE(packet.length - 4)));

  let expected = 0;
  let counted = -1;
  async function waitUntilSettled(index: number): Promise<void> {
    for (; counted < index; counted++) if (!lost(counted + 1)) expected++;
    while (received.length < expected) await once(sink, 'rtp', { signal: AbortSignal.timeout(5_000) }).catch(stuck);
  }
  const stuck = () => {
    throw new Error(`only ${received.length} of ${expected} packets were decrypted; the last was ${received.at(-1)}`);
  };
  return { send: (index: number) => source.send(rtpPacket(index)), received, waitUntilSettled };
}

function router(worker: mediasoup.types.Worker) {
  return worker.createRouter({ mediaCodecs: [{ kind: 'audio', mimeType: OPUS.mimeType, clockRate: 48_000, channels: 2 }] });
}

function pipe(on: mediasoup.types.Router) {
  return on.createPipeTransport({ listenInfo: { protocol: 'udp', ip: '127.0.0.1' }, enableSrtp: true });
}

/** Two sockets that pass packets on between the pipes; `letThrough` is asked for each RTP packet from near to far. */
async function linkBetween(near: mediasoup.types.PipeTransport, far: mediasoup.types.PipeTransport, letThrough: () => boolean) {
  const [nearEnd, farEnd] = await Promise.all([openSocket(), openSocket()]);
  nearEnd.on('message', (packet) => {
    const isRtcp = ((packet[1] ?? 0) & 0x7f) >= 64 && ((packet[1] ?? 0) & 0x7f) <= 95;
    if (isRtcp || letThrough()) farEnd.send(packet, far.tuple.localPort, '127.0.0.1');
  });
  farEnd.on('message', (packet) => nearEnd.send(packet, near.tuple.localPort, '127.0.0.1'));
  await near.connect({ ip: '127.0.0.1', port: nearEnd.address().port, ...keysOf(far) });
  await far.connect({ ip: '127.0.0.1', port: farEnd.address().port, ...keysOf(near) });
  return () => [nearEnd, farEnd].forEach((socket) => socket.close());
}

function keysOf(transport: mediasoup.types.PipeTransport) {
  if (!transport.srtpParameters) throw new Error('the pipe transport is not encrypted');
  return { srtpParameters: transport.srtpParameters };
}

async function openSocket(): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

/** The payload ends in the packet's index, so that a wrongly decrypted packet shows. */
function rtpPacket(index: number): Buffer {
  const packet = Buffer.alloc(12 + 60, 0xa5);
  packet.writeUInt16BE(0x8000 | OPUS.payloadType, 0);
  packet.writeUInt16BE((FIRST_SEQUENCE + index) % WRAP, 2);
  packet.writeUInt32BE((index * 960) >>> 0, 4);
  packet.writeUInt32BE(SSRC, 8);
  packet.writeUInt32BE(index, packet.length - 4);
  return packet;
}
