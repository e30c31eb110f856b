// The link for co-hosts (rules S15-S17): whoever has its key takes a seat backstage, without an account too if the host allows
// it. Keeps a hash of the key and who used it, for each room with a broadcast on air; forgets it with the broadcast. It brings
// nobody before the audience, and opens no private broadcast: who claims is in the room already.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { RoomId, UserId } from '../../../shared/ids.ts';
import { DISPLAY_NAME_CHARS_MAX, STAGE_LINK_USES_MAX, STAGE_SEATS_MAX } from '../../../shared/limits.ts';
import type { StageLink } from '../../../shared/messages/seats.ts';
import type { Params, Result } from '../../../shared/messages.ts';
import type { Caller, Handlers } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import { cleanLine } from '../../lib/plain-text.ts';
import { createRateLimiter } from '../../lib/rate-limiter.ts';
import type { Hands } from './hands.ts';
import type { Invitations, InvitationsDeps } from './invitations.ts';
import type { Seats } from './seats.ts';
import { personOf, seatOfUser, takenOf } from './stage-book.ts';
import type { RoomStage, Seated } from './stage-book.ts';

export type CohostLinkDeps = Pick<InvitationsDeps, 'book' | 'clock' | 'log' | 'isOnAir' | 'mayAct' | 'notifyThose' | 'linkIn' | 'isOutcast'> & {
  readonly seats: Pick<Seats, 'take'>;
  readonly hands: Pick<Hands, 'lower'>;
  readonly invitations: Pick<Invitations, 'end'>;
  /** Names of those on the stage, the host's among them. */
  readonly namesIn: (roomId: RoomId) => string[];
  /** What a name looks like: two that look alike to a person are equal. */
  readonly lookOf: (name: string) => string;
  /** Throws `word_blocked` or `link_blocked`: the room's words hold for names that are typed here. */
  readonly checkWords: (roomId: RoomId, name: string) => void;
};

type OpenLink = { readonly keyHash: Buffer; readonly guestsAllowed: boolean; uses: number; readonly usedBy: Set<UserId> };

/** From one address, whatever is tried: a class behind one router may come on stage, and nobody guesses. */
const TRIES = { burst: 10, perSecond: 1 / 6 };
const ADDRESSES_MAX = 20_000;
const KEY_BYTES = 16;

const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest();

export const createCohostLink = (deps: CohostLinkDeps) => {
  const { book, log } = deps;
  const links = new Map<RoomId, OpenLink>();
  const tries = createRateLimiter({ clock: deps.clock, keysMax: ADDRESSES_MAX });

  const linkIn = (roomId: RoomId): StageLink | null => {
    const link = links.get(roomId);
    return link ? { guestsAllowed: link.guestsAllowed } : null;
  };
  const tell = (roomId: RoomId): void => deps.notifyThose(roomId, 'stage.direct', 'stagelink.changed', { link: linkIn(roomId) });

  /** Nothing happens if there is none. */
  const close = (roomId: RoomId): void => {
    if (!links.delete(roomId)) return;
    tell(roomId);
    log.info({ room: roomId }, 'link for co-hosts closed');
  };

  const roomOf = ({ seat }: Caller): RoomId => {
    if (!seat) throw new AppError('not_joined');
    return seat.roomId;
  };

  const open = ({ guestsAllowed }: Params<'stage.openLink'>, caller: Caller): Result<'stage.openLink'> => {
    const roomId = roomOf(caller);
    if (!deps.isOnAir(roomId)) throw new AppError('not_live');
    const key = randomBytes(KEY_BYTES).toString('base64url');
    links.set(roomId, { keyHash: hashOf(key), guestsAllowed, uses: 0, usedBy: new Set() });
    tell(roomId);
    log.info({ room: roomId, guestsAllowed }, 'link for co-hosts opened');
    return { key };
  };

  const countTry = ({ address }: Caller): void => {
    const retryAfterMs = tries.take(address, TRIES);
    if (retryAfterMs > 0) throw new AppError('too_many_requests', 'too many tries', { retryAfterMs });
  };

  /** Throws the same for every key that is not the one. */
  const linkFor = (roomId: RoomId, key: string): OpenLink => {
    const link = links.get(roomId);
    if (!link || !timingSafeEqual(link.keyHash, hashOf(key))) throw new AppError('stage_link_invalid');
    return link;
  };

  const guestNamed = (roomId: RoomId, typed: string | undefined): Seated => {
    const displayName = cleanLine(typed ?? '');
    if (displayName === '' || displayName.length > DISPLAY_NAME_CHARS_MAX) throw new AppError('name_invalid');
    deps.checkWords(roomId, displayName);
    const look = deps.lookOf(displayName);
    if (deps.namesIn(roomId).some((name) => deps.lookOf(name) === look)) throw new AppError('name_confusing', 'somebody on the stage is called so');
    return { userId: null, name: null, displayName };
  };

  /** Throws where they may not sit down. */
  const personFor = (link: OpenLink, { seat, user }: Caller, roomId: RoomId, typed: string | undefined): Seated => {
    if (user && deps.isOutcast(roomId, user.userId)) throw new AppError('stage_link_invalid'); // as if it were another key: rule M7
    if (seat?.isOwner) throw new AppError('already_on_stage', 'the stage is theirs');
    if (user) return personOf(user);
    if (!link.guestsAllowed) throw new AppError('not_logged_in');
    return guestNamed(roomId, typed);
  };

  const checkRoom = (roomId: RoomId, room: RoomStage, { seat, user }: Caller): void => {
    const isSeated = (seat && room.seats.has(seat.participantId)) || (user && seatOfUser(room, user.userId));
    if (isSeated) throw new AppError('already_on_stage');
    const own = user && room.invitations.has(user.userId) ? 1 : 0; // the seat that is kept for them
    const linked = deps.linkIn(roomId) ? 1 : 0; // the other host has a seat too
    if (takenOf(room) + linked - own >= STAGE_SEATS_MAX) throw new AppError('stage_full');
  };

  const claim = ({ key, name }: Params<'stage.claim'>, caller: Caller): Result<'stage.claim'> => {
    const roomId = roomOf(caller);
    const { seat, user } = caller;
    countTry(caller);
    if (user) deps.mayAct(caller);
    const link = linkFor(roomId, key);
    const room = book.of(roomId);
    checkRoom(roomId, room, caller);
    const person = personFor(link, caller, roomId, name);
    link.uses += 1;
    if (user) {
      link.usedBy.add(user.userId);
      deps.invitations.end(roomId, user.userId, 'accepted');
      deps.hands.lower(roomId, user.userId);
    }
    if (seat) deps.seats.take(roomId, seat.participantId, person);
    if (link.uses >= STAGE_LINK_USES_MAX) close(roomId);
    return {};
  };

  const handlers: Handlers<'stage.openLink' | 'stage.closeLink' | 'stage.claim'> = {
    'stage.openLink': open,
    'stage.closeLink': (_, caller) => {
      close(roomOf(caller));
      return {};
    },
    'stage.claim': claim,
  };

  return {
    handlers,
    linkIn,
    /** Whoever was sent away may know the key, and could come again as a guest: a new one is needed (rule S17). */
    sentAway: close,
    userBanned(roomId: RoomId, userId: UserId): void {
      if (links.get(roomId)?.usedBy.has(userId)) close(roomId);
    },
    broadcastEnded: close,
    /** Open links; tests count them to zero. */
    links: (): number => links.size,
  };
};

export type CohostLink = ReturnType<typeof createCohostLink>;
