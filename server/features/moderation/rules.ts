// What a room's rules are before anybody sets them, and what the shield makes of them (rule M8). Pure.

import type { RoomRules } from '../../../shared/messages/moderation.ts';
import type { KeptRules } from './store.ts';

const SHIELD_SLOW_S = 10;
const SHIELD_FOLLOWED_MIN = 10;

export const OPEN_RULES: RoomRules = {
  slowModeS: 0, followersOnlyMin: null, loggedInOnly: false, links: 'allow', holdsAll: false, isShielded: false,
};
export const NO_RULES: KeptRules = { rules: OPEN_RULES, rulesBeforeShield: null, words: { blocked: [], held: [] } };

/** Never weaker than what held before. */
export const shieldedOf = (rules: RoomRules): RoomRules => ({
  ...rules,
  slowModeS: Math.max(rules.slowModeS, SHIELD_SLOW_S),
  followersOnlyMin: Math.max(rules.followersOnlyMin ?? 0, SHIELD_FOLLOWED_MIN),
  links: 'block',
  isShielded: true,
});

export const withShield = (kept: KeptRules, isUp: boolean): KeptRules => {
  if (isUp === kept.rules.isShielded) return kept;
  if (isUp) return { ...kept, rules: shieldedOf(kept.rules), rulesBeforeShield: kept.rules };
  return { ...kept, rules: { ...(kept.rulesBeforeShield ?? OPEN_RULES), isShielded: false }, rulesBeforeShield: null };
};

/** While the shield is up a change holds now and afterwards. */
export const withChange = (kept: KeptRules, change: Partial<Omit<RoomRules, 'isShielded'>>): KeptRules => ({
  ...kept,
  rules: { ...kept.rules, ...change },
  rulesBeforeShield: kept.rulesBeforeShield && { ...kept.rulesBeforeShield, ...change },
});
