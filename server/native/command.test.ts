import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { commandExists, run } from './command.mjs';

const script = (code: string) => run(process.execPath, ['-e', code]);

test('keeps the exit code, all of stdout and the end of everything', async () => {
  const outcome = await script('for (let i = 0; i < 100; i++) console.log("line " + i); console.error("why"); process.exitCode = 3');
  expect(outcome.code).toBe(3);
  expect(outcome.stdout.split('\n')).toHaveLength(101);
  expect(outcome.tail).toContain('why');
  expect(outcome.tail.split('\n')).toHaveLength(25);
});

test('hands lines on while the command runs, also those that end in a carriage return', async () => {
  const lines: string[] = [];
  await run(process.execPath, ['-e', 'process.stdout.write("1/2\\r2/2\\rdone")'], { onLine: (line) => lines.push(line) });
  expect(lines).toEqual(['1/2', '2/2', 'done']);
});

test('a missing command is an outcome, not a throw', async () => {
  const outcome = await run('/nowhere/at-all', []);
  expect(outcome.code).toBe(127);
  expect(outcome.tail).toContain('ENOENT');
  expect(commandExists('no-such-command-here')).toBe(false);
  expect(commandExists('sh')).toBe(true);
});

test('a command that hangs is ended', async () => {
  const outcome = await run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 200 });
  expect(outcome.code).toBe(128);
});

test('a signal ends what runs, and the one who waits for it goes on to clean up', async () => {
  const script = `
    const { run, endCommandsOnSignal } = await import(${JSON.stringify(fileURLToPath(new URL('command.mjs', import.meta.url)))});
    const interrupted = endCommandsOnSignal();
    const first = await run(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log("up")'], { onLine: console.log });
    const second = await run(process.execPath, ['-e', '']);
    console.log(first.code, second.code, interrupted());`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (text.includes('up')) child.kill('SIGTERM');
  });
  await new Promise((resolve) => child.on('close', resolve));
  expect(output).toBe('up\n128 128 true\n');
});
