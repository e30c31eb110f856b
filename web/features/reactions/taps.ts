// This person's taps on their way to the room: collected, sent a few times a second with how many they were, and taken off
// what the room counts so that own ones, which were shown at once, are not shown again.

import { REACTIONS_PER_REQUEST_MAX } from '../../../shared/limits.ts';
import type { Reaction } from '../../../shared/messages/reactions.ts';
import type { Cancel, Clock } from '../../live/clock.ts';

/** The server allows four requests a second. */
const SEND_EVERY_MS = 250;
/** A hand does not tap more in one interval; what a machine taps beyond is not sent. */
const PENDING_MAX = 3 * REACTIONS_PER_REQUEST_MAX;
/** What the room has not counted by then, it will not: it was refused, or is not shown to others. */
const ECHO_MS_MAX = 3_000;

type Echo = { readonly reaction: Reaction; count: number; readonly untilMs: number };

export type Taps = {
  readonly tap: (reaction: Reaction) => void;
  /** How many of these were others'. */
  readonly othersAmong: (reaction: Reaction, count: number) => number;
  readonly close: Cancel;
};

export const createTaps = (deps: { readonly clock: Clock; readonly send: (reaction: Reaction, count: number) => Promise<unknown> }): Taps => {
  const { clock } = deps;
  /** In the order of their first tap. */
  const pending = new Map<Reaction, number>();
  let echoes: Echo[] = [];
  let cancel: Cancel | null = null;

  const sendNext = (): void => {
    cancel = null;
    const [next] = pending;
    if (!next) return;
    const [reaction, waiting] = next;
    const count = Math.min(waiting, REACTIONS_PER_REQUEST_MAX);
    pending.delete(reaction);
    if (waiting > count) pending.set(reaction, waiting - count);
    const echo: Echo = { reaction, count, untilMs: clock.nowMs() + ECHO_MS_MAX };
    echoes = [...echoes.filter(({ untilMs }) => untilMs > clock.nowMs()), echo];
    deps.send(reaction, count).catch(() => { echoes = echoes.filter((one) => one !== echo); });
    cancel = clock.after(SEND_EVERY_MS, sendNext);
  };

  return {
    tap: (reaction) => {
      pending.set(reaction, Math.min(PENDING_MAX, (pending.get(reaction) ?? 0) + 1));
      if (cancel === null) sendNext();
    },
    othersAmong: (reaction, count) => {
      let others = count;
      for (const echo of echoes) {
        if (echo.reaction !== reaction || echo.untilMs <= clock.nowMs()) continue;
        const own = Math.min(echo.count, others);
        echo.count -= own;
        others -= own;
      }
      echoes = echoes.filter((echo) => echo.count > 0);
      return others;
    },
    close: () => {
      cancel?.();
      pending.clear();
    },
  };
};
