// The calls about money and gifts: a part of the table of http.ts that the first script does not carry.

import type { WALLET_ROUTES } from '../../shared/wallet-routes.ts';
import { callerOf } from './http.ts';
import type { Lines } from './http.ts';

const LINES: Lines<keyof typeof WALLET_ROUTES> = {
  'gift.catalogue': 'GET /api/gifts',
  'wallet.show': 'GET /api/wallet',
  'wallet.statement': 'GET /api/wallet/statement',
  'topup.start': 'POST /api/topups',
  'topup.show': 'GET /api/topups/:topUpId',
  'topup.sandbox': 'POST /api/topups/:topUpId/sandbox',
  'earnings.show': 'GET /api/earnings',
  'earnings.statement': 'GET /api/earnings/statement',
  'payout.request': 'POST /api/payouts',
  'operator.payouts': 'GET /api/operator/payouts',
  'operator.decidePayout': 'POST /api/operator/payouts/:payoutId',
  'operator.topUps': 'GET /api/operator/topups',
  'operator.refund': 'POST /api/operator/topups/:topUpId/refund',
  'operator.saveGift': 'PUT /api/operator/gifts/:giftId',
  'operator.thaw': 'POST /api/operator/wallets/:userId/thaw',
};

/** `callMoney('topup.show', { path: { topUpId } })`: the result, or an ApiError thrown. */
export const callMoney = callerOf(LINES);
