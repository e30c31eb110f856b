// The situations that most flows begin with: a channel on air, and somebody watching it.

import type { Params, Result } from '../../shared/messages.ts';
import { createClient, registerCreator } from './client.ts';
import type { Client, Creator } from './client.ts';
import type { Connection, Joined, JoinOptions } from './connection.ts';
import { publish } from './publisher.ts';
import type { Publisher, PublishOptions } from './publisher.ts';
import { createViewer } from './viewer.ts';
import type { Viewer } from './viewer.ts';

type Server = { readonly url: string };

export type Show = Creator & {
  readonly studio: Connection;
  readonly publisher: Publisher;
  readonly started: Result<'broadcast.start'>;
  end(): void;
};

export const BROADCAST: Params<'broadcast.start'> = {
  title: 'A walk by the river', category: 'outdoors', tags: ['river'], visibility: 'public', language: null, coverImageId: null,
};

/** Joins as the studio, starts a broadcast and publishes camera and microphone. */
export const goLive = async (
  server: Server,
  options: { readonly broadcast?: Partial<Params<'broadcast.start'>>; readonly publish?: PublishOptions } = {},
): Promise<Show> => {
  const creator = await registerCreator(server);
  const studio = await creator.client.connect();
  await studio.join(creator.handle, { as: 'studio' });
  const started = await studio.request('broadcast.start', { ...BROADCAST, ...options.broadcast });
  const publisher = await publish(studio, options.publish);
  return { ...creator, studio, publisher, started, end: () => (publisher.close(), studio.close()) };
};

export type Watching = {
  readonly client: Client;
  readonly connection: Connection;
  readonly viewer: Viewer;
  readonly joined: Joined;
  end(): void;
};

/** Joins with an offer, as the page does, and takes the media that comes with the answer. */
export const watch = async (server: Server, handle: string, options: JoinOptions & { readonly client?: Client } = {}): Promise<Watching> => {
  const { client = createClient(server), ...join } = options;
  const viewer = createViewer();
  const connection = await client.connect();
  const joined = await connection.join(handle, { ...join, watch: viewer.offer });
  if (joined.watch) await viewer.accept(joined.watch);
  return { client, connection, viewer, joined, end: () => (viewer.close(), connection.close()) };
};
