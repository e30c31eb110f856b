import { expect, test } from 'vitest';
import type { BroadcastId, ChannelId, UserId } from '../../../shared/ids.ts';
import { createHandClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { createImpressions } from './impressions.ts';
import type { Impression, ImpressionCount } from './impressions.ts';

const DAY_MS = 86_400_000;
const ADA = 'ada' as UserId;
const card = { channelId: 'c' as ChannelId, broadcastId: 'b' as BroadcastId };
const shown = { ...card, position: 2, why: 'popular' as const };

const build = () => {
  const clock = createHandClock(DAY_MS * 20_000);
  const rows: Impression[] = [];
  const counts: ImpressionCount[] = [];
  const forgotten: number[] = [];
  const impressions = createImpressions({
    clock, log: createLog({ level: 'silent' }),
    store: {
      writeImpressions: async (more) => void rows.push(...more),
      addCounts: async (more) => void counts.push(...more),
      forgetImpressions: async (beforeMs) => void forgotten.push(beforeMs),
    },
  });
  return { clock, rows, counts, forgotten, impressions };
};

test('[D5] shown and then opened is one row; guests are counted and have none', async () => {
  const { clock, rows, counts, impressions } = build();
  impressions.shown(ADA, 'home', [shown]);
  impressions.shown(null, 'home', [shown]);
  clock.advance(200);
  impressions.opened(ADA, 'home', card);
  impressions.opened(null, 'home', card);
  await impressions.flush();
  const atMs = clock.nowMs();
  expect(rows).toEqual([{ userId: ADA, ...card, place: 'home', shown: { position: 2, why: 'popular', atMs: atMs - 200 }, openedAtMs: atMs }]);
  expect(counts).toEqual([{ channelId: 'c', day: '2024-10-04', place: 'home', shown: 2, opened: 2 }]);
});

test('what is opened after the row was written is written as opened, with nothing else to say', async () => {
  const { rows, impressions } = build();
  impressions.shown(ADA, 'next', [shown]);
  await impressions.flush();
  impressions.opened(ADA, 'next', card);
  await impressions.flush();
  expect(rows.map((row) => [row.shown !== null, row.openedAtMs !== null])).toEqual([[true, false], [false, true]]);
});

test('who was shown what is deleted after 90 days', () => {
  const { clock, forgotten } = build();
  clock.advance(6 * 3_600_000);
  expect(forgotten).toEqual([clock.nowMs() - 90 * DAY_MS]);
});
