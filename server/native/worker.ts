// Finds a working mediasoup worker. In this order: the one that MEDIASOUP_WORKER_BIN names, one in the user's cache, the
// official prebuilt one, one built here. The later sources fill the cache, so only a first start takes long.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { SetupFailure } from './failure.mjs';
import type { Step } from './progress.mjs';
import { builtName, cacheFolder, mediasoupPackage, prebuiltName } from './worker-recipe.ts';

type Sources = {
  /** Returns why there is none. */
  fetchPrebuilt(url: string, target: string): Promise<{ found: true } | { found: false; why: string }>;
  build(step: Step, mediasoup: string, target: string): Promise<void>;
  fault(path: string): Promise<string | undefined>;
  say(text: string): void;
};

/** Returns the path of a worker that was tried on this machine. */
export async function ensureWorker(step: Step, env: NodeJS.ProcessEnv, sources: Sources = realSources): Promise<string> {
  const given = env['MEDIASOUP_WORKER_BIN'];
  if (given) return checkGiven(given, sources);

  const { folder, version, repositoryUrl } = mediasoupPackage();
  const prebuilt = join(cacheFolder(), prebuiltName(version));
  const built = join(cacheFolder(), builtName(version));
  const cached = [prebuilt, built].find(isRunnable);
  if (cached) return cached;

  // The same switches as mediasoup's own installer.
  const base = env['MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL'] || `${repositoryUrl}/releases/download`;
  if (!env['MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD']) {
    const url = `${base}/${version}/${prebuiltName(version)}.tgz`;
    const outcome = await step('Looking for the official media worker', () => sources.fetchPrebuilt(url, prebuilt));
    if (outcome.found) return prebuilt;
    sources.say(`  It cannot be used here (${outcome.why}), so one is built.`);
  }
  await sources.build(step, folder, built);
  return built;
}

async function checkGiven(path: string, sources: Sources): Promise<string> {
  const fault = isRunnable(path) ? await sources.fault(path) : 'There is no such program.';
  if (fault === undefined) return path;
  throw new SetupFailure(
    `MEDIASOUP_WORKER_BIN names ${path}, which does not work as a media worker.`,
    'Correct it, or unset it: then the set-up finds or builds one.',
    fault,
  );
}

function isRunnable(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && found.isFile() && (found.mode & 0o111) !== 0;
}

// Loaded only when needed: a start with a filled cache shall not pay for mediasoup, fetch and the rest.
const realSources: Sources = {
  fetchPrebuilt: async (url, target) => (await import('./worker-prebuilt.ts')).fetchPrebuilt(url, target),
  build: async (step, mediasoup, target) => (await import('./worker-build.ts')).buildWorker(step, mediasoup, target),
  fault: async (path) => (await import('./worker-check.ts')).workerFault(path),
  say: (text) => void process.stdout.write(`${text}\n`),
};
