// Hands, invitations, seats and what the audience is told of them.

import { expect, test } from 'vitest';
import type { ParticipantId, PublicationId, RoomId } from '../../../shared/ids.ts';
import { HANDS_MAX, STAGE_INVITE_MS } from '../../../shared/limits.ts';
import type { StageView } from '../../../shared/messages/seats.ts';
import { fakeCaller } from '../../../tests/support/fake-caller.ts';
import type { Caller } from '../../hub/handler.ts';
import type { PublicationInfo } from '../../media/publication.ts';
import { ada, bob, code, HOST, idOf, mei, OTHER, ROOM, setUp, userOf } from './testing.ts';

test('[S6] a queue has a bound, and the longest waiting comes first', async () => {
  const { raise, queue, clock } = setUp();
  const people = Array.from({ length: HANDS_MAX }, (_, at) => fakeCaller(`p${at}`));
  for (const caller of people) {
    void raise(caller);
    clock.advance(1);
  }
  expect(code(() => raise(ada))).toBe('too_many_items');
  void raise(people[0] as Caller, 'other words');
  expect(await queue()).toEqual(people.map(userOf));
});

test('[S6] the hand of another tab stays when one leaves', async () => {
  const { raise, queue, stage } = setUp();
  void raise(ada);
  stage.participantLeft(ROOM, 'another-tab' as ParticipantId, userOf(ada));
  expect(await queue()).toEqual(['ada']);
  stage.participantLeft(ROOM, idOf(ada), userOf(ada));
  expect(await queue()).toEqual([]);
});

test('[M7] the hand of who is shadow banned is seen by them alone', async () => {
  const { raise, queue, state, stage, told } = setUp();
  state.shadows.add(userOf(ada));
  expect(raise(ada)).toEqual({});
  expect(await queue()).toEqual([]);
  expect(told).toEqual([]);
  expect(stage.part.snapshot(ROOM, { participantId: idOf(ada), userId: userOf(ada), role: 'viewer' }).hand).toMatchObject({ why: 'why' });
});

test('[S7] an invitation that is not answered expires, gives its seat back and leaves no timer', async () => {
  const { clock, invite, accept, heard, view } = setUp();
  await invite(ada);
  expect(view().invited).toMatchObject([{ userId: 'ada', expiresAtMs: clock.nowMs() + STAGE_INVITE_MS }]);
  clock.advance(STAGE_INVITE_MS - 1);
  await invite(ada); // asked again: a minute from now
  clock.advance(STAGE_INVITE_MS - 1);
  expect(heard('stage.direct stage.answered')).toEqual([]);
  clock.advance(1);
  expect(heard('stage.direct stage.answered')).toEqual([{ userId: 'ada', answer: 'expired' }]);
  expect(heard('ada stage.uninvited')).toHaveLength(1);
  expect(code(() => accept(ada))).toBe('not_found');
  expect(view()).toMatchObject({ invited: [], seats: [{ isHost: true }] });
  expect(clock.timers()).toBe(0);
});

test('[S7] who leaves is invited no more; another tab of theirs keeps the invitation', async () => {
  const { here, stage, invite, heard, clock } = setUp();
  await invite(ada);
  stage.participantLeft(ROOM, 'another-tab' as ParticipantId, userOf(ada));
  expect(heard('stage.direct stage.answered')).toEqual([]);
  here.delete(userOf(ada));
  stage.participantLeft(ROOM, idOf(ada), userOf(ada));
  expect(heard('stage.direct stage.answered')).toEqual([{ userId: 'ada', answer: 'left' }]);
  expect(clock.timers()).toBe(0);
});

test('[S8] the audience is told of a seat’s publications when it comes up, and that they ended when it goes back', async () => {
  const { seat, publish, handlers, heard, stage } = setUp();
  await seat(ada);
  await publish(ada, 'camera');
  const camera = { participantId: idOf(ada), kind: 'video' } as const;
  expect(heard('publication.started')).toEqual([]);
  expect([HOST, ada, bob].map((caller) => stage.maySee(ROOM, idOf(caller), camera))).toEqual([true, false, false]);
  await handlers['stage.bringUp']({ participantId: idOf(ada) }, HOST);
  await handlers['stage.bringUp']({ participantId: idOf(ada) }, HOST);
  expect(heard('publication.started')).toMatchObject([{ participantId: idOf(ada), source: 'camera' }]);
  expect(heard('stage_joined')).toEqual(['ADA']);
  expect(stage.maySee(ROOM, idOf(bob), camera)).toBe(true);
  await handlers['stage.sendBack']({ participantId: idOf(ada) }, HOST);
  expect(heard('publication.ended')).toHaveLength(1);
  expect(stage.maySee(ROOM, idOf(bob), camera)).toBe(false);
});

test('[S9] to silence who is silent changes nothing, and nothing of it is told that the audience does not know', async () => {
  const { seat, publish, handlers, heard } = setUp();
  await seat(ada);
  await publish(ada, 'microphone');
  for (let i = 0; i < 2; i += 1) await handlers['stage.silence']({ participantId: idOf(ada) }, HOST);
  expect(heard('publication.muted')).toEqual([]);
  expect((heard('stage.changed') as StageView[]).filter(({ seats }) => seats.some(({ muted }) => muted))).toHaveLength(1);
});

test('[B3] what a co-host publishes and ends says nothing about the host', async () => {
  const { seat, publish, arrivals, handlers, stage, end } = setUp();
  await publish(HOST, 'camera');
  await seat(ada);
  await publish(ada, 'camera');
  stage.flowChanged(ROOM, idOf(ada), false);
  await handlers['stage.remove']({ participantId: idOf(ada) }, HOST);
  expect(arrivals).toEqual([true]);
  await seat(bob);
  await publish(bob, 'camera');
  stage.flowChanged(ROOM, idOf(HOST), false);
  end(({ participantId }) => participantId === idOf(HOST));
  expect(arrivals).toEqual([true, false, false]);
});

test('[S10, S13] a ban ends seat, hand and invitation; a shadow ban none', async () => {
  const { seat, publish, stage, view, heard, raise, queue, state, invite, accept } = setUp();
  await seat(ada);
  await publish(ada, 'camera');
  void raise(bob);
  stage.sanctioned(ROOM, userOf(bob), 'shadow_ban');
  expect(await queue()).toEqual(['bob']);
  stage.sanctioned(ROOM, userOf(ada), 'time_out');
  expect(view().seats).toHaveLength(2);
  stage.sanctioned(ROOM, userOf(ada), 'ban');
  expect(view()).toMatchObject({ seats: [{ isHost: true }], publications: [] });
  expect(heard('roles')).toEqual([idOf(ada), idOf(ada)]);
  await invite(bob);
  state.isBanned = true;
  expect(code(() => accept(bob))).toBe('banned');
  expect(view().invited).toHaveLength(1);
});

test('[S12] the host keeps the place in the layout over a reload, and who leaves loses it', async () => {
  const { seat, handlers, view, stage } = setUp();
  for (const caller of [ada, bob]) await seat(caller);
  await handlers['layout.set']({ kind: 'side_by_side', order: [idOf(bob), idOf(HOST)] }, HOST);
  expect(view().layout).toEqual({ kind: 'side_by_side', order: [idOf(bob), idOf(HOST), idOf(ada)] });
  stage.participantLeft(ROOM, idOf(bob), userOf(bob));
  expect(view().layout.order).toEqual([idOf(HOST), idOf(ada)]);
});

test('[W10] who speaks backstage is not named; brought up they are, and the end of the broadcast forgets it', async () => {
  const { seat, stage, heard, handlers, state } = setUp();
  await seat(ada);
  expect([stage.isAlwaysHeard(ROOM, idOf(HOST)), stage.isAlwaysHeard(ROOM, idOf(ada))]).toEqual([true, false]);
  const says = (...ids: ParticipantId[]) => stage.speakingChanged(ROOM, ids);
  says(idOf(ada));
  expect(heard('speaker.changed')).toEqual([]);
  says(idOf(HOST), idOf(ada));
  says(idOf(ada), idOf(HOST));
  expect(heard('speaker.changed')).toEqual([{ speaking: [idOf(HOST)] }]);
  await handlers['stage.bringUp']({ participantId: idOf(ada) }, HOST);
  expect(heard('speaker.changed').at(-1)).toEqual({ speaking: [idOf(ada), idOf(HOST)] });
  await handlers['stage.sendBack']({ participantId: idOf(ada) }, HOST);
  expect(heard('speaker.changed').at(-1)).toEqual({ speaking: [idOf(HOST)] });
  state.isOnAir = false;
  stage.broadcastEnded(ROOM);
  says();
  expect(heard('speaker.changed').length).toBe(3);
});

test('[S7] the end of the broadcast ends everything, and the room forgets', async () => {
  const { seat, invite, raise, stage, state, view, heard, clock } = setUp();
  await seat(ada);
  await invite(bob);
  void raise(bob);
  state.isOnAir = false;
  stage.broadcastEnded(ROOM);
  expect(view()).toMatchObject({ seats: [], hands: [], invited: [], layout: { kind: 'grid', order: [] } });
  expect(heard('roles')).toEqual([idOf(ada), idOf(ada)]);
  expect((heard('stage.changed') as StageView[]).at(-1)?.seats).toEqual([]);
  expect(clock.timers()).toBe(0);
  stage.part.roomClosed?.(ROOM);
  expect(stage.rooms()).toBe(0);
});

const LINK = { roomId: OTHER, handle: 'mei', displayName: 'Mei', isHidden: false, isSilenced: false };
const theirs = (source: 'camera' | 'microphone'): PublicationInfo => ({
  publicationId: `mei-${source}` as PublicationId, participantId: idOf(mei), source, kind: source === 'camera' ? 'video' : 'audio', muted: false,
});

test('[X3] a room that opens while it is linked is told of what ends later, and of nothing twice', async () => {
  const { state, stage, others, heard } = setUp();
  state.link = LINK;
  others.push(theirs('camera'), theirs('microphone'));
  await stage.part.prepare?.(ROOM, null);
  stage.linkShown(ROOM);
  expect(heard('publication.started')).toEqual([]);
  others.shift();
  stage.linkShown(ROOM);
  expect(heard('publication.ended')).toEqual([{ publicationId: 'mei-camera' }]);
});

test('[X3] nobody is told anything of a room that nobody is in, and nothing of it is kept', () => {
  const { state, stage, told } = setUp();
  state.link = LINK;
  stage.linked(ROOM, OTHER);
  stage.unlinked(ROOM, OTHER);
  expect([told, stage.rooms()]).toEqual([[], 0]);
});

test('[X4] what is hidden or silenced is for those on the stage, and hiding that seat is the link’s to remember', async () => {
  const { state, stage, seat, others, told, handlers, view } = setUp();
  await seat(ada);
  state.link = { ...LINK, isHidden: true };
  others.push(theirs('camera'), theirs('microphone'));
  const sees = (watcher: Caller, source: 'camera' | 'microphone', from = OTHER) => stage.maySee(ROOM, idOf(watcher), theirs(source), from);
  expect([sees(bob, 'camera'), sees(bob, 'microphone'), sees(ada, 'camera'), sees(HOST, 'camera')]).toEqual([false, true, true, true]);
  expect(sees(ada, 'microphone', 'third' as RoomId)).toBe(false);
  state.link = { ...LINK, isSilenced: true };
  expect([sees(bob, 'camera'), sees(bob, 'microphone'), sees(ada, 'microphone')]).toEqual([true, false, true]);
  expect(view().seats.at(-1)).toMatchObject({ participantId: idOf(mei), muted: true, channel: { handle: 'mei', displayName: 'Mei', isSilenced: true } });
  await handlers['stage.hide']({ participantId: idOf(mei), isHidden: true }, HOST);
  expect(told.at(-1)).toEqual(['hide link', true]);
});
