// Taking a port, and giving it back. One port, one server: uWS would let two share it, and each would answer half of the
// clients.

import { createServer } from 'node:net';
import { us_listen_socket_close } from 'uWebSockets.js';
import type { TemplatedApp, us_listen_socket } from 'uWebSockets.js';

export type Place = { readonly host: string; readonly port: number };

const EXCLUSIVE_PORT = 1; // LIBUS_LISTEN_EXCLUSIVE_PORT, which the package exports under another name than its types say

/** uWS takes a host together with options, which its types do not say. */
type Listen = (host: string, port: number, options: number, done: (socket: us_listen_socket | false) => void) => void;

const WORDS: Readonly<Record<string, (place: Place) => string>> = {
  EADDRINUSE: ({ port }) => `Port ${port} is in use: another server runs there. Stop that one, or set PORT to another number.`,
  EACCES: ({ port }) => `Port ${port} may be used by the administrator only. Set PORT to 1024 or more.`,
  EADDRNOTAVAIL: ({ host }) => `${host} is not an address of this machine. Set HOST to one that is, or to 0.0.0.0.`,
  ENOTFOUND: ({ host }) => `${host} is not an address of this machine. Set HOST to one that is, or to 0.0.0.0.`,
};

const wordsFor = (code: string | undefined, place: Place): string =>
  WORDS[code ?? '']?.(place) ?? `Cannot listen on ${place.host}:${place.port} (${code ?? 'no reason given'}).`;

/**
 * Tries the port with Node's own server, which says why it cannot be had, where uWS only says no. Gives the port, a free
 * one for 0: uWS itself must never get 0, since it then leaves out SO_REUSEADDR and the port could not be taken again.
 */
export const findPort = (place: Place): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => reject(new Error(wordsFor(error.code, place))));
    probe.listen({ ...place, exclusive: true }, () => {
      const address = probe.address();
      probe.close(() => resolve(address && typeof address === 'object' ? address.port : place.port));
    });
  });

/** Takes the port at once, in this turn; throws if it is taken. The function that comes back stops listening. */
export const listen = (app: TemplatedApp, place: Place): (() => void) => {
  let taken: us_listen_socket | false = false;
  (app.listen as unknown as Listen).call(app, place.host, place.port, EXCLUSIVE_PORT, (socket) => (taken = socket));
  const socket: us_listen_socket | false = taken;
  if (!socket) throw new Error(wordsFor('EADDRINUSE', place));
  let isListening = true;
  return () => {
    if (isListening) us_listen_socket_close(socket); // a second close of the same socket would crash in native code
    isListening = false;
  };
};
