// What of a broadcast should be arriving at this viewer right now: kept up to date from snapshots and room events, so that
// a muted camera or a host who is away for a moment is not mistaken for a broken path. Of what the room is not told of, which is
// what is backstage or hidden, nobody can say whether it is muted: nothing is expected of it.

import type { PublicationId } from '../../shared/ids.ts';
import type { BroadcastView } from '../../shared/messages/broadcasts.ts';
import type { Hear } from '../live/connection.ts';
import type { Cancel } from '../live/clock.ts';
import type { Subscription } from '../../shared/messages/watch.ts';
import type { Expected } from './watchdog.ts';

export type OnAir = {
  /** Takes what a snapshot says; null: nothing is on air. */
  readonly follow: (broadcast: BroadcastView | null) => void;
  readonly isLive: () => boolean;
  /** The most demanding of what these subscriptions should bring. */
  readonly expected: (subscriptions: readonly Subscription[]) => Expected;
  readonly stop: Cancel;
};

export const createOnAir = (hear: Hear, changed: () => void): OnAir => {
  let state: 'off' | 'interrupted' | 'live' = 'off';
  /** What the room was told of and is not muted. */
  let sending = new Set<PublicationId>();

  const follow = (broadcast: BroadcastView | null): void => {
    state = broadcast?.state ?? 'off';
    sending = new Set(broadcast?.publications.filter(({ muted }) => !muted).map(({ publicationId }) => publicationId));
  };
  const followAndTell = (broadcast: BroadcastView | null): void => {
    follow(broadcast);
    changed();
  };

  const cancels = [
    hear('broadcast.started', followAndTell),
    hear('broadcast.resumed', followAndTell),
    hear('broadcast.updated', follow),
    hear('broadcast.ended', () => followAndTell(null)),
    hear('broadcast.interrupted', () => { state = 'interrupted'; }),
    hear('publication.started', ({ publicationId, muted }) => {
      if (!muted) sending.add(publicationId);
    }),
    hear('publication.muted', ({ publicationId, muted }) => {
      if (muted) sending.delete(publicationId);
      else sending.add(publicationId);
    }),
    hear('publication.ended', ({ publicationId }) => { sending.delete(publicationId); }),
  ];

  return {
    follow,
    isLive: () => state !== 'off',
    expected: (subscriptions) => {
      if (state !== 'live') return 'nothing';
      const sources = new Set(subscriptions.filter(({ publicationId }) => sending.has(publicationId)).map(({ source }) => source));
      if (sources.has('camera')) return 'picture';
      if (sources.has('microphone')) return 'sound';
      return sources.has('screen') ? 'screen' : 'nothing';
    },
    stop: () => { for (const cancel of cancels) cancel(); },
  };
};
