// Going down and coming up again: SIGTERM drains, and what was on air is found again by the next process.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CLOSE } from '../../shared/errors.ts';
import { createClient } from '../support/client.ts';
import { isAlive } from '../support/processes.ts';
import { publish } from '../support/publisher.ts';
import { goLive, watch } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import { until } from '../support/wait.ts';

test('SIGTERM tells everybody, closes their sockets so that they may come back, and exits 0 with all children', async () => {
  const server = await startServer();
  const show = await goLive(server);
  const guest = await watch(server, show.handle);
  await guest.viewer.flows('camera');
  const postmaster = server.postmasterPid();
  const stopped = server.stop();
  expect((await guest.connection.next('server.draining')).withinMs).toBeGreaterThan(0);
  expect(await guest.connection.closed).toMatchObject({ code: CLOSE.draining });
  expect(await show.studio.closed).toMatchObject({ code: CLOSE.draining });
  expect(await stopped).toBe(0);
  expect(isAlive(postmaster)).toBe(false);
  guest.end();
  show.end();
});

test('[B4] a broadcast outlives a restart of the server, even a hard one', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'qiao-restart-'));
  const first = await startServer({ dataDir });
  const show = await goLive(first);
  const family = first.workerPids();
  await first.kill();
  await until('the media workers to follow', () => family.every((pid) => !isAlive(pid)));
  show.end();

  const second = await startServer({ dataDir });
  // The cookie is the browser's and outlives the server too.
  const studio = await createClient(second).connect({ origin: second.url, cookie: show.client.cookie() });
  const { snapshot } = await studio.join(show.handle, { as: 'studio' });
  expect(snapshot.broadcast).toMatchObject({ broadcastId: show.started.broadcast.broadcastId, state: 'interrupted', title: show.started.broadcast.title });
  const publisher = await publish(studio);
  const guest = await watch(second, show.handle);
  await guest.viewer.flows('camera');
  expect(guest.joined.snapshot.broadcast?.state).toBe('live');
  publisher.close();
  guest.end();
  studio.close();
  expect(await second.stop()).toBe(0);
  rmSync(dataDir, { recursive: true, force: true });
});

test('a second server on the same port says so in words and exits', async () => {
  const server = await startServer();
  await expect(startServer({ env: { PORT: new URL(server.url).port } })).rejects.toThrow(/port/i);
  expect((await server.healthz()).status).toBe(200);
  await server.stop();
});
