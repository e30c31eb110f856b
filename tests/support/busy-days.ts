// Some weeks of a busy server as rows, for looking at what operators see. The same every time, but for the day.

import type { BroadcastId, ChannelId, UserId, WatchSessionId } from '../../shared/ids.ts';
import type { Database } from '../../server/db/client.ts';
import { minuteCounts, watchSessions } from '../../server/db/insight-schema.ts';
import { broadcasts } from '../../server/db/schema.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const DAYS = 30;
const MINUTES = 60;

/** Each day one broadcast of an hour, the last one three hours ago. */
export const addBusyDays = async ({ run }: Pick<Database, 'run'>, { channelId, userId, nowMs }: { channelId: ChannelId; userId: UserId; nowMs: number }): Promise<void> => {
  for (let ago = DAYS - 1; ago >= 0; ago--) {
    const startedAt = nowMs - 3 * HOUR_MS - ago * DAY_MS;
    const broadcastId = `busy${ago}` as BroadcastId;
    const viewers = 20 + ((ago * 7) % 13);
    await run((db) => db.insert(broadcasts).values({
      id: broadcastId, channelId, title: 'T', category: 'talk', tags: [], visibility: 'public', linkKey: null, coverImageId: null,
      startedAt, lastAliveAt: startedAt, endedAt: startedAt + MINUTES * MINUTE_MS, endReason: 'host',
    }));
    await run((db) => db.insert(minuteCounts).values(Array.from({ length: MINUTES }, (_, minute) => ({
      broadcastId, minute, viewerMs: viewers * MINUTE_MS, viewersMax: viewers, freezes: minute % 9 === 0 ? 1 : 0, reports: viewers * 6,
      latencyP50Ms: 140 + ((ago * 11) % 40), latencyP95Ms: 320 + ((ago * 17) % 90),
    }))));
    await run((db) => db.insert(watchSessions).values(Array.from({ length: viewers }, (_, at) => ({
      id: `busy${ago}-${at}` as WatchSessionId, channelId, broadcastId, userId: at === 0 ? userId : null, source: 'home' as const,
      startedAt: startedAt + at * MINUTE_MS, endedAt: startedAt + MINUTES * MINUTE_MS, playedMs: 0, sawEnd: true,
    }))));
  }
};
