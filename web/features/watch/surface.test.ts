import { expect, test, vi } from 'vitest';
import { Surface } from './surface.svelte.ts';

test('its first picture is the first one that has a size, and stays the first', () => {
  vi.useFakeTimers();
  const surface = new Surface({ getTracks: () => [] } as unknown as MediaStream);
  const video = Object.assign(new EventTarget(), { videoWidth: 0, videoHeight: 0 });
  surface.attach(video as unknown as HTMLVideoElement, new AbortController().signal);
  const seenAfter = (ms: number, width: number, event: string): number | null => {
    vi.advanceTimersByTime(ms);
    Object.assign(video, { videoWidth: width, videoHeight: width });
    video.dispatchEvent(new Event(event));
    return surface.firstPictureAtMs;
  };
  const startedAtMs = performance.now();
  expect(seenAfter(100, 0, 'playing')).toBe(null);
  expect([seenAfter(100, 320, 'resize'), surface.hasPicture]).toEqual([startedAtMs + 200, true]);
  expect(seenAfter(0, 0, 'emptied')).toBe(startedAtMs + 200);
  expect([seenAfter(100, 640, 'playing'), surface.width]).toEqual([startedAtMs + 200, 640]);
  vi.useRealTimers();
});
