// Reports as files.

import { expect, test } from 'vitest';
import type { ChannelReport } from '../../../shared/analytics-routes.ts';
import type { BroadcastId } from '../../../shared/ids.ts';
import { asCsv, asJson } from '../../lib/table-file.ts';
import { CHANNEL_TABLES } from './tables.ts';

const sums = { broadcasts: 1, liveMs: 0, viewerMs: 0, stays: 0, newPeople: 0, lines: 0, reactions: 0, gifts: 0, coins: 0, follows: 0 };
const report = (title: string): ChannelReport => ({
  range: '7d', followers: 1, sums, before: null, places: [{ place: 'home', shown: 4, opened: 1 }],
  days: [{ day: '2026-01-31', liveMs: 90_000, viewerMs: 180_000, stays: 3, newPeople: 2, lines: 4, reactions: 5, gifts: 1, coins: 10, follows: 1 }],
  broadcasts: [{
    broadcastId: 'b-1' as BroadcastId, title, startedAtMs: Date.UTC(2026, 0, 31, 12), durationMs: 90_500, isOnAir: false, averageViewers: 1.98895, peakViewers: 3, watchedMs: 180_000, stays: 3,
    people: 2, guests: 1, newPeople: 2, returningPeople: 0, lines: 4, reactions: 5, gifts: 1, coins: 10, follows: 1, effect: { score: 0.45, low: 0.2, high: 0.7 },
  }],
});

test('[A7] a title that looks like a formula is text', () => {
  const [header, row] = asCsv(CHANNEL_TABLES.broadcasts(report('=HYPERLINK("http://x","y")'))).split('\r\n');
  expect(header).toBe('\ufeffstarted,broadcast,title,length_s,average_viewers,peak_viewers,watched_s,stays,people,guests,new_people,returning_people,lines,reactions,gifts,coins,follows,effect,effect_low,effect_high');
  expect(row).toBe('2026-01-31T12:00:00.000Z,b-1,"\'=HYPERLINK(""http://x"",""y"")",90.5,1.9889,3,180,3,2,1,2,0,4,5,1,10,1,0.45,0.2,0.7');
});

test('[A7] JSON has the same rows with their names', () => {
  expect(JSON.parse(asJson(CHANNEL_TABLES.days(report('x'))))).toEqual([
    { day: '2026-01-31', live_s: 90, watched_s: 180, stays: 3, new_people: 2, lines: 4, reactions: 5, gifts: 1, coins: 10, follows: 1 },
  ]);
  expect(asJson(CHANNEL_TABLES.places(report('x')))).toContain('"place": "home"');
});
