// Branded ids: a string that says what it names, so that one cannot be passed for another.

declare const brand: unique symbol;
type Id<B extends string> = string & { readonly [brand]: B };

export type UserId = Id<'user'>;
export type SessionId = Id<'session'>;
export type ChannelId = Id<'channel'>;
export type BroadcastId = Id<'broadcast'>;
export type ImageId = Id<'image'>;
/** A room is where a channel's audience meets, so it is named by the channel. */
export type RoomId = ChannelId;
export type ParticipantId = Id<'participant'>;
export type ConnectionId = Id<'connection'>;
export type TransportId = Id<'transport'>;
export type PublicationId = Id<'publication'>;
export type ConsumerId = Id<'consumer'>;
/** Sorts by the order in which the server took the lines. */
export type LineId = Id<'line'>;
export type PollId = Id<'poll'>;
export type QuestionId = Id<'question'>;
export type ReportId = Id<'report'>;
/** Sorts by time. */
export type LogId = Id<'log'>;
export type GiftId = Id<'gift'>;
/** Sorts by the order in which gifts were committed. */
export type GiftSendId = Id<'gift_send'>;
export type ComboId = Id<'combo'>;
export type SuperChatId = Id<'super_chat'>;
export type RedPacketId = Id<'red_packet'>;
/** Sorts by the order in which transfers were committed. */
export type TransferId = Id<'transfer'>;
export type TopUpId = Id<'top_up'>;
export type PayoutId = Id<'payout'>;
/** Sorts by time. */
export type WatchSessionId = Id<'watch_session'>;
/** Sorts by time. */
export type NoticeId = Id<'notice'>;
export type PushId = Id<'push'>;
export type ScheduledId = Id<'scheduled'>;
/** A page's own name for something it asks for, so that asking twice does it once. */
export type RequestKey = Id<'key'>;
