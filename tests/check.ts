// The checks that read the code instead of running it: types of every part, and lint. Each counts as one test.
// Run alone by `npm run check`; part of `npm test`.
import { fileURLToPath } from 'node:url';
import { run } from '../server/native/command.mjs';
import { duration } from '../server/native/progress.mjs';

export type Tally = { passed: number; failed: number };

const root = fileURLToPath(new URL('..', import.meta.url));
const MEMORY_MB = 4_096;
const TIMEOUT_MS = 10 * 60_000;

const CHECKS = [
  { title: 'types: shared', command: ['typescript/bin/tsc', '-p', 'shared'] },
  { title: 'types: server', command: ['typescript/bin/tsc', '-p', 'server'] },
  { title: 'types: tests', command: ['typescript/bin/tsc', '-p', 'tests'] },
  {
    title: 'types: web',
    command: ['svelte-check/bin/svelte-check', '--workspace', 'web', '--tsconfig', './tsconfig.json', '--output', 'human', '--fail-on-warnings'],
  },
  {
    title: 'lint',
    command: ['eslint/bin/eslint.js', '--config', 'tests/eslint.config.js', '--max-warnings', '0', 'server', 'shared', 'web', 'tests', 'migrations'],
  },
] as const;

/** Two at a time: each is one busy thread, and the smallest machine we care for has two. */
export async function runChecks(print: (text: string) => void): Promise<Tally> {
  const tally = { passed: 0, failed: 0 };
  const waiting = [...CHECKS];
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const startedAt = Date.now();
      const [program, ...args] = check.command;
      const result = await run(process.execPath, [`--max-old-space-size=${MEMORY_MB}`, `node_modules/${program}`, ...args], {
        cwd: root,
        timeoutMs: TIMEOUT_MS,
      });
      const passed = result.code === 0;
      tally[passed ? 'passed' : 'failed']++;
      print(`${passed ? '✓' : '✗'} ${check.title} (${duration(Date.now() - startedAt)})\n`);
      if (!passed) print(`${result.stdout.trim() || result.tail}\n`);
    }
  };
  await Promise.all([work(), work()]);
  return tally;
}

if (import.meta.main) {
  const { failed } = await runChecks((text) => process.stdout.write(text));
  process.exitCode = failed > 0 ? 1 : 0;
}
