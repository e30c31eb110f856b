// How each source is encoded: what matters for a face is motion, for a screen that letters can be read, for music both ears.

import type { Source } from '../../shared/messages/watch.ts';
import { cameraLayers, screenLayers } from './layers.ts';
import type { Layer, Picture } from './layers.ts';

export const VIDEO_CODECS = ['VP8', 'H264', 'VP9', 'AV1'] as const;
export type VideoCodec = (typeof VIDEO_CODECS)[number];

/** How a track is encoded. */
export type Encoding =
  | { readonly kind: 'audio'; readonly stereo: boolean; readonly maxBitrate: number; readonly silenceIsSent: boolean }
  | {
      readonly kind: 'video';
      readonly codec: VideoCodec;
      readonly layers: readonly Layer[];
      /** Of the largest layer, in pixels. */
      readonly height: number;
      readonly mayStandStill: boolean;
      /** Bits per second to begin with, before the path is known. */
      readonly startBitrate: number;
    };

export type SendSettings = {
  readonly codec?: VideoCodec;
  /** For music; speech needs one channel. */
  readonly stereo?: boolean;
};

/**
 * What the top layer of a 720p camera needs to be sent from the first second. The browser's own start, 300 kbit/s, shows
 * porridge for ten; a link that bears less says so within one.
 */
const START_BITS = 1_500_000;
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
    case 'camera': {
      track.contentHint = 'motion';
      const picture = pictureOf(track, FRAMES_PER_SECOND_MAX.camera);
      return { kind: 'video', codec, layers: cameraLayers(picture), height: picture.height, mayStandStill: false, startBitrate: START_BITS };
    }
    case 'screen': {
      track.contentHint = 'detail';
      const picture = pictureOf(track, FRAMES_PER_SECOND_MAX.screen);
      return { kind: 'video', codec, layers: screenLayers(picture), height: picture.height, mayStandStill: true, startBitrate: START_BITS };
    }
  }
};

const canSend = async (codec: VideoCodec): Promise<boolean> => {
  const mimeType = `video/${codec}`;
  const known = RTCRtpSender.getCapabilities('video')?.codecs ?? [];
  if (!known.some((capability) => capability.mimeType.toLowerCase() === mimeType.toLowerCase())) return false;
  if (codec === 'VP8' || codec === 'H264') return true;
  // Layers inside one stream: Firefox and Safari have the codec but not the layers.
  const video = { contentType: mimeType, width: 1280, height: 720, bitrate: 2_000_000, framerate: 30, scalabilityMode: 'L3T3_KEY' };
  const info = await navigator.mediaCapabilities?.encodingInfo({ type: 'webrtc', video }).catch(() => null);
  return info?.supported ?? false;
};

/** What a creator can choose from in this browser; VP8, the first, is everywhere. */
export const sendableCodecs = async (): Promise<VideoCodec[]> => {
  const can = await Promise.all(VIDEO_CODECS.map(canSend));
  return VIDEO_CODECS.filter((_, index) => can[index]);
};
