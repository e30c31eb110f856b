// It is run as its own process, as npm does, so that real signals and exit codes are seen; what it runs are a few lines each.
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startScript } from './testing/script.ts';

const module = (name: string): string => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));

/** Says its name and stays until SIGTERM; the one that follows waits for its turn as the server does. */
const SERVER = `
  const { ourTurn } = await import(${module('turn.ts')});
  const name = process.env.NAME;
  if (name === 'stuck') await new Promise(() => setInterval(() => {}, 1000));
  if (name === 'broken') throw new Error('broken');
  console.log(name + ' is loaded');
  const serves = await ourTurn();
  process.on('SIGTERM', () => { console.log(name + ' leaves'); process.exit(name === 'first' ? 0 : 3) });
  console.log(name + ' serves');
  serves();
  setInterval(() => {}, 1000);`;

const serving = (prepare = `async () => ({ NAME: 'next' })`) => {
  const script = `
    const { serve } = await import(${module('replace.mjs')});
    process.exitCode = await serve({
      node: process.execPath, args: ['--input-type=module', '-e', ${JSON.stringify(SERVER)}], cwd: '/', env: { NAME: 'first' },
      prepare: ${prepare}, say: (line) => console.log(line), patienceMs: 2_000, changed: ({ refused }) => console.log('refused ' + refused),
    });`;
  const { child, ended, says } = startScript(script);
  return { child, says, ended: ended.then(({ code, output }) => ({ code, lines: output.trim().split('\n') })) };
};

const PRESENT = ['refused 0', 'first is loaded', 'first serves'];
const READYING = 'The next server is made ready; the present one goes on meanwhile.';

test('the next one loads beside the present one, and opens when that one has left', async () => {
  const { child, ended, says } = serving();
  await says('first serves');
  child.kill('SIGUSR2');
  await says('next serves');
  child.kill('SIGTERM');
  const { code, lines } = await ended;
  expect(lines.filter((line) => !line.startsWith('refused'))).toEqual(
    ['first is loaded', 'first serves', READYING, 'next is loaded', 'first leaves', 'next serves', 'next leaves'],
  );
  expect(code).toBe(3);
});

test('one that cannot be loaded leaves the present one where it is', async () => {
  const { child, ended, says } = serving(`async () => ({ NAME: 'broken' })`);
  await says('first serves');
  child.kill('SIGUSR2');
  await says('refused 1');
  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 0, lines: [...PRESENT, READYING, 'The present server goes on: the next one could not be loaded.', 'refused 1', 'first leaves'] });
});

test('one that hangs while it loads is not waited for', async () => {
  const { child, ended, says } = serving(`async () => ({ NAME: 'stuck' })`);
  await says('first serves');
  child.kill('SIGUSR2');
  await says('refused 1');
  child.kill('SIGTERM');
  expect((await ended).lines).toContain('The present server goes on: the next one could not be loaded.');
});

test('a set-up that fails changes nothing either, and it may be asked again', async () => {
  const { child, ended, says } = serving(`async () => { globalThis.asked = (globalThis.asked ?? 0) + 1; if (asked === 1) throw new Error('no room'); return { NAME: 'next' }; }`);
  await says('first serves');
  child.kill('SIGUSR2');
  await says('refused 1');
  child.kill('SIGUSR2');
  await says('next serves');
  child.kill('SIGTERM');
  expect((await ended).lines).toContain('The present server goes on: no room');
});

test('what is stopped while the next one is made ready does not go on with that', async () => {
  const { child, ended, says } = serving(`async () => new Promise((resolve) => { console.log('preparing'); process.once('SIGTERM', () => resolve({ NAME: 'next' })) })`);
  await says('first serves');
  child.kill('SIGUSR2');
  await says('preparing');
  child.kill('SIGTERM');
  expect((await ended).lines).toEqual([...PRESENT, READYING, 'preparing', 'first leaves']);
});
