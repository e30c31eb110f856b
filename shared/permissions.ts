// Who may do what: one table. The server enforces it in dispatch, the web shows or hides by it.

/**
 * `guest`: somebody without a login, who watches and reads; `stage_guest`: one with a seat on the stage. The others are logged in.
 * `leader`: a co-host to whom the host handed the stage over, without what is the channel's own.
 */
export const ROLES = ['host', 'leader', 'co_host', 'moderator', 'viewer', 'stage_guest', 'guest'] as const;
export type Role = (typeof ROLES)[number];

/** `connected` needs only a socket, `watch` a place in a room; the rest depend on the role. */
export type Permission =
  | 'connected'
  | 'watch'
  /** Write, react, vote, ask, report, follow. */
  | 'interact'
  | 'media.publish'
  /** Who comes on stage, and how it is laid out. */
  | 'stage.direct'
  /** Polls, answers, what is highlighted. */
  | 'show.control'
  | 'moderate'
  | 'moderator.name'
  | 'broadcast.control';

const GRANTS: Record<Role, readonly Permission[]> = {
  host: ['connected', 'watch', 'interact', 'media.publish', 'stage.direct', 'show.control', 'moderate', 'moderator.name', 'broadcast.control'],
  leader: ['connected', 'watch', 'interact', 'media.publish', 'stage.direct', 'show.control', 'moderate'],
  co_host: ['connected', 'watch', 'interact', 'media.publish', 'show.control'],
  moderator: ['connected', 'watch', 'interact', 'show.control', 'moderate'],
  viewer: ['connected', 'watch', 'interact'],
  stage_guest: ['connected', 'watch', 'media.publish'],
  guest: ['connected', 'watch'],
};

/** May somebody in this role (null: not in a room yet) do this? */
export const can = (role: Role | null, permission: Permission): boolean =>
  role === null ? permission === 'connected' : GRANTS[role].includes(permission);

/** Why not, for who may not: some doors open with a login, some with a place in the room. */
export const refusalOf = (role: Role | null, permission: Permission): 'not_joined' | 'not_logged_in' | 'permission_denied' => {
  if (role === null) return 'not_joined';
  return (role === 'guest' || role === 'stage_guest') && can('viewer', permission) ? 'not_logged_in' : 'permission_denied';
};
