// What is asked of the server is what the page shows, in its own pixels.

import { expect, test } from 'vitest';
import type { ParticipantId } from '../../../shared/ids.ts';
import { subscriptionTo } from '../../media/testing/fixtures.ts';
import type { Place } from './arrangement.ts';
import { shownPictures } from './shown-pictures.ts';

const place = (height: number): Place => ({ x: 0, y: 0, width: 1, height, fit: 'cover', isOver: false });
const subscriptions = [subscriptionTo('camera', 0), subscriptionTo('microphone', 1), subscriptionTo('screen', 2, 'ben'), subscriptionTo('camera', 3, 'ben')];
const isGuest = (id: ParticipantId): boolean => (id as string) === 'ben';

test('each picture in the height of its place, rounded up; what has no place is not shown; sounds are no pictures', () => {
  const places = new Map([['host face', place(1)], ['ben screen', place(0.25)]]);
  expect(shownPictures({ subscriptions, places, isGuest, frameHeight: 700 })).toEqual([
    { publicationId: 'publication-0', height: 720 },
    { publicationId: 'publication-2', height: 180 },
    { publicationId: 'publication-3', height: 0 },
  ]);
});

test('what is shown beside the frame is shown too', () => {
  const besides = ({ participantId }: { readonly participantId: ParticipantId }): number => (isGuest(participantId) ? 100 : 0);
  expect(shownPictures({ subscriptions, places: new Map(), isGuest, frameHeight: 700, besides }).map(({ height }) => height)).toEqual([0, 180, 180]);
});
