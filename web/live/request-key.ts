// A page's own name for something it asks for, so that asking twice does it once.

import type { RequestKey } from '../../shared/ids.ts';

/** randomUUID is not there on pages without https. */
export const newKey = (): RequestKey =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('') as RequestKey;
