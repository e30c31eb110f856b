// The SQL of broadcasts.

import { and, desc, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import type { BroadcastId, ChannelId, ImageId } from '../../../shared/ids.ts';
import type { BroadcastSummary } from '../../../shared/messages/broadcasts.ts';
import type { EventData } from '../../../shared/messages.ts';
import type { Database, Db } from '../../db/client.ts';
import { broadcasts, channels, images } from '../../db/schema.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Described } from './on-air.ts';

export type NewBroadcast = Described & {
  readonly id: BroadcastId;
  readonly channelId: ChannelId;
  readonly linkKey: string | null;
  readonly coverImageId: ImageId | null;
  readonly startedAtMs: number;
};

export type Unfinished = {
  readonly id: BroadcastId;
  readonly channelId: ChannelId;
  readonly described: Described;
  readonly linkKey: string | null;
  readonly coverImageId: ImageId | null;
  readonly startedAtMs: number;
  readonly peakViewers: number;
  readonly viewerMs: number;
};

/** How many past broadcasts a channel's page shows. */
const PAST_MAX = 20;

type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];

/** A cover is an image of the channel's owner. */
const checkCover = async (tx: Tx, channelId: ChannelId, coverImageId: ImageId): Promise<void> => {
  const [own] = await tx
    .select({ id: images.id })
    .from(images)
    .innerJoin(channels, eq(channels.ownerUserId, images.ownerUserId))
    .where(and(eq(images.id, coverImageId), eq(channels.id, channelId)));
  if (!own) throw new AppError('not_found', 'no such image of yours');
};

export const createBroadcastStore = ({ run }: Pick<Database, 'run'>) => ({
  /** A row that a crash left unfinished, and that nobody restored, ends where it was last alive. */
  async start(row: NewBroadcast): Promise<void> {
    const { startedAtMs, ...columns } = row;
    const insert = async (tx: Tx): Promise<void> => {
      if (row.coverImageId) await checkCover(tx, row.channelId, row.coverImageId);
      await tx
        .update(broadcasts)
        .set({ endedAt: sql`${broadcasts.lastAliveAt}`, endReason: 'timeout' })
        .where(and(eq(broadcasts.channelId, row.channelId), isNull(broadcasts.endedAt)));
      await tx.insert(broadcasts).values({ ...columns, startedAt: startedAtMs, lastAliveAt: startedAtMs });
    };
    await run((db) => db.transaction(insert));
  },
  async describe(id: BroadcastId, described: Described): Promise<void> {
    const { title, category, tags, language } = described;
    await run((db) => db.update(broadcasts).set({ title, category, tags, language }).where(eq(broadcasts.id, id)));
  },
  async saveProgress(id: BroadcastId, progress: { aliveAtMs: number; peakViewers: number; viewerMs: number }): Promise<void> {
    const { aliveAtMs, peakViewers, viewerMs } = progress;
    await run((db) =>
      db
        .update(broadcasts)
        .set({ lastAliveAt: aliveAtMs, peakViewers, viewerMs })
        .where(and(eq(broadcasts.id, id), isNull(broadcasts.endedAt))),
    );
  },
  async finish(
    id: BroadcastId,
    end: { endedAtMs: number; reason: EventData<'broadcast.ended'>['reason']; peakViewers: number; viewerMs: number },
  ): Promise<void> {
    const { endedAtMs, reason, peakViewers, viewerMs } = end;
    await run((db) =>
      db
        .update(broadcasts)
        .set({ endedAt: endedAtMs, endReason: reason, lastAliveAt: endedAtMs, peakViewers, viewerMs })
        .where(eq(broadcasts.id, id)),
    );
  },
  async unfinished(): Promise<Unfinished[]> {
    const rows = await run((db) => db.select().from(broadcasts).where(isNull(broadcasts.endedAt)));
    return rows.map(({ title, category, tags, visibility, language, startedAt, ...row }) => ({
      ...row,
      described: { title, category, tags, visibility, language },
      startedAtMs: startedAt,
    }));
  },
  /** Finished public broadcasts of a channel, newest first. */
  async past(channelId: ChannelId): Promise<BroadcastSummary[]> {
    const rows = await run((db) =>
      db
        .select()
        .from(broadcasts)
        .where(and(eq(broadcasts.channelId, channelId), eq(broadcasts.visibility, 'public'), isNotNull(broadcasts.endedAt)))
        .orderBy(desc(broadcasts.startedAt))
        .limit(PAST_MAX),
    );
    return rows.map((row) => {
      const durationMs = Math.max(0, (row.endedAt ?? row.startedAt) - row.startedAt);
      return {
        broadcastId: row.id,
        title: row.title,
        startedAtMs: row.startedAt,
        durationMs,
        peakViewers: row.peakViewers,
        averageViewers: durationMs === 0 ? 0 : row.viewerMs / durationMs,
      };
    });
  },
});

export type BroadcastStore = ReturnType<typeof createBroadcastStore>;
