// Keeps the ranking in step with what is on air and public: what begins, ends, is renamed or counted. Asks who knows (`listedIn`) instead
// of believing what it hears, so hearing twice or late does no harm. Knows no person and no card.

import type { Category } from '../../../shared/categories.ts';
import type { RoomId } from '../../../shared/ids.ts';
import type { BroadcastView } from '../../../shared/messages/broadcasts.ts';
import type { Ranking } from './model/ranking.ts';

export type Listed = { readonly broadcast: BroadcastView; readonly viewers: number };
export type LiveRankingDeps = {
  readonly ranking: Pick<Ranking, 'began' | 'ended' | 'counted'>;
  /** What is on air there, if anybody may hear of it; else null. */
  readonly listedIn: (roomId: RoomId) => Listed | null;
};
export type LiveNow = { readonly startedAtMs: number; readonly category: Category; readonly viewers: number };

export const createLiveRanking = ({ ranking, listedIn }: LiveRankingDeps) => {
  const live = new Map<RoomId, LiveNow>();

  const changed = (roomId: RoomId): void => {
    const listed = listedIn(roomId);
    if (!listed) {
      if (live.delete(roomId)) ranking.ended(roomId);
      return;
    }
    const { broadcast: { category, tags, language, startedAtMs }, viewers } = listed;
    live.set(roomId, { startedAtMs, category, viewers });
    ranking.began({ channelId: roomId, category, tags, language: language ?? '' });
    ranking.counted(roomId, viewers);
  };

  return {
    /** Something began, ended, was renamed or counted in this room. */
    changed,
    /** What is public and on air, by room. */
    live: live as ReadonlyMap<RoomId, LiveNow>,
  };
};

export type LiveRanking = ReturnType<typeof createLiveRanking>;
