// Whom one follows, and who of them is live: asked for again while somebody looks, since a page outside of a room is told nothing.

import type { FollowedView } from '../../../shared/finding-routes.ts';
import { NOTICE_POLL_MS } from '../../../shared/limits.ts';
import { callFinding } from '../../live/http-finding.ts';
import { codeOf } from '../../live/http.ts';
import type { AnyErrorCode } from '../../text/error-text.ts';
import { whileVisible } from '../discovery/polling.ts';

export class Following {
  /** Null until the first answer. Live first. */
  follows = $state.raw<readonly FollowedView[] | null>(null);
  /** Why the last question failed. */
  problem = $state<AnyErrorCode | null>(null);
  /** An answer to a question from before one of them went would bring it back. */
  #gone = 0;

  /** Asks now, and then as long as the page is visible; returns how to stop. */
  start(): () => void {
    return whileVisible(NOTICE_POLL_MS, (signal) => this.load(signal));
  }

  async load(signal?: AbortSignal): Promise<void> {
    const gone = this.#gone;
    try {
      const { follows } = await callFinding('follow.list', signal ? { signal } : {});
      if (signal?.aborted || gone !== this.#gone) return;
      this.follows = follows;
      this.problem = null;
    } catch (thrown) {
      if (!signal?.aborted) this.problem = codeOf(thrown);
    }
  }

  /** Throws an ApiError, with nothing changed. */
  async unfollow({ channel: { handle } }: FollowedView): Promise<void> {
    await callFinding('follow.choose', { path: { handle }, body: { isFollowing: false, wantsNotices: false } });
    this.#gone += 1;
    this.follows = this.follows?.filter((one) => one.channel.handle !== handle) ?? null;
  }
}
