// Keeps web/dist as new as its sources. Knows where the sources are, not what they are. By content and not by time: the build
// itself rewrites some of them (paraglide its settings), and a checkout gives every file a new time.
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './command.mjs';
import { SetupFailure } from './failure.mjs';
import type { Step } from './progress.mjs';

const SOURCES = ['web', 'shared', 'package-lock.json'];
/** Made by the build itself, or not part of the page. */
const NOT_SOURCES = /^(dist|generated|node_modules|\..*)$|\.(test\.ts|md|log)$/;

export async function ensureWebBuild(step: Step, root: string): Promise<void> {
  if (webIsCurrent(root)) return;
  // Vite writes into both; asked before, a refusal is a clear word and not a failed build.
  for (const folder of ['web', 'node_modules']) accessSync(join(root, folder), constants.W_OK);
  // Sources that change while it runs are not in this and will be built at the next start.
  const built = digestOfSources(root);
  await step('Building the web pages', async () => {
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    const result = await run(process.execPath, [vite, 'build', 'web'], { cwd: root });
    if (result.code !== 0)
      throw new SetupFailure('The web pages could not be built.', 'The compiler says where:', result.tail);
  });
  mkdirSync(dirname(stamp(root)), { recursive: true });
  writeFileSync(stamp(root), built);
}

export function webIsCurrent(root: string): boolean {
  if (!existsSync(join(root, 'web', 'dist', 'index.html')) || !existsSync(stamp(root))) return false;
  return readFileSync(stamp(root), 'utf8') === digestOfSources(root);
}

function stamp(root: string): string {
  return join(root, 'node_modules', '.cache', 'qiao', 'web-built');
}

/** Of every source's place and content; about 2 MB, read in some tens of milliseconds. */
export function digestOfSources(root: string): string {
  const hash = createHash('sha256');
  for (const path of SOURCES.flatMap((source) => filesIn(root, source))) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function filesIn(root: string, path: string): string[] {
  const found = statSync(join(root, path), { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found ? [path] : [];
  const names = readdirSync(join(root, path)).filter((name) => !NOT_SOURCES.test(name));
  return names.sort().flatMap((name) => filesIn(root, join(path, name)));
}
