// What this browser tells the server before anything else: what it can decode and who will open DTLS (rule W1). Made once a
// page, before the socket is open, so that receiving costs a single round trip.

import { CODECS_MAX } from '../../shared/limits.ts';
import type { WatchOffer } from '../../shared/messages/watch.ts';
import { fingerprintIn } from './sdp.ts';

/** What our server can ever send; a browser lists a dozen formats more (comfort noise, redundancy, repair). */
const MEDIA = /^(audio\/opus|video\/(vp8|vp9|h264|h265|av1))$/i;

/** `video/H264;level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f`, in the browser's order. */
export const listCodecs = (codecs: readonly RTCRtpCodec[]): string[] => {
  const texts = codecs
    .filter(({ mimeType }) => MEDIA.test(mimeType))
    .map(({ mimeType, sdpFmtpLine }) => (sdpFmtpLine ? `${mimeType};${sdpFmtpLine.toLowerCase().replaceAll(' ', '')}` : mimeType));
  return [...new Set(texts)].slice(0, CODECS_MAX);
};

/** Firefox has no getFingerprints(); there the certificate's fingerprint is read from an offer that is thrown away. */
const fingerprintOf = async (certificate: RTCCertificate): Promise<WatchOffer['fingerprint']> => {
  const known = certificate.getFingerprints?.().find(({ algorithm }) => algorithm === 'sha-256')?.value;
  // Upper case as in a description (RFC 8122), which is how servers compare it.
  if (known) return { algorithm: 'sha-256', value: known.toUpperCase() };
  const peer = new RTCPeerConnection({ certificates: [certificate] });
  peer.createDataChannel('');
  const offer = await peer.createOffer();
  peer.close();
  return fingerprintIn(offer.sdp ?? '');
};

export type Credentials = { readonly certificate: RTCCertificate; readonly offer: WatchOffer };

export const makeCredentials = async (): Promise<Credentials> => {
  // ECDSA is made in a millisecond; an RSA key would take as long as the whole join.
  const algorithm: EcKeyGenParams = { name: 'ECDSA', namedCurve: 'P-256' };
  const certificate = await RTCPeerConnection.generateCertificate(algorithm);
  const kinds = ['audio', 'video'].map((kind) => RTCRtpReceiver.getCapabilities(kind)?.codecs ?? []);
  return { certificate, offer: { codecs: listCodecs(kinds.flat()), fingerprint: await fingerprintOf(certificate) } };
};
