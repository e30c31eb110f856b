// The quality light of a broadcast: what the measurements of one moment mean, and when the light may change. Pure.
// The thresholds are about what a viewer notices: simulcast hides 2 % of loss, nothing hides 8 %.

import type { StudioTrouble } from '../../../shared/messages/broadcasts.ts';

export type Light = 'good' | 'fair' | 'poor' | 'lost';
export type Cause = 'none' | 'uplink' | 'cpu' | 'server';
export type Health = { readonly light: Light; readonly cause: Cause };

export type HealthSample = {
  readonly socketOpen: boolean;
  /** The media path itself; it can outlive the socket, and the other way round. */
  readonly mediaConnected: boolean;
  readonly sendsVideo: boolean;
  readonly framesPerSecond: number;
  /** What the camera or screen delivers; 0 while unknown. */
  readonly sourceFramesPerSecond: number;
  readonly roundTripMs: number | null;
  readonly lossRatio: number;
  /** Why the encoder sends less than it was asked to, in the browser's own words. */
  readonly limitedBy: 'none' | 'cpu' | 'bandwidth' | 'other';
};

const LOSS_FAIR = 0.02;
const LOSS_POOR = 0.08;
const ROUND_TRIP_FAIR_MS = 250;
const ROUND_TRIP_POOR_MS = 600;
/** Below this part of the source's frames people see stutter. */
const FRAMES_FAIR = 0.75;
const FRAMES_POOR = 0.5;

const frameRatioOf = (sample: HealthSample): number =>
  sample.sendsVideo && sample.sourceFramesPerSecond > 0 ? sample.framesPerSecond / sample.sourceFramesPerSecond : 1;

const uplinkLight = (sample: HealthSample, frameRatio: number): Light => {
  const roundTripMs = sample.roundTripMs ?? 0;
  const limited = sample.limitedBy === 'bandwidth';
  if (sample.lossRatio >= LOSS_POOR || roundTripMs >= ROUND_TRIP_POOR_MS || (limited && frameRatio < FRAMES_POOR)) return 'poor';
  if (sample.lossRatio >= LOSS_FAIR || roundTripMs >= ROUND_TRIP_FAIR_MS || limited) return 'fair';
  return 'good';
};

const cpuLight = (sample: HealthSample, frameRatio: number): Light => {
  // Too few frames without a complaint about the network: the encoder cannot keep up, whether it says so or not.
  const slow = sample.limitedBy === 'cpu' || (sample.limitedBy === 'none' && frameRatio < FRAMES_FAIR);
  if (!slow) return 'good';
  return frameRatio < FRAMES_POOR ? 'poor' : 'fair';
};

const ORDER: readonly Light[] = ['good', 'fair', 'poor', 'lost'];
const worse = (a: Light, b: Light): boolean => ORDER.indexOf(a) > ORDER.indexOf(b);

/** What one sample says. The worst finding wins; of two equal ones the uplink, because people can do something about it. */
export const healthOf = (sample: HealthSample): Health => {
  if (!sample.mediaConnected) return { light: 'lost', cause: sample.socketOpen ? 'server' : 'uplink' };
  const frameRatio = frameRatioOf(sample);
  const uplink = uplinkLight(sample, frameRatio);
  const cpu = cpuLight(sample, frameRatio);
  if (worse(cpu, uplink)) return { light: cpu, cause: 'cpu' };
  if (uplink !== 'good') return { light: uplink, cause: 'uplink' };
  return sample.socketOpen ? { light: 'good', cause: 'none' } : { light: 'fair', cause: 'server' };
};

/** So many that asking for them again does not help, and viewers miss them too. */
export const losesPackets = ({ lossRatio }: Pick<HealthSample, 'lossRatio'>): boolean => lossRatio >= LOSS_POOR;

/** What viewers are told of it (rule B8). A lost socket harms no picture, and a server in trouble knows it itself. */
export const troubleOf = ({ cause }: Health, hasLostLately: boolean): StudioTrouble => {
  if (cause === 'uplink') return hasLostLately ? 'link' : 'narrow_link';
  return cause === 'cpu' ? 'computer' : 'none';
};

/** The light that is shown, and how often in a row the samples disagreed with it. */
export type SteadyHealth = { readonly shown: Health; readonly against: number };

/** Two bad samples (4 s) to get worse, three good ones to get better; `lost` is shown at once. Else the light flickers. */
const SAMPLES_TO_WORSEN = 2;
const SAMPLES_TO_IMPROVE = 3;

export const HEALTHY: SteadyHealth = { shown: { light: 'good', cause: 'none' }, against: 0 };

export const steadied = (before: SteadyHealth, now: Health): SteadyHealth => {
  if (now.light === before.shown.light) return { shown: now, against: 0 };
  const against = before.against + 1;
  const needed = worse(now.light, before.shown.light) ? SAMPLES_TO_WORSEN : SAMPLES_TO_IMPROVE;
  const isUrgent = now.light === 'lost' || before.shown.light === 'lost';
  return isUrgent || against >= needed ? { shown: now, against: 0 } : { shown: before.shown, against };
};
