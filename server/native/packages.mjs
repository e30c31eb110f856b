// Keeps node_modules as package-lock.json says, and finds the Node that runs the product. Runs on Node 20.
// npm writes its own record of what it installed; comparing that with the lockfile needs no stamp of ours and notices an
// interrupted install as well as a changed lockfile.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.mjs';
import { SetupFailure } from './failure.mjs';

const NEEDED_NODE_MAJOR = 24;

/** @typedef {{ version?: string, optional?: boolean, devOptional?: boolean, extraneous?: boolean }} Entry */

/**
 * @param {string} root
 * @param {import('./progress.mjs').Step} step
 */
export async function ensurePackages(root, step) {
  if (packagesAreCurrent(root)) return;
  await step('Installing packages', async () => {
    const result = await run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      // mediasoup's own install script would fetch or build a worker at once; ours does it later, with progress.
      env: { MEDIASOUP_WORKER_BIN: 'set up later' },
    });
    if (result.code !== 0) throw npmFailure(result);
  });
}

/**
 * @param {string} root
 */
export function packagesAreCurrent(root) {
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  const wanted = readPackages(join(root, 'package-lock.json'));
  if (!installed || !wanted) return false;
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || mayBeMissing(entry) || installed[path]?.version === entry.version,
  );
}

/**
 * npm leaves out other platforms' binaries, and what stands in the lockfile without anyone needing it.
 * @param {Entry} entry
 */
function mayBeMissing(entry) {
  return entry.optional || entry.devOptional || entry.extraneous;
}

/**
 * The Node to run TypeScript with: this one if it is new enough (a container image), else the one among the packages.
 * @param {string} root
 */
export function productNode(root) {
  if (Number(process.versions.node.split('.')[0]) >= NEEDED_NODE_MAJOR) return process.execPath;
  const own = join(root, 'node_modules', 'node', 'bin', 'node');
  if (existsSync(own)) return own;
  throw new SetupFailure(
    `Qiao runs on Node ${NEEDED_NODE_MAJOR}, and this is Node ${process.versions.node}.`,
    `The package "node" should have brought one. Remove the folder node_modules and start again, or install Node ${NEEDED_NODE_MAJOR} yourself.`,
  );
}

/**
 * @param {string} path
 * @returns {Record<string, Entry> | undefined}
 */
function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** @param {import('./command.mjs').Outcome} result */
function npmFailure(result) {
  if (result.code === 127)
    return new SetupFailure('There is no npm on this machine.', 'Install npm (it comes with Node.js), then start again.');
  if (/EACCES|EPERM/.test(result.tail))
    return new SetupFailure(
      'npm may not write into this folder, or into its own cache.',
      'Start as the user who owns both, or give them to this one:\n\n  sudo chown -R "$(id -u):$(id -g)" . ~/.npm',
    );
  return new SetupFailure(
    'npm could not install the packages.',
    'Most often the network is the reason: check that npm reaches its registry (npm ping), then start again.',
    result.tail,
  );
}
