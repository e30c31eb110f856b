// The MediaStreams that a page plays: one for camera and microphone, one for the screen and its sound. They stay the same
// objects for ever, so a page sets srcObject once; tracks inside are exchanged, and only when the new one has something to
// show, so that a reconnect is a held picture and not a black one.

import type { Source } from '../../shared/messages/watch.ts';
import type { Received } from './peer.ts';

export type Streams = {
  readonly main: MediaStream;
  readonly screen: MediaStream;
  /** Makes these the tracks to play; `settled` is called when none of those before is needed any more. */
  readonly show: (received: readonly Received[], settled: () => void) => void;
};

/** What never sends anything cannot hold up the rest for longer. */
const EXCHANGE_TIMEOUT_MS = 3_000;

/** Resolves when the track carries media: browsers mute a remote track until its first packet. */
const carriesMedia = (track: MediaStreamTrack): Promise<void> =>
  new Promise((done) => {
    if (!track.muted) return done();
    track.addEventListener('unmute', () => done(), { once: true });
    setTimeout(done, EXCHANGE_TIMEOUT_MS);
  });

export const createStreams = (onTracks: (sources: ReadonlySet<Source>) => void): Streams => {
  const main = new MediaStream();
  const screen = new MediaStream();
  const shown = new Map<Source, MediaStreamTrack>();
  let wanted = new Map<Source, MediaStreamTrack>();

  const streamOf = (source: Source): MediaStream => (source === 'camera' || source === 'microphone' ? main : screen);

  const remove = (source: Source): void => {
    const track = shown.get(source);
    shown.delete(source);
    if (track) streamOf(source).removeTrack(track);
  };

  const exchange = async (source: Source, track: MediaStreamTrack): Promise<void> => {
    if (shown.get(source) === track) return;
    if (shown.has(source)) await carriesMedia(track);
    if (wanted.get(source) !== track) return; // Something newer came while this one waited.
    remove(source);
    shown.set(source, track);
    streamOf(source).addTrack(track);
    onTracks(new Set(shown.keys()));
  };

  return {
    main,
    screen,
    show: (received, settled) => {
      wanted = new Map(received.map(({ subscription, receiver }) => [subscription.source, receiver.track]));
      const gone = [...shown.keys()].filter((source) => !wanted.has(source));
      gone.forEach(remove);
      if (gone.length > 0) onTracks(new Set(shown.keys()));
      void Promise.all([...wanted].map(([source, track]) => exchange(source, track))).then(settled);
    },
  };
};
