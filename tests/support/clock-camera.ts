// A camera that shows the time. Injected before the page's own scripts, it answers getUserMedia and getDisplayMedia with a
// canvas that paints the clock as a bar code, and a microphone that beeps while the picture's last row flashes: 100 ms at
// each full second of the machine's clock. Runs inside the page, so it may use nothing but its argument.

import type { Page } from 'puppeteer-core';
import { cellsOf, GRID } from './bar-code.ts';
import type { BarCodeGrid } from './bar-code.ts';

declare global {
  interface Window {
    /** Of the last minute's frames: the time painted on each, and the time that the browser counts the frame from. Both in ms
     *  since 1970. On a busy machine a frame is painted a while after its own time, which is what its capture time says. */
    qiaoPainted?: { readonly paintedMs: number; readonly frameMs: number }[];
  }
}

export type CameraOptions = { readonly width: number; readonly height: number; readonly framesPerSecond: number };
export const CAMERA_360P30: CameraOptions = { width: 640, height: 360, framesPerSecond: 30 };

export const mountClockCamera = async (page: Page, options: CameraOptions = CAMERA_360P30): Promise<void> => {
  const script = `(${installCamera.toString()})(${JSON.stringify({ ...options, grid: GRID })}, ${cellsOf.toString()})`;
  await page.evaluateOnNewDocument(script);
};

type Installed = CameraOptions & { readonly grid: BarCodeGrid };

const installCamera = (options: Installed, cells: (timeMs: number) => boolean[]): void => {
  const FLASH_MS = 100;
  const nowMs = (): number => performance.timeOrigin + performance.now();
  const { width, height, grid } = options;

  const FRAMES_KEPT = 1_800;
  const painted: { paintedMs: number; frameMs: number }[] = [];
  window.qiaoPainted = painted;

  const paint = (context: CanvasRenderingContext2D, frameMs = performance.now()): void => {
    const timeMs = Math.floor(nowMs());
    painted.push({ paintedMs: timeMs, frameMs: performance.timeOrigin + frameMs });
    if (painted.length > FRAMES_KEPT) painted.shift();
    const [cellWidth, cellHeight] = [width / grid.columns, height / grid.rows];
    context.fillStyle = '#000';
    context.fillRect(0, 0, width, height);
    context.fillStyle = '#fff';
    cells(timeMs).forEach((isWhite, cell) => {
      if (!isWhite) return;
      context.fillRect((cell % grid.columns) * cellWidth, Math.floor(cell / grid.columns) * cellHeight, cellWidth, cellHeight);
    });
    if (timeMs % 1000 < FLASH_MS) context.fillRect(0, (grid.rows - 1) * cellHeight, width, cellHeight);
  };

  const openPicture = (deviceId: string): MediaStreamTrack => {
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = canvas.getContext('2d', { alpha: false });
    if (!context) throw new Error('no canvas');
    paint(context);
    const [track] = canvas.captureStream().getVideoTracks();
    if (!track) throw new Error('no canvas track');
    let paintedAt = 0;
    const onFrame = (at: number): void => {
      if (track.readyState === 'ended') return;
      // Half a display frame early counts: 60 Hz divided by two is 30 only if no turn is missed for a rounding error.
      if (at - paintedAt >= 1000 / options.framesPerSecond - 8) {
        paintedAt = at;
        paint(context, at);
      }
      requestAnimationFrame(onFrame);
    };
    requestAnimationFrame(onFrame);
    return asDevice(track, deviceId, { width, height, frameRate: options.framesPerSecond });
  };

  /** A canvas names no device; the page's pickers want to know which one it got. */
  const asDevice = (track: MediaStreamTrack, deviceId: string, more: MediaTrackSettings): MediaStreamTrack => {
    const settings = track.getSettings.bind(track);
    track.getSettings = () => ({ ...settings(), ...more, deviceId });
    return track;
  };

  const openSound = (deviceId: string): MediaStreamTrack => {
    const audio = new AudioContext({ sampleRate: 48_000 });
    // A page without a click yet may not start sound; the first one anywhere starts it.
    const start = (): void => void audio.resume();
    for (const gesture of ['pointerdown', 'keydown']) addEventListener(gesture, start, { capture: true });
    start();
    const tone = new OscillatorNode(audio, { frequency: 1_000 });
    const level = new GainNode(audio, { gain: 0 });
    const out = new MediaStreamAudioDestinationNode(audio);
    tone.connect(level).connect(out);
    tone.start();
    const [track] = out.stream.getAudioTracks();
    if (!track) throw new Error('no sound track');
    let scheduledMs = 0;
    const schedule = (): void => {
      if (track.readyState === 'ended') return void (clearInterval(timer), audio.close());
      if (audio.state !== 'running') return;
      const beepMs = Math.ceil((nowMs() + 50) / 1000) * 1000;
      if (beepMs <= scheduledMs) return;
      scheduledMs = beepMs;
      const at = audio.currentTime + (beepMs - nowMs()) / 1000;
      level.gain.setValueAtTime(0.5, at);
      level.gain.setValueAtTime(0, at + FLASH_MS / 1000);
    };
    const timer = setInterval(schedule, 100);
    return asDevice(track, deviceId, {});
  };

  const wishedDevice = (wish: boolean | MediaTrackConstraints | undefined): string | undefined => {
    const id = typeof wish === 'object' ? wish.deviceId : undefined;
    if (typeof id === 'string') return id;
    const exact = typeof id === 'object' && !Array.isArray(id) ? (id.exact ?? id.ideal) : undefined;
    return typeof exact === 'string' ? exact : undefined;
  };

  const devices = navigator.mediaDevices;
  if (!devices) return; // A page that may have no camera (not https, not localhost) gets none from us either.
  const open = async (wishes: MediaStreamConstraints = {}): Promise<MediaStream> => {
    const known = await devices.enumerateDevices();
    const idOf = (kind: MediaDeviceKind, wish: boolean | MediaTrackConstraints | undefined): string =>
      wishedDevice(wish) ?? known.find((device) => device.kind === kind)?.deviceId ?? 'clock';
    const tracks: MediaStreamTrack[] = [];
    if (wishes.video) tracks.push(openPicture(idOf('videoinput', wishes.video)));
    if (wishes.audio) tracks.push(openSound(idOf('audioinput', wishes.audio)));
    return new MediaStream(tracks);
  };
  devices.getUserMedia = open;
  devices.getDisplayMedia = () => open({ video: true });
};
