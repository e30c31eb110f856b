// The tables of money and of what it buys. Balances and transfers are the ledger's (server/ledger/) alone; gifts and their like
// hang on a transfer each and are written in its transaction. After a change: `npm run db:generate`.

import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, pgTable, primaryKey, smallint, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type {
  BroadcastId, ChannelId, ComboId, GiftId, GiftSendId, PayoutId, RedPacketId, RequestKey, SuperChatId, TopUpId, TransferId, UserId,
} from '../../shared/ids.ts';
import type { GiftAnimation, GiftTier } from '../../shared/messages/gifts.ts';
import type { Role } from '../../shared/permissions.ts';
import type { TransferKind } from '../../shared/wallet-routes.ts';
import { instant, whole } from './columns.ts';
import { broadcasts, channels, users } from './schema.ts';

// Whoever has moved money stays: nothing of this goes with a deleted row.
const ofChannel = () => text('channel_id').$type<ChannelId>().notNull().references(() => channels.id);
const ofUser = (name = 'user_id') => text(name).$type<UserId>().notNull().references(() => users.id);
const ofBroadcast = () => text('broadcast_id').$type<BroadcastId>().references(() => broadcasts.id, { onDelete: 'set null' });
const ofTransfer = () => text('transfer_id').$type<TransferId>().notNull().references(() => transfers.id);
const seenColumns = () => ({ seenAt: instant('seen_at'), seenErrorMs: integer('seen_error_ms') });

export type AccountKind = 'wallet' | 'debt' | 'earnings' | 'payouts' | 'revenue' | 'issued' | 'escrow';

/** The id says whose it is (`wallet:<user>`), so that nobody has to look it up. */
export const accounts = pgTable(
  'accounts',
  {
    id: text().primaryKey(),
    kind: text().$type<AccountKind>().notNull(),
    userId: text('user_id').$type<UserId>().references(() => users.id),
    channelId: text('channel_id').$type<ChannelId>().references(() => channels.id),
    balance: whole().notNull(),
    isFrozen: boolean('is_frozen').notNull().default(false),
  },
  (t) => [
    index('accounts_user').on(t.userId),
    index('accounts_channel').on(t.channelId),
    // Coins come from `issued`, and what a charge-back could not take back stands in `debt`.
    check('accounts_not_overdrawn', sql`${t.balance} >= 0 or ${t.kind} in ('issued', 'debt')`),
    check('accounts_debt_owed', sql`${t.kind} <> 'debt' or ${t.balance} <= 0`),
    check('accounts_kind_kind', sql`${t.kind} in ('wallet', 'debt', 'earnings', 'payouts', 'revenue', 'issued', 'escrow')`),
    check('accounts_have_owners', sql`(${t.kind} in ('wallet', 'debt')) = (${t.userId} is not null) and (${t.kind} in ('earnings', 'payouts')) = (${t.channelId} is not null)`),
  ],
);

/**
 * Append-only: a trigger of the migration refuses every change. No foreign keys: the accounts are locked in the same transaction and
 * are never taken out (another trigger), so they would prove again what is known, for a quarter of what a row costs.
 */
export const transfers = pgTable(
  'transfers',
  {
    /** Sorts by the order in which they were committed. */
    id: text().$type<TransferId>().primaryKey(),
    kind: text().$type<TransferKind>().notNull(),
    key: text().notNull().unique('transfers_key'),
    /** What the key was used for: the same key for something else is refused. */
    fingerprint: text().notNull(),
    debitId: text('debit_id').notNull(),
    creditId: text('credit_id').notNull(),
    /** What the debit side gives; the credit side gets it without the fee, and `revenue` the fee. */
    amount: whole().notNull(),
    fee: whole().notNull(),
    debitAfter: whole('debit_after').notNull(),
    creditAfter: whole('credit_after').notNull(),
    /** Of `revenue`, where there is a fee. */
    feeAfter: whole('fee_after'),
    reversesId: text('reverses_id').$type<TransferId>(),
    at: instant().notNull(),
  },
  (t) => [
    index('transfers_debit').on(t.debitId, t.id),
    index('transfers_credit').on(t.creditId, t.id),
    index('transfers_reverses').on(t.reversesId).where(sql`${t.reversesId} is not null`),
    check('transfers_amount_positive', sql`${t.amount} > 0`),
    check('transfers_fee_within', sql`${t.fee} between 0 and ${t.amount} and (${t.fee} > 0) = (${t.feeAfter} is not null)`),
    check('transfers_two_sides', sql`${t.debitId} <> ${t.creditId}`),
  ],
);

export const topUps = pgTable(
  'top_ups',
  {
    id: text().$type<TopUpId>().primaryKey(),
    userId: ofUser(),
    key: text().$type<RequestKey>().notNull(),
    packageId: text('package_id').notNull(),
    coins: whole().notNull(),
    price: whole().notNull(),
    currency: text().notNull(),
    provider: text().$type<'sandbox' | 'stripe'>().notNull(),
    /** The provider's names for the same thing. */
    sessionRef: text('session_ref'),
    paymentRef: text('payment_ref'),
    payUrl: text('pay_url'),
    state: text().$type<'open' | 'paid' | 'failed' | 'refunded' | 'charged_back'>().notNull(),
    startedAt: instant('started_at').notNull(),
    /** A refund's or charge-back's word that came before that of the payment. */
    reversedAs: text('reversed_as').$type<'refunded' | 'charged_back'>(),
    note: text().notNull().default(''),
  },
  (t) => [
    uniqueIndex('top_ups_key').on(t.userId, t.key),
    index('top_ups_user').on(t.userId, t.startedAt),
    uniqueIndex('top_ups_session').on(t.sessionRef).where(sql`${t.sessionRef} is not null`),
    index('top_ups_payment').on(t.paymentRef).where(sql`${t.paymentRef} is not null`),
    index('top_ups_newest').on(t.startedAt),
    check('top_ups_positive', sql`${t.coins} > 0 and ${t.price} > 0`),
    check('top_ups_state_kind', sql`${t.state} in ('open', 'paid', 'failed', 'refunded', 'charged_back')`),
  ],
);

/** Events of a payment provider that were taken: each counts once. */
export const paymentEvents = pgTable('payment_events', { id: text().primaryKey(), kind: text().notNull(), takenAt: instant('taken_at').notNull() });

export const payouts = pgTable(
  'payouts',
  {
    id: text().$type<PayoutId>().primaryKey(),
    channelId: ofChannel(),
    key: text().$type<RequestKey>().notNull(),
    coins: whole().notNull(),
    amount: whole().notNull(),
    currency: text().notNull(),
    destination: text().notNull(),
    state: text().$type<'requested' | 'paid' | 'rejected'>().notNull(),
    requestedAt: instant('requested_at').notNull(),
    decidedAt: instant('decided_at'),
    decidedBy: text('decided_by').$type<UserId>().references(() => users.id),
    note: text().notNull().default(''),
  },
  (t) => [
    uniqueIndex('payouts_key').on(t.channelId, t.key),
    index('payouts_channel').on(t.channelId, t.requestedAt),
    index('payouts_decided_by').on(t.decidedBy),
    index('payouts_waiting').on(t.requestedAt).where(sql`${t.state} = 'requested'`),
    check('payouts_positive', sql`${t.coins} > 0 and ${t.amount} >= 0`),
    check('payouts_state_kind', sql`${t.state} in ('requested', 'paid', 'rejected') and (${t.state} = 'requested') = (${t.decidedAt} is null)`),
  ],
);

export const gifts = pgTable(
  'gifts',
  {
    id: text().$type<GiftId>().primaryKey(),
    nameEn: text('name_en').notNull(),
    nameZh: text('name_zh').notNull(),
    coins: whole().notNull(),
    animation: text().$type<GiftAnimation>().notNull(),
    tier: text().$type<GiftTier>().notNull(),
    isOnSale: boolean('is_on_sale').notNull(),
    position: integer().notNull(),
  },
  (t) => [check('gifts_price_positive', sql`${t.coins} > 0`), check('gifts_tier_kind', sql`${t.tier} in ('small', 'medium', 'large')`)],
);

/**
 * Its transfer has the coins; this has what they were for. No foreign keys, as above: whom it names has an account, which keeps them,
 * and gifts stay in the catalogue. The reconciliation proves that gifts and transfers belong together.
 */
export const giftSends = pgTable(
  'gift_sends',
  {
    transferId: text('transfer_id').$type<GiftSendId & TransferId>().primaryKey(),
    channelId: text('channel_id').$type<ChannelId>().notNull(),
    broadcastId: text('broadcast_id').$type<BroadcastId>(),
    userId: text('user_id').$type<UserId>().notNull(),
    role: text().$type<Role>().notNull(),
    fanLevel: smallint('fan_level').notNull(),
    giftId: text('gift_id').$type<GiftId>().notNull(),
    quantity: integer().notNull(),
    coins: whole().notNull(),
    comboId: text('combo_id').$type<ComboId>().notNull(),
    comboCount: integer('combo_count').notNull(),
    ...seenColumns(),
    givenAt: instant('given_at').notNull(),
  },
  (t) => [
    index('gift_sends_channel').on(t.channelId, t.givenAt),
    index('gift_sends_broadcast').on(t.broadcastId),
    check('gift_sends_positive', sql`${t.quantity} > 0 and ${t.coins} > 0 and ${t.comboCount} >= ${t.quantity}`),
  ],
);

export const superChats = pgTable(
  'super_chats',
  {
    id: text().$type<SuperChatId>().primaryKey(),
    transferId: ofTransfer().unique('super_chats_transfer'),
    channelId: ofChannel(),
    broadcastId: ofBroadcast(),
    userId: ofUser(),
    role: text().$type<Role>().notNull(),
    fanLevel: smallint('fan_level').notNull(),
    text: text().notNull(),
    coins: whole().notNull(),
    saidAt: instant('said_at').notNull(),
    pinnedUntil: instant('pinned_until').notNull(),
    ...seenColumns(),
    isRemoved: boolean('is_removed').notNull().default(false),
  },
  (t) => [
    index('super_chats_channel').on(t.channelId, t.pinnedUntil),
    index('super_chats_broadcast').on(t.broadcastId),
    index('super_chats_user').on(t.userId),
  ],
);

/** One for each channel; what was given since is counted from the transfers. */
export const goals = pgTable('goals', {
  channelId: ofChannel().primaryKey(),
  title: text().notNull(),
  coins: whole().notNull(),
  setAt: instant('set_at').notNull(),
  givenCoins: whole('given_coins').notNull(),
});

/** What each person gave in each channel, ever. */
export const fans = pgTable(
  'fans',
  { channelId: ofChannel(), userId: ofUser(), coins: whole().notNull() },
  (t) => [primaryKey({ columns: [t.channelId, t.userId] }), index('fans_user').on(t.userId), index('fans_top').on(t.channelId, t.coins)],
);

export const redPackets = pgTable(
  'red_packets',
  {
    id: text().$type<RedPacketId>().primaryKey(),
    transferId: ofTransfer().unique('red_packets_transfer'),
    channelId: ofChannel(),
    broadcastId: ofBroadcast(),
    userId: ofUser(),
    role: text().$type<Role>().notNull(),
    fanLevel: smallint('fan_level').notNull(),
    coins: whole().notNull(),
    shares: integer().notNull(),
    announcedAt: instant('announced_at').notNull(),
    announcedFrameAt: instant('announced_frame_at'),
    openedAt: instant('opened_at'),
  },
  (t) => [
    index('red_packets_channel').on(t.channelId),
    index('red_packets_broadcast').on(t.broadcastId),
    index('red_packets_user').on(t.userId),
    index('red_packets_open').on(t.announcedAt).where(sql`${t.openedAt} is null`),
    check('red_packets_positive', sql`${t.shares} between 1 and ${t.coins}`),
  ],
);

export const redPacketClaims = pgTable(
  'red_packet_claims',
  {
    redPacketId: text('red_packet_id').$type<RedPacketId>().notNull().references(() => redPackets.id),
    userId: ofUser(),
    ...seenColumns(),
    claimedAt: instant('claimed_at').notNull(),
    /** Null: not decided yet, or nothing. */
    coins: whole(),
  },
  (t) => [primaryKey({ columns: [t.redPacketId, t.userId] }), index('red_packet_claims_user').on(t.userId)],
);
