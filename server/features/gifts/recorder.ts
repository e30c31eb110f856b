// What belongs to a commit of the ledger: the rows of gifts and super chats, written in its transaction, and the facts that are
// told when it has succeeded, in the order of the ids (rules G2, G3). Nothing is told and no combo goes on before that.

import type { RoomId } from '../../../shared/ids.ts';
import { GIFTS_PER_EVENT_MAX } from '../../../shared/limits.ts';
import type { SentGift } from '../../../shared/messages/gifts.ts';
import type { Recorder, Tx } from '../../ledger/transfer.ts';
import { createCombos } from './combos.ts';
import type { Given } from './combos.ts';
import { sentGiftOf, superChatOf, transferOf } from './gift-row.ts';
import type { Draft, GiftRow, Row, SuperChatRow } from './gift-row.ts';
import type { GiftsDeps } from './parts.ts';
import type { RoomSupport } from './room-support.ts';
import type { Counted, GiftStore } from './store.ts';

export type RecorderDeps = Pick<GiftsDeps, 'clock' | 'metrics' | 'publish' | 'given'> & { readonly store: GiftStore; readonly support: RoomSupport };

/** By this name the ledger knows it. */
export const RECORDER = 'gifts';

const givenOf = (draft: GiftRow['draft'], giftSendId: SentGift['giftSendId']): Given => ({ ...draft, userId: draft.author.userId, giftSendId });

const byRoom = (rows: readonly GiftRow[]): Map<RoomId, SentGift[]> => {
  const rooms = new Map<RoomId, SentGift[]>();
  for (const { draft, sent } of rows) {
    const known = rooms.get(draft.roomId);
    if (known) known.push(sent);
    else rooms.set(draft.roomId, [sent]);
  }
  return rooms;
};

export const createRecorder = (deps: RecorderDeps): Recorder => {
  const { publish, store, support } = deps;
  const combos = createCombos();
  const coins = deps.metrics.counter('qiao_coins_given_total', 'Coins given in gifts and super chats.', ['kind']);
  /** What the database said of the sums, until it is known whether that holds. */
  const counts = new WeakMap<readonly unknown[], Counted>();

  const tellGifts = (rows: readonly GiftRow[]): void => {
    for (const [roomId, gifts] of byRoom(rows))
      for (let from = 0; from < gifts.length; from += GIFTS_PER_EVENT_MAX) publish(roomId, 'gifts.received', { gifts: gifts.slice(from, from + GIFTS_PER_EVENT_MAX) });
  };
  const tellSuperChat = ({ draft, superChat }: SuperChatRow): void => {
    support.change(draft.roomId, ({ pinned }) => pinned.add(superChat, deps.clock.nowMs()));
    publish(draft.roomId, 'superchat.said', { superChat });
  };

  /** Sums, after the facts that they are of. */
  const count = (rows: readonly Row[], counted: Counted): void => {
    const ever = new Map(counted.fans.map(({ roomId, userId, coins: sum }) => [`${roomId} ${userId}`, sum]));
    for (const row of rows) {
      const { roomId, broadcastId, author, kind, coins: given } = row.draft;
      const fan = { userId: author.userId, name: author.name, displayName: author.displayName, coins: given };
      support.gained(roomId, { transferId: transferOf(row), broadcastId, fan, fanCoins: ever.get(`${roomId} ${author.userId}`) ?? 0 });
      coins.inc({ kind }, given);
      const { stamp, isFrameNamed, givenAtMs: arrivedAtMs } = row.draft;
      deps.given(roomId, { userId: fan.userId, name: fan.name, displayName: fan.displayName, coins: given, seenFrameMs: isFrameNamed && stamp ? stamp.capturedAtMs : null, arrivedAtMs });
    }
    for (const { roomId, goalId, givenCoins } of counted.goals) support.goalCounted(roomId, goalId, givenCoins);
    for (const roomId of new Set(rows.map(({ draft }) => draft.roomId))) support.counted(roomId);
  };

  return {
    compose(accepted) {
      const comboOf = combos.draft();
      return accepted.map(({ transferId, about }): Row => {
        const draft = about as Draft;
        if (draft.kind === 'super_chat') return { kind: 'super_chat', draft, superChat: superChatOf(draft, transferId) };
        const combo = comboOf(givenOf(draft, transferId as string as SentGift['giftSendId']));
        return { kind: 'gift', draft, sent: sentGiftOf(draft, transferId, combo) };
      });
    },
    async write(tx: Tx, rows) {
      counts.set(rows, await store.write(tx, rows as readonly Row[]));
    },
    kept(rows) {
      for (const row of rows as readonly Row[]) if (row.kind === 'gift') combos.keep(givenOf(row.draft, row.sent.giftSendId), row.sent.combo);
    },
    committed(rows) {
      const all = rows as readonly Row[];
      tellGifts(all.filter((row) => row.kind === 'gift'));
      for (const row of all) if (row.kind === 'super_chat') tellSuperChat(row);
      count(all, counts.get(rows) ?? { fans: [], goals: [] });
    },
  };
};
