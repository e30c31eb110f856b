// Which pictures a page shows and how large (rule W7), from where the tiles lie. Pure.

import type { ShownPicture, Subscription } from '../../../shared/messages/watch.ts';
import { PICTURE_PIXELS_MAX } from '../../../shared/limits.ts';
import type { Places } from './arrangement.ts';

/** So that a window that is drawn larger by hand asks a few times and not for every pixel. */
const STEP_PIXELS = 90;

export type Shown = {
  readonly subscriptions: readonly Pick<Subscription, 'publicationId' | 'participantId' | 'source' | 'kind'>[];
  readonly places: Places;
  /** The key of a tile of the host's begins with `host`, of others with their participant id. */
  readonly isGuest: (id: Subscription['participantId']) => boolean;
  /** In device pixels. */
  readonly frameHeight: number;
  /** What is shown beside the frame: the height in device pixels. */
  readonly besides?: (subscription: Pick<Subscription, 'participantId' | 'source'>) => number;
};

export const shownPictures = ({ subscriptions, places, isGuest, frameHeight, besides }: Shown): ShownPicture[] =>
  subscriptions
    .filter(({ kind }) => kind === 'video')
    .map((subscription) => {
      const { publicationId, participantId, source } = subscription;
      const key = `${isGuest(participantId) ? participantId : 'host'} ${source === 'screen' ? 'screen' : 'face'}`;
      const pixels = Math.max((places.get(key)?.height ?? 0) * frameHeight, besides?.(subscription) ?? 0);
      return { publicationId, height: Math.min(PICTURE_PIXELS_MAX, Math.ceil(pixels / STEP_PIXELS) * STEP_PIXELS) };
    });
