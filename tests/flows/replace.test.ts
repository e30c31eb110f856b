// A deploy as `npm run restart` does it: the next server takes the place of the present one under everybody's eyes.

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { CLOSE } from '../../shared/errors.ts';
import type { RequestKey } from '../../shared/ids.ts';
import { createClient } from '../support/client.ts';
import { publish } from '../support/publisher.ts';
import { goLive, watch } from '../support/scene.ts';
import { freePort, startServer } from '../support/server.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const restart = (dataDir: string): Promise<{ code: number | null; output: string }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ['server/native/restart.mjs'], { cwd: ROOT, env: { ...process.env, DATA_DIR: dataDir } });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('close', (code) => resolve({ code, output }));
  });

test('the next server takes over: the same address, the same broadcast, no line lost', async () => {
  const server = await startServer({ isLaunched: true, env: { PORT: String(await freePort()), MEDIA_PORT: String(await freePort()) } });
  const show = await goLive(server);
  const guest = await watch(server, show.handle);
  await guest.viewer.flows('camera');
  await show.studio.request('chat.send', { key: randomUUID() as RequestKey, text: 'before', look: { color: 'white', place: 'scroll' }, replyToLineId: null, seen: null });

  const { server: before } = JSON.parse(readFileSync(join(server.dataDir, 'running.json'), 'utf8')) as { server: number };
  const { code, output } = await restart(server.dataDir);
  expect(output).toContain('The next server has taken over.');
  expect(code).toBe(0);
  expect(await guest.connection.closed).toMatchObject({ code: CLOSE.draining });
  expect((JSON.parse(readFileSync(join(server.dataDir, 'running.json'), 'utf8')) as { server: number }).server).not.toBe(before);
  guest.end();
  show.end();

  const studio = await createClient(server).connect({ origin: server.url, cookie: show.client.cookie() });
  const { snapshot } = await studio.join(show.handle, { as: 'studio' });
  expect(snapshot.broadcast).toMatchObject({ broadcastId: show.started.broadcast.broadcastId, state: 'interrupted' });
  expect(JSON.stringify(snapshot)).toContain('before');
  const publisher = await publish(studio);
  const again = await watch(server, show.handle);
  await again.viewer.flows('camera');
  publisher.close();
  again.end();
  studio.close();
  expect(await server.stop()).toBe(0);
});

test('where nothing runs, that is said', async () => {
  expect(await restart('/nowhere')).toEqual({ code: 1, output: expect.stringContaining('npm start') as string });
});
