// What fans give while they watch: gifts, paid messages, red packets, and the goal that they fill. Rules G1-G8 in README.md.

import * as v from 'valibot';
import {
  COINS_MAX, FAN_LEVEL_MAX, GIFTS_PER_EVENT_MAX, GIFT_NAME_CHARS_MAX, GIFT_QUANTITY_MAX, GOAL_TITLE_CHARS_MAX, RED_PACKETS_OPEN_MAX, RED_PACKET_COINS_MAX,
  RED_PACKET_SHARES_MAX, SUPER_CHATS_PINNED_MAX, SUPER_CHAT_CHARS_MAX, SUPER_CHAT_COINS_MAX, SUPER_CHAT_COINS_MIN, SUPPORTERS_MAX, TOP_SUPPORTERS_MAX,
} from '../limits.ts';
import { comboId, displayName, durationMs, giftId, giftSendId, integer, list, nothing, redPacketId, requestKey, superChatId, text, timeMs, userId } from '../schema.ts';
import { author } from './chat.ts';
import { participantEvent, request, roomEvent } from './define.ts';
import { seen, stamp } from './time.ts';

/** The pictures and movements that the page can draw; a gift of the catalogue names one. */
export const GIFT_ANIMATIONS = [
  'lantern', 'rose', 'tea', 'bamboo', 'firefly', 'koi', 'kite', 'crane', 'bell', 'umbrella', 'moon', 'boat', 'fireworks', 'bridge',
] as const;
export type GiftAnimation = (typeof GIFT_ANIMATIONS)[number];

/** How much room a gift takes: a lane beside the picture, a larger one, or the whole picture, one after the other. */
export const GIFT_TIERS = ['small', 'medium', 'large'] as const;
export type GiftTier = (typeof GIFT_TIERS)[number];

export const coins = integer(0, COINS_MAX);
const price = integer(1, COINS_MAX);

export const giftView = v.strictObject({
  giftId,
  nameEn: text(1, GIFT_NAME_CHARS_MAX),
  nameZh: text(1, GIFT_NAME_CHARS_MAX),
  coins: price,
  animation: v.picklist(GIFT_ANIMATIONS),
  tier: v.picklist(GIFT_TIERS),
  /** Off sale: no longer to be sent, still shown where it was. */
  isOnSale: v.boolean(),
  /** In the drawer, lowest first. */
  position: integer(0, 10_000),
});
export type GiftView = v.InferOutput<typeof giftView>;

export const sentGift = v.strictObject({
  /** Sorts by the order in which they were committed. */
  giftSendId,
  author,
  giftId,
  quantity: integer(1, GIFT_QUANTITY_MAX),
  coins: price,
  /** The same gift again within COMBO_WINDOW_MS: one combo, counted by the server. */
  combo: v.strictObject({ comboId, count: integer(1, 1e9) }),
  stamp,
  givenAtMs: timeMs,
});
export type SentGift = v.InferOutput<typeof sentGift>;

export const superChat = v.strictObject({
  superChatId,
  author,
  text: text(1, SUPER_CHAT_CHARS_MAX),
  coins: price,
  saidAtMs: timeMs,
  stamp,
  /** In the server's clock: it stays on top until then. */
  pinnedUntilMs: timeMs,
});
export type SuperChat = v.InferOutput<typeof superChat>;

export const goal = v.strictObject({
  title: text(1, GOAL_TITLE_CHARS_MAX),
  coins: price,
  /** Given since it was set. */
  givenCoins: coins,
});
export type Goal = v.InferOutput<typeof goal>;

export const supporter = v.strictObject({ userId, name: text(1, 100), displayName, coins: price, fanLevel: integer(0, FAN_LEVEL_MAX) });
export type Supporter = v.InferOutput<typeof supporter>;

const redPacketShare = v.strictObject({ userId, displayName, coins: price });

export const redPacket = v.strictObject({
  redPacketId,
  giver: author,
  coins: integer(1, RED_PACKET_COINS_MAX),
  shares: integer(1, RED_PACKET_SHARES_MAX),
  /** The frame on which it lies there for everybody: who sees that frame may reach for it. Null: nothing was on air. */
  announcedFrameMs: v.nullable(timeMs),
  announcedAtMs: timeMs,
  /** Reaching for it counts for frames up to so long after the announced one. */
  claimMs: durationMs,
});
export type RedPacket = v.InferOutput<typeof redPacket>;

/** The part of the room's snapshot that is about giving. */
export const giftSnapshot = v.strictObject({
  goal: v.nullable(goal),
  /** Of this broadcast, most first. */
  supporters: list(supporter, TOP_SUPPORTERS_MAX),
  broadcastCoins: coins,
  superChats: list(superChat, SUPER_CHATS_PINNED_MAX),
  redPackets: list(redPacket, RED_PACKETS_OPEN_MAX),
  /** The reader's own; null: a guest. */
  mine: v.nullable(v.strictObject({ balance: coins, fanCoins: coins, claimed: list(redPacketId, RED_PACKETS_OPEN_MAX) })),
});
export type GiftSnapshot = v.InferOutput<typeof giftSnapshot>;

/** Coins that the sender has left. */
const balance = coins;

export const giftMessages = {
  requests: {
    /** Answered when it is committed. The same key again is the same gift, paid once. */
    'gift.send': request({
      params: v.strictObject({ key: requestKey, giftId, quantity: integer(1, GIFT_QUANTITY_MAX), seen }),
      result: v.strictObject({ gift: sentGift, balance }),
      needs: 'interact',
      rate: { burst: 20, perSecond: 8 },
      overlaps: true,
    }),
    'superchat.send': request({
      params: v.strictObject({ key: requestKey, text: text(1, SUPER_CHAT_CHARS_MAX), coins: integer(SUPER_CHAT_COINS_MIN, SUPER_CHAT_COINS_MAX), seen }),
      result: v.strictObject({ superChat, balance }),
      needs: 'interact',
      rate: { burst: 3, perSecond: 0.2 },
      overlaps: true,
    }),
    /** What was paid stays paid. */
    'superchat.remove': request({
      params: v.strictObject({ superChatId }),
      result: nothing,
      needs: 'moderate',
      rate: { burst: 10, perSecond: 1 },
    }),
    /** Counting begins anew; null takes it down. */
    'goal.set': request({
      params: v.strictObject({ goal: v.nullable(v.strictObject({ title: text(1, GOAL_TITLE_CHARS_MAX), coins: price })) }),
      result: nothing,
      needs: 'show.control',
      rate: { burst: 5, perSecond: 0.5 },
    }),
    'supporter.list': request({
      params: v.strictObject({ span: v.picklist(['broadcast', 'week', 'ever']) }),
      result: v.strictObject({ supporters: list(supporter, SUPPORTERS_MAX) }),
      needs: 'watch',
      rate: { burst: 10, perSecond: 1 },
    }),
    'redpacket.give': request({
      params: v.strictObject({ key: requestKey, coins: integer(1, RED_PACKET_COINS_MAX), shares: integer(1, RED_PACKET_SHARES_MAX), seen }),
      result: v.strictObject({ redPacket, balance }),
      needs: 'interact',
      rate: { burst: 3, perSecond: 0.1 },
      overlaps: true,
    }),
    /** Taken down, and decided when the time for all is over: the frame counts that was seen, not who is first on the road. */
    'redpacket.claim': request({
      params: v.strictObject({ redPacketId, seen }),
      result: nothing,
      needs: 'interact',
      rate: { burst: 5, perSecond: 1 },
    }),
  },
  events: {
    /** Committed ones, in the order of their ids; each once, none left out. */
    'gifts.received': roomEvent(v.strictObject({ gifts: list(sentGift, GIFTS_PER_EVENT_MAX) })),
    'superchat.said': roomEvent(v.strictObject({ superChat })),
    'superchat.removed': roomEvent(v.strictObject({ superChatId })),
    'goal.changed': roomEvent(v.strictObject({ goal: v.nullable(goal) })),
    /** Sums after what was given, at most once each TALLY_TICK_MS. */
    'support.counted': roomEvent(v.strictObject({ goalCoins: v.nullable(coins), broadcastCoins: coins, supporters: list(supporter, TOP_SUPPORTERS_MAX) })),
    'redpacket.announced': roomEvent(v.strictObject({ redPacket })),
    /** Who got what, most first; what nobody took goes back to the giver. */
    'redpacket.opened': roomEvent(v.strictObject({ redPacketId, shares: list(redPacketShare, RED_PACKET_SHARES_MAX), returnedCoins: coins })),
    /** To everybody who is this user, in whichever room: what is left, and why it is another sum now. */
    'wallet.changed': participantEvent(v.strictObject({ balance, fanCoins: v.nullable(coins) })),
  },
} as const;
