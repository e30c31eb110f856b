import { expect, test } from 'vitest';
import type { ParticipantId, PublicationId } from '../../../shared/ids.ts';
import type { Publication } from '../../../shared/messages/stage.ts';
import { pictureOf, qualitiesOf } from './picture.ts';

const publication = (source: Publication['source'], muted = false): Publication => ({
  publicationId: source as unknown as PublicationId,
  participantId: 'p1' as ParticipantId,
  source,
  kind: source === 'camera' || source === 'screen' ? 'video' : 'audio',
  muted,
});

test('the camera alone fills the picture', () => {
  const picture = pictureOf([publication('microphone'), publication('camera')], false);
  expect(picture).toEqual({ main: 'camera', corner: null, isCameraOff: false });
});

test('a shared screen is the main picture, the camera its corner, and a tap swaps them', () => {
  const both = [publication('camera'), publication('screen'), publication('screen_audio')];
  expect(pictureOf(both, false)).toMatchObject({ main: 'screen', corner: 'camera' });
  expect(pictureOf(both, true)).toMatchObject({ main: 'camera', corner: 'screen' });
});

test('a covered camera leaves the whole picture to the screen', () => {
  expect(pictureOf([publication('camera', true), publication('screen')], true)).toEqual({
    main: 'screen', corner: null, isCameraOff: true,
  });
});

test('sound alone has no picture', () => {
  expect(pictureOf([publication('microphone')], false)).toEqual({ main: null, corner: null, isCameraOff: false });
});

test('there is nothing to choose where there is one layer', () => {
  expect(qualitiesOf(1)).toEqual(['auto']);
  expect(qualitiesOf(2)).toEqual(['auto', 'high', 'low']);
  expect(qualitiesOf(3)).toEqual(['auto', 'high', 'medium', 'low']);
});
