// Links with the hands of the clock turned by the tests: what waits has an end and a bound, and nothing waits for who is not there.

import { expect, test } from 'vitest';
import type { RoomId, UserId } from '../../../shared/ids.ts';
import { LINK_ASKS_MAX, LINK_ASK_MS } from '../../../shared/limits.ts';
import type { Visibility } from '../../../shared/messages/broadcasts.ts';
import type { Sanction } from '../../../shared/messages/moderation.ts';
import type { ChannelView } from '../../../shared/messages/rooms.ts';
import { fakeCaller } from '../../../tests/support/fake-caller.ts';
import { AppError } from '../../lib/app-error.ts';
import { createHandClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { createLinks } from './links.ts';

const room = (name: string): RoomId => name as RoomId;
const ownerOf = (name: string): UserId => `${name}-owner` as UserId;
const hostOf = (name: string) => fakeCaller(ownerOf(name), { role: 'host', roomId: room(name) });
const channelOf = (name: string): ChannelView => ({ channelId: room(name), handle: name, displayName: name.toUpperCase(), about: '', category: 'talk', avatarUrl: null });

const setUp = () => {
  const clock = createHandClock();
  const told: string[] = [];
  const state = { away: new Set<string>(), visibility: new Map<string, Visibility | null>(), sanctions: new Map<string, Sanction['kind']>() };
  const links = createLinks({
    clock, log: createLog({ level: 'silent' }),
    publish: (roomId, name, data) => void told.push(`${roomId} ${name} ${JSON.stringify((data as { link: unknown }).link && 'on')}`),
    channelByHandle: async (handle) => ({ channel: channelOf(handle), ownerUserId: ownerOf(handle) }),
    channelById: async (roomId) => channelOf(roomId),
    visibilityIn: (roomId) => (state.visibility.has(roomId) ? state.visibility.get(roomId) ?? null : 'public'),
    isHostHere: (roomId) => !state.away.has(roomId),
    seatsTaken: () => 1,
    sanctionIn: (roomId, userId) => state.sanctions.get(`${roomId} ${userId}`) ?? null,
    notifyThose: (roomId, who, name, data) => void told.push(`${roomId} ${who} ${name} ${(data as { answer?: string }).answer ?? ''}`.trim()),
    sayFact: () => {},
    linked: (one, other) => void told.push(`linked ${one} ${other}`),
    unlinked: (one, other) => void told.push(`unlinked ${one} ${other}`),
    shownOtherwise: (roomId) => void told.push(`shown ${roomId}`),
  });
  const { handlers } = links;
  const ask = async (from: string, to: string) => handlers['link.ask']({ handle: to }, hostOf(from));
  const answer = async (at: string, from: string, isAccepted = true) => handlers['link.answer']({ handle: from, isAccepted }, hostOf(at));
  const snapshot = (name: string) => links.part.snapshot(room(name), { participantId: 'x' as never, userId: null, role: 'host' });
  return { clock, told, state, links, handlers, ask, answer, snapshot };
};

const codeOf = async (work: Promise<unknown>): Promise<unknown> => work.then(() => 'done', (error: unknown) => (error instanceof AppError ? error.code : error));

test('[X1] a question that is not answered expires, both hear of it, and no timer is left', async () => {
  const { clock, told, ask, answer, snapshot, links } = setUp();
  expect(await ask('lin', 'mei')).toEqual({ expiresAtMs: clock.nowMs() + LINK_ASK_MS });
  expect(snapshot('lin').asked).toMatchObject({ channel: { handle: 'mei' } });
  clock.advance(LINK_ASK_MS - 1);
  expect(snapshot('mei').asking).toMatchObject([{ channel: { handle: 'lin', displayName: 'LIN' } }]);
  clock.advance(1);
  expect(told).toEqual(['mei broadcast.control link.asked', 'lin broadcast.control link.answered expired', 'mei broadcast.control link.answered expired']);
  expect(await codeOf(answer('mei', 'lin'))).toBe('not_found');
  expect([clock.timers(), links.counts()]).toEqual([0, { asks: 0, links: 0 }]);
});

test('[X1] so many wait for one host and no more, and with the answer all of them end', async () => {
  const { ask, answer, snapshot, links, clock } = setUp();
  for (let at = 0; at < LINK_ASKS_MAX; at += 1) await ask(`p${at}`, 'mei');
  expect(await codeOf(ask('late', 'mei'))).toBe('too_many_items');
  expect(snapshot('mei').asking).toHaveLength(LINK_ASKS_MAX);
  await answer('mei', 'p3');
  expect([links.counts(), clock.timers()]).toEqual([{ asks: 0, links: 1 }, 0]);
  expect(links.linkIn(room('p3'))).toEqual({ roomId: 'mei', handle: 'mei', displayName: 'MEI', isHidden: false, isSilenced: false });
});

test('[X1] [X2] what changed since the question is looked at again with the answer', async () => {
  const { ask, answer, state, links } = setUp();
  await ask('lin', 'mei');
  state.away.add('lin');
  expect(await codeOf(answer('mei', 'lin'))).toBe('not_live');
  state.away.delete('lin');
  state.visibility.set('lin', 'private');
  expect(await codeOf(answer('mei', 'lin'))).toBe('not_live');
  state.visibility.set('lin', 'unlisted');
  state.visibility.set('mei', 'private');
  expect(await codeOf(answer('mei', 'lin'))).toBe('link_private');
  state.visibility.delete('mei');
  for (const kind of ['ban', 'shadow_ban'] as const) {
    state.sanctions.set(`lin ${ownerOf('mei')}`, kind);
    expect(await codeOf(answer('mei', 'lin'))).toBe('permission_denied');
  }
  state.sanctions.clear();
  expect(links.counts()).toEqual({ asks: 1, links: 0 });
  expect(await codeOf(answer('mei', 'lin'))).toBe('done');
});

test('[X2] who cannot answer is not asked', async () => {
  const { ask, state, told } = setUp();
  state.away.add('mei');
  expect(await codeOf(ask('lin', 'mei'))).toBe('not_live');
  state.away.clear();
  state.visibility.set('mei', null);
  expect(await codeOf(ask('lin', 'mei'))).toBe('not_live');
  expect(told).toEqual([]);
});

test('[X4] [X5] each room shows the other its own way, and all of it ends with the link', async () => {
  const { ask, answer, handlers, links, told, clock } = setUp();
  await ask('lin', 'mei');
  await answer('mei', 'lin');
  links.hide(room('lin'), true);
  await handlers['link.silence']({ isSilenced: true }, hostOf('mei'));
  expect(links.linkIn(room('lin'))).toMatchObject({ isHidden: true, isSilenced: false });
  expect(links.linkIn(room('mei'))).toMatchObject({ isHidden: false, isSilenced: true });
  told.length = 0;
  links.broadcastEnded(room('mei'));
  links.broadcastEnded(room('mei'));
  links.hide(room('lin'), true);
  expect(told).toEqual(['unlinked lin mei', 'lin link.changed null', 'mei link.changed null']);
  expect([links.counts(), clock.timers()]).toEqual([{ asks: 0, links: 0 }, 0]);
  await ask('lin', 'mei');
  await answer('mei', 'lin');
  expect(links.linkIn(room('lin'))).toMatchObject({ isHidden: false });
});

test('[X6] only a ban of the other host ends a link, and a shadow ban is noticed by nobody', async () => {
  const { ask, answer, links, state, snapshot, told, clock } = setUp();
  await ask('lin', 'mei');
  await answer('mei', 'lin');
  links.sanctioned(room('mei'), ownerOf('lin'), 'time_out');
  links.sanctioned(room('mei'), ownerOf('lin'), 'shadow_ban');
  links.sanctioned(room('mei'), 'somebody' as UserId, 'ban');
  expect(links.counts().links).toBe(1);
  links.sanctioned(room('lin'), ownerOf('mei'), 'ban');
  expect(links.counts().links).toBe(0);
  state.sanctions.set(`mei ${ownerOf('lin')}`, 'time_out');
  expect(await codeOf(ask('lin', 'mei'))).toBe('timed_out');
  state.sanctions.set(`mei ${ownerOf('lin')}`, 'shadow_ban');
  told.length = 0;
  await ask('lin', 'mei');
  expect([snapshot('lin').asked?.channel.handle, snapshot('mei').asking]).toEqual(['mei', []]);
  clock.advance(LINK_ASK_MS);
  expect(told).toEqual(['lin broadcast.control link.answered expired']);
});
