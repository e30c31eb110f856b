// What breaks while a broadcast is on: media workers and the database are killed, and it goes on.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient, register } from '../support/client.ts';
import { isAlive } from '../support/processes.ts';
import { publish } from '../support/publisher.ts';
import { goLive, watch } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { createViewer } from '../support/viewer.ts';
import { until } from '../support/wait.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => void (await server.stop()));

const status = async (): Promise<number> => (await server.healthz()).status;

test.each([['a dead', 'SIGKILL'], ['a hung', 'SIGSTOP']] as const)('[S4] %s media worker is replaced, and host and viewers are told to come again', async (_, signal) => {
  const show = await goLive(server);
  const guest = await watch(server, show.handle);
  await guest.viewer.flows('camera');
  const [worker] = server.workerPids();
  if (worker === undefined) throw new Error('no media worker');
  process.kill(worker, signal);
  await Promise.all([show.studio.next('stage.lost'), guest.connection.next('watch.lost')]);
  const publisher = await publish(show.studio);
  const viewer = createViewer();
  const answer = await until('the watch to open again', () => guest.connection.request('watch.open', viewer.offer));
  await viewer.accept(answer);
  // Its list may have been empty when it was quicker than the host; then the host's publications are told to it.
  expect([answer.subscriptions.length, guest.connection.events.some(({ event }) => event === 'watch.changed')]).not.toEqual([0, false]);
  if (answer.subscriptions.length === 2) await viewer.flows('camera');
  expect(server.workerPids()).toHaveLength(1);
  expect(server.workerPids()).not.toContain(worker);
  expect(show.studio.events.some(({ event }) => event === 'broadcast.ended')).toBe(false);
  for (const peer of [viewer, publisher]) peer.close();
  guest.end();
  show.end();
});

test('PostgreSQL is killed while live: media goes on, the database is back by itself, nothing is lost', async () => {
  const show = await goLive(server);
  const guest = await watch(server, show.handle);
  await guest.viewer.flows('camera');
  const postmaster = server.postmasterPid();
  process.kill(postmaster, 'SIGKILL');
  await until('the postmaster to be dead', () => !isAlive(postmaster));
  await guest.viewer.flows('camera', 10);

  const outage = await createClient(server).fetch('/api/channels/anything');
  if (outage.status !== 404) expect(await outage.json()).toMatchObject({ error: { code: 'database_unavailable' } });

  await until('the server to be healthy again', async () => (await status()) === 200, 30_000);
  expect(server.isAlive()).toBe(true);
  await guest.viewer.flows('camera', 10);
  const late = await watch(server, show.handle);
  await late.viewer.flows('camera');
  expect(late.joined.snapshot.broadcast?.broadcastId).toBe(show.started.broadcast.broadcastId);
  const summary = await show.studio.request('broadcast.end', {});
  await until('the end to be written', async () => {
    const { past } = await createClient(server).call('channel.show', { path: { handle: show.handle } });
    return past.some(({ broadcastId }) => broadcastId === summary.broadcastId);
  });
  await register(server);
  for (const one of [late, guest]) one.end();
  show.end();
});

test('[B6] a broadcast that ends while the database is down is written when it is back', async () => {
  const show = await goLive(server);
  const postmaster = server.postmasterPid();
  process.kill(postmaster, 'SIGKILL');
  await until('the postmaster to be dead', () => !isAlive(postmaster));
  const summary = await show.studio.request('broadcast.end', {});
  await until('the end to be written', async () => {
    const { past } = await createClient(server).call('channel.show', { path: { handle: show.handle } });
    return past.find(({ broadcastId }) => broadcastId === summary.broadcastId);
  }, 30_000);
  show.end();
});
