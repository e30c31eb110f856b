// The way of every payment to a show (rules G1, G2, G4): may it be given at all, then the ledger, and the same answer as before
// for the same key. On the way to the ledger nothing waits for the database; only what is about to be refused is looked up there,
// since it may have been paid already.

import type { BroadcastId, RequestKey, UserId } from '../../../shared/ids.ts';
import type { Caller } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import { walletOf } from '../../ledger/accounts.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Posted, Transfer } from '../../ledger/transfer.ts';
import { placeOf } from '../../rooms/place.ts';
import type { Place } from '../../rooms/place.ts';
import type { GiftsDeps } from './parts.ts';

export type GivingDeps = Pick<GiftsDeps, 'broadcastIdIn' | 'mayAct'> & { readonly ledger: Pick<Ledger, 'post' | 'find'> };

/** What is paid for, once it is known that it may be. */
export type Order = Pick<Transfer, 'kind' | 'credit' | 'amount' | 'fee' | 'record'>;

export type Payment = {
  readonly key: RequestKey;
  /** What makes two requests of one key the same. */
  readonly fingerprint: string;
  /** The host may give it too. */
  readonly isForHost: boolean;
  /** Throws what the thing itself is refused with. */
  readonly order: (broadcastId: BroadcastId, place: Place) => Order | Promise<Order>;
};

/** One kind of key for all that is given: the same one for a gift and for a super chat is a mistake. */
const keyOf = (userId: UserId, key: RequestKey): string => `give/${userId}/${key}`;

export const createGiving = ({ ledger, broadcastIdIn, mayAct }: GivingDeps) => {
  /** Throws `banned`, `timed_out`, `not_live`, `own_channel`. */
  const admit = (caller: Caller, { seat }: Place, isForHost: boolean): BroadcastId => {
    if (seat.isOwner && !isForHost) throw new AppError('own_channel');
    // Who is banned without knowing it must not pay for what nobody will see.
    if (mayAct(caller).isShadow) throw new AppError('banned');
    const broadcastId = broadcastIdIn(seat.roomId);
    if (broadcastId === null) throw new AppError('not_live');
    return broadcastId;
  };

  /** Throws `insufficient_coins`, `wallet_frozen`, `key_reused`, `database_unavailable`, and what the order throws. */
  const give = async (caller: Caller, payment: Payment): Promise<Posted> => {
    const place = placeOf(caller);
    const same = { key: keyOf(place.user.userId, payment.key), fingerprint: payment.fingerprint };
    let order: Order;
    try {
      order = await payment.order(admit(caller, place, payment.isForHost), place);
    } catch (error) {
      const before = await ledger.find(same);
      if (before) return before;
      throw error;
    }
    return ledger.post({ ...same, ...order, debit: walletOf(place.user.userId) });
  };
  return give;
};

export type Give = ReturnType<typeof createGiving>;
