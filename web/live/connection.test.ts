import { expect, test } from 'vitest';
import { CLOSE } from '../../shared/errors.ts';
import { REQUEST_TIMEOUT_MS } from '../../shared/limits.ts';
import { createConnection } from './connection.ts';
import type { ConnectionState } from './connection.ts';
import { fakeSockets } from './testing/fake-socket.ts';
import { createHandClock } from './testing/hand-clock.ts';

const setUp = (random = 1) => {
  const clock = createHandClock();
  const sockets = fakeSockets();
  let wake = (): void => {};
  const connection = createConnection({
    url: 'wss://qiao.test/live?v=1',
    clock,
    webSocket: sockets.webSocket,
    wakeUps: (fn) => {
      wake = fn;
      return () => { wake = () => {}; };
    },
    random: () => random,
  });
  const seen: ConnectionState['is'][] = [];
  connection.onState((state) => seen.push(state.is));
  return { clock, connection, ...sockets, wake: () => wake(), seen };
};

test('[E2] a request gets its own reply, in whatever order replies come', async () => {
  const { connection, newest } = setUp();
  newest().open();
  const leave = connection.request('room.leave', {});
  const sync = connection.request('clock.sync', {});
  newest().reply('clock.sync', { serverReceivedMs: 1, serverSentMs: 2 });
  newest().reply('room.leave', {});
  expect(await sync).toEqual({ serverReceivedMs: 1, serverSentMs: 2 });
  expect(await leave).toEqual({});
});

test('[E2] an error rejects with the code of the server, and says whether trying again can help', async () => {
  const { connection, newest } = setUp();
  newest().open();
  const busy = connection.request('room.leave', {});
  newest().fail('room.leave', 'busy');
  await expect(busy).rejects.toMatchObject({ code: 'busy', retryable: true });
  const denied = connection.request('room.leave', {});
  newest().fail('room.leave', 'permission_denied');
  await expect(denied).rejects.toMatchObject({ code: 'permission_denied', retryable: false });
});

test('a request that nobody answers times out; a late reply is ignored', async () => {
  const { clock, connection, newest } = setUp();
  newest().open();
  const asked = connection.request('room.leave', {}).catch((error: unknown) => error);
  for (let s = 0; s < REQUEST_TIMEOUT_MS / 1000; s += 1) {
    newest().say({ event: 'watch.lost', data: {} }); // Alive, only silent about this one.
    await clock.advance(1_000);
  }
  expect(await asked).toMatchObject({ code: 'unreachable' });
  newest().reply('room.leave', {});
});

test('requests fail at once while there is no socket, and when the socket goes', async () => {
  const { connection, newest } = setUp();
  await expect(connection.request('room.leave', {})).rejects.toMatchObject({ code: 'unreachable' });
  newest().open();
  const asked = connection.request('room.leave', {});
  newest().end(1006);
  await expect(asked).rejects.toMatchObject({ code: 'unreachable' });
});

test('reconnects after 250 ms, doubling to 10 s', async () => {
  const { clock, connection, all, newest } = setUp();
  const waits: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    newest().end(1006);
    const state = connection.state();
    if (state.is !== 'waiting') throw new Error(state.is);
    const waitMs = state.nextTryAtMs - clock.nowMs();
    waits.push(waitMs);
    await clock.advance(waitMs - 1);
    expect(all.length).toBe(round + 1);
    await clock.advance(1);
    expect(all.length).toBe(round + 2);
  }
  expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
});

test('the wait starts over only after a connection that held', async () => {
  const { clock, connection, newest } = setUp();
  const loseAndWait = async (): Promise<number> => {
    newest().end(1006);
    const state = connection.state();
    const waitMs = state.is === 'waiting' ? state.nextTryAtMs - clock.nowMs() : NaN;
    await clock.advance(waitMs);
    return waitMs;
  };
  newest().open();
  expect(await loseAndWait()).toBe(250);
  newest().open();
  expect(await loseAndWait()).toBe(500);
  newest().open();
  await clock.advance(5_000);
  expect(await loseAndWait()).toBe(250);
});

test('tries at once when the browser is online again or the page is looked at', async () => {
  const { clock, all, newest, wake } = setUp();
  newest().end(1006);
  expect(all.length).toBe(1);
  wake();
  expect(all.length).toBe(2);
  newest().open();
  await clock.advance(4_000);
  expect(all.length).toBe(2); // The timer of the wait that was cut short is gone.
});

test('[E5] reconnects below 4500 and not from 4500 on', async () => {
  for (const reason of ['draining', 'slow', 'join_timeout', 'internal'] as const) {
    const { connection, newest } = setUp();
    newest().end(CLOSE[reason]);
    expect(connection.state().is).toBe('waiting');
  }
  for (const reason of ['bad_frame', 'replaced', 'logged_out', 'too_many_connections'] as const) {
    const { clock, connection, all, newest } = setUp();
    newest().end(CLOSE[reason]);
    expect(connection.state()).toEqual({ is: 'closed', reason });
    await clock.advance(60_000);
    expect(all.length).toBe(1);
    expect(clock.waiting()).toBe(0);
  }
  const { connection, newest } = setUp();
  newest().end(4999);
  expect(connection.state()).toEqual({ is: 'closed', reason: 'refused' });
});

test('a half-open socket is noticed within 10 s and replaced', async () => {
  const { clock, connection, all, newest } = setUp();
  newest().open();
  await clock.advance(5_000);
  expect(newest().count('clock.sync')).toBe(1);
  newest().reply('clock.sync', { serverReceivedMs: 1, serverSentMs: 1 });
  await clock.advance(8_900);
  expect(connection.state().is).toBe('open');
  await clock.advance(100);
  expect(connection.state().is).toBe('waiting');
  expect(all[0]?.closedWith).toBe(4000);
  await clock.advance(250);
  expect(all.length).toBe(2);
});

test('with a reply outstanding a dead socket is noticed sooner', async () => {
  const { clock, connection, newest } = setUp();
  newest().open();
  const asked = connection.request('watch.restartIce', {}).catch((error: unknown) => error);
  await clock.advance(2_000);
  expect(newest().count('clock.sync')).toBe(1);
  await clock.advance(4_000);
  expect(connection.state().is).toBe('waiting');
  expect(await asked).toMatchObject({ code: 'unreachable' });
});

test('a slow reply is no dead socket while the server answers at all', async () => {
  const { clock, connection, newest } = setUp();
  newest().open();
  const asked = connection.request('watch.restartIce', {});
  for (let second = 0; second < 8; second += 1) {
    await clock.advance(1_000);
    if (newest().count('clock.sync') > 0) newest().reply('clock.sync', { serverReceivedMs: 1, serverSentMs: 1 });
  }
  newest().reply('watch.restartIce', { iceParameters: {} });
  await asked;
  expect(connection.state().is).toBe('open');
});

test('after a change of network a dead socket is noticed within 4 s', async () => {
  const { clock, connection, newest, wake } = setUp();
  newest().open();
  wake();
  expect(newest().count('clock.sync')).toBe(1);
  await clock.advance(4_000);
  expect(connection.state().is).toBe('waiting');
});

test('a page that was frozen does not mistake its own sleep for silence', async () => {
  const { clock, connection, newest } = setUp();
  newest().open();
  await clock.freeze(3_600_000);
  await clock.advance(3_000);
  expect(connection.state().is).toBe('open');
  expect(newest().count('clock.sync')).toBe(0);
});

test('a server that drains is left alone for a random part of the time it names', async () => {
  const { clock, connection, newest } = setUp(0.5);
  newest().open();
  newest().say({ event: 'server.draining', data: { withinMs: 8_000 } });
  newest().end(CLOSE.draining);
  expect(connection.state()).toMatchObject({ is: 'waiting', nextTryAtMs: clock.nowMs() + 4_000 });
});

test('until another server is there the pages of one that drained ask again as often, and later as seldom as ever', async () => {
  const { clock, connection, all, newest } = setUp(0.5);
  newest().open();
  newest().say({ event: 'server.draining', data: { withinMs: 500 } });
  newest().end(CLOSE.draining);
  for (let tries = 1; tries < 40; tries += 1) {
    await clock.advance(250);
    expect(all.length).toBe(tries + 1);
    newest().end(1006);
  }
  await clock.advance(20_000);
  const before = all.length;
  newest().end(1006);
  expect(connection.state()).toMatchObject({ is: 'waiting' });
  await clock.advance(1_000);
  expect(all.length).toBe(before);
});

test('[E6] a gap in the room events is told, and a restart opens a fresh socket', async () => {
  const { clock, connection, all, newest } = setUp();
  newest().open();
  let gaps = 0;
  const viewers: number[] = [];
  connection.on('viewers.counted', (data) => viewers.push(data.viewers));
  connection.onOutOfStep(() => {
    gaps += 1;
    connection.restart();
  });
  connection.follow({ epoch: 'e', seq: 4 });
  newest().say({ event: 'viewers.counted', data: { viewers: 5 }, seq: 5, epoch: 'e' });
  newest().say({ event: 'viewers.counted', data: { viewers: 7 }, seq: 7, epoch: 'e' });
  expect(viewers).toEqual([5]);
  expect(gaps).toBe(1);
  await clock.advance(250);
  expect(all.length).toBe(2);
  expect(all[0]?.closedWith).toBe(4000);
});

test('close is final', async () => {
  const { clock, connection, all, newest, seen } = setUp();
  newest().open();
  connection.close();
  connection.restart();
  await clock.advance(60_000);
  expect(connection.state()).toEqual({ is: 'closed', reason: 'asked' });
  expect(seen).toEqual(['open', 'closed']);
  expect(all.length).toBe(1);
  expect(clock.waiting()).toBe(0);
});

test('a person who does not want to wait does not have to', () => {
  const { connection, all, newest } = setUp();
  newest().end(1006);
  connection.restart();
  expect(connection.state().is).toBe('connecting');
  expect(all.length).toBe(2);
  connection.restart();
  expect(all.length).toBe(2);
});

test('a socket that never opens is given up', async () => {
  const { clock, connection, all } = setUp();
  await clock.advance(8_000);
  expect(connection.state().is).toBe('waiting');
  await clock.advance(250);
  expect(all.length).toBe(2);
});
