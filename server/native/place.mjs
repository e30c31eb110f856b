// Where a running server can be found by `npm run restart`: a file in its data folder. Runs on Node 20.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * @typedef {object} Place
 * @property {number} launcher process id of what takes the signal
 * @property {number} server process id of the one that serves
 * @property {number} refused how many could not follow one
 */

/** @param {string} root */
const fileIn = (root) => join(resolve(root, process.env['DATA_DIR'] || 'data'), 'running.json'); // DATA_DIR as in config.ts

/**
 * In one step: whoever reads meanwhile has the old place or the new one.
 * @param {string} root
 * @param {Omit<Place, 'launcher'>} now
 */
export function notePlace(root, now) {
  const file = fileIn(root);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify({ launcher: process.pid, ...now })}\n`);
  renameSync(`${file}.new`, file);
}

/** @param {string} root */
export const forgetPlace = (root) => rmSync(fileIn(root), { force: true });

/**
 * Null if nothing runs there: a file that a killed launcher left behind names nobody.
 * @param {string} root
 * @returns {Place | null}
 */
export function findPlace(root) {
  try {
    const place = JSON.parse(readFileSync(fileIn(root), 'utf8'));
    return isLauncher(place.launcher) ? place : null;
  } catch {
    return null;
  }
}

/**
 * A process id is soon another's; where /proc tells, it is asked.
 * @param {number} pid
 */
function isLauncher(pid) {
  process.kill(pid, 0);
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('start.mjs');
  } catch {
    return process.platform !== 'linux';
  }
}
