// Decides from what arrives what to do when it stops. Browsers notice a dead path only after 5 to 15 s; this does in one or
// two. Pure: it is shown the counters a few times a second and answers with one step, the gentlest
// that can still help: ask for a keyframe, find a new network path, open a new transport.

/**
 * What should be arriving: sound flows always, a picture at 10 frames a second or more, a still screen once a second. Who
 * sends gets `reports`: feedback on what arrived, several times a second.
 */
export type Expected = 'nothing' | 'reports' | 'sound' | 'screen' | 'picture';

export type Sign = {
  readonly nowMs: number;
  readonly expected: Expected;
  /** Counters that only rise while one transport lives. */
  readonly packets: number;
  readonly videoPackets: number;
  readonly frames: number;
  /** The browser itself has given the path up. */
  readonly failed: boolean;
};

export type Advice = 'fine' | 'silent' | 'refresh' | 'restartIce' | 'reopen';

/** Eighteen frames at 30 a second: no encoder pauses as long, and people notice. */
const FRAME_GAP_MS = 600;
/** Opus with DTX still sends every 400 ms. */
const PACKET_GAP_MS = 900;
const FRESH_MS = 500;
const GIVE_UP_MS = 3_000;
/** ICE, DTLS and the first keyframe over a bad mobile link. */
const START_TIMEOUT_MS = 5_000;
/** Packets, but never a whole frame: this decoder or this transport will not recover. */
const NO_FRAME_GIVE_UP_MS = 8_000;
/** How much longer to wait than for sound. A still screen's frame is repeated about once a second; reports are bundled. */
const PATIENCE: Record<Exclude<Expected, 'nothing'>, number> = { picture: 1, sound: 1, reports: 2, screen: 5 };
const REFRESH_EVERY_MS = 2_000;
const REOPEN_FIRST_MS = 1_000;
const REOPEN_MAX_MS = 15_000;
/** Looked at that rarely, the page was asleep, and silence means nothing. */
const ASLEEP_MS = 3_000;
const STEADY_AFTER_MS = 5_000;

export type Watchdog = {
  readonly look: (sign: Sign) => Advice;
  /** A new transport: its counters start at zero. */
  readonly begin: (nowMs: number) => void;
  /** The transport is known to be gone. */
  readonly lose: () => void;
};

export const createWatchdog = (): Watchdog => {
  let started = false;
  let lost = false;
  let expected: Expected = 'nothing';
  let counters = { packets: 0, videoPackets: 0, frames: 0 };
  let at = { look: 0, begin: 0, packet: 0, videoPacket: 0, frame: 0, refresh: 0 };
  let restarted = false;
  let reopen = { count: 0, notBeforeMs: 0 };

  /** Starts all stop-watches anew. */
  const pardon = (nowMs: number): void => {
    at = { ...at, look: nowMs, packet: nowMs, videoPacket: nowMs, frame: nowMs };
  };

  const note = (sign: Sign): void => {
    const { nowMs } = sign;
    if (sign.expected !== expected || nowMs - at.look > ASLEEP_MS) pardon(nowMs);
    expected = sign.expected;
    at.look = nowMs;
    if (sign.packets > counters.packets) {
      at.packet = nowMs;
      started = true;
      restarted = false;
    }
    if (sign.videoPackets > counters.videoPackets) at.videoPacket = nowMs;
    if (sign.frames > counters.frames) at.frame = nowMs;
    counters = { packets: sign.packets, videoPackets: sign.videoPackets, frames: sign.frames };
    const isSteady = started && !lost && nowMs - at.begin > STEADY_AFTER_MS && nowMs - at.packet < PACKET_GAP_MS;
    if (isSteady) reopen.count = 0;
  };

  const reopenIfDue = (nowMs: number): Advice => {
    if (nowMs < reopen.notBeforeMs) return 'silent';
    const waitMs = Math.min(REOPEN_MAX_MS, REOPEN_FIRST_MS * 2 ** reopen.count);
    reopen = { count: reopen.count + 1, notBeforeMs: nowMs + waitMs };
    return 'reopen';
  };

  const aboutPackets = (nowMs: number, patience: number): Advice => {
    const silentMs = nowMs - at.packet;
    if (!started) return silentMs > START_TIMEOUT_MS ? reopenIfDue(nowMs) : 'fine';
    if (silentMs > GIVE_UP_MS * patience) return reopenIfDue(nowMs);
    if (silentMs <= PACKET_GAP_MS * patience) return 'fine';
    if (restarted) return 'silent';
    restarted = true;
    return 'restartIce';
  };

  const aboutFrames = (nowMs: number, patience: number): Advice => {
    const stillMs = nowMs - at.frame;
    if (!started || stillMs <= FRAME_GAP_MS * patience) return 'fine';
    const packetsCome = nowMs - at.videoPacket < FRAME_GAP_MS * patience;
    if (expected === 'screen' && !packetsCome) return 'fine'; // It stands still, and that is all there is to see.
    if (packetsCome && stillMs > NO_FRAME_GIVE_UP_MS) return reopenIfDue(nowMs);
    // Without any packet a keyframe would not come either; the path has its turn in a moment.
    if (nowMs - at.packet > FRESH_MS || nowMs - at.refresh < REFRESH_EVERY_MS) return 'silent';
    at.refresh = nowMs;
    return 'refresh';
  };

  return {
    look: (sign) => {
      note(sign);
      const { nowMs } = sign;
      if (lost || sign.failed) return reopenIfDue(nowMs);
      if (expected === 'nothing') return 'fine';
      const patience = PATIENCE[expected];
      const advice = aboutPackets(nowMs, patience);
      const hasFrames = expected === 'picture' || expected === 'screen';
      return advice === 'fine' && hasFrames ? aboutFrames(nowMs, patience) : advice;
    },
    begin: (nowMs) => {
      started = lost = restarted = false;
      counters = { packets: 0, videoPackets: 0, frames: 0 };
      at.begin = nowMs;
      pardon(nowMs);
    },
    lose: () => { lost = true; },
  };
};
