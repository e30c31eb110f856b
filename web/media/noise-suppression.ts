// Takes the noise of a room out of a microphone's sound: RNNoise in an AudioWorklet, for who asks for more than the browser's own.
// Loaded only then. What comes out behaves as the microphone's own track: it has its settings, stops it, and ends with it.

import { loadRnnoise, RnnoiseWorkletNode } from '@sapphi-red/web-noise-suppressor';
import wasmUrl from '@sapphi-red/web-noise-suppressor/rnnoise.wasm?url';
import simdUrl from '@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm?url';
import workletUrl from '@sapphi-red/web-noise-suppressor/rnnoiseWorklet.js?url';

/** What RNNoise was trained on; it does not resample. */
const SAMPLE_RATE = 48_000;

/** Browsers keep sound asleep until the page is used. */
const wakeOnUse = (context: AudioContext): (() => void) => {
  const wake = (): void => void context.resume().catch(() => {});
  for (const event of ['pointerdown', 'keydown']) addEventListener(event, wake);
  wake();
  return () => {
    for (const event of ['pointerdown', 'keydown']) removeEventListener(event, wake);
  };
};

/** Rejects where the browser has no worklets or does not take the code; the given track is then as it was. */
export const suppressNoise = async (source: MediaStreamTrack): Promise<MediaStreamTrack> => {
  const context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: 'interactive' });
  try {
    const [wasmBinary] = await Promise.all([loadRnnoise({ url: wasmUrl, simdUrl }), context.audioWorklet.addModule(workletUrl)]);
    const cleaner = new RnnoiseWorkletNode(context, { maxChannels: 1, wasmBinary });
    const out = context.createMediaStreamDestination();
    context.createMediaStreamSource(new MediaStream([source])).connect(cleaner).connect(out);
    const [track] = out.stream.getAudioTracks();
    if (!track) throw new DOMException('nothing came out', 'NotSupportedError');
    const sleep = wakeOnUse(context);
    const stop = track.stop.bind(track);
    source.addEventListener('ended', () => track.dispatchEvent(new Event('ended')), { once: true });
    return Object.assign(track, {
      getSettings: () => source.getSettings(),
      stop: () => {
        sleep();
        stop();
        source.stop();
        cleaner.destroy();
        void context.close().catch(() => {});
      },
    });
  } catch (error) {
    void context.close().catch(() => {});
    throw error;
  }
};
