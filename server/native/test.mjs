// npm test: sets up what the product and its tests need, then runs them all, or those that the arguments name.
import { enter } from './enter.mjs';
import { launch } from './launch.mjs';

await enter('test', async ({ root, node, env }) => {
  const args = ['tests/run.ts', ...process.argv.slice(2)];
  return (await launch(node, args, { cwd: root, env: { ...env, CI: 'true' }, stdin: 'ignore' })).code;
});
