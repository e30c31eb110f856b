// What one row of the message table holds.

import type * as v from 'valibot';
import type { Permission } from '../permissions.ts';

export type Schema = v.GenericSchema;

/** A token bucket for one caller: `burst` at once, refilled at `perSecond`. */
export type Rate = { readonly burst: number; readonly perSecond: number };

export type RequestRow<P extends Schema = Schema, R extends Schema = Schema> = {
  readonly params: P;
  readonly result: R;
  readonly needs: Permission;
  readonly rate: Rate;
  /** Waits for a commit, and nothing that its sender asks meanwhile has to wait with it (rule E3). */
  readonly overlaps?: true;
};

/** `room` events go to all in the room and carry seq and epoch; `participant` events go to one and carry neither. */
export type EventRow<D extends Schema = Schema, A extends 'room' | 'participant' = 'room' | 'participant'> = {
  readonly data: D;
  readonly to: A;
};

export const request = <P extends Schema, R extends Schema>(row: RequestRow<P, R>): RequestRow<P, R> => row;
export const roomEvent = <D extends Schema>(data: D): EventRow<D, 'room'> => ({ data, to: 'room' });
export const participantEvent = <D extends Schema>(data: D): EventRow<D, 'participant'> => ({ data, to: 'participant' });
