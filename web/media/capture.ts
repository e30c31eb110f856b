// Cameras, microphones and screens: which there are, and tracks from them. Remembers the last choice. Tracks belong to the
// caller, who stops them. Failures are values (capture-error.ts), since each needs its own words.

import type { Cancel } from '../live/clock.ts';
import { captureErrorOf } from './capture-error.ts';
import type { CaptureError } from './capture-error.ts';

export type DeviceKind = 'camera' | 'microphone' | 'speaker';
export type CaptureDevice = { readonly deviceId: string; readonly kind: DeviceKind; readonly label: string };

export type Captured<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: CaptureError };

const KINDS: Record<MediaDeviceKind, DeviceKind> = { videoinput: 'camera', audioinput: 'microphone', audiooutput: 'speaker' };

/** Empty where the browser has no devices to offer. Labels are empty until one device was allowed. */
export const listDevices = async (): Promise<CaptureDevice[]> => {
  const found = await navigator.mediaDevices?.enumerateDevices().catch(() => []) ?? [];
  return found
    .filter(({ deviceId }) => deviceId !== '') // Firefox and Safari list one nameless entry before permission.
    .map(({ deviceId, kind, label }) => ({ deviceId, kind: KINDS[kind], label }));
};

/** Calls when something is plugged in or out. */
export const onDevicesChanged = (fn: () => void): Cancel => {
  navigator.mediaDevices?.addEventListener('devicechange', fn);
  return () => navigator.mediaDevices?.removeEventListener('devicechange', fn);
};

const STORAGE_KEY = 'qiao.devices';
type Choice = { readonly [K in DeviceKind]?: string };

/** Storage can be shut off, full, or hold what an older page wrote: then nothing is remembered. */
export const rememberedDevices = (): Choice => {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}');
    return typeof stored === 'object' && stored !== null ? stored : {};
  } catch {
    return {};
  }
};

export const rememberDevice = (kind: DeviceKind, deviceId: string): void => {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify({ ...rememberedDevices(), [kind]: deviceId }));
  } catch {
    // A private window may refuse; the choice holds as long as the page does.
  }
};

const CAMERA: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 60 } };
const SPEECH: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
/** What cleans speech ruins music. */
const MUSIC: MediaTrackConstraints = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: { ideal: 2 } };

const attempt = async <T>(capture: () => Promise<T>): Promise<Captured<T>> => {
  try {
    return { ok: true, value: await capture() };
  } catch (error) {
    return { ok: false, error: captureErrorOf(error, isSecureContext) };
  }
};

const trackOf = async (stream: Promise<MediaStream>): Promise<MediaStreamTrack> => {
  const [track] = (await stream).getTracks();
  if (!track) throw new DOMException('the stream is empty', 'NotFoundError');
  return track;
};

const user = (constraints: MediaStreamConstraints): Promise<MediaStream> => navigator.mediaDevices.getUserMedia(constraints);

/**
 * A track from the device asked for, else from the one remembered, else from any. A device that was asked for and is gone is
 * an error; one that was only remembered is not.
 */
const openDevice = async (kind: 'camera' | 'microphone', constraints: MediaTrackConstraints, deviceId?: string): Promise<Captured<MediaStreamTrack>> => {
  const remembered = rememberedDevices()[kind];
  const wish: MediaTrackConstraints = deviceId ? { deviceId: { exact: deviceId } } : remembered ? { deviceId: { ideal: remembered } } : {};
  const wanted = { ...constraints, ...wish };
  const captured = await attempt(() => trackOf(user(kind === 'camera' ? { video: wanted } : { audio: wanted })));
  if (deviceId && captured.ok) rememberDevice(kind, deviceId);
  return captured;
};

export const openCamera = (deviceId?: string): Promise<Captured<MediaStreamTrack>> => openDevice('camera', CAMERA, deviceId);

/** `speech`: as the browser cleans it; `quiet`: what is no voice is taken out too; `music`: left as it is. */
export const SOUNDS = ['speech', 'quiet', 'music'] as const;
export type SoundKind = (typeof SOUNDS)[number];

export const openMicrophone = async (deviceId?: string, sound: SoundKind = 'speech'): Promise<Captured<MediaStreamTrack>> => {
  const captured = await openDevice('microphone', sound === 'music' ? MUSIC : SPEECH, deviceId);
  if (sound !== 'quiet' || !captured.ok) return captured;
  // A browser that cannot do it gives what it can.
  const value = await import('./noise-suppression.ts').then(({ suppressNoise }) => suppressNoise(captured.value)).catch(() => captured.value);
  return { ok: true, value };
};

export type CapturedScreen = { readonly video: MediaStreamTrack; readonly audio: MediaStreamTrack | null };

export const canShareScreen = (): boolean => 'getDisplayMedia' in (navigator.mediaDevices ?? {});

/** Newer than the DOM types: no hall of mirrors, another window without stopping, and the sound of it all. */
const PICKER = { selfBrowserSurface: 'exclude', surfaceSwitching: 'include', systemAudio: 'include' };

/** The browser shows its picker. With sound where the person allows it and the browser can. */
export const openScreen = async (): Promise<Captured<CapturedScreen>> => {
  const captured = await attempt(async () => {
    const options: DisplayMediaStreamOptions = { video: { frameRate: { ideal: 30, max: 30 } }, audio: MUSIC, ...PICKER };
    const stream = await navigator.mediaDevices.getDisplayMedia(options);
    const [video] = stream.getVideoTracks();
    if (!video) throw new DOMException('the stream has no picture', 'NotFoundError');
    return { video, audio: stream.getAudioTracks()[0] ?? null };
  });
  // Browsers do not remember a no for screens: it means that the picker was closed this time.
  return !captured.ok && captured.error === 'denied_by_user' ? { ok: false, error: 'aborted' } : captured;
};
