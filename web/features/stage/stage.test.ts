// Coming on stage as the page hears of it: hands, invitations, and the own seat, whatever comes before what.

import { describe, expect, test, vi } from 'vitest';
import type { ParticipantId, UserId } from '../../../shared/ids.ts';
import type { StageSeat, StageView } from '../../../shared/messages/seats.ts';
import type { Joined } from '../../live/room-session.ts';
import { testSnapshot } from '../broadcasts/testing/snapshot.ts';
import type { PartDeps } from '../interaction/part.ts';
import type { FeedEvent } from '../interaction/room-feed.ts';
import { m } from '../../text/generated/messages.js';
import type { OnStage } from './on-stage.svelte.ts';
import { Stage } from './stage.svelte.ts';

const ME = 'p-me' as ParticipantId;
const seat = (more: Partial<StageSeat> = {}): StageSeat =>
  ({ participantId: ME, userId: 'me', name: 'me', displayName: 'Me', isHost: false, state: 'backstage', isHidden: false, muted: false, isLeading: false, channel: null, ...more }) as StageSeat;

const setUp = () => {
  const asked: string[] = [];
  const said: string[] = [];
  /** The room's facts take an event after the parts have heard it. */
  const facts: { stage: StageView } = { stage: { seats: [], layout: { kind: 'grid', order: [] } } };
  const deps = {
    ask: async (name: string) => {
      asked.push(name);
      return name === 'stage.invite' || name === 'stage.handOver' ? { expiresAtMs: 60_000 } : name === 'stage.openLink' ? { key: 'key' } : name === 'hand.list' ? { hands: [hand('ben')] } : {};
    },
    toasts: { show: (words: string) => said.push(words) },
    me: () => ({ userId: 'me', name: 'me', displayName: 'Me' }),
    participantId: () => ME, stage: () => facts.stage, startedAtMs: () => 1, serverNowMs: () => 5_000,
  } as unknown as PartDeps;
  const stage = new Stage(deps);
  const hear = (event: string, data: unknown = {}): void => stage.heard({ event, data } as FeedEvent);
  const seats = (...now: StageSeat[]): void => hear('stage.changed', { seats: now, layout: facts.stage.layout });
  const onStage = { sync: vi.fn(), follow: vi.fn(), muteIfOn: vi.fn(() => true), close: vi.fn() };
  stage.onStage = onStage as unknown as OnStage;
  return { stage, hear, seats, onStage, asked, said };
};
const hand = (name: string, why = '') => ({ userId: name as UserId, name, displayName: name, why, raisedAtMs: 1 });

describe('the own seat', () => {
  test('sends as soon as the seat is told of, also when the reply is still on its way', () => {
    const { seats, onStage } = setUp();
    seats(seat());
    expect(onStage.sync).toHaveBeenCalledTimes(1);
  });

  test('[S9] a mute by the host switches the microphone off, once, and says so', () => {
    const { seats, onStage, said } = setUp();
    seats(seat({ state: 'on_stage' }));
    seats(seat({ state: 'on_stage', muted: true }));
    seats(seat({ state: 'on_stage', muted: true, isHidden: true }));
    expect(onStage.muteIfOn).toHaveBeenCalledTimes(1);
    expect(said).toEqual([m.stage_silenced()]);
  });

  test('[S10] who is taken off the stage sends nothing any more, and is told', () => {
    const { stage, seats, onStage, said } = setUp();
    seats(seat());
    seats();
    expect(onStage.close).toHaveBeenCalledTimes(1);
    expect(stage.onStage).toBeNull();
    expect(said).toEqual([m.stage_left()]);
  });

  test('who steps down has their devices off before the server answers, and hears no farewell', async () => {
    const { stage, seats, onStage, asked, said } = setUp();
    seats(seat());
    const down = stage.stepDown();
    expect(onStage.close).toHaveBeenCalledTimes(1);
    await down;
    seats();
    expect([asked, said]).toEqual([['stage.stepDown'], []]);
  });

  test('[S11] who comes back in time sends again what is missing', () => {
    const { stage, seats, onStage } = setUp();
    seats(seat());
    const snapshot = testSnapshot(null, { stage: { ...testSnapshot(null).stage, seats: [seat()] } });
    stage.joined({ snapshot } as Joined);
    expect(onStage.follow).toHaveBeenCalledTimes(1);
    expect(onStage.close).not.toHaveBeenCalled();
  });

  test('[S7] the end of the broadcast ends it all', () => {
    const { stage, hear, seats, onStage } = setUp();
    hear('hand.raised', { hand: hand('ben') });
    hear('stage.invited', { expiresAtMs: 9 });
    seats(seat());
    hear('broadcast.ended');
    expect([stage.hands, stage.invitation, stage.onStage]).toEqual([[], null, null]);
    expect(onStage.close).toHaveBeenCalledTimes(1);
  });
});

test('[S7] an invitation that ends unanswered switches the devices off; the own yes does not', async () => {
  const { stage, hear, onStage } = setUp();
  hear('stage.invited', { expiresAtMs: 9 });
  const accepted = stage.accept();
  hear('stage.uninvited');
  await accepted;
  expect(onStage.close).not.toHaveBeenCalled();
  hear('stage.invited', { expiresAtMs: 9 });
  hear('stage.uninvited');
  expect(onStage.close).toHaveBeenCalledTimes(1);
  await stage.getReady();
  expect(stage.onStage).toBeNull();
});

describe('hands', () => {
  test('[S6] a hand that is raised again keeps its place with other words', () => {
    const { stage, hear } = setUp();
    for (const one of [hand('ben'), hand('cai'), hand('ben', 'now with words')]) hear('hand.raised', { hand: one });
    expect(stage.hands.map(({ name, why }) => [name, why])).toEqual([['ben', 'now with words'], ['cai', '']]);
    hear('hand.lowered', { userId: 'ben' });
    expect(stage.hands).toHaveLength(1);
  });

  test('the own hand is up when the server took it, and down when a moderator lowers it', async () => {
    const { stage, hear } = setUp();
    await stage.raise('why');
    expect(stage.hand?.why).toBe('why');
    hear('hand.lowered', { userId: 'me' });
    expect(stage.hand).toBeNull();
  });

  test('who becomes a moderator asks who waits; who is none any more sees nobody', async () => {
    const { stage, hear } = setUp();
    hear('role.changed', { role: 'moderator' });
    await vi.waitFor(() => expect(stage.hands).toHaveLength(1));
    hear('role.changed', { role: 'viewer' });
    expect(stage.hands).toEqual([]);
  });
});

test('[S7] who was asked is listed until they answer, and the answer is told', async () => {
  const { stage, hear, said } = setUp();
  await stage.invite(hand('ben'));
  expect(stage.invited.map(({ name }) => name)).toEqual(['ben']);
  hear('stage.answered', { userId: 'ben', answer: 'declined' });
  expect(stage.invited).toEqual([]);
  expect(said).toEqual([m.stage_answer_declined({ name: 'ben' })]);
});

describe('links for co-hosts, and leading', () => {
  test('[S15] the key is shown where it was made, until the link is closed', async () => {
    const { stage, hear } = setUp();
    await stage.openLink(true);
    hear('stagelink.changed', { link: { guestsAllowed: true } });
    expect([stage.link, stage.linkKey]).toEqual([{ guestsAllowed: true }, 'key']);
    hear('stagelink.changed', { link: null });
    expect([stage.link, stage.linkKey]).toEqual([null, null]);
  });

  test('[S16] a seat that was claimed sends what was made ready; what was put away is off', async () => {
    const { stage, asked, onStage } = setUp();
    expect(await stage.claim('')).toBe(false);
    stage.claimKey = 'key';
    expect(stage.isWanted).toBe(true);
    expect(await stage.claim('')).toBe(true);
    expect([asked, stage.claimKey]).toEqual([['stage.claim'], null]);
    expect(onStage.sync).toHaveBeenCalledTimes(1);
    stage.claimKey = 'key';
    stage.putClaimAway();
    expect(onStage.close).toHaveBeenCalledTimes(1);
  });

  test('[S18] who is asked to lead answers once, and the host hears by name how it ended', async () => {
    const { stage, hear, asked, said, seats } = setUp();
    hear('lead.offered', { participantId: ME, expiresAtMs: 9 });
    await stage.answerLead(true);
    expect([asked, stage.leadOffer]).toEqual([['stage.answerLead'], null]);
    await stage.handOver(ME);
    expect(stage.leadOffer?.participantId).toBe(ME);
    seats(seat({ state: 'on_stage' }));
    hear('lead.answered', { participantId: 'gone', answer: 'declined' });
    expect([stage.leadOffer, said]).toEqual([null, []]);
  });
});
