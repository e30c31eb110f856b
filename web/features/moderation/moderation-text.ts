// The words for what the contract names: reasons, sanctions, lengths, and every act of the log. Tables, so that none is missing.

import type { HeldLine, LogEntry, ModerationAct, Report, SanctionKind } from '../../../shared/messages/moderation.ts';
import type { Role } from '../../../shared/permissions.ts';
import { m } from '../../text/generated/messages.js';

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

export const REASON_WORDS: Record<Report['reason'], () => string> = {
  spam: m.report_reason_spam,
  abuse: m.report_reason_abuse,
  sexual: m.report_reason_sexual,
  violence: m.report_reason_violence,
  fraud: m.report_reason_fraud,
  other: m.report_reason_other,
};

export const CAUSE_WORDS: Record<HeldLine['cause'], () => string> = {
  word: m.held_cause_word,
  link: m.held_cause_link,
  rule: m.held_cause_rule,
};

export const SANCTION_WORDS: Record<SanctionKind, { readonly name: () => string; readonly about: () => string }> = {
  time_out: { name: m.sanction_time_out, about: m.sanction_time_out_about },
  ban: { name: m.sanction_ban, about: m.sanction_ban_about },
  shadow_ban: { name: m.sanction_shadow_ban, about: m.sanction_shadow_ban_about },
};

export const ROLE_WORDS: Record<Role, () => string> = {
  host: m.people_role_host,
  leader: m.people_role_leader,
  co_host: m.people_role_co_host,
  moderator: m.people_role_moderator,
  viewer: m.people_role_viewer,
  stage_guest: m.people_role_stage_guest,
  guest: m.people_role_guest,
};

const ACT_WORDS: Record<ModerationAct, (people: { actor: string; target: string }) => string> = {
  line_deleted: m.log_line_deleted,
  line_approved: m.log_line_approved,
  line_rejected: m.log_line_rejected,
  line_pinned: m.log_line_pinned,
  time_out: m.log_time_out,
  ban: m.log_ban,
  shadow_ban: m.log_shadow_ban,
  lifted: m.log_lifted,
  moderator_named: m.log_moderator_named,
  moderator_dismissed: m.log_moderator_dismissed,
  rules_changed: m.log_rules_changed,
  words_changed: m.log_words_changed,
  shield_raised: m.log_shield_raised,
  shield_lowered: m.log_shield_lowered,
  report_dismissed: m.log_report_dismissed,
  report_upheld: m.log_report_upheld,
  question_removed: m.log_question_removed,
};

/** "Lin deleted a message of Bo". */
export const actText = ({ act, actor, target }: LogEntry): string =>
  ACT_WORDS[act]({ actor: actor.displayName, target: target?.displayName ?? m.log_nobody() });

const RULE_WORDS: Record<string, () => string> = {
  slowModeS: m.rules_slow_mode,
  followersOnlyMin: m.rules_followers,
  loggedInOnly: m.rules_logged_in,
  links: m.rules_links,
  holdsAll: m.rules_holds_all,
};
const VALUE_WORDS: Record<string, () => string> = {
  true: m.log_on, false: m.rules_off, null: m.rules_off, allow: m.rules_links_allow, hold: m.rules_links_hold, block: m.rules_links_block,
};

/** What belongs to an act: the line's words or the reason, as they were; rules by their names on this page. */
export const detailText = ({ act, detail }: Pick<LogEntry, 'act' | 'detail'>, locale: string): string => {
  if (act !== 'rules_changed') return detail;
  const changes = detail.split(', ').map((change) => {
    const [rule = '', value = ''] = change.split(': ');
    const length = rule === 'slowModeS' ? Number(value) : rule === 'followersOnlyMin' ? Number(value) * MINUTE_S : Number.NaN;
    const words = length > 0 ? lengthText(length, locale) : value === '0' ? (rule === 'slowModeS' ? m.rules_off() : m.rules_followers_any()) : VALUE_WORDS[value]?.();
    return `${RULE_WORDS[rule]?.() ?? rule}: ${words ?? value}`;
  });
  return changes.join(' · ');
};

/** "10 minutes", "1 hour": in the largest unit that fits. */
export const lengthText = (seconds: number, locale: string): string => {
  const [unit, unitS] = seconds >= DAY_S ? (['day', DAY_S] as const) : seconds >= HOUR_S ? (['hour', HOUR_S] as const)
    : seconds >= MINUTE_S ? (['minute', MINUTE_S] as const) : (['second', 1] as const);
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 0 }).format(seconds / unitS);
};
