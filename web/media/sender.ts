// The creator's side of media: what should be sent is written down here, and a transport is made to match it, the first time
// as after every fault. Knows requests and tracks, not pages. Invariant: each source is published once (rule S2), or a way
// back to that is being tried.

import type { PublicationId } from '../../shared/ids.ts';
import { VIDEO_LAYERS_MAX } from '../../shared/limits.ts';
import type { Publication } from '../../shared/messages/stage.ts';
import type { Source } from '../../shared/messages/watch.ts';
import { backoffMs } from '../live/backoff.ts';
import { browserClock, every } from '../live/clock.ts';
import type { Cancel, Clock } from '../live/clock.ts';
import type { Hear } from '../live/connection.ts';
import { codeOf, RequestError } from '../live/request-error.ts';
import type { Ask } from '../live/requests.ts';
import { encodingFor } from './encodings.ts';
import type { SendSettings } from './encodings.ts';
import { openSendTransport } from './send-transport.ts';
import type { Sending, SendTransport } from './send-transport.ts';
import { bytesHeardIn, senderStats } from './stats.ts';
import type { SenderStats } from './stats.ts';
import { createWatchdog } from './watchdog.ts';

/** `connecting` until the first packet can go; `recovering` after that whenever packets cannot. */
export type SenderState = 'idle' | 'connecting' | 'sending' | 'recovering' | 'closed';

export type Sender = {
  readonly state: () => SenderState;
  /** Makes ready all that can be before the broadcast starts, so that going live is quick. */
  readonly prepare: () => Promise<void>;
  /** Sends this track as the source, in place of what was sent before. The broadcast must be on (rule B2). */
  readonly publish: (source: Source, track: MediaStreamTrack, settings?: SendSettings) => Promise<void>;
  readonly unpublish: (source: Source) => Promise<void>;
  /** Another device for the same source, without a gap. */
  readonly replaceTrack: (source: Source, track: MediaStreamTrack) => Promise<void>;
  readonly setMuted: (source: Source, muted: boolean) => Promise<void>;
  /** After a rejoin: publishes again what the server's snapshot does not have. Null: nothing is on air. */
  readonly follow: (publications: readonly Pick<Publication, 'publicationId'>[] | null) => void;
  /** Rates since the last call. Null while there is no transport. */
  readonly stats: () => Promise<SenderStats | null>;
  readonly close: () => void;
};

export type SenderDeps = {
  readonly ask: Ask;
  readonly hear: Hear;
  readonly onState: (state: SenderState) => void;
  /** The device went away, or the browser's own "stop sharing" was pressed. The source is still published. */
  readonly onTrackEnded: (source: Source) => void;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** Stands in for WebRTC in tests. */
  readonly openTransport?: typeof openSendTransport;
};

type Wanted = { track: MediaStreamTrack; readonly settings: SendSettings; muted: boolean; sending: Sending | null };

const LOOK_EVERY_MS = 500;
const DONE = { confirmed: Promise.resolve() };
const RETRY = { firstMs: 250, maxMs: 8_000 };

export const createSender = (deps: SenderDeps): Sender => {
  const { ask, clock = browserClock, openTransport = openSendTransport } = deps;
  const wanted = new Map<Source, Wanted>();
  const published = new Map<Source, PublicationId>();
  const watchdog = createWatchdog();
  let transport: SendTransport | null = null;
  let state: SenderState = 'idle';
  let attempt = 0;
  let cancelRetry: Cancel = () => {};
  let queue: Promise<unknown> = Promise.resolve();
  let lastReport: RTCStatsReport | null = null;

  const enter = (next: SenderState): void => {
    if (state === next || state === 'closed') return;
    state = next;
    deps.onState(next);
  };

  /** One change after the other: two at once would publish twice. */
  const inTurn = <T>(change: () => Promise<T>): Promise<T> => {
    const turn = queue.then(change);
    queue = turn.catch(() => {});
    return turn;
  };

  const connectionChanged = (of: () => SendTransport | null, now: RTCPeerConnectionState): void => {
    if (of() !== transport) return;
    if (now === 'connected') flows();
    if (now === 'disconnected') restartPath();
    if (now === 'failed') recover();
  };

  /** What was sent still is: a path that came back by itself needs no other transport. */
  const flows = (): void => {
    if (published.size === wanted.size) cancelRetry();
    enter('sending');
  };

  const restartPath = (): void => {
    enter('recovering');
    inTurn(async () => transport?.restartIce()).catch((error: unknown) => {
      // Without the server nothing can be done, and the path may come back by itself.
      if (codeOf(error) !== 'unreachable') recover();
    });
  };

  const openFresh = async (): Promise<SendTransport> => {
    let mine: SendTransport | null = null;
    mine = await openTransport({
      ask, purpose: 'live', protocol: 'any',
      onConnectionState: (now) => connectionChanged(() => mine, now),
      onRefused: () => { if (mine === transport) recover(); },
    });
    takeDown(); // Only now: had the server been away, what there was might have come back.
    if (state === 'closed') mine.close();
    else transport = mine;
    watchdog.begin(clock.nowMs());
    return mine;
  };

  const open = async (): Promise<SendTransport> => transport ?? openFresh();

  /** Sends a source; what comes back is settled when the server has it. */
  const put = async (source: Source): Promise<{ readonly confirmed: Promise<void> }> => {
    const want = wanted.get(source);
    if (!want || want.sending) return DONE;
    const mine = await open();
    const sending = await mine.send(source, want.track, encodingFor(source, want.track, want.settings));
    if (mine !== transport || wanted.get(source) !== want) {
      sending.stop(); // Lost, or no longer wanted, in the meantime.
      return DONE;
    }
    want.sending = sending;
    return { confirmed: confirm(source, want, sending) };
  };

  const confirm = async (source: Source, want: Wanted, sending: Sending): Promise<void> => {
    try {
      const publicationId = await sending.publicationId;
      if (want.sending !== sending) return;
      published.set(source, publicationId);
      if (want.muted) await ask('stage.mute', { publicationId, muted: true });
    } catch (error) {
      sending.stop();
      if (want.sending === sending) want.sending = null;
      throw error;
    }
  };

  const takeDown = (): void => {
    cancelRetry();
    transport?.close();
    transport = null;
    lastReport = null;
    published.clear();
    for (const want of wanted.values()) want.sending = null;
  };

  const rebuild = async (): Promise<void> => {
    if (state === 'closed' || wanted.size === 0) return;
    await openFresh();
    const started = await Promise.all([...wanted.keys()].map(put));
    await Promise.all(started.map(({ confirmed }) => confirmed));
    attempt = 0; // Only now: a transport that connects and is then refused must not be tried without a pause.
  };

  /** A new transport and everything on it again. Tried until it works or the sender is closed. */
  const recover = (): void => {
    if (state === 'closed') return;
    cancelRetry();
    if (wanted.size === 0) {
      takeDown();
      return enter('idle');
    }
    enter(state === 'connecting' ? 'connecting' : 'recovering');
    const waitMs = attempt === 0 ? 0 : backoffMs(RETRY, attempt, deps.random);
    attempt += 1;
    cancelRetry = clock.after(waitMs, () => void inTurn(rebuild).catch(recoverUnlessFinal));
  };

  const look = async (): Promise<void> => {
    const mine = transport;
    if (!mine) return;
    const packets = bytesHeardIn(await mine.stats());
    if (mine !== transport) return;
    const expected = [...wanted.values()].some(({ sending }) => sending) ? 'reports' : 'nothing';
    const advice = watchdog.look({ nowMs: clock.nowMs(), expected, packets, videoPackets: 0, frames: 0, failed: false });
    if (advice === 'fine' && state === 'recovering' && packets > 0) flows();
    if (advice === 'restartIce') restartPath();
    if (advice === 'reopen') recover();
  };

  const recoverUnlessFinal = (error: unknown): void => {
    // The broadcast is over, or was never on: there is nothing to come back to.
    if (error instanceof RequestError && !error.retryable) takeDown();
    else recover();
  };

  const ended = (source: Source, track: MediaStreamTrack) => (): void => {
    if (wanted.get(source)?.track === track) deps.onTrackEnded(source);
  };

  const adopt = (source: Source, track: MediaStreamTrack, muted: boolean): void => {
    track.enabled = !muted;
    track.addEventListener('ended', ended(source, track), { once: true });
  };

  const unpublish = async (source: Source): Promise<void> => {
    const publicationId = published.get(source);
    wanted.get(source)?.sending?.stop();
    wanted.delete(source);
    published.delete(source);
    if (publicationId) await ask('stage.unpublish', { publicationId });
  };

  const tellMuted = async (source: Source, muted: boolean): Promise<void> => {
    const publicationId = published.get(source);
    if (publicationId) await ask('stage.mute', { publicationId, muted });
  };

  /** Rule S14. What is told of something that this page does not send, or not any more, means nothing. */
  const demanded = (publicationId: PublicationId, layers: number): void => {
    for (const [source, id] of published) if (id === publicationId) wanted.get(source)?.sending?.sendLayers(layers);
  };

  const cancels = [
    deps.hear('stage.demanded', ({ publicationId, layers }) => demanded(publicationId, layers)),
    deps.hear('stage.lost', () => {
      attempt = 0;
      recover();
    }),
    every(clock, LOOK_EVERY_MS, () => void look().catch(() => {})), // A transport that closes meanwhile has no statistics.
  ];

  return {
    state: () => state,
    prepare: () => inTurn(async () => void (await open())),
    publish: (source, track, settings = {}) => {
      const muted = wanted.get(source)?.muted ?? false;
      adopt(source, track, muted);
      if (state === 'idle') enter('connecting');
      wanted.get(source)?.sending?.stop();
      wanted.set(source, { track, settings, muted, sending: null });
      // Waiting for the server is outside the turn: the next source follows in the same breath.
      return inTurn(() => put(source)).then(({ confirmed }) => confirmed).catch((error: unknown) => {
        // Lost on the way: it is wanted, so it will be sent. Refused: the caller must know.
        if (!(error instanceof RequestError) || !error.retryable) {
          wanted.delete(source);
          throw error;
        }
        recover();
      });
    },
    unpublish: (source) => inTurn(() => unpublish(source)),
    replaceTrack: (source, track) =>
      inTurn(async () => {
        const want = wanted.get(source);
        if (!want) return;
        adopt(source, track, want.muted);
        want.track = track;
        await want.sending?.replaceTrack(track);
      }),
    setMuted: async (source, muted) => {
      const want = wanted.get(source);
      if (!want) return;
      want.muted = muted;
      // Silence first and tell then; the other way round when coming back, so that no syllable is lost at either end.
      if (muted) want.track.enabled = false;
      await inTurn(() => tellMuted(source, want.muted)).catch((error: unknown) => {
        if (codeOf(error) !== 'unreachable') throw error;
      });
      want.track.enabled = !want.muted;
    },
    follow: (publications) => {
      const there = new Set(publications?.map(({ publicationId }) => publicationId));
      const missing = [...published.values()].some((publicationId) => !there.has(publicationId));
      // What was told while the page was away is lost: rather too much is sent than too little.
      for (const { sending } of wanted.values()) sending?.sendLayers(VIDEO_LAYERS_MAX);
      const unsent = [...wanted.values()].some(({ sending }) => !sending);
      attempt = 0;
      if (publications && (missing || unsent)) recover();
    },
    stats: async () => {
      const mine = transport;
      if (!mine || wanted.size === 0) return null;
      const report = await mine.stats();
      if (mine !== transport) return null;
      const stats = senderStats(lastReport, report, (wanted.get('camera') ?? wanted.get('screen'))?.track.id);
      lastReport = report;
      return stats;
    },
    close: () => {
      if (state === 'closed') return;
      for (const cancel of cancels) cancel();
      const transportId = transport?.transportId;
      wanted.clear();
      takeDown();
      enter('closed');
      if (transportId) ask('stage.close', { transportId }).catch(() => {}); // The server closes it with our place.
    },
  };
};
