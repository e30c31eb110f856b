// What one row of the HTTP table holds.

import type { Rate, Schema } from './messages/define.ts';
import { BODY_BYTES_MAX } from './limits.ts';

export type Route = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** `:name` parts are path parameters, text of at most 64 characters. */
  readonly path: string;
  readonly access: 'anyone' | 'user';
  /** Schema of the JSON body; 'image' for raw JPEG, PNG or WebP bytes; null for none. */
  readonly body: Schema | 'image' | null;
  readonly bodyBytesMax: number;
  readonly result: Schema;
  /** Per address. */
  readonly rate: Rate;
  /** One sentence for OpenAPI. */
  readonly about: string;
};

export const route = <const R extends Omit<Route, 'bodyBytesMax'> & { bodyBytesMax?: number }>(row: R) => ({
  bodyBytesMax: BODY_BYTES_MAX,
  ...row,
});

export const often: Rate = { burst: 60, perSecond: 10 };
export const seldom: Rate = { burst: 10, perSecond: 0.2 };
