// The headers that tell browsers what our pages and answers may do.

import type { Client } from './client-address.ts';

/** Nothing but this page may use the camera, the microphone and the screen; what we never use is off. */
const PERMISSIONS = [
  ...['camera', 'microphone', 'display-capture', 'autoplay', 'fullscreen', 'picture-in-picture', 'screen-wake-lock', 'speaker-selection', 'clipboard-write']
    .map((feature) => `${feature}=(self)`),
  ...['geolocation', 'payment', 'usb', 'serial', 'hid', 'midi', 'accelerometer', 'gyroscope', 'magnetometer', 'browsing-topics']
    .map((feature) => `${feature}=()`),
].join(', ');

const HSTS_MAX_AGE_S = 31_536_000; // a year, as hstspreload.org asks

type Header = readonly [name: string, value: string];

/** On every answer. */
export const commonHeaders = (client: Client): readonly Header[] => [
  ['x-content-type-options', 'nosniff'],
  // Not `no-referrer`: with it some browsers send `Origin: null` on form posts. Links to other sites tell nothing.
  ['referrer-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
  ...(client.isHttps ? [['strict-transport-security', `max-age=${HSTS_MAX_AGE_S}`] as const] : []),
];

/** On answers that are not pages: should a browser show one as a page, it can do nothing. */
export const dataHeaders: readonly Header[] = [['content-security-policy', "default-src 'none'; frame-ancestors 'none'; sandbox"]];

/** On pages. `inlineHashes`: CSP sources of the scripts that stand in index.html itself. */
export const pageHeaders = (client: Client, inlineHashes: readonly string[]): readonly Header[] => {
  const policy = [
    "default-src 'self'",
    // Compiled WebAssembly from our own files: what cleans a microphone's sound. It lets no text become a script.
    ["script-src 'self' 'wasm-unsafe-eval'", ...inlineHashes].join(' '),
    // Style elements only from our files; style attributes are needed where a component's library positions by them.
    "style-src 'self'",
    "style-src-elem 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    // Safari before 15.4 does not count the page's own WebSocket as 'self'.
    `connect-src 'self' ${client.isHttps ? 'wss' : 'ws'}://${client.host}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
  return [
    ['content-security-policy', policy],
    ['permissions-policy', PERMISSIONS],
    ['cross-origin-opener-policy', 'same-origin'],
    ['x-frame-options', 'DENY'],
  ];
};
