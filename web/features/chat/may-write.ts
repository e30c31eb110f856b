// May this person write now, and if not, why and until when? The page asks before the server does, so that nobody writes in
// vain; the server has the last word. Pure.

import type { OwnSanction, RoomRules } from '../../../shared/messages/moderation.ts';
import { can, type Role } from '../../../shared/permissions.ts';

export type Writing =
  | { readonly is: 'free' }
  | { readonly is: 'guest' }
  | { readonly is: 'banned' | 'timed_out'; readonly untilMs: number | null; readonly reason: string }
  | { readonly is: 'followers_only'; readonly minutes: number }
  /** Words may be written now and sent later. */
  | { readonly is: 'slow'; readonly waitMs: number }
  | { readonly is: 'away' };

export type WritingFacts = {
  readonly role: Role | null;
  /** False while the account is not known or nobody is logged in. */
  readonly isLoggedIn: boolean;
  readonly isJoined: boolean;
  readonly rules: RoomRules | null;
  readonly sanction: OwnSanction | null;
  readonly isFollowing: boolean;
  readonly nowMs: number;
  /** The server's time of the own last line; null: none yet. */
  readonly lastSaidAtMs: number | null;
  /** Said by the server when it refused a line as too early. */
  readonly slowUntilMs: number;
};

export const writingOf = (facts: WritingFacts): Writing => {
  const { role, sanction, rules, nowMs } = facts;
  // A place in the room is kept while the connection is away: the role is still that of the last join.
  if (role === 'guest' || role === 'stage_guest' || (role === null && !facts.isLoggedIn)) return { is: 'guest' };
  if (sanction && (sanction.untilMs === null || sanction.untilMs > nowMs)) {
    return { is: sanction.kind === 'ban' ? 'banned' : 'timed_out', untilMs: sanction.untilMs, reason: sanction.reason };
  }
  if (!facts.isJoined) return { is: 'away' };
  // Those who lead the show are not held up by its rules.
  if (can(role, 'show.control') || !rules) return { is: 'free' };
  if (rules.followersOnlyMin !== null && !facts.isFollowing) return { is: 'followers_only', minutes: rules.followersOnlyMin };
  const byRule = rules.slowModeS > 0 && facts.lastSaidAtMs !== null ? facts.lastSaidAtMs + rules.slowModeS * 1_000 : 0;
  const waitMs = Math.max(byRule, facts.slowUntilMs) - nowMs;
  return waitMs > 0 ? { is: 'slow', waitMs } : { is: 'free' };
};
