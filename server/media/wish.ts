// What a viewer's page asked for, kept for the participant and not for a transport, so that it holds on the next one too (rules
// W5, W7). Bounded by the list that the page sent last.

import type { PublicationId } from '../../shared/ids.ts';
import type { Quality, ShownPicture } from '../../shared/messages/watch.ts';
import type { Publication } from './publication.ts';

export type Shown = {
  /** In device pixels; 0: not shown. */
  heightOf(publication: Pick<Publication, 'id' | 'participantId' | 'source'>): number;
  /** It has ended. */
  forget(id: PublicationId): void;
};

/** `shown` is null until the page says what it shows. */
export type Wish = { quality: Quality; shown: Shown | null };

export const createWish = (): Wish => ({ quality: 'auto', shown: null });

/** A picture that is shown twice is as large as the larger one. */
export const createShown = (pictures: readonly ShownPicture[]): Shown => {
  const heights = new Map<PublicationId, number>();
  // What is published in the place of another (rule S2) is shown in its place, before the page has heard of it: else each
  // change of codec or transport would be a gap of a round trip and a keyframe.
  const successors = new Map<string, number>();
  for (const { publicationId, height = 0 } of pictures)
    heights.set(publicationId, Math.max(height > 0 ? height : 0, heights.get(publicationId) ?? 0));
  return {
    heightOf({ id, participantId, source }) {
      const place = `${participantId} ${source}`;
      const height = heights.get(id);
      if (height === undefined) return successors.get(place) ?? 0;
      successors.set(place, height);
      return height;
    },
    forget: (id) => void heights.delete(id),
  };
};
