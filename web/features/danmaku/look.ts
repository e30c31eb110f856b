// From the size of the picture and the viewer's wishes to the numbers that the stage works with. Pure.

import { AREA_SHARE, type DanmakuSettings } from './settings.ts';
import type { StageLook } from './stage.ts';

/** Of the picture's height; between these sizes, in CSS pixels. */
const FONT_SHARE = 1 / 28;
const FONT_PX_MIN = 15;
const FONT_PX_MAX = 34;
const LANE_PER_FONT = 1.4;
const GAP_PER_FONT = 1.2;
/** CSS pixels a second, for a line without length; a wide picture is crossed in no more than the longest time. */
const PLAIN_PX_PER_S = 150;
const CROSS_MS_MIN = 4_500;
const CROSS_MS_MAX = 9_000;

const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value));

export type PictureSize = { readonly widthPx: number; readonly heightPx: number; readonly pixelRatio: number };
export type DanmakuLookNow = StageLook & { readonly fontPx: number };

/** `picture` is in CSS pixels, what comes out in the screen's own. */
export const lookFor = (picture: PictureSize, settings: DanmakuSettings): DanmakuLookNow => {
  const { widthPx, heightPx, pixelRatio } = picture;
  const font = clamp(heightPx * FONT_SHARE, FONT_PX_MIN, FONT_PX_MAX) * settings.size;
  const fontPx = Math.round(font * pixelRatio);
  const lanePx = Math.ceil(fontPx * LANE_PER_FONT);
  const areaPx = Math.floor(heightPx * pixelRatio * AREA_SHARE[settings.area]);
  return {
    widthPx: Math.round(widthPx * pixelRatio),
    // Whole lanes alone: the canvas is no larger than what is painted. A low picture has one lane all the same.
    heightPx: Math.max(1, Math.floor(areaPx / lanePx)) * lanePx,
    lanePx,
    fontPx,
    gapPx: Math.round(fontPx * GAP_PER_FONT),
    crossMs: clamp((widthPx / PLAIN_PX_PER_S) * 1_000, CROSS_MS_MIN, CROSS_MS_MAX) / settings.speed,
    isStill: settings.isStill,
  };
};
