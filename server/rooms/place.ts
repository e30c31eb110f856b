// Where somebody who acts in a room sits, and who they are. Dispatch lets nobody else through; the types do not know that.

import type { Caller, Seat, SessionUser } from '../hub/handler.ts';
import { AppError } from '../lib/app-error.ts';

export type Place = { readonly seat: Seat; readonly user: SessionUser };

/** Throws `not_joined`, `not_logged_in`. */
export const placeOf = ({ seat, user }: Caller): Place => {
  if (!seat) throw new AppError('not_joined');
  if (!user) throw new AppError('not_logged_in');
  return { seat, user };
};
