// One receiving RTCPeerConnection at the server's transport: turns subscriptions into descriptions and gives the tracks of
// each. Knows no requests: what it needs from the server is handed to it. Changes are applied one after the other.

import type { IceParameters, TransportView } from '../../shared/messages/rtp.ts';
import type { Subscription } from '../../shared/messages/watch.ts';
import { askForStereo, writeOffer } from './sdp.ts';
import type { LipSync } from './sdp.ts';
import { nextSections } from './sections.ts';
import type { Section } from './sections.ts';

/** The old name of jitterBufferTarget, in seconds (Chromium before 124). */
type OldReceiver = RTCRtpReceiver & { playoutDelayHint?: number };

/** Play a frame as soon as it is whole. The browser still adds what the network's jitter makes necessary. */
const playAtOnce = (receiver: RTCRtpReceiver): void => {
  if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = 0;
  else if ('playoutDelayHint' in receiver) (receiver as OldReceiver).playoutDelayHint = 0;
};

export type Received = { readonly subscription: Subscription; readonly receiver: RTCRtpReceiver };

export type Peer = {
  /** False: there were too many changes for one connection, and nothing was done. */
  readonly update: (subscriptions: readonly Subscription[]) => Promise<boolean>;
  readonly restartIce: (iceParameters: IceParameters) => Promise<void>;
  readonly received: () => readonly Received[];
  readonly connectionState: () => RTCPeerConnectionState;
  /** To be called a few times a second: keeps sound and picture in step where the browser does not. */
  readonly keepInStep: () => void;
  readonly stats: () => Promise<RTCStatsReport>;
  readonly close: () => void;
};

export const createPeer = (deps: {
  readonly transport: TransportView;
  readonly certificate: RTCCertificate;
  readonly onConnectionState: () => void;
  /** Whoever listens takes part in the conversation: no sound waits for its picture. */
  readonly isTalking: () => boolean;
}): Peer => {
  const connection = new RTCPeerConnection({
    certificates: [deps.certificate],
    iceServers: deps.transport.iceServers.map(({ urls, username, credential }) => ({
      urls, ...(username === undefined ? {} : { username }), ...(credential === undefined ? {} : { credential }),
    })),
    bundlePolicy: 'max-bundle',
    rtcpMuxPolicy: 'require',
  });
  let transport = deps.transport;
  let sections: readonly Section[] = [];
  let version = 0;
  // Other browsers have other buffers, and sender reports that serve as latency only if they synchronise themselves.
  const lipSync: LipSync = 'playoutDelayHint' in RTCRtpReceiver.prototype ? 'ours' : 'browser';
  let queue: Promise<unknown> = Promise.resolve();
  connection.onconnectionstatechange = deps.onConnectionState;

  const transceiverOf = (section: Section): RTCRtpTransceiver | undefined =>
    connection.getTransceivers().find(({ mid }) => mid === section.mid);

  const negotiate = async (next: readonly Section[]): Promise<void> => {
    version += 1;
    await connection.setRemoteDescription({ type: 'offer', sdp: writeOffer(transport, next, version, lipSync) });
    for (const { receiver } of connection.getTransceivers()) playAtOnce(receiver);
    const answer = await connection.createAnswer();
    await connection.setLocalDescription({ type: 'answer', sdp: askForStereo(answer.sdp ?? '', next) });
    sections = next;
  };

  /** One change at a time; a failed one does not stop those that follow. What close() cuts short counts as done. */
  const inTurn = <T>(change: () => Promise<T>, whenClosed: T): Promise<T> => {
    const turn = queue.then(change).catch((error: unknown) => {
      if (connection.signalingState === 'closed') return whenClosed;
      throw error;
    });
    queue = turn.catch(() => {});
    return turn;
  };

  const received = (): readonly Received[] =>
    sections.flatMap((section) => {
      const receiver = section.state === 'live' ? transceiverOf(section)?.receiver : undefined;
      return receiver ? [{ subscription: section.subscription, receiver }] : [];
    });

  let lookAtStep = (): void => {};
  // Loaded after the page: in its first second nothing is out of step. Without it the buffers stay as short as they can be.
  if (lipSync === 'ours') import('./lip-sync.ts').then(({ createLipSync }) => { lookAtStep = createLipSync(received, deps.isTalking); }, () => {});

  return {
    update: (subscriptions) =>
      inTurn(async () => {
        const next = nextSections(sections, subscriptions);
        if (next) await negotiate(next);
        return next !== null;
      }, true),
    restartIce: (iceParameters) =>
      inTurn(async () => {
        transport = { ...transport, iceParameters };
        if (version > 0) await negotiate(sections);
      }, undefined),
    received,
    connectionState: () => connection.connectionState,
    keepInStep: () => lookAtStep(),
    stats: () => connection.getStats(),
    close: () => {
      connection.onconnectionstatechange = null;
      connection.close();
    },
  };
};
