// The report of one broadcast: what was recorded, put together. Reads through the store, computes by the pure files beside it.

import type { BroadcastReport, ComparisonView, UsualFigures } from '../../../shared/analytics-routes.ts';
import type { BroadcastId } from '../../../shared/ids.ts';
import { momentsOf } from './moments.ts';
import { retentionOf } from './retention.ts';
import { scoreOf } from './score.ts';
import type { EffectModel } from './score.ts';
import type { AnalyticsStore, StoredBroadcast } from './store.ts';
import { binMsFor, intensityOf, qualityOf, rowsOf } from './timeline.ts';
import type { Minute } from './timeline.ts';

export type Comparing = (current: number, earlier: readonly number[]) => {
  readonly difference: number;
  readonly interval: { readonly low: number; readonly high: number };
  readonly verdict: 'better' | 'worse' | 'usual';
  readonly broadcasts: number;
} | null;

export type ReportDeps = {
  readonly store: AnalyticsStore;
  readonly model: EffectModel & { readonly compareWithHistory: Comparing };
  /** Of what is on air: its minutes so far, which the database may not have yet. */
  readonly liveMinutes: (broadcastId: BroadcastId) => readonly Minute[];
};

const middleOf = (values: readonly number[]): number => {
  const sorted = [...values].sort((one, other) => one - other);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[half] ?? 0) : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2;
};

/** Figure by figure, the middle of the earlier broadcasts. */
export const usualOf = (earlier: readonly UsualFigures[]): UsualFigures | null => {
  if (earlier.length === 0) return null;
  const middle = (key: keyof UsualFigures): number => middleOf(earlier.map((one) => one[key]));
  return {
    averageViewers: middle('averageViewers'), watchedMs: middle('watchedMs'), newPeople: middle('newPeople'),
    follows: middle('follows'), coins: middle('coins'), lines: middle('lines'),
  };
};

const comparisonOf = (compare: Comparing, score: number, earlier: readonly number[]): ComparisonView | null => {
  const compared = compare(score, earlier);
  if (!compared) return null;
  const { difference, interval, verdict, broadcasts } = compared;
  const bounded = (value: number): number => Math.max(-10, Math.min(10, value)); // two alike say nothing, with an interval as wide as that
  return { broadcasts, usual: score - difference, difference, low: bounded(interval.low), high: bounded(interval.high), verdict };
};

/** Minutes of memory are newer than those of the database. */
const merged = (stored: readonly Minute[], live: readonly Minute[]): Minute[] => {
  const byMinute = new Map([...stored, ...live].map((minute) => [minute.minute, minute]));
  return [...byMinute.values()].sort((one, other) => one.minute - other.minute);
};

/** Everything about a broadcast at `nowMs`; of one that ended it says the same for ever. */
export const reportOf = async (broadcast: StoredBroadcast, nowMs: number, { store, model, liveMinutes }: ReportDeps): Promise<BroadcastReport> => {
  const { id, title, startedAtMs, endedAtMs, peakViewers } = broadcast;
  const isOnAir = endedAtMs === null;
  const durationMs = Math.max(0, (endedAtMs ?? nowMs) - startedAtMs);
  const [storedMinutes, bins, audience, lengths, results] = await Promise.all([
    store.minutes(id), store.bins(broadcast, binMsFor(durationMs)), store.audience(id), store.stayLengths(broadcast, durationMs), store.stayResults(broadcast, nowMs),
  ]);
  const [sources, income, asked, totals, earlier, firstPictureP50Ms] = await Promise.all([
    store.sources(id), store.income(id), store.asked(id), store.latencyOfTotals(id), store.earlier(broadcast), store.firstPictureP50Ms(id),
  ]);
  const minutes = isOnAir ? merged(storedMinutes, liveMinutes(id)) : storedMinutes;
  const intensity = intensityOf(bins, durationMs);
  const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);
  const viewerMs = minutes.reduce((all, minute) => all + minute.viewerMs, 0);
  const watchedMs = minutes.length > 0 ? viewerMs : broadcast.viewerMs;
  const effect = scoreOf(results, model);
  const quality = qualityOf(minutes);
  return {
    broadcast: { broadcastId: id, title, startedAtMs, durationMs, isOnAir },
    figures: {
      averageViewers: durationMs > 0 ? watchedMs / durationMs : 0,
      peakViewers: minutes.reduce((most, { viewersMax }) => Math.max(most, viewersMax), peakViewers),
      watchedMs,
      stays: audience.stays, people: audience.people, guests: audience.guests, newPeople: audience.newPeople,
      returningPeople: Math.max(0, audience.people - audience.newPeople),
      lines: sum(intensity.lines), reactions: sum(intensity.reactions), gifts: sum(intensity.gifts), coins: sum(intensity.coins),
      follows: minutes.reduce((all, { follows }) => all + follows, 0), chatters: audience.chatters, givers: audience.givers,
    },
    usual: usualOf(earlier),
    minutes: rowsOf(minutes, intensity, durationMs),
    intensity,
    retention: retentionOf(lengths),
    sources,
    income,
    quality: { ...quality, latencyP50Ms: totals?.latencyP50Ms ?? quality.latencyP50Ms, latencyP95Ms: totals?.latencyP95Ms ?? quality.latencyP95Ms, firstPictureP50Ms },
    asked,
    effect,
    comparison: effect && comparisonOf(model.compareWithHistory, effect.score, earlier.flatMap((one) => (one.effect ? [one.effect.score] : []))),
    moments: momentsOf(intensity),
  };
};
