// One person's HTTP side: a cookie jar, the page's Origin header, and the route table's types. Results are checked
// against the table, so a reply with a field too many fails the test that got it.

import * as v from 'valibot';
import { ROUTES } from '../../shared/routes.ts';
import type { Me, RouteName, RouteResult } from '../../shared/routes.ts';
import type { ChannelView } from '../../shared/messages/rooms.ts';
import { openConnection } from './connection.ts';
import type { Connection, ConnectionOptions } from './connection.ts';
import { PASSWORD, uniqueAddress, uniqueName } from './names.ts';
import { refusalOf } from './refusal.ts';

export type CallArguments = {
  /** Values for the `:name` parts of the path. */
  readonly path?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Raw bytes in place of JSON, for images. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
};

export type Client = {
  readonly origin: string;
  cookie(): string;
  /** As the page would: cookie, Origin, and what comes back as a cookie is kept. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  call<N extends RouteName>(name: N, args?: CallArguments): Promise<RouteResult<N>>;
  connect(options?: ConnectionOptions): Promise<Connection>;
};

export const pathOf = (name: RouteName, values: Readonly<Record<string, string>> = {}): string =>
  ROUTES[name].path.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(values[key] ?? 'none'));

const bodyOf = (args: CallArguments): RequestInit => {
  if (args.bytes) return { body: args.bytes, headers: { 'content-type': 'image/png' } };
  if (args.body === undefined) return {};
  return { body: JSON.stringify(args.body), headers: { 'content-type': 'application/json' } };
};

/** Each client has an address of its own as far as the server, which trusts this machine as a proxy, can tell. */
export const createClient = (server: { readonly url: string }): Client => {
  const origin = new URL(server.url).origin;
  const address = uniqueAddress();
  const jar = new Map<string, string>();
  const cookie = (): string => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');

  const client: Client = {
    origin,
    cookie,
    async fetch(path, init = {}) {
      const headers = new Headers(init.headers);
      if (!headers.has('origin')) headers.set('origin', origin);
      headers.set('x-forwarded-for', address);
      if (jar.size > 0) headers.set('cookie', cookie());
      const response = await fetch(new URL(path, server.url), { redirect: 'manual', ...init, headers });
      for (const line of response.headers.getSetCookie()) keepCookie(jar, line);
      return response;
    },
    async call(name, args = {}) {
      const response = await client.fetch(pathOf(name, args.path), { method: ROUTES[name].method, ...bodyOf(args) });
      const body: unknown = await response.json();
      if (!response.ok) throw refusalOf(body, response.status);
      return v.parse(ROUTES[name].result, body) as RouteResult<typeof name>;
    },
    connect: (options = {}) => openConnection(server.url, { origin, cookie: cookie(), headers: { 'x-forwarded-for': address }, ...options }),
  };
  return client;
};

const keepCookie = (jar: Map<string, string>, line: string): void => {
  const [pair = '', ...attributes] = line.split('; ');
  const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
  const isOver = attributes.some((attribute) => /^max-age=0$/i.test(attribute) || /^expires=.*1970/i.test(attribute));
  if (isOver || value === '') jar.delete(name);
  else jar.set(name, value);
};

export type Person = { readonly client: Client; readonly me: Me; readonly name: string };

/** A new account, logged in. */
export const register = async (server: { readonly url: string }, name = uniqueName('user')): Promise<Person> => {
  const client = createClient(server);
  const me = await client.call('account.register', { body: { name, password: PASSWORD, displayName: name } });
  return { client, me, name };
};

export type Creator = Person & { readonly channel: ChannelView; readonly handle: string };

/** A new account with a channel. */
export const registerCreator = async (server: { readonly url: string }): Promise<Creator> => {
  const person = await register(server);
  const handle = uniqueName('ch');
  const channel = await person.client.call('channel.open', {
    body: { handle, displayName: `Channel ${handle}`, about: '', category: 'talk', avatarImageId: null },
  });
  return { ...person, channel, handle };
};
