// Runs one external command without a shell and keeps the end of what it said, for failures that explain themselves.
// Runs on Node 20, before anything is installed.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const KEPT_LINES = 25;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
let interrupted = false;

/**
 * @typedef {object} Outcome
 * @property {number} code exit code; 127 if there is no such command, 128 if a signal or the time-out ended it
 * @property {string} stdout all of it
 * @property {string} tail the last lines of stdout and stderr together
 */

/**
 * Never rejects: a command that cannot be started is an outcome like any other.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onLine?: (line: string) => void, timeoutMs?: number }} [options]
 * @returns {Promise<Outcome>}
 */
export function run(command, args, options = {}) {
  if (interrupted) return Promise.resolve({ code: 128, stdout: '', tail: '' });
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs,
      killSignal: 'SIGKILL',
    });
    running.add(child);
    let stdout = '';
    /** @type {string[]} */
    const tail = [];
    /** @param {string} line */
    const keep = (line) => {
      // These words end up in our own messages, where another program's colours are noise.
      const plain = stripVTControlCharacters(line);
      tail.push(plain);
      if (tail.length > KEPT_LINES) tail.shift();
      options.onLine?.(plain);
    };
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    eachLine(child.stdout, keep);
    eachLine(child.stderr.setEncoding('utf8'), keep);
    child.on('error', (error) => {
      running.delete(child);
      resolve({ code: 127, stdout, tail: error.message });
    });
    child.on('close', (code) => {
      running.delete(child);
      resolve({ code: code ?? 128, stdout: stripVTControlCharacters(stdout), tail: tail.join('\n') });
    });
  });
}

/**
 * From now on a signal ends the commands that run and lets none start, so that whoever waits for them unwinds and cleans
 * up. Returns a function that tells whether that happened.
 */
export function endCommandsOnSignal() {
  const end = () => {
    interrupted = true;
    for (const child of running) child.kill('SIGTERM');
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
  return () => interrupted;
}

/** @param {string} name */
export function commandExists(name) {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * @param {NodeJS.ReadableStream} stream
 * @param {(line: string) => void} take
 */
function eachLine(stream, take) {
  let rest = '';
  stream.on('data', (text) => {
    // Progress bars end their lines with a carriage return.
    const lines = (rest + text).split(/\r?\n|\r/);
    rest = lines.pop() ?? '';
    lines.filter(Boolean).forEach(take);
  });
  stream.on('end', () => rest && take(rest));
}
