// What a viewer would have seen of a video, from its RTP packets alone: frames, freezes and loss. Arithmetic; times are given in.

export type FrameMeter = {
  packet(packet: { readonly sequence: number; readonly marker: boolean; readonly atMs: number }): void;
  /** Another transport: its sequence numbers have nothing to do with those before. Time goes on. */
  renew(): void;
  /** From here on the longest gap is measured anew; one that lasts already counts whole. */
  mark(): void;
  seen(nowMs: number): Seen;
};

export type Seen = {
  /** Whole ones. */
  readonly frames: number;
  /** When the first frame was whole; null: none yet. */
  readonly firstFrameMs: number | null;
  readonly freezes: number;
  readonly frozenMs: number;
  /** The longest time without a new frame since the mark, also one that still lasts. */
  readonly gapMs: number;
  readonly received: number;
  /** Never came, or not before the end. */
  readonly lost: number;
};

const INTERVALS_KEPT = 30;
/** A freeze as the browsers count it (W3C webrtc-stats, freezeCount). */
const FREEZE_FACTOR = 3;
const FREEZE_MS_MIN = 150;
const SEQUENCES = 0x1_0000;

export const createFrameMeter = (): FrameMeter => {
  const intervals: number[] = [];
  let [frames, freezes, frozenMs, received] = [0, 0, 0, 0];
  let firstFrameMs: number | null = null;
  let [lastFrameMs, gapMs] = [0, 0];
  /** Of the frame that is coming: where it begins, and how much of it came. */
  let [begin, parts] = [-1, 0];
  let span: { readonly first: number; highest: number } | null = null;
  /** Of the transports before. */
  let sentBefore = 0;

  const count = (sequence: number): void => {
    received += 1;
    if (!span) return void (span = { first: sequence, highest: sequence });
    const ahead = (((sequence - span.highest) % SEQUENCES) + SEQUENCES) % SEQUENCES;
    if (ahead < SEQUENCES / 2) span.highest += ahead;
  };
  const frame = (atMs: number): void => {
    frames += 1;
    if (firstFrameMs === null) firstFrameMs = atMs;
    else {
      const interval = atMs - lastFrameMs;
      gapMs = Math.max(gapMs, interval);
      const mean = intervals.length === 0 ? interval : intervals.reduce((sum, one) => sum + one, 0) / intervals.length;
      if (interval > Math.max(FREEZE_FACTOR * mean, mean + FREEZE_MS_MIN)) {
        freezes += 1;
        frozenMs += interval;
      }
      intervals.push(interval);
      if (intervals.length > INTERVALS_KEPT) intervals.shift();
    }
    lastFrameMs = atMs;
  };

  const sent = (): number => sentBefore + (span ? span.highest - span.first + 1 : 0);

  return {
    packet({ sequence, marker, atMs }) {
      count(sequence);
      if (begin < 0) begin = sequence;
      parts += 1;
      if (!marker) return;
      // A frame of which a packet is missing is none; whether it could be repaired is not tried.
      if (parts === ((sequence - begin + SEQUENCES) % SEQUENCES) + 1) frame(atMs);
      [begin, parts] = [(sequence + 1) % SEQUENCES, 0];
    },
    renew() {
      sentBefore = sent();
      span = null;
      [begin, parts] = [-1, 0];
    },
    mark: () => void (gapMs = 0),
    seen: (nowMs) => ({
      frames, firstFrameMs, freezes, frozenMs, received,
      gapMs: firstFrameMs === null ? 0 : Math.max(gapMs, nowMs - lastFrameMs),
      lost: Math.max(0, sent() - received),
    }),
  };
};
