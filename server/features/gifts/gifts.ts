// What fans give (rules G1-G6, G8): puts the parts together, and shows the rest of the server what it may ask. Owns the sums of
// each room and the super chats on top; coins move in the ledger alone.

import type { RoomId, UserId } from '../../../shared/ids.ts';
import type { Params, Result } from '../../../shared/messages.ts';
import type { GiftSnapshot } from '../../../shared/messages/gifts.ts';
import type { Caller, Handlers } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import { cleanLine } from '../../lib/plain-text.ts';
import type { Reader, RoomPart } from '../../rooms/room-part.ts';
import { walletOf } from '../../ledger/accounts.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { createCatalogue } from './catalogue.ts';
import { createGiving } from './giving.ts';
import { placeOf } from '../../rooms/place.ts';
import type { GiftsDeps, RedPacketsPart } from './parts.ts';
import { createRecorder, RECORDER } from './recorder.ts';
import { createRoomSupport } from './room-support.ts';
import { createSending } from './sending.ts';
import { createGiftStore } from './store.ts';
import { createSupporters } from './supporters.ts';
import { createWallets } from './wallets.ts';

const isOutage = (error: unknown): boolean => error instanceof AppError && (error.code === 'database_unavailable' || error.code === 'busy');

type Names = 'gift.send' | 'superchat.send' | 'superchat.remove' | 'goal.set' | 'supporter.list';
type Deps = GiftsDeps & { readonly ledger: Ledger; readonly redPackets: () => RedPacketsPart };

const buildParts = (deps: Deps) => {
  const store = createGiftStore(deps.database);
  const support = createRoomSupport({ ...deps, store });
  const catalogue = createCatalogue({ clock: deps.clock, store });
  const recorder = createRecorder({ ...deps, store, support });
  const give = createGiving(deps);
  const sending = createSending({ ...deps, give, catalogue, store, support });
  const supporters = createSupporters({ ...deps, store, support });
  const wallets = createWallets({ ...deps, balanceOf: async (userId) => (await deps.ledger.balances([walletOf(userId)])).get(walletOf(userId))?.balance ?? 0, fanCoinsIn: support.fanCoinsIn });
  return { store, support, catalogue, recorder, give, sending, supporters, wallets };
};
type Parts = ReturnType<typeof buildParts>;

const partOf = (deps: Deps, { store, support, wallets }: Parts): RoomPart<GiftSnapshot> => {
  const prepareReader = async (roomId: RoomId, userId: UserId): Promise<void> => {
    const [coins] = await Promise.all([store.fanCoins(roomId, userId), wallets.prepare(userId)]);
    support.learnFanCoins(roomId, userId, coins);
  };
  const mineIn = (roomId: RoomId, { userId }: Reader): GiftSnapshot['mine'] =>
    userId && { balance: wallets.balance(userId), fanCoins: support.fanCoinsIn(roomId, userId) ?? 0, claimed: deps.redPackets().claimedBy(roomId, userId) };
  return {
    async prepare(roomId, userId) {
      await support.prepare(roomId);
      if (userId === null) return;
      await prepareReader(roomId, userId).catch((error: unknown) => {
        if (!isOutage(error)) throw error; // people come in all the same, and hear of their coins with the next change
      });
    },
    snapshot(roomId, reader) {
      const room = support.get(roomId);
      const mine = mineIn(roomId, reader);
      const redPackets = [...deps.redPackets().openIn(roomId)];
      if (!room) return { goal: null, supporters: [], broadcastCoins: 0, superChats: [], redPackets, mine };
      const { broadcastCoins, supporters } = support.sumsOf(roomId, room);
      const { goal } = room.support;
      return {
        goal: goal && { title: goal.title, coins: goal.coins, givenCoins: goal.givenCoins },
        supporters, broadcastCoins, redPackets, mine,
        superChats: room.pinned.list(deps.clock.nowMs()),
      };
    },
    roomClosed: support.roomClosed,
  };
};

const handlersOf = (deps: Deps, { store, support, sending, supporters }: Parts): Handlers<Names> => ({
  'gift.send': sending.sendGift,
  'superchat.send': sending.sendSuperChat,
  async 'superchat.remove'({ superChatId }: Params<'superchat.remove'>, caller: Caller): Promise<Result<'superchat.remove'>> {
    const { roomId } = placeOf(caller).seat;
    const removed = await store.removeSuperChat(roomId, superChatId);
    if (!removed) throw new AppError('not_found', 'no such super chat');
    support.change(roomId, ({ pinned }) => void pinned.remove(superChatId));
    deps.publish(roomId, 'superchat.removed', { superChatId });
    deps.acted(caller, 'line_deleted', removed.userId, removed.text);
    return {};
  },
  async 'goal.set'({ goal }: Params<'goal.set'>, caller: Caller): Promise<Result<'goal.set'>> {
    const title = goal && cleanLine(goal.title);
    if (title === '') throw new AppError('bad_request', 'a goal needs a title');
    await support.setGoal(placeOf(caller).seat.roomId, goal && { title: title ?? '', coins: goal.coins });
    return {};
  },
  async 'supporter.list'({ span }: Params<'supporter.list'>, { seat }: Caller): Promise<Result<'supporter.list'>> {
    if (!seat) throw new AppError('not_joined');
    return { supporters: await supporters(seat.roomId, span) };
  },
});

export const createGifts = (deps: Deps) => {
  const parts = buildParts(deps);
  const { support, wallets } = parts;
  return {
    handlers: handlersOf(deps, parts),
    part: partOf(deps, parts),
    /** For the ledger: what it writes with gifts and super chats. */
    recorders: { [RECORDER]: parts.recorder },
    catalogue: parts.catalogue,
    /** For whatever else is paid in a show. */
    give: parts.give,
    fanLevelIn: support.fanLevelIn,
    /** Somebody has another sum now. */
    walletChanged: wallets.changed,
    /** Rooms in memory; tests count them to zero. */
    rooms: support.size,
    close(): void {
      support.close();
      wallets.close();
    },
  };
};

export type Gifts = ReturnType<typeof createGifts>;
