// `npm run bench -- NAME`: measures one figure that README states. Progress goes to stderr; the last line on stdout is one
// JSON object whose "ratio" is the figure against its goal's measure.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { createProgress } from '../../server/native/progress.mjs';
import { ensureWorker } from '../../server/native/worker.ts';
import { CHROMIUM } from '../support/browser.ts';

/** `ratio` and whatever explains it. */
export type Finding = { readonly ratio: number } & Readonly<Record<string, unknown>>;
export type Progress = (text: string) => void;

const BENCHES: Readonly<Record<string, () => Promise<{ run(progress: Progress): Promise<Finding> }>>> = {
  glass: () => import('./glass.ts'),
  join: () => import('./join.ts'),
  bundle: () => import('./bundle.ts'),
  sfu: () => import('./sfu.ts'),
  danmaku: () => import('./danmaku.ts'),
  fanout: () => import('./fanout.ts'),
  soak: () => import('./soak.ts'),
  gifts: () => import('./gifts.ts'),
  voice: () => import('./voice.ts'),
  recommend: () => import('./recommend.ts'),
};

const versionOf = (name: string): string =>
  (JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), 'utf8')) as { version: string }).version;

const chromiumVersion = (): string => {
  try {
    return execFileSync(CHROMIUM, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'none';
  }
};

const versions = () => ({
  node: process.version, mediasoup: versionOf('mediasoup'), chromium: chromiumVersion(), cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length,
});

const [name = ''] = process.argv.slice(2);
const load = BENCHES[name];
if (load) {
  const startedMs = performance.now();
  const progress: Progress = (text) => void process.stderr.write(`${((performance.now() - startedMs) / 1000).toFixed(1).padStart(6)} s  ${text}\n`);
  // mediasoup finds the worker that the set-up made by this variable alone.
  process.env['MEDIASOUP_WORKER_BIN'] ??= await ensureWorker(createProgress(process.stderr), process.env);
  const { run } = await load();
  const finding = await run(progress);
  process.stdout.write(`${JSON.stringify({ bench: name, ...finding, versions: versions() })}\n`);
  // Browsers' and native libraries' leftovers must not keep a finished bench alive.
  process.exit(0);
} else {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(BENCHES).join(' | ')}\n`);
  process.exit(2);
}
