// Following over HTTP (rules F1 and F3): the page of those whom one follows, and the bell beside the button. Rooms that are open
// hear of it as if it had been said in them.

import type { RoomId, UserId } from '../../../shared/ids.ts';
import type { FollowChoice, FollowedView, PlanView } from '../../../shared/finding-routes.ts';
import type { ChannelView } from '../../../shared/messages/rooms.ts';
import type { LiveCard } from '../../../shared/live-card.ts';
import type { RouteBody, RouteName, RouteResult } from '../../../shared/routes.ts';
import type { SessionUser } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Follows } from './follows.ts';
import type { FollowStore } from './store.ts';

type Names = 'follow.list' | 'follow.show' | 'follow.choose';
/** What net/ gives, as far as we need it. */
type Request<N extends RouteName> = { readonly body: RouteBody<N>; readonly path: Readonly<Record<string, string>>; readonly user: SessionUser | null };
type Routes = { readonly [N in Names]: (request: Request<N>) => Promise<RouteResult<N>> };

export type FollowRoutesDeps = {
  readonly follows: Pick<Follows, 'setFollowing'> & { readonly store: FollowStore };
  readonly imageUrl: Parameters<FollowStore['followedBy']>[1];
  readonly channelByHandle: (handle: string) => Promise<{ readonly channel: ChannelView; readonly ownerUserId: UserId } | null>;
  readonly liveIn: (roomId: RoomId) => Omit<LiveCard, 'channel'> | null;
  /** The next plan of each of these channels that has one, as this person sees it. */
  readonly nextPlans: (channelIds: readonly RoomId[], userId: UserId) => Promise<ReadonlyMap<RoomId, PlanView>>;
};

const userOf = ({ user }: { readonly user: SessionUser | null }): SessionUser => {
  if (!user) throw new AppError('not_logged_in');
  return user;
};

/** Live first, then what is planned soonest, then followed last. */
const inOrder = (views: readonly FollowedView[]): FollowedView[] =>
  views.toSorted((a, b) => Number(b.live !== null) - Number(a.live !== null) || (a.next?.startsAtMs ?? Infinity) - (b.next?.startsAtMs ?? Infinity) || b.followedAtMs - a.followedAtMs);

export const followRoutes = (deps: FollowRoutesDeps): Routes => {
  const { store } = deps.follows;
  const found = async (path: Readonly<Record<string, string>>) => {
    const it = await deps.channelByHandle(path['handle'] ?? '');
    if (!it) throw new AppError('channel_not_found');
    return it;
  };
  const choiceOf = async (roomId: RoomId, userId: UserId): Promise<FollowChoice> => {
    const wantsNotices = await store.wantsNotices(roomId, userId);
    return { isFollowing: wantsNotices !== null, wantsNotices: wantsNotices ?? false };
  };
  return {
    async 'follow.list'(request) {
      const { userId } = userOf(request);
      const followed = await store.followedBy(userId, deps.imageUrl);
      const plans = await deps.nextPlans(followed.map(({ channel }) => channel.channelId), userId);
      const views = followed.map((row): FollowedView => {
        const live = deps.liveIn(row.channel.channelId);
        return { ...row, live: live && { channel: row.channel, ...live }, next: plans.get(row.channel.channelId) ?? null };
      });
      return { follows: inOrder(views) };
    },
    async 'follow.show'(request) {
      const { userId } = userOf(request);
      return choiceOf((await found(request.path)).channel.channelId, userId);
    },
    async 'follow.choose'(request) {
      const { userId } = userOf(request);
      const { isFollowing, wantsNotices } = request.body;
      const { channel, ownerUserId } = await found(request.path);
      if (ownerUserId === userId) throw new AppError('permission_denied', 'the channel is yours');
      await deps.follows.setFollowing(channel.channelId, userId, isFollowing);
      if (isFollowing) await store.setWantsNotices(channel.channelId, userId, wantsNotices);
      return choiceOf(channel.channelId, userId);
    },
  };
};
