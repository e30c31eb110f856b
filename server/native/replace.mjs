// Runs the server, and on SIGUSR2 puts another in its place: the next one is set up and loads everything while the present one goes on,
// then the one leaves and the other opens. What is broken in the next one is found before anybody misses the present one. Runs on Node 20.
import { inWords, SetupFailure } from './failure.mjs';
import { begin } from './launch.mjs';

/** In the environment of one that loads, says so, and waits until the place is free; see turn.ts. */
export const WAITS = 'QIAO_WAITS_FOR_ITS_TURN';

/** Loading takes a second or two, draining and closing a few: beyond that something hangs, and nobody must wait for it. */
const PATIENCE_MS = 60_000;

const STOPPING = ['SIGTERM', 'SIGINT', 'SIGHUP'];

/**
 * @typedef {object} Served
 * @property {string} node
 * @property {readonly string[]} args
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} env of the first one
 * @property {() => Promise<NodeJS.ProcessEnv>} prepare before each further one; gives its environment
 * @property {(line: string) => void} say
 * @property {(now: { server: number, refused: number }) => void} changed the process id of the one that has the place, and how many could
 *   not follow one
 * @property {number} [patienceMs] for loading, and for leaving
 */

/**
 * Until the one that has the place ends by itself.
 * @param {Served} served
 * @returns {Promise<number>} its exit code
 */
export async function serve({ node, args, cwd, env, prepare, say, changed, patienceMs = PATIENCE_MS }) {
  let current = begin(node, args, { cwd, env });
  let refused = 0;
  const tell = () => changed({ server: current.child.pid ?? 0, refused });
  tell();
  /** @type {Promise<void> | null} */
  let replacing = null;
  let isStopped = false;
  const stopped = () => void (isStopped = true);

  const replace = async () => {
    say('The next server is made ready; the present one goes on meanwhile.');
    const nextEnv = await prepare();
    if (isStopped) return; // it would outlive the one that it was to follow
    const next = begin(node, args, { cwd, env: { ...nextEnv, [WAITS]: '1' }, channel: true });
    /** Its next word, or that it has none. */
    const speaks = () => Promise.race([new Promise((resolve) => next.child.once('message', () => resolve(true))), next.ended.then(() => false, () => false)]);
    const isLoaded = await inTime(next, patienceMs, speaks());
    if (!isLoaded) throw new Error('the next one could not be loaded.');
    const leaving = current;
    current = next;
    leaving.child.kill('SIGTERM');
    await inTime(leaving, patienceMs, leaving.ended);
    next.child.send('yours', () => {}); // If it has ended meanwhile, that is seen by its end.
    if (await speaks()) tell();
  };

  const asked = () => {
    replacing ??= replace()
      .catch((error) => {
        say(`The present server goes on: ${error instanceof SetupFailure ? inWords(error) : String(error?.message ?? error)}`);
        refused++;
        tell();
      })
      .finally(() => (replacing = null));
  };
  process.on('SIGUSR2', asked);
  for (const signal of STOPPING) process.on(signal, stopped);
  try {
    for (;;) {
      const one = current;
      const { code } = await one.ended;
      await replacing;
      if (current === one) return code;
    }
  } finally {
    process.off('SIGUSR2', asked);
    for (const signal of STOPPING) process.off(signal, stopped);
  }
}

/**
 * What `word` says; who has not given it in time is killed.
 * @template T
 * @param {import('./launch.mjs').Running} one
 * @param {number} timeoutMs
 * @param {Promise<T>} word
 * @returns {Promise<T>}
 */
async function inTime({ child }, timeoutMs, word) {
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  return word.finally(() => clearTimeout(timer));
}
