// Reads the clock camera's picture and sound where a viewer sees and hears them. Injected before the page's own scripts; it
// follows whichever <video> is the player, notes each frame with the time painted on it, and each beep's first sample.
// Runs inside the page, so it may use nothing but its argument.

import type { Page } from 'puppeteer-core';
import { GRID, timeOf } from './bar-code.ts';
import type { BarCodeGrid } from './bar-code.ts';

export type SeenFrame = {
  /** When the page was given the frame to show; ms since 1970 in this machine's clock. */
  readonly seenMs: number;
  /** What the bar code says; null if it could not be read. */
  readonly paintedMs: number | null;
  readonly isFlash: boolean;
  readonly width: number;
  readonly height: number;
};
/** `heardMs`: when the beep's first sample reached the page's mixer, which is to sound what being shown is to a frame. */
export type HeardBeep = { readonly heardMs: number; readonly beepMs: number };
export type Seen = {
  readonly frames: SeenFrame[];
  readonly beeps: HeardBeep[];
  /** Loudest sound since the last look, 0 to 1: what the mixer got, and what the decoder says it made. */
  loudness: number;
  /** Was the player muted when its first frame came? Noted by the page itself: a question from outside counts as a click. */
  firstFrameMuted: boolean | null;
};

declare global {
  interface Window {
    qiaoSeen?: Seen;
  }
}

const PLAYER = '[data-testid="player"]';

export const mountPictureReader = async (page: Page, player = PLAYER): Promise<void> => {
  await page.evaluateOnNewDocument(`(${installReader.toString()})(${JSON.stringify({ player, grid: GRID })}, ${timeOf.toString()})`);
};

type Installed = { readonly player: string; readonly grid: BarCodeGrid };

const installReader = (options: Installed, read: (brightness: readonly number[], aboutMs: number) => number | null): void => {
  const CELL_PIXELS = 10;
  const FRAMES_MAX = 4_000;
  const { columns, rows } = options.grid;
  const wallMs = (pageMs: number): number => performance.timeOrigin + pageMs;
  const seen: Seen = { frames: [], beeps: [], loudness: 0, firstFrameMuted: null };
  window.qiaoSeen = seen;

  const canvas = Object.assign(document.createElement('canvas'), { width: columns * CELL_PIXELS, height: rows * CELL_PIXELS });
  const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });

  /** Mean green of the middle of each cell. */
  const brightnessOf = (video: HTMLVideoElement): number[] => {
    if (!context) return [];
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return Array.from({ length: columns * rows }, (_, cell) => {
      const [left, top] = [(cell % columns) * CELL_PIXELS + 3, Math.floor(cell / columns) * CELL_PIXELS + 3];
      let sum = 0;
      for (let y = 0; y < 4; y += 1) for (let x = 0; x < 4; x += 1) sum += data[((top + y) * canvas.width + left + x) * 4 + 1] ?? 0;
      return sum / 16;
    });
  };

  const watch = (video: HTMLVideoElement): void => {
    const onFrame: VideoFrameRequestCallback = (_, frame) => {
      const seenMs = wallMs(performance.now());
      seen.firstFrameMuted ??= video.muted;
      const brightness = brightnessOf(video);
      const flash = brightness.slice(-columns).reduce((sum, level) => sum + level, 0) / columns;
      seen.frames.push({
        seenMs,
        paintedMs: read(brightness, seenMs),
        isFlash: flash > 128,
        width: frame.width,
        height: frame.height,
      });
      if (seen.frames.length > FRAMES_MAX) seen.frames.shift();
      video.requestVideoFrameCallback(onFrame);
    };
    video.requestVideoFrameCallback(onFrame);
  };

  let audio: AudioContext | null = null;
  let analyser: AnalyserNode | null = null;
  let track: MediaStreamTrack | undefined;
  let quietUntil = 0;

  /** (Re)connects to the sound that the player has now. */
  const listenTo = (video: HTMLVideoElement): void => {
    const stream = video.srcObject instanceof MediaStream ? video.srcObject : null;
    const found = stream?.getAudioTracks()[0];
    if (!found || found === track || found.readyState === 'ended') return;
    track = found;
    audio ??= new AudioContext({ latencyHint: 'interactive' });
    analyser = new AnalyserNode(audio, { fftSize: 8192 });
    audio.createMediaStreamSource(new MediaStream([found])).connect(analyser);
  };

  /** Looks for the first loud sample after a silence in the last 170 ms. */
  const listen = (): void => {
    if (!audio || !analyser) return;
    if (audio.state !== 'running') return void audio.resume();
    const samples = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(samples);
    const [endS, endMs] = [audio.currentTime, wallMs(performance.now())];
    const loud = (sample: number): boolean => Math.abs(sample) > 0.05;
    for (const sample of samples) seen.loudness = Math.max(seen.loudness, Math.abs(sample));
    const first = samples.findIndex(loud);
    if (first < 0) return;
    const firstS = endS - (samples.length - first) / audio.sampleRate;
    const lastS = endS - (samples.length - samples.findLastIndex(loud)) / audio.sampleRate;
    if (firstS > quietUntil && first > 0) {
      const heardMs = endMs + (firstS - endS) * 1000;
      seen.beeps.push({ heardMs, beepMs: Math.floor((heardMs + 200) / 1000) * 1000 });
    }
    // Until half a second after the last loud sample nothing is a new beep.
    quietUntil = Math.max(quietUntil, lastS + 0.5);
  };

  // A browser without a sound card may never start its mixer (Firefox); its decoder runs all the same.
  const peers: RTCPeerConnection[] = [];
  window.RTCPeerConnection = new Proxy(RTCPeerConnection, {
    construct(target, args, newTarget) {
      const peer = Reflect.construct(target, args, newTarget) as RTCPeerConnection;
      peers.push(peer);
      return peer;
    },
  });
  const askDecoder = async (): Promise<void> => {
    const newest = peers.findLast((peer) => peer.connectionState === 'connected');
    const report = (await newest?.getStats())?.values() ?? [];
    for (const stats of report as Iterable<RTCInboundRtpStreamStats>) {
      if (stats.type === 'inbound-rtp' && stats.kind === 'audio') seen.loudness = Math.max(seen.loudness, stats.audioLevel ?? 0);
    }
  };

  let watched: HTMLVideoElement | null = null;
  const follow = (): void => {
    const video = document.querySelector<HTMLVideoElement>(options.player);
    if (!video) return;
    if (video !== watched) watch((watched = video));
    listenTo(video);
  };
  setInterval(follow, 20);
  setInterval(listen, 20);
  setInterval(() => void askDecoder(), 50);
};
