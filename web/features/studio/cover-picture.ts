// A chosen picture as a 16:9 cover, small enough to send. Browser only; nothing leaves it here.

import { IMAGE_BYTES_MAX } from '../../../shared/limits.ts';

const COVER = { width: 1280, height: 720 };
const JPEG_QUALITIES = [0.85, 0.7, 0.5] as const;

/** The middle of the picture, as wide as it gets. JPEG: every browser writes it, and covers have no transparency. */
export const coverOf = async (picture: ImageBitmap): Promise<Blob | null> => {
  const scale = Math.min(1, Math.min(picture.width / COVER.width, picture.height / COVER.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(COVER.width * scale));
  canvas.height = Math.max(1, Math.round(COVER.height * scale));
  const context = canvas.getContext('2d');
  if (!context) return null;
  const zoom = Math.max(canvas.width / picture.width, canvas.height / picture.height);
  const [width, height] = [picture.width * zoom, picture.height * zoom];
  context.imageSmoothingQuality = 'high';
  context.fillStyle = '#000'; // Under transparent parts.
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
  for (const quality of JPEG_QUALITIES) {
    const blob = await new Promise<Blob | null>((done) => { canvas.toBlob(done, 'image/jpeg', quality); });
    if (blob && blob.size <= IMAGE_BYTES_MAX) return blob;
  }
  return null;
};
