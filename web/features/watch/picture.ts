// Which source is the main picture and which the corner tile, and in which qualities it comes. Pure.

import type { Publication } from '../../../shared/messages/stage.ts';
import type { Quality } from '../../../shared/messages/watch.ts';

export type VideoSource = 'screen' | 'camera';
export type Picture = {
  readonly main: VideoSource | null;
  readonly corner: VideoSource | null;
  /** There is a camera, and its owner covered it: show a face, not a black square. */
  readonly isCameraOff: boolean;
};

const shows = (publications: readonly Publication[], source: VideoSource): boolean =>
  publications.some((publication) => publication.source === source && !publication.muted);

/** A shared screen comes first, because it is what the host talks about; `isSwapped` is the viewer's own wish. */
export const pictureOf = (publications: readonly Publication[], isSwapped: boolean): Picture => {
  const shown: readonly VideoSource[] = (['screen', 'camera'] as const).filter((source) => shows(publications, source));
  const [first = null, second = null] = isSwapped ? shown.toReversed() : shown;
  const isCameraOff = publications.some((publication) => publication.source === 'camera' && publication.muted);
  return { main: first, corner: second, isCameraOff };
};

/** What there is to choose from with so many simulcast layers. */
export const qualitiesOf = (layers: number): readonly Quality[] => {
  if (layers >= 3) return ['auto', 'high', 'medium', 'low'];
  return layers === 2 ? ['auto', 'high', 'low'] : ['auto'];
};
