// Gifts and super chats on their way: checked, paid, answered (rules G1-G5). What is told to the room, the recorder tells.

import { createHash } from 'node:crypto';
import { COINS_MAX, SUPER_CHAT_CHARS_MAX } from '../../../shared/limits.ts';
import { pinnedMsFor } from '../../../shared/fans.ts';
import type { Params, Result } from '../../../shared/messages.ts';
import type { Caller } from '../../hub/handler.ts';
import { earningsOf } from '../../ledger/accounts.ts';
import { AppError } from '../../lib/app-error.ts';
import { cleanLine } from '../../lib/plain-text.ts';
import type { Catalogue } from './catalogue.ts';
import type { Draft, GiftRow, SuperChatRow } from './gift-row.ts';
import type { Give, Order } from './giving.ts';
import { authorAt } from './parts.ts';
import { RECORDER } from './recorder.ts';
import type { Place } from '../../rooms/place.ts';
import type { GiftsDeps } from './parts.ts';
import type { RoomSupport } from './room-support.ts';
import type { GiftStore } from './store.ts';

export type SendingDeps = Pick<GiftsDeps, 'clock' | 'stampFrame' | 'judge' | 'feeOf'> & {
  readonly give: Give;
  readonly catalogue: Catalogue;
  readonly store: GiftStore;
  readonly support: RoomSupport;
};

/** A transfer of that key is there, but it was for something else. */
const otherThing = (): AppError => new AppError('key_reused');

export const createSending = (deps: SendingDeps) => {
  const { clock, stampFrame, give, catalogue, store, support } = deps;
  const authorIn = (place: Place) => authorAt(place, support.fanLevelIn(place.seat.roomId, place.user.userId));
  const orderOf = (draft: Draft): Order => ({
    kind: draft.kind, credit: earningsOf(draft.roomId), amount: draft.coins, fee: deps.feeOf(draft.coins), record: { by: RECORDER, about: draft },
  });

  const sendGift = async (params: Params<'gift.send'>, caller: Caller): Promise<Result<'gift.send'>> => {
    const { key, giftId, quantity } = params;
    const stamp = stampFrame(caller, params.seen); // before anything waits: it is the time of arrival
    const givenAtMs = clock.nowMs();
    const paid = await give(caller, {
      key, fingerprint: `gift/${caller.seat?.roomId}/${giftId}/${quantity}`, isForHost: false,
      async order(broadcastId, place) {
        const coins = (await catalogue.onSale(giftId)).coins * quantity;
        if (coins > COINS_MAX) throw new AppError('insufficient_coins'); // more than any wallet can hold
        const { roomId } = place.seat;
        return orderOf({ kind: 'gift', roomId, broadcastId, author: authorIn(place), giftId, quantity, coins, stamp, isFrameNamed: params.seen !== null, givenAtMs });
      },
    });
    const gift = (paid.recorded as GiftRow | null)?.sent ?? (await store.sentGift(paid.transferId));
    if (!gift) throw otherThing();
    return { gift, balance: paid.debitAfter };
  };

  /** Nobody waits for a moderator who has paid: what a line would be held for is refused. Throws what a chat line is refused with. */
  const judged = (caller: Caller, text: string): void => {
    const { isShadow, hold } = deps.judge(caller, { text, isEdit: false });
    if (isShadow) throw new AppError('banned');
    if (hold === 'word') throw new AppError('word_blocked');
    if (hold === 'link') throw new AppError('link_blocked');
  };

  const sendSuperChat = async (params: Params<'superchat.send'>, caller: Caller): Promise<Result<'superchat.send'>> => {
    const { key, coins } = params;
    const text = cleanLine(params.text);
    if (text === '' || text.length > SUPER_CHAT_CHARS_MAX) throw new AppError('bad_request', 'the text is empty or too long');
    const stamp = stampFrame(caller, params.seen);
    const givenAtMs = clock.nowMs();
    const paid = await give(caller, {
      key, fingerprint: `super_chat/${caller.seat?.roomId}/${coins}/${createHash('sha256').update(text).digest('base64url')}`, isForHost: false,
      order(broadcastId, place) {
        judged(caller, text);
        const { roomId } = place.seat;
        const pinnedUntilMs = givenAtMs + pinnedMsFor(coins);
        return orderOf({ kind: 'super_chat', roomId, broadcastId, author: authorIn(place), text, coins, stamp, isFrameNamed: params.seen !== null, givenAtMs, pinnedUntilMs });
      },
    });
    const superChat = (paid.recorded as SuperChatRow | null)?.superChat ?? (await store.superChat(paid.transferId));
    if (!superChat) throw otherThing();
    return { superChat, balance: paid.debitAfter };
  };

  return { sendGift, sendSuperChat };
};

