// How loud a track is: for a level bar that moves, and a word when it is too quiet or too loud. Reads; changes nothing.

export type Level = {
  /** Loudness, 0 to 1, on the scale that ears use: -60 dB is 0, full scale is 1. */
  readonly level: number;
  readonly peak: number;
  /** `clipping`: the loudest parts are cut off. `quiet`: nobody could be heard for some seconds. */
  readonly hint: 'none' | 'quiet' | 'clipping';
};

const FLOOR_DB = -60;
/** Speech at arm's length is above it, an empty room is not. */
const QUIET_DB = -50;
const CLIPPING = 0.99;
const QUIET_AFTER_MS = 4_000;
const CLIPPING_SHOWN_MS = 1_500;

const toDb = (amplitude: number): number => 20 * Math.log10(Math.max(amplitude, 1e-6));
const onScale = (db: number): number => Math.min(1, Math.max(0, 1 - db / FLOOR_DB));

/** Root mean square and peak of samples from -1 to 1. */
export const loudness = (samples: Float32Array): { readonly rms: number; readonly peak: number } => {
  let squares = 0;
  let peak = 0;
  for (const sample of samples) {
    squares += sample * sample;
    peak = Math.max(peak, Math.abs(sample));
  }
  return { rms: Math.sqrt(squares / Math.max(1, samples.length)), peak };
};

/** Turns samples into what is shown; keeps only when it last heard something and when it last clipped. */
export const createGauge = (startMs: number): ((samples: Float32Array, nowMs: number) => Level) => {
  let heardAtMs = startMs;
  let clippedAtMs = -Infinity;
  return (samples, nowMs) => {
    const { rms, peak } = loudness(samples);
    if (toDb(rms) > QUIET_DB) heardAtMs = nowMs;
    if (peak >= CLIPPING) clippedAtMs = nowMs;
    const clips = nowMs - clippedAtMs < CLIPPING_SHOWN_MS;
    const hint = clips ? 'clipping' : nowMs - heardAtMs > QUIET_AFTER_MS ? 'quiet' : 'none';
    return { level: onScale(toDb(rms)), peak: onScale(toDb(peak)), hint };
  };
};

export type Meter = {
  /** The last 20 to 50 ms. Call it once a frame. */
  readonly read: () => Level;
  /** Browsers start no sound without a gesture; call it in one. */
  readonly resume: () => Promise<void>;
  readonly close: () => void;
};

export const createMeter = (track: MediaStreamTrack): Meter => {
  const context = new AudioContext({ latencyHint: 'interactive' });
  const analyser = new AnalyserNode(context, { fftSize: 2048 });
  const source = context.createMediaStreamSource(new MediaStream([track]));
  source.connect(analyser); // And nowhere else: the creator must not hear themselves.
  const samples = new Float32Array(analyser.fftSize);
  const gauge = createGauge(performance.now());
  return {
    read: () => {
      analyser.getFloatTimeDomainData(samples);
      return gauge(samples, performance.now());
    },
    resume: () => context.resume(),
    close: () => {
      source.disconnect();
      void context.close();
    },
  };
};
