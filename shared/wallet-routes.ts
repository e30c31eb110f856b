// The HTTP table's rows about money: wallet, top-ups, earnings, payouts, and what an operator decides. Rules L1-L7 in README.md.
// Coins are whole numbers; money is in the currency's smallest unit (cents).

import * as v from 'valibot';
import { COINS_MAX, COIN_PACKAGES_MAX, GIFTS_MAX, OPERATOR_PAGE_MAX, PAYOUT_DESTINATION_CHARS_MAX, REASON_CHARS_MAX, STATEMENT_PAGE_MAX } from './limits.ts';
import { coins, giftView } from './messages/gifts.ts';
import { often, route, seldom } from './route.ts';
import type { Route } from './route.ts';
import { displayName, giftId, handle, integer, list, nothing, payoutId, requestKey, text, timeMs, topUpId, transferId, userId } from './schema.ts';

/** In the currency's smallest unit. */
const money = integer(0, COINS_MAX);
/** ISO 4217. */
const currency = v.pipe(v.string(), v.regex(/^[A-Z]{3}$/));
const more = integer(-COINS_MAX, COINS_MAX);

export const coinPackage = v.strictObject({ packageId: text(1, 32), coins: integer(1, COINS_MAX), price: integer(1, COINS_MAX) });
export type CoinPackage = v.InferOutput<typeof coinPackage>;

export const walletView = v.strictObject({
  balance: coins,
  /** A charge-back or an operator stopped it: nothing can be spent until it is settled. */
  isFrozen: v.boolean(),
  packages: list(coinPackage, COIN_PACKAGES_MAX),
  currency,
  /** `sandbox`: no money moves, and the page says so. */
  provider: v.picklist(['sandbox', 'stripe']),
});
export type WalletView = v.InferOutput<typeof walletView>;

export const TRANSFER_KINDS = [
  'top_up', 'refund', 'charge_back', 'gift', 'super_chat', 'red_packet', 'red_packet_share', 'red_packet_return', 'payout', 'payout_return', 'correction',
] as const;
export type TransferKind = (typeof TRANSFER_KINDS)[number];

/** One line of somebody's account: coins that came (positive) or went (negative), and what was left afterwards. */
export const statementLine = v.strictObject({
  transferId,
  kind: v.picklist(TRANSFER_KINDS),
  coins: more,
  balance: more,
  atMs: timeMs,
  /** The other person or channel, a gift's quantity and id; for the page to put into words. */
  withName: v.nullable(displayName),
  giftId: v.nullable(giftId),
  quantity: v.nullable(integer(1, 1_000_000)),
});
export type StatementLine = v.InferOutput<typeof statementLine>;

const statement = v.strictObject({ lines: list(statementLine, STATEMENT_PAGE_MAX), hasMore: v.boolean() });
export type Statement = v.InferOutput<typeof statement>;

export const topUpView = v.strictObject({
  topUpId,
  coins: integer(1, COINS_MAX),
  price: money,
  currency,
  provider: v.picklist(['sandbox', 'stripe']),
  state: v.picklist(['open', 'paid', 'failed', 'refunded', 'charged_back']),
  startedAtMs: timeMs,
});
export type TopUpView = v.InferOutput<typeof topUpView>;

export const payoutView = v.strictObject({
  payoutId,
  coins: integer(1, COINS_MAX),
  /** What the creator gets for them. */
  amount: money,
  currency,
  destination: text(1, PAYOUT_DESTINATION_CHARS_MAX),
  state: v.picklist(['requested', 'paid', 'rejected']),
  requestedAtMs: timeMs,
  decidedAtMs: v.nullable(timeMs),
  /** The operator's words. */
  note: text(0, REASON_CHARS_MAX),
});
export type PayoutView = v.InferOutput<typeof payoutView>;

export const earningsView = v.strictObject({
  /** Coins that may be paid out now. */
  available: coins,
  /** Younger than the waiting time, in which a payment can still be called back. */
  waiting: coins,
  waitingDays: integer(0, 365),
  /** Asked for and not yet decided. */
  requested: coins,
  paidOut: coins,
  isFrozen: v.boolean(),
  /** What the platform keeps of each gift, in percent. */
  platformSharePercent: integer(0, 100),
  payoutCoinsMin: integer(1, COINS_MAX),
  /** What a hundred coins are worth in a payout. */
  hundredCoins: money,
  currency,
  payouts: list(payoutView, STATEMENT_PAGE_MAX),
});
export type EarningsView = v.InferOutput<typeof earningsView>;

const operatorPayout = v.strictObject({ payout: payoutView, channel: v.strictObject({ handle, displayName }) });
export type OperatorPayout = v.InferOutput<typeof operatorPayout>;
const operatorTopUp = v.strictObject({ topUp: topUpView, user: v.strictObject({ userId, name: text(1, 100), displayName }) });
export type OperatorTopUp = v.InferOutput<typeof operatorTopUp>;

const giftFields = v.strictObject({
  nameEn: giftView.entries.nameEn, nameZh: giftView.entries.nameZh, coins: giftView.entries.coins, animation: giftView.entries.animation,
  tier: giftView.entries.tier, isOnSale: v.boolean(), position: giftView.entries.position,
});

export const WALLET_ROUTES = {
  'gift.catalogue': route({
    method: 'GET', path: '/api/gifts', access: 'anyone', body: null,
    result: v.strictObject({ gifts: list(giftView, GIFTS_MAX) }), rate: often, about: 'All gifts, also those off sale.',
  }),
  'wallet.show': route({
    method: 'GET', path: '/api/wallet', access: 'user', body: null, result: walletView, rate: often, about: 'The own coins, and what more of them cost.',
  }),
  'wallet.statement': route({
    method: 'GET', path: '/api/wallet/statement', access: 'user', body: null,
    result: statement, rate: often, about: 'Lines of the own wallet, newest first; `?before=` a transfer gives the page before it.',
  }),
  'topup.start': route({
    method: 'POST', path: '/api/topups', access: 'user', body: v.strictObject({ key: requestKey, packageId: text(1, 32) }),
    result: v.strictObject({ topUp: topUpView, payUrl: text(1, 2_000) }), rate: { burst: 10, perSecond: 0.2 },
    about: 'Begins to buy a package of coins; the browser goes to payUrl to pay.',
  }),
  'topup.show': route({
    method: 'GET', path: '/api/topups/:topUpId', access: 'user', body: null, result: topUpView, rate: often, about: 'How far an own top-up is.',
  }),
  'topup.sandbox': route({
    method: 'POST', path: '/api/topups/:topUpId/sandbox', access: 'user', body: v.strictObject({ outcome: v.picklist(['pay', 'decline']) }),
    result: topUpView, rate: { burst: 10, perSecond: 1 }, about: 'Pays, or fails to pay, with the built-in sandbox; not there with a real provider.',
  }),
  'earnings.show': route({
    method: 'GET', path: '/api/earnings', access: 'user', body: null, result: earningsView, rate: often, about: "What the own channel earned.",
  }),
  'earnings.statement': route({
    method: 'GET', path: '/api/earnings/statement', access: 'user', body: null,
    result: statement, rate: often, about: "Lines of the own channel's earnings, newest first; `?before=` as above.",
  }),
  'payout.request': route({
    method: 'POST', path: '/api/payouts', access: 'user',
    body: v.strictObject({ key: requestKey, coins: integer(1, COINS_MAX), destination: text(1, PAYOUT_DESTINATION_CHARS_MAX) }),
    result: payoutView, rate: seldom, about: 'Asks for coins of the own channel to be paid out; they are set aside until an operator decides.',
  }),
  'operator.payouts': route({
    method: 'GET', path: '/api/operator/payouts', access: 'user', body: null,
    result: v.strictObject({ payouts: list(operatorPayout, OPERATOR_PAGE_MAX) }), rate: often, about: 'Payouts, those that wait first. For operators.',
  }),
  'operator.decidePayout': route({
    method: 'POST', path: '/api/operator/payouts/:payoutId', access: 'user',
    body: v.strictObject({ decision: v.picklist(['paid', 'rejected']), note: text(0, REASON_CHARS_MAX) }),
    result: payoutView, rate: often, about: 'Decides a payout, once. For operators.',
  }),
  'operator.topUps': route({
    method: 'GET', path: '/api/operator/topups', access: 'user', body: null,
    result: v.strictObject({ topUps: list(operatorTopUp, OPERATOR_PAGE_MAX) }), rate: often, about: 'The newest top-ups, `?name=` of one user. For operators.',
  }),
  'operator.refund': route({
    method: 'POST', path: '/api/operator/topups/:topUpId/refund', access: 'user', body: v.strictObject({ note: text(0, REASON_CHARS_MAX) }),
    result: topUpView, rate: often, about: 'Gives the money of a top-up back and takes its coins. For operators.',
  }),
  'operator.saveGift': route({
    method: 'PUT', path: '/api/operator/gifts/:giftId', access: 'user', body: giftFields, result: giftView, rate: often,
    about: 'Adds or changes a gift of the catalogue. For operators.',
  }),
  'operator.thaw': route({
    method: 'POST', path: '/api/operator/wallets/:userId/thaw', access: 'user', body: nothing, result: nothing, rate: often,
    about: 'Lets a frozen wallet be used again. For operators.',
  }),
} as const satisfies Record<string, Route>;
