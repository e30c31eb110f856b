// A channel with a past, as rows: a dozen broadcasts of some weeks and one long one with hundreds of visits, so that dashboards can be
// looked at. The same every time, but for the day.

import type { BroadcastId, ChannelId, LineId, RequestKey, UserId, WatchSessionId } from '../../shared/ids.ts';
import type { Source } from '../../shared/sources.ts';
import type { Database } from '../../server/db/client.ts';
import { broadcastTotals, channelDays, impressionCounts, minuteCounts, watchSessions } from '../../server/db/insight-schema.ts';
import { broadcasts, chatLines, reactionCounts } from '../../server/db/schema.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const LENGTH_MIN = 90;
const SOURCES: readonly Source[] = ['home', 'home', 'home', 'following', 'notice', 'notice', 'search', 'share', 'channel', 'direct'];

/** Numerical Recipes' linear congruential generator: chance enough for a picture. */
const createChance = (seed: number) => {
  let state = seed;
  return (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 4_294_967_296;
};

type Past = { readonly channelId: ChannelId; readonly userId: UserId; readonly nowMs: number };

/** Writes it; returns the long broadcast, which ended yesterday. */
export const addPast = async ({ run }: Pick<Database, 'run'>, { channelId, userId, nowMs }: Past): Promise<BroadcastId> => {
  const chance = createChance(20_260_131);
  const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  const startMs = Math.floor(nowMs / DAY_MS) * DAY_MS - DAY_MS + 12 * 3_600_000;
  const id = (name: string): BroadcastId => `${name}-${channelId}` as BroadcastId;
  const long = id('long');
  const shows = [...Array.from({ length: 12 }, (_, at) => ({ id: id(`past${at}`), startedAt: startMs - (2 * at + 2) * DAY_MS, minutes: 40 + Math.round(chance() * 60), viewers: 30 - at + Math.round(chance() * 14) })),
    { id: long, startedAt: startMs, minutes: LENGTH_MIN, viewers: 42 }];
  await run((db) => db.insert(broadcasts).values(shows.map((show, at) => ({
    id: show.id, channelId, title: at % 3 === 0 ? `Painting the harbour at dusk, part ${at + 1}` : at % 3 === 1 ? '雨夜写生：老城区' : 'Questions and colours', category: 'art' as const, tags: [], visibility: 'public' as const,
    linkKey: null, coverImageId: null, startedAt: show.startedAt, lastAliveAt: show.startedAt, endedAt: show.startedAt + show.minutes * MINUTE_MS, endReason: 'host' as const,
    peakViewers: Math.round(show.viewers * 1.7), viewerMs: show.viewers * show.minutes * MINUTE_MS,
  }))));
  const sumsOf = (show: (typeof shows)[number]) => {
    const stays = show.viewers * 8;
    return { newPeople: Math.round(stays * 0.22), lines: show.viewers * 14, reactions: show.viewers * 31, gifts: Math.round(show.viewers / 2), coins: show.viewers * 25, follows: Math.round(show.viewers / 3), stays };
  };
  await run((db) => db.insert(broadcastTotals).values(shows.map((show) => {
    const { stays, ...sums } = sumsOf(show);
    const effect = show.id === long ? null : 0.2 + show.viewers / 300 + chance() * 0.04;
    return {
      broadcastId: show.id, sessions: stays, people: Math.round(stays * 0.6), guests: Math.round(stays * 0.4), ...sums, chatters: show.viewers, givers: 9, latencyP50Ms: 480, latencyP95Ms: 1_150,
      effect, effectLow: effect && effect - 0.05, effectHigh: effect && effect + 0.05,
    };
  })));
  await run((db) => db.insert(channelDays).values(shows.map((show) => {
    const { stays, ...sums } = sumsOf(show);
    return { channelId, day: dayOf(show.startedAt), liveMs: show.minutes * MINUTE_MS, viewerMs: show.viewers * show.minutes * MINUTE_MS, sessions: stays, ...sums };
  })));
  await run((db) => db.insert(impressionCounts).values((['home', 'category', 'search', 'next', 'following'] as const).map((place, at) => ({ channelId, day: dayOf(startMs), place, shown: 900 >> at, opened: 120 >> at }))));
  const stays = Array.from({ length: 420 }, (_, at) => {
    const from = Math.floor(chance() ** 1.6 * LENGTH_MIN * MINUTE_MS * 0.95);
    const stayed = -Math.log(1 - chance()) * 14 * MINUTE_MS;
    const to = Math.min(LENGTH_MIN * MINUTE_MS, from + stayed);
    const isGuest = chance() < 0.35;
    const did = (share: number, most: number): number => (chance() < share ? 1 + Math.floor(chance() * most) : 0);
    return {
      id: `${String(at).padStart(6, '0')}-${channelId}` as WatchSessionId, channelId, broadcastId: long, userId: null, source: SOURCES[Math.floor(chance() * SOURCES.length)] ?? 'direct', startedAt: startMs + from,
      endedAt: startMs + to, playedMs: to - from, isNew: isGuest ? null : chance() < 0.4, sawEnd: from + stayed >= LENGTH_MIN * MINUTE_MS, lines: isGuest ? 0 : did(0.35, 9), reactions: isGuest ? 0 : did(0.5, 20),
      gifts: isGuest ? 0 : did(0.08, 3), coins: 0, follows: isGuest ? 0 : did(0.09, 0),
    };
  });
  await run((db) => db.insert(watchSessions).values(stays));
  await run((db) => db.insert(minuteCounts).values(Array.from({ length: LENGTH_MIN }, (_, minute) => {
    const [from, to] = [startMs + minute * MINUTE_MS, startMs + (minute + 1) * MINUTE_MS];
    const viewerMs = stays.reduce((sum, stay) => sum + Math.max(0, Math.min(to, stay.endedAt) - Math.max(from, stay.startedAt)), 0);
    return {
      broadcastId: long, minute, viewerMs, viewersMax: Math.ceil(viewerMs / MINUTE_MS) + 3, came: stays.filter((stay) => stay.startedAt >= from && stay.startedAt < to).length,
      went: stays.filter((stay) => !stay.sawEnd && stay.endedAt >= from && stay.endedAt < to).length, follows: minute % 4 === 0 ? 1 : 0, latencyP50Ms: 420 + Math.round(120 * chance() + (minute > 50 && minute < 58 ? 500 : 0)),
      latencyP95Ms: 900 + Math.round(500 * chance() + (minute > 50 && minute < 58 ? 1_400 : 0)), freezes: minute > 50 && minute < 58 ? 9 : Math.floor(chance() * 2), reports: 40,
    };
  })));
  const burst = (bin: number, at: number): number => (bin >= at && bin < at + 3 ? 1 : 0);
  const bins = LENGTH_MIN * 6;
  const lines = Array.from({ length: bins }, (_, bin) => Math.floor(chance() * 2.4) + burst(bin, 132) * 14 + burst(bin, 402) * 9).flatMap((count, bin) => Array.from({ length: count }, () => startMs + bin * 10_000 + chance() * 9_999));
  await run((db) => db.insert(chatLines).values(lines.map((saidAt, at) => ({
    id: `${String(at).padStart(8, '0')}-${channelId}` as LineId, channelId, broadcastId: long, userId, key: `k-${at}` as RequestKey, role: 'viewer' as const, text: 'What a colour!', color: 'white' as const, place: 'scroll' as const, mentions: [],
    saidAt: saidAt + 900, seenAt: saidAt, seenErrorMs: 20, state: 'shown' as const, isShadow: false,
  }))));
  await run((db) => db.insert(reactionCounts).values(Array.from({ length: bins }, (_, bin) => ({ broadcastId: long, second: bin * 10 + 3, reaction: 'heart' as const, count: 1 + Math.floor(chance() * 9) + burst(bin, 250) * 60 + burst(bin, 400) * 35 }))));
  return long;
};
