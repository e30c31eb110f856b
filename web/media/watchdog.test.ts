import { expect, test } from 'vitest';
import { createWatchdog } from './watchdog.ts';
import type { Advice, Expected, Sign } from './watchdog.ts';

const TICK_MS = 250;

/** Runs a watchdog over a link of which a test says what flows. */
const link = (expected: Expected = 'picture') => {
  const watchdog = createWatchdog();
  const flow = { packets: true, video: true, frames: true, failed: false, expected };
  const sign = { nowMs: 1_000_000, packets: 0, videoPackets: 0, frames: 0 };
  watchdog.begin(sign.nowMs);
  const run = (durationMs: number): Advice[] => {
    const heard: Advice[] = [];
    for (let passed = 0; passed < durationMs; passed += TICK_MS) {
      sign.nowMs += TICK_MS;
      if (flow.packets) sign.packets += 10;
      if (flow.packets && flow.video) sign.videoPackets += 5;
      if (flow.packets && flow.video && flow.frames) sign.frames += 7;
      heard.push(watchdog.look({ ...sign, expected: flow.expected, failed: flow.failed } satisfies Sign));
    }
    return heard;
  };
  const begin = () => {
    Object.assign(sign, { packets: 0, videoPackets: 0, frames: 0 });
    watchdog.begin(sign.nowMs);
  };
  const steps = (durationMs: number) => run(durationMs).filter((advice) => advice !== 'fine' && advice !== 'silent');
  return { watchdog, flow, sign, run, steps, begin };
};

test('nothing to do while media flows', () => {
  const { run } = link();
  expect(new Set(run(60_000))).toEqual(new Set(['fine']));
});

test('packets without a frame: a keyframe is asked for in less than a second, then every two', () => {
  const { flow, run, steps } = link();
  run(5_000);
  flow.frames = false;
  expect(run(1_000)).toContain('refresh');
  expect(steps(4_000)).toEqual(['refresh', 'refresh']);
  flow.frames = true;
  expect(new Set(run(5_000).slice(1))).toEqual(new Set(['fine']));
});

test('no packets: first another path within about a second, after three seconds another transport', () => {
  const { flow, run } = link();
  run(5_000);
  flow.packets = false;
  const heard = run(4_000);
  const restartAt = heard.indexOf('restartIce');
  const reopenAt = heard.indexOf('reopen');
  expect(restartAt * TICK_MS).toBeLessThanOrEqual(1_000);
  expect(heard.filter((advice) => advice === 'restartIce').length).toBe(1);
  expect(reopenAt * TICK_MS).toBeGreaterThanOrEqual(2_500);
  expect(reopenAt * TICK_MS).toBeLessThanOrEqual(3_500);
});

test('new transports that stay silent are tried more and more rarely', () => {
  const { flow, run, begin } = link();
  run(6_000);
  flow.packets = false;
  const atMs: number[] = [];
  for (let nowMs = 0; nowMs < 120_000; nowMs += TICK_MS) {
    if (run(TICK_MS)[0] === 'reopen') {
      atMs.push(nowMs);
      begin();
    }
  }
  const waits = atMs.slice(1).map((at, index) => at - (atMs[index] ?? 0));
  expect(waits[0]).toBeLessThan(6_000);
  expect(waits.at(-1)).toBeGreaterThanOrEqual(14_000);
  expect(atMs.length).toBeLessThan(15);
});

test('a transport that the server lost is replaced at the next look', () => {
  const { watchdog, run } = link();
  run(5_000);
  watchdog.lose();
  expect(run(TICK_MS)).toEqual(['reopen']);
});

test('a connection that the browser gave up is replaced at the next look', () => {
  const { flow, run } = link();
  run(5_000);
  flow.failed = true;
  expect(run(TICK_MS)).toEqual(['reopen']);
});

test('a muted camera, a host who is away and an ended broadcast are no faults', () => {
  const { flow, run } = link();
  run(5_000);
  flow.expected = 'nothing';
  flow.packets = false;
  expect(new Set(run(60_000))).toEqual(new Set(['fine']));
  // Back again: the time away does not count as silence.
  flow.expected = 'picture';
  expect(run(500)).toEqual(['fine', 'fine']);
});

test('with the camera muted, sound alone is enough', () => {
  const { flow, run } = link();
  run(5_000);
  flow.expected = 'sound';
  flow.video = false;
  expect(new Set(run(60_000))).toEqual(new Set(['fine']));
});

test('a camera that freezes while sound flows does not cost the transport', () => {
  const { flow, run, steps } = link();
  run(5_000);
  flow.video = false;
  expect(new Set(steps(30_000))).toEqual(new Set(['refresh']));
});

test('a screen that stands still for some seconds is no fault; a dead path still is one', () => {
  const { flow, run, steps } = link('screen');
  run(5_000);
  flow.packets = false;
  expect(new Set(run(4_000))).toEqual(new Set(['fine']));
  expect(steps(20_000)).toContain('reopen');
});

test('a page that slept does not take its own sleep for silence', () => {
  const { sign, run } = link();
  run(5_000);
  sign.nowMs += 3_600_000;
  expect(new Set(run(5_000))).toEqual(new Set(['fine']));
});

test('the first packets may take some seconds to come', () => {
  const { flow, run } = link();
  flow.packets = false;
  expect(new Set(run(4_000))).toEqual(new Set(['fine']));
  expect(run(2_000)).toContain('reopen');
});

test('packets that never make a frame end in a new transport', () => {
  const { flow, run } = link();
  run(5_000);
  flow.frames = false;
  expect(run(10_000)).toContain('reopen');
});
