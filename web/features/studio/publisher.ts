// Keeps what is sent in step with what the creator has switched on. Told the whole wish each time, it does only what differs.
// A source that is off from the start is not published at all, so that nothing of it can leave before it is switched on.

import { SOURCES, type Source } from '../../../shared/messages/watch.ts';
import type { Sender } from '../../media/sender.ts';

export type Wish = { readonly track: MediaStreamTrack; readonly isOn: boolean };
export type Wishes = ReadonlyMap<Source, Wish>;

export type Publisher = {
  /** Rejects with the first refusal; the other sources are done all the same. */
  readonly follow: (wishes: Wishes) => Promise<void>;
};

export const createPublisher = (sender: Pick<Sender, 'publish' | 'unpublish' | 'replaceTrack' | 'setMuted'>): Publisher => {
  const sent = new Map<Source, Wish>();

  const change = async (source: Source, wish: Wish | undefined): Promise<void> => {
    const before = sent.get(source);
    if (!wish) {
      if (!sent.delete(source)) return;
      return sender.unpublish(source);
    }
    if (!before) {
      if (!wish.isOn) return;
      sent.set(source, wish);
      return sender.publish(source, wish.track).catch((error: unknown) => {
        sent.delete(source);
        throw error;
      });
    }
    sent.set(source, wish);
    // Silence comes before anything else, sound after everything else.
    if (before.isOn && !wish.isOn) await sender.setMuted(source, true);
    if (before.track !== wish.track) await sender.replaceTrack(source, wish.track);
    if (!before.isOn && wish.isOn) await sender.setMuted(source, false);
  };

  return {
    follow: async (wishes) => {
      const done = await Promise.allSettled(SOURCES.map((source) => change(source, wishes.get(source))));
      const refused = done.find((result) => result.status === 'rejected');
      if (refused) throw refused.reason;
    },
  };
};
