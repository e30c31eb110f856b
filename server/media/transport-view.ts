// How our WebRTC transports are made, and how a browser is told of them. A worker has one socket per protocol, which can be
// reachable at several addresses (inside and outside a NAT), so each of mediasoup's candidates becomes one per address.

import type { types } from 'mediasoup';
import type { TransportId } from '../../shared/ids.ts';
import type { IceCandidate, IceServer, TransportView } from '../../shared/messages/rtp.ts';
import { turnServer } from './turn.ts';
import type { TurnSettings } from './turn.ts';
import type { MediaWorker } from './worker.ts';

export type Protocol = 'any' | 'udp' | 'tcp';

/** How browsers reach the workers; the same for all transports. */
export type Reach = {
  /** Under which addresses, best first; empty: the one that is listened on. */
  readonly announcedAddresses: readonly string[];
  readonly iceServers: readonly IceServer[];
  /** One more of them, with credentials for each transport. */
  readonly turn?: TurnSettings | null;
  /** RFC 7675: without consent for so long the other end is gone. mediasoup takes 10 to 60. */
  readonly consentTimeoutS?: number;
};

const CONSENT_TIMEOUT_S = 30;

export const createTransport = (
  { router, worker }: { readonly router: types.Router; readonly worker: MediaWorker },
  protocol: Protocol,
  { consentTimeoutS = CONSENT_TIMEOUT_S }: Reach,
): Promise<types.WebRtcTransport> =>
  router.createWebRtcTransport({
    webRtcServer: worker.server,
    enableUdp: protocol !== 'tcp',
    enableTcp: protocol !== 'udp',
    preferUdp: true,
    // The estimate to start from: enough for the top layer at once on a good link; a narrow one corrects it in a second.
    initialAvailableOutgoingBitrate: 4_000_000,
    iceConsentTimeout: consentTimeoutS,
  });

/** Schema `transportView` takes 32 candidates: two protocols. */
export const ANNOUNCED_ADDRESSES_MAX = 16;

const candidatesAt = (candidate: types.IceCandidate, addresses: readonly string[]): IceCandidate[] =>
  addresses.map((address, index) => ({
    ...candidate,
    address,
    ip: address,
    // RFC 8445: the same base and type but another address is another foundation; the first address is the preferred one.
    // The local preference are bits 8-23, and mediasoup leaves more than 16 steps between UDP and TCP.
    foundation: `${candidate.foundation}${index}`,
    priority: candidate.priority - (index << 8),
  }));

export const viewOf = (transport: types.WebRtcTransport, { announcedAddresses, iceServers, turn }: Reach, nowMs: number): TransportView => ({
  transportId: transport.id as TransportId,
  iceParameters: transport.iceParameters,
  iceCandidates: transport.iceCandidates.flatMap((candidate) =>
    candidatesAt(candidate, announcedAddresses.length > 0 ? announcedAddresses : [candidate.address]),
  ),
  dtlsParameters: {
    role: transport.dtlsParameters.role ?? 'auto',
    // The older hashes are only weaker ways to say the same.
    fingerprints: transport.dtlsParameters.fingerprints.filter(({ algorithm }) => algorithm === 'sha-256'),
  },
  iceServers: [...iceServers, ...(turn ? [turnServer(turn, transport.id, nowMs)] : [])],
});
