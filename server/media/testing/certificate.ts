// A self-signed certificate for test peers, so that a viewer knows its DTLS fingerprint before it has a connection, as pages
// do. Written out as DER, because Node makes keys but no certificates.

import { createHash, generateKeyPairSync, sign } from 'node:crypto';

export type Certificate = { readonly certificatePem: string; readonly keyPem: string; readonly fingerprint: string };

const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const { length } = body;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
};
const sequence = (...parts: Uint8Array[]): Buffer => der(0x30, ...parts);
const ECDSA_WITH_SHA256 = sequence(der(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
const COMMON_NAME = der(0x06, Buffer.from('550403', 'hex'));
const utcTime = (text: string): Buffer => der(0x17, Buffer.from(text));
const pem = (label: string, bytes: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(bytes).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`;

export const createCertificate = (): Certificate => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from('test')))));
  const body = sequence(
    der(0x02, Buffer.from([1])), // serial number; without a version field it is X.509 v1
    ECDSA_WITH_SHA256,
    name,
    sequence(utcTime('200101000000Z'), utcTime('491231235959Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', body, privateKey);
  const certificate = sequence(body, ECDSA_WITH_SHA256, der(0x03, Buffer.from([0]), signature));
  return {
    certificatePem: pem('CERTIFICATE', certificate),
    keyPem: pem('PRIVATE KEY', privateKey.export({ type: 'pkcs8', format: 'der' })),
    fingerprint: createHash('sha256').update(certificate).digest('hex').toUpperCase().replace(/..(?=.)/g, '$&:'),
  };
};
