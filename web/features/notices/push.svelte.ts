// Web push in this browser: whether it can, whether it does, and how to turn it on and off. Permission is asked for only when somebody
// presses the button for it.

import { callFinding } from '../../live/http-finding.ts';
import type { Locale } from '../../text/language.svelte.ts';

const WORKER = '/notice-worker.js';

/** `absent`: this browser cannot, or not here (no https). */
export type PushState = 'unknown' | 'absent' | 'off' | 'on' | 'denied';

const canPush = (): boolean => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window && isSecureContext;
const bytesOf = (base64url: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));
const current = async (): Promise<PushSubscription | null> => {
  const registration = canPush() ? await navigator.serviceWorker.getRegistration() : undefined;
  return (await registration?.pushManager.getSubscription()) ?? null;
};

const register = async (subscription: PushSubscription, locale: Locale): Promise<void> => {
  const { endpoint, keys } = subscription.toJSON();
  if (endpoint === undefined || !keys) throw new Error('no keys');
  const plain = (key = ''): string => key.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  await callFinding('push.subscribe', { body: { endpoint, p256dh: plain(keys['p256dh']), auth: plain(keys['auth']), locale } });
};

/** Before logging out: whoever uses this browser next must not see what the last one is told. */
export const leavePush = async (): Promise<void> => {
  const subscription = await current().catch(() => null);
  if (!subscription) return;
  await callFinding('push.unsubscribe', { body: { endpoint: subscription.endpoint } }).catch(() => undefined);
  await subscription.unsubscribe().catch(() => false);
};

export class Push {
  is = $state<PushState>('unknown');
  isBusy = $state(false);
  hasFailed = $state(false);

  /** Looks, and where it is on tells the server again: the login and the language may be others than last time. */
  async look(locale: Locale): Promise<void> {
    if (!canPush()) return void (this.is = 'absent');
    if (Notification.permission === 'denied') return void (this.is = 'denied');
    const subscription = await current().catch(() => null);
    this.is = subscription ? 'on' : 'off';
    if (subscription) await register(subscription, locale).catch(() => undefined);
  }

  turnOn = (locale: Locale): Promise<void> =>
    this.#do(async () => {
      if ((await Notification.requestPermission()) !== 'granted') return void (this.is = Notification.permission === 'denied' ? 'denied' : 'off');
      await navigator.serviceWorker.register(WORKER);
      const { pushManager } = await navigator.serviceWorker.ready;
      const { publicKey } = await callFinding('push.key');
      const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(publicKey) });
      await register(subscription, locale);
      this.is = 'on';
    });

  turnOff = (): Promise<void> =>
    this.#do(async () => {
      await leavePush();
      this.is = 'off';
    });

  async #do(work: () => Promise<void>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    this.hasFailed = false;
    try {
      await work();
    } catch {
      this.hasFailed = true;
    } finally {
      this.isBusy = false;
    }
  }
}
