// The SQL of red packets and of what people reached for.

import { sql } from 'drizzle-orm';
import type { BroadcastId, RedPacketId, RoomId, TransferId, UserId } from '../../../shared/ids.ts';
import { RED_PACKET_CLAIM_MS } from '../../../shared/limits.ts';
import type { Author } from '../../../shared/messages/chat.ts';
import type { RedPacket } from '../../../shared/messages/gifts.ts';
import type { Database, Statements } from '../../db/client.ts';
import { isoOf, ms } from '../../db/columns.ts';
import type { Claim, Share } from './draw.ts';

export type RedPacketDatabase = Pick<Database, 'run'>;

export type GivenPacket = { readonly roomId: RoomId; readonly broadcastId: BroadcastId | null; readonly redPacket: RedPacket };
/** A claim with the name that its person has. */
export type NamedClaim = Claim & { readonly displayName: string };
export type ClaimRow = { readonly redPacketId: RedPacketId; readonly claim: NamedClaim; readonly errorMs: number; readonly claimedAtMs: number };

type PacketColumns = {
  id: RedPacketId; channel_id: RoomId; broadcast_id: BroadcastId | null; user_id: UserId; name: string; display_name: string; role: Author['role'];
  fan_level: number; coins: string; shares: number; announced_ms: string; frame_ms: string | null;
};
type ClaimColumns = { red_packet_id: RedPacketId; user_id: UserId; display_name: string; seen_ms: string };

const json = (value: unknown) => sql`${JSON.stringify(value)}::jsonb`;

const packetFrom = (row: PacketColumns): GivenPacket => ({
  roomId: row.channel_id,
  broadcastId: row.broadcast_id,
  redPacket: {
    redPacketId: row.id,
    giver: { userId: row.user_id, name: row.name, displayName: row.display_name, role: row.role, fanLevel: row.fan_level },
    coins: Number(row.coins),
    shares: row.shares,
    announcedFrameMs: row.frame_ms === null ? null : Number(row.frame_ms),
    announcedAtMs: Number(row.announced_ms),
    claimMs: RED_PACKET_CLAIM_MS,
  },
});
const selectPackets = sql`
  select p.id, p.channel_id, p.broadcast_id, p.user_id, u.name, u.display_name, p.role, p.fan_level, p.coins, p.shares,
    ${ms('p.announced_at')} as announced_ms, ${ms('p.announced_frame_at')} as frame_ms
  from red_packets p join users u on u.id = p.user_id`;

export const createRedPacketStore = ({ run }: RedPacketDatabase) => {
  const rows = async <R>(query: ReturnType<typeof sql>): Promise<R[]> => (await run((db) => db.execute(query))) as unknown as R[];
  const rowOf = ({ roomId, broadcastId, redPacket }: GivenPacket) => ({
    id: redPacket.redPacketId, transfer_id: redPacket.redPacketId, channel_id: roomId, broadcast_id: broadcastId, user_id: redPacket.giver.userId,
    role: redPacket.giver.role, fan_level: redPacket.giver.fanLevel, coins: redPacket.coins, shares: redPacket.shares,
    announced_at: isoOf(redPacket.announcedAtMs), announced_frame_at: redPacket.announcedFrameMs === null ? null : isoOf(redPacket.announcedFrameMs), opened_at: null,
  });

  return {
    /** Inside the ledger's transaction. */
    async add(tx: Statements, packets: readonly GivenPacket[]): Promise<void> {
      await tx.execute(sql`insert into red_packets select * from jsonb_populate_recordset(null::red_packets, ${json(packets.map(rowOf))})`);
    },
    /** Inside the ledger's transaction: who got what. */
    async open(tx: Statements, id: RedPacketId, shares: readonly Share[], atMs: number): Promise<void> {
      await tx.execute(sql`update red_packets set opened_at = ${isoOf(atMs)} where id = ${id}`);
      await tx.execute(sql`
        update red_packet_claims c set coins = s.coins from jsonb_to_recordset(${json(shares.map(({ userId, coins }) => ({ user_id: userId, coins })))}) as s (user_id text, coins bigint)
        where c.red_packet_id = ${id} and c.user_id = s.user_id`);
    },
    /** The first claim of each person is the one that counts. */
    async claim(claims: readonly ClaimRow[]): Promise<void> {
      const values = claims.map(({ redPacketId, claim, errorMs, claimedAtMs }) => ({
        red_packet_id: redPacketId, user_id: claim.userId, seen_at: isoOf(claim.capturedAtMs), seen_error_ms: errorMs, claimed_at: isoOf(claimedAtMs), coins: null,
      }));
      await rows(sql`insert into red_packet_claims select * from jsonb_populate_recordset(null::red_packet_claims, ${json(values)}) on conflict do nothing`);
    },
    /** Null: that transfer is no red packet. */
    async byTransfer(transferId: TransferId): Promise<RedPacket | null> {
      const [row] = await rows<PacketColumns>(sql`${selectPackets} where p.transfer_id = ${transferId}`);
      return row ? packetFrom(row).redPacket : null;
    },
    /** Those that are not decided yet, with what people reached for. */
    async unopened(): Promise<{ readonly packet: GivenPacket; readonly claims: NamedClaim[] }[]> {
      const packets = await rows<PacketColumns>(sql`${selectPackets} where p.opened_at is null order by p.announced_at`);
      if (packets.length === 0) return [];
      const claims = await rows<ClaimColumns>(sql`
        select c.red_packet_id, c.user_id, u.display_name, ${ms('c.seen_at')} as seen_ms from red_packet_claims c join users u on u.id = c.user_id
        where c.red_packet_id in (select id from red_packets where opened_at is null)`);
      return packets.map((row) => ({
        packet: packetFrom(row),
        claims: claims.flatMap(({ red_packet_id, user_id, display_name, seen_ms }) =>
          red_packet_id === row.id ? { userId: user_id, displayName: display_name, capturedAtMs: Number(seen_ms) } : []),
      }));
    },
  };
};

export type RedPacketStore = ReturnType<typeof createRedPacketStore>;
