// npm start: sets up what is missing, then runs the server. npm run dev: the same, with restarts and a live web page.
import { enter } from './enter.mjs';
import { launch } from './launch.mjs';

const dev = process.argv.includes('--dev');

await enter(dev ? 'dev' : 'start', async ({ root, node, env }) => {
  const args = dev ? ['server/native/dev.ts'] : ['server/main.ts'];
  return (await launch(node, args, { cwd: root, env })).code;
});
