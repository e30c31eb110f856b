// The link for co-hosts and leading in the host's place, with a media plane of cardboard.

import { expect, test } from 'vitest';
import type { RoomId } from '../../../shared/ids.ts';
import { STAGE_INVITE_MS, STAGE_LINK_USES_MAX } from '../../../shared/limits.ts';
import { fakeCaller } from '../../../tests/support/fake-caller.ts';
import type { Caller } from '../../hub/handler.ts';
import { ada, bob, code, HOST, idOf, ROOM, setUp, userOf } from './testing.ts';

/** Each from an address of their own. */
const guest = (at: number): Caller => ({ ...fakeCaller(`guest-${at}`, { role: 'guest' }), address: `192.0.2.${at}` });

const withLink = async (guestsAllowed = true) => {
  const it = setUp();
  const { key } = await it.handlers['stage.openLink']({ guestsAllowed }, HOST);
  const claim = (caller: Caller, name = `${idOf(caller)}`, typed = key) => it.handlers['stage.claim']({ key: typed, name }, caller);
  const linkFor = (role: 'host' | 'viewer') => it.stage.part.snapshot(ROOM, { participantId: idOf(bob), userId: userOf(bob), role }).link;
  return { ...it, key, claim, linkFor };
};

/** On stage, asked, and leading. */
const withLeader = async () => {
  const it = setUp();
  const { handlers, seat } = it;
  await seat(ada);
  await handlers['stage.bringUp']({ participantId: idOf(ada) }, HOST);
  const ask = () => handlers['stage.handOver']({ participantId: idOf(ada) }, HOST);
  const say = (isAccepted: boolean, caller = ada) => handlers['stage.answerLead']({ isAccepted }, caller);
  const leader = () => it.view().seats.find(({ isLeading }) => isLeading)?.participantId;
  const answers = () => it.heard('broadcast.control lead.answered');
  return { ...it, ask, say, leader, answers };
};

test('[S15] a link ends when it was used often enough, and each try of an address costs one', async () => {
  const { claim, handlers, clock, linkFor, heard } = await withLink();
  for (let use = 1; use <= STAGE_LINK_USES_MAX; use += 1) {
    const one = guest(use);
    expect(linkFor('host')).toEqual({ guestsAllowed: true });
    await claim(one);
    await handlers['stage.stepDown']({}, one);
  }
  expect([linkFor('host'), linkFor('viewer')]).toEqual([null, null]);
  expect(heard('stage.direct stagelink.changed')).toEqual([{ link: { guestsAllowed: true } }, { link: null }]);
  const late = guest(0);
  const codes = Array.from({ length: 11 }, () => code(() => claim(late)));
  expect(codes).toEqual([...Array<string>(10).fill('stage_link_invalid'), 'too_many_requests']);
  clock.advance(6_000);
  expect(code(() => claim(late))).toBe('stage_link_invalid');
});

test('[S15] a key is worth something in its own room, and is not kept as it is', async () => {
  const { claim, key, stage, linkFor, told } = await withLink();
  const elsewhere = fakeCaller('wen', { role: 'guest', roomId: 'third' as RoomId });
  expect(code(() => claim(elsewhere))).toBe('stage_link_invalid');
  expect(linkFor('viewer')).toBe(null);
  expect(JSON.stringify([told, linkFor('host')])).not.toContain(key);
  stage.part.roomClosed?.(ROOM); // all left for a moment, and the broadcast goes on
  expect(await claim(guest(1))).toEqual({});
  stage.broadcastEnded(ROOM);
  expect(code(() => claim(guest(2)))).toBe('stage_link_invalid');
});

test('[S16] names that look like somebody’s on the stage are refused, and a refused claim is no use', async () => {
  const { claim, view, state } = await withLink();
  expect(code(() => claim(guest(1), HOST.user?.displayName))).toBe('name_confusing');
  await claim(guest(1), 'Wen');
  expect(code(() => claim(guest(2), 'wen'))).toBe('name_confusing');
  state.outcasts.add(userOf(bob));
  expect(code(() => claim(bob))).toBe('stage_link_invalid');
  expect(view().seats.map(({ userId, displayName }) => [userId, displayName])).toEqual([['host', 'HOST'], [null, 'Wen']]);
});

test('[S17] a guest who leaves has no seat, and whoever is sent away takes the link with them', async () => {
  const { claim, stage, view, heard, linkFor, seat, handlers } = await withLink();
  const wen = guest(1);
  await claim(wen);
  stage.participantLeft(ROOM, idOf(wen), null);
  expect(view().seats).toHaveLength(1);
  expect(heard('roles')).toEqual([idOf(wen), idOf(wen)]);
  expect(linkFor('host')).not.toBe(null);
  stage.sanctioned(ROOM, userOf(bob), 'ban'); // never used it, never sat
  expect(linkFor('host')).not.toBe(null);
  await seat(ada); // invited; but may have been given the key
  stage.sanctioned(ROOM, userOf(ada), 'ban');
  expect(linkFor('host')).toBe(null);
  await handlers['stage.openLink']({ guestsAllowed: false }, HOST);
  expect(code(() => claim(guest(2)))).toBe('stage_link_invalid'); // the old key
});

test('[S18] an offer that nobody answers expires, and leaves no timer', async () => {
  const { ask, say, leader, answers, clock, heard, stage } = await withLeader();
  expect(await ask()).toEqual({ expiresAtMs: clock.nowMs() + STAGE_INVITE_MS });
  expect(stage.part.snapshot(ROOM, { participantId: idOf(ada), userId: userOf(ada), role: 'co_host' }).leadOffer).toMatchObject({ participantId: idOf(ada) });
  expect(stage.part.snapshot(ROOM, { participantId: idOf(bob), userId: userOf(bob), role: 'co_host' }).leadOffer).toBe(null);
  clock.advance(STAGE_INVITE_MS);
  expect(answers()).toEqual([{ participantId: idOf(ada), answer: 'expired' }]);
  expect(heard(`${idOf(ada)} lead.unoffered`)).toHaveLength(1);
  expect(code(() => say(true))).toBe('not_found');
  expect([leader(), clock.timers()]).toEqual([idOf(HOST), 0]);
});

test('[S18] who is asked and goes, is sent back, or may not act, leads nothing', async () => {
  const { ask, say, leader, answers, stage, handlers, state, clock, seat } = await withLeader();
  await ask();
  await say(false);
  expect(leader()).toBe(idOf(HOST));
  await ask();
  await handlers['stage.sendBack']({ participantId: idOf(ada) }, HOST);
  await handlers['stage.bringUp']({ participantId: idOf(ada) }, HOST);
  await ask();
  stage.sanctioned(ROOM, userOf(ada), 'time_out');
  await ask();
  state.isBanned = true;
  expect(code(() => say(true))).toBe('banned');
  state.isBanned = false;
  stage.participantLeft(ROOM, idOf(ada), userOf(ada));
  expect(answers().map((told) => (told as { answer: string }).answer)).toEqual(['declined', 'withdrawn', 'withdrawn', 'left']);
  await seat(bob);
  await handlers['stage.bringUp']({ participantId: idOf(bob) }, HOST);
  state.outcasts.add(userOf(bob));
  expect(code(() => handlers['stage.handOver']({ participantId: idOf(bob) }, HOST))).toBe('permission_denied');
  expect([leader(), clock.timers()]).toEqual([idOf(HOST), 0]);
});

test('[S19, B3] the broadcast lives by what arrives of the host or of who leads', async () => {
  const { ask, say, publish, arrivals, stage, end, handlers } = await withLeader();
  await publish(HOST, 'camera');
  await publish(ada, 'camera');
  stage.flowChanged(ROOM, idOf(HOST), false);
  expect(arrivals.at(-1)).toBe(false);
  await ask();
  await say(true);
  expect(arrivals.at(-1)).toBe(true); // theirs arrives
  end(({ participantId }) => participantId === idOf(HOST));
  expect(arrivals.at(-1)).toBe(true);
  stage.flowChanged(ROOM, idOf(ada), false);
  expect(arrivals.at(-1)).toBe(false);
  stage.flowChanged(ROOM, idOf(ada), true);
  expect(arrivals.at(-1)).toBe(true);
  expect([stage.isAlwaysHeard(ROOM, idOf(ada)), stage.isAlwaysHeard(ROOM, idOf(bob))]).toEqual([true, true]);
  await handlers['stage.takeBack']({}, ada);
  expect([arrivals.at(-1), stage.isAlwaysHeard(ROOM, idOf(ada))]).toEqual([false, false]);
});

test('[S20] the lead ends with the seat, with going backstage, with the broadcast, and when another one has it', async () => {
  const { ask, say, leader, stage, handlers, seat, heard, clock, state } = await withLeader();
  const kinds = () => [ada, bob].map((caller) => stage.seatKindOf(ROOM, idOf(caller)));
  await ask();
  await say(true);
  await seat(bob);
  await handlers['stage.bringUp']({ participantId: idOf(bob) }, ada);
  expect([leader(), ...kinds()]).toEqual([idOf(ada), 'leads', 'sits']);
  expect(code(() => handlers['stage.handOver']({ participantId: idOf(ada) }, HOST))).toBe('not_found');
  await handlers['stage.handOver']({ participantId: idOf(bob) }, HOST);
  await say(true, bob);
  expect([leader(), ...kinds()]).toEqual([idOf(bob), 'sits', 'leads']);
  expect(heard('roles').slice(-2)).toEqual([idOf(ada), idOf(bob)]);
  await handlers['stage.sendBack']({ participantId: idOf(bob) }, HOST);
  expect([leader(), ...kinds()]).toEqual([idOf(HOST), 'sits', 'sits']);
  await ask();
  await say(true);
  await handlers['stage.remove']({ participantId: idOf(ada) }, HOST);
  expect([leader(), ...kinds()]).toEqual([idOf(HOST), null, 'sits']);
  await handlers['stage.bringUp']({ participantId: idOf(bob) }, HOST);
  await handlers['stage.handOver']({ participantId: idOf(bob) }, HOST);
  state.isOnAir = false;
  stage.broadcastEnded(ROOM);
  expect([kinds(), clock.timers()]).toEqual([[null, null], 0]);
});
