// Red packets (rule G7): given, reached for, and shown. The coins lie in the ledger's escrow from the announcement to the draw;
// who wins is decided by the frame that each saw and not by who is first on the road.

import type { BroadcastId, RedPacketId, RequestKey, RoomId, UserId } from '../../../shared/ids.ts';
import { RED_PACKETS_OPEN_MAX, RED_PACKET_CLAIM_MS } from '../../../shared/limits.ts';
import type { Params, Result } from '../../../shared/messages.ts';
import type { Author } from '../../../shared/messages/chat.ts';
import type { Caller, Handlers, StampFrame } from '../../hub/handler.ts';
import type { Posted, Recorder, Transfer } from '../../ledger/transfer.ts';
import { AppError } from '../../lib/app-error.ts';
import { placeOf } from '../../rooms/place.ts';
import type { Place } from '../../rooms/place.ts';
import { judgeClaim } from './draw.ts';
import { createPackets, RECORDER } from './packets.ts';
import type { Opening, PacketsDeps } from './packets.ts';
import { createRedPacketStore } from './store.ts';
import type { GivenPacket, RedPacketDatabase } from './store.ts';

type Payment = {
  readonly key: RequestKey;
  readonly fingerprint: string;
  readonly isForHost: boolean;
  readonly order: (broadcastId: BroadcastId, place: Place) => Pick<Transfer, 'kind' | 'credit' | 'amount' | 'fee' | 'record'>;
};

export type RedPacketsDeps = Omit<PacketsDeps, 'store'> & {
  readonly database: RedPacketDatabase;
  readonly stampFrame: StampFrame;
  /** Pays, once for each key. Throws why not. */
  readonly give: (caller: Caller, payment: Payment) => Promise<Posted>;
  /** Throws `banned` or `timed_out`. */
  readonly mayAct: (caller: Caller) => { readonly isShadow: boolean };
  readonly fanLevelIn: (roomId: RoomId, userId: UserId) => number;
};

type Draft = { readonly roomId: RoomId; readonly broadcastId: BroadcastId; readonly giver: Author; readonly coins: number; readonly shares: number };
type Row = { readonly is: 'given'; readonly given: GivenPacket } | { readonly is: 'opened'; readonly opening: Opening; readonly atMs: number };

/** It lies on the frame that the camera takes at this moment: nobody can have seen that one yet. */
const givenOf = ({ roomId, broadcastId, ...draft }: Draft, id: string, atMs: number): GivenPacket => ({
  roomId,
  broadcastId,
  redPacket: { redPacketId: id as RedPacketId, ...draft, announcedFrameMs: atMs, announcedAtMs: atMs, claimMs: RED_PACKET_CLAIM_MS },
});

export const createRedPackets = (deps: RedPacketsDeps) => {
  const { clock, publish } = deps;
  const store = createRedPacketStore(deps.database);
  const packets = createPackets({ ...deps, store });
  /** On their way to the ledger: they have a place already. */
  const coming = new Map<RoomId, number>();

  const recorder: Recorder = {
    compose: (accepted) =>
      accepted.map(({ transferId, atMs, about }): Row => {
        const it = about as Draft | Opening;
        return 'redPacketId' in it ? { is: 'opened', opening: it, atMs } : { is: 'given', given: givenOf(it, transferId, atMs) };
      }),
    async write(tx, rows) {
      const given = (rows as readonly Row[]).flatMap((row) => (row.is === 'given' ? row.given : []));
      if (given.length > 0) await store.add(tx, given);
      for (const row of rows as readonly Row[]) if (row.is === 'opened') await store.open(tx, row.opening.redPacketId, row.opening.shares, row.atMs);
    },
    committed(rows) {
      for (const row of rows as readonly Row[]) {
        if (row.is !== 'given') continue;
        packets.add(row.given);
        publish(row.given.roomId, 'redpacket.announced', { redPacket: row.given.redPacket });
      }
    },
  };

  const give = async ({ key, coins, shares }: Params<'redpacket.give'>, caller: Caller): Promise<Result<'redpacket.give'>> => {
    if (coins < shares) throw new AppError('bad_request', 'a share is at least one coin');
    const { roomId } = placeOf(caller).seat;
    let hasPlace = false;
    const order = (broadcastId: BroadcastId, { seat, user }: Place) => {
      const others = coming.get(roomId) ?? 0;
      if (packets.openIn(roomId).length + others >= RED_PACKETS_OPEN_MAX) throw new AppError('too_many_items');
      coming.set(roomId, others + 1);
      hasPlace = true;
      const { userId, name, displayName } = user;
      const giver: Author = { userId, name, displayName, role: seat.isOwner ? 'host' : seat.role, fanLevel: deps.fanLevelIn(roomId, userId) };
      const draft: Draft = { roomId, broadcastId, giver, coins, shares };
      return { kind: 'red_packet', credit: 'escrow', amount: coins, record: { by: RECORDER, about: draft } } as const;
    };
    const paid = await deps.give(caller, { key, fingerprint: `red_packet/${roomId}/${coins}/${shares}`, isForHost: true, order }).finally(() => {
      if (!hasPlace) return;
      const others = (coming.get(roomId) ?? 1) - 1;
      if (others > 0) coming.set(roomId, others);
      else coming.delete(roomId);
    });
    const recorded = paid.recorded as Row | null;
    const redPacket = recorded?.is === 'given' ? recorded.given.redPacket : await store.byTransfer(paid.transferId);
    if (!redPacket) throw new AppError('key_reused');
    return { redPacket, balance: paid.debitAfter };
  };

  const claim = async ({ redPacketId, seen }: Params<'redpacket.claim'>, caller: Caller): Promise<Result<'redpacket.claim'>> => {
    const { seat, user } = placeOf(caller);
    const stamp = deps.stampFrame(caller, seen); // before anything waits: it is the time of arrival
    const { isShadow } = deps.mayAct(caller);
    const packet = packets.get(redPacketId);
    if (!packet || packet.roomId !== seat.roomId) throw new AppError(packets.isOver(redPacketId) ? 'red_packet_over' : 'not_found');
    if (packet.redPacket.giver.userId === user.userId) throw new AppError('permission_denied', 'the own red packet is for others');
    if (packet.drawn || !stamp) throw new AppError('red_packet_over');
    const judged = judgeClaim(stamp, packet.redPacket.announcedFrameMs ?? packet.redPacket.announcedAtMs);
    if (judged !== 'counts') throw new AppError(judged === 'too_early' ? 'not_seen_yet' : 'red_packet_over');
    if (isShadow) return {}; // told the same as everybody
    const named = { userId: user.userId, displayName: user.displayName, capturedAtMs: Math.round(stamp.capturedAtMs) };
    const isKept = await packets.claim(packet, { redPacketId, claim: named, errorMs: Math.ceil(stamp.errorMs), claimedAtMs: clock.nowMs() });
    if (!isKept) throw new AppError('busy', 'too many claims wait');
    return {};
  };

  const handlers: Handlers<'redpacket.give' | 'redpacket.claim'> = { 'redpacket.give': give, 'redpacket.claim': claim };
  return {
    handlers,
    /** For the ledger: what it writes with red packets. */
    recorders: { [RECORDER]: recorder },
    openIn: packets.openIn,
    claimedBy: packets.claimedBy,
    restore: packets.restore,
    /** That lie there now; tests count them. */
    size: packets.size,
    close: packets.close,
  };
};

export type RedPackets = ReturnType<typeof createRedPackets>;
