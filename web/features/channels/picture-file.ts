// Reads a picture that somebody chose and writes a small square of it. Browser only; nothing leaves it here.

import { IMAGE_BYTES_MAX } from '../../../shared/limits.ts';
import { squareOf, type Crop } from './crop.ts';

/** What avatars are kept at: sharp at every size that we show, and about 40 kB. */
const SIDE_PX_MAX = 512;
const QUALITIES = [0.88, 0.75, 0.6, 0.45] as const;

export const ACCEPTED_TYPES = 'image/jpeg,image/png,image/webp,image/gif,image/avif,image/heic';

/** The picture upright, as its camera meant it. Throws if the browser cannot read it. */
export const readPicture = (file: Blob): Promise<ImageBitmap> => createImageBitmap(file, { imageOrientation: 'from-image' });

const encode = (canvas: HTMLCanvasElement, type: string, quality: number): Promise<Blob | null> =>
  new Promise((resolve) => {
    canvas.toBlob(resolve, type, quality);
  });

/** The chosen square as WebP, or JPEG where the browser cannot write WebP; null if it cannot be made small enough. */
export const cutSquare = async (picture: ImageBitmap, crop: Crop): Promise<Blob | null> => {
  const { left, top, side } = squareOf(picture, crop);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = Math.max(1, Math.min(SIDE_PX_MAX, Math.round(side)));
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.imageSmoothingQuality = 'high';
  // JPEG has no transparency, and black corners look like a fault.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, left, top, side, side, 0, 0, canvas.width, canvas.height);
  for (const quality of QUALITIES) {
    const webp = await encode(canvas, 'image/webp', quality);
    // Browsers that cannot write WebP quietly answer with PNG.
    const blob = webp?.type === 'image/webp' ? webp : await encode(canvas, 'image/jpeg', quality);
    if (blob && blob.size <= IMAGE_BYTES_MAX) return blob;
  }
  return null;
};
