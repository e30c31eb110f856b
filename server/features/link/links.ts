// Two channels side by side (rules X1-X7): one host asks, the other accepts, and it lasts until one of them ends it, or a broadcast
// ends. Decides who may and remembers who did; what is received and shown is the stage's. Nothing of it is stored.

import type { RoomId, UserId } from '../../../shared/ids.ts';
import { LINK_ASKS_MAX, LINK_ASK_MS, STAGE_SEATS_MAX } from '../../../shared/limits.ts';
import type { SystemFact } from '../../../shared/messages/chat.ts';
import type { Visibility } from '../../../shared/messages/broadcasts.ts';
import type { AskEnd, LinkChannel, LinkSnapshot, LinkView } from '../../../shared/messages/links.ts';
import type { Sanction } from '../../../shared/messages/moderation.ts';
import type { ChannelView } from '../../../shared/messages/rooms.ts';
import type { EventData, Params, ParticipantEventName, Result } from '../../../shared/messages.ts';
import { can } from '../../../shared/permissions.ts';
import type { Permission } from '../../../shared/permissions.ts';
import type { Caller, Handlers, Publish } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { placeOf } from '../../rooms/place.ts';
import type { RoomPart } from '../../rooms/room-part.ts';
import { createLinkBook } from './link-book.ts';
import type { Ask, End, Link, LinkBook, Side } from './link-book.ts';

export type LinksDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly publish: Publish;
  /** Null: no such channel. */
  readonly channelByHandle: (handle: string) => Promise<{ readonly channel: ChannelView; readonly ownerUserId: UserId } | null>;
  readonly channelById: (roomId: RoomId) => Promise<ChannelView | null>;
  /** Of what is on air there; null: nothing. */
  readonly visibilityIn: (roomId: RoomId) => Visibility | null;
  /** Is the host in the studio, or away for no longer than they may? */
  readonly isHostHere: (roomId: RoomId) => boolean;
  /** Seats of the stage that are taken or offered. */
  readonly seatsTaken: (roomId: RoomId) => number;
  /** What is in force against this person there. */
  readonly sanctionIn: (roomId: RoomId, userId: UserId) => Sanction['kind'] | null;
  readonly notifyThose: <E extends ParticipantEventName>(roomId: RoomId, who: Permission, name: E, data: EventData<E>) => void;
  readonly sayFact: (roomId: RoomId, fact: SystemFact, subject: string) => void;
  // Facts, told after they happened.
  readonly linked: (one: RoomId, other: RoomId) => void;
  readonly unlinked: (one: RoomId, other: RoomId) => void;
  /** This room shows the other one's host otherwise. */
  readonly shownOtherwise: (roomId: RoomId) => void;
};

/** The other channel, as this room shows it. */
export type LinkedRoom = Pick<LinkChannel, 'handle' | 'displayName'> & { readonly roomId: RoomId } & Pick<Side, 'isHidden' | 'isSilenced'>;

const shownChannel = ({ handle, displayName, avatarUrl }: ChannelView): LinkChannel => ({ handle, displayName, avatarUrl });
const viewOf = ({ sinceMs }: Link, { channel }: End): LinkView => ({ channel, sinceMs });
const sideOf = (end: End): Side => ({ ...end, isHidden: false, isSilenced: false });

/** Who may be linked with whom; throws why not. */
const createGate = (deps: LinksDeps, book: LinkBook) => ({
  checkOwn(roomId: RoomId): void {
    const visibility = deps.visibilityIn(roomId);
    if (visibility === null) throw new AppError('not_live');
    if (visibility === 'private') throw new AppError('link_private');
    if (book.linkOf(roomId)) throw new AppError('already_linked');
    if (deps.seatsTaken(roomId) >= STAGE_SEATS_MAX) throw new AppError('stage_full');
  },
  /** That a channel is on air privately, nobody learns from us (rule B5). */
  checkOther(roomId: RoomId): void {
    const visibility = deps.visibilityIn(roomId);
    if (visibility === null || visibility === 'private' || !deps.isHostHere(roomId)) throw new AppError('not_live', 'the other channel is not live');
    if (book.linkOf(roomId)) throw new AppError('already_linked');
  },
  /** True: they may ask, and nobody will hear of it. */
  isShadow(from: End, to: End): boolean {
    const [own, others] = [deps.sanctionIn(from.roomId, to.ownerUserId), deps.sanctionIn(to.roomId, from.ownerUserId)];
    if (own === 'ban' || own === 'shadow_ban') throw new AppError('permission_denied', 'lift their sanction first');
    if (others === 'ban') throw new AppError('banned');
    if (others === 'time_out') throw new AppError('timed_out');
    return others === 'shadow_ban';
  },
});

const createAsking = (deps: LinksDeps, book: LinkBook, gate: ReturnType<typeof createGate>) => {
  const { clock } = deps;

  /** Both hosts hear of it; nothing happens if it has ended before. */
  const endAsk = (ask: Ask, answer: AskEnd): void => {
    if (!book.dropAsk(ask)) return;
    const { from, to } = ask;
    deps.notifyThose(from.roomId, 'broadcast.control', 'link.answered', { handle: to.channel.handle, answer });
    if (!ask.isShadow) deps.notifyThose(to.roomId, 'broadcast.control', 'link.answered', { handle: from.channel.handle, answer });
  };

  const endsOf = async (handle: string, caller: Caller): Promise<{ readonly from: End; readonly to: End }> => {
    const { seat: { roomId }, user: { userId } } = placeOf(caller);
    const [found, own] = await Promise.all([deps.channelByHandle(handle), deps.channelById(roomId)]);
    if (!found || !own) throw new AppError('channel_not_found');
    const { channel, ownerUserId } = found;
    if (channel.channelId === roomId) throw new AppError('bad_request', 'a channel is not linked with itself');
    return {
      from: { roomId, ownerUserId: userId, channel: shownChannel(own) },
      to: { roomId: channel.channelId, ownerUserId, channel: shownChannel(channel) },
    };
  };

  return {
    endAsk,
    async ask({ handle }: Params<'link.ask'>, caller: Caller): Promise<Result<'link.ask'>> {
      const { from, to } = await endsOf(handle, caller);
      // From here on nothing waits: what is found out holds until it is done.
      gate.checkOwn(from.roomId);
      const before = book.askFrom(from.roomId);
      if (before?.to.roomId === to.roomId) return { expiresAtMs: before.expiresAtMs };
      if (before) throw new AppError('too_many_items', 'withdraw the other one first');
      gate.checkOther(to.roomId);
      const isShadow = gate.isShadow(from, to);
      if (book.asksTo(to.roomId).filter((one) => !one.isShadow).length >= LINK_ASKS_MAX) throw new AppError('too_many_items', 'too many ask them');
      const expiresAtMs = clock.nowMs() + LINK_ASK_MS;
      const ask: Ask = { from, to, expiresAtMs, isShadow, expiry: clock.after(LINK_ASK_MS, () => endAsk(ask, 'expired')) };
      book.addAsk(ask);
      if (!isShadow) deps.notifyThose(to.roomId, 'broadcast.control', 'link.asked', { channel: from.channel, expiresAtMs });
      return { expiresAtMs };
    },
  };
};

const partOf = (book: LinkBook): RoomPart<LinkSnapshot> => ({
  snapshot(roomId, { role }) {
    const linked = book.linkOf(roomId);
    const link = linked && viewOf(linked.link, linked.other);
    if (!can(role, 'broadcast.control')) return { link, asked: null, asking: [] };
    const own = book.askFrom(roomId);
    return {
      link,
      asked: own ? { channel: own.to.channel, expiresAtMs: own.expiresAtMs } : null,
      asking: book.asksTo(roomId).filter(({ isShadow }) => !isShadow).map(({ from, expiresAtMs }) => ({ channel: from.channel, expiresAtMs })),
    };
  },
});

type Names = 'link.ask' | 'link.withdraw' | 'link.answer' | 'link.end' | 'link.silence';
const roomOf = (caller: Caller): RoomId => placeOf(caller).seat.roomId;

export const createLinks = (deps: LinksDeps) => {
  const { clock, log, publish } = deps;
  const book = createLinkBook();
  const gate = createGate(deps, book);
  const { ask, endAsk } = createAsking(deps, book, gate);

  const begin = ({ from, to }: Ask): void => {
    for (const { roomId } of [from, to]) for (const other of book.asksAbout(roomId)) endAsk(other, 'gone');
    const link: Link = { sides: [sideOf(from), sideOf(to)], sinceMs: clock.nowMs() };
    book.addLink(link);
    deps.linked(from.roomId, to.roomId);
    for (const [own, other] of [[from, to], [to, from]] as const) {
      publish(own.roomId, 'link.changed', { link: viewOf(link, other) });
      deps.sayFact(own.roomId, 'channel_linked', other.channel.displayName);
    }
    log.info({ room: from.roomId, other: to.roomId }, 'channels linked');
  };

  const end = (link: Link): void => {
    book.dropLink(link);
    const [one, two] = link.sides;
    deps.unlinked(one.roomId, two.roomId);
    for (const { roomId } of link.sides) publish(roomId, 'link.changed', { link: null });
    log.info({ room: one.roomId, other: two.roomId }, 'link ended');
  };

  const accept = (waiting: Ask): void => {
    const { from, to } = waiting;
    gate.checkOwn(to.roomId);
    gate.checkOther(from.roomId);
    if (deps.seatsTaken(from.roomId) >= STAGE_SEATS_MAX) throw new AppError('stage_full', 'theirs');
    if (gate.isShadow(from, to)) throw new AppError('permission_denied', 'lift their sanction first');
    endAsk(waiting, 'accepted');
    begin(waiting);
  };

  const mustBeLinked = (roomId: RoomId) => {
    const linked = book.linkOf(roomId);
    if (!linked) throw new AppError('not_linked');
    return linked;
  };

  /** Nothing happens if they are not linked: the page is late. */
  const show = (roomId: RoomId, how: Partial<Pick<Side, 'isHidden' | 'isSilenced'>>): void => {
    const linked = book.linkOf(roomId);
    if (!linked) return;
    Object.assign(linked.own, how);
    deps.shownOtherwise(roomId);
  };

  const handlers: Handlers<Names> = {
    'link.ask': ask,
    'link.withdraw': (_, caller) => {
      const own = book.askFrom(roomOf(caller));
      if (own) endAsk(own, 'withdrawn');
      return {};
    },
    'link.answer': ({ handle, isAccepted }, caller) => {
      const waiting = book.asksTo(roomOf(caller)).find(({ from, isShadow }) => from.channel.handle === handle && !isShadow);
      if (!waiting) throw new AppError('not_found', 'they do not ask, or not any more');
      if (isAccepted) accept(waiting);
      else endAsk(waiting, 'declined');
      return {};
    },
    'link.end': (_, caller) => {
      end(mustBeLinked(roomOf(caller)).link);
      return {};
    },
    'link.silence': ({ isSilenced }, caller) => {
      mustBeLinked(roomOf(caller));
      show(roomOf(caller), { isSilenced });
      return {};
    },
  };

  return {
    handlers,
    part: partOf(book),
    linkIn(roomId: RoomId): LinkedRoom | null {
      const linked = book.linkOf(roomId);
      if (!linked) return null;
      const { own: { isHidden, isSilenced }, other: { roomId: otherId, channel: { handle, displayName } } } = linked;
      return { roomId: otherId, handle, displayName, isHidden, isSilenced };
    },
    /** The channel of a room that is linked, as the other one shows it. */
    channelIn: (roomId: RoomId): LinkChannel | null => book.linkOf(roomId)?.own.channel ?? null,
    hide: (roomId: RoomId, isHidden: boolean): void => show(roomId, { isHidden }),
    /** A ban, by whichever of the two channels, comes between them (rule X6). */
    sanctioned(roomId: RoomId, userId: UserId, kind: Sanction['kind']): void {
      if (kind !== 'ban') return;
      for (const waiting of book.asksAbout(roomId)) if ([waiting.from, waiting.to].some(({ ownerUserId }) => ownerUserId === userId)) endAsk(waiting, 'gone');
      const linked = book.linkOf(roomId);
      if (linked?.other.ownerUserId === userId) end(linked.link);
    },
    broadcastEnded(roomId: RoomId): void {
      for (const waiting of book.asksAbout(roomId)) endAsk(waiting, 'gone');
      const linked = book.linkOf(roomId);
      if (linked) end(linked.link);
    },
    counts: book.counts,
    close: book.close,
  };
};

export type Links = ReturnType<typeof createLinks>;
