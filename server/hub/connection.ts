// One WebSocket's life: opened -> joined -> closed. Requests run one after the other, but for those that the table lets overlap;
// what a client sends too much or wrong ends in a close with a reason. Knows a Link, never a socket. Invariant: nothing is sent
// after the close, and `closed` is called exactly once, after the requests that were begun then.

import { CLOSE, mayReconnect } from '../../shared/errors.ts';
import type { CloseReason, ErrorCode } from '../../shared/errors.ts';
import { readRequest } from '../../shared/envelope.ts';
import type { ReplyFrame, RequestFrame } from '../../shared/envelope.ts';
import type { ConnectionId } from '../../shared/ids.ts';
import { JOIN_TIMEOUT_MS, QUEUED_REQUESTS_MAX, REQUESTS_PER_ADDRESS_S_MAX } from '../../shared/limits.ts';
import type { EventData, ParticipantEventName, RequestName } from '../../shared/messages.ts';
import type { Rate } from '../../shared/messages/define.ts';
import { AppError } from '../lib/app-error.ts';
import type { Cancel, Clock } from '../lib/clock.ts';
import type { Deadlines } from '../lib/deadlines.ts';
import type { Log } from '../lib/log.ts';
import { createRateLimiter } from '../lib/rate-limiter.ts';
import type { RateLimiter } from '../lib/rate-limiter.ts';
import { SerialQueue } from '../lib/serial-queue.ts';
import { topicOf } from './audience.ts';
import { overlaps } from './dispatch.ts';
import type { Dispatch } from './dispatch.ts';
import { encodeEvent, encodeReply } from './frames.ts';
import type { Caller, Seat, SessionUser } from './handler.ts';

/** The road to the client, given by net/. All of it does nothing once the socket is closed. */
export type Link = {
  send(frame: string): void;
  subscribe(topic: string): void;
  unsubscribe(topic: string): void;
  close(code: number, reason: string): void;
};

export type Visitor = {
  readonly address: string;
  /** Addresses that are counted as one: an IPv6 network is one household. */
  readonly addressGroup: string;
  readonly user: SessionUser | null;
};

export type ConnectionDeps = {
  readonly dispatch: Dispatch;
  /** Common to all connections: what a user may do is the same in one tab or in ten, and so for an address. */
  readonly limiter: RateLimiter;
  /** How long a request may take; common to all too. */
  readonly deadlines: Deadlines;
  readonly clock: Clock;
  readonly log: Log;
  /** `isGoodbye`: the client left on purpose or must not come back, so nobody need wait for it (rule J4). */
  readonly closed: (connection: Connection, isGoodbye: boolean) => void;
};

type State = { readonly is: 'opened'; readonly joinTimeout: Cancel } | { readonly is: 'joined' } | { readonly is: 'closed' };

// Buckets, not counts: a page with a rare fault must not be cut on its twenty-first day.
const BAD_REQUESTS = { burst: 20, perSecond: 0.1 };
const REFUSED_REQUESTS = { burst: 100, perSecond: 10 };
const REFUSALS: readonly ErrorCode[] = ['too_many_requests', 'permission_denied', 'not_joined', 'not_logged_in'];
const REQUESTS_OF_AN_ADDRESS = { burst: 2 * REQUESTS_PER_ADDRESS_S_MAX, perSecond: REQUESTS_PER_ADDRESS_S_MAX };
const RATE_KEYS_MAX = 256; // more than there are requests in the table

/** Close codes of a page that left by itself: closed, gone to another page, or closed without a code (RFC 6455, 7.4). */
const GOODBYE_CODES: readonly number[] = [1000, 1001, 1005];

export class Connection implements Caller {
  readonly connectionId: ConnectionId;
  readonly address: string;
  readonly user: SessionUser | null;
  readonly #deps: ConnectionDeps;
  readonly #link: Link;
  readonly #addressKey: string;
  /** Of this connection alone. */
  readonly #limiter: RateLimiter;
  readonly #queue: SerialQueue;
  #state: State;
  #seat: Seat | null = null;
  #isDraining = false;

  constructor(id: ConnectionId, link: Link, visitor: Visitor, deps: ConnectionDeps) {
    this.connectionId = id;
    this.address = visitor.address;
    this.user = visitor.user;
    this.#deps = deps;
    this.#link = link;
    this.#addressKey = `address ${visitor.addressGroup}`;
    this.#limiter = createRateLimiter({ clock: deps.clock, keysMax: RATE_KEYS_MAX });
    this.#queue = new SerialQueue({
      max: QUEUED_REQUESTS_MAX,
      failed: (error) => deps.log.error({ err: error, connection: id }, 'connection task failed'),
    });
    this.#state = this.#waitForJoin();
  }

  get seat(): Seat | null {
    return this.#seat;
  }

  /** A text frame came in. */
  received(json: string): void {
    const receivedMs = this.#deps.clock.nowMs();
    if (this.#state.is === 'closed') return;
    if (this.#deps.limiter.take(this.#addressKey, REQUESTS_OF_AN_ADDRESS) > 0) return this.close('too_many_requests');
    const frame = readRequest(json);
    if (!frame) return this.close('bad_frame');
    if (this.#isDraining) return this.#reply({ id: frame.id, error: new AppError('draining').toWire() });
    // Clock measurements go before the queue: waiting in it would be taken for time on the road (rule T2).
    if (frame.name === 'clock.sync') return void this.#answer(frame, receivedMs);
    if (!this.#queue.push(() => this.#answer(frame, receivedMs), { overlaps: overlaps(frame.name) })) this.close('too_many_requests');
  }

  /** The socket is gone, for whatever reason. */
  linkClosed(code: number): void {
    this.#end(GOODBYE_CODES.includes(code));
  }

  sit(seat: Seat | null): void {
    const isClosed = this.#state.is === 'closed';
    const isOtherRoom = this.#seat?.roomId !== seat?.roomId; // Not with another role in the same one.
    if (this.#seat && isOtherRoom && !isClosed) this.#link.unsubscribe(topicOf(this.#seat.roomId));
    this.#seat = seat;
    if (isClosed) return; // Remembered all the same: `closed` is still to come and looks at it.
    if (this.#state.is === 'opened') this.#state.joinTimeout();
    if (seat && isOtherRoom) this.#link.subscribe(topicOf(seat.roomId));
    this.#state = seat ? { is: 'joined' } : this.#waitForJoin();
  }

  notify<E extends ParticipantEventName>(name: E, data: EventData<E>): void {
    if (this.#state.is === 'closed') return;
    const frame = encodeEvent(name, data, (issues) => this.#deps.log.error({ event: name, issues }, 'event does not fit the table'));
    if (frame !== null) this.#link.send(frame);
  }

  close(reason: CloseReason): void {
    if (this.#state.is === 'closed') return;
    this.#end(!mayReconnect(CLOSE[reason]));
    this.#link.close(CLOSE[reason], reason);
  }

  /** Takes no more requests; resolves when those taken are answered. */
  drain(): Promise<void> {
    this.#isDraining = true;
    return this.#queue.idle();
  }

  #waitForJoin(): State {
    return { is: 'opened', joinTimeout: this.#deps.clock.after(JOIN_TIMEOUT_MS, () => this.close('join_timeout')) };
  }

  #end(isGoodbye: boolean): void {
    if (this.#state.is === 'closed') return;
    if (this.#state.is === 'opened') this.#state.joinTimeout();
    this.#state = { is: 'closed' };
    this.#queue.close(() => this.#deps.closed(this, isGoodbye));
  }

  /**
   * A handler that takes too long is answered with `busy`, but the next request still waits for it to end: two handlers of
   * one caller never run at the same time, unless the table says that they may.
   */
  async #answer(frame: RequestFrame, receivedMs: number): Promise<void> {
    let isLate = false;
    const stopWaiting = this.#deps.deadlines.watch(() => {
      isLate = true;
      this.#deps.log.warn({ request: frame.name, connection: this.connectionId }, 'request takes too long');
      this.#reply({ id: frame.id, error: new AppError('busy', 'took too long').toWire() });
    });
    const reply = await this.#deps.dispatch({ frame, receivedMs, caller: this, take: (name, rate) => this.#take(name, rate) });
    stopWaiting();
    if (isLate) return;
    this.#reply(reply);
    if ('error' in reply) this.#mindBreach(reply.error.code);
  }

  #take(name: RequestName, rate: Rate): number {
    return this.user ? this.#deps.limiter.take(`${this.user.userId} ${name}`, rate) : this.#limiter.take(name, rate);
  }

  #reply(frame: ReplyFrame): void {
    if (this.#state.is !== 'closed') this.#link.send(encodeReply(frame));
  }

  #mindBreach(code: ErrorCode): void {
    if (code === 'bad_request' && this.#limiter.take('(bad)', BAD_REQUESTS) > 0) this.close('bad_frame');
    if (REFUSALS.includes(code) && this.#limiter.take('(refused)', REFUSED_REQUESTS) > 0) this.close('too_many_requests');
  }
}
