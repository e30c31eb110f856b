// How each source is encoded: what matters for a face is motion, for a screen that letters can be read, for music both ears.

import type { Source } from '../../shared/messages/watch.ts';
import { cameraLayers, screenLayers } from './layers.ts';
import type { Picture } from './layers.ts';
import type { Encoding, VideoCodec } from './send-transport.ts';

export type SendSettings = {
  readonly codec?: VideoCodec;
  /** For music; speech needs one channel. */
  readonly stereo?: boolean;
};

const SPEECH_BITS = 64_000;
const STEREO_BITS = 96_000;
const SCREEN_SOUND_BITS = 128_000;

const FRAMES_PER_SECOND_MAX = { camera: 60, screen: 30 };
const FRAMES_PER_SECOND_DEFAULT = 30;

const pictureOf = (track: MediaStreamTrack, framesPerSecondMax: number): Picture => {
  const { width = 1280, height = 720, frameRate = FRAMES_PER_SECOND_DEFAULT } = track.getSettings();
  return { width, height, framesPerSecond: Math.min(framesPerSecondMax, Math.round(frameRate) || FRAMES_PER_SECOND_DEFAULT) };
};

/** Also sets the track's content hint, by which the browser knows what to give up first. */
export const encodingFor = (source: Source, track: MediaStreamTrack, settings: SendSettings): Encoding => {
  const { codec = 'VP8', stereo = false } = settings;
  switch (source) {
    case 'microphone':
      return { kind: 'audio', stereo, maxBitrate: stereo ? STEREO_BITS : SPEECH_BITS, silenceIsSent: false };
    case 'screen_audio':
      // Music and films fade; DTX would cut the quiet parts off.
      return { kind: 'audio', stereo: true, maxBitrate: SCREEN_SOUND_BITS, silenceIsSent: true };
    case 'camera':
      track.contentHint = 'motion';
      return { kind: 'video', codec, layers: cameraLayers(pictureOf(track, FRAMES_PER_SECOND_MAX.camera)), mayStandStill: false };
    case 'screen':
      track.contentHint = 'detail';
      return { kind: 'video', codec, layers: screenLayers(pictureOf(track, FRAMES_PER_SECOND_MAX.screen)), mayStandStill: true };
  }
};
