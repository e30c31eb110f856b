// The HTTP table's rows about what a channel's broadcasts achieved, for its owner alone. Rules A1-A7 in README.md.
// Shares are between 0 and 1; days are UTC, `2026-01-31`.

import * as v from 'valibot';
import {
  ANALYTICS_BINS_MAX, ANALYTICS_BROADCASTS_MAX, ANALYTICS_DAYS_MAX, ANALYTICS_MINUTES_MAX, COINS_MAX, LIVE_MINUTES_MAX, MOMENTS_MAX, RETENTION_POINTS_MAX,
  TITLE_CHARS_MAX,
} from './limits.ts';
import { often, route } from './route.ts';
import type { Route } from './route.ts';
import { broadcastId, durationMs, integer, list, number, text, timeMs } from './schema.ts';
import { PLACES, SOURCES } from './sources.ts';

export const ANALYTICS_RANGES = ['7d', '28d', '90d', 'all'] as const;
export type AnalyticsRange = (typeof ANALYTICS_RANGES)[number];

/** What somebody may do in a stay that tells that a broadcast reached them. */
export const EFFECT_RESULTS = ['stayed_five', 'stayed_half', 'talked', 'reacted', 'gave', 'followed'] as const;
export type EffectResult = (typeof EFFECT_RESULTS)[number];

export const MOMENT_REASONS = ['chat', 'reactions', 'gifts'] as const;
export type MomentReason = (typeof MOMENT_REASONS)[number];

const count = integer(0, COINS_MAX);
const share = number(0, 1);
const mean = number(0, 1e9);
/** Sums over viewers: a thousand of them watch a year in 9 hours. */
const sumMs = number(0, Number.MAX_SAFE_INTEGER);
const latencyMs = v.nullable(number(0, 1e6));

const deeds = { lines: count, reactions: count, gifts: count, coins: count, follows: count };

const minuteView = v.strictObject({
  /** Of the broadcast's timeline: where the span begins. */
  atMs: durationMs,
  /** Mean and most of the viewers within the span. */
  viewers: mean,
  viewersMax: count,
  came: count,
  went: count,
  ...deeds,
  latencyP50Ms: latencyMs,
  latencyP95Ms: latencyMs,
  freezes: count,
});
export type MinuteView = v.InferOutput<typeof minuteView>;

const effectView = v.strictObject({
  score: share,
  /** The interval that holds it with 95 %. */
  low: share,
  high: share,
  stays: count,
  /** Of each result: how probable, of how many stays that could have shown it, and what it weighs; the weights' sum is 1. */
  parts: list(v.strictObject({ result: v.picklist(EFFECT_RESULTS), probability: share, happened: count, possible: count, weight: share }), EFFECT_RESULTS.length),
});
export type EffectView = v.InferOutput<typeof effectView>;

const comparison = v.strictObject({
  broadcasts: count,
  usual: share,
  difference: number(-1, 1),
  /** With 90 %, of the difference. */
  low: number(-10, 10),
  high: number(-10, 10),
  verdict: v.picklist(['better', 'worse', 'usual']),
});
export type ComparisonView = v.InferOutput<typeof comparison>;

const broadcastHead = v.strictObject({
  broadcastId,
  title: text(1, TITLE_CHARS_MAX * 2),
  startedAtMs: timeMs,
  /** So far, while it is on air. */
  durationMs,
  isOnAir: v.boolean(),
});

const figures = {
  averageViewers: mean, peakViewers: count, watchedMs: sumMs, stays: count, people: count, guests: count, newPeople: count, returningPeople: count, ...deeds,
};

/** The middle of the channel's last broadcasts before this one, figure by figure; null: there is none. */
const usualFigures = v.strictObject({ averageViewers: mean, watchedMs: mean, newPeople: mean, follows: mean, coins: mean, lines: mean });
export type UsualFigures = v.InferOutput<typeof usualFigures>;

const retentionView = v.strictObject({
  stays: count,
  /** Still there when it ended, or now: nobody knows how long they would have stayed. */
  cutOff: count,
  /** Half of the people stay longer than this; null: more than half stayed as long as anybody could. */
  medianMs: v.nullable(durationMs),
  /** Share of those who stay longer than `afterMs`, with 95 %, and how many were watched so long. */
  points: list(v.strictObject({ afterMs: durationMs, share, low: share, high: share, atRisk: count }), RETENTION_POINTS_MAX),
});
export type RetentionView = v.InferOutput<typeof retentionView>;

const sourceView = v.strictObject({ source: v.picklist(SOURCES), stays: count, newPeople: count, watchedMs: sumMs, follows: count });
export type SourceView = v.InferOutput<typeof sourceView>;

const incomeView = v.strictObject({ kind: v.picklist(['gift', 'super_chat']), count, coins: count, /** Without the platform's share. */ earned: count });
export type IncomeView = v.InferOutput<typeof incomeView>;

const momentView = v.strictObject({
  /** Of the broadcast's timeline. */
  atMs: durationMs,
  lengthMs: durationMs,
  reason: v.picklist(MOMENT_REASONS),
  /** So many times of what is usual around it; null: nothing at all happened around it. */
  times: v.nullable(number(0, 1e9)),
  lines: count,
  reactions: count,
  gifts: count,
  coins: count,
});
export type MomentView = v.InferOutput<typeof momentView>;

const bins = list(count, ANALYTICS_BINS_MAX);

const broadcastReport = v.strictObject({
  broadcast: broadcastHead,
  figures: v.strictObject({ ...figures, chatters: count, givers: count }),
  usual: v.nullable(usualFigures),
  minutes: v.strictObject({ stepMs: durationMs, rows: list(minuteView, ANALYTICS_MINUTES_MAX) }),
  /** By the frame that was seen, in spans of `binMs` from the beginning. */
  intensity: v.strictObject({ binMs: durationMs, lines: bins, reactions: bins, gifts: bins, coins: bins }),
  retention: retentionView,
  sources: list(sourceView, SOURCES.length),
  income: list(incomeView, 2),
  quality: v.strictObject({
    latencyP50Ms: latencyMs, latencyP95Ms: latencyMs, freezes: count,
    /** For an hour that somebody watched. */
    freezesPerHour: v.nullable(mean),
    /** From coming in to the first picture, of half of the stays that told it. */
    firstPictureP50Ms: latencyMs,
  }),
  asked: v.strictObject({ polls: count, votes: count, questions: count }),
  /** Null: too few stays to say. */
  effect: v.nullable(effectView),
  comparison: v.nullable(comparison),
  moments: list(momentView, MOMENTS_MAX),
});
export type BroadcastReport = v.InferOutput<typeof broadcastReport>;

const pastBroadcast = v.strictObject({
  ...broadcastHead.entries,
  ...figures,
  effect: v.nullable(v.strictObject({ score: share, low: share, high: share })),
});
export type PastBroadcast = v.InferOutput<typeof pastBroadcast>;

const dayView = v.strictObject({ day: text(10, 10), liveMs: sumMs, viewerMs: sumMs, stays: count, newPeople: count, ...deeds });
export type DayView = v.InferOutput<typeof dayView>;

const spanSums = v.strictObject({ broadcasts: count, liveMs: sumMs, viewerMs: sumMs, stays: count, newPeople: count, ...deeds });
export type SpanSums = v.InferOutput<typeof spanSums>;

const channelReport = v.strictObject({
  range: v.picklist(ANALYTICS_RANGES),
  followers: count,
  sums: spanSums,
  /** Of the span of the same length before; null where all is asked for. */
  before: v.nullable(spanSums),
  /** Days on which something happened, oldest first. */
  days: list(dayView, ANALYTICS_DAYS_MAX),
  /** Newest first. */
  broadcasts: list(pastBroadcast, ANALYTICS_BROADCASTS_MAX),
  /** Cards that were shown, and opened. */
  places: list(v.strictObject({ place: v.picklist(PLACES), shown: count, opened: count }), PLACES.length),
});
export type ChannelReport = v.InferOutput<typeof channelReport>;

const liveReport = v.strictObject({
  live: v.nullable(
    v.strictObject({
      broadcastId,
      startedAtMs: timeMs,
      viewers: count,
      /** The last ones, oldest first, the running one among them. */
      minutes: list(minuteView, LIVE_MINUTES_MAX),
      sums: v.strictObject({ came: count, went: count, ...deeds }),
    }),
  ),
});
export type LiveReport = v.InferOutput<typeof liveReport>;

export const ANALYTICS_ROUTES = {
  'analytics.channel': route({
    method: 'GET', path: '/api/analytics', access: 'user', body: null, result: channelReport, rate: often,
    about: 'The own channel over time; `?range=` 7d, 28d, 90d or all.',
  }),
  'analytics.live': route({
    method: 'GET', path: '/api/analytics/live', access: 'user', body: null, result: liveReport, rate: often,
    about: 'The last half hour of what the own channel has on air.',
  }),
  'analytics.broadcast': route({
    method: 'GET', path: '/api/analytics/broadcasts/:broadcastId', access: 'user', body: null, result: broadcastReport, rate: often,
    about: 'Everything about one of the own broadcasts.',
  }),
} as const satisfies Record<string, Route>;
