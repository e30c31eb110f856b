// The SQL of top-ups, payouts and statements. Balances are the ledger's.

import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { ChannelId, GiftId, PayoutId, RequestKey, TopUpId, TransferId, UserId } from '../../../shared/ids.ts';
import { OPERATOR_PAGE_MAX, STATEMENT_PAGE_MAX } from '../../../shared/limits.ts';
import type { PayoutView, StatementLine, TopUpView, TransferKind } from '../../../shared/wallet-routes.ts';
import type { Database, Statements } from '../../db/client.ts';
import { payouts, topUps } from '../../db/money-schema.ts';
import { channels, users } from '../../db/schema.ts';

export type WalletDatabase = Pick<Database, 'run'>;

export type TopUpRow = typeof topUps.$inferSelect;
export type PayoutRow = typeof payouts.$inferSelect;
export type NewPayout = Pick<PayoutRow, 'id' | 'channelId' | 'key' | 'coins' | 'amount' | 'currency' | 'destination' | 'requestedAt'>;
export type Decision = Pick<PayoutRow, 'id' | 'decidedAt' | 'decidedBy' | 'note'> & { readonly state: 'paid' | 'rejected' };

export const topUpView = ({ id, coins, price, currency, provider, state, startedAt }: TopUpRow): TopUpView => ({
  topUpId: id, coins, price, currency, provider, state, startedAtMs: startedAt,
});
export const payoutView = ({ id, coins, amount, currency, destination, state, requestedAt, decidedAt, note }: PayoutRow): PayoutView => ({
  payoutId: id, coins, amount, currency, destination, state, requestedAtMs: requestedAt, decidedAtMs: decidedAt, note,
});

type LineColumns = { id: TransferId; kind: TransferKind; coins: string; balance: string; at: string; with_name: string | null; gift_id: GiftId | null; quantity: number | null };
const lineOf = (row: LineColumns): StatementLine => ({
  transferId: row.id, kind: row.kind, coins: Number(row.coins), balance: Number(row.balance), atMs: Date.parse(row.at),
  withName: row.with_name, giftId: row.gift_id, quantity: row.quantity,
});

export const createWalletStore = ({ run }: WalletDatabase) => {
  const first = async <T>(rows: Promise<T[]>): Promise<T | null> => (await rows)[0] ?? null;
  const topUpWhere = (where: SQL | undefined) => first(run((db) => db.select().from(topUps).where(where).limit(1)));

  return {
    /** The same person's same key is the same top-up: the one that was there is given back. */
    async addTopUp(row: Pick<TopUpRow, 'id' | 'userId' | 'key' | 'packageId' | 'coins' | 'price' | 'currency' | 'provider' | 'startedAt'>): Promise<TopUpRow> {
      await run((db) => db.insert(topUps).values({ ...row, state: 'open' }).onConflictDoNothing({ target: [topUps.userId, topUps.key] }));
      const kept = await topUpWhere(and(eq(topUps.userId, row.userId), eq(topUps.key, row.key)));
      if (!kept) throw new Error('a top-up that was just written is not there');
      return kept;
    },
    begun: (id: TopUpId, payUrl: string, sessionRef: string | null) => run((db) => db.update(topUps).set({ payUrl, sessionRef }).where(eq(topUps.id, id))),
    topUp: (id: TopUpId) => topUpWhere(eq(topUps.id, id)),
    topUpOf: (paymentRef: string) => topUpWhere(eq(topUps.paymentRef, paymentRef)),
    async paidAs(id: TopUpId, paymentRef: string | null): Promise<void> {
      await run((db) => db.update(topUps).set({ paymentRef }).where(eq(topUps.id, id)));
    },
    /** Only from one of these states; null: it is in another one. */
    setState: (id: TopUpId, from: readonly TopUpRow['state'][], state: TopUpRow['state'], note?: string): Promise<TopUpRow | null> =>
      first(run((db) => db.update(topUps).set({ state, ...(note === undefined ? {} : { note }) }).where(and(eq(topUps.id, id), inArray(topUps.state, [...from]))).returning())),
    setReversed: (id: TopUpId, reversedAs: TopUpRow['reversedAs']) => run((db) => db.update(topUps).set({ reversedAs }).where(eq(topUps.id, id))),
    hasChargeBack: async (userId: UserId): Promise<boolean> => (await topUpWhere(and(eq(topUps.userId, userId), eq(topUps.state, 'charged_back')))) !== null,
    hasEvent: async (id: string): Promise<boolean> => (await run((db) => db.execute(sql`select 1 from payment_events where id = ${id}`))).length > 0,
    async keepEvent(id: string, kind: string): Promise<void> {
      await run((db) => db.execute(sql`insert into payment_events (id, kind, taken_at) values (${id}, ${kind}, now()) on conflict do nothing`));
    },
    hasUser: async (id: UserId): Promise<boolean> => (await first(run((db) => db.select({ id: users.id }).from(users).where(eq(users.id, id))))) !== null,
    newestTopUps: (nameKey: string | null) =>
      run((db) =>
        db.select({ topUp: topUps, user: { userId: users.id, name: users.name, displayName: users.displayName } })
          .from(topUps).innerJoin(users, eq(users.id, topUps.userId))
          .where(nameKey === null ? undefined : eq(users.nameKey, nameKey)).orderBy(desc(topUps.startedAt)).limit(OPERATOR_PAGE_MAX)),

    ownerOf: async (channelId: ChannelId): Promise<UserId | null> =>
      (await first(run((db) => db.select({ ownerUserId: channels.ownerUserId }).from(channels).where(eq(channels.id, channelId)))))?.ownerUserId ?? null,
    payout: (id: PayoutId) => first(run((db) => db.select().from(payouts).where(eq(payouts.id, id)))),
    payoutAs: (channelId: ChannelId, key: RequestKey) => first(run((db) => db.select().from(payouts).where(and(eq(payouts.channelId, channelId), eq(payouts.key, key))))),
    payoutsOf: (channelId: ChannelId) => run((db) => db.select().from(payouts).where(eq(payouts.channelId, channelId)).orderBy(desc(payouts.requestedAt)).limit(STATEMENT_PAGE_MAX)),
    allPayouts: () =>
      run((db) =>
        db.select({ payout: payouts, channel: { handle: channels.handle, displayName: channels.displayName } })
          .from(payouts).innerJoin(channels, eq(channels.id, payouts.channelId))
          .orderBy(sql`(${payouts.state} = 'requested') desc`, desc(payouts.requestedAt)).limit(OPERATOR_PAGE_MAX)),
    paidOut: async (channelId: ChannelId): Promise<number> =>
      Number((await first(run((db) => db.select({ coins: sql<string>`coalesce(sum(${payouts.coins}), 0)` }).from(payouts).where(and(eq(payouts.channelId, channelId), eq(payouts.state, 'paid'))))))?.coins ?? 0),
    /** Within the ledger's transaction. */
    async addPayouts(tx: Statements, rows: readonly NewPayout[]): Promise<void> {
      for (const { id, channelId, key, coins, amount, currency, destination, requestedAt } of rows) {
        await tx.execute(sql`
          insert into payouts (id, channel_id, key, coins, amount, currency, destination, state, requested_at)
          values (${id}, ${channelId}, ${key}, ${coins}, ${amount}, ${currency}, ${destination}, 'requested', ${new Date(requestedAt).toISOString()})`);
      }
    },
    async decidePayouts(tx: Statements, decisions: readonly Decision[]): Promise<void> {
      for (const { id, state, decidedAt, decidedBy, note } of decisions) {
        await tx.execute(sql`
          update payouts set state = ${state}, decided_at = ${decidedAt === null ? null : new Date(decidedAt).toISOString()}, decided_by = ${decidedBy}, note = ${note}
          where id = ${id}`);
      }
    },
    /** Coins that came to an account since then by gifts. */
    async earnedSince(accountId: string, sinceMs: number): Promise<number> {
      const since = new Date(sinceMs).toISOString();
      const [row] = await run((db) => db.execute<{ coins: string }>(sql`
        select coalesce(sum(amount - fee), 0) coins from transfers
        where credit_id = ${accountId} and kind in ('gift', 'super_chat') and at >= ${since}::timestamptz`));
      return Number(row?.coins ?? 0);
    },
    /** Newest first, one more than a page if there are more. */
    async statement(accountId: string, before: string | null, limit: number): Promise<StatementLine[]> {
      const rows = await run((db) => db.execute<LineColumns>(sql`
        with own as (
          (select id, kind, at, credit_id other, -amount coins, debit_after balance from transfers
            where debit_id = ${accountId} and (${before}::text is null or id < ${before}) order by id desc limit ${limit})
          union all
          (select id, kind, at, debit_id, amount - fee, credit_after from transfers
            where credit_id = ${accountId} and (${before}::text is null or id < ${before}) order by id desc limit ${limit}))
        select own.id, own.kind, own.at, own.coins, own.balance, coalesce(c.display_name, u.display_name) with_name, g.gift_id, g.quantity
        from own left join accounts a on a.id = own.other left join users u on u.id = a.user_id left join channels c on c.id = a.channel_id
        left join gift_sends g on g.transfer_id = own.id
        order by own.id desc limit ${limit}`));
      return [...rows].map(lineOf);
    },
  };
};

export type WalletStore = ReturnType<typeof createWalletStore>;
