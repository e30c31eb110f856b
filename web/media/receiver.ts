// The viewer's side of media: keeps tracks coming into MediaStreams, through every change of what is published and every
// fault, without a click. Knows requests and events, not pages; of mediasoup nothing. One transport at a time (rule W4).

import type { ParticipantId, PublicationId } from '../../shared/ids.ts';
import type { BroadcastView } from '../../shared/messages/broadcasts.ts';
import type { Publication } from '../../shared/messages/stage.ts';
import type { ShownPicture, Source, Subscription, WatchAnswer, WatchOffer } from '../../shared/messages/watch.ts';
import { browserClock, every } from '../live/clock.ts';
import type { Cancel, Clock } from '../live/clock.ts';
import type { Hear } from '../live/connection.ts';
import { codeOf } from '../live/request-error.ts';
import type { Ask } from '../live/requests.ts';
import { createOnAir } from './on-air.ts';
import { createPeer } from './peer.ts';
import type { Peer } from './peer.ts';
import { pulseIn, receiverStats } from './stats.ts';
import type { Pulse, ReceiverStats } from './stats.ts';
import { createStreams } from './streams.ts';
import type { Streams, Whose } from './streams.ts';
import { createWatchdog } from './watchdog.ts';
import type { Advice, Expected } from './watchdog.ts';
import { makeCredentials } from './watch-offer.ts';

/**
 * `idle`: nothing to receive. `recovering`: something should arrive and does not; a way back is being found.
 * `unsupported`: this browser has no WebRTC, or can decode nothing of what is sent.
 */
export type ReceiverState = 'idle' | 'connecting' | 'playing' | 'recovering' | 'unsupported' | 'closed';

export type Receiver = {
  /** The same objects for ever; their tracks come and go. */
  readonly streamOf: Streams['of'];
  readonly state: () => ReceiverState;
  /** For room.join: what this page offers; undefined while media flows and had better be left alone. */
  readonly prepare: () => Promise<WatchOffer | undefined>;
  /** What the offer in room.join brought. */
  readonly accept: (answer: WatchAnswer | null) => void;
  /**
   * What a snapshot says is on air, and of it what this page receives: on the stage more than the room is told of, and not one's
   * own. Give it before the answer of the same join.
   */
  readonly follow: (broadcast: BroadcastView | null, receivable?: readonly Pick<Publication, 'publicationId'>[]) => void;
  readonly subscriptions: () => readonly Subscription[];
  /** What the page shows of it, and how large (rule W7); until it is said, everything. Say it again after each rejoin. */
  readonly show: (pictures: readonly ShownPicture[]) => void;
  readonly receiverOf: (whose: Whose, source: Source) => RTCRtpReceiver | undefined;
  /** Rates since the last call. Null while there is no connection. */
  readonly stats: (whose: Whose, picture: 'camera' | 'screen') => Promise<ReceiverStats | null>;
  readonly close: () => void;
};

export type ReceiverDeps = {
  readonly ask: Ask;
  readonly hear: Hear;
  readonly onState: (state: ReceiverState) => void;
  readonly onTracks: () => void;
  /** Has this one a seat beside the host? Whoever sends without one is the host. */
  readonly isGuest?: (id: ParticipantId) => boolean;
  /** They are in the conversation themselves: no sound waits for its picture. */
  readonly isTalking?: () => boolean;
  readonly clock?: Clock;
  /** Stands in for WebRTC in tests. */
  readonly browser?: typeof BROWSER;
};

const BROWSER = { makeCredentials, createPeer, createStreams, isHidden: () => document.hidden };

const LOOK_EVERY_MS = 250;
const HOLD_MS = 5_000;
const NOT_HOLDING: Cancel = () => {};
const NO_PULSE: Pulse = { packets: 0, videoPackets: 0, frames: 0 };

/** A snapshot that lists other publications than we receive: changes were missed while the socket was away. */
const differs = (receivable: readonly Pick<Publication, 'publicationId'>[], subscriptions: readonly Subscription[]): boolean => {
  const published = new Set(receivable.map(({ publicationId }) => publicationId));
  return published.size !== subscriptions.length || subscriptions.some(({ publicationId }) => !published.has(publicationId));
};

export const createReceiver = (deps: ReceiverDeps): Receiver => {
  const { ask, clock = browserClock, browser = BROWSER } = deps;
  const credentials = browser.makeCredentials();
  const whoseIs = ({ participantId }: Pick<Subscription, 'participantId'>): Whose => (deps.isGuest?.(participantId) ? participantId : 'host');
  const streams = browser.createStreams({ whoseIs, onTracks: deps.onTracks });
  const watchdog = createWatchdog();
  const retired = new Set<Peer>();
  let state: ReceiverState = 'idle';
  let peer: Peer | null = null;
  let subscriptions: readonly Subscription[] = [];
  let opening: Promise<void> | null = null;
  /** room.join carries our offer: its answer brings what a snapshot may announce before. */
  let offered = false;
  let looking = false;
  let cancelHold: Cancel = NOT_HOLDING;
  let lastReport: RTCStatsReport | null = null;
  let unseen: ReadonlySet<PublicationId> = new Set();

  const enter = (next: ReceiverState): void => {
    if (state === next || state === 'closed') return;
    state = next;
    deps.onState(next);
  };

  /** Shows what the peer has, and lets go of those before it once their last picture is replaced. */
  const show = (): void => {
    cancelHold();
    const before = [...retired];
    streams.show(peer?.received() ?? [], () => {
      for (const old of before) if (retired.delete(old)) old.close();
    });
  };

  const drop = (): void => {
    if (peer) retired.add(peer);
    peer = null;
    subscriptions = [];
    lastReport = null;
  };

  const rest = (as: 'idle' | 'unsupported'): void => {
    drop();
    show();
    enter(as);
  };

  const update = async (next: readonly Subscription[]): Promise<void> => {
    const mine = peer;
    if (!mine) return; // The answer that is on its way knows of it too.
    subscriptions = next;
    const fits = await mine.update(next);
    if (mine !== peer) return;
    if (!fits) return open();
    // A new transport with nothing on it yet: the host, too, is just coming back. Until then the last picture stays.
    if (next.length === 0 && retired.size > 0) holdPicture();
    else show();
  };

  const holdPicture = (): void => {
    cancelHold();
    const cancel = clock.after(HOLD_MS, show);
    cancelHold = () => {
      cancel();
      cancelHold = NOT_HOLDING;
    };
  };

  const accept = async (answer: WatchAnswer): Promise<void> => {
    const { certificate } = await credentials;
    if (state === 'closed') return;
    drop();
    peer = browser.createPeer({ transport: answer.transport, certificate, onConnectionState: () => void look(), isTalking: () => deps.isTalking?.() ?? false });
    watchdog.begin(clock.nowMs());
    if (state === 'idle') enter('connecting');
    await update(answer.subscriptions);
  };

  /** A new transport in place of the one there is; many reasons at once open it once. */
  const open = (): Promise<void> => {
    opening ??= credentials
      .then(({ offer }) => ask('watch.open', offer))
      .then(accept)
      .finally(() => { opening = null; });
    return opening;
  };

  const restartIce = async (): Promise<void> => {
    const mine = peer;
    const { iceParameters } = await ask('watch.restartIce', {});
    if (mine === peer) await mine?.restartIce(iceParameters);
  };

  const act = async (advice: Advice, pulse: Pulse): Promise<void> => {
    if (advice === 'fine' && subscriptions.length === 0) return enter(cancelHold === NOT_HOLDING ? 'idle' : 'recovering');
    if (advice === 'fine' && pulse.packets > 0) return enter('playing');
    enter(state === 'idle' || state === 'connecting' ? 'connecting' : 'recovering');
    // Not waited for: what it does is seen in the frames.
    if (advice === 'refresh') ask('watch.refresh', {}).catch(failed);
    if (advice === 'restartIce') await restartIce();
    if (advice === 'reopen') await open();
  };

  const failed = (error: unknown): void => {
    const code = codeOf(error);
    if (code === 'not_live') return rest('idle');
    if (code === 'codec_unsupported') return rest('unsupported');
    // The transport is gone, or (no code) the browser did not take a description: only a new one helps. Otherwise the
    // watchdog sees that nothing came of it and tries again, waiting longer each time.
    if (code === 'transport_gone' || code === undefined) watchdog.lose();
    if (code === undefined) reportError(error);
  };

  const expected = (): Expected => {
    const onAirNow = onAir.expected(subscriptions.filter(({ publicationId }) => !unseen.has(publicationId)));
    // Nobody looks, and browsers may decode less; sound still tells whether the path is alive.
    return onAirNow === 'picture' && browser.isHidden() ? 'sound' : onAirNow;
  };

  const look = async (): Promise<void> => {
    if (looking || opening || !onAir.isLive() || state === 'unsupported') return;
    looking = true;
    const mine = peer;
    try {
      const pulse = mine ? pulseIn(await mine.stats()) : NO_PULSE;
      if (mine !== peer) return;
      mine?.keepInStep();
      const isLost = !mine || mine.connectionState() === 'failed';
      await act(watchdog.look({ nowMs: clock.nowMs(), ...pulse, expected: expected(), failed: isLost }), pulse);
    } catch (error) {
      failed(error);
    } finally {
      looking = false;
    }
  };

  const onAir = createOnAir(deps.hear, () => {
    if (!onAir.isLive()) rest('idle');
    else if (!peer) open().catch(failed);
  });
  const cancels = [
    deps.hear('watch.changed', ({ subscriptions: next }) => void update(next).catch(failed)),
    deps.hear('watch.lost', () => {
      watchdog.lose(); // Should opening fail, it is tried again from there.
      open().catch(failed);
    }),
    every(clock, LOOK_EVERY_MS, () => void look()),
    onAir.stop,
  ];
  credentials.catch(() => {
    enter('unsupported');
    for (const cancel of cancels) cancel();
  });

  return {
    streamOf: streams.of,
    state: () => state,
    prepare: async () => {
      const made = state === 'playing' ? undefined : await credentials.catch(() => undefined);
      offered = made !== undefined;
      return made?.offer;
    },
    accept: (answer) => {
      offered = false;
      if (answer) accept(answer).catch(failed);
      else rest('idle');
    },
    follow: (broadcast, receivable = broadcast?.publications ?? []) => {
      onAir.follow(broadcast);
      if (!broadcast) rest('idle');
      else if (!offered && differs(receivable, subscriptions)) open().catch(failed);
    },
    subscriptions: () => subscriptions,
    show: (pictures) => {
      unseen = new Set(pictures.filter(({ height }) => !height).map(({ publicationId }) => publicationId));
      ask('watch.show', { pictures: [...pictures] }).catch(() => {}); // Then more is sent than is shown.
    },
    receiverOf: (whose, source) => peer?.received().find(({ subscription }) => subscription.source === source && whoseIs(subscription) === whose)?.receiver,
    stats: async (whose, picture) => {
      const mine = peer;
      if (!mine) return null;
      const report = await mine.stats();
      if (mine !== peer) return null;
      const ssrc = subscriptions.find((one) => one.source === picture && whoseIs(one) === whose)?.rtpParameters.encodings?.[0]?.ssrc;
      const stats = receiverStats(lastReport, report, ssrc);
      lastReport = report;
      return stats;
    },
    close: () => {
      for (const cancel of cancels) cancel();
      rest('idle');
      enter('closed');
      for (const old of retired) old.close();
      retired.clear();
    },
  };
};
