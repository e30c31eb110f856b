// In how many sizes a picture is sent, and how many bits each may take. Pure arithmetic: knows neither WebRTC nor mediasoup.

import { VIDEO_LAYERS_MAX } from '../../shared/limits.ts';

export type Layer = {
  readonly scaleResolutionDownBy: number;
  readonly maxBitrate: number;
  readonly maxFramerate: number;
};

export type Picture = { readonly width: number; readonly height: number; readonly framesPerSecond: number };

/**
 * What VP8 needs for a talking head, by height (bits per second at 30 frames): about 0.065 bits for each pixel at 720p, and
 * more for each of the few pixels of a small picture.
 */
const CAMERA_BITS: readonly (readonly [height: number, bits: number])[] = [
  [180, 150_000],
  [360, 500_000],
  [720, 1_800_000],
  [1080, 3_500_000],
];
/** The smallest layer is for a phone on a train; smaller than that nobody wants to see. */
const SMALLEST_HEIGHT = 135;
const SCREEN_FULL_BITS = 2_500_000;
const SCREEN_HALF_BITS = 600_000;

/** Straight lines between the known points, by number of pixels, so that tall and wide pictures get the same. */
const bitsFor = (height: number): number => {
  const last = CAMERA_BITS.at(-1) ?? [0, 0];
  const index = CAMERA_BITS.findIndex(([known]) => known >= height);
  if (index === -1) return Math.round(last[1] * (height / last[0]) ** 1.5);
  const [toHeight, toBits] = CAMERA_BITS[index] ?? last;
  const [fromHeight, fromBits] = CAMERA_BITS[index - 1] ?? [0, 60_000];
  const part = (height - fromHeight) / (toHeight - fromHeight);
  return Math.round(fromBits + part * (toBits - fromBits));
};

/** Smallest first. Each layer halves both sides; there are as many as stay worth watching, at most three. */
export const cameraLayers = ({ width, height, framesPerSecond }: Picture): Layer[] => {
  // The height that a 16:9 picture of as many pixels would have: a phone held upright sends as much as one held flat.
  const sameArea = Math.sqrt((width * height * 9) / 16);
  const scales = Array.from({ length: VIDEO_LAYERS_MAX }, (_, step) => 2 ** step);
  return scales
    .filter((scale) => scale === 1 || sameArea / scale >= SMALLEST_HEIGHT)
    .map((scale) => ({ scaleResolutionDownBy: scale, maxBitrate: bitsFor(sameArea / scale), maxFramerate: framesPerSecond }))
    .toReversed();
};

/** Text must stay readable, so the screen has only one smaller copy, and gives up frames before it gives up pixels. */
export const screenLayers = ({ framesPerSecond }: Picture): Layer[] => [
  { scaleResolutionDownBy: 2, maxBitrate: SCREEN_HALF_BITS, maxFramerate: Math.min(15, framesPerSecond) },
  { scaleResolutionDownBy: 1, maxBitrate: SCREEN_FULL_BITS, maxFramerate: framesPerSecond },
];
