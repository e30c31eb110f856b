// Keeps sound and picture in step where the browser is told not to (sdp.ts). Chromium's own way holds the picture back until
// it meets the sound, which is always later by a packet and a jitter buffer: 25 to 40 ms more delay for a difference that
// nobody perceives. Here only what could be noticed is evened out. Pure but for the buffers' targets, which it sets.

import type { Source, Subscription } from '../../shared/messages/watch.ts';
import type { TimedSource } from './capture-time.ts';

/**
 * How much later the sound may be than its picture, and how much earlier. People notice from 125 ms and 45 ms on (ITU-R
 * BT.1359); the screen adds to the picture and the loudspeaker to the sound what is not seen here.
 */
const SOUND_LATE_MAX_MS = 40;
const SOUND_EARLY_MAX_MS = 20;
/** Of what is too much, this share is made good with each look, four a second, within bounds that nobody hears or sees. */
const STEP_SHARE = 0.1;
const STEP_UP_MAX_MS = 4;
const STEP_DOWN_MAX_MS = 1;
const TARGET_MAX_MS = 1_000;
/** Share of the newest look in the mean: single values are off by a frame, and sound comes in bursts. */
const SMOOTHING = 0.1;
/** Farther apart than that, one of the two has stopped. */
const APART_MAX_MS = 1_000;

/** Least time in the jitter buffers, in milliseconds. */
export type Targets = { readonly sound: number; readonly picture: number };
type Step = Targets & { readonly lagMs: number | null };

const AT_ONCE: Step = { sound: 0, picture: 0, lagMs: null };

const within = (least: number, value: number, most: number): number => Math.min(most, Math.max(least, value));

const moved = (targetMs: number, tooMuchMs: number): number =>
  within(0, targetMs + within(-STEP_DOWN_MAX_MS, tooMuchMs * STEP_SHARE, STEP_UP_MAX_MS), TARGET_MAX_MS);

/** How much older the sound is than the picture when each leaves its buffer; null while one of them is not known. */
export const lagOf = (sound: TimedSource | undefined, picture: TimedSource | undefined): number | null => {
  if (sound?.captureTimestamp === undefined || picture?.captureTimestamp === undefined) return null;
  const apartMs = sound.timestamp - picture.timestamp;
  return Math.abs(apartMs) > APART_MAX_MS ? null : apartMs - (sound.captureTimestamp - picture.captureTimestamp);
};

/** One look: whoever is ahead by too much waits a little longer, and everybody else a little less. */
export const nextStep = (before: Step, lagMs: number | null): Step => {
  if (lagMs === null) return before;
  const mean = before.lagMs === null ? lagMs : before.lagMs + (lagMs - before.lagMs) * SMOOTHING;
  return {
    lagMs: mean,
    picture: moved(before.picture, mean - SOUND_LATE_MAX_MS),
    sound: moved(before.sound, -SOUND_EARLY_MAX_MS - mean),
  };
};

const PAIRS = [['microphone', 'camera'], ['screen_audio', 'screen']] as const;

type Played = { readonly subscription: Pick<Subscription, 'participantId' | 'source'>; readonly receiver: RTCRtpReceiver };

/**
 * Returns what to call a few times a second: each person's sound is kept with their own picture. While `isTalking`, no sound waits for
 * its picture: who is in a conversation minds a late answer more than lips.
 */
export const createLipSync = (played: () => readonly Played[], isTalking: () => boolean): (() => void) => {
  let steps: ReadonlyMap<string, Step> = new Map();
  const set = (receiver: RTCRtpReceiver | undefined, targetMs: number): void => {
    const wholeMs = Math.round(targetMs);
    if (receiver && receiver.jitterBufferTarget !== wholeMs) receiver.jitterBufferTarget = wholeMs;
  };
  const even = (all: readonly Played[], person: Played['subscription']['participantId'], [soundSource, pictureSource]: readonly [Source, Source]): [string, Step] => {
    const receiverOf = (source: Source): RTCRtpReceiver | undefined =>
      all.find(({ subscription }) => subscription.participantId === person && subscription.source === source)?.receiver;
    const [sound, picture] = [receiverOf(soundSource), receiverOf(pictureSource)];
    const key = `${person} ${soundSource}`;
    const next = nextStep(steps.get(key) ?? AT_ONCE, lagOf(sound?.getSynchronizationSources()[0], picture?.getSynchronizationSources()[0]));
    const step = isTalking() ? { ...next, sound: 0 } : next;
    set(sound, step.sound);
    set(picture, step.picture);
    return [key, step];
  };
  return () => {
    const all = played();
    const people = [...new Set(all.map(({ subscription }) => subscription.participantId))];
    steps = new Map(people.flatMap((person) => PAIRS.map((pair) => even(all, person, pair))));
  };
};
