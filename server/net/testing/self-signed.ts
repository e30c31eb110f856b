// Makes certificates for tests, so that no private key lies in the repository and no tool need be installed. Writes the few
// DER structures (X.690) of an X.509 certificate by hand.

import { X509Certificate, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const tlv = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
};
const sequence = (...parts: readonly Buffer[]): Buffer => tlv(0x30, ...parts);
const hex = (text: string): Buffer => Buffer.from(text, 'hex');

const ECDSA_WITH_SHA256 = sequence(tlv(0x06, hex('2a8648ce3d040302')));
const COMMON_NAME = tlv(0x06, hex('550403'));
const utcTime = (text: string): Buffer => tlv(0x17, Buffer.from(text));

/** A self-signed P-256 certificate and its key, in PEM. */
export const selfSigned = (commonName: string): { cert: string; key: string } => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(tlv(0x31, sequence(COMMON_NAME, tlv(0x0c, Buffer.from(commonName)))));
  const serial = tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])); // the 1 keeps it positive
  const validity = sequence(utcTime('200101000000Z'), utcTime('491231235959Z'));
  const content = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))), // version 3
    serial, ECDSA_WITH_SHA256, name, validity, name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = tlv(0x03, Buffer.from([0]), sign('sha256', content, privateKey));
  return {
    cert: new X509Certificate(sequence(content, ECDSA_WITH_SHA256, signature)).toString(),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
};
