// Everything between "the packages are installed" and "it can run", in order. Cheap when nothing is left to do.
// Run as a program: setup.ts start | dev | test | image FILE. Sends its parent the environment for whatever runs next;
// for a container image it puts the media worker at FILE instead.
import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureAptPackages } from './apt.ts';
import { endCommandsOnSignal } from './command.mjs';
import { inWords } from './failure.mjs';
import { ensurePostgresPatch } from './patches.ts';
import { createProgress } from './progress.mjs';
import { ensureShortExports } from './short-exports.ts';
import { ensureUws } from './uws.ts';
import { ensureWebBuild } from './web-build.ts';
import { ensureWorker } from './worker.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Two browsers, a font with Chinese for their screenshots, network namespaces for the one that refuses loopback, certificates. */
const TEST_PACKAGES = ['chromium', 'firefox-esr', 'fonts-noto-cjk', 'iproute2', 'openssl'];

const interrupted = endCommandsOnSignal();

try {
  const [purpose = 'start', imageFile] = process.argv.slice(2);
  const workerBin = await setUp(purpose);
  if (imageFile) copyFileSync(workerBin, imageFile);
  process.send?.({ MEDIASOUP_WORKER_BIN: workerBin } satisfies NodeJS.ProcessEnv);
  if (process.connected) process.disconnect();
} catch (error) {
  process.stderr.write(interrupted() ? '\nThe set-up was interrupted. Start again to finish it.\n' : `\n${inWords(error)}\n`);
  process.exitCode = 1;
}

async function setUp(purpose: string): Promise<string> {
  const step = createProgress(process.stdout);
  ensurePostgresPatch();
  ensureShortExports();
  ensureUws();
  if (purpose === 'test') await ensureAptPackages(step, 'run the tests', TEST_PACKAGES);
  const workerBin = await ensureWorker(step, process.env);
  // In development Vite serves the page from its sources.
  if (purpose !== 'dev') await ensureWebBuild(step, root);
  return workerBin;
}
