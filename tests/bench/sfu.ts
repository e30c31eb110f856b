// What our media/ costs: packets forwarded per second of the worker's CPU, through server/media against a bare mediasoup
// router. Same worker binary, a fresh process each time, the same sender and viewers with real DTLS and SRTP; the two take
// turns, so that a drift of the machine hits both. Only CPU time counts, so other work on the machine disturbs little.

import { setTimeout as pause } from 'node:timers/promises';
import * as mediasoup from 'mediasoup';
import type { types } from 'mediasoup';
import { createSystemClock } from '../../server/lib/clock.ts';
import { createLog } from '../../server/lib/log.ts';
import { createMedia } from '../../server/media/media.ts';
import { OFFER, SENDER_DTLS, createSender, createViewer } from '../../server/media/testing/peers.ts';
import type { Sender, Viewer } from '../../server/media/testing/peers.ts';
import type { ParticipantId, RoomId } from '../../shared/ids.ts';
import type { RtpParameters, TransportView } from '../../shared/messages/rtp.ts';
import type { WatchAnswer } from '../../shared/messages/watch.ts';

const ROUNDS = 9; // of which the first only warms up
const VIEWERS = 14;
const WARM_UP_PACKETS = 300;
const WINDOW_MS = 4_000;
const SENDER = { bytes: [1_000], framesPerSecond: 50, burst: 10 };
const GOAL = 0.98;

/** All that the two sides have to offer. */
type Sfu = {
  publish(sender: Sender): Promise<void>;
  watch(viewer: number): Promise<WatchAnswer>;
  cpuMs(): Promise<number>;
  close(): Promise<void>;
};

const cpuMsOf = ({ ru_utime, ru_stime }: Pick<types.WorkerResourceUsage, 'ru_utime' | 'ru_stime'>): number => ru_utime + ru_stime;
const nothing = (): void => {};

const ours = async (): Promise<Sfu> => {
  const media = await createMedia({
    settings: { workers: 1, listenAddress: '127.0.0.1', announcedAddresses: [], port: 0, iceServers: [] },
    log: createLog({ level: 'fatal' }),
    clock: createSystemClock(),
    subscriptionsChanged: nothing, watchLost: nothing, publisherLost: nothing, publicationEnded: nothing,
    receivingChanged: nothing, flowChanged: nothing, demandChanged: nothing, speakingChanged: nothing,
    maySee: () => true, isAlwaysHeard: () => true,
  });
  const roomId = 'bench' as RoomId;
  const host = 'host' as ParticipantId;
  return {
    async publish(sender) {
      const { transport } = await media.openPublisher({ roomId, participantId: host, purpose: 'live', protocol: 'any' });
      await media.connectPublisher(host, transport.transportId, SENDER_DTLS);
      await media.publish(host, transport.transportId, { source: 'camera', kind: 'video', rtpParameters: sender.rtpParameters });
      await sender.start(transport);
    },
    watch: (viewer) => media.watch({ roomId, participantId: `viewer-${viewer}` as ParticipantId, offer: OFFER }),
    async cpuMs() {
      const [usage] = await media.workerStats();
      if (!usage) throw new Error('the worker died');
      return cpuMsOf(usage);
    },
    close: () => media.close(),
  };
};

const viewOfBare = (transport: types.WebRtcTransport): TransportView =>
  ({
    transportId: transport.id,
    iceParameters: transport.iceParameters,
    iceCandidates: transport.iceCandidates,
    dtlsParameters: { fingerprints: transport.dtlsParameters.fingerprints.filter(({ algorithm }) => algorithm === 'sha-256') },
    iceServers: [],
  }) as unknown as TransportView;

/** mediasoup as its documentation shows it, and nothing else. */
const bare = async (): Promise<Sfu> => {
  const worker = await mediasoup.createWorker({ logLevel: 'error' });
  const webRtcServer = await worker.createWebRtcServer({
    listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }, { protocol: 'tcp', ip: '127.0.0.1' }],
  });
  const router = await worker.createRouter({
    mediaCodecs: [
      { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
      { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
    ],
  });
  const { rtpCapabilities } = router;
  let producerId = '';
  const connect = async (dtlsParameters: types.DtlsParameters): Promise<types.WebRtcTransport> => {
    const transport = await router.createWebRtcTransport({ webRtcServer });
    await transport.connect({ dtlsParameters });
    return transport;
  };
  return {
    async publish(sender) {
      const transport = await connect(SENDER_DTLS as types.DtlsParameters);
      const producer = await transport.produce({ kind: 'video', rtpParameters: sender.rtpParameters as types.RtpParameters });
      producerId = producer.id;
      await sender.start(viewOfBare(transport));
    },
    async watch() {
      const transport = await connect(SENDER_DTLS as types.DtlsParameters);
      const consumer = await transport.consume({ producerId, rtpCapabilities });
      const rtpParameters = consumer.rtpParameters as RtpParameters;
      const subscription = { consumerId: consumer.id, publicationId: producerId, source: 'camera', kind: 'video', rtpParameters, layers: 1 };
      return { transport: viewOfBare(transport), subscriptions: [subscription] } as unknown as WatchAnswer;
    },
    cpuMs: async () => cpuMsOf(await worker.getResourceUsage()),
    async close() {
      const gone = new Promise<void>((resolve) => worker.once('subprocessclose', resolve));
      worker.close();
      await gone;
    },
  };
};

type Measured = { readonly packetsPerCpuS: number; readonly packets: number; readonly lossRatio: number };

const forwarded = (viewers: readonly Viewer[]): number => viewers.reduce((sum, viewer) => sum + viewer.packets(), 0);

const measure = async (open: () => Promise<Sfu>): Promise<Measured> => {
  const sfu = await open();
  const sender = createSender(SENDER);
  const viewers = Array.from({ length: VIEWERS }, createViewer);
  try {
    await sfu.publish(sender);
    for (const [index, viewer] of viewers.entries()) viewer.start(await sfu.watch(index));
    const deadlineMs = Date.now() + 20_000;
    while (viewers.some((viewer) => viewer.packets() < WARM_UP_PACKETS)) {
      if (Date.now() > deadlineMs) throw new Error('a viewer got nothing');
      await pause(50);
    }
    const [cpuMs, sent, packets] = [await sfu.cpuMs(), sender.sent(), forwarded(viewers)];
    await pause(WINDOW_MS);
    const [usedMs, sentNow, arrived] = [(await sfu.cpuMs()) - cpuMs, sender.sent() - sent, forwarded(viewers) - packets];
    return { packetsPerCpuS: Math.round((arrived / usedMs) * 1_000), packets: arrived, lossRatio: Math.max(0, 1 - arrived / (sentNow * VIEWERS)) };
  } finally {
    for (const end of [sender, ...viewers]) end.close();
    await sfu.close();
  }
};

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? Number.NaN) : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
};
const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;
const spreadOf = (values: readonly number[]) => ({ median: rounded(median(values)), min: rounded(Math.min(...values)), max: rounded(Math.max(...values)) });

/** `ratio`: the median over the rounds of ours divided by bare. */
export const run = async (progress: (line: string) => void) => {
  const rounds: { readonly ours: Measured; readonly bare: Measured }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    // Who is first alternates, too: a machine that warms up favours the second.
    const first = round % 2 === 0 ? await measure(ours) : await measure(bare);
    const second = round % 2 === 0 ? await measure(bare) : await measure(ours);
    const [own, plain] = round % 2 === 0 ? [first, second] : [second, first];
    if (round > 0) rounds.push({ ours: own, bare: plain });
    progress(`round ${round}/${ROUNDS - 1}: ours ${own.packetsPerCpuS}, bare ${plain.packetsPerCpuS} packets per CPU-second`);
  }
  const ratios = rounds.map((round) => round.ours.packetsPerCpuS / round.bare.packetsPerCpuS);
  return {
    ratio: rounded(median(ratios)),
    goal: GOAL,
    ratios: spreadOf(ratios),
    oursPacketsPerCpuS: spreadOf(rounds.map((round) => round.ours.packetsPerCpuS)),
    barePacketsPerCpuS: spreadOf(rounds.map((round) => round.bare.packetsPerCpuS)),
    lossRatio: rounded(Math.max(...rounds.flatMap((round) => [round.ours.lossRatio, round.bare.lossRatio]))),
    rounds: rounds.length,
    viewers: VIEWERS,
    versions: { node: process.versions.node, mediasoup: mediasoup.version },
  };
};
