// Which frame an interaction belongs to: what a page claims to have seen, and what the server keeps of it. Rules T4-T7.

import * as v from 'valibot';
import { number, timeMs } from '../schema.ts';

/** The frame on a viewer's screen: its capture time in the server's clock, true within errorMs. */
export const seenFrame = v.strictObject({ capturedAtMs: timeMs, errorMs: number(0, 60_000) });
export type SeenFrame = v.InferOutput<typeof seenFrame>;

/** In params: null from a page that shows no frame, or cannot tell how old it is. */
export const seen = v.nullable(seenFrame);

/** As the server keeps it, within what it knows to be possible; timelineMs counts from the broadcast's start. */
export const frameStamp = v.strictObject({
  capturedAtMs: timeMs,
  errorMs: number(0, 60_000),
  timelineMs: number(0, 4_102_444_800_000),
});
export type FrameStamp = v.InferOutput<typeof frameStamp>;

/** Null: nothing was on air. */
export const stamp = v.nullable(frameStamp);
