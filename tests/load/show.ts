// What `load` watches when no server is named: one of its own, with a channel on air and a sender that is as heavy as a camera of
// the asked bit rate: 30 frames a second, each of several full packets, with noise where the picture would be.

import { createSender, SENDER_DTLS } from '../../server/media/testing/peers.ts';
import { registerCreator } from '../support/client.ts';
import { cpuMsOf } from '../support/cpu.ts';
import { BROADCAST } from '../support/scene.ts';
import { startServer } from '../support/server.ts';

export type Cpu = { readonly mediaMs: number; readonly serverMs: number };
export type Show = {
  readonly url: string;
  readonly handle: string;
  cpu(): Cpu;
  /** When the sender was asked for each, on performance.now()'s scale. */
  keyframesAskedAtMs(): readonly number[];
  close(): Promise<void>;
};

const FRAMES_PER_SECOND = 30;
const PACKET_BYTES = 1_100;

export const openShow = async (kbitsPerSecond: number, workers: number): Promise<Show> => {
  const packetsPerFrame = Math.max(1, Math.round((kbitsPerSecond * 1000) / 8 / FRAMES_PER_SECOND / PACKET_BYTES));
  const bytes = Math.round((kbitsPerSecond * 1000) / 8 / FRAMES_PER_SECOND / packetsPerFrame);
  const server = await startServer({ env: { MEDIA_WORKERS: String(workers) } });
  const sender = createSender({ bytes: [bytes], framesPerSecond: FRAMES_PER_SECOND, packetsPerFrame });
  const creator = await registerCreator(server);
  const studio = await creator.client.connect();
  await studio.join(creator.handle, { as: 'studio' });
  await studio.request('broadcast.start', BROADCAST);
  const { transport } = await studio.request('stage.open', { purpose: 'live', protocol: 'udp' });
  await studio.request('stage.connect', { transportId: transport.transportId, dtlsParameters: SENDER_DTLS });
  await studio.request('stage.publish', { transportId: transport.transportId, source: 'camera', kind: 'video', rtpParameters: sender.rtpParameters });
  await sender.start(transport);
  return {
    url: server.url,
    handle: creator.handle,
    cpu: () => ({ mediaMs: server.workerPids().reduce((sum, pid) => sum + cpuMsOf(pid), 0), serverMs: cpuMsOf(server.pid) }),
    keyframesAskedAtMs: sender.keyframesAskedAtMs,
    async close() {
      sender.close();
      studio.close();
      await server.stop();
    },
  };
};
