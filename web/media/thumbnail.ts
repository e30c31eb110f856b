// A small still of what is being sent, for the home page.

import { THUMBNAIL_BYTES_MAX } from '../../shared/limits.ts';

const WIDTH = 480;
const QUALITIES = [0.8, 0.6, 0.4, 0.2];

/** JPEG of at most THUMBNAIL_BYTES_MAX; null while the element has no picture, or if no quality is small enough. */
export const takeThumbnail = async (video: HTMLVideoElement): Promise<Blob | null> => {
  if (video.videoWidth === 0 || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
  const width = Math.min(WIDTH, video.videoWidth);
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = Math.round((video.videoHeight * width) / video.videoWidth);
  canvas.getContext('2d', { alpha: false })?.drawImage(video, 0, 0, canvas.width, canvas.height);
  for (const quality of QUALITIES) {
    const blob = await new Promise<Blob | null>((done) => { canvas.toBlob(done, 'image/jpeg', quality); });
    if (blob && blob.size <= THUMBNAIL_BYTES_MAX) return blob;
  }
  return null;
};
