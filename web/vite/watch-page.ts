// The watch page is what most visitors open first. This tells public/early.js which scripts that page needs, so that they are
// asked for at once, and prints what a first visit costs.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin, Rollup } from 'vite';
import { brotli } from './precompress.ts';

const WATCH_PAGE = 'features/watch/WatchPage.svelte';
const GOAL_BYTES_MAX = 60_000;
const PLACE = 'const watchScripts = [];';

const chunksOf = (bundle: Rollup.OutputBundle): Rollup.OutputChunk[] =>
  Object.values(bundle).filter((file): file is Rollup.OutputChunk => file.type === 'chunk');

/** These chunks and all that they import before they can run. */
const closure = (start: readonly Rollup.OutputChunk[], all: ReadonlyMap<string, Rollup.OutputChunk>): Set<Rollup.OutputChunk> => {
  const found = new Set<Rollup.OutputChunk>();
  const visit = (chunk: Rollup.OutputChunk | undefined): void => {
    if (!chunk || found.has(chunk)) return;
    found.add(chunk);
    for (const file of chunk.imports) visit(all.get(file));
  };
  start.forEach(visit);
  return found;
};

const costOf = async (chunks: Iterable<Rollup.OutputChunk>): Promise<string> => {
  const sizes = await Promise.all([...chunks].map(async ({ code }) => (await brotli(Buffer.from(code))).length));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const inKb = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
  return `${inKb(total)} of initial JS in brotli, ${total <= GOAL_BYTES_MAX ? 'within' : 'ABOVE'} the goal of ${inKb(GOAL_BYTES_MAX)}`;
};

const fillIn = async (path: string, scripts: readonly string[]): Promise<void> => {
  const text = await readFile(path, 'utf8');
  if (!text.includes(PLACE)) throw new Error(`early.js has no "${PLACE}"`);
  await writeFile(path, text.replace(PLACE, `const watchScripts = ${JSON.stringify(scripts)};`));
};

export const watchPage = (): Plugin => ({
  name: 'qiao:watch-page',
  apply: 'build',
  writeBundle: {
    sequential: true,
    handler: async function ({ dir }, bundle) {
      const chunks = chunksOf(bundle);
      const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
      const index = bundle['index.html'];
      const page = chunks.find((chunk) => chunk.facadeModuleId?.endsWith(WATCH_PAGE));
      if (index?.type !== 'asset' || !page || dir === undefined) throw new Error(`${WATCH_PAGE} is not in the bundle`);
      const html = String(index.source);
      const known = closure(chunks.filter((chunk) => html.includes(chunk.fileName)), byName);
      const first = new Set([...known, ...closure([page], byName)]);
      await fillIn(join(dir, 'early.js'), [...first].filter((chunk) => !known.has(chunk)).map((chunk) => `/${chunk.fileName}`));
      this.info(`watch page: ${await costOf(first)}`);
    },
  },
});
