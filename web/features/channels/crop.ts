// The square that is cut from a picture, as numbers. `zoom` 1 shows the shorter side whole; the centre is in picture pixels.
// Invariant: the square always lies inside the picture.

export type Size = { readonly width: number; readonly height: number };
export type Crop = { readonly centerX: number; readonly centerY: number; readonly zoom: number };
export type Square = { readonly left: number; readonly top: number; readonly side: number };

export const ZOOM_MAX = 4;

const clamp = (value: number, min: number, max: number): number => Math.min(Math.max(value, min), max);

export const sideOf = (picture: Size, zoom: number): number => Math.min(picture.width, picture.height) / zoom;

/** The nearest crop that the picture has. */
export const fitCrop = (picture: Size, crop: Crop): Crop => {
  const zoom = clamp(crop.zoom, 1, ZOOM_MAX);
  const half = sideOf(picture, zoom) / 2;
  return {
    zoom,
    centerX: clamp(crop.centerX, half, picture.width - half),
    centerY: clamp(crop.centerY, half, picture.height - half),
  };
};

/** The middle, where a face mostly is. */
export const startCrop = (picture: Size): Crop => ({ centerX: picture.width / 2, centerY: picture.height / 2, zoom: 1 });

export const squareOf = (picture: Size, crop: Crop): Square => {
  const side = sideOf(picture, crop.zoom);
  return { left: crop.centerX - side / 2, top: crop.centerY - side / 2, side };
};
