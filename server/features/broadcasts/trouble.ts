// Why what viewers of one broadcast see is bad, as far as studio and server know (rules B8, B9): takes what they say, however
// often, and tells what has changed. Must not know rooms or media. Invariant: between two tellings lie TROUBLE_TOLD_EVERY_MS,
// and one trouble is never told twice in a row, so neither a restless nor a hostile studio fills a room with events.

import { STUDIO_SILENT_AFTER_MS, TROUBLE_OVER_AFTER_MS, TROUBLE_TOLD_EVERY_MS } from '../../../shared/limits.ts';
import type { StudioTrouble, Trouble } from '../../../shared/messages/broadcasts.ts';
import type { Cancel, Clock } from '../../lib/clock.ts';

export type TroubleWatch = {
  studioSaid(trouble: StudioTrouble): void;
  serverSaid(isBusy: boolean): void;
  /** What the room knows. */
  told(): Trouble;
  close(): void;
};

export type TroubleWatchDeps = { readonly clock: Clock; readonly changed: (trouble: Trouble) => void };

const NOTHING: Cancel = () => {};

export const createTroubleWatch = ({ clock, changed }: TroubleWatchDeps): TroubleWatch => {
  let studio: StudioTrouble = 'none';
  let isServerBusy = false;
  let told: Trouble = 'none';
  let toldAtMs = -Infinity;
  let coming: Trouble | null = null;
  let cancelComing = NOTHING;
  let cancelSilence = NOTHING;

  const drop = (): void => {
    cancelComing();
    coming = null;
  };
  const tell = (trouble: Trouble): void => {
    drop();
    told = trouble;
    toldAtMs = clock.nowMs();
    changed(trouble);
  };
  const review = (): void => {
    const now: Trouble = isServerBusy ? 'server' : studio;
    if (now === coming) return;
    drop();
    if (now === told) return;
    const waitMs = Math.max(toldAtMs + TROUBLE_TOLD_EVERY_MS - clock.nowMs(), now === 'none' ? TROUBLE_OVER_AFTER_MS : 0);
    if (waitMs <= 0) return tell(now);
    coming = now;
    cancelComing = clock.after(waitMs, () => tell(now));
  };
  const studioSaid = (trouble: StudioTrouble): void => {
    cancelSilence();
    // A page that went without a word must not be blamed for ever.
    cancelSilence = trouble === 'none' ? NOTHING : clock.after(STUDIO_SILENT_AFTER_MS, () => studioSaid('none'));
    studio = trouble;
    review();
  };

  return {
    studioSaid,
    serverSaid(isBusy) {
      isServerBusy = isBusy;
      review();
    },
    told: () => told,
    close() {
      cancelSilence();
      drop();
    },
  };
};
