// The WebSocket end of the edge: lets in who may come, copies the bytes, and gives the hub a Link. Invariant: uWS's socket
// is touched only between open and close (`isOpen`), because a send after that throws. Who it is is asked after the upgrade and not
// before: uWS closes by mistake one in some hundreds of those that are upgraded later than in its handler (uWebSockets, issue 1928).

import type { HttpRequest as UwsRequest, HttpResponse, us_socket_context_t, WebSocket, WebSocketBehavior } from 'uWebSockets.js';
import { PROTOCOL_VERSION } from '../../shared/envelope.ts';
import { CLOSE } from '../../shared/errors.ts';
import { CONNECTIONS_PER_ADDRESS_MAX, FRAME_BYTES_MAX, IDLE_TIMEOUT_S, QUEUED_BYTES_MAX, QUEUED_REQUESTS_MAX } from '../../shared/limits.ts';
import type { Connection, Link } from '../hub/connection.ts';
import type { SessionUser } from '../hub/handler.ts';
import type { Hub } from '../hub/hub.ts';
import { AppError } from '../lib/app-error.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { RateLimiter } from '../lib/rate-limiter.ts';
import type { Authenticate } from './api.ts';
import { addressBucket } from './client-address.ts';
import type { Client, Peer } from './client-address.ts';
import { readSessionToken } from './cookies.ts';
import type { Answer } from './endpoint.ts';
import { errorAnswer } from './exchange.ts';
import type { Exchanges } from './exchange.ts';
import { readHead } from './http.ts';
import type { Origins } from './origins.ts';

export type SocketsDeps = {
  readonly hub: Hub;
  readonly authenticate: Authenticate;
  readonly exchanges: Exchanges;
  readonly clientOf: (peer: Peer) => Client;
  readonly origins: Origins;
  readonly limiter: RateLimiter;
  readonly clock: Clock;
  readonly log: Log;
  readonly isTls: boolean;
};

/** What uWS keeps with each socket. */
type Socket = {
  readonly address: string;
  readonly token: string | null;
  /** Null until it is known whose session it is. */
  connection: Connection | null;
  isOpen: boolean;
  /** What was said before that, if anything. */
  early: { readonly frames: (string | null)[]; bytes: number } | null;
};

const EARLY_BYTES_MAX = 4 * FRAME_BYTES_MAX;
/** A room full of people behind one address, all back at once after a restart, still get in within seconds. */
const UPGRADE_RATE = { burst: CONNECTIONS_PER_ADDRESS_MAX, perSecond: 20 };

const upgradeRequired: Answer = {
  ...errorAnswer(new AppError('bad_request', `this server speaks version ${PROTOCOL_VERSION}: load the page again`)),
  status: 426,
};

/** A class: each socket has one, and four closures each would be a tenth of what a connection costs. */
class SocketLink implements Link {
  readonly #ws: WebSocket<Socket>;
  readonly #socket: Socket;

  constructor(ws: WebSocket<Socket>, socket: Socket) {
    this.#ws = ws;
    this.#socket = socket;
  }

  send(frame: string): void {
    if (this.#socket.isOpen) this.#ws.send(frame);
  }

  subscribe(topic: string): void {
    if (this.#socket.isOpen) this.#ws.subscribe(topic);
  }

  unsubscribe(topic: string): void {
    if (this.#socket.isOpen) this.#ws.unsubscribe(topic);
  }

  /**
   * Both call our close handler before they return. Towards a slow reader a close frame would wait behind all that it does not
   * read, and the memory with it, so that one is cut.
   */
  close(code: number, reason: string): void {
    if (!this.#socket.isOpen) return;
    if (code === CLOSE.slow) this.#ws.close();
    else this.#ws.end(code, reason);
  }
}
const linkOf = (ws: WebSocket<Socket>): Link => new SocketLink(ws, ws.getUserData());

/** One connection counter for all apps: a renewed certificate starts a new app beside the old one. */
export const createSockets = (deps: SocketsDeps): WebSocketBehavior<Socket> => {
  const perAddress = new Map<string, number>();

  const count = (address: string, change: 1 | -1): number => {
    const bucket = addressBucket(address);
    const now = (perAddress.get(bucket) ?? 0) + change;
    if (now <= 0) perAddress.delete(bucket);
    else perAddress.set(bucket, now);
    return now;
  };

  /** Refuses by the head alone; gives the answer, or null to go on. */
  const refuse = (head: ReturnType<typeof readHead>): Answer | null => {
    const origin = head.header('origin');
    if (!deps.origins.allows(origin, head.client.host)) {
      deps.origins.refused(origin, head.client.host);
      return errorAnswer(new AppError('origin_refused', 'this connection must come from a page of this server'));
    }
    if (head.query.get('v') !== String(PROTOCOL_VERSION)) return upgradeRequired;
    const waitMs = deps.limiter.take(`upgrade ${addressBucket(head.client.address)}`, UPGRADE_RATE);
    return waitMs === 0 ? null : errorAnswer(new AppError('too_many_requests', 'slow down', { retryAfterMs: waitMs }));
  };

  const upgrade = (res: HttpResponse, req: UwsRequest, context: us_socket_context_t): void => {
    const exchange = deps.exchanges.open(res);
    exchange.named('upgrade');
    try {
      const head = readHead(res, req, deps.isTls, deps.clientOf);
      exchange.asked(head);
      const refusal = refuse(head);
      if (refusal) return exchange.answer(refusal);
      const socket: Socket = { address: head.client.address, token: readSessionToken(head.header('cookie'), head.client.isHttps), connection: null, isOpen: false, early: null };
      exchange.handOver(() => res.upgrade(socket, head.header('sec-websocket-key'), head.header('sec-websocket-protocol'), head.header('sec-websocket-extensions'), context));
    } catch (error) {
      exchange.fail(error);
    }
  };

  /** A bug in here must cost one connection, not the process. */
  const guard = (ws: WebSocket<Socket>, run: (socket: Socket) => void): void => {
    const socket = ws.getUserData();
    try {
      run(socket);
    } catch (error) {
      deps.log.error({ err: error, connection: socket.connection?.connectionId }, 'socket handler failed');
      if (socket.isOpen) socket.connection?.close('internal');
    }
  };

  const hear = (connection: Connection, frame: string | null): void => {
    if (frame === null) connection.close('bad_frame');
    else connection.received(frame);
  };

  const enter = (ws: WebSocket<Socket>, user: SessionUser | null): void => {
    const socket = ws.getUserData();
    const { address, early } = socket;
    const connection = deps.hub.open(linkOf(ws), { address, addressGroup: addressBucket(address), user });
    socket.connection = connection;
    socket.early = null;
    for (const frame of early?.frames ?? []) hear(connection, frame);
  };

  /** Who it is may need the database. */
  const authenticate = async (ws: WebSocket<Socket>, token: string): Promise<void> => {
    const socket = ws.getUserData();
    try {
      const user = await deps.authenticate(token);
      if (socket.isOpen) guard(ws, () => enter(ws, user));
    } catch (error) {
      if (!(error instanceof AppError)) deps.log.error({ err: error }, 'session could not be looked up');
      if (socket.isOpen) linkOf(ws).close(CLOSE.internal, 'internal'); // they come again
    }
  };

  return {
    maxPayloadLength: FRAME_BYTES_MAX,
    maxBackpressure: QUEUED_BYTES_MAX,
    idleTimeout: IDLE_TIMEOUT_S,
    sendPingsAutomatically: true,
    // No compression: it costs memory for every socket and lets lengths betray secrets (CRIME).
    upgrade,
    open: (ws) => guard(ws, (socket) => {
      socket.isOpen = true;
      if (count(socket.address, 1) > CONNECTIONS_PER_ADDRESS_MAX) return linkOf(ws).close(CLOSE.too_many_connections, 'too_many_connections');
      if (socket.token === null) enter(ws, null);
      else void authenticate(ws, socket.token);
    }),
    message: (ws, message, isBinary) => guard(ws, (socket) => {
      const frame = isBinary ? null : Buffer.from(message).toString(); // the string is the copy: uWS takes the bytes back
      if (socket.connection) return hear(socket.connection, frame);
      const early = (socket.early ??= { frames: [], bytes: 0 });
      early.frames.push(frame);
      early.bytes += message.byteLength;
      if (early.bytes > EARLY_BYTES_MAX || early.frames.length > QUEUED_REQUESTS_MAX) linkOf(ws).close(CLOSE.too_many_requests, 'too_many_requests');
    }),
    // uWS threw a frame away because the reader is too slow, so what it would see has a hole: it must come again. Not
    // closed in here, where uWS is in the middle of sending.
    dropped: (ws) => guard(ws, ({ connection }) => void deps.clock.after(0, () => connection?.close('slow'))),
    close: (ws, code) => guard(ws, (socket) => {
      socket.isOpen = false;
      count(socket.address, -1);
      socket.connection?.linkClosed(code);
    }),
  };
};
