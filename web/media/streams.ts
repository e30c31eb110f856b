// The MediaStreams that a page plays: for each person one of camera and microphone, and one of the screen and its sound. They stay
// the same objects for ever, so a page sets srcObject once; tracks inside are exchanged, and only when the new one has something
// to show, so that a reconnect is a held picture and not a black one.

import type { ParticipantId } from '../../shared/ids.ts';
import type { Source, Subscription } from '../../shared/messages/watch.ts';
import type { Received } from './peer.ts';

/** Whose: a person beside the host, or the host, who may come back as another participant and is the host all the same. */
export type Whose = ParticipantId | 'host';
export type Part = 'face' | 'screen';

export type Streams = {
  readonly of: (whose: Whose, part: Part) => MediaStream;
  /** Makes these the tracks to play; `settled` is called when none of those before is needed any more. */
  readonly show: (received: readonly Received[], settled: () => void) => void;
};

type Playing = { readonly whose: Whose; readonly source: Source; readonly track: MediaStreamTrack };

/** What never sends anything cannot hold up the rest for longer. */
const EXCHANGE_TIMEOUT_MS = 3_000;

/** Resolves when the track carries media: browsers mute a remote track until its first packet. */
const carriesMedia = (track: MediaStreamTrack): Promise<void> =>
  new Promise((done) => {
    if (!track.muted) return done();
    track.addEventListener('unmute', () => done(), { once: true });
    setTimeout(done, EXCHANGE_TIMEOUT_MS);
  });

const keyOf = ({ whose, source }: Pick<Playing, 'whose' | 'source'>): string => `${whose} ${source}`;
const partOf = (source: Source): Part => (source === 'camera' || source === 'microphone' ? 'face' : 'screen');

/** `whoseIs`: asked anew each time, since who is the host may be told after the first packet. */
export const createStreams = (deps: { readonly whoseIs: (subscription: Subscription) => Whose; readonly onTracks: () => void }): Streams => {
  const streams = new Map<string, MediaStream>();
  const shown = new Map<string, Playing>();
  let wanted = new Map<string, Playing>();

  const streamOf = (whose: Whose, part: Part): MediaStream => {
    const key = `${whose} ${part}`;
    const stream = streams.get(key) ?? new MediaStream();
    streams.set(key, stream);
    return stream;
  };

  const remove = (playing: Playing | undefined): void => {
    if (!playing) return;
    shown.delete(keyOf(playing));
    streamOf(playing.whose, partOf(playing.source)).removeTrack(playing.track);
  };

  const exchange = async (key: string, next: Playing): Promise<void> => {
    if (shown.get(key)?.track === next.track) return;
    if (shown.has(key)) await carriesMedia(next.track);
    if (wanted.get(key) !== next) return; // Something newer came while this one waited.
    remove(shown.get(key));
    shown.set(key, next);
    streamOf(next.whose, partOf(next.source)).addTrack(next.track);
    deps.onTracks();
  };

  return {
    of: streamOf,
    show: (received, settled) => {
      const now = received.map(({ subscription, receiver }): Playing => ({ whose: deps.whoseIs(subscription), source: subscription.source, track: receiver.track }));
      wanted = new Map(now.map((playing) => [keyOf(playing), playing]));
      const gone = [...shown.values()].filter((playing) => !wanted.has(keyOf(playing)));
      gone.forEach(remove);
      if (gone.length > 0) deps.onTracks();
      void Promise.all([...wanted].map(([key, playing]) => exchange(key, playing))).then(settled);
    },
  };
};
