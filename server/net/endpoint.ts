// What stands behind an HTTP address, as http.ts serves it. Nothing here knows uWebSockets.js.

import type { Rate } from '../../shared/messages/define.ts';
import type { Client } from './client-address.ts';

export type HttpRequest = {
  /** Stands in the X-Request-Id header and in the log. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** The `:name` parts of the path, decoded. */
  readonly pathParams: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly client: Client;
  readonly body: Buffer;
  /** By lower-case name; '' if there is none. */
  header(name: string): string;
};

export type Answer = {
  readonly status: number;
  /** Null: no body. */
  readonly type: string | null;
  readonly body: string | Uint8Array;
  readonly headers?: readonly (readonly [name: string, value: string])[];
};

export type Endpoint = {
  readonly method: string;
  /** `/api/channels/:handle` */
  readonly path: string;
  /** For metrics and the log. */
  readonly name: string;
  /** Per address; null for none. */
  readonly rate: Rate | null;
  /** 0: a body is not read. */
  readonly bodyBytesMax: number;
  /** Servers call it, which have no Origin. */
  readonly isFromServers?: boolean;
  /** May throw AppError; anything else that is thrown is a bug and answers `internal`. */
  readonly answer: (request: HttpRequest) => Answer | Promise<Answer>;
};
