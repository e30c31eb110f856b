// Reports as plain tables, for files: one row type for CSV and JSON alike. Times are ISO 8601, spans seconds, shares 0 to 1. Pure.

import type { BroadcastReport, ChannelReport } from '../../../shared/analytics-routes.ts';
import type { Table } from '../../lib/table-file.ts';

const seconds = (ms: number): number => Math.round(ms) / 1_000;
const rounded = (value: number, digits = 4): number => Number(value.toFixed(digits));
const iso = (ms: number): string => new Date(ms).toISOString();

/** What may be asked for of one broadcast. */
export const BROADCAST_TABLES = {
  timeline: ({ broadcast, minutes }) => ({
    columns: ['time', 'second', 'viewers', 'viewers_max', 'came', 'went', 'lines', 'reactions', 'gifts', 'coins', 'follows', 'latency_p50_ms', 'latency_p95_ms', 'freezes'],
    rows: minutes.rows.map((row) => [
      iso(broadcast.startedAtMs + row.atMs), seconds(row.atMs), rounded(row.viewers), row.viewersMax, row.came, row.went, row.lines, row.reactions, row.gifts, row.coins,
      row.follows, row.latencyP50Ms, row.latencyP95Ms, row.freezes,
    ]),
  }),
  intensity: ({ broadcast, intensity }) => ({
    columns: ['time', 'second', 'lines', 'reactions', 'gifts', 'coins'],
    rows: intensity.lines.map((lines, at) => [
      iso(broadcast.startedAtMs + at * intensity.binMs), seconds(at * intensity.binMs), lines, intensity.reactions[at] ?? 0, intensity.gifts[at] ?? 0, intensity.coins[at] ?? 0,
    ]),
  }),
  retention: ({ retention }) => ({
    columns: ['after_s', 'share', 'low', 'high', 'watched_so_long'],
    rows: retention.points.map(({ afterMs, share, low, high, atRisk }) => [seconds(afterMs), rounded(share), rounded(low), rounded(high), atRisk]),
  }),
  sources: ({ sources }) => ({
    columns: ['source', 'stays', 'new_people', 'watched_s', 'follows'],
    rows: sources.map(({ source, stays, newPeople, watchedMs, follows }) => [source, stays, newPeople, seconds(watchedMs), follows]),
  }),
  income: ({ income }) => ({ columns: ['kind', 'count', 'coins', 'earned'], rows: income.map(({ kind, count, coins, earned }) => [kind, count, coins, earned]) }),
  effect: ({ effect }) => ({
    columns: ['result', 'probability', 'happened', 'possible', 'weight', 'low', 'high'],
    rows: effect === null ? [] : [
      ...effect.parts.map(({ result, probability, happened, possible, weight }) => [result, rounded(probability), happened, possible, rounded(weight), null, null]),
      ['score', rounded(effect.score), null, effect.stays, 1, rounded(effect.low), rounded(effect.high)],
    ],
  }),
  moments: ({ broadcast, moments }) => ({
    columns: ['time', 'second', 'length_s', 'reason', 'times_the_usual', 'lines', 'reactions', 'gifts', 'coins'],
    rows: moments.map(({ atMs, lengthMs, reason, times, lines, reactions, gifts, coins }) => [
      iso(broadcast.startedAtMs + atMs), seconds(atMs), seconds(lengthMs), reason, times === null ? null : rounded(times, 2), lines, reactions, gifts, coins,
    ]),
  }),
} as const satisfies Record<string, (report: BroadcastReport) => Table>;

/** What may be asked for of a channel. */
export const CHANNEL_TABLES = {
  broadcasts: ({ broadcasts }) => ({
    columns: [
      'started', 'broadcast', 'title', 'length_s', 'average_viewers', 'peak_viewers', 'watched_s', 'stays', 'people', 'guests', 'new_people', 'returning_people', 'lines', 'reactions',
      'gifts', 'coins', 'follows', 'effect', 'effect_low', 'effect_high',
    ],
    rows: broadcasts.map((row) => [
      iso(row.startedAtMs), row.broadcastId, row.title, seconds(row.durationMs), rounded(row.averageViewers), row.peakViewers, seconds(row.watchedMs), row.stays, row.people, row.guests,
      row.newPeople, row.returningPeople, row.lines, row.reactions, row.gifts, row.coins, row.follows,
      row.effect && rounded(row.effect.score), row.effect && rounded(row.effect.low), row.effect && rounded(row.effect.high),
    ]),
  }),
  days: ({ days }) => ({
    columns: ['day', 'live_s', 'watched_s', 'stays', 'new_people', 'lines', 'reactions', 'gifts', 'coins', 'follows'],
    rows: days.map((day) => [day.day, seconds(day.liveMs), seconds(day.viewerMs), day.stays, day.newPeople, day.lines, day.reactions, day.gifts, day.coins, day.follows]),
  }),
  places: ({ places }) => ({ columns: ['place', 'shown', 'opened'], rows: places.map(({ place, shown, opened }) => [place, shown, opened]) }),
} as const satisfies Record<string, (report: ChannelReport) => Table>;
