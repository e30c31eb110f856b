// Watches the certificate's files. They are compared by content every few seconds: renewal programs replace files, links
// and whole folders, and file system events miss some of that.

import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Cancel, Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';

export type CertificateFiles = { readonly cert: string; readonly key: string };

const LOOK_INTERVAL_MS = 5_000;

const read = async (files: CertificateFiles): Promise<{ cert: string; key: string }> => {
  const [cert, key] = await Promise.all([readFile(files.cert, 'utf8'), readFile(files.key, 'utf8')]);
  return { cert, key };
};

/** Throws if this is no certificate, no key, or they do not belong together. */
const check = (pair: { cert: string; key: string }): void => {
  const isPair = new X509Certificate(pair.cert).checkPrivateKey(createPrivateKey(pair.key));
  if (!isPair) throw new Error('the private key does not belong to the certificate');
};

/** Throws, in words, if the files cannot be used. */
export const checkCertificate = async (files: CertificateFiles): Promise<void> => {
  try {
    check(await read(files));
  } catch (cause) {
    throw new Error(`TLS_CERT and TLS_KEY cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
};

/** Calls `changed` when there is a new and usable pair. A half-written one is looked at again the next time. */
export const watchCertificate = async (
  files: CertificateFiles,
  deps: { readonly clock: Clock; readonly log: Log; readonly changed: () => void },
): Promise<Cancel> => {
  let current = await read(files);
  const look = async (): Promise<void> => {
    try {
      const found = await read(files);
      if (found.cert === current.cert && found.key === current.key) return;
      check(found);
      current = found;
      deps.changed();
    } catch (error) {
      deps.log.warn({ err: error }, 'new certificate cannot be used yet; the one before stays');
    }
  };
  return deps.clock.every(LOOK_INTERVAL_MS, () => void look());
};
