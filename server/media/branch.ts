// One router of a room, on one worker. A room has an origin, where publishers send, and, when it outgrows one worker, edges,
// to which a publication is piped when the first of their watchers needs it; what comes from a linked room is piped to each branch
// in the same way. Knows watchers only as a set to count.
//
// Close cascade: close() closes the router, the router its transports, these their producers and consumers, and the pipes.
// When the worker dies all of that has happened already, and close() only forgets.

import type { types } from 'mediasoup';
import type { Log } from '../lib/log.ts';
import { ROUTER_CODECS } from './codecs.ts';
import { openPipe } from './pipe.ts';
import type { Pipe } from './pipe.ts';
import { isGone } from './refusal.ts';
import type { MediaWorker } from './worker.ts';

/** A pipe from another branch, and what it carries: the copies' ids by those of the producers. */
type Feed = { readonly pipe: Promise<Pipe>; readonly carried: Map<string, Promise<string>> };

export class Branch {
  readonly worker: MediaWorker;
  readonly router: types.Router;
  readonly #log: Log;
  readonly #watchers = new Set<object>();
  /** By where it comes from. */
  readonly #feeds = new Map<Branch, Feed>();

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

  /** Counted from before its transport exists, so that a storm of joins does not overfill a worker. */
  enter(watcher: object): void {
    this.#watchers.add(watcher);
    this.worker.load += 1;
  }

  leave(watcher: object): void {
    if (this.#watchers.delete(watcher)) this.worker.load -= 1;
  }

  /** Makes a producer of another branch consumable here, under the id that is answered; many watchers asking at once are one copy. */
  carry(producer: types.Producer, origin: Branch): Promise<string> {
    if (origin === this) return Promise.resolve(producer.id);
    const { pipe, carried } = this.#feed(origin);
    const known = carried.get(producer.id);
    if (known) return known;
    const carrying = pipe.then((open) => open.carry(producer));
    carried.set(producer.id, carrying);
    const forget = (): void => void carried.delete(producer.id);
    carrying.catch(forget); // so that the next who needs it tries again
    producer.observer.once('close', forget);
    return carrying;
  }

  /** Nothing comes from there any more: it has gone, or its room is linked no longer. */
  unplug(origin: Branch): void {
    const feed = this.#feeds.get(origin);
    this.#feeds.delete(origin);
    feed?.pipe.then((open) => open.close()).catch(() => {}); // a pipe that never opened has closed itself
  }

  close(): void {
    for (const origin of [...this.#feeds.keys()]) this.unplug(origin);
    this.worker.load -= 1 + this.#watchers.size;
    this.#watchers.clear();
    this.router.close();
  }

  #feed(origin: Branch): Feed {
    const known = this.#feeds.get(origin);
    if (known) return known;
    const pipe = openPipe(origin.router, this.router, (err) => this.#log.error({ err }, 'pipe did not follow its publication'));
    const feed: Feed = { pipe, carried: new Map() };
    this.#feeds.set(origin, feed);
    const forget = (): void => {
      if (this.#feeds.get(origin) === feed) this.#feeds.delete(origin);
    };
    pipe.then(
      (open) => open.onClosed(forget),
      (err: unknown) => {
        forget();
        if (!isGone(err)) this.#log.error({ err }, 'pipe did not open');
      },
    );
    return feed;
  }
}
