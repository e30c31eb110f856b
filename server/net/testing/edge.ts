// A real server on a free port, for the tests of net/: real sockets, real hub, handlers of the test's choosing.

import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createAudience } from '../../hub/audience.ts';
import { createLocalBus } from '../../hub/bus.ts';
import type { FeatureHandlers } from '../../hub/dispatch.ts';
import type { Caller, SessionUser } from '../../hub/handler.ts';
import { createHub } from '../../hub/hub.ts';
import type { ParticipantId, RoomId, SessionId, UserId } from '../../../shared/ids.ts';
import { createSystemClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { createMetrics } from '../../lib/metrics.ts';
import type { RouteHandlers } from '../api.ts';
import { createServer } from '../server.ts';
import type { ServerDeps, ServerSettings } from '../server.ts';

export const ADA: SessionUser = { userId: 'u1' as UserId, sessionId: 's1' as SessionId, name: 'ada', displayName: 'Ada' };
export const ADA_TOKEN = 'token-of-ada-0123456789';

export const ROOM = 'room1' as RoomId;

const SETTINGS: ServerSettings = {
  port: 0, host: '127.0.0.1', publicUrl: null, allowedOrigins: [], trustProxy: [], tlsCert: null, tlsKey: null,
  metricsToken: null, shutdownGraceMs: 2_000,
};

export type EdgeOptions = {
  readonly settings?: Partial<ServerSettings>;
  readonly routes?: Partial<RouteHandlers>;
  readonly handlers?: Partial<FeatureHandlers>;
  readonly deps?: Partial<ServerDeps>;
};

export const startEdge = async (options: EdgeOptions = {}) => {
  const lines: string[] = [];
  const gone: { caller: Caller; isGoodbye: boolean }[] = [];
  const clock = createSystemClock();
  const log = createLog({ level: 'info', write: (line) => lines.push(line) });
  const metrics = createMetrics();
  const bus = createLocalBus();
  const audience = createAudience({ broadcastTo: bus.send, log, metrics });
  const hub = createHub({
    handlers: (options.handlers ?? {}) as FeatureHandlers,
    connectionClosed: (caller, isGoodbye) => gone.push({ caller, isGoodbye }),
    clock, log, metrics,
  });
  const server = await createServer({
    config: { ...SETTINGS, ...options.settings },
    version: '0.0.0', clock, log, metrics, hub, bus,
    authenticate: async (token) => (token === ADA_TOKEN ? ADA : null),
    routes: (options.routes ?? {}) as RouteHandlers,
    rawRoutes: [{ method: 'GET', path: '/healthz', handle: () => ({ status: 200, type: 'application/json', body: '{"ok":true}' }) }],
    page: ({ path, locale }) => ({ status: 200, locale, title: `Page of ${path}`, description: 'About it', imageUrl: null }),
    siteDir: '/nonexistent',
    ...options.deps,
  });
  const origin = `http://127.0.0.1:${server.port}`;
  return {
    server, hub, bus, audience, lines, gone, origin, metrics,
    /** fetch with the origin of the server's own page. */
    ask: (path: string, init: RequestInit = {}) => fetch(`${origin}${path}`, { ...init, headers: { origin, ...init.headers } }),
    postJson: (path: string, body: unknown, headers: Record<string, string> = {}) =>
      fetch(`${origin}${path}`, { method: 'POST', body: JSON.stringify(body), headers: { origin, 'content-type': 'application/json', ...headers } }),
    socket: (settings: { origin?: string | null; version?: number | string; cookie?: string } = {}) => openSocket(server.port, { origin, ...settings }),
    raw: (text: string | Buffer) => openRaw(server.port, text),
  };
};
export type Edge = Awaited<ReturnType<typeof startEdge>>;

/** A WebSocket with everything that it received. Resolves when it is open; rejects if the upgrade was refused. */
export const openSocket = (port: number, settings: { origin: string | null; version?: number | string; cookie?: string }) => {
  const headers: Record<string, string> = {};
  if (settings.origin !== null) headers['origin'] = settings.origin;
  if (settings.cookie !== undefined) headers['cookie'] = settings.cookie;
  // Node's own option beside the standard's two; its types know it only as part of undici.
  const ws = new WebSocket(`ws://127.0.0.1:${port}/live?v=${settings.version ?? 1}`, { headers } as unknown as string[]);
  const frames: Record<string, unknown>[] = [];
  let closedWith: number | null = null;
  ws.addEventListener('message', (event) => frames.push(JSON.parse(String(event.data))));
  ws.addEventListener('close', (event) => (closedWith = event.code));
  const client = {
    ws, frames,
    ask: (id: number, name: string, params: unknown = {}) => ws.send(JSON.stringify({ id, name, params })),
    closedWith: () => closedWith,
  };
  return new Promise<typeof client>((resolve, reject) => {
    ws.addEventListener('open', () => resolve(client));
    ws.addEventListener('error', () => reject(new Error('refused')));
  });
};

/** A bare TCP connection that sends some bytes and collects the answer. */
export const openRaw = (port: number, bytes: string | Buffer): { readonly socket: Socket; text(): string; isClosed(): boolean } => {
  let text = '';
  let isClosed = false;
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  socket.on('error', () => (isClosed = true));
  socket.on('close', () => (isClosed = true));
  return { socket, text: () => text, isClosed: () => isClosed };
};

/** A join that gives a seat in ROOM and nothing else; its reply is `internal`, which no test looks at. */
export const seating = (edge: () => Edge, seen: Caller[] = []): Partial<FeatureHandlers> => ({
  'room.leave': () => ({}),
  'room.join': ((_: unknown, caller: Caller) => {
    seen.push(caller);
    edge().audience.position(ROOM); // as rooms/ does: from here on events of this room are numbered
    caller.sit({ roomId: ROOM, participantId: `p${seen.length}` as ParticipantId, role: 'viewer', isOwner: false });
  }) as never,
});

/** An upgrade written by hand, with the server's own origin if no headers are given. */
export const upgradeBytes = (origin: string, headers = `Origin: ${origin}\r\n`, path = '/live?v=1'): string =>
  `GET ${path} HTTP/1.1\r\nHost: ${origin.slice(7)}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
  `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n${headers}\r\n`;

/** A short text frame as a client must send it, masked (with zeros, which leave the text readable). */
export const maskedFrame = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0x81, 0x80 | Buffer.byteLength(text), 0, 0, 0, 0]), Buffer.from(text)]);
