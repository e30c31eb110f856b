// A stage with a media plane of cardboard and the hands of the clock turned by the tests.

import type { ParticipantId, PublicationId, RoomId, UserId } from '../../../shared/ids.ts';
import { fakeCaller } from '../../../tests/support/fake-caller.ts';
import type { Caller } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import { createHandClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import type { PublicationInfo } from '../../media/publication.ts';
import { createStage } from './stage.ts';
import type { StageDeps } from './stage.ts';

export const ROOM = 'room' as RoomId;
export const HOST = fakeCaller('host', { role: 'host' });
export const [ada, bob] = [fakeCaller('ada'), fakeCaller('bob')];
export const OTHER = 'other' as RoomId;
export const mei = fakeCaller('mei', { role: 'host', roomId: OTHER });
export const userOf = (caller: Caller): UserId => caller.user?.userId as UserId;
export const idOf = (caller: Caller): ParticipantId => caller.seat?.participantId as ParticipantId;

/** Publications that come and go by hand, and end as the media plane ends them. */
const cardboard = (ended: (participantId: ParticipantId, publicationId: PublicationId) => void) => {
  let all: PublicationInfo[] = [];
  const others: PublicationInfo[] = [];
  const end = (which: (it: PublicationInfo) => boolean): void => {
    const gone = all.filter(which);
    all = all.filter((it) => !which(it));
    for (const { participantId, publicationId } of gone) ended(participantId, publicationId);
  };
  const media: StageDeps['media'] = {
    publications: (roomId) => (roomId === ROOM ? all : others),
    openPublisher: () => Promise.reject(new AppError('media_unavailable')),
    purposeOf: () => 'live',
    async publish(participantId, _transport, { source, kind }) {
      const publicationId = `${participantId}-${source}` as PublicationId;
      all = [...all, { publicationId, participantId, source, kind, muted: false }];
      return publicationId;
    },
    async setMuted(_participant, publicationId, muted) {
      if (!all.some((it) => it.publicationId === publicationId)) throw new AppError('not_found');
      all = all.map((it) => (it.publicationId === publicationId ? { ...it, muted } : it));
    },
    stopPublishing: (id) => end(({ participantId }) => participantId === id),
    viewsChanged: () => {},
    link: () => {},
    unlink: () => {},
    watch: () => Promise.reject(new AppError('media_unavailable')),
  };
  return { media, end, others };
};

export const setUp = () => {
  const clock = createHandClock();
  const here = new Map([HOST, ada, bob].map((caller) => [userOf(caller), caller.user]));
  const state = { isOnAir: true, shadows: new Set<UserId>(), isBanned: false, outcasts: new Set<UserId>(), link: null as ReturnType<StageDeps['linkIn']> };
  const told: [string, unknown][] = [];
  const arrivals: boolean[] = [];
  const { media, end, others } = cardboard((...ended) => stage.publicationEnded(ROOM, ...ended));
  const stage = createStage({
    clock, media, log: createLog({ level: 'silent' }),
    publish: (_, name, data) => void told.push([name, data]),
    isOnAir: () => state.isOnAir,
    hostArrives: (_, arrives) => void arrivals.push(arrives),
    hostIn: (roomId) => (roomId === ROOM ? { participantId: idOf(HOST), user: HOST.user } : { participantId: idOf(mei), user: mei.user }),
    userIn: (_, userId) => here.get(userId) ?? null,
    ownerOf: () => userOf(HOST),
    mayAct: (caller) => {
      if (state.isBanned) throw new AppError('banned');
      return { isShadow: state.shadows.has(userOf(caller)) };
    },
    isOutcast: (_, userId) => state.outcasts.has(userId),
    linkIn: (roomId) => (roomId === ROOM ? state.link : null),
    hideLink: (_, isHidden) => void told.push(['hide link', isHidden]),
    notifyThose: (_, who, name, data) => void told.push([`${who} ${name}`, data]),
    notifyUser: (_, userId, name, data) => void told.push([`${userId} ${name}`, data]),
    notify: (participantId, name, data) => void told.push([`${participantId} ${name}`, data]),
    roleChanged: (_, participantId) => void told.push(['roles', participantId]),
    lookOf: (name) => name.toLowerCase(),
    checkWords: () => {},
    sayFact: (_, fact, subject) => void told.push([fact, subject]),
  });
  const { handlers } = stage;
  const raise = (caller: Caller, why = 'why') => handlers['hand.raise']({ why }, caller);
  const queue = async (): Promise<string[]> => (await handlers['hand.list']({}, HOST)).hands.map(({ userId }) => userId);
  const invite = (caller: Caller) => handlers['stage.invite']({ userId: userOf(caller) }, HOST);
  const accept = (caller: Caller) => handlers['stage.answer']({ isAccepted: true }, caller);
  const seat = async (caller: Caller): Promise<void> => {
    await invite(caller);
    await accept(caller);
  };
  const publish = (caller: Caller, source: 'camera' | 'microphone') =>
    stage.publish(
      { roomId: ROOM, participantId: idOf(caller) },
      { transportId: 't' as never, source, kind: source === 'camera' ? 'video' : 'audio', rtpParameters: {} as never },
    );
  const view = () => stage.part.snapshot(ROOM, { participantId: idOf(HOST), userId: userOf(HOST), role: 'host' });
  const heard = (name: string): unknown[] => told.filter(([event]) => event === name).map(([, data]) => data);
  return { clock, here, state, told, arrivals, stage, handlers, end, raise, queue, invite, accept, seat, publish, view, heard, others };
};

export const code = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error instanceof AppError ? error.code : error;
  }
};
