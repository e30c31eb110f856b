// Which of its faces the watch page shows, from what the connection, the place in the room and the broadcast say. Pure.

import type { BroadcastView } from '../../../shared/messages/broadcasts.ts';
import type { ConnectionState } from '../../live/connection.ts';
import type { RequestErrorCode } from '../../live/request-error.ts';
import type { RoomSessionState } from '../../live/room-session.ts';
import type { EndReason, RoomFacts } from '../broadcasts/room-facts.ts';

/** Why the page cannot go on by itself. */
export type FailedCode = RequestErrorCode | 'replaced' | 'reload_needed';

export type WatchView =
  | { readonly is: 'connecting' }
  | { readonly is: 'live'; readonly broadcast: BroadcastView }
  /** The host dropped and may come back. */
  | { readonly is: 'interrupted'; readonly broadcast: BroadcastView }
  /** We dropped. Media may still flow: it has a path of its own. */
  | { readonly is: 'reconnecting'; readonly broadcast: BroadcastView | null; readonly nextTryAtMs: number | null }
  | { readonly is: 'offline' }
  | { readonly is: 'ended'; readonly broadcast: BroadcastView; readonly reason: EndReason }
  | { readonly is: 'notFound' }
  | { readonly is: 'linkNeeded' }
  | { readonly is: 'failed'; readonly code: FailedCode };

const refusedView = (code: RequestErrorCode): WatchView => {
  if (code === 'channel_not_found' || code === 'not_found') return { is: 'notFound' };
  if (code === 'link_invalid') return { is: 'linkNeeded' };
  return { is: 'failed', code };
};

export const watchViewOf = (connection: ConnectionState, session: RoomSessionState, room: RoomFacts | null): WatchView => {
  if (session.is === 'refused') return refusedView(session.code);
  if (connection.is === 'closed') return { is: 'failed', code: connection.reason === 'replaced' ? 'replaced' : 'reload_needed' };
  if (!room) return { is: 'connecting' };
  if (session.is !== 'joined') {
    // The thank-you needs no connection.
    if (room.ended) return { is: 'ended', ...room.ended };
    return { is: 'reconnecting', broadcast: room.broadcast, nextTryAtMs: connection.is === 'waiting' ? connection.nextTryAtMs : null };
  }
  if (room.broadcast) return { is: room.broadcast.state === 'live' ? 'live' : 'interrupted', broadcast: room.broadcast };
  return room.ended ? { is: 'ended', ...room.ended } : { is: 'offline' };
};
