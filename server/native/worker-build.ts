// Builds the media worker from the C++ source inside the mediasoup package, against this system's libraries.
// Works in a folder of its own and leaves nothing but a binary that has been tried.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { ensureAptPackages } from './apt.ts';
import { fetchDebianSource } from './apt-source.ts';
import { run, type Outcome } from './command.mjs';
import { SetupFailure } from './failure.mjs';
import { lockWhenFree, tryLock } from './file-lock.ts';
import { applyPatch } from './patches.ts';
import type { Step } from './progress.mjs';
import { workerFault } from './worker-check.ts';
import { BUILD_PACKAGES, CCACHE_ENV, MESON_OPTIONS, RECIPE_FOLDER } from './worker-recipe.ts';

const BUILD_FOLDER = 'out';
/** The hungriest source takes 0.5 GB. */
const COMPILER_BYTES = 700 << 20;

/** @param mediasoup the installed package's folder  @param target where the binary shall be */
export async function buildWorker(step: Step, mediasoup: string, target: string): Promise<void> {
  await ensureAptPackages(step, 'build the media worker', BUILD_PACKAGES);
  mkdirSync(dirname(target), { recursive: true });
  const lock = `${target}.lock`;
  const release = tryLock(lock) ?? (await step('Waiting for another start, which builds the media worker', () => lockWhenFree(lock)));
  try {
    if (!existsSync(target)) await buildInScratch(step, mediasoup, target);
  } finally {
    release();
  }
}

async function buildInScratch(step: Step, mediasoup: string, target: string): Promise<void> {
  const prefix = `${target}.building-`;
  // We hold the lock, so whatever is there belongs to a build that was killed.
  for (const left of readdirSync(dirname(target)).map((name) => join(dirname(target), name)))
    if (left.startsWith(prefix)) rmSync(left, { recursive: true, force: true });
  const scratch = mkdtempSync(prefix);
  try {
    const source = join(scratch, 'worker');
    await step('Fetching the source of libsrtp', () => fetchDebianSource('libsrtp2', join(scratch, 'libsrtp2')));
    layOutSource(join(mediasoup, 'worker'), source, join(scratch, 'libsrtp2'));
    await step('Building the media worker (some minutes, once)', (note) => compile(source, note));
    const binary = join(source, BUILD_FOLDER, 'mediasoup-worker');
    await run('strip', [binary]);
    await refuseIfBroken(binary);
    renameSync(binary, target);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Upstream's source, with our stand-ins where it would download libraries, and our patches applied. */
function layOutSource(upstream: string, source: string, libsrtp2: string): void {
  cpSync(upstream, source, { recursive: true });
  rmSync(join(source, 'subprojects'), { recursive: true });
  for (const ours of ['subprojects', 'pch']) cpSync(join(RECIPE_FOLDER, ours), join(source, ours), { recursive: true });
  renameSync(libsrtp2, join(source, 'subprojects', 'libsrtp2'));
  const patches = join(RECIPE_FOLDER, 'patches');
  for (const name of readdirSync(patches).sort()) applyPatch(readFileSync(join(patches, name), 'utf8'), source);
}

async function compile(source: string, note: (text: string) => void): Promise<void> {
  // meson puts ccache in front of the compiler by itself where there is one.
  const configured = await run('meson', ['setup', ...MESON_OPTIONS, BUILD_FOLDER], { cwd: source });
  if (configured.code !== 0) throw cannotBuild(configured);
  const built = await run('ninja', ['-C', BUILD_FOLDER, '-j', String(compilersAtOnce()), 'mediasoup-worker'], {
    cwd: source,
    env: CCACHE_ENV,
    onLine: (line) => note(/^\[(\d+\/\d+)\]/.exec(line)?.[1] ?? ''),
  });
  if (built.code !== 0) throw cannotBuild(built);
}

/** As many as there are cores, unless they would not fit into memory. */
function compilersAtOnce(): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(totalmem() / COMPILER_BYTES)));
}

async function refuseIfBroken(binary: string): Promise<void> {
  const fault = await workerFault(binary);
  if (fault === undefined) return;
  throw new SetupFailure(
    'The media worker was built, but does not work on this machine.',
    'Set MEDIASOUP_WORKER_BIN to a mediasoup worker that does, or run Qiao in its container image (see README).',
    fault,
  );
}

function cannotBuild(outcome: Outcome): SetupFailure {
  return new SetupFailure(
    'The media worker could not be built on this machine.',
    'It needs about 1 GB of free memory and disk. Set MEDIASOUP_WORKER_BIN to a mediasoup worker built elsewhere, or run Qiao in its container image (see README).',
    outcome.tail,
  );
}
