// What the bell knows: the newest notices and how many are unread. Pages outside of a room have no socket, so they ask every minute
// while they are looked at; pages in a room are told, and ask then.

import type { NoticeView } from '../../../shared/finding-routes.ts';
import type { NoticeId } from '../../../shared/ids.ts';
import { NOTICE_POLL_MS } from '../../../shared/limits.ts';
import { callFinding } from '../../live/http-finding.ts';
import { codeOf } from '../../live/http.ts';
import type { AnyErrorCode } from '../../text/error-text.ts';
import { NOTICE_EVENT } from './notice-event.ts';

export class Notices {
  /** Null until the first answer. Newest first. */
  list = $state.raw<readonly NoticeView[] | null>(null);
  unread = $state(0);
  hasMore = $state(false);
  /** Why the last question failed. */
  problem = $state<AnyErrorCode | null>(null);

  /** Asks now, and then as long as the page is visible; returns how to stop. */
  start(): () => void {
    const stop = new AbortController();
    const { signal } = stop;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tick = async (): Promise<void> => {
      clearTimeout(timer);
      if (document.visibilityState === 'hidden') return;
      await this.load(signal);
      clearTimeout(timer);
      if (!signal.aborted) timer = setTimeout(() => void tick(), NOTICE_POLL_MS);
    };
    document.addEventListener('visibilitychange', () => void tick(), { signal });
    addEventListener(NOTICE_EVENT, () => void tick(), { signal });
    void tick();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }

  async load(signal?: AbortSignal): Promise<void> {
    await this.#try(async () => {
      const page = await callFinding('notice.list', signal ? { signal } : {});
      if (signal?.aborted) return;
      this.list = page.notices;
      this.unread = page.unread;
      this.hasMore = page.hasMore;
    }, signal);
  }

  async loadMore(): Promise<void> {
    const before = this.list?.at(-1)?.noticeId;
    if (before === undefined) return;
    await this.#try(async () => {
      const page = await callFinding('notice.list', { query: { before } });
      this.list = [...(this.list ?? []), ...page.notices];
      this.hasMore = page.hasMore;
    });
  }

  /** Null: all. Shown at once. */
  async read(noticeIds: NoticeId[] | null): Promise<void> {
    this.list = this.list?.map((notice) => (noticeIds === null || noticeIds.includes(notice.noticeId) ? { ...notice, isRead: true } : notice)) ?? null;
    await this.#try(async () => {
      this.unread = (await callFinding('notice.read', { body: { noticeIds } })).unread;
    });
  }

  async #try(work: () => Promise<void>, signal?: AbortSignal): Promise<void> {
    try {
      await work();
      this.problem = null;
    } catch (thrown) {
      if (!signal?.aborted) this.problem = codeOf(thrown);
    }
  }
}
