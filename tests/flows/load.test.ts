// The load tool as an operator runs it: a process with arguments, a table, and one line for machines.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { goLive } from '../support/scene.ts';
import { startServer } from '../support/server.ts';

const TOOL = fileURLToPath(new URL('../load/run.ts', import.meta.url));

const run = (...args: readonly string[]): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [TOOL, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (text) => (out += text));
    child.stderr.on('data', (text) => (err += text));
    child.once('close', (code) => resolve({ code, out, err }));
  });
const found = (out: string): Record<string, unknown> => JSON.parse(out.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;

test('viewers without browsers watch a server of the tool’s own, and it says what they saw and what they cost', async () => {
  const { code, out, err } = await run('--viewers', '6', '--seconds', '2', '--within', '1');
  expect(code, err).toBe(0);
  expect(found(out)).toMatchObject({ asked: 6, joined: 6, failed: 0, withoutPicture: 0, early: 5 });
  expect(found(out)['cpu']).toMatchObject({ viewersPerCore: expect.any(Number) });
  expect(out).toMatch(/viewers +6 of 6 came in/);
}, 60_000);

test('it watches a channel that is on air elsewhere, and says when there is none', async () => {
  const server = await startServer();
  const show = await goLive(server);
  const there = await run('--viewers', '3', '--seconds', '1', '--within', '1', '--url', server.url, '--channel', show.handle);
  expect(found(there.out)).toMatchObject({ joined: 3, failed: 0, withoutPicture: 0, cpu: null });
  const nowhere = await run('--viewers', '2', '--seconds', '1', '--within', '1', '--url', server.url, '--channel', 'nobody-here');
  expect(found(nowhere.out)).toMatchObject({ joined: 0, failed: 2 });
  show.end();
  await server.stop();
}, 60_000);

test('what it cannot make sense of it says, with how it is used', async () => {
  for (const args of [['--viewers', '0'], ['--viewers', 'many'], ['--viewers', '2', '--url', 'http://localhost:1'], ['--what']]) {
    const { code, err } = await run(...args);
    expect(code).toBe(2);
    expect(err).toContain('npm run load -- --viewers N');
  }
});
