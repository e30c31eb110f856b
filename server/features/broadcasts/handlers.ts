// One function for each broadcast.* message: unpack, ask the rules.

import type { Caller, Handlers } from '../../hub/handler.ts';
import { AppError } from '../../lib/app-error.ts';
import type { RoomId } from '../../../shared/ids.ts';
import type { Broadcasts } from './broadcasts.ts';

const roomOf = (caller: Caller): RoomId => {
  if (!caller.seat) throw new AppError('not_joined');
  return caller.seat.roomId;
};

type Names = 'broadcast.start' | 'broadcast.update' | 'broadcast.end' | 'broadcast.link' | 'broadcast.report';

export const broadcastHandlers = (broadcasts: Broadcasts): Handlers<Names> => ({
  'broadcast.start': (params, caller) => broadcasts.start(roomOf(caller), params),
  'broadcast.update': (params, caller) => broadcasts.update(roomOf(caller), params),
  'broadcast.end': (_, caller) => broadcasts.end(roomOf(caller)),
  'broadcast.link': (_, caller) => ({ linkKey: broadcasts.linkKeyIn(roomOf(caller)) }),
  'broadcast.report': (params, caller) => {
    broadcasts.report(roomOf(caller), params);
    return {};
  },
});
