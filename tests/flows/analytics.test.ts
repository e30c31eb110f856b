// What a scripted broadcast did, as its owner reads it: the report, the sums over time, what is on air, and the files have exactly the numbers.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCloser } from '../../server/lib/closer.ts';
import { createClient, register, registerCreator } from '../support/client.ts';
import { playShow, SCRIPT } from '../support/scripted-show.ts';
import type { ScriptedShow } from '../support/scripted-show.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { expectUnharmed } from '../support/unharmed.ts';
import { until } from '../support/wait.ts';

const closer = createCloser();
let server: TestServer;
let played: ScriptedShow;
beforeAll(async () => {
  server = await startServer({ env: { PLATFORM_SHARE_PERCENT: '30' } });
  closer.add('server', async () => void (await server.stop()));
  played = await playShow(server);
});
afterAll(() => closer.close());

const refused = (code: string) => expect.objectContaining({ code }) as Error;
const reportOf = ({ show, broadcastId }: ScriptedShow) => show.client.call('analytics.broadcast', { path: { broadcastId } });
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

describe('while it is on air', () => {
  test('[A6] the last minutes, the running one among them', async () => {
    const { live } = await played.show.client.call('analytics.live');
    expect(live).toMatchObject({
      broadcastId: played.broadcastId,
      sums: { came: SCRIPT.stays, went: 1, lines: SCRIPT.lines, reactions: SCRIPT.reactions, gifts: SCRIPT.gifts, coins: SCRIPT.coins, follows: SCRIPT.follows },
    });
    expect(live?.minutes.at(-1)?.latencyP50Ms ?? live?.minutes.at(-2)?.latencyP50Ms).toBe(420);
  });

  test('[A2] a line stands at the frame that its sender saw', async () => {
    const { startedAtMs } = played.show.started.broadcast;
    await until('the second span of the timeline', () => Date.now() - startedAtMs > 12_000, 20_000);
    const before = await reportOf(played);
    await played.say(played.seats.ann, 'about what I saw at the beginning', { capturedAtMs: startedAtMs + 4_000, errorMs: 20 });
    const after = await until('the line in the report', async () => {
      const report = await reportOf(played);
      return sum(report.intensity.lines) > SCRIPT.lines ? report : null;
    });
    expect((after.intensity.lines[0] ?? 0) - (before.intensity.lines[0] ?? 0)).toBe(1);
    expect(after.broadcast.isOnAir).toBe(true);
  });
});

describe('when it has ended', () => {
  beforeAll(() => played.finish());

  test('[A1] [A2] the report has exactly what happened', async () => {
    const report = await reportOf(played);
    const { stays, people, guests, newPeople, returningPeople, reactions, gifts, coins, follows, chatters, givers } = SCRIPT;
    const lines = SCRIPT.lines + 1; // and the one about a frame
    expect(report.figures).toMatchObject({ stays, people, guests, newPeople, returningPeople, lines, reactions, gifts, coins, follows, chatters, givers, peakViewers: SCRIPT.peak });
    for (const [key, wanted] of Object.entries({ lines, reactions, gifts, coins }) as ['lines' | 'reactions' | 'gifts' | 'coins', number][]) {
      expect([key, sum(report.intensity[key]), sum(report.minutes.rows.map((row) => row[key]))]).toEqual([key, wanted, wanted]);
    }
    expect([sum(report.minutes.rows.map(({ came }) => came)), sum(report.minutes.rows.map(({ went }) => went))]).toEqual([stays, 1]);
    expect(Object.fromEntries(report.sources.map((source) => [source.source, source.stays]))).toEqual(SCRIPT.sources);
    expect(report.income).toEqual([{ kind: 'gift', count: 2, coins: 50, earned: 35 }, { kind: 'super_chat', count: 1, coins: 100, earned: 70 }]);
    expect(sum(report.income.map(({ earned }) => earned))).toBe(SCRIPT.earned);
    expect([report.quality.latencyP50Ms, report.quality.latencyP95Ms, report.quality.freezes]).toEqual([420, 900, 0]);
    expect(report.broadcast).toMatchObject({ broadcastId: played.broadcastId, isOnAir: false });
  });

  test('[A3] one went, the others saw the end', async () => {
    const { retention } = await reportOf(played);
    expect([retention.stays, retention.cutOff, retention.medianMs]).toEqual([6, 5, null]);
    expect(retention.points.at(-1)?.share).toBeCloseTo(5 / 6, 6);
  });

  test('[A4] six visits have a score, which the list of broadcasts has too', async () => {
    const { effect, comparison } = await reportOf(played);
    const happened = Object.fromEntries(effect?.parts.map((part) => [part.result, part.happened]) ?? []);
    expect(happened).toMatchObject({ talked: 2, reacted: 2, gave: 2, followed: 2 });
    expect(comparison).toBeNull();
    const { broadcasts } = await played.show.client.call('analytics.channel');
    expect(broadcasts.map(({ effect: score }) => score)).toEqual([{ score: effect?.score, low: effect?.low, high: effect?.high }]);
  });

  test('over time: the broadcast, its day, and nothing before', async () => {
    const report = await played.show.client.call('analytics.channel');
    expect(report).toMatchObject({ range: '28d', followers: 2, before: { broadcasts: 0, stays: 0 } });
    expect(report.sums).toMatchObject({ broadcasts: 1, stays: 6, newPeople: 3, lines: 7, reactions: 12, gifts: 3, coins: 150, follows: 2 });
    expect(report.broadcasts[0]).toMatchObject({ stays: 6, people: 3, guests: 3, newPeople: 3, coins: 150, follows: 2, isOnAir: false });
    const odd = await played.show.client.fetch('/api/analytics?range=nonsense');
    expect(((await odd.json()) as { range: string }).range).toBe('28d');
    expect((await played.show.client.call('analytics.live')).live).toBeNull();
  });

  test('[A7] every table is a file', async () => {
    const fetched = async (path: string) => played.show.client.fetch(`/api/analytics/${path}`);
    const timeline = await fetched(`broadcasts/${played.broadcastId}/timeline.csv`);
    expect([timeline.status, timeline.headers.get('content-type'), timeline.headers.get('content-disposition')]).toEqual([200, 'text/csv; charset=utf-8', 'attachment; filename="qiao-timeline.csv"']);
    const [header = '', ...rows] = (await timeline.text()).trimEnd().split('\r\n').map((row) => row.split(','));
    const column = (name: string): number => sum(rows.map((row) => Number(row[header.indexOf(name)])));
    expect(['lines', 'reactions', 'gifts', 'coins', 'follows', 'came'].map(column)).toEqual([7, 12, 3, 150, 2, 6]);
    const sources = (await (await fetched(`broadcasts/${played.broadcastId}/sources.json`)).json()) as { source: string; stays: number }[];
    expect(Object.fromEntries(sources.map(({ source, stays }) => [source, stays]))).toEqual(SCRIPT.sources);
    for (const table of ['intensity', 'retention', 'income', 'effect', 'moments']) {
      for (const format of ['csv', 'json']) expect([table, (await fetched(`broadcasts/${played.broadcastId}/${table}.${format}`)).status]).toEqual([table, 200]);
    }
    for (const table of ['broadcasts', 'days', 'places']) expect([table, (await fetched(`files/${table}.json?range=all`)).status]).toEqual([table, 200]);
    for (const path of [`broadcasts/${played.broadcastId}/nothing.csv`, `broadcasts/${played.broadcastId}/timeline.xls`, 'files/toString.csv', 'files/timeline.csv']) {
      expect([path, (await fetched(path)).status]).toEqual([path, 404]);
    }
  });

  test('[A1] nobody else reads any of it, or learns that it exists', async () => {
    const other = await registerCreator(server);
    const { client } = await register(server);
    const path = { broadcastId: played.broadcastId };
    await expect(other.client.call('analytics.broadcast', { path })).rejects.toEqual(refused('not_found'));
    await expect(other.client.call('analytics.broadcast', { path: { broadcastId: 'nothing' } })).rejects.toEqual(refused('not_found'));
    await expect(other.client.call('analytics.broadcast', { path: { broadcastId: '../..' } })).rejects.toEqual(refused('not_found'));
    await expect(client.call('analytics.broadcast', { path })).rejects.toEqual(refused('channel_not_found'));
    for (const name of ['analytics.channel', 'analytics.live'] as const) {
      await expect(client.call(name)).rejects.toEqual(refused('channel_not_found'));
      await expect(createClient(server).call(name)).rejects.toEqual(refused('not_logged_in'));
    }
    await expect(createClient(server).call('analytics.broadcast', { path })).rejects.toEqual(refused('not_logged_in'));
    const statuses = async (one: { fetch: typeof other.client.fetch }) =>
      Promise.all([`broadcasts/${played.broadcastId}/timeline.csv`, 'files/days.csv'].map(async (file) => (await one.fetch(`/api/analytics/${file}`)).status));
    expect(await statuses(other.client)).toEqual([404, 200]);
    expect(await statuses(client)).toEqual([404, 404]);
    expect(await statuses(createClient(server))).toEqual([401, 401]);
    expect(await other.client.call('analytics.channel')).toMatchObject({ broadcasts: [], days: [], followers: 0 });
    await expectUnharmed(server);
  });
});
