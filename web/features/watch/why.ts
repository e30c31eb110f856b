// Why the picture is bad, and when to say so: from one look to the next, by what this page measures and what the room tells. Pure.
// Blames nobody without a sign of it. Invariant: what is said is said for at least CALM_MS, so it never flashes.

import type { Trouble } from '../../../shared/messages/broadcasts.ts';
import type { ReceiverStats } from '../../media/stats.ts';
import type { VideoSource } from './picture.ts';

export type Fault = 'own_link' | 'own_computer' | 'creator_link' | 'creator_computer' | 'server';

export type Look = {
  readonly measured: Pick<
    ReceiverStats,
    'framesPerSecond' | 'framesArrivedPerSecond' | 'lossRatio' | 'freezes' | 'bitsPerSecond' | 'width' | 'height' | 'jitterBufferMs' | 'roundTripMs'
  >;
  readonly source: VideoSource;
  /** From the host's camera to this screen. */
  readonly latencyMs: number | null;
  /** What the room says (rules B8, B9). */
  readonly trouble: Trouble;
  /** The larger side of the largest picture that came of this publication; 0 where a smaller one is wished for or enough. */
  readonly bestSide: number;
};

export type Verdict = { readonly isBad: boolean; readonly fault: Fault | null };

/** The repair of lost packets hides less than this; see the studio's light (studio/health.ts). */
const LOSS_BAD = 0.08;
const LOSS_SIGN = 0.03;
/** Below it motion is a row of stills. A screen that stands still has few frames by right. */
const FRAMES_FEW = 10;
const LATENCY_BAD_MS = 3_000;
const ROUND_TRIP_SIGN_MS = 400;
/** Packets come so unevenly that frames wait this long for each other. */
const WAIT_SIGN_MS = 500;
/** Two layers differ by two in each direction. */
const SMALL_SHARE = 0.55;
/** Less is not even sound. */
const NOTHING_BITS = 3_000;
/** A decoder that leaves out more than this part of what comes. */
const DECODED_FEW = 0.7;

const sideOf = ({ width, height }: Look['measured']): number => Math.max(width, height);

const isDecoderBehind = ({ framesArrivedPerSecond: arrived, framesPerSecond, lossRatio }: Look['measured']): boolean =>
  // After a loss frames wait for one that can be decoded by itself; that is the link's doing.
  arrived !== null && arrived >= FRAMES_FEW && framesPerSecond < arrived * DECODED_FEW && lossRatio < LOSS_SIGN;

/** Nobody's fault is not said: a camera may be slow because its room is dark. */
const faultOf = (look: Look, isSmall: boolean): Fault | null => {
  const { measured, trouble } = look;
  // It stands on every road, so it spoils what the other signs say.
  if (trouble === 'server') return 'server';
  if (isDecoderBehind(measured)) return 'own_computer';
  // These are made between server and page alone.
  if (measured.bitsPerSecond < NOTHING_BITS || (measured.roundTripMs ?? 0) >= ROUND_TRIP_SIGN_MS) return 'own_link';
  // Packets that the creator lost are missing here too; other trouble of theirs makes the picture small or slow, and loses nothing.
  if (trouble === 'link') return 'creator_link';
  if (measured.lossRatio >= LOSS_SIGN) return 'own_link';
  if (trouble === 'narrow_link') return 'creator_link';
  if (trouble === 'computer') return 'creator_computer';
  return isSmall || (measured.jitterBufferMs ?? 0) >= WAIT_SIGN_MS ? 'own_link' : null;
};

export const verdictOf = (look: Look): Verdict => {
  const { measured, source, latencyMs, bestSide } = look;
  const side = sideOf(measured);
  const isSmall = side > 0 && side < bestSide * SMALL_SHARE;
  const isBad =
    measured.freezes > 0 || measured.lossRatio >= LOSS_BAD || (latencyMs ?? 0) >= LATENCY_BAD_MS || isSmall ||
    isDecoderBehind(measured) || (source === 'camera' && measured.framesPerSecond < FRAMES_FEW);
  return isBad ? { isBad, fault: faultOf(look, isSmall) } : { isBad, fault: null };
};

/** What is said, and for how long it has been otherwise. */
export type Said = {
  readonly fault: Fault | null;
  readonly suspect: Fault | null;
  readonly badMs: number;
  readonly calmMs: number;
};

export const QUIET: Said = { fault: null, suspect: null, badMs: 0, calmMs: 0 };
export const BAD_MS = 4_000;
export const CALM_MS = 8_000;

/** `lastedMs`: since the look before. */
export const heard = (before: Said, { fault }: Verdict, lastedMs: number): Said => {
  // A picture that is bad without a sign whose fault it is accuses nobody, and nobody for longer.
  if (fault === null) {
    const calmMs = before.calmMs + lastedMs;
    if (calmMs >= CALM_MS) return QUIET;
    // A good moment between bad ones takes back as much as it lasted.
    return { ...before, calmMs, badMs: Math.max(0, before.badMs - lastedMs) };
  }
  if (fault === before.fault) return { ...before, badMs: 0, calmMs: 0 };
  const badMs = (fault === before.suspect ? before.badMs : 0) + lastedMs;
  if (badMs < BAD_MS) return { ...before, suspect: fault, badMs, calmMs: 0 };
  return { fault, suspect: fault, badMs: 0, calmMs: 0 };
};
