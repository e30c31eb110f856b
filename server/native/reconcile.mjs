// npm run reconcile: proves that the money in the database is right, whether a server runs or not.
import { enter } from './enter.mjs';
import { launch } from './launch.mjs';

await enter('start', async ({ root, node, env }) => (await launch(node, ['server/native/reconcile.ts'], { cwd: root, env })).code);
