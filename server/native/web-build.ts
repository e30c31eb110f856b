// Keeps web/dist as new as its sources. Knows where the sources are, not what they are.
import { accessSync, constants, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './command.mjs';
import { SetupFailure } from './failure.mjs';
import type { Step } from './progress.mjs';

const SOURCES = ['web', 'shared', 'package-lock.json'];
/** Made by the build itself, or not part of the page. */
const NOT_SOURCES = /^(dist|generated|node_modules)$|\.(test\.ts|md|log)$/;

export async function ensureWebBuild(step: Step, root: string): Promise<void> {
  if (webIsCurrent(root)) return;
  // Vite writes into both; asked before, a refusal is a clear word and not a failed build.
  for (const folder of ['web', 'node_modules']) accessSync(join(root, folder), constants.W_OK);
  const startedAt = new Date();
  await step('Building the web pages', async () => {
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    const result = await run(process.execPath, [vite, 'build', 'web'], { cwd: root });
    if (result.code !== 0)
      throw new SetupFailure('The web pages could not be built.', 'The compiler says where:', result.tail);
  });
  // Sources that changed while it ran are newer than this and will be built at the next start.
  mkdirSync(dirname(stamp(root)), { recursive: true });
  writeFileSync(stamp(root), '');
  utimesSync(stamp(root), startedAt, startedAt);
}

export function webIsCurrent(root: string): boolean {
  const page = statSync(join(root, 'web', 'dist', 'index.html'), { throwIfNoEntry: false });
  const built = statSync(stamp(root), { throwIfNoEntry: false });
  if (!page || !built) return false;
  return SOURCES.every((source) => newestChange(join(root, source)) <= built.mtimeMs);
}

function stamp(root: string): string {
  return join(root, 'node_modules', '.cache', 'qiao', 'web-built');
}

/** Folders count too: deleting a file changes nothing but its folder. */
function newestChange(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  const entries = readdirSync(path).filter((name) => !NOT_SOURCES.test(name));
  // A build makes dist and generated inside these two, which changes the folders' own times.
  const own = entries.length === readdirSync(path).length ? found.mtimeMs : 0;
  return entries.reduce((newest, name) => Math.max(newest, newestChange(join(path, name))), own);
}
