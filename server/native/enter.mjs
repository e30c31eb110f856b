// The way in for `npm start` and `npm test`: gets from the Node that happens to be installed to the one that runs the
// product, with everything set up. Every failure ends as words and an exit code. Runs on Node 20.
import { fileURLToPath } from 'node:url';
import { endCommandsOnSignal } from './command.mjs';
import { inWords } from './failure.mjs';
import { launch } from './launch.mjs';
import { ensurePackages, productNode } from './packages.mjs';
import { createProgress } from './progress.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * @typedef {object} Ready
 * @property {string} root the project's folder
 * @property {string} node the Node to run TypeScript with
 * @property {NodeJS.ProcessEnv} env what the set-up found, for whatever is launched
 * @property {() => Promise<NodeJS.ProcessEnv>} again sets up what has become missing since, of newer sources; gives the new `env`
 */

/**
 * @param {'start' | 'dev' | 'test'} purpose
 * @param {(ready: Ready) => Promise<number>} then returns the exit code
 */
export async function enter(purpose, then) {
  const interrupted = endCommandsOnSignal();
  const setUp = async () => {
    await ensurePackages(root, createProgress(process.stdout));
    const node = productNode(root);
    const { code, message } = await launch(node, ['server/native/setup.ts', purpose], {
      cwd: root,
      stdin: 'ignore',
      channel: true,
      // A company's proxy, if the environment names one, is then used for the download of the media worker too.
      env: { NODE_USE_ENV_PROXY: '1' },
    });
    return { node, code, env: /** @type {NodeJS.ProcessEnv} */ (message ?? {}) };
  };
  const again = async () => {
    const { code, env } = await setUp();
    if (code !== 0) throw new Error('the set-up of the next one failed, see above.');
    return env;
  };
  try {
    const { node, code, env } = await setUp();
    process.exitCode = code || (await then({ root, node, env, again }));
  } catch (error) {
    process.stderr.write(interrupted() ? '\nInterrupted.\n' : `\n${inWords(error)}\n`);
    process.exitCode = 1;
  }
}
