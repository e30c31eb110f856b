// What is foreseen and what operators see, with a real server: stays become lessons, lessons become a number for the host, and the
// operator's page has what really happened. A model that has learned enough is put into the database beforehand.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Range } from '../../shared/operator-routes.ts';
import { createClient, register } from '../support/client.ts';
import type { Client, Person } from '../support/client.ts';
import type { Connection } from '../support/connection.ts';
import { buyPackage } from '../support/coins.ts';
import { PASSWORD } from '../support/names.ts';
import { goLive, watch } from '../support/scene.ts';
import type { Show } from '../support/scene.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { leaveSureModel } from '../support/sure-model.ts';
import { until } from '../support/wait.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'qiao-overview-'));
const ENV = { OPERATORS: 'olga' };
let server: TestServer;
let operator: Person;
let show: Show;
let guests: Connection[];

beforeAll(async () => {
  server = await startServer({ dataDir, env: ENV });
  operator = await register(server, 'olga');
  await leaveSureModel(server);
  server = await startServer({ dataDir, env: ENV });
  operator = { ...operator, client: await loggedIn('olga') };
  show = await goLive(server, { broadcast: { title: 'Rain on the roof' } });
  guests = await Promise.all(Array.from({ length: 12 }, async () => {
    const connection = await createClient(server).connect();
    await connection.join(show.handle);
    return connection;
  }));
});
afterAll(async () => {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const loggedIn = async (name: string): Promise<Client> => {
  const client = createClient(server);
  await client.call('session.login', { body: { name, password: PASSWORD } });
  return client;
};
const stays = async () => {
  const { behaviours } = await operator.client.call('operator.models');
  const model = behaviours.find(({ behaviour }) => behaviour === 'stays');
  if (!model) throw new Error('no such model');
  return model;
};

test('[V1, V2, V4] the host hears how many are about to leave, by what an earlier server learned; the audience does not', async () => {
  const { watching, leaving } = await show.studio.next('audience.predicted', (told) => told.watching === 12);
  expect(watching).toBe(12);
  expect(leaving).toBe(4); // a third of 12
  await guests[0]?.request('clock.sync', {}); // whatever was told before has arrived
  expect(guests[0]?.events.filter(({ event }) => event.startsWith('audience.'))).toEqual([]);
});

test('[V3] who leaves within the minute is a lesson', async () => {
  await show.studio.next('audience.predicted', (told) => told.watching === 12);
  const before = await stays();
  expect(before.isCalibrated).toBe(true);
  for (const guest of guests.splice(0, 3)) {
    await guest.request('room.leave', {});
    guest.close();
  }
  const after = await until('three lessons', async () => {
    const now = await stays();
    return now.learned + now.heldOut >= before.learned + before.heldOut + 3 ? now : null;
  });
  expect(after.learned + after.heldOut).toBe(before.learned + before.heldOut + 3);
});

test('[O1] nobody but an operator is told anything, not as a file either', async () => {
  const paths = ['now', 'history?range=24h', 'reconcile', 'models', 'history.csv?range=24h', 'history.json?range=24h', 'files/rooms.csv', 'files/ranking.json'];
  for (const [client, code] of [[createClient(server), 'not_logged_in'], [show.client, 'permission_denied']] as const) {
    for (const path of paths) {
      const answer = (await (await client.fetch(`/api/operator/${path}`)).json()) as { error: { code: string } };
      expect([path, answer.error.code]).toEqual([path, code]);
    }
    await expect(client.call('operator.reconcile', { body: {} })).rejects.toMatchObject({ code });
  }
});

test('[O2] rooms, media and errors of this moment; of a private broadcast no title', async () => {
  const hidden = await goLive(server, { broadcast: { title: 'Family only', visibility: 'private' } });
  const viewer = await watch(server, show.handle);
  await viewer.connection.request('watch.report', { latencyMs: 120, latencyErrorMs: 10, framesPerSecond: 30, lossRatio: 0, bitsPerSecond: 1e6, freezes: 1 });
  await show.client.fetch('/api/nowhere');
  const now = await until('both rooms', async () => {
    const it = await operator.client.call('operator.now');
    return it.live === 2 && it.viewers > 0 && it.workers[0]?.cpuShare != null ? it : null;
  });
  expect(now.rooms.map(({ title, visibility, handle }) => [title, visibility, handle])).toEqual([
    ['Rain on the roof', 'public', show.handle], [null, 'private', hidden.handle],
  ]);
  expect(JSON.stringify(now)).not.toContain('Family only');
  expect(now.rooms[0]).toMatchObject({ state: 'live', trouble: 'none', measured: 1, latencyP50Ms: 120, latencyP95Ms: 120 });
  expect(now.workers).toMatchObject([{ alive: true, restarts: 0 }]);
  expect(now.media.producers).toBeGreaterThanOrEqual(4);
  expect(now.told.find(({ name }) => name === 'HTTP 404')?.hour).toBeGreaterThanOrEqual(1);
  expect(now).toMatchObject({ isDatabaseUp: true });
  hidden.end();
  viewer.end();
});

test('[O3] people and money of today, as numbers and as a file', async () => {
  const fan = await register(server);
  await buyPackage(fan.client, 550);
  const history = async (range: Range) => {
    const answer = await operator.client.fetch(`/api/operator/history?range=${range}`);
    return (await answer.json()) as { points: { newAccounts: number; coinsBought: number; broadcasts: number }[] };
  };
  const { points } = await history('30d');
  expect(points).toHaveLength(30);
  expect(points.at(-1)?.coinsBought).toBe(550);
  expect(points.at(-1)?.newAccounts).toBeGreaterThanOrEqual(3);
  expect(points.at(-1)?.broadcasts).toBeGreaterThanOrEqual(1);
  const file = await operator.client.fetch('/api/operator/history.csv?range=30d');
  expect(file.headers.get('content-disposition')).toBe('attachment; filename="qiao-30d.csv"');
  expect((await file.text()).trim().split('\r\n')).toHaveLength(31);
  expect(((await (await operator.client.fetch('/api/operator/history?range=1y')).json()) as { error: { code: string } }).error.code).toBe('bad_request');
});

test('[O5] what is going on and what the models know are files too, of which none is a formula; of a private broadcast no title', async () => {
  const hidden = await goLive(server, { broadcast: { title: 'Family only', visibility: 'private' } });
  const daring = await goLive(server, { broadcast: { title: '=1+1' } });
  const file = (name: string) => operator.client.fetch(`/api/operator/files/${name}`);
  const answer = await file('rooms.csv');
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="qiao-rooms.csv"');
  const lines = await answer.text();
  expect(lines).toContain("'=1+1");
  expect(lines).not.toContain('Family only');
  const now = await operator.client.call('operator.now');
  const rowsIn = async (name: string) => (await (await file(`${name}.json`)).json()) as Record<string, unknown>[];
  expect((await rowsIn('rooms')).map(({ handle, title }) => [handle, title])).toEqual(now.rooms.map(({ handle, title }) => [handle, title]));
  expect(await rowsIn('quality')).toMatchObject([{ live: now.live, viewers: now.viewers }]);
  expect((await rowsIn('media')).map(({ process, state }) => [process, state])).toEqual([['server', 'runs'], ['worker', 'runs']]);
  expect((await rowsIn('errors')).length).toBeGreaterThan(0);
  const { behaviours, ranking } = await operator.client.call('operator.models');
  const points = behaviours.flatMap(({ behaviour, plot }) => plot.map(({ predicted, count }) => ({ behaviour, predicted, count })));
  expect(points.length).toBeGreaterThan(0);
  expect(await rowsIn('reliability')).toMatchObject(points);
  expect(await rowsIn('ranking')).toEqual(ranking?.weights);
  expect((await file('people.csv')).status).toBe(404);
  hidden.end();
  daring.end();
});

test('[O4] the money is checked on demand, once for all who ask meanwhile', async () => {
  expect((await operator.client.call('operator.reconciled')).last).toBe(null);
  const [one, other] = await Promise.all([0, 1].map(() => operator.client.call('operator.reconcile', { body: {} })));
  expect(one).toEqual(other);
  expect(one?.checks.length).toBeGreaterThan(5);
  expect(one?.checks.every(({ faults }) => faults === 0)).toBe(true);
  expect((await operator.client.call('operator.reconciled')).last).toEqual(one);
});
