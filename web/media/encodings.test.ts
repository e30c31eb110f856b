import { expect, test } from 'vitest';
import { encodingFor } from './encodings.ts';

const trackOf = (width: number, height: number) =>
  ({ contentHint: '', getSettings: () => ({ width, height, frameRate: 30 }) }) as unknown as MediaStreamTrack;

test('a screen keeps its letters: detail before motion, two sizes, and it may stand still', () => {
  const track = trackOf(1920, 1080);
  const encoding = encodingFor('screen', track, {});
  expect(track.contentHint).toBe('detail');
  expect(encoding).toMatchObject({ kind: 'video', codec: 'VP8', mayStandStill: true, height: 1080 });
  expect(encoding.kind === 'video' && encoding.layers.map(({ scaleResolutionDownBy }) => scaleResolutionDownBy)).toEqual([2, 1]);
});

test('a camera moves: motion before detail, three sizes, each half as high as the next', () => {
  const track = trackOf(1280, 720);
  const encoding = encodingFor('camera', track, {});
  expect(track.contentHint).toBe('motion');
  expect(encoding).toMatchObject({ kind: 'video', mayStandStill: false, height: 720 });
  expect(encoding.kind === 'video' && encoding.layers.map(({ scaleResolutionDownBy }) => scaleResolutionDownBy)).toEqual([4, 2, 1]);
});
