// One WebSocket as a page would hold it: typed requests, results and events checked against the table, events kept until
// a test asks for them, and the close code.

import * as v from 'valibot';
import { PROTOCOL_VERSION } from '../../shared/envelope.ts';
import type { EventFrame, WireError } from '../../shared/envelope.ts';
import { EVENTS, REQUESTS } from '../../shared/messages.ts';
import type { EventData, EventName, Params, RequestName, Result } from '../../shared/messages.ts';
import type { RoomSnapshot } from '../../shared/messages/rooms.ts';
import { Refusal } from './refusal.ts';
import { within } from './wait.ts';

const REPLY_TIMEOUT_MS = 10_000;
const EVENT_TIMEOUT_MS = 10_000;

export type ConnectionOptions = {
  readonly origin?: string;
  readonly cookie?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
};
export type Closed = { readonly code: number; readonly reason: string };
export type JoinOptions = Partial<Omit<Params<'room.join'>, 'handle'>>;

export type Joined = Result<'room.join'> & { readonly snapshot: RoomSnapshot };

export type Connection = {
  request<N extends RequestName>(name: N, params: Params<N>): Promise<Result<N>>;
  /** Joins for the first time: with a snapshot. */
  join(handle: string, options?: JoinOptions): Promise<Joined>;
  /** Text as it is, for what no honest page sends. */
  send(text: string): void;
  /** The oldest unread event of this name for which `where` holds; waits for it. */
  next<E extends EventName>(name: E, where?: (data: EventData<E>) => boolean): Promise<EventData<E>>;
  /** Each event of this name, read by others or not. */
  on<E extends EventName>(name: E, fn: (data: EventData<E>) => void): void;
  /** All events so far, read or not, in the order they came. */
  readonly events: readonly EventFrame[];
  /** All replies that no request of this object waits for. */
  readonly strays: readonly unknown[];
  readonly closed: Promise<Closed>;
  readonly isOpen: () => boolean;
  close(): void;
};

type Waiter = { readonly take: (frame: EventFrame) => boolean };
type Pending = { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void };
type ReplyFrame = { readonly id: number; readonly result?: unknown; readonly error?: WireError };

export const openConnection = async (url: string, options: ConnectionOptions = {}): Promise<Connection> => {
  const address = new URL(options.path ?? `/live?v=${PROTOCOL_VERSION}`, url);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  // Node's WebSocket (undici) takes headers where a browser's takes protocols.
  const headers = {
    ...(options.origin === undefined ? {} : { origin: options.origin }),
    ...(options.cookie ? { cookie: options.cookie } : {}),
    ...options.headers,
  };
  const socket = new WebSocket(address, { headers } as unknown as string[]);
  const closed = new Promise<Closed>((resolve) => {
    socket.addEventListener('close', (event) => resolve({ code: event.code, reason: event.reason }));
  });
  await within(REPLY_TIMEOUT_MS, `a socket to ${address.href}`, opened(socket, closed));
  return speakOn(socket, closed);
};

const opened = (socket: WebSocket, closed: Promise<Closed>): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error('the upgrade was refused')));
    void closed.then(({ code }) => reject(new Error(`closed with ${code} before it was open`)));
  });

const speakOn = (socket: WebSocket, closed: Promise<Closed>): Connection => {
  const pending = new Map<number, Pending>();
  const events: EventFrame[] = [];
  const unread: EventFrame[] = [];
  const strays: unknown[] = [];
  const waiters = new Set<Waiter>();
  const listeners = new Map<string, ((data: unknown) => void)[]>();
  let lastId = 0;

  const hear = (frame: EventFrame): void => {
    v.parse(EVENTS[frame.event as EventName].data, frame.data);
    events.push(frame);
    for (const fn of listeners.get(frame.event) ?? []) fn(frame.data);
    for (const waiter of waiters) {
      if (!waiter.take(frame)) continue;
      // At once: the next frame may be heard before whoever waits has run.
      waiters.delete(waiter);
      return;
    }
    unread.push(frame);
  };
  const settle = (frame: ReplyFrame): void => {
    const asked = pending.get(frame.id);
    if (!asked) return void strays.push(frame);
    pending.delete(frame.id);
    if (frame.error) asked.reject(new Refusal(frame.error.code, frame.error.message));
    else asked.resolve(frame.result);
  };
  socket.addEventListener('message', (message) => {
    const frame = JSON.parse(String(message.data)) as EventFrame | ReplyFrame;
    if ('event' in frame) hear(frame);
    else settle(frame);
  });
  void closed.then(({ code, reason }) => {
    for (const asked of pending.values()) asked.reject(new Error(`the connection closed with ${code} ${reason}`));
    pending.clear();
  });

  const ask = (name: string, params: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      pending.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, name, params }));
    });

  const connection: Connection = {
    async request(name, params) {
      const result = await within(REPLY_TIMEOUT_MS, `the reply to ${name}`, ask(name, params));
      return v.parse(REQUESTS[name].result, result) as Result<typeof name>;
    },
    async join(handle, options = {}) {
      const joined = await connection.request('room.join', { handle, as: 'viewer', ...options });
      if (joined.state.is !== 'snapshot') throw new Error('the join brought missed events and no snapshot: ask room.join itself');
      return { ...joined, snapshot: joined.state.snapshot };
    },
    send: (text) => socket.send(text),
    next(name, where = () => true) {
      const wanted = (frame: EventFrame): boolean => frame.event === name && where(frame.data as EventData<typeof name>);
      const at = unread.findIndex(wanted);
      if (at >= 0) return Promise.resolve(unread.splice(at, 1)[0]?.data as EventData<typeof name>);
      return awaitEvent(name, wanted, waiters, events) as Promise<EventData<typeof name>>;
    },
    on: (name, fn) => void listeners.set(name, [...(listeners.get(name) ?? []), fn as (data: unknown) => void]),
    events,
    strays,
    closed,
    isOpen: () => socket.readyState === WebSocket.OPEN,
    close: () => socket.close(1000),
  };
  return connection;
};

const awaitEvent = async (
  name: string,
  wanted: (frame: EventFrame) => boolean,
  waiters: Set<Waiter>,
  events: readonly EventFrame[],
): Promise<unknown> => {
  let waiter: Waiter | undefined;
  const come = new Promise<unknown>((resolve) => {
    waiter = { take: (frame) => wanted(frame) && (resolve(frame.data), true) };
    waiters.add(waiter);
  });
  const what = (): string => `event ${name}; heard so far: ${events.map((frame) => frame.event).join(', ') || 'nothing'}`;
  return within(EVENT_TIMEOUT_MS, `event ${name}`, come)
    .catch((error: Error) => Promise.reject(new Error(`${error.message} (${what()})`)))
    .finally(() => waiter && waiters.delete(waiter));
};
