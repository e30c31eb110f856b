// A media worker of one of two linked rooms is killed: the other room goes on, and has the picture again as soon as its host has.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { publish } from '../support/publisher.ts';
import { goLive, watch } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { createViewer } from '../support/viewer.ts';
import { until } from '../support/wait.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ env: { MEDIA_WORKERS: '2' } });
});
afterAll(async () => void (await server.stop()));

test('[X5] a killed media worker takes the other room nothing but the picture, for a moment', async () => {
  const shows = [await goLive(server), await goLive(server)];
  const [one, two] = shows as [(typeof shows)[0], (typeof shows)[0]];
  await one.studio.request('link.ask', { handle: two.handle });
  await two.studio.request('link.answer', { handle: one.handle, isAccepted: true });
  const [worker] = server.workerPids();
  if (worker === undefined) throw new Error('no media worker');
  process.kill(worker, 'SIGKILL');
  // Each room has a worker of its own; which of the two it was, its host is told.
  const lost = await Promise.race(shows.map((show) => show.studio.next('stage.lost').then(() => show)));
  const other = lost === one ? two : one;
  const sent = await publish(lost.studio);
  const guest = await watch(server, other.handle);
  await until('the other room to receive both', () => {
    const told = guest.connection.events.findLast(({ event }) => event === 'watch.changed')?.data as { subscriptions: unknown[] } | undefined;
    return (told ?? guest.joined.watch)?.subscriptions.length === 4;
  });
  other.publisher.pause(); // so that what comes is the other host's
  const eyes = createViewer();
  await eyes.accept(await guest.connection.request('watch.open', eyes.offer));
  await eyes.flows('camera');
  await eyes.flows('microphone');
  for (const { studio } of shows) expect(studio.events.filter(({ event }) => event === 'link.changed')).toHaveLength(1);
  for (const it of [eyes, sent]) it.close();
  guest.end();
  for (const show of shows) show.end();
});
