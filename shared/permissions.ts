// Who may do what: one table. The server enforces it in dispatch, the web shows or hides by it.

export const ROLES = ['host', 'co_host', 'moderator', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** `connected` needs only a socket, `watch` a place in a room; the rest depend on the role. */
export type Permission = 'connected' | 'watch' | 'media.publish' | 'broadcast.control';

const GRANTS: Record<Role, readonly Permission[]> = {
  host: ['connected', 'watch', 'media.publish', 'broadcast.control'],
  co_host: ['connected', 'watch', 'media.publish'],
  moderator: ['connected', 'watch'],
  viewer: ['connected', 'watch'],
};

/** May somebody in this role (null: not in a room yet) do this? */
export const can = (role: Role | null, permission: Permission): boolean =>
  role === null ? permission === 'connected' : GRANTS[role].includes(permission);
