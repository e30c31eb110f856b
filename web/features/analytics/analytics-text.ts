// What is counted, in words and figures of the page's language. Called from templates, so that a change of language changes them too.

import type { EffectResult, IncomeView, MomentReason } from '../../../shared/analytics-routes.ts';
import type { Source } from '../../../shared/sources.ts';
import { formatNumber } from '../../text/format.ts';
import { m } from '../../text/generated/messages.js';
import { language } from '../../text/language.svelte.ts';

const SOURCES: Readonly<Record<Source, () => string>> = {
  home: m.analytics_source_home,
  category: m.analytics_source_category,
  search: m.analytics_source_search,
  next: m.analytics_source_next,
  following: m.analytics_source_following,
  notice: m.analytics_source_notice,
  share: m.analytics_source_share,
  channel: m.analytics_source_channel,
  direct: m.analytics_source_direct,
};
export const sourceName = (source: Source): string => SOURCES[source]();

const RESULTS: Readonly<Record<EffectResult, () => string>> = {
  stayed_five: m.analytics_result_stayed_five,
  stayed_half: m.analytics_result_stayed_half,
  talked: m.analytics_result_talked,
  reacted: m.analytics_result_reacted,
  gave: m.analytics_result_gave,
  followed: m.analytics_result_followed,
};
export const resultName = (result: EffectResult): string => RESULTS[result]();

const REASONS: Readonly<Record<MomentReason, () => string>> = {
  chat: m.analytics_moment_chat,
  reactions: m.analytics_moment_reactions,
  gifts: m.analytics_moment_gifts,
};
export const reasonName = (reason: MomentReason): string => REASONS[reason]();

const INCOMES: Readonly<Record<IncomeView['kind'], () => string>> = { gift: m.analytics_income_gift, super_chat: m.analytics_income_super_chat };
export const incomeName = (kind: IncomeView['kind']): string => INCOMES[kind]();

export const num = (value: number, digits = 0): string => formatNumber(value, language.current, digits);
/** "12%". */
export const percent = (share: number, digits = 0): string =>
  new Intl.NumberFormat(language.current, { style: 'percent', maximumFractionDigits: digits }).format(share);
/** A score from nought to one as one of a hundred. */
export const points = (score: number): string => num(score * 100);
/** "3.2 h", "12 min": time that was watched, all people together. */
export const hours = (ms: number): string =>
  ms >= 3_600_000 ? m.analytics_hours({ count: num(ms / 3_600_000, 1) }) : m.analytics_minutes({ count: num(ms / 60_000, ms < 600_000 ? 1 : 0) });
/** "30 s", "2 min": a short span of time. */
export const spanName = (ms: number): string => (ms < 60_000 ? m.analytics_seconds({ count: num(ms / 1_000) }) : m.analytics_minutes({ count: num(ms / 60_000, 1) }));
/** "480 ms", "1.2 s"; a dash where nobody measured. */
export const late = (ms: number | null): string => (ms === null ? '–' : ms < 1_000 ? `${num(ms)} ms` : `${num(ms / 1_000, 1)} s`);
/** "Jan 31" of a day in UTC. */
export const dayName = (day: string): string =>
  new Intl.DateTimeFormat(language.current, { month: 'short', day: 'numeric', timeZone: 'UTC' }).format(Date.parse(day));
/** 1.2K: for axes. */
export const short = (value: number): string => new Intl.NumberFormat(language.current, { notation: 'compact', maximumFractionDigits: 1 }).format(value);
