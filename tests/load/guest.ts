// A viewer without a browser, as long as it watches: joins as a guest with media in the same request, finds back as a page does when
// its media are lost (rule W4), and meters the picture through all of it. It receives over ICE, DTLS and SRTP, and decodes nothing.

import type { PublicationId } from '../../shared/ids.ts';
import type { Subscription, WatchAnswer } from '../../shared/messages/watch.ts';
import { createViewer, OFFER } from '../../server/media/testing/peers.ts';
import type { Viewer } from '../../server/media/testing/peers.ts';
import { createClient } from '../support/client.ts';
import { createFrameMeter } from './frame-meter.ts';
import type { FrameMeter } from './frame-meter.ts';

export type Guest = {
  readonly startMs: number;
  readonly joinMs: number;
  readonly meter: Pick<FrameMeter, 'mark' | 'seen'>;
  close(): void;
};

const RETRY_MS = 500;

const pictureIn = (subscriptions: readonly Subscription[]): Subscription | undefined => subscriptions.find(({ kind }) => kind === 'video');

/** Receives the first picture there is. `lost`: only another transport helps. */
const createReceiver = (bindAddress: string, meter: FrameMeter, lost: () => void) => {
  let viewer: Viewer | null = null;
  let transport: WatchAnswer['transport'] | null = null;
  let shown: PublicationId | null = null;
  const close = (): void => {
    viewer?.close();
    [viewer, transport, shown] = [null, null, null];
  };
  /** Without a picture there is nothing to connect for yet; one in place of another is more than this peer can negotiate. */
  const show = (subscriptions: readonly Subscription[]): void => {
    const picture = pictureIn(subscriptions);
    if (!viewer || !transport || !picture || picture.publicationId === shown) return;
    if (shown !== null) return lost();
    shown = picture.publicationId;
    viewer.start({ transport, subscriptions: [picture] });
  };
  return {
    accept(answer: WatchAnswer): void {
      close();
      meter.renew();
      transport = answer.transport;
      viewer = createViewer({ bindAddress, heard: ({ sequence, marker }) => meter.packet({ sequence, marker, atMs: performance.now() }) });
      show(answer.subscriptions);
    },
    show,
    close,
  };
};

export const joinAsGuest = async (place: { readonly url: string; readonly handle: string; readonly bindAddress: string }): Promise<Guest> => {
  const meter = createFrameMeter();
  const connection = await createClient({ url: place.url }).connect();
  let [isIn, isClosed] = [false, false];
  let opening: Promise<void> | null = null;
  /** Told in the same breath as an answer that is not taken in yet. */
  let told: readonly Subscription[] | null = null;
  const receiver = createReceiver(place.bindAddress, meter, () => void reopen());
  const accept = (answer: WatchAnswer): void => {
    if (isClosed) return;
    receiver.accept(answer);
    if (told) receiver.show(told);
    told = null;
  };
  /** Many reasons at once open it once. What is refused is tried again, as by a page's watchdog. */
  const reopen = (): Promise<void> => {
    opening ??= connection
      .request('watch.open', OFFER)
      .then(accept)
      .catch(() => void setTimeout(() => void (isClosed || reopen()), RETRY_MS))
      .finally(() => (opening = null));
    return opening;
  };
  connection.on('watch.lost', () => void reopen());
  connection.on('watch.changed', ({ subscriptions }) => {
    if (opening || !isIn) told = subscriptions;
    else receiver.show(subscriptions);
  });
  const startMs = performance.now();
  const joined = await connection.join(place.handle, { watch: OFFER });
  if (!joined.watch) throw new Error('the channel is not on air');
  const joinMs = performance.now() - startMs;
  accept(joined.watch);
  isIn = true;
  return { startMs, joinMs, meter, close: () => ((isClosed = true), receiver.close(), connection.close()) };
};
