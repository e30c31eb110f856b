// The whole server in words and figures of the page's language. Called from templates, so that a change of language changes them too.

import type { CheckName, JudgedModel, OperatorPoint, OperatorRoom, Range } from '../../../shared/operator-routes.ts';
import { formatDateTime, formatNumber } from '../../text/format.ts';
import { m } from '../../text/generated/messages.js';
import { language } from '../../text/language.svelte.ts';

const HEALTH: Readonly<Record<OperatorRoom['trouble'], () => string>> = {
  none: m.operator_overview_health_none,
  link: m.operator_overview_health_link,
  narrow_link: m.operator_overview_health_narrow_link,
  computer: m.operator_overview_health_computer,
  server: m.operator_overview_health_server,
};
/** That the creator is away says more than what was wrong before. */
export const healthOf = ({ state, trouble }: Pick<OperatorRoom, 'state' | 'trouble'>): string =>
  state === 'interrupted' ? m.operator_overview_health_interrupted() : HEALTH[trouble]();

const MODELS: Readonly<Record<JudgedModel['behaviour'], () => string>> = {
  stays: m.operator_overview_model_stays,
  returns: m.operator_overview_model_returns,
  gifts: m.operator_overview_model_gifts,
  follows: m.operator_overview_model_follows,
};
export const modelName = (behaviour: JudgedModel['behaviour']): string => MODELS[behaviour]();

const CHECKS: Readonly<Record<CheckName, () => string>> = {
  sum_zero: m.operator_overview_check_sum_zero,
  balances: m.operator_overview_check_balances,
  not_below_zero: m.operator_overview_check_not_below_zero,
  lines: m.operator_overview_check_lines,
  gifts: m.operator_overview_check_gifts,
  super_chats: m.operator_overview_check_super_chats,
  red_packets: m.operator_overview_check_red_packets,
  escrow: m.operator_overview_check_escrow,
  payouts: m.operator_overview_check_payouts,
  top_ups: m.operator_overview_check_top_ups,
  fans: m.operator_overview_check_fans,
};
export const checkName = (name: CheckName): string => CHECKS[name]();

const PIECE_NAMES: Readonly<Record<string, () => string>> = {
  viewers: m.operator_overview_piece_viewers,
  quick: m.operator_overview_piece_quick,
  slow: m.operator_overview_piece_slow,
  perChance: m.operator_overview_piece_per_chance,
  surpriseNow: m.operator_overview_piece_surprise_now,
  surpriseDays: m.operator_overview_piece_surprise_days,
  surpriseEver: m.operator_overview_piece_surprise_ever,
  lift: m.operator_overview_piece_lift,
  category: m.operator_overview_piece_category,
  tag: m.operator_overview_piece_tag,
  language: m.operator_overview_piece_language,
  known: m.operator_overview_piece_known,
  takes: m.operator_overview_piece_takes,
  takesLately: m.operator_overview_piece_takes_lately,
  age: m.operator_overview_piece_age,
  justLeft: m.operator_overview_piece_just_left,
  hour: m.operator_overview_piece_hour,
  knownPopular: m.operator_overview_piece_known_popular,
  knownAgain: m.operator_overview_piece_known_again,
  last: m.operator_overview_piece_last,
  knownLift: m.operator_overview_piece_known_lift,
  regular: m.operator_overview_piece_regular,
  minutesAgo: m.operator_overview_piece_minutes_ago,
  regularHour: m.operator_overview_piece_regular_hour,
  circle: m.operator_overview_piece_circle,
  circleShort: m.operator_overview_piece_circle_short,
};
/** A piece that has no words yet is called by the model's own name. */
export const pieceName = (piece: string): string => PIECE_NAMES[piece]?.() ?? piece;

const RANGE_NAMES: Readonly<Record<Range | 'now', () => string>> = {
  now: m.operator_overview_now, '24h': m.operator_overview_24h, '7d': m.operator_overview_7d, '30d': m.operator_overview_30d,
};
export const rangeName = (range: Range | 'now'): string => RANGE_NAMES[range]();

/** "86 MB", "1.2 GB"; a dash where nobody knows. */
export const bytes = (count: number | null): string =>
  count === null ? '–' : count >= 1e9 ? `${formatNumber(count / 1e9, language.current, 1)} GB` : `${formatNumber(count / 1e6, language.current)} MB`;

/** "Jan 31, 2026, 9:00 AM" of an hour, "Jan 31, 2026" of a day; both in UTC. */
export const pointName = (atMs: number, step: 'hour' | 'day'): string =>
  new Intl.DateTimeFormat(language.current, { dateStyle: 'medium', ...(step === 'hour' ? { timeStyle: 'short' } : {}), timeZone: 'UTC' }).format(atMs);
/** Short, for an axis. */
export const pointTick = (atMs: number, step: 'hour' | 'day'): string =>
  new Intl.DateTimeFormat(language.current, step === 'hour' ? { hour: 'numeric', timeZone: 'UTC' } : { month: 'short', day: 'numeric', timeZone: 'UTC' }).format(atMs);

export const momentName = (atMs: number): string => formatDateTime(atMs, language.current);

/** Freezes for each hour that somebody watched; null: nobody did. */
export const freezesPerHour = ({ freezes, viewerMs }: Pick<OperatorPoint, 'freezes' | 'viewerMs'>): number | null => (viewerMs === 0 ? null : freezes / (viewerMs / 3_600_000));
