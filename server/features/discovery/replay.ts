// What the ranking learned before a restart, learned again from what is stored: the public broadcasts of the last weeks begin and end in
// their order, and each stay that was a choice is one. In small slices, so that nobody waits for it; ends when `isOver` says so.

import type { ChannelId, UserId } from '../../../shared/ids.ts';
import { REPLAY_DAYS_MAX, REPLAY_STAYS_MAX } from '../../../shared/limits.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { OnAir, Ranking } from './model/ranking.ts';

export type PastBroadcast = OnAir & { readonly channelId: ChannelId; readonly startedAtMs: number; readonly endedAtMs: number | null };
export type PastStay = { readonly id: string; readonly userId: UserId; readonly channelId: ChannelId; readonly atMs: number; readonly leftAtMs: number };
export type PastStore = {
  /** Where the newest `count` choices since then begin: the id before the first of them. */
  firstStay(sinceMs: number, count: number): Promise<string>;
  /** Choices of people with a history, in the order of their ids. */
  stays(afterId: string, beforeMs: number, count: number): Promise<PastStay[]>;
  /** Public ones that began in [fromMs, toMs). */
  began(fromMs: number, toMs: number): Promise<PastBroadcast[]>;
};

export type ReplayDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly ranking: Pick<Ranking, 'began' | 'ended' | 'observe' | 'left'>;
  readonly store: PastStore;
  readonly isOver: () => boolean;
};

const DAY_MS = 86_400_000;
const PAGE_STAYS = 500;
const SLICE_STAYS = 50; // between two turns of the event loop: a few milliseconds
const RETRY_MS = 1_000;

export const hoursOf = (atMs: number): number => atMs / 3_600_000;

const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** The channels that are still on air when all was replayed, and how many choices there were. */
export const replayPast = async ({ clock, log, ranking, store, isOver }: ReplayDeps): Promise<{ open: ReadonlySet<ChannelId>; choices: number }> => {
  const nowMs = clock.nowMs();
  const sinceMs = nowMs - REPLAY_DAYS_MAX * DAY_MS;
  const open = new Set<ChannelId>();
  let choices = 0;

  /** While the database is away, it is asked again. */
  const ask = async <T>(question: () => Promise<T>, none: T): Promise<T> => {
    while (!isOver()) {
      try {
        return await question();
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        log.warn({ err: error }, 'past stays not read yet');
        await new Promise<void>((resolve) => void clock.after(RETRY_MS, resolve));
      }
    }
    return none;
  };

  type Mark = { readonly atMs: number; readonly isEnd: boolean; readonly broadcast: PastBroadcast };
  const mark = ({ isEnd, broadcast }: Mark): void => {
    if (isEnd) {
      open.delete(broadcast.channelId);
      ranking.ended(broadcast.channelId);
    } else {
      open.add(broadcast.channelId);
      ranking.began(broadcast);
    }
  };
  /** In time; of one moment the ends come first, since the next broadcast of a channel may begin where the last one ended. */
  const inOrder = (one: Mark, other: Mark): number => one.atMs - other.atMs || Number(other.isEnd) - Number(one.isEnd);

  let afterId = await ask(() => store.firstStay(sinceMs, REPLAY_STAYS_MAX), '');
  let marks: Mark[] = [];
  // A day before the first stay, for what was on air already.
  for (let fromMs = sinceMs - DAY_MS; fromMs < nowMs && !isOver(); fromMs += DAY_MS) {
    const toMs = Math.min(fromMs + DAY_MS, nowMs);
    const began = await ask(() => store.began(fromMs, toMs), []);
    for (const broadcast of began) {
      marks.push({ atMs: broadcast.startedAtMs, isEnd: false, broadcast });
      if (broadcast.endedAtMs !== null) marks.push({ atMs: broadcast.endedAtMs, isEnd: true, broadcast });
    }
    marks.sort(inOrder);
    let at = 0;
    const upTo = (untilMs: number): void => {
      for (let next = marks[at]; next && next.atMs <= untilMs; next = marks[++at]) mark(next);
    };
    for (let page: PastStay[] | null = null; (page === null || page.length === PAGE_STAYS) && !isOver(); ) {
      page = await ask(() => store.stays(afterId, toMs, PAGE_STAYS), []);
      for (const [index, stay] of page.entries()) {
        if (index % SLICE_STAYS === 0) await nextTurn();
        upTo(stay.atMs);
        const { userId, channelId } = stay;
        ranking.observe({ userId, channelId, hours: hoursOf(stay.atMs) });
        // At once: until then they choose nothing else, and the ranking asks only how long ago it was.
        ranking.left({ userId, channelId, hours: hoursOf(stay.leftAtMs) });
        afterId = stay.id;
        choices++;
      }
    }
    upTo(toMs);
    marks = marks.slice(at);
    await nextTurn();
  }
  return { open, choices };
};
