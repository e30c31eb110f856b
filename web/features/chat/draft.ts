// Which frame a line is about: the one on screen when its writing began, unless that was long ago (rule T4). Pure, but for the
// clock that `seen` reads.

import { DRAFT_MS_MAX } from '../../../shared/limits.ts';
import type { SeenFrame } from '../../../shared/messages/time.ts';
import type { Clock } from '../../live/clock.ts';

/** Leaves room for the road: the server counts too. */
const MARGIN_MS = 2_000;

export const createDraftFrame = (deps: { readonly seen: () => SeenFrame | null; readonly clock: Clock }) => {
  let begun: { readonly atMs: number; readonly frame: SeenFrame | null } | null = null;
  return {
    /** After each change of the words. */
    typed(text: string): void {
      if (text.trim() === '') begun = null;
      else begun ??= { atMs: deps.clock.nowMs(), frame: deps.seen() };
    },
    /** The frame to send along; the next line begins anew. */
    take(): SeenFrame | null {
      const now = begun;
      begun = null;
      if (now && deps.clock.nowMs() - now.atMs < DRAFT_MS_MAX - MARGIN_MS) return now.frame ?? deps.seen();
      return deps.seen();
    },
  };
};

export type DraftFrame = ReturnType<typeof createDraftFrame>;
