// npm start: sets up what is missing, then runs the server, and the next one in its place when `npm run restart` asks. npm run dev: the
// same, with restarts and a live web page.
import { join } from 'node:path';
import { enter } from './enter.mjs';
import { launch } from './launch.mjs';
import { forgetPlace, notePlace } from './place.mjs';
import { serve } from './replace.mjs';

const dev = process.argv.includes('--dev');

await enter(dev ? 'dev' : 'start', async ({ root, node, env, again }) => {
  // What Node makes of the sources once it need not make again: the next start, and with it a restart, is half a second shorter.
  const withCache = (/** @type {NodeJS.ProcessEnv} */ found) => ({
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(root, 'node_modules/.cache/node'),
    ...found,
  });
  if (dev) return (await launch(node, ['server/native/dev.ts'], { cwd: root, env: withCache(env) })).code;
  try {
    return await serve({
      node, args: ['server/main.ts'], cwd: root, env: withCache(env),
      prepare: async () => withCache(await again()),
      say: (line) => process.stdout.write(`${line}\n`),
      changed(now) {
        try {
          notePlace(root, now);
        } catch (error) {
          // It serves all the same.
          process.stderr.write(`npm run restart will not find this server: ${error instanceof Error ? error.message : String(error)}\n`);
        }
      },
    });
  } finally {
    forgetPlace(root);
  }
});
