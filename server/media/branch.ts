// One router of a room, on one worker. A room has an origin, where publishers send, and, when it outgrows one worker, edges,
// to which a publication is piped when the first of their watchers needs it. Knows watchers only as a set to count.
//
// Close cascade: close() closes the router, the router its transports, these their producers and consumers, and the pipe.
// When the worker dies all of that has happened already, and close() only forgets.

import type { types } from 'mediasoup';
import type { Log } from '../lib/log.ts';
import { ROUTER_CODECS } from './codecs.ts';
import { openPipe } from './pipe.ts';
import type { Pipe } from './pipe.ts';
import { isGone } from './refusal.ts';
import type { MediaWorker } from './worker.ts';

export class Branch {
  readonly worker: MediaWorker;
  readonly router: types.Router;
  readonly #log: Log;
  readonly #watchers = new Set<object>();
  /** Null at the origin. */
  #pipe: Promise<Pipe> | null = null;
  readonly #carried = new Map<string, Promise<void>>();

  private constructor(worker: MediaWorker, router: types.Router, log: Log) {
    this.worker = worker;
    this.router = router;
    this.#log = log;
    worker.load += 1;
  }

  static async open(worker: MediaWorker, log: Log): Promise<Branch> {
    return new Branch(worker, await worker.process.createRouter({ mediaCodecs: ROUTER_CODECS }), log);
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  get isPiped(): boolean {
    return this.#pipe !== null;
  }

  /** Counted from before its transport exists, so that a storm of joins does not overfill a worker. */
  enter(watcher: object): void {
    this.#watchers.add(watcher);
    this.worker.load += 1;
  }

  leave(watcher: object): void {
    if (this.#watchers.delete(watcher)) this.worker.load -= 1;
  }

  /** Makes a producer of the origin consumable here; many watchers asking at once are one copy. */
  carry(producer: types.Producer, origin: Branch): Promise<void> {
    if (origin === this) return Promise.resolve();
    const known = this.#carried.get(producer.id);
    if (known) return known;
    const carrying = this.#feed(origin).then((pipe) => pipe.carry(producer));
    this.#carried.set(producer.id, carrying);
    const forget = (): void => void this.#carried.delete(producer.id);
    carrying.catch(forget); // so that the next who needs it tries again
    producer.observer.once('close', forget);
    return carrying;
  }

  /** The origin has gone, and with it all that came from there: this branch is, or is fed by, a new origin from now on. */
  unplug(): void {
    const pipe = this.#pipe;
    this.#pipe = null;
    this.#carried.clear();
    pipe?.then((open) => open.close()).catch(() => {}); // a pipe that never opened has closed itself
  }

  close(): void {
    this.unplug();
    this.worker.load -= 1 + this.#watchers.size;
    this.#watchers.clear();
    this.router.close();
  }

  #feed(origin: Branch): Promise<Pipe> {
    if (this.#pipe) return this.#pipe;
    const pipe = openPipe(origin.router, this.router, (err) => this.#log.error({ err }, 'pipe did not follow its publication'));
    this.#pipe = pipe;
    pipe.catch((err: unknown) => {
      if (this.#pipe === pipe) this.#pipe = null;
      if (!isGone(err)) this.#log.error({ err }, 'pipe did not open');
    });
    return pipe;
  }
}
