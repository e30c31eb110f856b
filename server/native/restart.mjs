// npm run restart: asks the running `npm start` to put the next server, made of what lies here now, in the place of the present one, and
// waits until it has. Runs on Node 20.
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findPlace } from './place.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const LOOK_MS = 200;

const place = findPlace(root);
if (place) {
  process.kill(place.launcher, 'SIGUSR2');
  process.stdout.write('Asked. Where `npm start` runs it is said how it goes; waiting for the next server …\n');
  process.exitCode = await replaced(place);
} else {
  process.stderr.write('No server runs from this data folder (DATA_DIR). Start one with:\n\n  npm start\n');
  process.exitCode = 1;
}

/** @param {import('./place.mjs').Place} before */
async function replaced(before) {
  for (;;) {
    await pause(LOOK_MS);
    const now = findPlace(root);
    if (!now) return tell('The server has ended.', 1);
    if (now.server !== before.server) return tell('The next server has taken over.', 0);
    if (now.refused !== before.refused) return tell('The next server could not be made ready; the present one goes on. Its own terminal or log says why.', 1);
  }
}

/**
 * @param {string} words
 * @param {number} code
 */
function tell(words, code) {
  process.stdout.write(`${words}\n`);
  return code;
}
