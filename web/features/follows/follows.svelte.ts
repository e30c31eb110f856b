// Whether this person follows the channel, and how many do. A choice shows at once, and goes back if the server says no.
import type { Joined } from '../../live/room-session.ts';
import { tellRefusal } from '../interaction/act.ts';
import type { Part, PartDeps } from '../interaction/part.ts';
import type { FeedEvent } from '../interaction/room-feed.ts';
import { NOTICE_EVENT } from '../notices/notice-event.ts';

export class Follows implements Part {
  readonly deps: PartDeps;
  followers = $state(0);
  isFollowing = $state(false);
  isBusy = $state(false);

  constructor(deps: PartDeps) {
    this.deps = deps;
  }

  joined({ snapshot }: Joined): void {
    this.followers = snapshot.follow.followers;
    this.isFollowing = snapshot.follow.isFollowing;
  }

  heard({ event }: FeedEvent): void {
    if (event === 'notice.added') dispatchEvent(new Event(NOTICE_EVENT));
  }

  async follow(isFollowing: boolean): Promise<void> {
    if (this.isBusy || isFollowing === this.isFollowing) return;
    const before = { isFollowing: this.isFollowing, followers: this.followers };
    this.#become({ isFollowing, followers: Math.max(0, this.followers + (isFollowing ? 1 : -1)) });
    this.isBusy = true;
    try {
      this.#become(await this.deps.ask('follow.set', { isFollowing }));
    } catch (error) {
      this.#become(before);
      tellRefusal(this.deps, error);
    } finally {
      this.isBusy = false;
    }
  }

  #become({ isFollowing, followers }: { readonly isFollowing: boolean; readonly followers: number }): void {
    this.isFollowing = isFollowing;
    this.followers = followers;
  }
}
