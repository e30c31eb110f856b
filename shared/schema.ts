// The building blocks of all schemas: bounded text, ids, numbers. Objects are strict: an undeclared field is an error, in
// both directions, so that neither a client can smuggle a field in nor a handler leak one out.

import * as v from 'valibot';
import type {
  BroadcastId, ChannelId, ComboId, ConsumerId, GiftId, GiftSendId, ImageId, LineId, LogId, NoticeId, ParticipantId, PayoutId, PollId, PublicationId, QuestionId,
  RedPacketId, ReportId, RequestKey, ScheduledId, SessionId, SuperChatId, TopUpId, TransferId, TransportId, UserId,
} from './ids.ts';
import * as limits from './limits.ts';

/** Our ids and mediasoup's are URL-safe words of at most 64 characters. */
const idText = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));
const id = <T extends string>(): v.GenericSchema<T> => idText as unknown as v.GenericSchema<T>;

export const userId = id<UserId>();
export const sessionId = id<SessionId>();
export const channelId = id<ChannelId>();
export const broadcastId = id<BroadcastId>();
export const imageId = id<ImageId>();
export const participantId = id<ParticipantId>();
export const transportId = id<TransportId>();
export const publicationId = id<PublicationId>();
export const consumerId = id<ConsumerId>();
export const lineId = id<LineId>();
export const pollId = id<PollId>();
export const questionId = id<QuestionId>();
export const reportId = id<ReportId>();
export const logId = id<LogId>();
export const requestKey = id<RequestKey>();
export const giftId = id<GiftId>();
export const giftSendId = id<GiftSendId>();
export const comboId = id<ComboId>();
export const superChatId = id<SuperChatId>();
export const redPacketId = id<RedPacketId>();
export const transferId = id<TransferId>();
export const topUpId = id<TopUpId>();
export const payoutId = id<PayoutId>();
export const noticeId = id<NoticeId>();
export const scheduledId = id<ScheduledId>();

/** Text with a length in UTF-16 units. */
export const text = (min: number, max: number) => v.pipe(v.string(), v.minLength(min), v.maxLength(max));
/** A finite number in a range. */
export const number = (min: number, max: number) => v.pipe(v.number(), v.finite(), v.minValue(min), v.maxValue(max));
export const integer = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));
export const list = <S extends v.GenericSchema>(item: S, max: number) => v.pipe(v.array(item), v.maxLength(max));

/** Milliseconds since 1970, up to the year 2100. */
export const timeMs = number(0, 4_102_444_800_000);
export const durationMs = number(0, 10 * 365 * 86_400_000);
export const nothing = v.strictObject({});

/** Syntax only; whether a name is confusing is the accounts feature's business. */
export const userName = text(1, limits.NAME_CHARS_MAX * 4);
export const displayName = text(1, limits.DISPLAY_NAME_CHARS_MAX);
export const password = text(1, limits.PASSWORD_CHARS_MAX);
export const handle = text(1, limits.HANDLE_CHARS_MAX);
/** The secret in a private link. */
export const linkKey = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{16,64}$/));
export const imageUrl = text(1, 200);
/** BCP 47 as far as we speak it. */
export const locale = v.picklist(['en', 'zh-CN']);
