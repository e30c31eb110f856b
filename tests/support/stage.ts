// People on the stage of a show, and how the tests look at it.

import type { ParticipantId, UserId } from '../../shared/ids.ts';
import type { StageSeat, StageView } from '../../shared/messages/seats.ts';
import { createClient, register } from './client.ts';
import type { Client, Person } from './client.ts';
import type { Connection, Joined, JoinOptions } from './connection.ts';
import type { Show } from './scene.ts';

export type Here = { readonly client: Client; readonly connection: Connection; readonly joined: Joined; readonly id: ParticipantId };
export type Member = Here & Person & { readonly userId: UserId };

/** Somebody without an account. */
export const enterAsGuest = async (server: { readonly url: string }, { handle }: Show, options: JoinOptions = {}): Promise<Here> => {
  const client = createClient(server);
  const connection = await client.connect();
  const joined = await connection.join(handle, options);
  return { client, connection, joined, id: joined.participantId };
};

export const enter = async (server: { readonly url: string }, { handle }: Show, options: JoinOptions = {}): Promise<Member> => {
  const person = await register(server);
  const connection = await person.client.connect();
  const joined = await connection.join(handle, options);
  return { ...person, connection, joined, userId: person.me.userId, id: joined.participantId };
};

/** Asked, accepted and brought up. */
export const bringUp = async (server: { readonly url: string }, show: Show): Promise<Member> => {
  const member = await enter(server, show);
  await show.studio.request('stage.invite', { userId: member.userId });
  await member.connection.next('stage.invited');
  await member.connection.request('stage.answer', { isAccepted: true });
  await show.studio.request('stage.bringUp', { participantId: member.id });
  return member;
};

export const seatOf = ({ seats }: StageView, id: ParticipantId): StageSeat | undefined => seats.find(({ participantId }) => participantId === id);

/** The stage as somebody sees it who comes in now. */
export const stageIn = async (server: { readonly url: string }, show: Show, options: JoinOptions = {}): Promise<StageView> => {
  const { connection, joined } = await enterAsGuest(server, show, options);
  connection.close();
  return joined.snapshot.stage;
};

export const receivesFrom = (connection: Connection, id: ParticipantId, count: number) =>
  connection.next('watch.changed', ({ subscriptions }) => subscriptions.filter(({ participantId }) => participantId === id).length === count);
