import { expect, test } from 'vitest';
import { MINUTES_KEPT_MAX } from '../../../shared/limits.ts';
import { createMinutes, MINUTE_MS } from './minutes.ts';

const STARTED_AT_MS = 1_000_037; // no whole minute
const at = (ms: number): number => STARTED_AT_MS + ms;
const begin = (viewers = 0) => createMinutes({ startedAtMs: STARTED_AT_MS, countedAtMs: STARTED_AT_MS, viewers });

test('[H5] a count that nobody changes is cut at each minute, also when nobody looks for long', () => {
  const minutes = begin(2);
  minutes.viewersChanged(5, at(90_000));
  expect(minutes.rows(at(200_000)).map(({ minute, viewerMs, viewersMax }) => [minute, viewerMs, viewersMax])).toEqual([
    [0, 120_000, 2], [1, 2 * 30_000 + 5 * 30_000, 5], [2, 300_000, 5], [3, 100_000, 5],
  ]);
});

test('[H5] a broadcast that ends with the minute has no minute more, and a clock that goes back takes nothing away', () => {
  const minutes = begin(1);
  minutes.advance(at(MINUTE_MS));
  minutes.advance(at(30_000));
  expect(minutes.rows(at(MINUTE_MS)).map(({ minute, viewerMs }) => [minute, viewerMs])).toEqual([[0, 60_000]]);
});

test('[H5] only what changed is taken to be written, the running minute when it is asked for', () => {
  const minutes = begin(1);
  const taken = (ms: number, all = false): number[] => minutes.take(at(ms), all).map(({ minute }) => minute);
  expect([taken(30_000), taken(30_000, true), taken(30_000), taken(70_000), taken(70_000)]).toEqual([[], [0], [], [0], []]);
  minutes.add('went', 1, at(50_000)); // somebody turns out to have gone in the minute before
  expect([taken(71_000), minutes.rows(at(71_000))[0]?.went]).toEqual([[0], 1]);
});

test('[H5] percentiles are exact while a minute has few reports, and close for a crowd', () => {
  const minutes = begin();
  for (const ms of [500, 100, 300]) minutes.latency(ms, at(1_000));
  for (let report = 0; report < 100_000; report += 1) minutes.latency(report % 1_000, at(61_000));
  const [few, crowd] = minutes.rows(at(62_000));
  expect([few?.latencyP50Ms, few?.latencyP95Ms]).toEqual([300, 500]);
  expect(Math.abs((crowd?.latencyP50Ms ?? 0) - 500)).toBeLessThan(20);
  expect(Math.abs((crowd?.latencyP95Ms ?? 0) - 950)).toBeLessThan(20);
});

test('what is written is forgotten when there is too much of it', () => {
  const minutes = begin(1);
  minutes.take(at((MINUTES_KEPT_MAX + 10) * MINUTE_MS));
  const rows = minutes.rows(at((MINUTES_KEPT_MAX + 10) * MINUTE_MS));
  expect([rows.length, rows[0]?.minute]).toEqual([MINUTES_KEPT_MAX, 10]);
});
