// What `npm test` runs once everything is set up: the checks, then the tests, then one line with the sum of both.
// Arguments are passed on to Vitest (`npm test -- flows/join`, `npm test -- -t "a name"`); with any, the checks are left out.
import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChecks, type Tally } from './check.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** For the whole of Vitest. The longest run seen takes a quarter of it. */
const DEADLINE_MS = 60 * 60_000;

/** The part of Vitest's JSON report that is used. */
type Report = {
  testResults: { name: string; status: string; assertionResults: { status: string }[] }[];
};

const args = process.argv.slice(2);
const filtersByName = args.some((arg) => /^(-t|--testNamePattern)/.test(arg));
const checks = args.length === 0 ? await runChecks((text) => process.stdout.write(text)) : { passed: 0, failed: 0 };
const tests = await runVitest(args);
const passed = checks.passed + tests.passed;
const failed = checks.failed + tests.failed;
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);

async function runVitest(vitestArgs: string[]): Promise<Tally> {
  const scratch = await mkdtemp(join(tmpdir(), 'qiao-tests-'));
  const reportPath = join(scratch, 'report.json');
  const vitest = spawn(
    process.execPath,
    [
      ...['node_modules/vitest/vitest.mjs', 'run', '--config', 'tests/vitest.config.ts'],
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`, ...vitestArgs],
    ],
    // A process group of its own: past the deadline its workers, servers and browsers end with it.
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], detached: true },
  );
  const endGroup = () => void (vitest.pid && process.kill(-vitest.pid, 'SIGKILL'));
  const stopWithUs = () => (endGroup(), process.exit(1));
  process.on('SIGINT', stopWithUs).on('SIGTERM', stopWithUs);
  const deadline = setTimeout(() => {
    process.stdout.write(`The tests were not done after ${DEADLINE_MS / 60_000} minutes and have been ended.\n`);
    endGroup();
  }, DEADLINE_MS);
  const ended = await new Promise<number | null>((resolve) => vitest.on('exit', resolve));
  clearTimeout(deadline);
  const tally = count(reportPath);
  rmSync(scratch, { recursive: true, force: true });
  // An error outside of any test makes Vitest fail with every test green.
  return ended !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}

function count(reportPath: string): Tally {
  let report: Report;
  try {
    report = JSON.parse(readFileSync(reportPath, 'utf8')) as Report;
  } catch {
    return { passed: 0, failed: 1 };
  }
  const tally = { passed: 0, failed: 0 };
  for (const file of report.testResults) {
    for (const { status } of file.assertionResults) {
      if (status === 'passed') tally.passed++;
      // Vitest also calls those skipped that a name filter leaves out; without one a skipped test is a hidden failure.
      else if (status === 'failed' || !filtersByName) tally.failed++;
    }
    // A file that could not be loaded has no tests to report.
    if (file.status === 'failed' && file.assertionResults.every((result) => result.status !== 'failed')) tally.failed++;
  }
  return tally;
}
