// Who is told that a broadcast began (rules N1-N6): a notice for each follower who wants them and for who asked to be reminded, told
// at once to pages that are in a room, and by web push to browsers that take it. All of it in the background of the broadcast.

import * as v from 'valibot';
import type { BroadcastId, NoticeId, PushId, RoomId, UserId } from '../../../shared/ids.ts';
import { NOTICE_KEPT_MS, NOTICE_PAGE_MAX } from '../../../shared/limits.ts';
import type { BroadcastView } from '../../../shared/messages/broadcasts.ts';
import type { RouteBody, RouteName, RouteResult } from '../../../shared/routes.ts';
import { noticeId as noticeIdSchema } from '../../../shared/schema.ts';
import type { SessionUser } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { createOrderedIds } from '../../lib/ordered-ids.ts';
import { createWriteBehind } from '../../lib/write-behind.ts';
import type { Push, PushMessage } from './push.ts';
import { createNoticeStore } from './store.ts';
import type { Database, NoticeStore, PushRow } from './store.ts';

type Begun = { readonly roomId: RoomId; readonly broadcastId: BroadcastId; readonly title: string; readonly startedAtMs: number };

export type NoticesDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly database: Pick<Database, 'run'>;
  readonly push: Push;
  readonly imageUrl: Parameters<NoticeStore['page']>[2];
  readonly channelById: (id: RoomId) => Promise<{ readonly handle: string; readonly displayName: string } | null>;
  /** Told to this person's pages that are in a room. */
  readonly notified: (userId: UserId) => void;
};

type Names = 'notice.list' | 'notice.read' | 'push.key' | 'push.subscribe' | 'push.unsubscribe';
/** What net/ gives, as far as we need it. */
type Request<N extends RouteName> = { readonly body: RouteBody<N>; readonly query: URLSearchParams; readonly user: SessionUser | null };
type Routes = { readonly [N in Names]: (request: Request<N>) => Promise<RouteResult<N>> | RouteResult<N> };

const SWEEP_MS = 3_600_000;
/** Broadcasts whose pushes wait their turn. */
const WAITING_MAX = 1_000;
const ID_TIME_DIGITS = 9; // lib/ordered-ids.ts

/** These few words stand here and not in web/text, which is compiled for browsers. */
const WORDS = {
  en: (channel: string) => `${channel} is live`,
  'zh-CN': (channel: string) => `${channel} 开播了`,
};

const userOf = ({ user }: { readonly user: SessionUser | null }): SessionUser => {
  if (!user) throw new AppError('not_logged_in');
  return user;
};

export const createNotices = (deps: NoticesDeps) => {
  const { clock, log, push } = deps;
  const store = createNoticeStore(deps.database);
  const nextId = createOrderedIds(clock);
  const writes = createWriteBehind({ clock, log });
  let pushing: Promise<void> = Promise.resolve();
  let waiting = 0;

  const pushAll = async ({ roomId, broadcastId, title }: Begun): Promise<void> => {
    const channel = await deps.channelById(roomId);
    if (!channel) return;
    const messageFor = ({ locale }: PushRow): PushMessage => ({ title: WORDS[locale](channel.displayName), body: title, url: `/@${channel.handle}?from=notice`, tag: broadcastId });
    for (let last: PushId | null = null; ; ) {
      const browsers: PushRow[] = await store.browsersOf(broadcastId, last, clock.nowMs());
      last = browsers.at(-1)?.id ?? null;
      if (last === null) return;
      await store.dropBrowsers((await push.send(browsers, messageFor)).map(({ id }) => id));
    }
  };
  /** One broadcast after another, so that however many begin, only so many messages are on their way. */
  const queuePush = (begun: Begun): void => {
    if (waiting >= WAITING_MAX) return log.warn({ broadcast: begun.broadcastId }, 'pushes left out: too many wait');
    waiting += 1;
    pushing = pushing
      .then(() => pushAll(begun))
      .catch((err: unknown) => log.warn({ err, broadcast: begun.broadcastId }, 'pushes broken off'))
      .finally(() => (waiting -= 1));
  };

  const tell = async (begun: Begun): Promise<void> => {
    const { roomId: channelId, broadcastId, startedAtMs } = begun;
    const told = await store.tell({ channelId, broadcastId, startedAtMs, prefix: nextId() });
    if (told.length === 0) return;
    log.info({ broadcast: broadcastId, people: told.length }, 'followers told');
    for (const userId of told) deps.notified(userId);
    queuePush(begun);
  };

  const stopSweeping = clock.every(SWEEP_MS, () => {
    const oldest = Math.max(0, clock.nowMs() - NOTICE_KEPT_MS).toString(36).padStart(ID_TIME_DIGITS, '0');
    Promise.all([store.forgetBelow(oldest), store.dropLoggedOut()]).catch((err: unknown) => log.debug({ err }, 'old notices not forgotten'));
  });

  const routes: Routes = {
    async 'notice.list'(request) {
      const { userId } = userOf(request);
      const before = request.query.get('before');
      if (before !== null && !v.is(noticeIdSchema, before)) throw new AppError('bad_request', 'before is not an id');
      const [page, unread] = await Promise.all([store.page(userId, before as NoticeId | null, deps.imageUrl), store.unread(userId)]);
      return { notices: page.slice(0, NOTICE_PAGE_MAX), unread, hasMore: page.length > NOTICE_PAGE_MAX };
    },
    async 'notice.read'(request) {
      const { userId } = userOf(request);
      await store.read(userId, request.body.noticeIds, clock.nowMs());
      return { unread: await store.unread(userId) };
    },
    'push.key': () => ({ publicKey: push.publicKey }),
    async 'push.subscribe'(request) {
      const { userId, sessionId } = userOf(request);
      push.check(request.body);
      if (!(await store.subscribe({ ...request.body, userId, sessionId, createdAt: clock.nowMs() }))) throw new AppError('bad_request', 'not your browser');
      return {};
    },
    async 'push.unsubscribe'(request) {
      await store.unsubscribe(userOf(request).userId, request.body.endpoint);
      return {};
    },
  };

  return {
    routes,
    /** A broadcast began; not one that goes on after an interruption. Returns at once. */
    broadcastBegan(roomId: RoomId, { broadcastId, title, startedAtMs, visibility }: Pick<BroadcastView, 'broadcastId' | 'title' | 'startedAtMs' | 'visibility'>): void {
      if (visibility === 'public') writes.add(broadcastId, () => tell({ roomId, broadcastId, title, startedAtMs }));
    },
    /** Broadcasts that not everybody has been told of yet. */
    waiting: (): number => writes.pending(),
    async close(): Promise<void> {
      stopSweeping();
      push.close();
      await writes.close();
      await pushing;
    },
  };
};

export type Notices = ReturnType<typeof createNotices>;
