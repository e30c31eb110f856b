// The page's end of the WebSocket: keeps one open, reconnects, asks requests and hands out events. It knows frames, not
// rooms or media. Invariant: room events reach listeners in order and without a gap, or `onOutOfStep` is told.

import type { EventFrame, PROTOCOL_VERSION, ReplyFrame } from '../../shared/envelope.ts';
import { CLOSE, mayReconnect } from '../../shared/errors.ts';
import type { CloseReason } from '../../shared/errors.ts';
import type { EventData, EventName } from '../../shared/messages.ts';
import { backoffMs } from './backoff.ts';
import { browserClock } from './clock.ts';
import type { Cancel, Clock } from './clock.ts';
import { startHeartbeat } from './heartbeat.ts';
import type { Heartbeat } from './heartbeat.ts';
import { createListeners } from './listeners.ts';
import { createRequests } from './requests.ts';
import type { Ask } from './requests.ts';
import { createSequence, isRoomEvent } from './sequence.ts';
import type { Position } from './sequence.ts';
import { browserWakeUps } from './wake-ups.ts';

const RECONNECT = { firstMs: 250, maxMs: 10_000 };
const CONNECT_TIMEOUT_MS = 8_000;
/** A server that said it goes down is soon another one: so long its pages ask again and again, at any time within what it named. */
const DRAINED_MS = 20_000;
/** Open for that long, the next loss counts as the first again; a server that accepts and drops must not be hammered. */
const STEADY_AFTER_MS = 5_000;
/** We leave a socket that we have given up without the look of a page that closes (rule J4). */
const ABANDONED = 4000;

/** `asked`: we closed it. `refused`: the server will not have us, for a reason that this page is too old to know. */
export type ClosedReason = CloseReason | 'asked' | 'refused';

export type ConnectionState =
  | { readonly is: 'connecting' }
  | { readonly is: 'open' }
  | { readonly is: 'waiting'; readonly attempt: number; readonly nextTryAtMs: number }
  | { readonly is: 'closed'; readonly reason: ClosedReason };

export type Hear = <E extends EventName>(event: E, fn: (data: EventData<E>) => void) => Cancel;

export type Connection = {
  readonly state: () => ConnectionState;
  readonly onState: (fn: (state: ConnectionState) => void) => Cancel;
  readonly request: Ask;
  readonly on: Hear;
  /** Room events go on after this position, first with those that were missed; until then they are kept. */
  readonly follow: (position: Position, missed?: readonly EventFrame[]) => void;
  /** How far room events were delivered; null before the first `follow`. */
  readonly position: () => Position | null;
  /** Room events were missed: join again, on a new socket (`restart`). */
  readonly onOutOfStep: (fn: () => void) => Cancel;
  /** Gives up the socket and opens another; where none is open, ends the waiting. */
  readonly restart: () => void;
  readonly close: () => void;
};

/** What we use of a WebSocket. */
export type Socket = Pick<WebSocket, 'send' | 'close' | 'readyState' | 'onopen' | 'onmessage' | 'onclose'>;

export type ConnectionDeps = {
  readonly url: string;
  readonly clock?: Clock;
  readonly webSocket?: (url: string) => Socket;
  readonly wakeUps?: (fn: () => void) => Cancel;
  readonly random?: () => number;
};

const OPEN = 1;
/** Repeated, since only types are imported from the table: the page need not carry the schemas of the server's checks. */
const VERSION: typeof PROTOCOL_VERSION = 1;

/** Where this page's server listens. */
export const liveUrl = (page: { readonly protocol: string; readonly host: string }): string =>
  `${page.protocol === 'https:' ? 'wss' : 'ws'}://${page.host}/live?v=${VERSION}`;

const reasonOf = (code: number): ClosedReason =>
  (Object.keys(CLOSE) as CloseReason[]).find((reason) => CLOSE[reason] === code) ?? 'refused';

export const createConnection = (deps: ConnectionDeps): Connection => {
  const { clock = browserClock, webSocket = (url) => new WebSocket(url), wakeUps = browserWakeUps, random } = deps;
  const states = createListeners<ConnectionState>();
  const outOfStep = createListeners<void>();
  const events = new Map<string, ReturnType<typeof createListeners<unknown>>>();
  let state: ConnectionState = { is: 'connecting' };
  let socket: Socket | null = null;
  let heartbeat: Heartbeat | null = null;
  let attempt = 0;
  let openedAtMs = 0;
  let drained: { readonly withinMs: number; readonly untilMs: number } | null = null;
  let cancelTimer: Cancel = () => {};

  const requests = createRequests({
    clock,
    send: (json) => {
      if (socket?.readyState !== OPEN) return false;
      socket.send(json);
      return true;
    },
  });
  const tell = (frame: EventFrame): void => events.get(frame.event)?.tell(frame.data);
  const sequence = createSequence({ deliver: tell, outOfStep: () => outOfStep.tell() });

  const enter = (next: ConnectionState): void => {
    state = next;
    states.tell(next);
  };

  const take = (json: string): void => {
    heartbeat?.heard();
    const frame = JSON.parse(json) as ReplyFrame | EventFrame; // Written by our own server: always a frame.
    if ('id' in frame) requests.settle(frame);
    else if (isRoomEvent(frame)) sequence.take(frame);
    else tell(frame);
  };

  /** Lets go of the socket, however it ended; nothing it still does is heard. */
  const drop = (): void => {
    cancelTimer();
    heartbeat?.stop();
    heartbeat = null;
    if (socket) socket.onopen = socket.onmessage = socket.onclose = null;
    socket = null;
    sequence.forget();
    requests.loseAll();
  };

  const abandon = (): void => {
    const old = socket;
    drop();
    old?.close(ABANDONED);
  };

  const tryLater = (): void => {
    if (openedAtMs > 0 && clock.nowMs() - openedAtMs >= STEADY_AFTER_MS) attempt = 0;
    openedAtMs = 0;
    const isDrained = drained !== null && clock.nowMs() < drained.untilMs;
    const delayMs = isDrained ? (random ?? Math.random)() * (drained?.withinMs ?? 0) : backoffMs(RECONNECT, attempt, random);
    attempt += 1;
    cancelTimer = clock.after(delayMs, connect);
    enter({ is: 'waiting', attempt, nextTryAtMs: clock.nowMs() + delayMs });
  };

  const opened = (): void => {
    cancelTimer();
    openedAtMs = clock.nowMs();
    drained = null;
    heartbeat = startHeartbeat({
      clock,
      ask: () => void requests.ask('clock.sync', {}).catch(() => {}), // Any answer at all is heard in `take`.
      isOwed: requests.isOwed,
      dead: () => {
        abandon();
        tryLater();
      },
    });
    enter({ is: 'open' });
  };

  const closed = (code: number): void => {
    drop();
    if (mayReconnect(code)) return tryLater();
    stopListening();
    enter({ is: 'closed', reason: reasonOf(code) });
  };

  function connect(): void {
    cancelTimer();
    const opening = webSocket(deps.url);
    socket = opening;
    opening.onopen = opened;
    opening.onmessage = (message: MessageEvent<string>) => take(message.data);
    opening.onclose = ({ code }) => closed(code);
    cancelTimer = clock.after(CONNECT_TIMEOUT_MS, () => {
      abandon();
      tryLater();
    });
    enter({ is: 'connecting' });
  }

  const stopListening = wakeUps(() => {
    if (state.is === 'waiting') connect();
    else heartbeat?.doubt();
  });

  const on: Hear = (event, fn) => {
    const listeners = events.get(event) ?? createListeners<unknown>();
    events.set(event, listeners);
    return listeners.add(fn as (data: unknown) => void); // Typed by the table, and checked against it by the server.
  };

  on('server.draining', ({ withinMs }) => { drained = { withinMs, untilMs: clock.nowMs() + DRAINED_MS }; });
  connect();

  return {
    state: () => state,
    onState: states.add,
    request: requests.ask,
    on,
    follow: sequence.follow,
    position: sequence.last,
    onOutOfStep: outOfStep.add,
    restart: () => {
      if (state.is === 'waiting') connect();
      if (state.is !== 'open') return;
      abandon();
      tryLater(); // Not at once: a gap is often one that the whole room saw.
    },
    close: () => {
      if (state.is === 'closed') return;
      const old = socket;
      drop();
      old?.close(1000);
      stopListening();
      enter({ is: 'closed', reason: 'asked' });
    },
  };
};
