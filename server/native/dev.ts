// npm run dev: the server, restarted when its code changes, beside Vite, which serves the web page and reloads it.
// If one of the two ends, the other is ended too.
import { fileURLToPath } from 'node:url';
import { spawn, type ChildProcess } from 'node:child_process';

const root = fileURLToPath(new URL('../..', import.meta.url));

const children = [
  start(['--watch', '--watch-preserve-output', 'server/main.ts']),
  start(['node_modules/vite/bin/vite.js', 'web', '--clearScreen', 'false']),
];
let stopping = false;

for (const child of children)
  child.on('exit', (code) => {
    process.exitCode ||= stopping ? 0 : (code ?? 1);
    stop();
  });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);

function start(args: string[]): ChildProcess {
  // Vite passes on to the server what is not a page.
  const env = { QIAO_SERVER: `http://localhost:${process.env['PORT'] || 3000}`, ...process.env };
  return spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
}

function stop(): void {
  stopping = true;
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
}
