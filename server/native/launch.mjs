// Runs the product (or the tests) under the right Node as if it had been started directly: same terminal, signals passed
// on, the same exit code. Runs on Node 20.
import { spawn } from 'node:child_process';

/**
 * @typedef {object} Launched
 * @property {number} code exit code; 128 + the signal's number if a signal ended it, as shells count
 * @property {unknown} message the last message it sent, if a channel was asked for
 *
 * @typedef {object} LaunchOptions
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} [env] besides our own
 * @property {'inherit' | 'ignore'} [stdin]
 * @property {boolean} [channel] messages may be sent to and fro
 *
 * @typedef {object} Running
 * @property {import('node:child_process').ChildProcess} child
 * @property {Promise<Launched>} ended rejects if it could not be started
 */

/**
 * @param {string} node
 * @param {readonly string[]} args
 * @param {LaunchOptions} options
 * @returns {Promise<Launched>}
 */
export const launch = (node, args, options) => begin(node, args, options).ended;

/**
 * @param {string} node
 * @param {readonly string[]} args
 * @param {LaunchOptions} options
 * @returns {Running}
 */
export function begin(node, args, options) {
  const child = spawn(node, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: [options.stdin ?? 'inherit', 'inherit', 'inherit', ...(options.channel ? /** @type {const} */ (['ipc']) : [])],
  });
  const release = passSignalsTo(child);
  /** @type {unknown} */
  let message;
  child.on('message', (value) => (message = value));
  const ended = new Promise((resolve, reject) => {
    child.on('error', (error) => (release(), reject(error)));
    child.on('exit', (code, signal) => {
      release();
      resolve({ code: code ?? 128 + signalNumber(signal), message });
    });
  });
  return { child, ended };
}

/** @param {import('node:child_process').ChildProcess} child */
function passSignalsTo(child) {
  // Ctrl-C in a terminal reaches the whole process group, the child too; a second one would mean "at once" to it.
  const fromTerminal = process.stdin.isTTY || process.stdout.isTTY;
  /** @type {Record<string, () => void>} */
  const handlers = {
    SIGTERM: () => child.kill('SIGTERM'),
    SIGHUP: () => child.kill('SIGHUP'),
    SIGINT: () => fromTerminal || child.kill('SIGINT'),
  };
  for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of Object.entries(handlers)) process.off(signal, handler);
  };
}

/** @param {NodeJS.Signals | null} signal */
function signalNumber(signal) {
  return { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[String(signal)] ?? 6;
}
