// Which of its faces the studio shows, from what the connection, the place in the room and the creator's own acts say. Pure.

import type { BroadcastSummary, BroadcastView } from '../../../shared/messages/broadcasts.ts';
import type { ConnectionState } from '../../live/connection.ts';
import type { RequestErrorCode } from '../../live/request-error.ts';
import type { RoomSessionState } from '../../live/room-session.ts';
import type { EndReason, RoomFacts } from '../broadcasts/room-facts.ts';

/** What the creator has asked for and waits for, or has got. */
export type Act =
  | { readonly is: 'none' }
  | { readonly is: 'starting' }
  | { readonly is: 'ending' }
  | { readonly is: 'ended'; readonly summary: BroadcastSummary };

export type StudioView =
  | { readonly is: 'connecting' }
  | { readonly is: 'preflight' }
  | { readonly is: 'starting' }
  /** `isResuming`: on air, but nothing of ours arrives; viewers see "back in a moment". */
  | { readonly is: 'live'; readonly broadcast: BroadcastView; readonly isResuming: boolean }
  | { readonly is: 'ending'; readonly broadcast: BroadcastView }
  /** `summary` is null when it ended without this page. */
  | { readonly is: 'summary'; readonly summary: BroadcastSummary | null; readonly reason: EndReason }
  | { readonly is: 'replaced' }
  | { readonly is: 'loggedOut' }
  | { readonly is: 'failed'; readonly code: RequestErrorCode | null };

const closedView = (reason: string): StudioView => {
  if (reason === 'replaced') return { is: 'replaced' };
  if (reason === 'logged_out') return { is: 'loggedOut' };
  return { is: 'failed', code: null };
};

export const studioViewOf = (connection: ConnectionState, session: RoomSessionState, room: RoomFacts | null, act: Act): StudioView => {
  if (act.is === 'ended') return { is: 'summary', summary: act.summary, reason: 'host' };
  if (connection.is === 'closed') return closedView(connection.reason);
  if (session.is === 'refused') return session.code === 'not_logged_in' ? { is: 'loggedOut' } : { is: 'failed', code: session.code };
  if (!room) return { is: 'connecting' };
  if (act.is === 'starting') return { is: 'starting' };
  const broadcast = room.broadcast ?? (act.is === 'ending' ? room.ended?.broadcast : undefined);
  if (broadcast) {
    return act.is === 'ending' ? { is: 'ending', broadcast } : { is: 'live', broadcast, isResuming: broadcast.state === 'interrupted' };
  }
  return room.ended ? { is: 'summary', summary: null, reason: room.ended.reason } : { is: 'preflight' };
};
