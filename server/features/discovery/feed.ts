// The feed (rules D1-D4): in which order somebody sees what is live, and why. Puts the ranking, what the person follows and what must not
// be shown to them together; knows no HTTP. While the ranking still learns the past, the order is by viewers.

import { CATEGORIES } from '../../../shared/categories.ts';
import type { Category } from '../../../shared/categories.ts';
import type { CardNow, FeedCard, HomeFeed, Why } from '../../../shared/discovery-routes.ts';
import type { ChannelId, UserId } from '../../../shared/ids.ts';
import { FEED_CARDS_MAX, FEED_CATEGORIES_MAX, FEED_CATEGORY_CARDS_MAX, FEED_ROW_CARDS_MAX, NEXT_CARDS_MAX } from '../../../shared/limits.ts';
import type { ChannelView } from '../../../shared/messages/rooms.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Listed, LiveRanking } from './live-ranking.ts';
import type { Ranked, Ranking } from './model/ranking.ts';
import { hoursOf } from './replay.ts';
import type { Ties } from './store.ts';

export type FeedDeps = {
  readonly clock: Clock;
  readonly ranking: Pick<Ranking, 'rank'>;
  /** False: the ranking is not to be asked yet. */
  readonly isReady: () => boolean;
  readonly live: LiveRanking['live'];
  /** The calibrated chance that somebody who watches this channel stays the next minute; null: not known. */
  readonly staysShare: (channelId: ChannelId) => number | null;
  readonly listedIn: (channelId: ChannelId) => Listed | null;
  readonly channelById: (channelId: ChannelId) => Promise<ChannelView | null>;
  readonly thumbnailUrl: (channelId: ChannelId) => string | null;
};

/** For whom: `rankedAs` null is somebody without a history, `own` their own channel. */
export type Reader = { readonly rankedAs: UserId | null; readonly own: ChannelId | null } & Ties;
export const GUEST: Reader = { rankedAs: null, own: null, followed: new Set(), barred: new Set() };

type Picked = { readonly channelId: ChannelId; readonly score: number; readonly why: Why; readonly because: ChannelId | null };
type Order = { readonly take: number; readonly explore?: number; readonly isWanted?: (channelId: ChannelId) => boolean };

/** All that the home page can show; more is behind the categories. */
const HOME_RANKED = 120;
/** What is about the same as the current one is taken by so many more, as a logarithm: a factor of 1.6. */
const SIMILAR = 0.5;

export const createFeed = (deps: FeedDeps) => {
  const { clock, ranking, live } = deps;

  const mayShow = ({ own, barred }: Reader, channelId: ChannelId): boolean => channelId !== own && !barred.has(channelId);

  const byViewers = (isShown: (channelId: ChannelId) => boolean, take: number): Picked[] =>
    [...live]
      .filter(([channelId]) => isShown(channelId))
      .sort(([, one], [, other]) => other.viewers - one.viewers || other.startedAtMs - one.startedAtMs)
      .slice(0, take)
      .map(([channelId], at) => ({ channelId, score: -at, why: 'popular', because: null }));

  const pickedOf = ({ channelId, score, why, because }: Ranked): Picked => ({ channelId: channelId as ChannelId, score, why, because: because as ChannelId | null });

  /** One more factor of the prior: of two that are as likely to be chosen, the one first in which people stay. */
  const lift = (channelId: string): number => Math.log(deps.staysShare(channelId as ChannelId) ?? 1);

  const order = (reader: Reader, { take, explore = 1, isWanted = () => true }: Order): Picked[] => {
    const isShown = (channelId: ChannelId): boolean => mayShow(reader, channelId) && isWanted(channelId);
    if (!deps.isReady()) return byViewers(isShown, take);
    const isHidden = (channelId: string): boolean => !isShown(channelId as ChannelId);
    return ranking.rank({ userId: reader.rankedAs, hours: hoursOf(clock.nowMs()), take, explore, isHidden, lift }).map(pickedOf);
  };

  const cardOf = async ({ channelId, why, because }: Picked): Promise<FeedCard | null> => {
    const [channel, reason] = await Promise.all([deps.channelById(channelId), because === null ? null : deps.channelById(because)]);
    // Asked after the wait, so that nothing that ended meanwhile is shown.
    const listed = deps.listedIn(channelId);
    if (!channel || !listed) return null;
    return { channel, ...listed, thumbnailUrl: deps.thumbnailUrl(channelId) ?? listed.broadcast.coverUrl, reason: { why, because: reason?.displayName ?? null } };
  };
  const cardsOf = async (picked: readonly Picked[]): Promise<FeedCard[]> => (await Promise.all(picked.map(cardOf))).filter((card) => card !== null);

  /** By category, in the order in which the best of each stand. */
  const rowsOf = (picked: readonly Picked[]): { category: Category; picked: Picked[] }[] => {
    const rows = new Map<Category, Picked[]>();
    for (const one of picked) {
      const category = live.get(one.channelId)?.category;
      if (category === undefined) continue;
      const row = rows.get(category) ?? [];
      rows.set(category, row);
      if (row.length < FEED_ROW_CARDS_MAX) row.push(one);
    }
    return [...rows].slice(0, FEED_CATEGORIES_MAX).map(([category, row]) => ({ category, picked: row }));
  };

  return {
    async home(reader: Reader): Promise<HomeFeed> {
      const madeAtMs = clock.nowMs();
      const isFollowed = (channelId: ChannelId): boolean => reader.followed.has(channelId);
      const followed = reader.followed.size === 0 ? [] : order(reader, { take: FEED_CARDS_MAX, explore: 0, isWanted: isFollowed });
      const above = new Set(followed.map(({ channelId }) => channelId));
      const rest = order(reader, { take: HOME_RANKED, isWanted: (channelId) => !above.has(channelId) });
      const [following, forYou, categories] = await Promise.all([
        cardsOf(followed.map((one) => ({ ...one, why: 'followed' as const, because: null }))),
        cardsOf(rest.slice(0, FEED_CARDS_MAX)),
        Promise.all(rowsOf(rest.slice(FEED_CARDS_MAX)).map(async ({ category, picked }) => ({ category, cards: await cardsOf(picked) }))),
      ]);
      return { madeAtMs, following, forYou, categories: categories.filter(({ cards }) => cards.length > 0) };
    },
    /** Null: there is no such category. */
    async category(reader: Reader, name: string): Promise<{ madeAtMs: number; cards: FeedCard[] } | null> {
      const category = CATEGORIES.find((one) => one === name);
      if (category === undefined) return null;
      const madeAtMs = clock.nowMs();
      const cards = await cardsOf(order(reader, { take: FEED_CATEGORY_CARDS_MAX, isWanted: (channelId) => live.get(channelId)?.category === category }));
      return { madeAtMs, cards };
    },
    /** What else is live; what is about the same as the current channel comes a little earlier. */
    async next(reader: Reader, current: ChannelView): Promise<FeedCard[]> {
      const about = live.get(current.channelId)?.category ?? current.category;
      const isSimilar = (channelId: ChannelId): boolean => live.get(channelId)?.category === about;
      const picked = order(reader, { take: 2 * NEXT_CARDS_MAX, isWanted: (channelId) => channelId !== current.channelId })
        .map((one): Picked => (isSimilar(one.channelId) ? { ...one, score: one.score + SIMILAR, why: one.why === 'popular' ? 'similar' : one.why } : one))
        .sort((one, other) => other.score - one.score);
      return cardsOf(picked.slice(0, NEXT_CARDS_MAX));
    },
    /** What has become of these, and how many others began since `sinceMs` that this reader would be shown. */
    look(reader: Reader, { channelIds, sinceMs, category }: { channelIds: readonly ChannelId[]; sinceMs: number; category: Category | null }): { cards: CardNow[]; fresh: number } {
      const cards = channelIds.filter((channelId) => mayShow(reader, channelId)).flatMap((channelId): CardNow[] => {
        const listed = deps.listedIn(channelId);
        if (!listed) return [];
        const { broadcast: { broadcastId, title, coverUrl }, viewers } = listed;
        return [{ channelId, broadcastId, title, viewers, thumbnailUrl: deps.thumbnailUrl(channelId) ?? coverUrl }];
      });
      let fresh = 0;
      for (const [channelId, now] of live) {
        if (now.startedAtMs > sinceMs && (category === null || now.category === category) && mayShow(reader, channelId)) fresh++;
      }
      return { cards, fresh };
    },
  };
};

export type Feed = ReturnType<typeof createFeed>;
