// Web push: encrypts for one browser (RFC 8291) and hands it to that browser's push service, a few at a time, each with a time limit.
// Knows no notices. Nothing here is waited for by anybody in a room.

import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import webPush from 'web-push';
import { AppError } from '../../lib/app-error.ts';
import type { Log } from '../../lib/log.ts';
import type { Metrics } from '../../lib/metrics.ts';
import { endpointOf, isTrusted, publicLookup } from './address.ts';
import type { Vapid } from './vapid.ts';

export type Subscription = { readonly endpoint: string; readonly p256dh: string; readonly auth: string };
/** What the service worker shows. */
export type PushMessage = { readonly title: string; readonly body: string; readonly url: string; readonly tag: string };
/** `gone`: the browser has taken its subscription back. */
export type PushOutcome = 'sent' | 'gone' | 'failed';

export type PushDeps = {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly vapid: Vapid;
  /** mailto: or https:, whom a push service may tell that something is wrong. */
  readonly subject: string;
  /** An origin that may have any address; null: none. */
  readonly trusted: string | null;
};

const TTL_S = 3_600; // an hour later nobody wants to hear that it began
const TIMEOUT_MS = 10_000;
const SENDING_MAX = 16;
const KEY_BYTES = 65; // an uncompressed point of P-256
const SECRET_BYTES = 16;
const UNCOMPRESSED = 4;

/** Are these keys that something can be encrypted with, and an endpoint where we send? */
export const isUsable = ({ endpoint, p256dh, auth }: Subscription, trusted: string | null): boolean => {
  const key = Buffer.from(p256dh, 'base64url');
  return endpointOf(endpoint, trusted) !== null && key.length === KEY_BYTES && key[0] === UNCOMPRESSED && Buffer.from(auth, 'base64url').length === SECRET_BYTES;
};

export const createPush = (deps: PushDeps) => {
  const { log, trusted } = deps;
  const total = deps.metrics.counter('qiao_pushes_total', 'Web push messages by outcome.', ['outcome']);
  const stop = new AbortController();

  /** The status; redirects are not followed, answers not read. */
  const post = (url: URL, headers: Record<string, string | number>, body: Buffer): Promise<number> =>
    new Promise((resolve, reject) => {
      const request = url.protocol === 'http:' ? httpRequest : httpsRequest;
      const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const sending = request(url, { method: 'POST', headers, signal, ...(isTrusted(url, trusted) ? {} : { lookup: publicLookup }) }, (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      });
      sending.on('error', reject).end(body);
    });

  const sendOne = async (to: Subscription, message: PushMessage): Promise<PushOutcome> => {
    const url = endpointOf(to.endpoint, trusted);
    if (!url) return 'gone';
    try {
      const { headers, body } = webPush.generateRequestDetails({ endpoint: to.endpoint, keys: to }, JSON.stringify(message), {
        TTL: TTL_S, urgency: 'high', vapidDetails: { subject: deps.subject, ...deps.vapid }, contentEncoding: 'aes128gcm',
      });
      const status = await post(url, headers as Record<string, string | number>, body as Buffer);
      if (status >= 200 && status < 300) return 'sent';
      if (status !== 404 && status !== 410) log.warn({ status, service: url.hostname }, 'push refused');
      return status === 404 || status === 410 ? 'gone' : 'failed';
    } catch (error) {
      log.debug({ err: error, service: url.hostname }, 'push failed');
      return 'failed';
    }
  };

  return {
    publicKey: deps.vapid.publicKey,
    /** Throws `bad_request`. */
    check(to: Subscription): void {
      if (!isUsable(to, trusted)) throw new AppError('bad_request', 'no such push service or keys');
    },
    /** Sends to all, a few at a time; returns those that are gone. */
    async send<S extends Subscription>(to: readonly S[], messageFor: (one: S) => PushMessage): Promise<S[]> {
      const gone: S[] = [];
      let next = 0;
      const work = async (): Promise<void> => {
        for (let one = to[next++]; one && !stop.signal.aborted; one = to[next++]) {
          const outcome = await sendOne(one, messageFor(one));
          total.inc({ outcome });
          if (outcome === 'gone') gone.push(one);
        }
      };
      await Promise.all(Array.from({ length: Math.min(SENDING_MAX, to.length) }, work));
      return gone;
    },
    close: (): void => stop.abort(),
  };
};

export type Push = ReturnType<typeof createPush>;
