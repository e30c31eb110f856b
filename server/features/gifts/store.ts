// The SQL of gifts, super chats, goals and supporters. What a commit writes goes in as one statement with a parameter for each
// column.

import { sql } from 'drizzle-orm';
import type { BroadcastId, GiftSendId, RoomId, SuperChatId, TransferId, UserId } from '../../../shared/ids.ts';
import { SUPER_CHATS_PINNED_MAX } from '../../../shared/limits.ts';
import type { Author } from '../../../shared/messages/chat.ts';
import type { GiftView, SentGift, SuperChat } from '../../../shared/messages/gifts.ts';
import type { FrameStamp } from '../../../shared/messages/time.ts';
import type { Database, Statements } from '../../db/client.ts';
import { columnOf, isoOf, ms } from '../../db/columns.ts';
import type { GiftRow, Row, SuperChatRow } from './gift-row.ts';
import type { Fan, StoredGoal, StoredSupport } from './support.ts';

export type GiftDatabase = Pick<Database, 'run'>;

/** What the sums say after a batch. */
export type Counted = {
  readonly fans: readonly { readonly roomId: RoomId; readonly userId: UserId; readonly coins: number }[];
  readonly goals: readonly { readonly roomId: RoomId; readonly goalId: string; readonly givenCoins: number }[];
};

type AuthorColumns = { user_id: UserId; name: string; display_name: string; role: Author['role']; fan_level: number };
type SeenColumns = { seen_ms: string | null; seen_error_ms: number | null; started_ms: string | null };

const seenJson = (stamp: FrameStamp | null) => ({ seen_at: stamp && isoOf(stamp.capturedAtMs), seen_error_ms: stamp && stamp.errorMs });
const authorOf = (row: AuthorColumns): Author => ({ userId: row.user_id, name: row.name, displayName: row.display_name, role: row.role, fanLevel: row.fan_level });
const stampOf = ({ seen_ms, seen_error_ms, started_ms }: SeenColumns): FrameStamp | null =>
  seen_ms === null || seen_error_ms === null
    ? null
    : { capturedAtMs: Number(seen_ms), errorMs: seen_error_ms, timelineMs: Math.max(0, Number(seen_ms) - Number(started_ms ?? seen_ms)) };

/** A time as whole milliseconds, in the text that numbers of 64 bits come in. */

/** Sums by channel and person: many taps of one person are one row. */
const gainsOf = (batch: readonly Row[]) => {
  const sums = new Map<string, { channel_id: RoomId; user_id: UserId; coins: number }>();
  const add = (channel_id: RoomId, user_id: UserId, coins: number): void => {
    const key = `${channel_id} ${user_id}`;
    const known = sums.get(key);
    if (known) known.coins += coins;
    else sums.set(key, { channel_id, user_id, coins });
  };
  for (const { draft } of batch) add(draft.roomId, draft.author.userId, draft.coins);
  return [...sums.values()];
};

/** As columns: what comes by the thousand. Nothing here was typed by anybody. */
const sendColumns = (gifts: readonly GiftRow[]) => {
  const of = (value: (row: GiftRow) => string | number | null) => columnOf(gifts.map(value));
  return sql`
    ${of(({ sent }) => sent.giftSendId)}, ${of(({ draft }) => draft.roomId)}, ${of(({ draft }) => draft.broadcastId)}, ${of(({ draft }) => draft.author.userId)},
    ${of(({ draft }) => draft.author.role)}, ${of(({ draft }) => draft.author.fanLevel)}::smallint[], ${of(({ sent }) => sent.giftId)},
    ${of(({ sent }) => sent.quantity)}::int[], ${of(({ sent }) => sent.coins)}::bigint[], ${of(({ sent }) => sent.combo.comboId)},
    ${of(({ sent }) => sent.combo.count)}::int[], ${of(({ sent }) => sent.stamp && isoOf(sent.stamp.capturedAtMs))}::timestamptz[],
    ${of(({ sent }) => sent.stamp && sent.stamp.errorMs)}::int[], ${of(({ sent }) => isoOf(sent.givenAtMs))}::timestamptz[]`;
};
const superChatsJson = (superChats: readonly SuperChatRow[]): string =>
  JSON.stringify(
    superChats.map(({ draft, superChat }) => ({
      id: superChat.superChatId, transfer_id: superChat.superChatId, channel_id: draft.roomId, broadcast_id: draft.broadcastId, user_id: draft.author.userId, role: draft.author.role,
      fan_level: draft.author.fanLevel, text: draft.text, coins: draft.coins, ...seenJson(draft.stamp), said_at: isoOf(draft.givenAtMs),
      pinned_until: isoOf(draft.pinnedUntilMs), is_removed: false,
    })),
  );

type CountedRow = { what: 'fan' | 'goal'; channel_id: RoomId; id: string; coins: string };

const selectSuperChats = sql`
  select s.transfer_id, s.user_id, u.name, u.display_name, s.role, s.fan_level, s.text, s.coins, ${ms('s.said_at')} as said_ms,
    ${ms('s.pinned_until')} as until_ms, ${ms('s.seen_at')} as seen_ms, s.seen_error_ms, ${ms('b.started_at')} as started_ms
  from super_chats s join users u on u.id = s.user_id left join broadcasts b on b.id = s.broadcast_id`;
type SuperChatColumns = AuthorColumns & SeenColumns & { transfer_id: string; text: string; coins: string; said_ms: string; until_ms: string };
const superChatFrom = (row: SuperChatColumns): SuperChat => ({
  superChatId: row.transfer_id as SuperChatId, author: authorOf(row), text: row.text, coins: Number(row.coins), saidAtMs: Number(row.said_ms),
  stamp: stampOf(row), pinnedUntilMs: Number(row.until_ms),
});

type GiftColumns = {
  id: GiftView['giftId']; name_en: string; name_zh: string; coins: string; animation: GiftView['animation']; tier: GiftView['tier']; is_on_sale: boolean; position: number;
};
type SendColumns = AuthorColumns & SeenColumns & {
  transfer_id: string; gift_id: SentGift['giftId']; quantity: number; coins: string; combo_id: SentGift['combo']['comboId']; combo_count: number; given_ms: string;
};
type FanColumns = { user_id: UserId; name: string; display_name: string; coins: string };
const fanFrom = (row: FanColumns): Fan => ({ userId: row.user_id, name: row.name, displayName: row.display_name, coins: Number(row.coins) });

export const createGiftStore = ({ run }: GiftDatabase) => {
  /** Rows of a query written by hand; whole numbers of 64 bits come as text. */
  const rows = async <R>(query: ReturnType<typeof sql>): Promise<R[]> => (await run((db) => db.execute(query))) as unknown as R[];

  return {
    /** All of a batch, inside the ledger's transaction. */
    async write(tx: Statements, batch: readonly Row[]): Promise<Counted> {
      const sends = sendColumns(batch.filter((row) => row.kind === 'gift'));
      const gains = gainsOf(batch);
      const superChats = superChatsJson(batch.filter((row) => row.kind === 'super_chat'));
      const counted = (await tx.execute(sql`
        with gains as materialized (select * from unnest(
            ${columnOf(gains.map((gain) => gain.channel_id))}, ${columnOf(gains.map((gain) => gain.user_id))}, ${columnOf(gains.map((gain) => gain.coins))}::bigint[]
          ) as g (channel_id, user_id, coins)),
          sent as (insert into gift_sends (transfer_id, channel_id, broadcast_id, user_id, role, fan_level, gift_id, quantity, coins, combo_id, combo_count,
            seen_at, seen_error_ms, given_at) select * from unnest(${sends})),
          said as (insert into super_chats select * from jsonb_populate_recordset(null::super_chats, ${superChats}::jsonb)),
          known as (update fans set coins = fans.coins + gains.coins from gains
            where fans.channel_id = gains.channel_id and fans.user_id = gains.user_id returning fans.channel_id, fans.user_id, fans.coins),
          fresh as (insert into fans as f (channel_id, user_id, coins)
            select channel_id, user_id, coins from gains where not exists (select from known where known.channel_id = gains.channel_id and known.user_id = gains.user_id)
            on conflict (channel_id, user_id) do update set coins = f.coins + excluded.coins returning f.channel_id, f.user_id, f.coins),
          given as (select * from known union all select * from fresh),
          counted as (update goals set given_coins = goals.given_coins + s.coins
            from (select channel_id, sum(coins) as coins from gains group by channel_id) s
            where goals.channel_id = s.channel_id returning goals.channel_id, goals.set_at, goals.given_coins)
        select 'fan' as what, channel_id, user_id as id, coins from given
        union all select 'goal', channel_id, ${ms('set_at')}::text, given_coins from counted`)) as unknown as CountedRow[];
      return {
        fans: counted.flatMap(({ what, channel_id, id, coins }) => (what === 'fan' ? { roomId: channel_id, userId: id as UserId, coins: Number(coins) } : [])),
        goals: counted.flatMap(({ what, channel_id, id, coins }) => (what === 'goal' ? { roomId: channel_id, goalId: id, givenCoins: Number(coins) } : [])),
      };
    },
    async gifts(): Promise<GiftView[]> {
      const found = await rows<GiftColumns>(sql`select id, name_en, name_zh, coins, animation, tier, is_on_sale, position from gifts order by position, id`);
      return found.map(({ id, name_en, name_zh, coins, is_on_sale, ...same }) => ({
        giftId: id, nameEn: name_en, nameZh: name_zh, coins: Number(coins), isOnSale: is_on_sale, animation: same.animation, tier: same.tier, position: same.position,
      }));
    },
    async saveGift(gift: GiftView): Promise<void> {
      await rows(sql`
        insert into gifts (id, name_en, name_zh, coins, animation, tier, is_on_sale, position)
        values (${gift.giftId}, ${gift.nameEn}, ${gift.nameZh}, ${gift.coins}, ${gift.animation}, ${gift.tier}, ${gift.isOnSale}, ${gift.position})
        on conflict (id) do update set name_en = excluded.name_en, name_zh = excluded.name_zh, coins = excluded.coins,
          animation = excluded.animation, tier = excluded.tier, is_on_sale = excluded.is_on_sale, position = excluded.position`);
    },
    /** Null: that transfer is no gift. */
    async sentGift(transferId: TransferId): Promise<SentGift | null> {
      const [row] = await rows<SendColumns>(sql`
        select s.transfer_id, s.user_id, u.name, u.display_name, s.role, s.fan_level, s.gift_id, s.quantity, s.coins, s.combo_id, s.combo_count,
          ${ms('s.given_at')} as given_ms, ${ms('s.seen_at')} as seen_ms, s.seen_error_ms, ${ms('b.started_at')} as started_ms
        from gift_sends s join users u on u.id = s.user_id left join broadcasts b on b.id = s.broadcast_id where s.transfer_id = ${transferId}`);
      return row
        ? {
            giftSendId: row.transfer_id as GiftSendId, author: authorOf(row), giftId: row.gift_id, quantity: row.quantity, coins: Number(row.coins),
            combo: { comboId: row.combo_id, count: row.combo_count }, stamp: stampOf(row), givenAtMs: Number(row.given_ms),
          }
        : null;
    },
    async superChat(transferId: TransferId): Promise<SuperChat | null> {
      const [row] = await rows<SuperChatColumns>(sql`${selectSuperChats} where s.transfer_id = ${transferId}`);
      return row ? superChatFrom(row) : null;
    },
    async pinned(roomId: RoomId, nowMs: number): Promise<SuperChat[]> {
      const found = await rows<SuperChatColumns>(sql`
        ${selectSuperChats} where s.channel_id = ${roomId} and not s.is_removed and s.pinned_until > ${isoOf(nowMs)}
        order by s.pinned_until desc limit ${SUPER_CHATS_PINNED_MAX}`);
      return found.map(superChatFrom);
    },
    /** Whose it was; null: there is none, or it was taken down before. */
    async removeSuperChat(roomId: RoomId, id: SuperChatId): Promise<{ userId: UserId; text: string } | null> {
      const [row] = await rows<{ user_id: UserId; text: string }>(sql`
        update super_chats set is_removed = true where channel_id = ${roomId} and transfer_id = ${id} and not is_removed returning user_id, text`);
      return row ? { userId: row.user_id, text: row.text } : null;
    },
    /** A goal's name is the moment in which it was set. */
    async setGoal(roomId: RoomId, goal: StoredGoal | null): Promise<void> {
      if (!goal) await rows(sql`delete from goals where channel_id = ${roomId}`);
      else
        await rows(sql`
          insert into goals (channel_id, title, coins, given_coins, set_at) values (${roomId}, ${goal.title}, ${goal.coins}, 0, ${isoOf(Number(goal.goalId))})
          on conflict (channel_id) do update set title = excluded.title, coins = excluded.coins, given_coins = 0, set_at = excluded.set_at`);
    },
    /** One statement, and so one moment: the sums and the last transfer that is in them. */
    async support(roomId: RoomId, broadcastId: BroadcastId | null): Promise<StoredSupport> {
      type Row = { fans: { user_id: UserId; name: string; display_name: string; coins: number; ever: number }[] | null; goal: { id: string; title: string; coins: number; given: number } | null; up_to: TransferId | null };
      const [row] = await rows<Row>(sql`
        with given as (
          select transfer_id, user_id, coins from gift_sends where broadcast_id = ${broadcastId}
          union all select transfer_id, user_id, coins from super_chats where broadcast_id = ${broadcastId}),
        sums as (select user_id, sum(coins) as coins, min(transfer_id) as first from given group by user_id)
        select (select max(transfer_id) from given) as up_to,
          (select json_build_object('id', ${ms('set_at')}::text, 'title', title, 'coins', coins, 'given', given_coins) from goals where channel_id = ${roomId}) as goal,
          (select json_agg(json_build_object('user_id', s.user_id, 'name', u.name, 'display_name', u.display_name, 'coins', s.coins, 'ever', f.coins) order by s.first)
            from sums s join users u on u.id = s.user_id join fans f on f.channel_id = ${roomId} and f.user_id = s.user_id) as fans`);
      const fans = row?.fans ?? [];
      const goal = row?.goal ?? null;
      return {
        broadcastId,
        fans: fans.map((fan) => ({ userId: fan.user_id, name: fan.name, displayName: fan.display_name, coins: fan.coins })),
        fanCoins: new Map(fans.map(({ user_id, ever }) => [user_id, ever])),
        goal: goal && { goalId: goal.id, title: goal.title, coins: goal.coins, givenCoins: goal.given },
        upTo: row?.up_to ?? '',
      };
    },
    async fanCoins(roomId: RoomId, userId: UserId): Promise<number> {
      const [row] = await rows<{ coins: string }>(sql`select coins from fans where channel_id = ${roomId} and user_id = ${userId}`);
      return Number(row?.coins ?? 0);
    },
    /** Most first. */
    async fansSince(roomId: RoomId, sinceMs: number, max: number): Promise<(Fan & { fanCoins: number })[]> {
      const found = await rows<FanColumns & { ever: string }>(sql`
        with given as (
          select user_id, coins from gift_sends where channel_id = ${roomId} and given_at > ${isoOf(sinceMs)}
          union all select user_id, coins from super_chats where channel_id = ${roomId} and said_at > ${isoOf(sinceMs)}),
        sums as (select user_id, sum(coins) as coins from given group by user_id order by coins desc, user_id limit ${max})
        select s.user_id, u.name, u.display_name, s.coins, f.coins as ever from sums s join users u on u.id = s.user_id
          join fans f on f.channel_id = ${roomId} and f.user_id = s.user_id order by s.coins desc, s.user_id`);
      return found.map((row) => ({ ...fanFrom(row), fanCoins: Number(row.ever) }));
    },
    async fansEver(roomId: RoomId, max: number): Promise<(Fan & { fanCoins: number })[]> {
      const found = await rows<FanColumns>(sql`
        select f.user_id, u.name, u.display_name, f.coins from fans f join users u on u.id = f.user_id
        where f.channel_id = ${roomId} order by f.coins desc, f.user_id limit ${max}`);
      return found.map((row) => ({ ...fanFrom(row), fanCoins: Number(row.coins) }));
    },
  };
};

export type GiftStore = ReturnType<typeof createGiftStore>;
