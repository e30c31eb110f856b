// The red packets that lie there now, and their end (rule G7): when the slowest viewer has had the time, the draw is made by the
// claims in the database, and all sums move in one commit with the word that it is decided. A packet outlives its room and its
// broadcast; what was open when a server ended, the next one decides.

import { randomBytes } from 'node:crypto';
import type { RedPacketId, RoomId, UserId } from '../../../shared/ids.ts';
import { RED_PACKET_CLAIM_MS } from '../../../shared/limits.ts';
import type { RedPacket } from '../../../shared/messages/gifts.ts';
import type { Publish } from '../../hub/handler.ts';
import { walletOf } from '../../ledger/accounts.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Transfer } from '../../ledger/transfer.ts';
import { createBatchedWrites } from '../../lib/batched-writes.ts';
import type { Cancel, Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { drawShares } from './draw.ts';
import type { Share } from './draw.ts';
import type { ClaimRow, GivenPacket, NamedClaim, RedPacketStore } from './store.ts';

export type PacketsDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Pick<Ledger, 'postTogether'>;
  readonly publish: Publish;
  readonly store: RedPacketStore;
  /** How long the picture takes to the viewer to whom it takes the longest; null: nobody says. */
  readonly slowestMsIn: (roomId: RoomId) => number | null;
  /** Chance, for tests. */
  readonly seed?: () => string;
};

export type Drawn = { readonly shares: readonly Share[]; readonly returnedCoins: number };
export type Lying = GivenPacket & { readonly claims: Map<UserId, NamedClaim>; drawn: Drawn | null };
/** What the recorder writes with the shares. */
export type Opening = { readonly redPacketId: RedPacketId; readonly shares: readonly Share[] };

/** By this name the ledger knows who writes the rows. */
export const RECORDER = 'redpackets';

/** Nobody is waited for longer: who is so far behind has no live picture. */
const SLOWEST_MS_MAX = 10_000;
/** The way of the last request to us. */
const ROAD_MS = 1_000;
const RETRY_MS = 1_000;
const CLAIM_WRITE_MS = 20;
const OVER_KEPT_MAX = 1_000;

const transfersOf = ({ redPacket }: GivenPacket, { shares, returnedCoins }: Drawn): Transfer[] => {
  const id = redPacket.redPacketId;
  const pay = (kind: Transfer['kind'], to: UserId, amount: number): Transfer =>
    ({ kind, key: `redpacket/${id}/${kind === 'red_packet_return' ? 'return' : to}`, fingerprint: String(amount), debit: 'escrow', credit: walletOf(to), amount });
  const all = shares.map(({ userId, coins }) => pay('red_packet_share', userId, coins));
  if (returnedCoins > 0) all.push(pay('red_packet_return', redPacket.giver.userId, returnedCoins));
  const opening: Opening = { redPacketId: id, shares };
  return all.map((transfer, at) => (at === 0 ? { ...transfer, record: { by: RECORDER, about: opening } } : transfer));
};

export const createPackets = (deps: PacketsDeps) => {
  const { clock, log, store } = deps;
  const seed = deps.seed ?? (() => randomBytes(16).toString('hex'));
  const lying = new Map<RedPacketId, Lying>();
  const timers = new Map<RedPacketId, Cancel>();
  const over = new Set<RedPacketId>();
  let isClosed = false;
  const writes = createBatchedWrites<ClaimRow>({ clock, log, what: 'red packet claims', delayMs: CLAIM_WRITE_MS, write: store.claim, merge: (first) => first });

  const later = (id: RedPacketId, delayMs: number): void => {
    timers.get(id)?.();
    if (!isClosed) timers.set(id, clock.after(Math.max(0, delayMs), () => void open(id)));
  };

  const forget = (id: RedPacketId): void => {
    timers.delete(id);
    lying.delete(id);
    over.add(id);
    if (over.size > OVER_KEPT_MAX) for (const oldest of over) { over.delete(oldest); break; }
  };

  /** Drawn once: should the road to the database break, the same sums are posted again. */
  const open = async (id: RedPacketId): Promise<void> => {
    const packet = lying.get(id);
    if (!packet) return;
    const { redPacket, claims, roomId } = packet;
    packet.drawn ??= drawShares({
      claims: [...claims.values()], announcedFrameMs: redPacket.announcedFrameMs ?? redPacket.announcedAtMs, coins: redPacket.coins, shares: redPacket.shares, seed: seed(),
    });
    const { shares, returnedCoins } = packet.drawn;
    try {
      await writes.flush(); // the rows that the shares are written into
      await deps.ledger.postTogether(transfersOf(packet, packet.drawn));
    } catch (error) {
      log.warn({ err: error, redPacket: id }, 'red packet not opened yet');
      return later(id, RETRY_MS);
    }
    forget(id);
    const named = shares.map(({ userId, coins }) => ({ userId, coins, displayName: claims.get(userId)?.displayName ?? '' }));
    deps.publish(roomId, 'redpacket.opened', { redPacketId: id, shares: named, returnedCoins });
  };

  const add = (given: GivenPacket, claims: readonly NamedClaim[] = []): void => {
    const { redPacketId, announcedAtMs, announcedFrameMs } = given.redPacket;
    lying.set(redPacketId, { ...given, claims: new Map(claims.map((claim) => [claim.userId, claim])), drawn: null });
    const slowestMs = Math.min(SLOWEST_MS_MAX, deps.slowestMsIn(given.roomId) ?? SLOWEST_MS_MAX / 2);
    later(redPacketId, (announcedFrameMs ?? announcedAtMs) + RED_PACKET_CLAIM_MS + slowestMs + ROAD_MS - clock.nowMs());
  };

  return {
    add,
    get: (id: RedPacketId): Lying | null => lying.get(id) ?? null,
    isOver: (id: RedPacketId): boolean => over.has(id),
    /** Kept when this resolves. False: so many wait that no more can be promised. Throws `database_unavailable`. */
    async claim(packet: Lying, row: ClaimRow): Promise<boolean> {
      const { claim, redPacketId } = row;
      const known = packet.claims.has(claim.userId);
      if (!known) {
        if (!writes.put(`${redPacketId} ${claim.userId}`, row)) return false;
        packet.claims.set(claim.userId, claim);
      }
      await writes.flush();
      return true;
    },
    openIn: (roomId: RoomId): RedPacket[] => [...lying.values()].filter((packet) => packet.roomId === roomId).map(({ redPacket }) => redPacket),
    claimedBy: (roomId: RoomId, userId: UserId): RedPacketId[] =>
      [...lying.values()].filter((packet) => packet.roomId === roomId && packet.claims.has(userId)).map(({ redPacket }) => redPacket.redPacketId),
    /** Those that an earlier server left. */
    async restore(): Promise<void> {
      for (const { packet, claims } of await store.unopened()) add(packet, claims);
    },
    size: (): number => lying.size,
    async close(): Promise<void> {
      isClosed = true;
      for (const cancel of timers.values()) cancel();
      timers.clear();
      await writes.close();
    },
  };
};

export type Packets = ReturnType<typeof createPackets>;
